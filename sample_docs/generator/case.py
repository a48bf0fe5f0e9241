"""What one order says before it is laid out: its facts, what it leaves out, and who else is named."""

from __future__ import annotations

import random
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, timedelta

from sample_docs.generator import clinical, people
from sample_docs.generator.clinical import Ordered
from sample_docs.generator.people import Office, Person, Place

Fact = str | float | bool
Spoil = Callable[[random.Random, "Case"], None]

_MRN = ("999999", "9999999", "99999999", "A999999", "AA-99999", "M99999999", "99-99-99")
_MEMBER = (
    "AAA999999999",
    "999999999",
    "A99999999",
    "9AA9AA9AA99",
    "AAA99A99999",
    "W999999999",
    "9999999999",
    "99999999-01",
)
_GROUP = ("999999", "99999", "A99999", "9999-99", "AAA999", "99A999")
_AUTH = ("A999999999", "999999999", "AA9999999", "9999-999999", "PA-9999999", "AUTH999999", "9999999999")
_CONTRAST = ("with", "with_and_without")


@dataclass(slots=True)
class Case:
    """One order. `facts` maps the contract's paths to values (dates ISO, phones ten digits).

    `signature` is hand, electronic, typed, pending or none. `opposed` names the
    path whose statement contradicts the exam (`exam_conflict`), if one does.
    `others` are people and numbers that stand on the page and are not the ones wanted.
    """

    facts: dict[str, Fact]
    exams: list[Ordered]
    codes: list[str]
    signature: str
    patient: Person
    provider: Person
    credential: str
    practice: Office
    centre: Office
    home: Place
    ordered: date
    opposed: str | None = None
    notes: str = ""
    prefix: str = ""
    suffix: str = ""
    others: dict[str, str] = field(default_factory=dict)


def a_case(rng: random.Random, defects: Sequence[str] | None = None) -> Case:
    """Return an order with `defects` (codes of the contract's checklist), or with some drawn at random.

    A defect that does not fit the exam drawn (a side, where there is only one)
    draws the exam again. What the layout then has no room for is left out of
    the truth as well, so more may be absent in the end than was asked for here.
    """
    # The exam is blurred last: other defects are made of what it says.
    wanted = sorted(_defects(rng) if defects is None else defects, key=lambda code: code == "exam")
    sex = rng.choice("FM")
    exams = _exams(rng, sex, wanted)
    case = _complete(rng, sex, exams)
    for defect in wanted:
        _SPOIL[defect](rng, case)
    if not case.facts["provider.family"] and case.signature != "hand":
        # A printed statement or a typed name would state the name that is to be missing.
        case.signature = "hand" if case.signature == "electronic" else "none"
    return case


def _defects(rng: random.Random) -> list[str]:
    blocking = list(_BLOCKING)
    found = rng.sample(blocking, rng.choices([0, 1, 2], [58, 34, 8])[0])
    return found + [code for code in _FOLLOW_UP if rng.random() < 0.12]


def _exams(rng: random.Random, sex: str, wanted: Sequence[str]) -> list[Ordered]:
    """Draw exams until they suit the defects wanted."""
    count = 1 if "exam" in wanted else rng.choices([1, 2, 3], [84, 13, 3])[0]
    while True:
        exams = [clinical.any_exam(rng, sex, "contrast" in wanted) for _ in range(count)]
        first = exams[0]
        keys = {exam.key for exam in exams}
        if len(keys) < count or len({(exam.body_region, exam.modality) for exam in exams}) < count:
            continue
        if "laterality" in wanted and not first.paired:
            continue
        if "contrast" in wanted and first.modality not in ("CT", "MR"):
            continue
        if "exam_conflict" in wanted and not (first.procedure_code or clinical.sideable(first)):
            continue
        if "safety_conflict" in wanted and not _dangers(first):
            continue
        return exams


