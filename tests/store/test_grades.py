"""The grades of reasons, counted by referrer."""

from __future__ import annotations

from dataclasses import replace

import pytest
from ledger_made import opened, order, stated

from orders.order import Adequacy, Order, Provider, Value
from store import ledger
from store.ledger import ReferrerGrades

pytestmark = pytest.mark.django_db


def graded(grade: str, npi: str = "", family: str = "Young", practice: str = "") -> Order:
    provider = Provider(
        family=stated(family) if family else Value(),
        npi=stated(npi) if npi else Value(),
        practice=stated(practice) if practice else Value(),
    )
    return replace(order("review"), provider=provider, adequacy=Adequacy(grade) if grade else None)


def test_the_grades_of_each_referrer_are_counted(data: object) -> None:
    opened(
        graded("A", "1234567893", practice="Hillside"),
        graded("C", "1234567893", "Yuong"),
        graded("C", "1234567893"),
        graded("X", family="Osei"),
        graded("B", family="Osei"),
        graded("D", family=""),
        graded("", "1234567893"),
        replace(graded("X", "1234567893"), exams=()),
    )
    first, second = ledger.grades_by_referrer()
    assert first == ReferrerGrades("1234567893", "Yuong", "Hillside", 3, (1, 0, 2, 0, 0))
    assert second == ReferrerGrades("", "Osei", "", 2, (0, 1, 0, 0, 1))
    assert (first.poor, second.poor) == (pytest.approx(2 / 3), 0.5)
    assert ledger.grades_by_referrer(most=1) == (first,)


def test_a_corrected_reason_is_graded_anew(data: object) -> None:
    (case_id,) = opened(graded("X", "1234567893"))
    case = ledger.case(case_id)
    ledger.claim(case_id, "anna")
    ledger.correct(case_id, "indication.text", "fell, knee pain, r/o fracture", "anna", case.version)
    assert [each.counts for each in ledger.grades_by_referrer()] == [(1, 0, 0, 0, 0)]
    assert ledger.case(case_id).order.adequacy == Adequacy("A", "fracture", "fell; pain", "r/o")
