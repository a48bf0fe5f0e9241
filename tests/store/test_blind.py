"""The blind check: drawn by chance, nothing shown before something is entered, its outcome counted."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import pytest
from ledger_made import opened, order, refused, stated

from config import settings
from orders.order import Exam, Patient, Value
from store import ledger
from store.draw import drawn
from store.ledger import Entered
from store.models import BlindCheck, Case, Event, Salt

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("every_one")]

RIGHT = Entered("abbott", "ANNA", "1970-02-03", (("MR", "knee", "left", "", ""),))


@pytest.fixture
def every_one(data: object, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Every cleared order is drawn."""
    monkeypatch.setenv("CLEARORDER_BLIND_SHARE", "1")
    settings.cache_clear()
    yield
    settings.cache_clear()


def waiting() -> str:
    (case_id,) = opened(order("ready"))
    return case_id


def test_a_drawn_order_waits_in_review_and_shows_nothing_of_what_was_read() -> None:
    case_id = waiting()
    case = ledger.case(case_id)
    assert (case.state, case.blind, case.order.route) == ("review", True, "ready")
    assert ledger.due() == []
    (row,) = ledger.queue("review")
    assert row.blind and (row.family, row.given, row.birth_date, row.exams, row.provider) == ("", "", "", "", "")
    assert ledger.queue("review", filters=ledger.Filters(text="abbott")) == []
    view = ledger.blind_view(case_id, "anna")
    assert (view.entered, view.read, view.differs) == (None, None, ())
    assert ledger.case(case_id).claimed_by == "anna"
    assert ledger.verify() == []


@pytest.mark.parametrize("route", ["review", "clarification", "not_an_order"])
def test_only_cleared_orders_are_drawn(route: str) -> None:
    (case_id,) = opened(order(route))
    assert not ledger.case(case_id).blind and not BlindCheck.objects.exists()


def test_nothing_else_can_be_done_with_it_meanwhile() -> None:
    case_id = waiting()
    refused("unchecked", lambda: ledger.transition(case_id, "ready", "anna", "sure", 1))
    refused("unchecked", lambda: ledger.correct(case_id, "patient.given", "Ann", "anna", 1))
    refused("unchecked", lambda: ledger.accept(case_id, ["patient.given"], "anna", 1))
    refused("no_check", lambda: ledger.settle_blind(case_id, (), "anna", 1))


def test_what_agrees_goes_on_and_counts_as_right() -> None:
    case_id = waiting()
    assert ledger.enter_blind(case_id, RIGHT, "anna", 1) == ()
    assert ledger.case(case_id).state == "ready"
    found = ledger.blind_figures()
    assert (found.checked, found.wrong, found.differed, found.waiting) == (1, 0, 0, 0)
    assert found.upper == pytest.approx(0.95, abs=1e-6)
    assert [each.wrong for each in ledger.blind_outcomes()] == [False]
    assert ledger.verify() == []


@pytest.mark.parametrize(
    ("entered", "differs"),
    [
        (RIGHT, ()),
        (replace(RIGHT, family="Ab-bott"), ()),
        (replace(RIGHT, family="Abbot"), ("family",)),
        (replace(RIGHT, given="", birth_date="1970-03-02"), ("given", "birth_date")),
        (replace(RIGHT, exams=(("MR", "knee", "right", "", ""),)), ("exams",)),
        (replace(RIGHT, exams=(*RIGHT.exams, ("XR", "knee", "left", "", ""))), ("exams",)),
        (replace(RIGHT, exams=()), ("exams",)),
    ],
)
def test_what_differs(entered: Entered, differs: tuple[str, ...]) -> None:
    assert ledger.enter_blind(waiting(), entered, "anna", 1) == differs


