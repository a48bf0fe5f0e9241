"""The small rules of a checklist: what each looks at, and when it finds something wrong.

A rule says nothing about severity or wording; a pack does (`orders.pack`). The
rules below are those of the contract's default checklist. Adding a rule is
adding one function here and a block to a pack.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Final

from orders.codes import luhn_holds
from orders.order import Exam, Order
from orders.vocabulary import BODY_REGIONS, MODALITIES, PAIRED_REGIONS

Paths = tuple[str, ...]

CONTRAST_GIVEN: Final = ("with", "with_and_without")
CROSS_SECTIONAL: Final = ("CT", "MR")
AUTHORIZED: Final = ("CT", "MR", "PT", "NM")
# The share of yes among safety answers: one in ten on synthetic referrals (sample_docs), doubled to be careful.
YES_SHARE: Final = 0.2
# Techniques whose contrast needs no word of its own: it is part of what they are.
CONTRAST_IMPLIED: Final = ("angiography", "venography", "arthrography", "calcium_score")


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


@dataclass(frozen=True, slots=True)
class Rule:
    """A named rule: the function that judges an order, and the cases its sentences tell apart."""

    name: str
    judge: Callable[[Order], Verdict]
    cases: tuple[str, ...] = ()


_RULES: dict[str, Rule] = {}
RULES: Final[Mapping[str, Rule]] = MappingProxyType(_RULES)


def rule(*cases: str) -> Callable[[Callable[[Order], Verdict]], Callable[[Order], Verdict]]:
    """Register the decorated function as a rule of its own name."""

    def register(judge: Callable[[Order], Verdict]) -> Callable[[Order], Verdict]:
        name = judge.__name__
        _RULES[name] = Rule(name, judge, cases)
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


def _stated(order: Order, *paths: str) -> Verdict:
    """A problem unless every path states a value."""
    missing = [path for path in paths if not order.at(path)]
    if not missing:
        return Verdict(False, (paths,))
    case = missing[0].rsplit(".", 1)[-1] if len(missing) < len(paths) else "all"
    return Verdict(True, tuple((path,) for path in missing), case if len(paths) > 1 else "")


def _one_stated(order: Order, paths: Paths) -> Verdict:
    """A problem when no path states a value."""
    there = [path for path in paths if order.at(path)]
    return Verdict(False, tuple((path,) for path in there)) if there else Verdict(True, (paths,))


def _each_exam(order: Order, judge: Callable[[int, Exam], tuple[bool, Paths]]) -> Verdict:
    """A problem when `judge` finds one in any exam; clean only if it is clean of all."""
    found = [judge(index, exam) for index, exam in enumerate(order.exams)]
    wrong = [index for index, (problem, _) in enumerate(found) if problem]
    if wrong:
        words = tuple(exam_words(order.exams[index]) for index in wrong)
        return Verdict(True, tuple(found[index][1] for index in wrong), exams=words)
    every = tuple(path for _, paths in found for path in paths)
    return Verdict(False, (every,) if every else ())


def _exam_paths(exam: Exam, index: int, *parts: str) -> Paths:
    """The parts' paths, the written words among them: an absence is as sure as the words it was sought in."""
    names = ("text", *parts) if exam.text else parts
    return tuple(f"exams.{index}.{name}" for name in names)


@rule("family", "given", "all")
def patient_name(order: Order) -> Verdict:
    """Family or given name is not stated."""
    return _stated(order, "patient.family", "patient.given")


@rule()
def patient_birth_date(order: Order) -> Verdict:
    """The birth date is not stated."""
    return _stated(order, "patient.birth_date")


@rule("none", "modality", "body_region", "all")
def exam(order: Order) -> Verdict:
    """No exam is stated, or its modality or body region cannot be told."""
    if not order.exams:
        # No leaf says how sure that is, and an exam overlooked is likelier than an order without one.
        return Verdict(True, case="none", sure=0.5)
    cases: list[str] = []

    def judge(index: int, one: Exam) -> tuple[bool, Paths]:
        missing = tuple(part for part in ("modality", "body_region") if not getattr(one, part))
        if not missing:
            return False, (f"exams.{index}.modality", f"exams.{index}.body_region")
        cases.append("all" if len(missing) == 2 and one.text else "none" if len(missing) == 2 else missing[0])
        return True, _exam_paths(one, index, *missing)

    verdict = _each_exam(order, judge)
    if not verdict.problem:
        return verdict
    return Verdict(True, verdict.grounds, cases[0], verdict.exams)


@rule()
def laterality(order: Order) -> Verdict:
    """An exam of a paired region states no side; screening mammography excepted."""

    def judge(index: int, one: Exam) -> tuple[bool, Paths]:
        region = f"exams.{index}.body_region"
        if one.body_region.value not in PAIRED_REGIONS:
            return False, (region,)
        if one.laterality:
            return False, (f"exams.{index}.laterality",)
        if one.modality.value == "MG" and one.technique.value == "screening":
            return False, (f"exams.{index}.modality", f"exams.{index}.technique")
        return True, _exam_paths(one, index, "body_region", "laterality")

    return _each_exam(order, judge)


@rule()
def indication(order: Order) -> Verdict:
    """Neither a reason in words nor a diagnosis code is stated."""
    return _one_stated(order, ("indication.text", *_icd10(order)))


@rule()
def provider_name(order: Order) -> Verdict:
    """The ordering provider's family name is not stated."""
    return _stated(order, "provider.family")


@rule()
def provider_contact(order: Order) -> Verdict:
    """Neither a phone nor a fax of the provider or practice is stated."""
    return _one_stated(order, ("provider.phone", "provider.fax"))


