"""What a rule of the checklist is: a small named function over an order, and how it says what it found.

A rule says nothing about severity or wording; a pack does (`orders.pack`).
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Final

from orders.order import Exam, Order
from orders.vocabulary import BODY_REGIONS, MODALITIES

Paths = tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Verdict:
    """What a rule found.

    `grounds` are alternatives, each a set of leaves that all have to be read
    rightly for the verdict to hold; one sound alternative is enough. `case`
    names which of the rule's sentences fits, `exams` the exams concerned in the
    order's words, `detail` the words of a conflict. `sure` is set where the
    confidence does not come from leaves.
    """

    problem: bool
    grounds: tuple[Paths, ...] = ()
    case: str = ""
    exams: tuple[str, ...] = ()
    detail: str = ""
    sure: float | None = None

    @property
    def paths(self) -> Paths:
        """Every leaf it rests on, once, in order."""
        return tuple(dict.fromkeys(path for ground in self.grounds for path in ground))


CLEAN: Final = Verdict(False)
Judge = Callable[..., Verdict]


@dataclass(frozen=True, slots=True)
class Rule:
    """A named rule: the function that judges an order, and what a pack may say of it.

    `cases` are those that its sentences tell apart; `fields` the leaves it can
    rest on (`*` for any exam, code or payer's answer); `numbers` the limits that
    a pack may set, with what they are when it does not. `about` is one sentence.
    """

    name: str
    judge: Judge
    cases: tuple[str, ...] = ()
    fields: Paths = ()
    numbers: tuple[tuple[str, int], ...] = ()
    about: str = ""


_RULES: dict[str, Rule] = {}
RULES: Final[Mapping[str, Rule]] = MappingProxyType(_RULES)


def rule(*cases: str, on: Paths, **numbers: int) -> Callable[[Judge], Judge]:
    """Register the decorated function as a rule of its own name, resting on the fields `on`.

    Its limits are given as `numbers` and handed to it by keyword.
    """

    def register(judge: Judge) -> Judge:
        name = judge.__name__
        about = (judge.__doc__ or "").strip().splitlines()[0]
        _RULES[name] = Rule(name, judge, cases, on, tuple(numbers.items()), about)
        return judge

    return register


def exam_words(exam: Exam) -> str:
    """Return an exam as written, else by the parts that are known, for a sentence to a person."""
    if exam.text.value:
        return str(exam.text.value)
    parts = [
        str(exam.laterality.value or ""),
        MODALITIES.get(str(exam.modality.value), ""),
        BODY_REGIONS.get(str(exam.body_region.value), "").split(",")[0],
    ]
    return " ".join(part for part in parts if part) or "an exam"


def stated(order: Order, *paths: str) -> Verdict:
    """A problem unless every path states a value."""
    missing = [path for path in paths if not order.at(path)]
    if not missing:
        return Verdict(False, (paths,))
    case = missing[0].rsplit(".", 1)[-1] if len(missing) < len(paths) else "all"
    return Verdict(True, tuple((path,) for path in missing), case if len(paths) > 1 else "")


def one_stated(order: Order, paths: Paths) -> Verdict:
    """A problem when no path states a value."""
    there = [path for path in paths if order.at(path)]
    return Verdict(False, tuple((path,) for path in there)) if there else Verdict(True, (paths,))


def each_exam(order: Order, judge: Callable[[int, Exam], tuple[bool, Paths]]) -> Verdict:
    """A problem when `judge` finds one in any exam; clean only if it is clean of all."""
    found = [judge(index, exam) for index, exam in enumerate(order.exams)]
    wrong = [index for index, (problem, _) in enumerate(found) if problem]
    if wrong:
        words = tuple(exam_words(order.exams[index]) for index in wrong)
        return Verdict(True, tuple(found[index][1] for index in wrong), exams=words)
    every = tuple(path for _, paths in found for path in paths)
    return Verdict(False, (every,) if every else ())


def exam_paths(exam: Exam, index: int, *parts: str) -> Paths:
    """The parts' paths, the written words among them: an absence is as sure as the words it was sought in."""
    names = ("text", *parts) if exam.text else parts
    return tuple(f"exams.{index}.{name}" for name in names)