def _complete(rng: random.Random, sex: str, exams: list[Ordered]) -> Case:
    patient, provider = people.person(rng, sex), people.person(rng)
    home = people.place(rng)
    practice, centre = people.practice(rng, home), people.centre(rng, home)
    ordered = people.day(rng, people.TODAY - timedelta(days=300), people.TODAY)
    born = people.day(rng, date(1934, 1, 1), date(2012, 1, 1))
    if any(exam.body_region in ("obstetric", "uterus_tubes") for exam in exams):
        born = people.day(rng, date(1984, 1, 1), date(2003, 1, 1))
    side = exams[0].laterality if len(exams) == 1 and rng.random() < 0.7 else None
    why = clinical.reason(rng, exams[0], sex, side)
    facts: dict[str, Fact] = {
        "patient.family": patient.family,
        "patient.given": patient.given,
        "patient.middle": patient.middle,
        "patient.birth_date": born.isoformat(),
        "patient.sex": sex if rng.random() < 0.97 else "X",
        "patient.phone": people.phone(rng, home.area),
        "patient.mrn": people.identifier(rng, _MRN),
        "patient.address.line": home.line,
        "patient.address.city": home.city,
        "patient.address.state": home.state,
        "patient.address.postal_code": home.postal_code,
        "coverage.payer": rng.choice(people.data("names")["payers"]).format(state=home.state),
        "coverage.member_id": people.identifier(rng, _MEMBER),
        "coverage.group_number": people.identifier(rng, _GROUP),
        "coverage.authorization_number": people.identifier(rng, _AUTH),
        "indication.text": why.text,
        "priority": rng.choices(["routine", "urgent", "stat"], [75, 17, 8])[0],
        "provider.family": provider.family,
        "provider.given": provider.given,
        "provider.npi": people.npi(rng),
        "provider.practice": practice.name,
        "provider.phone": practice.phone,
        "provider.fax": practice.fax,
        "order_date": ordered.isoformat(),
        **_safety(rng, sex, exams),
    }
    for path, share in (("patient.mrn", 0.3), ("coverage.group_number", 0.4), ("priority", 0.3), ("patient.sex", 0.1)):
        if rng.random() < share:
            facts[path] = ""
    if rng.random() < 0.2:
        for part in ("line", "city", "state", "postal_code"):
            facts[f"patient.address.{part}"] = ""
    case = Case(
        facts,
        exams,
        list(why.codes),
        rng.choice(["hand", "hand", "electronic"]),
        patient,
        provider,
        rng.choice(people.data("names")["credentials"]),
        practice,
        centre,
        home,
        ordered,
    )
    if rng.random() < 0.08:
        case.prefix = rng.choice(["Mr.", "Mr"] if sex == "M" else ["Mrs.", "Ms.", "Miss"])
    if sex == "M" and rng.random() < 0.08:
        case.suffix = rng.choice(["Jr.", "Sr.", "III", "II", "Jr"])
    _name_others(rng, case)
    return case


def _safety(rng: random.Random, sex: str, exams: list[Ordered]) -> dict[str, Fact]:
    """Return answers that speak against none of the exams; some questions stay open."""
    facts: dict[str, Fact] = {}
    magnetic = any(exam.modality == "MR" for exam in exams)
    contrast = any(exam.contrast in _CONTRAST or exam.technique for exam in exams)
    rays = any(exam.modality not in ("MR", "US") for exam in exams)
    for name, harmless, asked in (
        ("pregnant", not rays and sex == "F", sex == "F"),
        ("implant", not magnetic, True),
        ("contrast_allergy", not contrast, True),
        ("kidney_disease", True, True),
    ):
        if asked and rng.random() < 0.8:
            facts[f"safety.{name}"] = "yes" if harmless and rng.random() < 0.12 else "no"
    if rng.random() < 0.3:
        facts["safety.egfr"] = float(rng.randint(36, 110))
    return facts