@rule()
def signature(order: Order) -> Verdict:
    """No handwritten mark on the signature line and no electronic-signature statement."""
    return Verdict(order.signed.value is not True, (("signed",),))


@rule()
def exam_conflict(order: Order) -> Verdict:
    """Two statements of the exam contradict each other (`orders.conflicts`)."""
    return _conflict(order, "exam_conflict") or Verdict(False)


@rule()
def safety_conflict(order: Order) -> Verdict:
    """An answer speaks against the exam as ordered (`orders.conflicts`)."""
    found = _conflict(order, "safety_conflict")
    if found:
        return found
    paths: list[str] = []
    for one in order.exams:
        modality = one.modality.value
        if modality == "MR":
            paths.append("safety.implant")
        if modality in RADIATION:
            paths.append("safety.pregnant")
        if injects(one):
            paths += ["safety.contrast_allergy", "safety.egfr"]
    asked = tuple(dict.fromkeys(paths))
    if not asked:
        return Verdict(False)
    return Verdict(False, (asked,), sure=min(_harmless(order, path) for path in asked))


def _harmless(order: Order, path: str) -> float:
    """How sure it is that no answer at `path` forbids the exam: one overlooked may still be a no."""
    value = order.at(path)
    if value.state == "absent":
        return 1.0 - (1.0 - value.confidence) * YES_SHARE
    return value.confidence if value.state == "stated" else 1.0 - YES_SHARE


@rule()
def patient_phone(order: Order) -> Verdict:
    """The patient's phone is not stated."""
    return _stated(order, "patient.phone")


@rule()
def contrast(order: Order) -> Verdict:
    """A CT or MR states neither with nor without contrast, and its technique does not imply it."""

    def judge(index: int, one: Exam) -> tuple[bool, Paths]:
        if one.modality.value not in CROSS_SECTIONAL:
            return False, (f"exams.{index}.modality",)
        if one.contrast:
            return False, (f"exams.{index}.contrast",)
        if one.technique.value in CONTRAST_IMPLIED:
            return False, (f"exams.{index}.technique",)
        return True, _exam_paths(one, index, "modality", "contrast", "technique")

    return _each_exam(order, judge)


@rule()
def diagnosis_code(order: Order) -> Verdict:
    """No ICD-10 code is stated."""
    codes = _icd10(order)
    return _one_stated(order, codes) if codes else Verdict(True, sure=1.0)


@rule("payer", "member_id", "all")
def coverage(order: Order) -> Verdict:
    """No payer, or no member id."""
    return _stated(order, "coverage.payer", "coverage.member_id")


@rule()
def authorization(order: Order) -> Verdict:
    """A CT, MR, PT or NM exam that is not stat, and no authorisation number."""
    number = "coverage.authorization_number"
    if order.at(number):
        return Verdict(False, ((number,),))
    if order.priority.value == "stat":
        return Verdict(False, (("priority",),))

    def judge(index: int, one: Exam) -> tuple[bool, Paths]:
        modality = f"exams.{index}.modality"
        if one.modality.value not in AUTHORIZED:
            return False, (modality,)
        return True, (modality, "priority", number)

    return _each_exam(order, judge)


@rule("implant", "contrast_allergy", "all")
def safety_screening(order: Order) -> Verdict:
    """An MR with `implant` unanswered, or an exam with contrast and `contrast_allergy` unanswered."""
    grounds: list[Paths] = []
    unanswered: list[str] = []
    answered: list[str] = []
    for index, one in enumerate(order.exams):
        asked = [("modality", "implant", one.modality.value == "MR")]
        asked += [("contrast", "contrast_allergy", one.contrast.value in CONTRAST_GIVEN)]
        for part, question, applies in asked:
            path = f"safety.{question}"
            if applies and order.at(path):
                answered.append(path)
            elif applies:
                grounds.append((f"exams.{index}.{part}", path))
                unanswered.append(question)
    if not grounds:
        return Verdict(False, (tuple(dict.fromkeys(answered)),) if answered else ())
    return Verdict(True, tuple(grounds), unanswered[0] if len(set(unanswered)) == 1 else "all")


@rule("absent", "wrong")
def provider_npi(order: Order) -> Verdict:
    """The NPI is not stated, or its check digit is wrong (45 CFR 162.406)."""
    number = order.provider.npi.value
    ground = (("provider.npi",),)
    if number is None:
        return Verdict(True, ground, "absent")
    digits = "".join(character for character in str(number) if character.isdigit())
    sound = len(digits) == 10 and luhn_holds("80840" + digits)
    return Verdict(not sound, ground, "" if sound else "wrong")


@rule()
def order_date(order: Order) -> Verdict:
    """The order's date is not stated."""
    return _stated(order, "order_date")


RADIATION: Final = ("CT", "XR", "NM", "PT", "RF")


def injects(one: Exam) -> bool:
    """Whether the exam is ordered with iodinated or gadolinium contrast; ultrasound's is neither."""
    return one.contrast.value in CONTRAST_GIVEN and one.modality.value != "US"


def _icd10(order: Order) -> Paths:
    return tuple(f"indication.icd10.{index}" for index in range(len(order.indication.icd10)))


def _conflict(order: Order, code: str) -> Verdict | None:
    found = [conflict for conflict in order.conflicts if conflict.code == code]
    if not found:
        return None
    detail = "; ".join(dict.fromkeys(_bare(conflict.message) for conflict in found))
    paths = _once(path for conflict in found for path in conflict.paths)
    return Verdict(True, (paths,), detail=detail, sure=max(conflict.confidence for conflict in found))


def _bare(sentence: str) -> str:
    return sentence.strip().rstrip(".")


def _once(paths: Iterable[str]) -> Paths:
    return tuple(dict.fromkeys(paths))
