"""The fields of an order as a clerk sees them: label, group, how a value is written and how typing is read.

A value is shown as people here write it (a date as 03/14/1961, a telephone
number with its area code in brackets) and kept as the contract writes it.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Final, Literal

from orders.codes import ICD10, NPI, PhoneNumber
from orders.order import Scalar
from orders.vocabulary import BODY_REGIONS, CONTRASTS, LATERALITIES, MODALITIES, PRIORITIES, TECHNIQUES

Kind = Literal["text", "long", "date", "phone", "npi", "icd10", "code", "number", "choice", "flag"]
Choices = tuple[tuple[str, str], ...]

DATE_FORMS: Final[tuple[str, ...]] = ("%m/%d/%Y", "%Y-%m-%d", "%m-%d-%Y", "%m.%d.%Y", "%m/%d/%y", "%m%d%Y", "%b %d %Y")
TEXT_LIMIT: Final[int] = 2000


class Unacceptable(ValueError):
    """What was typed cannot be this field's value; the text says why, for the clerk."""


@dataclass(frozen=True, slots=True)
class Field:
    """One leaf of the order: its label, its group, and the kind of value it takes."""

    label: str
    group: str
    kind: Kind = "text"
    choices: Choices = ()
    wide: bool = False

    @property
    def digits(self) -> bool:
        """Whether its values are made of digits, so that a digit typed is never a short cut."""
        return self.kind in ("date", "phone", "npi", "icd10", "code", "number")


def _words(values: tuple[str, ...] | Mapping[str, str]) -> Choices:
    return tuple((value, value.replace("_", " ")) for value in values)


def _modalities() -> Choices:
    return tuple((code, f"{code} · {words}") for code, words in MODALITIES.items())


ANSWERS: Final[Choices] = (("yes", "yes"), ("no", "no"))

FIELDS: Final[Mapping[str, Field]] = {
    "patient.family": Field("Family name", "Patient"),
    "patient.given": Field("Given name", "Patient"),
    "patient.birth_date": Field("Birth date", "Patient", "date"),
    "patient.sex": Field("Sex", "Patient", "choice", (("F", "female"), ("M", "male"), ("X", "another"))),
    "patient.middle": Field("Middle", "Patient"),
    "patient.mrn": Field("Record no.", "Patient", "code"),
    "patient.phone": Field("Telephone", "Patient", "phone"),
    "patient.address.line": Field("Street", "Patient"),
    "patient.address.city": Field("City", "Patient"),
    "patient.address.state": Field("State", "Patient"),
    "patient.address.postal_code": Field("ZIP", "Patient", "code"),
    "exams.*.text": Field("As written", "Exam", "long", wide=True),
    "exams.*.modality": Field("Modality", "Exam", "choice", _modalities()),
    "exams.*.body_region": Field("Region", "Exam", "choice", _words(BODY_REGIONS)),
    "exams.*.laterality": Field("Side", "Exam", "choice", _words(LATERALITIES)),
    "exams.*.contrast": Field("Contrast", "Exam", "choice", _words(CONTRASTS)),
    "exams.*.technique": Field("Technique", "Exam", "choice", _words(TECHNIQUES)),
    "exams.*.procedure_code": Field("CPT code", "Exam", "code"),
    "indication.text": Field("Reason", "Indication", "long", wide=True),
    "indication.icd10.*": Field("ICD-10", "Indication", "icd10"),
    "priority": Field("Priority", "Order", "choice", _words(PRIORITIES)),
    "order_date": Field("Order date", "Order", "date"),
    "signed": Field("Signed", "Order", "flag", (("true", "signed"), ("false", "not signed"))),
    "provider.family": Field("Family name", "Referrer"),
    "provider.given": Field("Given name", "Referrer"),
    "provider.practice": Field("Practice", "Referrer", wide=True),
    "provider.npi": Field("NPI", "Referrer", "npi"),
    "provider.phone": Field("Telephone", "Referrer", "phone"),
    "provider.fax": Field("Fax", "Referrer", "phone"),
    "coverage.payer": Field("Payer", "Coverage"),
    "coverage.member_id": Field("Member no.", "Coverage", "code"),
    "coverage.group_number": Field("Group no.", "Coverage", "code"),
    "coverage.authorization_number": Field("Authorisation", "Coverage", "code"),
    "safety.pregnant": Field("Pregnant", "Safety", "choice", ANSWERS),
    "safety.implant": Field("Implant", "Safety", "choice", ANSWERS),
    "safety.contrast_allergy": Field("Allergy", "Safety", "choice", ANSWERS),
    "safety.kidney_disease": Field("Kidney", "Safety", "choice", ANSWERS),
    "safety.egfr": Field("eGFR", "Safety", "number"),
}

