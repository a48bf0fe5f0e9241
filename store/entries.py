"""What a person enters for a field: does the field exist, and does the value fit it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import date

from orders.codes import ICD10, PhoneNumber
from orders.order import ABSENT, Exam, Order, Scalar, Value
from orders.vocabulary import BODY_REGIONS, CONTRASTS, LATERALITIES, MODALITIES, PRIORITIES, TECHNIQUES
from store.refusal import Refused

ANSWERS = ("yes", "no")


def placed(order: Order, path: str) -> tuple[Order, Value]:
    """Return the order with room at `path`, and the leaf there.

    The entry one past the end of `exams` or `indication.icd10` is made; raises
    Refused for any other path that is not there.
    """
    steps = path.split(".")
    if steps[0] == "exams" and steps[1:2] == [str(len(order.exams))]:
        order = replace(order, exams=(*order.exams, Exam()))
    codes = order.indication.icd10
    if steps == ["indication", "icd10", str(len(codes))]:
        order = replace(order, indication=replace(order.indication, icd10=(*codes, ABSENT)))
    try:
        return order, order.at(path)
    except KeyError:
        raise Refused("no_field", path) from None


def scalar(path: str, value: Scalar) -> Scalar:
    """Return the value as the contract writes it for the field at `path`; None and empty text state nothing.

    Raises Refused where the field takes coded values, a date or a number, and this is none.
    """
    text = "" if value is None else str(value).strip()
    if not text:
        return False if path == "signed" else None
    kind = KINDS.get(_field(path))
    if kind is None:
        return text
    try:
        return kind(text)
    except ValueError:
        raise Refused("value", path) from None


def _field(path: str) -> str:
    return ".".join(step for step in path.split(".") if not step.isdigit())


def _one_of(words: tuple[str, ...] | dict[str, str], form: Callable[[str], str]) -> Callable[[str], str]:
    def read(text: str) -> str:
        if form(text) not in words:
            raise ValueError(text)
        return form(text)

    return read


def _day(text: str) -> str:
    return date.fromisoformat(text).isoformat()


def _truth(text: str) -> bool:
    if text.lower() not in ("true", "false"):
        raise ValueError(text)
    return text.lower() == "true"


def _digits(text: str) -> str:
    digits = "".join(char for char in text if char.isdigit())
    # A wrong check digit is kept as written: the checklist names it (problem `provider_npi`).
    if len(digits) != 10:
        raise ValueError(text)
    return digits


KINDS: dict[str, Callable[[str], Scalar]] = {
    "patient.birth_date": _day,
    "order_date": _day,
    "patient.sex": _one_of(("F", "M", "X"), str.upper),
    "patient.phone": PhoneNumber,
    "provider.phone": PhoneNumber,
    "provider.fax": PhoneNumber,
    "provider.npi": _digits,
    "exams.modality": _one_of(MODALITIES, str.upper),
    "exams.body_region": _one_of(BODY_REGIONS, str.lower),
    "exams.laterality": _one_of(LATERALITIES, str.lower),
    "exams.contrast": _one_of(CONTRASTS, str.lower),
    "exams.technique": _one_of(TECHNIQUES, str.lower),
    "indication.icd10": ICD10,
    "priority": _one_of(PRIORITIES, str.lower),
    "signed": _truth,
    "safety.egfr": float,
    **{
        f"safety.{field}": _one_of(ANSWERS, str.lower)
        for field in ("pregnant", "implant", "contrast_allergy", "kidney_disease")
    },
}
