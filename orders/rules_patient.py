"""Rules beyond the contract about the patient and the exam: sex, age, kidneys, pregnancy, an order too old or double.

None of them is in the contract's checklist. The default pack asks them for the
clerk alone, as notes; a pack may make them count.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from typing import Final

from orders.compare import EXAM_PARTS
from orders.order import Exam, Order, Value
from orders.rule import CLEAN, Paths, Verdict, exam_words, rule
from orders.rules import injects
from orders.suitability import Suitability, suitabilities

# Radiation that the contract's `safety_conflict` leaves out: low doses, away from the womb.
_FAINT_RADIATION: Final = ("MG", "BMD")
_SEXES: Final = {"F": "female", "M": "male"}


@rule(on=("exams.*.text", "exams.*.modality", "exams.*.body_region", "exams.*.technique", "patient.sex"))
def exam_sex(order: Order) -> Verdict:
    """The exam is not for a patient of the sex that is stated (`suitability.toml`)."""
    sex = order.patient.sex.value
    found = [(index, fits) for index, fits in _spoken_of(order) if sex in ("F", "M") and fits.sex not in (None, sex)]
    said = [f"{fits.reason}, the patient is {_SEXES[str(sex)]}" for _, fits in found]
    return _unfit(order, found, "patient.sex", said)


@rule(on=("exams.*.text", "exams.*.modality", "exams.*.body_region", "exams.*.technique", "patient.birth_date"))
def exam_age(order: Order) -> Verdict:
    """The exam is not for a patient of this age (`suitability.toml`)."""
    age = age_of(order)
    found = [
        (index, fits)
        for index, fits in _spoken_of(order)
        if age is not None and fits.ages and not fits.ages[0] <= age <= fits.ages[1]
    ]
    return _unfit(order, found, "patient.birth_date", [f"{fits.reason}, the patient is {age}" for _, fits in found])


@rule("male", "age", on=("safety.pregnant", "patient.sex", "patient.birth_date"), youngest=10, oldest=60)
def pregnancy_unlikely(order: Order, youngest: int, oldest: int) -> Verdict:
    """A pregnancy is stated for a man, or at an age at which there is none: an answer or a name is another's."""
    if order.safety.pregnant.value != "yes":
        return CLEAN
    if order.patient.sex.value == "M":
        return Verdict(True, (("safety.pregnant", "patient.sex"),), "male")
    age = age_of(order)
    if age is not None and not youngest <= age <= oldest:
        return Verdict(True, (("safety.pregnant", "patient.birth_date"),), "age", detail=str(age))
    return CLEAN


@rule("gadolinium", "radiation", on=("safety.pregnant", "exams.*.modality", "exams.*.contrast"))
def pregnancy_caution(order: Order) -> Verdict:
    """Gadolinium, or radiation that the contract's conflict leaves out, is ordered in pregnancy."""
    if order.safety.pregnant.value != "yes":
        return CLEAN
    for index, exam in enumerate(order.exams):
        modality = f"exams.{index}.modality"
        if exam.modality.value == "MR" and injects(exam):
            ground = (modality, f"exams.{index}.contrast", "safety.pregnant")
            return Verdict(True, (ground,), "gadolinium", (exam_words(exam),))
        if exam.modality.value in _FAINT_RADIATION:
            return Verdict(True, ((modality, "safety.pregnant"),), "radiation", (exam_words(exam),))
    return CLEAN


@rule(
    "low",
    "unknown",
    on=("safety.egfr", "safety.kidney_disease", "exams.*.modality", "exams.*.contrast"),
    egfr_over=30,
    egfr_under=45,
)
def kidney_function(order: Order, egfr_over: int, egfr_under: int) -> Verdict:
    """Contrast with a reduced kidney function that does not forbid it, or with a kidney disease and no eGFR."""
    egfr = order.safety.egfr.value
    for index, exam in enumerate(order.exams):
        if not injects(exam):
            continue
        contrast = f"exams.{index}.contrast"
        # Iodine alone: group II gadolinium needs no thought at this level (ACR Manual on Contrast Media).
        iodine = exam.modality.value != "MR"
        if iodine and type(egfr) in (int, float) and egfr_over <= float(str(egfr)) < egfr_under:
            return Verdict(True, ((contrast, "safety.egfr"),), "low", (exam_words(exam),), f"{egfr:g}")
        if order.safety.kidney_disease.value == "yes" and egfr is None:
            grounds = ((contrast, "safety.kidney_disease", "safety.egfr"),)
            return Verdict(True, grounds, "unknown", (exam_words(exam),))
    return CLEAN


@rule("old", "future", on=("order_date",), days=365)
def order_validity(order: Order, days: int) -> Verdict:
    """The order is older than the days for which it holds, or dated after the day it was received."""
    dated, today = _day(order.order_date), _today(order)
    if dated is None or today is None:
        return CLEAN
    ground = (("order_date",),)
    if dated > today:
        return Verdict(True, ground, "future", detail=_said(dated))
    return Verdict((today - dated).days > days, ground, "old", detail=_said(dated))


@rule(on=("exams.*.text", *(f"exams.*.{part}" for part in EXAM_PARTS)))
def exam_twice(order: Order) -> Verdict:
    """The same exam stands twice on the order: same kind, place, side, contrast and technique."""
    seen: dict[tuple[object, ...], int] = {}
    for index, exam in enumerate(order.exams):
        parts = tuple(getattr(exam, part).value for part in EXAM_PARTS)
        if exam.modality and exam.body_region and parts in seen:
            first = seen[parts]
            ground = tuple(f"exams.{at}.{part}" for at in (first, index) for part in ("modality", "body_region"))
            return Verdict(True, (ground,), exams=(exam_words(exam),))
        seen.setdefault(parts, index)
    return CLEAN


def age_of(order: Order) -> int | None:
    """Return the patient's age in whole years on the day the order is judged, None where it cannot be told."""
    born, today = _day(order.patient.birth_date), _today(order)
    if born is None or today is None or born > today:
        return None
    return today.year - born.year - ((today.month, today.day) < (born.month, born.day))


def _spoken_of(order: Order) -> Iterator[tuple[int, Suitability]]:
    for index, exam in enumerate(order.exams):
        yield from ((index, fits) for fits in suitabilities() if fits.is_of(exam))


def _unfit(order: Order, found: list[tuple[int, Suitability]], path: str, said: list[str]) -> Verdict:
    if not found:
        return CLEAN
    grounds = tuple((*_parts(order.exams[index], index, fits), path) for index, fits in found)
    words = tuple(dict.fromkeys(exam_words(order.exams[index]) for index, _ in found))
    return Verdict(True, grounds, exams=words, detail="; ".join(dict.fromkeys(said)))


def _parts(exam: Exam, index: int, fits: Suitability) -> Paths:
    """The leaves by which an entry speaks of an exam."""
    named = (("modality", fits.modality), ("body_region", fits.regions), ("technique", fits.technique))
    return tuple(f"exams.{index}.{part}" for part, given in named if given)


def _day(value: Value) -> date | None:
    try:
        return date.fromisoformat(str(value.value)) if value else None
    except ValueError:
        return None


def _today(order: Order) -> date | None:
    return date.fromisoformat(order.judged_on) if order.judged_on else None


def _said(day: date) -> str:
    return f"{day:%m/%d/%Y}"
