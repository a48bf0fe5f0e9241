"""Routes: what clears, what is asked, and what a person has to look at first."""

from __future__ import annotations

from dataclasses import replace
from math import inf
from typing import Literal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from orders.decision import Policy, asked_about, decide, doubt, doubts, name_of
from orders.order import ABSENT, Check, Conflict, Exam, Indication, Order, Patient, Provider, Safety, Value
from orders.pack import default_pack


def sure(item: str | bool, confidence: float = 0.999) -> Value:
    return Value(item, confidence, (), "stated")


ORDER = Order(
    "o1",
    (1,),
    patient=Patient(family=sure("Quill"), given=sure("Ada"), birth_date=sure("1961-02-03")),
    exams=(
        Exam(
            text=sure("MRI left knee w/o"),
            modality=sure("MR"),
            body_region=sure("knee"),
            laterality=sure("left"),
            contrast=sure("without"),
            technique=Value(confidence=0.999),
        ),
    ),
    indication=Indication(sure("locking")),
    provider=Provider(family=sure("Osei"), phone=sure("8655550121")),
    signed=sure(True),
    safety=Safety(implant=sure("no")),
)
POLICY = Policy(doubt=0.1)
DOUBTED = Conflict("safety_conflict", "an MRI, but an implant", (), 0.5, ("safety.implant",))


def put(path: str, value: Value) -> Order:
    return ORDER.put(path, value)


@pytest.mark.parametrize(
    ("order", "route", "words"),
    [
        (ORDER, "ready", "Complete"),
        (put("patient.family", sure("Quill", 0.6)), "review", "last name was not read surely"),
        (put("patient.birth_date", Value(state="unreadable")), "review", "date of birth could not be read"),
        (put("patient.birth_date", Value(confidence=0.5)), "review", "date of birth may have been overlooked"),
        (put("patient.birth_date", ABSENT), "clarification", "date of birth is not stated"),
        (put("exams.0.technique", Value(confidence=0.7)), "review", "technique of the exam may have been overlooked"),
        (put("exams.0.laterality", sure("left", 0.7)), "review", "side of the exam was not read surely"),
        (put("exams.0.laterality", ABSENT), "clarification", "side is not stated"),
        (put("exams.0.laterality", Value(confidence=0.4)), "review", "Perhaps: The side"),
        (put("signed", sure(True, 0.5)), "review", "signature was not read surely"),
        (put("signed", Value(False, 0.5)), "review", "Perhaps: The order is not signed"),
        (put("signed", Value(False, 0.95)), "clarification", "not signed"),
        (put("safety.implant", sure("no", 0.3)), "review", "answer on implants"),
        (put("provider.phone", Value(state="unreadable")), "review", "provider's phone could not be read"),
        (put("patient.phone", Value(state="unreadable")), "ready", "Complete"),
        (put("order_date", Value(confidence=0.1)), "ready", "Complete"),
        (replace(ORDER, exams=()), "review", "No exam is stated"),
        (replace(ORDER, conflicts=(DOUBTED,)), "review", "an MRI, but an implant"),
        (replace(ORDER, conflicts=(replace(DOUBTED, confidence=0.9),)), "clarification", "an MRI, but an implant"),
    ],
)
def test_the_route_and_its_reason(order: Order, route: str, words: str) -> None:
    said, reason = decide(order, POLICY)
    assert said == route
    assert words in reason


def test_one_sure_defect_is_asked_even_where_other_values_are_not_sure() -> None:
    order = put("patient.family", sure("Quill", 0.2)).put("signed", Value(False, 0.95))
    assert decide(order, POLICY)[0] == "clarification"


@pytest.mark.parametrize(("unsure", "route"), [(0.5, "review"), (0.95, "clarification")])
def test_a_second_defect_that_is_not_sure_is_looked_at_before_anything_is_asked(unsure: float, route: str) -> None:
    order = put("patient.birth_date", Value(confidence=unsure)).put("signed", Value(False, 0.95))
    assert decide(order, POLICY)[0] == route


