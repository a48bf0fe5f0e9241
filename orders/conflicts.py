"""Statements of an order that contradict each other, and answers that speak against the exam.

The reasons are those of the contract's `exam_conflict` and `safety_conflict`
and no others. A tick against written words is found where ticks are read.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final, Literal

from orders.checklist import sureness
from orders.order import Conflict, Evidence, Exam, Order
from orders.procedures import Procedure, procedure
from orders.regions import may_mean
from orders.rule import exam_words
from orders.rules import CONTRAST_GIVEN, RADIATION, injects
from orders.sides import code_sides, mentions, sides_named
from orders.vocabulary import BODY_REGIONS, MODALITIES, PAIRED_REGIONS

# Below this eGFR (mL/min/1.73 m²) contrast needs a decision (ACR Manual on Contrast Media; ACR-NKF consensus, 2020).
EGFR_FLOOR: Final = 30
# One digit of a code tells left from right, and one misread digit makes the other.
CODE_SIDE_SURE: Final = 0.8

_CODE: Final = re.compile(r"\b(?:\d{5}|[A-Z]\d{4}|\d{4}T)\b")
_VESSELS: Final = frozenset(("angiography", "venography"))
_CONTRAST_WORDS: Final = {
    "with": "with contrast",
    "without": "without contrast",
    "with_and_without": "with and without contrast",
}
_OPPOSITE: Final[dict[str, Literal["left", "right"]]] = {"left": "right", "right": "left"}


@dataclass(frozen=True, slots=True)
class _Answer:
    """A safety answer that forbids something: where it stands, and how the clerk hears of it."""

    path: str
    words: str


def find_conflicts(order: Order, authorized: tuple[Exam, ...] = ()) -> tuple[Conflict, ...]:
    """Return the conflicts of `order`, those already in `order.conflicts` not among them.

    `authorized` are the exams that an authorisation page names. A conflict is
    as sure as the weakest of the values it sets against each other.
    """
    found = [*_safety(order)]
    for index, exam in enumerate(order.exams):
        found += _code_against_words(order, index, exam)
        found += _side_against_indication(order, index, exam)
    found += _authorized_otherwise(order, authorized)
    return tuple(found)


def _safety(order: Order) -> Iterator[Conflict]:
    """MR with an implant; contrast with an allergy or a low eGFR; radiation in pregnancy (ACR manuals)."""
    safety = order.safety
    egfr = safety.egfr.value
    low = isinstance(egfr, int | float) and not isinstance(egfr, bool) and egfr < EGFR_FLOOR
    for index, exam in enumerate(order.exams):
        answers: list[tuple[str, _Answer]] = []
        if exam.modality.value == "MR" and safety.implant.value == "yes":
            answers.append(("modality", _Answer("safety.implant", "the patient has an implanted device")))
        if injects(exam) and safety.contrast_allergy.value == "yes":
            answers.append(("contrast", _Answer("safety.contrast_allergy", "the patient is allergic to contrast")))
        if injects(exam) and low:
            answers.append(("contrast", _Answer("safety.egfr", f"the eGFR is {egfr:g}, under {EGFR_FLOOR}")))
        if exam.modality.value in RADIATION and safety.pregnant.value == "yes":
            answers.append(("modality", _Answer("safety.pregnant", "the patient is or may be pregnant")))
        for part, answer in answers:
            message = f'"{exam_words(exam)}" is ordered, but {answer.words}'
            yield _conflict(order, "safety_conflict", message, (f"exams.{index}.{part}", answer.path))


def _code_against_words(order: Order, index: int, exam: Exam) -> Iterator[Conflict]:
    """A procedure code that states another modality, region, contrast or technique than the words do."""
    codes = [(code, known) for code in _codes(exam) if (known := procedure(code))]
    against = [(code, _differs(exam, known)) for code, known in codes]
    # A line may carry a code for each of its exams: one that fits is enough.
    if not against or any(part is None for _, part in against):
        return
    code, found = against[0]
    assert found is not None
    part, said = found
    message = f'"{exam_words(exam)}" is written, but the code {code} is for {said}'
    yield _conflict(order, "exam_conflict", message, (f"exams.{index}.{part}", f"exams.{index}.procedure_code"))


def _codes(exam: Exam) -> list[str]:
    return _CODE.findall(str(exam.procedure_code.value or "").upper())


def _differs(exam: Exam, known: Procedure) -> tuple[str, str] | None:
    """Return the part in which a code differs from the words, and the code's own in words; None if in none."""
    modality, region = exam.modality.value, exam.body_region.value
    if modality and known.modality and not _same_modality(exam, str(modality), known.modality):
        return "modality", _words(MODALITIES, known.modality)
    if region and known.body_region and not may_mean(str(modality or known.modality), str(region), known.body_region):
        return "body_region", _words(BODY_REGIONS, known.body_region)
    technique = exam.technique.value
    if technique and known.technique and technique != known.technique and not {technique, known.technique} <= _VESSELS:
        return "technique", known.technique.replace("_", " ")
    contrast, coded = exam.contrast.value, _coded_contrast(known)
    if contrast and coded and contrast != coded and not _contrast_open(exam, known):
        return "contrast", _CONTRAST_WORDS[coded]
    return None


