"""Rules beyond the contract, each with the near-miss beside it; they are notes and never among the problems."""

from __future__ import annotations

from dataclasses import replace
from fnmatch import fnmatchcase

import pytest
from hypothesis import given
from hypothesis import strategies as st

from orders.checklist import check, notes, outcomes
from orders.decision import Policy, decide
from orders.declared import FIELDS
from orders.order import ABSENT, Exam, Grant, Indication, Order, Scalar, Value
from orders.pack import default_pack, packs, parse_pack
from orders.rule import RULES
from orders.suitability import suitabilities

TODAY = "2026-11-24"


def value(given: Scalar, confidence: float = 0.99) -> Value:
    return Value(given, confidence, (), "stated")


def exam(modality: str, region: str, **parts: str) -> Exam:
    named = {"modality": modality, "body_region": region, **parts}
    return Exam(**{name: value(item) for name, item in named.items()})


def order(*exams: Exam, grants: tuple[Grant, ...] = (), today: str = TODAY, **leaves: Scalar) -> Order:
    made = Order("o1", (1,), exams=exams, grants=grants, judged_on=today, indication=Indication(ABSENT, ()))
    for path, item in leaves.items():
        made = made.put(path.replace("__", "."), value(item))
    return made


def grant(**leaves: str) -> Grant:
    return Grant(2, **{name: value(item) for name, item in leaves.items()})


def noted(checked: Order) -> list[str]:
    return [note.code for note in notes(checked, default_pack())]