def test_the_least_sure_value_is_named_and_the_others_counted() -> None:
    order = put("patient.family", sure("Quill", 0.6)).put("patient.given", sure("Ada", 0.4))
    assert decide(order, POLICY)[1] == "The patient's first name was not read surely. 1 more value is not sure either."


def test_a_site_sets_how_sure_is_sure_enough_and_which_rules_there_are() -> None:
    order = put("signed", Value(False, 0.95))
    lax = replace(default_pack(), entries=tuple(e for e in default_pack().entries if e.rule.name != "signature"))
    assert decide(order, POLICY, lax)[0] == "ready"
    assert decide(ORDER, Policy(doubt=0.001))[0] == "review"
    assert decide(order, Policy(doubt=0.1, ask=0.99))[0] == "review"


@pytest.mark.parametrize(
    ("order", "paths"),
    [
        (ORDER, ()),
        (put("patient.family", sure("Quill", 0.6)), ("patient.family",)),
        (put("patient.family", sure("Quill", 0.6)).put("signed", sure(True, 0.5)), ("signed", "patient.family")),
        # Little by little is much together; the fewest that a person has to look at are named.
        (put("patient.family", sure("Quill", 0.93)).put("patient.given", sure("Ada", 0.95)), ("patient.family",)),
        (put("exams.0.technique", Value(confidence=0.7)), ("exams.0.technique",)),
        (put("patient.phone", Value(state="unreadable")), ()),
        (put("patient.birth_date", ABSENT), ()),
    ],
)
def test_the_values_that_keep_an_order_from_clearing_are_named(order: Order, paths: tuple[str, ...]) -> None:
    assert doubts(order, POLICY) == paths
    for path in paths:
        order = order.put(path, replace(order.at(path), confidence=1.0, state="stated"))
    assert doubts(order, POLICY) == () and decide(order, POLICY)[0] != "review"


def test_names_say_which_exam() -> None:
    assert name_of("exams.1.laterality", 2) == "the side of the exam (exam 2)"
    assert name_of("indication.icd10.0") == "the diagnosis code"
    assert name_of("patient.address.city") == "city"


@given(st.sampled_from(sorted(path for path, _ in ORDER.leaves())), st.floats(0, 1))
def test_nothing_clears_with_a_critical_value_in_more_doubt_than_the_policy_lets_through(
    path: str, sure: float
) -> None:
    order = ORDER.put(path, replace(ORDER.at(path), confidence=sure))
    critical = path.split(".")[-1] in ("family", "given", "birth_date", "modality", "body_region", "laterality")
    if critical and not path.startswith("provider") and 1 - sure > POLICY.doubt:
        assert decide(order, POLICY)[0] != "ready"


def test_doubt_counts_each_leaf_once_and_is_endless_where_a_problem_stands() -> None:
    assert doubt(ORDER.put("signed", sure(True, 0.9))) - doubt(ORDER) == pytest.approx(0.099)
    assert doubt(ORDER.put("patient.family", ABSENT)) == inf


def _problem(code: str, severity: Literal["blocking", "follow_up"], confidence: float) -> Check:
    return Check(code, severity, "It is missing.", "Please write it.", (), confidence)


@pytest.mark.parametrize(
    ("problems", "asked"),
    [
        ([("laterality", "blocking", 0.95), ("patient_phone", "follow_up", 0.5)], ["laterality"]),
        ([("laterality", "blocking", 0.95), ("patient_phone", "follow_up", 0.9)], ["laterality", "patient_phone"]),
        ([("laterality", "blocking", 0.95), ("signature", "blocking", 0.5)], ["laterality"]),
        # A person decided to ask: nothing blocking is sure.
        ([("laterality", "blocking", 0.5), ("patient_phone", "follow_up", 0.5)], ["laterality"]),
        ([], []),
    ],
)
def test_a_request_names_what_is_sure(
    problems: list[tuple[str, Literal["blocking", "follow_up"], float]], asked: list[str]
) -> None:
    order = replace(ORDER, problems=tuple(_problem(*problem) for problem in problems))
    assert [check.code for check in asked_about(order)] == asked
