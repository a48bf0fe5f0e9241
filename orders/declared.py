"""Rules that a pack declares by itself: a block that names the fields and what must be true of them.

One of four keys says what is asked of the fields it lists:

    needs    = ["patient.mrn"]                     # each is stated
    one_of   = ["provider.phone", "provider.fax"]  # at least one is stated
    readable = ["exams.*.laterality"]              # none is ink that could not be read
    sure     = ["patient.birth_date"]              # each that is stated was read at least as surely as `least` (0..1)

`modality`, `body_region` and `technique` keep the rule to orders with such an
exam, and `exams.*` to those exams.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any, Final

from orders.knowledge import Block, Source
from orders.order import ABSENT, Exam, Indication, Order
from orders.rule import CLEAN, Paths, Rule, Verdict, exam_words
from orders.vocabulary import BODY_REGIONS, MODALITIES, TECHNIQUES

ASKS: Final = ("needs", "one_of", "readable", "sure")
NARROWS: Final = {"modality": MODALITIES, "body_region": BODY_REGIONS, "technique": TECHNIQUES}
KEYS: Final = (*ASKS, "least", *NARROWS)

_PROBE: Final = Order("", (), exams=(Exam(),), indication=Indication(icd10=(ABSENT,)))
FIELDS: Final[Paths] = tuple(re.sub(r"\.\d+", ".*", path) for path, _ in _PROBE.leaves())
_NAME: Final = re.compile(r"[a-z][a-z0-9_]{2,40}")


@dataclass(frozen=True, slots=True)
class Declared:
    """What a declared rule asks of which fields, and of which exams; `least` counts for `sure` alone."""

    asks: str
    fields: Paths
    least: float
    narrows: tuple[tuple[str, tuple[str, ...]], ...]

    def __call__(self, order: Order) -> Verdict:
        """Judge an order: a problem where a field it asks about is not as it must be."""
        meant = [index for index, exam in enumerate(order.exams) if self._fits(exam)]
        if self.narrows and not meant:
            return CLEAN
        paths = tuple(path for pattern in self.fields for path in _expanded(order, pattern, meant))
        wrong = tuple(path for path in paths if self._wrong(order, path))
        nothing = any(pattern.startswith("indication.icd10") for pattern in self.fields) and not order.indication.icd10
        if self.asks == "one_of":
            there = [path for path in paths if path not in wrong]
            return Verdict(False, tuple((path,) for path in there)) if there else Verdict(True, (paths,))
        if wrong or (nothing and self.asks == "needs"):
            words = tuple(exam_words(order.exams[index]) for index in meant)
            known = self.asks in ("readable", "sure")
            return Verdict(True, tuple((path,) for path in wrong), exams=words, sure=1.0 if known else None)
        return Verdict(False, (paths,) if paths else ())

    def _fits(self, exam: Exam) -> bool:
        return all(getattr(exam, part).value in values for part, values in self.narrows)

    def _wrong(self, order: Order, path: str) -> bool:
        value = order.at(path)
        if self.asks == "readable":
            return value.state == "unreadable"
        if self.asks == "sure":
            return bool(value) and value.confidence < self.least
        # A signature line without a mark states False, which is no signature.
        return not value or value.value is False


def declared(source: Source, key: str, name: str, block: Block) -> Rule:
    """Return the rule that the block at `key` declares; raises KeyFault for a field or value that does not exist."""
    if not _NAME.fullmatch(name):
        raise source.fault(key, "give the rule a name of small letters, digits and underscores")
    asked = [ask for ask in ASKS if ask in block]
    if len(asked) != 1:
        raise source.fault(
            key, f"no such rule; use one of those listed in docs/rules.md, or give one of {', '.join(ASKS)}"
        )
    fields = source.listed(f"{key}.{asked[0]}", block[asked[0]], FIELDS)
    narrows = tuple(
        (part, source.listed(f"{key}.{part}", block[part], known)) for part, known in NARROWS.items() if part in block
    )
    return Rule(name, Declared(asked[0], fields, _least(source, key, block, asked[0]), narrows), (), fields)


def _least(source: Source, key: str, block: Block, asked: str) -> float:
    given: Any = block.get("least")
    if (given is not None) != (asked == "sure"):
        raise source.fault(f"{key}.least", "give `least` with `sure`, and with nothing else")
    if given is None:
        return 0.0
    if isinstance(given, bool) or not isinstance(given, int | float) or not 0 < given <= 1:
        raise source.fault(f"{key}.least", "give a number over 0 and up to 1")
    return float(given)


def _expanded(order: Order, pattern: str, exams: list[int]) -> Paths:
    if pattern.startswith("exams.*"):
        return tuple(pattern.replace("*", str(index)) for index in exams)
    if pattern.startswith("indication.icd10"):
        return tuple(pattern.replace("*", str(index)) for index in range(len(order.indication.icd10)))
    return (pattern,)