def _coded_contrast(known: Procedure) -> str | None:
    """The contrast that a code states; the vessels on a CT cannot be seen without it."""
    if known.modality == "CT" and known.technique in _VESSELS:
        return known.contrast or "with"
    return known.contrast


def _same_modality(exam: Exam, words: str, code: str) -> bool:
    """Barium studies are ordered as X-rays, and a joint is injected under fluoroscopy before its MR or CT."""
    if {words, code} == {"XR", "RF"}:
        return True
    return words == code or (exam.technique.value in ("arthrography", "biopsy") and code in ("RF", "US", "CT"))


def _contrast_open(exam: Exam, known: Procedure) -> bool:
    """Vessel studies have one code with and without an unenhanced run; it is open there which was meant."""
    vessels = known.technique in _VESSELS or exam.technique.value in _VESSELS
    return vessels and exam.contrast.value in CONTRAST_GIVEN and known.contrast in CONTRAST_GIVEN


def _side_against_indication(order: Order, index: int, exam: Exam) -> Iterator[Conflict]:
    """The exam says one side, and the indication only the other, for the same part or one near it."""
    region, opposite = str(exam.body_region.value), _OPPOSITE.get(str(exam.laterality.value))
    if opposite is None or region not in PAIRED_REGIONS:
        return
    side = _OPPOSITE[opposite]
    text = str(order.indication.text.value or "")
    paths = (f"exams.{index}.laterality", "indication.text")
    if sides_named(text, region) == {opposite} and not mentions(text, side):
        message = f'"{exam_words(exam)}" is on the {side}, but the reason says {opposite}: "{text}"'
        yield _conflict(order, "exam_conflict", message, paths)
    elif not mentions(text, side) and not mentions(text, opposite):
        yield from _side_against_codes(order, index, exam, opposite)


def _side_against_codes(order: Order, index: int, exam: Exam, opposite: Literal["left", "right"]) -> Iterator[Conflict]:
    """The words of the reason name no side, and its diagnosis codes only the other one."""
    sided = [
        (place, str(code.value), sides)
        for place, code in enumerate(order.indication.icd10)
        if (sides := code_sides(str(code.value), str(exam.body_region.value)))
    ]
    if not sided or any(sides != {opposite} for _, _, sides in sided):
        return
    if len(order.exams) > 1 and _wanted_elsewhere(order, index, opposite):
        return
    place, code, _ = sided[0]
    message = f'"{exam_words(exam)}" is not on the {opposite}, but the diagnosis code {code} is'
    paths = (f"exams.{index}.laterality", f"indication.icd10.{place}")
    yield _conflict(order, "exam_conflict", message, paths, CODE_SIDE_SURE)


def _wanted_elsewhere(order: Order, index: int, side: str) -> bool:
    """Whether another exam of the order is on `side`, so that the code may be its reason."""
    return any(other.laterality.value in (side, "bilateral") for at, other in enumerate(order.exams) if at != index)


def _authorized_otherwise(order: Order, authorized: tuple[Exam, ...]) -> Iterator[Conflict]:
    """An authorisation that names exams, and none that was ordered.

    What names no part of the body, such as a facility's "MRI & CT", is no exam
    there; and where one exam fits, the others on the page are not this order's.
    """
    granted = [one for one in authorized if one.modality and one.body_region]
    if not order.exams or not granted:
        return
    differences = [(one, [apart(exam, one) for exam in order.exams]) for one in granted]
    if any(part is None for _, parts in differences for part in parts):
        return
    first, (part, *_) = differences[0]
    words = ", ".join(dict.fromkeys(f'"{exam_words(one)}"' for one in granted))
    message = f'"{exam_words(order.exams[0])}" is ordered, but {words} is authorised'
    leaf = getattr(first, str(part))
    evidence = first.text.evidence or leaf.evidence
    yield _conflict(order, "exam_conflict", message, (f"exams.0.{part}",), leaf.confidence, evidence)


def apart(exam: Exam, granted: Exam) -> str | None:
    """Return the part in which an authorised exam is clearly another one, None when it may be the same."""
    modality = exam.modality.value
    if modality and granted.modality and modality != granted.modality.value:
        return "modality"
    region, other = exam.body_region.value, granted.body_region.value
    wide = "whole_body" in (region, other)
    if region and not wide and not may_mean(str(modality), str(region), str(other)):
        return "body_region"
    sides = {exam.laterality.value, granted.laterality.value}
    return "laterality" if sides == {"left", "right"} else None


def _words(table: dict[str, str], code: str) -> str:
    return table.get(code, code)


def _conflict(
    order: Order, code: str, message: str, paths: tuple[str, ...], sure: float = 1.0, more: tuple[Evidence, ...] = ()
) -> Conflict:
    evidence = tuple(item for path in paths for item in order.at(path).evidence) + more
    return Conflict(code, message, evidence, min(sure, *(sureness(order, path) for path in paths)), paths)