GROUPS: Final[tuple[str, ...]] = tuple(dict.fromkeys(field.group for field in FIELDS.values()))

_NUMBERED = re.compile(r"\.\d+(?=\.|$)")
MISSING: Final[str] = "—"


def field_at(path: str) -> Field:
    """Return the field that the leaf at `path` is; raises KeyError for a path that no field has."""
    return FIELDS[_NUMBERED.sub(".*", path)]


def shown(value: Scalar, kind: Kind) -> str:
    """Return `value` as it stands in an input of that `kind`: empty when there is none."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, float):
        return f"{value:g}"
    if kind == "date" and re.fullmatch(r"\d{4}-\d\d-\d\d", value):
        return f"{value[5:7]}/{value[8:]}/{value[:4]}"
    if kind == "phone" and (number := PhoneNumber.parse(value)):
        return number.pretty
    return value


def said(value: Scalar, field: Field) -> str:
    """Return `value` as a person says it: the words of a choice, else as `shown`; a dash when there is none."""
    text = shown(value, field.kind)
    return dict(field.choices).get(text, text) or MISSING


def parse(typed: str, field: Field) -> Scalar:
    """Return the value that `typed` stands for, None when it is blank.

    Raises Unacceptable, with a sentence for the clerk, for what cannot be a
    value of this field.
    """
    text = re.sub(r"\s+", " ", typed).strip()
    if not text:
        return None
    if len(text) > TEXT_LIMIT:
        raise Unacceptable(f"That is longer than {TEXT_LIMIT} characters.")
    if field.kind == "flag":
        return _choice(text, field) == "true"
    if field.choices:
        return _choice(text, field)
    return {
        "date": _date,
        "phone": _phone,
        "npi": _npi,
        "icd10": _icd10,
        "number": _number,
        "code": _code,
    }.get(field.kind, str)(text)


def _choice(text: str, field: Field) -> str:
    for value, words in field.choices:
        if text.casefold() in (value.casefold(), words.casefold()):
            return value
    raise Unacceptable(f"“{text}” is not one of the choices.")


def _date(text: str) -> str:
    cleaned = text.replace(",", "")
    for form in DATE_FORMS:
        try:
            day = datetime.strptime(cleaned, form).date()
        except ValueError:
            continue
        # Two-digit years: strptime puts 69-99 into the last century, the rest into this one, births into the future.
        if form == "%m/%d/%y" and day > date.today():
            day = day.replace(year=day.year - 100)
        if not 1900 <= day.year <= date.today().year + 1:
            raise Unacceptable("That year cannot be right.")
        return day.isoformat()
    raise Unacceptable("Write the date as month/day/year: 03/14/1961.")


def _phone(text: str) -> str:
    if number := PhoneNumber.parse(text):
        return str(number)
    raise Unacceptable("A telephone number has ten digits, its area code included.")


def _npi(text: str) -> str:
    try:
        return str(NPI(text))
    except ValueError as refusal:
        raise Unacceptable(f"That cannot be right: {refusal}.") from None


def _icd10(text: str) -> str:
    if code := ICD10.parse(text):
        return str(code)
    raise Unacceptable("There is no such ICD-10-CM code.")


def _number(text: str) -> float:
    try:
        number = float(text.lstrip("<>≥≤= "))
    except ValueError:
        raise Unacceptable("Write a number.") from None
    if not 0 <= number <= 300:
        raise Unacceptable("That number cannot be right.")
    return number


def _code(text: str) -> str:
    if re.fullmatch(r"[0-9A-Za-z][0-9A-Za-z .\-/#]*", text):
        return text
    raise Unacceptable("A number holds letters, digits, dots and dashes only.")
