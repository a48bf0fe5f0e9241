"""The default checklist, rule by rule: what it finds, and the near-miss beside it that it must leave alone."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from orders.checklist import UNREADABLE, check, outcomes
from orders.order import ABSENT, Conflict, Exam, Finding, Indication, Order, Scalar, Value
from orders.pack import default_pack


def value(given: Scalar, confidence: float = 0.99) -> Value:
    return Value(given, confidence, (), "stated")


def exam(modality: str | None, region: str | None, text: str = "", **parts: str) -> Exam:
    named = {"modality": modality, "body_region": region, "text": text or None, **parts}
    return Exam(**{name: value(given) for name, given in named.items() if given})


KNEE = exam("MR", "knee", "MRI left knee without contrast", laterality="left", contrast="without")


def order(*exams: Exam, **leaves: Scalar) -> Order:
    """A complete order with `exams` (an MRI of the knee by default) and leaves changed; None takes one away."""
    complete: dict[str, Scalar] = {
        "patient.family": "Quill",
        "patient.given": "Ada",
        "patient.birth_date": "1961-02-03",
        "patient.phone": "8655550120",
        "coverage.payer": "Aetna",
        "coverage.member_id": "W123",
        "coverage.authorization_number": "A77",
        "indication.text": "locking",
        "provider.family": "Osei",
        "provider.npi": "1234567893",
        "provider.phone": "8655550121",
        "signed": True,
        "order_date": "2026-03-02",
        "safety.implant": "no",
    }
    made = Order("o1", (1,), exams=exams or (KNEE,), indication=Indication(ABSENT, (value("M23.8X2"),)))
    for path, item in (complete | {name.replace("__", "."): leaf for name, leaf in leaves.items()}).items():
        made = made.put(path, ABSENT if item is None else value(item))
    return made


def codes(checked: Order) -> set[str]:
    return {problem.code for problem in check(checked, default_pack())}


CT = {"modality": "CT", "region": "abdomen"}
CASES = [
    ("complete", order(), set()),
    ("no family name", order(patient__family=None), {"patient_name"}),
    ("no given name", order(patient__given=None), {"patient_name"}),
    ("no middle name, no sex", order(patient__middle=None, patient__sex=None), set()),
    ("no birth date", order(patient__birth_date=None), {"patient_birth_date"}),
    ("no exam", replace(order(), exams=()), {"exam"}),
    ("modality without a part", order(exam("XR", None, "X-ray")), {"exam"}),
    ("part without a modality", order(exam(None, "chest", "chest")), {"exam"}),
    ("second exam without a part", order(exam("XR", "chest"), exam("US", None, "US")), {"exam"}),
    ("paired, no side", order(exam("XR", "knee")), {"laterality"}),
    ("paired, both sides", order(exam("XR", "knee", laterality="bilateral")), set()),
    ("one of two without a side", order(exam("XR", "hip", laterality="left"), exam("XR", "femur")), {"laterality"}),
    ("not paired, no side", order(exam("XR", "pelvis")), set()),
    ("kidneys are not among the paired", order(exam("US", "kidney")), set()),
    ("screening mammogram", order(exam("MG", "breast", technique="screening")), set()),
    ("diagnostic mammogram", order(exam("MG", "breast", technique="diagnostic")), {"laterality"}),
    ("screening of the breast, not mammography", order(exam("US", "breast", technique="screening")), {"laterality"}),
    ("code instead of words", order(indication__text=None), set()),
    ("no provider's name", order(provider__family=None), {"provider_name"}),
    ("fax instead of phone", order(provider__phone=None, provider__fax="8655550122"), set()),
    ("neither fax nor phone", order(provider__phone=None), {"provider_contact"}),
    ("unsigned", order(signed=False), {"signature"}),
    ("signature unknown", order(signed=None), {"signature"}),
    ("no patient's phone", order(patient__phone=None), {"patient_phone"}),
    ("CT, contrast open", order(exam(**CT)), {"contrast"}),
    ("MR, contrast open", order(exam("MR", "head")), {"contrast"}),
    ("CT angiography", order(exam(**CT, technique="angiography")), set()),
    ("MR arthrography", order(exam("MR", "hip", laterality="left", technique="arthrography")), set()),
    ("CT venography", order(exam("CT", "head", technique="venography")), set()),
    ("calcium score", order(exam("CT", "heart", technique="calcium_score")), set()),
    ("low-dose screening CT", order(exam("CT", "chest", technique="screening")), {"contrast"}),
    ("CT perfusion", order(exam("CT", "head", technique="perfusion")), {"contrast"}),
    ("PET needs no word on contrast", order(exam("PT", "whole_body")), set()),
    ("no payer", order(coverage__payer=None), {"coverage"}),
    ("no member id", order(coverage__member_id=None), {"coverage"}),
    ("no group number", order(coverage__group_number=None), set()),
    ("no authorisation, MR", order(coverage__authorization_number=None), {"authorization"}),
    ("no authorisation, stat", order(coverage__authorization_number=None, priority="stat"), set()),
    ("no authorisation, urgent", order(coverage__authorization_number=None, priority="urgent"), {"authorization"}),
    ("no authorisation, XR", order(exam("XR", "chest"), coverage__authorization_number=None), set()),
    ("no authorisation, RF", order(exam("RF", "esophagus"), coverage__authorization_number=None), set()),
    ("no authorisation, NM", order(exam("NM", "heart"), coverage__authorization_number=None), {"authorization"}),
    ("implant unanswered", order(safety__implant=None), {"safety_screening"}),
    ("implant unanswered, CT", order(exam(**CT, contrast="without"), safety__implant=None), set()),
    ("allergy unanswered", order(exam(**CT, contrast="with")), {"safety_screening"}),
    ("allergy unanswered, without contrast", order(exam(**CT, contrast="without")), set()),
    ("allergy answered", order(exam(**CT, contrast="with"), safety__contrast_allergy="no"), set()),
    ("allergy unanswered, both phases", order(exam(**CT, contrast="with_and_without")), {"safety_screening"}),
    ("no NPI", order(provider__npi=None), {"provider_npi"}),
    ("NPI, one digit changed", order(provider__npi="1234567890"), {"provider_npi"}),
    ("NPI, a digit short", order(provider__npi="123456789"), {"provider_npi"}),
    ("no date", order(order_date=None), {"order_date"}),
]  # fmt: skip


@pytest.mark.parametrize(("checked", "expected"), [case[1:] for case in CASES], ids=[case[0] for case in CASES])
def test_the_default_checklist(checked: Order, expected: set[str]) -> None:
    assert codes(checked) == expected


def test_no_words_and_no_code_is_one_problem_each() -> None:
    bare = replace(order(), indication=Indication())
    assert codes(bare) == {"indication", "diagnosis_code"}


@pytest.mark.parametrize(
    ("checked", "code", "message", "request_"),
    [
        (order(patient__given=None), "patient_name", "first name", "first name"),
        (order(exam("XR", "knee", "knee 3 views")), "laterality", "knee 3 views", "left, right or both"),
        (order(exam("XR", "knee")), "laterality", "radiography knee", "radiography knee"),
        (order(provider__npi="1234567890"), "provider_npi", "check digit", "again"),
        (order(safety__implant=None), "safety_screening", "pacemaker", "tick"),
    ],
)
def test_the_sentences_name_what_is_meant(checked: Order, code: str, message: str, request_: str) -> None:
    found = {problem.code: problem for problem in check(checked, default_pack())}[code]
    assert message in found.message
    assert request_ in found.request
    assert found.authority
    for path in found.paths:
        checked.at(path)


UNREAD = Value(confidence=0.9, state="unreadable")
BLURRED_KNEE = replace(exam("XR", "knee"), text=value("xr krnee", 0.5))
NO_GIVEN = order(patient__given=None).put("patient.family", Value(confidence=0.3))

CONFIDENCES = [
    ("sure absence", order().put("patient.birth_date", Value(confidence=0.97)), "patient_birth_date", 0.97),
    ("unsure absence", order().put("patient.birth_date", Value(confidence=0.4)), "patient_birth_date", 0.4),
    ("unreadable", order().put("patient.birth_date", UNREAD), "patient_birth_date", UNREADABLE),
    ("one name surely missing", NO_GIVEN, "patient_name", 1.0),
    ("fax unreadable", order(provider__phone=None).put("provider.fax", UNREAD), "provider_contact", UNREADABLE),
    ("side sought in words read badly", order(BLURRED_KNEE), "laterality", 0.5),
    ("modality unsure", order(replace(exam("CT", "head"), modality=value("CT", 0.6))), "contrast", 0.6),
    ("signature unsure", order().put("signed", Value(False, 0.55)), "signature", 0.55),
    ("no exam at all", replace(order(), exams=()), "exam", 0.5),
]  # fmt: skip


@pytest.mark.parametrize(
    ("checked", "code", "confidence"), [case[1:] for case in CONFIDENCES], ids=[case[0] for case in CONFIDENCES]
)
def test_a_problem_is_as_sure_as_what_it_rests_on(checked: Order, code: str, confidence: float) -> None:
    found = {problem.code: problem for problem in check(checked, default_pack())}[code]
    assert found.confidence == pytest.approx(confidence)


def test_conflicts_become_one_problem_that_names_every_side() -> None:
    first = Conflict("exam_conflict", "ticked left, written right.", (), 0.7, ("exams.0.laterality",))
    second = Conflict("exam_conflict", "code 72148 is for the lumbar spine", (), 0.9, ("exams.0.procedure_code",))
    found = [p for p in check(replace(order(), conflicts=(first, second)), default_pack()) if p.code == "exam_conflict"]
    assert len(found) == 1
    assert "ticked left, written right; code 72148" in found[0].message
    assert found[0].confidence == 0.9
    assert found[0].paths == ("exams.0.laterality", "exams.0.procedure_code")


@given(st.sampled_from(sorted({path for path, _ in order().leaves()})), st.floats(0, 1))
def test_less_sure_leaves_never_make_an_outcome_surer(path: str, confidence: float) -> None:
    whole = order()
    weaker = whole.put(path, replace(whole.at(path), confidence=min(confidence, whole.at(path).confidence)))
    pairs = zip(outcomes(whole, default_pack()), outcomes(weaker, default_pack()), strict=True)
    assert all(after.confidence <= before.confidence for before, after in pairs)


def test_what_was_read_too_badly_to_be_stated_is_not_missing() -> None:
    guess = Finding("patient.birth_date", "1962-03-14", (), 0.3, "label")
    unlikely = Value(None, 0.7, (), "unreadable", "nothing read here is likely", (guess,))
    assert "patient_birth_date" in {
        one.code for one in check(order().put("patient.birth_date", UNREAD), default_pack())
    }
    assert "patient_birth_date" not in {
        one.code for one in check(order().put("patient.birth_date", unlikely), default_pack())
    }