BORN_1960 = {"patient__birth_date": "1960-05-05"}
BORN_1990 = {"patient__birth_date": "1990-11-25"}
SCREEN = exam("MG", "breast", technique="screening")
LUNG = exam("CT", "chest", technique="screening")
CASES = [
    ("nothing to say", order(exam("CT", "chest"), patient__sex="F", **BORN_1990), []),
    ("prostate of a woman", order(exam("MR", "prostate"), patient__sex="F"), ["exam_sex"]),
    ("prostate of a man", order(exam("MR", "prostate"), patient__sex="M"), []),
    ("prostate, sex X", order(exam("MR", "prostate"), patient__sex="X"), []),
    ("prostate, sex not stated", order(exam("MR", "prostate")), []),
    ("pelvis of a man", order(exam("US", "pelvis"), patient__sex="M"), []),
    ("obstetric of a man", order(exam("US", "obstetric"), patient__sex="M"), ["exam_sex"]),
    ("diagnostic mammogram of a man", order(exam("MG", "breast", technique="diagnostic"), patient__sex="M"), []),
    ("screening mammogram of a man", order(SCREEN, patient__sex="M"), ["exam_sex"]),
    ("obstetric at 66", order(exam("US", "obstetric"), **BORN_1960), ["exam_age"]),
    ("obstetric at 35", order(exam("US", "obstetric"), **BORN_1990), []),
    ("screening mammogram at 34", order(SCREEN, patient__birth_date="1991-11-25"), ["exam_age"]),
    ("screening mammogram at 35", order(SCREEN, patient__birth_date="1991-11-24"), []),
    ("lung screening at 49", order(LUNG, patient__birth_date="1976-11-25"), ["exam_age"]),
    ("lung screening at 80", order(LUNG, patient__birth_date="1945-11-25"), []),
    ("lung screening at 81", order(LUNG, patient__birth_date="1945-11-24"), ["exam_age"]),
    ("no day to count from", order(LUNG, today="", patient__birth_date="1999-01-01"), []),
    ("born tomorrow", order(LUNG, patient__birth_date="2026-11-25"), []),
    ("pregnant man", order(exam("US", "abdomen"), safety__pregnant="yes", patient__sex="M"), ["pregnancy_unlikely"]),
    ("pregnant woman", order(exam("US", "abdomen"), safety__pregnant="yes", patient__sex="F", **BORN_1990), []),
    ("pregnant at 66", order(exam("US", "abdomen"), safety__pregnant="yes", **BORN_1960), ["pregnancy_unlikely"]),
    ("man, not pregnant", order(exam("US", "abdomen"), safety__pregnant="no", patient__sex="M"), []),
    (
        "gadolinium in pregnancy",
        order(exam("MR", "head", contrast="with_and_without"), safety__pregnant="yes"),
        ["pregnancy_caution"],
    ),
    ("MR without contrast in pregnancy", order(exam("MR", "head", contrast="without"), safety__pregnant="yes"), []),
    ("mammogram in pregnancy", order(exam("MG", "breast"), safety__pregnant="yes"), ["pregnancy_caution"]),
    ("CT in pregnancy is the contract's", order(exam("CT", "head"), safety__pregnant="yes"), []),
    ("eGFR 44.9", order(exam("CT", "abdomen", contrast="with"), safety__egfr=44.9), ["kidney_function"]),
    ("eGFR 30", order(exam("CT", "abdomen", contrast="with"), safety__egfr=30), ["kidney_function"]),
    ("eGFR 29 is the contract's", order(exam("CT", "abdomen", contrast="with"), safety__egfr=29), []),
    ("eGFR 45", order(exam("CT", "abdomen", contrast="with"), safety__egfr=45), []),
    ("eGFR 35, no contrast", order(exam("CT", "abdomen", contrast="without"), safety__egfr=35), []),
    ("eGFR 35, gadolinium", order(exam("MR", "abdomen", contrast="with"), safety__egfr=35), []),
    (
        "kidney disease, no eGFR",
        order(exam("MR", "abdomen", contrast="with"), safety__kidney_disease="yes"),
        ["kidney_function"],
    ),
    (
        "kidney disease, eGFR 70",
        order(exam("CT", "abdomen", contrast="with"), safety__kidney_disease="yes", safety__egfr=70),
        [],
    ),
    ("an order of a year", order(exam("CT", "chest"), order_date="2025-11-24"), []),
    ("an order of a year and a day", order(exam("CT", "chest"), order_date="2025-11-23"), ["order_validity"]),
    ("an order of tomorrow", order(exam("CT", "chest"), order_date="2026-11-25"), ["order_validity"]),
    ("an order of today", order(exam("CT", "chest"), order_date=TODAY), []),
    (
        "the same exam twice",
        order(exam("XR", "knee", laterality="left"), exam("XR", "knee", laterality="left")),
        ["exam_twice"],
    ),
    ("both sides", order(exam("XR", "knee", laterality="left"), exam("XR", "knee", laterality="right")), []),
    ("with and without", order(exam("CT", "head", contrast="with"), exam("CT", "head", contrast="without")), []),
    ("two exams that say nothing", order(Exam(), Exam()), []),
    ("ended", order(grants=(grant(valid_until="2026-11-23"),)), ["authorization_validity"]),
    ("ends today", order(grants=(grant(valid_until=TODAY),)), []),
    ("begins tomorrow", order(grants=(grant(valid_from="2026-11-25"),)), ["authorization_validity"]),
    ("ended, and a newer one", order(grants=(grant(valid_until="2026-01-01"), grant(valid_until="2026-12-01"))), []),
    ("ended, no day", order(grants=(grant(valid_until="2020-01-01"),), today=""), []),
    ("another payer's", order(grants=(grant(payer="Cigna"),), coverage__payer="Aetna"), ["authorization_payer"]),
    ("a plan of the payer", order(grants=(grant(payer="Aetna Better Health"),), coverage__payer="AETNA PPO"), []),
    ("initials", order(grants=(grant(payer="United Healthcare"),), coverage__payer="UHC"), []),
    ("letters run together", order(grants=(grant(payer="Blue Cross"),), coverage__payer="BlueCross BlueShield"), []),
    ("payer not stated on the order", order(grants=(grant(payer="Cigna"),)), []),
    ("common words only", order(grants=(grant(payer="Health Plan"),), coverage__payer="Aetna"), []),
    (
        "one of two is the payer's",
        order(grants=(grant(payer="Cigna"), grant(payer="Aetna")), coverage__payer="Aetna"),
        [],
    ),
    ("denied", order(grants=(grant(status="denied"),)), ["authorization_refused"]),
    ("asks for more", order(grants=(grant(status="pending"),)), ["authorization_refused"]),
    ("denied, then approved", order(grants=(grant(status="denied"), grant(status="approved"))), []),
]