def test_a_mistyped_value_is_no_error_of_the_reading() -> None:
    case_id = waiting()
    ledger.enter_blind(case_id, replace(RIGHT, family="Abbot"), "anna", 1)
    view = ledger.blind_view(case_id, "anna")
    assert view.read and view.entered and (view.read.family, view.entered.family) == ("Abbott", "Abbot")
    refused("no_check", lambda: ledger.enter_blind(case_id, RIGHT, "anna", view.version))
    refused("no_check", lambda: ledger.settle_blind(case_id, ("given",), "anna", view.version))
    assert ledger.settle_blind(case_id, (), "anna", view.version).state == "ready"
    found = ledger.blind_figures()
    assert (found.checked, found.wrong, found.differed) == (1, 0, 1)


def test_a_wrong_value_is_counted_put_in_doubt_and_stays_for_a_person() -> None:
    case_id = waiting()
    entered = replace(RIGHT, family="Abbotson", exams=(("MR", "knee", "right", "", ""),))
    ledger.enter_blind(case_id, entered, "anna", 1)
    case = ledger.settle_blind(case_id, ("family", "exams"), "anna", 2)
    assert (case.state, case.blind) == ("review", False)
    for path, other in (("patient.family", "Abbotson"), ("exams.0.laterality", "right")):
        leaf = case.order.at(path)
        assert leaf.confidence == 0 and leaf.others[0].value == other
    assert case.order.at("patient.given").confidence > 0
    found = ledger.blind_figures()
    assert (found.checked, found.wrong, found.upper) == (1, 1, 1.0)
    assert ledger.correct(case_id, "patient.family", "Abbotson", "anna", case.version).version > case.version
    assert ledger.verify() == []


def test_a_check_that_cannot_be_decided_counts_for_nothing() -> None:
    case_id = waiting()
    case = ledger.leave_blind(case_id, "anna", 1)
    assert (case.state, case.blind) == ("review", False)
    found = ledger.blind_figures()
    assert (found.checked, found.undecided, found.upper) == (0, 1, 1.0)
    assert ledger.blind_outcomes() == []


def test_an_order_that_is_replaced_before_its_check_is_withdrawn() -> None:
    there = waiting()
    exam = Exam(stated("MRI right knee"), stated("MR"), stated("knee"), stated("right"))
    (case_id,) = opened(order("ready", exams=(exam,)), data=b"later")
    ledger.decide_again(case_id, there, "replaces", "anna", 1)
    assert ledger.blind_figures().withdrawn == 1 and not ledger.case(there).blind
    assert ledger.verify() == []


def test_the_draw_is_repeatable_near_its_share_and_rests_on_the_salt() -> None:
    ids = [f"{number:08}" for number in range(3000)]
    first = [drawn(each, 0.02) for each in ids]
    assert first == [drawn(each, 0.02) for each in ids]
    assert 30 < sum(first) < 90
    assert not any(drawn(each, 0.0) for each in ids[:50]) and all(drawn(each, 1.0) for each in ids[:50])
    assert all(drawn(each, 0.5) for each in ids[:200] if drawn(each, 0.02))
    Salt.objects.all().delete()
    assert first != [drawn(each, 0.02) for each in ids]


def test_no_event_of_a_check_says_anything_of_the_patient() -> None:
    case_id = waiting()
    ledger.enter_blind(case_id, replace(RIGHT, family="Xylander"), "anna", 1)
    ledger.settle_blind(case_id, ("family",), "anna", 2)
    told = " ".join(str(each) for each in Event.objects.filter(case=case_id).values_list("detail", flat=True))
    assert "family" in told and "Xylander" not in told and "Abbott" not in told


def test_a_lost_check_is_named_by_the_books() -> None:
    case_id = waiting()
    Case.objects.filter(id=case_id).update(blind=False)
    assert [each for each in ledger.verify() if "blind check" in each]


def test_an_order_of_nobody_can_be_checked() -> None:
    (case_id,) = opened(order("ready", patient=Patient(), exams=(Exam(Value()),)))
    assert ledger.enter_blind(case_id, Entered(exams=(("", "", "", "", ""),)), "anna", 1) == ()
