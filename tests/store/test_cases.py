"""What a case may become, who may change it, and what a person's value does."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.utils import timezone
from ledger_made import BLOCKED, opened, order, refused, stated

from orders.case import CASE_TRANSITIONS
from orders.order import (
    Conflict,
    Evidence,
    Exam,
    Safety,
)
from store import ledger
from store.ledger import Filters
from store.models import Case

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("data")]


@pytest.mark.parametrize("before", sorted(CASE_TRANSITIONS))
@pytest.mark.parametrize("after", [*sorted(CASE_TRANSITIONS), "nonsense"])
def test_a_case_moves_as_the_table_says_and_no_other_way(before: str, after: str) -> None:
    (case_id,) = opened(order("review"))
    Case.objects.filter(id=case_id).update(state=before)
    if after in CASE_TRANSITIONS[before]:
        moved = ledger.transition(case_id, after, "anna", "seen", 1)
        assert (moved.state, moved.version) == (after, 2)
        assert ledger.history(case_id)[-1].detail == {"from": before, "to": after, "reason": "seen"}
    else:
        refused("transition", lambda: ledger.transition(case_id, after, "anna", "seen", 1))
        assert ledger.case(case_id).state == before


def test_what_refuses_a_change_of_a_case() -> None:
    (case_id,) = opened(order("review", problems=(BLOCKED,)))
    refused("stale", lambda: ledger.transition(case_id, "closed", "anna", "", 2))
    refused("unknown", lambda: ledger.transition("NONE", "closed", "anna", "", 1))
    refused("problems_remain", lambda: ledger.transition(case_id, "ready", "anna", "", 1))
    ledger.claim(case_id, "bert")
    refused("claimed", lambda: ledger.transition(case_id, "ready", "anna", "asked by telephone", 1))
    refused("claimed", lambda: ledger.claim(case_id, "anna"))
    ledger.unclaim(case_id, "anna")
    refused("claimed", lambda: ledger.claim(case_id, "anna"))
    ledger.unclaim(case_id, "bert")
    assert ledger.transition(case_id, "ready", "anna", "asked by telephone", 1).state == "ready"


def test_a_claim_ends_by_itself() -> None:
    (case_id,) = opened(order("review"))
    ledger.claim(case_id, "bert")
    Case.objects.filter(id=case_id).update(claimed_until=timezone.now() - timedelta(seconds=1))
    assert ledger.queue("review")[0].claimed_by == ""
    assert ledger.claim(case_id, "anna").claimed_by == "anna"


@pytest.mark.parametrize(
    ("path", "value", "kept"),
    [
        ("patient.family", "  O'Neil ", "O'Neil"),
        ("patient.family", "", None),
        ("patient.birth_date", "1961-12-31", "1961-12-31"),
        ("patient.phone", "(865) 555-0121", "8655550121"),
        ("provider.npi", "1234567890", "1234567890"),
        ("exams.0.laterality", "Bilateral", "bilateral"),
        ("exams.1.modality", "ct", "CT"),
        ("indication.icd10.0", "m25562", "M25.562"),
        ("safety.egfr", "41.5", 41.5),
        ("signed", True, True),
        ("signed", None, False),
        ("patient.address.city", "Knoxville", "Knoxville"),
    ],
)
def test_a_persons_value_is_kept_as_the_contract_writes_it(path: str, value: object, kept: object) -> None:
    (case_id,) = opened(order("review"))
    changed = ledger.correct(case_id, path, value, "anna", 1)
    leaf = changed.order.at(path)
    assert (leaf.value, leaf.confidence, leaf.reason) == (kept, 1.0, "entered by anna")
    assert ledger.case(case_id).order.at(path) == leaf
    last = ledger.history(case_id)[-1]
    assert (last.actor, last.verb, last.detail["after"]) == ("anna", "case_corrected", kept)
    assert ledger.verify() == []


@pytest.mark.parametrize(
    ("path", "value", "code"),
    [
        ("patient.birth_date", "31.12.1961", "value"),
        ("patient.birth_date", "1961-02-30", "value"),
        ("patient.phone", "555-0121", "value"),
        ("provider.npi", "123456789", "value"),
        ("exams.0.modality", "XX", "value"),
        ("indication.icd10.0", "M99999", "value"),
        ("safety.egfr", "low", "value"),
        ("signed", "perhaps", "value"),
        ("patient.nickname", "Al", "no_field"),
        ("exams.2.modality", "CT", "no_field"),
        ("exams", "CT", "no_field"),
        ("indication.icd10.1", "M25.562", "no_field"),
    ],
)
def test_nonsense_is_refused(path: str, value: str, code: str) -> None:
    (case_id,) = opened(order("review"))
    refused(code, lambda: ledger.correct(case_id, path, value, "anna", 1))
    assert ledger.case(case_id).version == 1


def test_a_correction_keeps_the_box_and_is_found_by_search() -> None:
    (case_id,) = opened(order("review"))
    before = ledger.case(case_id).order.patient.family.evidence
    assert ledger.correct(case_id, "patient.family", "Zorn", "anna", 1).order.patient.family.evidence == before
    pointed = Evidence(1, (0.5, 0.5, 0.6, 0.52), "Zorn")
    assert ledger.correct(case_id, "patient.given", "Ida", "anna", 2, pointed).order.patient.given.evidence == (
        pointed,
    )
    assert [row.id for row in ledger.queue("review", filters=Filters(text="zorn ida"))] == [case_id]
    assert ledger.queue("review", filters=Filters(text="abbott")) == []


def test_accepting_makes_values_certain() -> None:
    (case_id,) = opened(order("review"))
    order_ = ledger.accept(case_id, ["patient.family", "exams.0.modality"], "anna", 1).order
    assert (order_.patient.family.confidence, order_.patient.given.confidence) == (1.0, 0.9)
    refused("no_field", lambda: ledger.accept(case_id, ["patient.shoe"], "anna", 2))


def test_a_view_leaves_a_trace() -> None:
    (case_id,) = opened(order("review"))
    assert ledger.view(case_id, "anna").id == case_id
    assert (ledger.history(case_id)[-1].actor, ledger.history(case_id)[-1].verb) == ("anna", "case_viewed")


def test_a_correction_runs_the_checks_again() -> None:
    knee = Exam(stated("MRI knee"), stated("MR"), stated("knee"))
    implant = Safety(implant=stated("yes"))
    (case_id,) = opened(order("clarification", exams=(knee,), safety=implant))
    first = ledger.correct(case_id, "patient.middle", "B", "anna", 1)
    codes = {check.code for check in first.order.problems}
    assert {"laterality", "safety_conflict", "signature"} <= codes and "patient_name" not in codes
    assert [row.id for row in ledger.queue("clarification", filters=Filters(problem="laterality"))] == [case_id]
    side = ledger.correct(case_id, "exams.0.laterality", "left", "anna", 2)
    assert codes - {check.code for check in side.order.problems} == {"laterality"}
    settled = ledger.correct(case_id, "safety.implant", "no", "anna", 3)
    assert "safety_conflict" not in {check.code for check in settled.order.problems}
    assert settled.order.conflicts == ()
    nameless = ledger.correct(case_id, "patient.given", None, "anna", 4)
    assert "patient_name" in {check.code for check in nameless.order.problems}
    assert (nameless.state, nameless.order.route) == ("clarification", "clarification")


def test_a_conflict_found_while_reading_stands_until_a_person_touches_what_it_rests_on() -> None:
    code = Conflict("exam_conflict", "The code is for a CT.", (), 0.9, ("exams.0.modality", "exams.0.procedure_code"))
    (case_id,) = opened(order("clarification", conflicts=(code,)))
    other = ledger.correct(case_id, "patient.given", "Ann", "anna", 1).order
    assert other.conflicts == (code,) and "exam_conflict" in {check.code for check in other.problems}
    assert ledger.accept(case_id, ["patient.family"], "anna", 2).order.conflicts == (code,)
    assert ledger.correct(case_id, "exams.0.modality", "CT", "anna", 3).order.conflicts == ()


def test_a_correction_that_contradicts_the_code_is_a_new_conflict() -> None:
    coded = Exam(stated("MRI left knee"), stated("MR"), stated("knee"), stated("left"), procedure_code=stated("73721"))
    (case_id,) = opened(order("review", exams=(coded,)))
    assert ledger.accept(case_id, ["exams.0.modality"], "anna", 1).order.conflicts == ()
    (conflict,) = ledger.correct(case_id, "exams.0.modality", "CT", "anna", 2).order.conflicts
    assert conflict.code == "exam_conflict"
    assert ledger.correct(case_id, "exams.0.modality", "MR", "anna", 3).order.conflicts == ()