@pytest.mark.parametrize(("checked", "expected"), [case[1:] for case in CASES], ids=[case[0] for case in CASES])
def test_notes(checked: Order, expected: list[str]) -> None:
    assert noted(checked) == expected
    assert not set(expected) & {problem.code for problem in check(checked, default_pack())}


def test_a_note_names_its_exam_and_its_reason() -> None:
    found = notes(order(exam("MR", "prostate", text="MRI prostate"), patient__sex="F"), default_pack())[0]
    assert "MRI prostate" in found.message and "the patient is female" in found.message
    assert found.severity == "note" and found.paths == ("exams.0.body_region", "patient.sex")
    old = notes(order(exam("CT", "head"), order_date="2025-03-09"), default_pack())[0]
    assert "03/09/2025" in old.message


@pytest.mark.parametrize("checked", [case[1] for case in CASES if case[2]])
def test_notes_change_no_route(checked: Order) -> None:
    bare = replace(default_pack(), entries=tuple(entry for entry in default_pack().entries if entry.severity != "note"))
    assert decide(checked, Policy(0.1), default_pack()) == decide(checked, Policy(0.1), bare)


def test_a_pack_may_make_a_note_count() -> None:
    text = 'name = "x"\nversion = "1"\nbase = "default"\n[rules.order_validity]\nseverity = "blocking"\ndays = 30\n'
    pack = parse_pack(text, "x.toml")
    made = order(exam("CT", "chest"), order_date="2026-10-24")
    assert "order_validity" in {problem.code for problem in check(made, pack) if problem.severity == "blocking"}
    assert "order_validity" not in {note.code for note in notes(made, pack)}
    fresh = made.put("order_date", value("2026-10-25"))
    assert "order_validity" not in {problem.code for problem in check(fresh, pack)}


SITE = """
name = "site"
version = "1"
[rules.{name}]
{asks}
severity = "follow_up"
authority = "site policy"
clerk = "It is not as it must be: {{exam}}."
referrer = "Please."
"""
UNREAD = Value(None, 0.4, (), "unreadable")
DECLARED = [
    ('needs = ["patient.mrn"]', order(), True),
    ('needs = ["patient.mrn"]', order(patient__mrn="17"), False),
    ('needs = ["signed"]', order(signed=False), True),
    ('needs = ["signed"]', order(signed=True), False),
    ('needs = ["indication.icd10.*"]', order(), True),
    ('needs = ["indication.icd10.*"]', replace(order(), indication=Indication(ABSENT, (value("R05.9"),))), False),
    ('one_of = ["patient.phone", "patient.mrn"]', order(patient__mrn="17"), False),
    ('one_of = ["patient.phone", "patient.mrn"]', order(), True),
    ('readable = ["patient.mrn"]', order().put("patient.mrn", UNREAD), True),
    ('readable = ["patient.mrn"]', order(), False),
    ('sure = ["patient.mrn"]\nleast = 0.9', order().put("patient.mrn", value("17", 0.89)), True),
    ('sure = ["patient.mrn"]\nleast = 0.9', order().put("patient.mrn", value("17", 0.9)), False),
    ('sure = ["patient.mrn"]\nleast = 0.9', order(), False),
    ('needs = ["exams.*.technique"]\nmodality = ["MG"]', order(exam("MG", "breast")), True),
    ('needs = ["exams.*.technique"]\nmodality = ["MG"]', order(SCREEN), False),
    ('needs = ["exams.*.technique"]\nmodality = ["MG"]', order(exam("CT", "chest")), False),
    ('needs = ["exams.*.technique"]\nmodality = ["MG"]', order(exam("CT", "chest"), SCREEN), False),
    ('needs = ["patient.mrn"]\nmodality = ["MG"]\nbody_region = ["chest"]', order(SCREEN), False),
    ('needs = ["exams.*.contrast"]', order(), False),
]


