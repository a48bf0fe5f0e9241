"""Dashboards: each figure is what the orders say, and leads to those orders."""

from __future__ import annotations

import csv
import io
from dataclasses import replace
from datetime import date

import pytest
from desk_faxes import NO_SIDE, UNSIGNED, arrive, blind, clear, knee, one
from django.urls import reverse
from django.utils import timezone
from pypdfium2 import PdfDocument

from desk.charts import columns
from desk.exports import plain
from store import ledger

pytestmark = pytest.mark.django_db

MINE = "1245319599"


def today() -> ledger.Span:
    return ledger.Span(timezone.localdate(), timezone.localdate())


@pytest.fixture
def orders(mara) -> dict[str, str]:
    """One cleared, one that the referrer was asked about, one in review, one set aside."""
    asked = one(name="a.tif", family="Asked")
    ledger.transition(asked, "clarification", "mara", "", 1)
    found = {"cleared": one(clear), "waits": one(name="b.tif", family="Quist")}
    aside = one(name="c.tif", family="Aside")
    ledger.transition(aside, "not_an_order", "mara", "", 1)
    return {**found, "asked": asked, "aside": aside}


def test_counts_are_what_happened(orders):
    (day,) = ledger.days(today())
    assert (day.orders, day.cleared, day.asked) == (3, 1, 1)
    causes = {each.code: (each.orders, each.asked, each.blocking) for each in ledger.causes(today())}
    assert causes["laterality"] == (2, 1, True) and causes["coverage"] == (2, 1, False)
    (referrer,) = ledger.referrers(today())
    assert (referrer.key, referrer.orders, referrer.cleared, referrer.asked) == (MINE, 3, 1, 1)
    assert [(row.state, row.all) for row in ledger.backlog()] == [("review", 1), ("clarification", 1), ("ready", 1)]
    assert ledger.throughput(today()) == (ledger.PersonWork("mara", 2, 1),)
    times = {row.stage: row.count for row in ledger.stage_times(today())}
    assert times == {"received": 4, "reading": 4, "review": 2}


def test_a_misreading_is_no_fault_of_the_referrer(mara):
    case_id = one()
    assert "laterality" in {each.code for each in ledger.causes(today())}
    version = ledger.correct(case_id, "exams.0.laterality", "left", "mara", 1).version
    ledger.transition(case_id, "clarification", "mara", "", version)
    ledger.correct(case_id, "signed", True, "mara", version + 1)
    ledger.transition(case_id, "ready", "mara", "answered", version + 2)
    found = {each.code: each.asked for each in ledger.causes(today())}
    assert "laterality" not in found and found["signature"] == 1


@pytest.mark.parametrize(
    ("narrowed", "names"),
    [
        ({}, {"cleared", "waits", "asked"}),
        ({"share": "cleared"}, {"cleared"}),
        ({"share": "held"}, {"waits", "asked"}),
        ({"share": "asked"}, {"asked"}),
        ({"cause": "laterality"}, {"waits", "asked"}),
        ({"cause": "contrast"}, set()),
        ({"referrer": MINE}, {"cleared", "waits", "asked"}),
        ({"referrer": "1999999999"}, set()),
        ({"stage": "review"}, {"asked"}),
        ({"stage": "review", "slow": "1"}, {"asked"}),
        ({"person": "mara"}, {"asked"}),
        ({"person": "jonah"}, set()),
    ],
)
def test_behind_a_figure_stand_its_orders(lead, orders, narrowed, names):
    page = lead.get(reverse("desk:behind"), narrowed).content.decode()
    assert {name for name, case_id in orders.items() if case_id in page} == names


def test_what_a_blind_check_hides_is_not_told_by_a_list(lead):
    case_id = blind()
    assert case_id not in lead.get(reverse("desk:behind"), {"referrer": MINE}).content.decode()
    assert case_id in lead.get(reverse("desk:behind")).content.decode()


def test_pages_of_orders_follow_each_other(orders):
    whole = [row.id for row in ledger.behind(ledger.Selection(today()))]
    first = ledger.behind(ledger.Selection(today()), limit=1)
    rest = ledger.behind(ledger.Selection(today()), after=first[0].id)
    assert [first[0].id, *(row.id for row in rest)] == whole


@pytest.mark.parametrize("query", ["days=0", "days=x", "days=9999", "from=2026-13-01", "from=2026-02-01&to=2026-01-01"])
def test_a_span_that_is_none_is_not_found(lead, query):
    assert lead.get(f"{reverse('desk:dashboard')}?{query}").status_code == 404


def test_names_of_people_are_shown_on_request_only(lead, orders):
    where = reverse("desk:dashboard_people")
    assert "person=mara" not in lead.get(where).content.decode()
    assert "person=mara" in lead.get(where, {"names": "1"}).content.decode()


@pytest.mark.parametrize("table", ["overview", "stages", "problems", "referrers", "people"])
def test_tables_as_csv_name_no_patient(lead, orders, table):
    response = lead.get(reverse("desk:dashboard_csv", args=[table]))
    rows = list(csv.reader(io.StringIO(response.content.decode())))
    assert len(rows) > 1 and {len(row) for row in rows} == {len(rows[0])}
    assert "Quist" not in response.content.decode()


@pytest.mark.parametrize(("cell", "quoted"), [("=cmd()", "'=cmd()"), ("@x", "'@x"), ("a=b", "a=b"), (-3, -3)])
def test_a_hostile_name_is_no_formula(cell, quoted):
    assert plain(cell) == quoted


def test_the_sheet_says_what_to_add_and_names_no_patient(lead):
    for number in range(3):
        problems = (NO_SIDE, UNSIGNED) if number else (NO_SIDE,)
        arrive([replace(knee(family=f"Quist{number}")[0], problems=problems)], knee()[1], f"{number}.tif")
    response = lead.get(reverse("desk:referrer_sheet", args=[MINE]))
    document = PdfDocument(response.content)
    text = document[0].get_textpage().get_text_range()
    assert len(document) == 1 and "Quist" not in text
    assert "Side" in text and "3 of 3 orders" in text and "2 of 3 orders" in text
    assert lead.get(reverse("desk:referrer_sheet", args=["1999999999"])).status_code == 404


@pytest.mark.parametrize(
    ("days", "most", "shown", "highest"), [(1, 0, 1, 1), (30, 7, 30, 8), (90, 40, 13, 300), (365, 1000, 53, 8000)]
)
def test_columns_are_days_or_weeks_on_a_round_scale(days, most, shown, highest):
    first = date(2026, 1, 1).toordinal()
    rows = [ledger.DayOrders(date.fromordinal(first + each), most, most // 2, most // 4) for each in range(days)]
    made = columns(rows)
    assert len(made.columns) == shown and made.grid[-1][1] == highest
    assert sum(each.orders for each in made.columns) == days * most
    assert all(block.y >= 0 and block.height > 0 for each in made.columns for block in each.blocks)