def _name_others(rng: random.Random, case: Case) -> None:
    """Name people, days and numbers that are not the ones wanted."""
    pcp, contact, copy = people.person(rng), people.person(rng), people.person(rng)
    visit = case.ordered - timedelta(days=rng.randint(0, 6))
    case.others = {
        "pcp": f"{rng.choice(['', 'Dr. '])}{pcp.given} {pcp.family}, MD",
        "contact": f"{contact.given} {case.patient.family}",
        "contact_phone": people.phone(rng, case.home.area),
        "work_phone": people.phone(rng, case.home.area),
        "copy_to": f"Dr. {copy.given} {copy.family}",
        "copy_fax": people.phone(rng, case.home.area),
        "subscriber": f"{contact.given} {case.patient.family}",
        "subscriber_birth_date": people.day(rng, date(1940, 1, 1), date(2000, 1, 1)).isoformat(),
        "supervisor": f"{copy.given} {pcp.family}, MD",
        "age": str((case.ordered - date.fromisoformat(str(case.facts["patient.birth_date"]))).days // 365),
        "visit_date": visit.isoformat(),
        "injury_date": (visit - timedelta(days=rng.randint(5, 90))).isoformat(),
        "signature_date": (case.ordered + timedelta(days=rng.choice([0, 0, 0, 1]))).isoformat(),
        "print_date": (case.ordered + timedelta(days=rng.randint(0, 3))).isoformat(),
        "appointment_date": (case.ordered + timedelta(days=rng.randint(4, 30))).isoformat(),
        "encounter": people.identifier(rng, ("9999999999", "E99999999")),
        "order_number": people.identifier(rng, ("999999999", "ORD-9999999", "R99-99999")),
    }


def _dangers(exam: Ordered) -> list[tuple[str, Fact]]:
    """Return the answers that speak against `exam` by the contract's checklist."""
    found: list[tuple[str, Fact]] = []
    if exam.modality == "MR":
        found.append(("safety.implant", "yes"))
    if exam.modality in ("CT", "MR") and exam.contrast in _CONTRAST:
        found += [("safety.contrast_allergy", "yes"), ("safety.egfr", 19.0)]
    if exam.modality in ("CT", "XR", "NM", "PT", "RF"):
        found.append(("safety.pregnant", "yes"))
    return found


def _drop(*paths: str) -> Spoil:
    """Return what takes the facts at `paths` out of a case."""

    def spoil(rng: random.Random, case: Case) -> None:
        for path in paths:
            case.facts[path] = ""

    return spoil


def _drop_name(rng: random.Random, case: Case) -> None:
    for path in rng.choice([("patient.family",), ("patient.given", "patient.middle")]):
        case.facts[path] = ""
    case.notes = "a part of the patient's name is not stated"


def _drop_indication(rng: random.Random, case: Case) -> None:
    case.facts["indication.text"] = ""
    case.codes = []


def _blur_exam(rng: random.Random, case: Case) -> None:
    case.opposed = None
    case.exams = [clinical.vague(rng, case.exams[0])] if rng.random() < 0.75 else []


def _drop_side(rng: random.Random, case: Case) -> None:
    exam = case.exams[0]
    if case.opposed == "indication.text":
        case.opposed = None
    sex = str(case.facts["patient.sex"])
    side = exam.laterality if exam.laterality != "bilateral" and rng.random() < 0.5 else None
    case.exams[0] = clinical.without_side(rng, exam)
    why = clinical.reason(rng, case.exams[0], sex, side)
    case.facts["indication.text"], case.codes = why.text, list(why.codes)
    case.notes = "the side stands in the indication only" if side and side in why.text.lower() else "no side anywhere"


def _contradict_exam(rng: random.Random, case: Case) -> None:
    """Let the procedure code or the indication's side speak against the exam's words."""
    exam = case.exams[0]
    one_side = exam.laterality in ("left", "right") and clinical.sideable(exam)
    if one_side and (rng.random() < 0.5 or not exam.procedure_code):
        other = "left" if exam.laterality == "right" else "right"
        why = clinical.reason(rng, exam, str(case.facts["patient.sex"]), other)
        case.facts["indication.text"], case.codes = why.text, list(why.codes)
        case.opposed = "indication.text"
        case.notes = f"the exam says {exam.laterality}, the indication {other}"
        return
    strange = [
        code
        for known in clinical.catalogue().values()
        for code in known["codes"].values()
        if code
        and (known["modality"], known["region"]) != (exam.modality, exam.body_region)
        and code not in clinical.catalogue()[exam.key]["codes"].values()
    ]
    case.exams[0] = replace(exam, procedure_code=rng.choice(strange))
    case.opposed = "exams.0.procedure_code"
    case.notes = "the procedure code is another exam's"


def _endanger(rng: random.Random, case: Case) -> None:
    dangers = _dangers(case.exams[0])
    path, answer = rng.choice(
        [danger for danger in dangers if case.patient.sex == "F" or "pregnant" not in danger[0]] or dangers
    )
    if path == "safety.pregnant":
        case.facts["patient.sex"] = "F"
    case.facts[path] = answer
    case.notes = f"{path.removeprefix('safety.')} speaks against the exam"


def _bad_npi(rng: random.Random, case: Case) -> None:
    case.facts["provider.npi"] = people.npi(rng, valid=False) if rng.random() < 0.5 else ""


def _unsign(rng: random.Random, case: Case) -> None:
    case.signature = rng.choice(["none", "none", "typed", "pending"])


def _drop_coverage(rng: random.Random, case: Case) -> None:
    case.facts["coverage.member_id"] = ""
    if rng.random() < 0.5:
        case.facts["coverage.payer"] = case.facts["coverage.group_number"] = ""


def _drop_codes(rng: random.Random, case: Case) -> None:
    if case.facts["indication.text"]:
        case.codes = []


def _keep(rng: random.Random, case: Case) -> None:
    """The exam was already drawn with this left open."""


_BLOCKING: dict[str, Spoil] = {
    "patient_name": _drop_name,
    "patient_birth_date": _drop("patient.birth_date"),
    "exam": _blur_exam,
    "laterality": _drop_side,
    "indication": _drop_indication,
    "provider_name": _drop("provider.family", "provider.given"),
    "provider_contact": _drop("provider.phone", "provider.fax"),
    "signature": _unsign,
    "exam_conflict": _contradict_exam,
    "safety_conflict": _endanger,
}
_FOLLOW_UP: dict[str, Spoil] = {
    "patient_phone": _drop("patient.phone"),
    "contrast": _keep,
    "diagnosis_code": _drop_codes,
    "coverage": _drop_coverage,
    "authorization": _drop("coverage.authorization_number"),
    "safety_screening": _drop("safety.implant", "safety.contrast_allergy"),
    "provider_npi": _bad_npi,
    "order_date": _drop("order_date"),
}
_SPOIL = {**_BLOCKING, **_FOLLOW_UP}