@pytest.mark.parametrize(("asks", "checked", "problem"), DECLARED)
def test_declared_rules(asks: str, checked: Order, problem: bool) -> None:
    pack = parse_pack(SITE.format(name="site_rule", asks=asks), "site.toml")
    assert [found.code for found in check(checked, pack)] == ["site_rule"] * problem


def test_what_is_absent_is_as_sure_as_its_absence() -> None:
    pack = parse_pack(SITE.format(name="site_rule", asks='needs = ["patient.mrn"]'), "site.toml")
    unread = check(order().put("patient.mrn", UNREAD), pack)[0]
    assert unread.confidence <= 0.2 and unread.paths == ("patient.mrn",)


@pytest.mark.parametrize(
    ("name", "checked", "codes"),
    [
        ("mammography", order(exam("MG", "breast", laterality="left")), {"mammography_kind", "patient_address"}),
        ("mammography", order(exam("MG", "breast", technique="diagnostic")), {"diagnostic_reason", "patient_address"}),
        ("mammography", order(SCREEN), {"patient_address"}),
        ("mammography", order(exam("US", "breast")), set()),
        ("medicare_strict", order(LUNG, patient__birth_date="1999-01-01"), {"exam_age", "provider_first_name"}),
        ("medicare_strict", order(exam("CT", "chest"), provider__given="Ada"), set()),
        ("medicare_strict", order(order_date="2026-01-01", provider__given="Ada"), {"order_validity"}),
        ("site_minimum", order(), set()),
    ],
)
def test_our_other_packs(name: str, checked: Order, codes: set[str]) -> None:
    counted = {entry.rule.name for entry in default_pack().entries if entry.severity != "note"}
    assert {found.code for found in check(checked, packs()[name])} - counted == codes


def test_our_other_packs_change_what_the_default_asks() -> None:
    severities = {name: {entry.rule.name: entry.severity for entry in pack.entries} for name, pack in packs().items()}
    assert severities["medicare_strict"]["provider_npi"] == "blocking"
    assert "authorization" not in severities["medicare_strict"]
    assert severities["site_minimum"]["signature"] == "follow_up"
    assert set(severities["default"]) <= set(severities["mammography"])


FULL = order(SCREEN, exam("CT", "chest", text="CT chest", contrast="with"), patient__sex="F", **BORN_1990)


@given(
    st.lists(st.sampled_from([path for path, _ in FULL.leaves()]), max_size=8),
    st.sampled_from(["yes", "no", "F", "M", True, False, 30, "2026-01-01", None]),
)
def test_a_rule_rests_on_the_fields_it_names_and_on_no_other(changed: list[str], said: Scalar) -> None:
    made = replace(FULL, grants=(grant(status="denied", payer="Cigna", valid_until="2026-01-01"),))
    for path in changed:
        made = made.put(path, ABSENT if said is None else value(said))
    for pack in packs().values():
        for outcome in outcomes(made, pack):
            for path in outcome.verdict.paths:
                assert any(fnmatchcase(path, field) for field in outcome.entry.rule.fields), outcome.entry.rule.name


def test_the_fields_that_rules_name_exist() -> None:
    known = {*FIELDS, "exams.*", *(f"grants.*.{leaf}" for leaf in ("status", "payer", "valid_from", "valid_until"))}
    for named in RULES.values():
        assert set(named.fields) <= known, named.name


def test_the_table_of_suitability_makes_sense() -> None:
    assert {fits.sex for fits in suitabilities()} >= {"F", "M"}
    assert all(fits.reason for fits in suitabilities())
