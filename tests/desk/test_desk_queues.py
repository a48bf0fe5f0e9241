"""The queues: order, words, paging, filters, search, counts, and a fixed number of queries."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest
from desk_faxes import NO_POLICY, NO_SIDE, UNSIGNED, arrive, broken, clear, knee, one
from django.core.cache import cache
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from desk.queues import ROWS
from orders.order import Exam, Value
from store import ledger
from store.models import Case

pytestmark = pytest.mark.django_db


def stated(value):
    return Value(value, 0.98, (), "stated")


def many(count: int, **changes: object) -> list[str]:
    """Several orders of one document, each with its own name."""
    order, drawn = knee(**changes)
    named = [order.put("patient.family", stated(f"Name{number:03}")) for number in range(count)]
    return arrive(named, drawn, name=f"batch-{count}.tif")


def names(response) -> list[str]:
    return [line.row.family for line in response.context["lines"]]


def test_a_row_says_who_what_whose_and_why(clerk):
    one()
    page = clerk.get("/queue/review/").content.decode()
    for words in ("Paredes, Lucia", "03/14/1961", "MRI knee without contrast", "Harriet Whitcombe"):
        assert words in page
    assert "side not stated" in page and "not signed" in page and "and 1 more" in page
    assert "urgent" in page


def test_blocking_problems_are_told_first(clerk):
    one(problems=(NO_POLICY, NO_SIDE, UNSIGNED))
    (line,) = clerk.get("/queue/review/").context["lines"]
    assert line.problems == (
        ("blocking", "side not stated"),
        ("blocking", "not signed"),
        ("follow_up", "coverage incomplete"),
    )


def test_what_is_absent_is_said(clerk):
    order, drawn = clear()
    arrive(
        [replace(order, patient=type(order.patient)(), provider=type(order.provider)(), exams=(), route="review")],
        drawn,
    )
    page = clerk.get("/queue/review/").content.decode()
    for words in ("Name not stated", "birth date not stated", "no exam read", "not named"):
        assert words in page


def test_the_urgent_come_first_then_the_oldest(clerk):
    order, drawn = knee()
    ways = [("routine", "Late"), (None, "Later"), ("stat", "Now"), ("urgent", "Soon")]
    orders = [
        replace(order.put("patient.family", stated(name)), priority=stated(priority) if priority else Value())
        for priority, name in ways
    ]
    arrive(orders, drawn)
    found = names(clerk.get("/queue/review/"))
    assert found[:2] == ["Now", "Soon"] and set(found[2:]) == {"Late", "Later"}


def test_paging_shows_every_order_once(clerk):
    many(2 * ROWS + 7)
    seen, where = [], "/queue/review/"
    while where:
        response = clerk.get(where)
        seen += names(response)
        where = response.context["more_url"]
    assert len(seen) == len(set(seen)) == 2 * ROWS + 7


def test_an_order_that_left_the_queue_does_not_break_the_page_after_it(clerk):
    ids = many(ROWS + 5)
    more = clerk.get("/queue/review/").context["more_url"]
    last = more.split("after=")[1]
    assert last in ids
    ledger.transition(last, "closed", "jonah", "", ledger.case(last).version)
    assert len(names(clerk.get(more))) == 5


@pytest.mark.parametrize(
    ("filters", "found"),
    [
        ({}, ["Paredes", "Okafor"]),
        ({"modality": "MR"}, ["Paredes"]),
        ({"modality": "XR"}, ["Okafor"]),
        ({"modality": "CT"}, []),
        ({"modality": "R"}, ["Paredes", "Okafor"]),
        ({"problem": "laterality"}, ["Paredes"]),
        ({"problem": "contrast"}, []),
        ({"priority": "urgent"}, ["Paredes"]),
        ({"text": "pare"}, ["Paredes"]),
        ({"text": "PAREDES lucia"}, ["Paredes"]),
        ({"text": "edes"}, []),
        ({"text": "03/14/1961"}, ["Paredes", "Okafor"]),
        ({"text": "3/14/61 okaf"}, ["Okafor"]),
        ({"text": "1961-03-14"}, ["Paredes", "Okafor"]),
        ({"text": "03/15/1961"}, []),
        ({"text": "8655550142"}, ["Paredes", "Okafor"]),
        ({"text": "1245319599"}, ["Paredes", "Okafor"]),
        ({"text": "%"}, []),
        ({"text": "'; drop table store_case; --"}, []),
        ({"text": "pare", "modality": "XR"}, []),
    ],
)
def test_a_queue_is_narrowed(clerk, filters, found):
    one()
    one(clear, name="second.tif", route="review")
    response = clerk.post("/queue/review/narrow", filters, follow=True)
    assert sorted(names(response)) == sorted(found)


def test_an_order_is_found_by_its_number(clerk):
    case_id = one()
    one(clear, name="second.tif", route="review")
    assert names(clerk.post("/queue/review/narrow", {"text": case_id.lower()}, follow=True)) == ["Paredes"]


def test_what_is_looked_for_stands_in_no_address(clerk):
    response = clerk.post("/queue/review/narrow", {"text": "paredes"})
    assert response["Location"] == "/queue/review/"
    fragment = clerk.post("/queue/review/narrow", {"text": "paredes"}, headers={"HX-Request": "true"})
    assert "paredes" not in fragment.content.decode().lower().replace("no order fits", "")


def test_what_is_looked_for_is_found_in_the_other_queues_too(clerk):
    one(clear)
    page = clerk.post("/queue/review/narrow", {"text": "okafor"}, follow=True)
    assert [each.row.family for each in page.context["elsewhere"]] == ["Okafor"]
    assert "In other queues" in page.content.decode()


def test_each_queue_keeps_its_own_filter(clerk):
    one()
    clerk.post("/queue/ready/narrow", {"text": "nobody"})
    assert names(clerk.get("/queue/review/")) == ["Paredes"]


def test_the_counts_follow_the_ledger(clerk):
    def count(name: str) -> str:
        cache.clear()
        page = clerk.get("/counts").content.decode()
        return page.split(f'id="count-{name}"')[1].split(">")[1].split("<")[0]

    assert count("review") == "0"
    case_id = one()
    broken()
    assert (count("review"), count("failed")) == ("1", "1")
    ledger.transition(case_id, "not_an_order", "mara", "", 1)
    assert (count("review"), count("not_an_order")) == ("0", "1")


def test_others_see_who_works_on_an_order(clerk):
    ledger.claim(one(), "jonah")
    page = clerk.get("/queue/review/").content.decode()
    assert "jonah has this order open" in page


def test_a_background_request_gets_the_rows_alone(clerk):
    one()
    page = clerk.get("/queue/review/", headers={"HX-Request": "true"}).content.decode()
    assert page.lstrip().startswith('<div id="rows"') and "<html" not in page


def test_the_number_of_queries_does_not_grow_with_the_queue(clerk):
    def queries() -> int:
        cache.clear()
        with CaptureQueriesContext(
            connection,
        ) as seen:
            assert clerk.get("/queue/review/").status_code == 200
        return len(seen)

    one()
    # The first page of a session notes when the person was active.
    queries()
    few = queries()
    many(80)
    assert queries() == few <= 17


def test_several_exams_are_told_in_one_row(clerk):
    order, drawn = knee()
    second = Exam(text=stated("XR knee 3 views"), modality=stated("XR"), body_region=stated("knee"))
    arrive([replace(order, exams=(*order.exams, second))], drawn)
    page = clerk.get("/queue/review/").content.decode()
    assert "MRI knee without contrast; XR knee 3 views" in page


def test_mine_holds_what_is_assigned_and_what_is_open(clerk, colleague):
    assigned = one()
    opened = one(clear, name="second.tif", route="review")
    one(clear, name="third.tif", route="review", family="Another")
    ledger.assign(assigned, "mara", "jonah")
    clerk.get(f"/orders/{opened}/")
    assert {line.row.id for line in clerk.get("/queue/mine/").context["lines"]} == {assigned, opened}
    assert colleague.get("/queue/mine/").context["lines"] == []
    assert [tab.count for tab in clerk.get("/queue/mine/").context["tabs"] if tab.name == "mine"] == [2]


def test_an_order_put_off_comes_back_by_itself(clerk):
    case_id = one()
    ledger.snooze(case_id, timezone.now() + timedelta(hours=1), "mara")
    assert names(clerk.get("/queue/review/")) == []
    assert names(clerk.post("/queue/review/narrow", {"age": "snoozed"}, follow=True)) == ["Paredes"]
    assert names(clerk.post("/queue/review/narrow", {"text": "pare"}, follow=True)) == ["Paredes"]
    clerk.post("/queue/review/narrow", {})
    Case.objects.filter(id=case_id).update(snoozed_until=timezone.now() - timedelta(seconds=1))
    assert names(clerk.get("/queue/review/")) == ["Paredes"]


@pytest.mark.parametrize(
    ("filters", "found"),
    [
        ({"referrer": "whitc"}, True),
        ({"referrer": "riverbend orth"}, True),
        ({"referrer": "1245319599"}, True),
        ({"referrer": "paredes"}, False),
        ({"source": "folder"}, True),
        ({"source": "mail"}, False),
        ({"age": "late"}, True),
        ({"age": "day"}, True),
        ({"age": "week"}, False),
        ({"age": "never"}, True),
        ({"assigned": "mara"}, True),
        ({"assigned": "jonah"}, False),
    ],
)
def test_a_queue_is_narrowed_to_whose_whence_and_how_old(clerk, filters, found):
    case_id = one()
    ledger.assign(case_id, "mara", "jonah")
    before = timezone.now() - timedelta(days=2)
    Case.objects.filter(id=case_id).update(received_at=before, due_at=before + timedelta(hours=2))
    assert bool(names(clerk.post("/queue/review/narrow", filters, follow=True))) is found


def test_within_one_rank_the_soonest_due_comes_first(clerk):
    late, early = one(), one(name="second.tif", family="Early")
    Case.objects.filter(id=late).update(due_at=timezone.now() + timedelta(hours=3))
    Case.objects.filter(id=early).update(due_at=timezone.now() - timedelta(hours=1))
    response = clerk.get("/queue/review/")
    assert names(response) == ["Early", "Paredes"]
    assert [line.late for line in response.context["lines"]] == [True, False]


def test_a_filter_is_kept_taken_up_and_forgotten_by_its_owner(clerk, colleague):
    one()
    one(clear, name="second.tif", route="review")
    clerk.post("/queue/review/narrow", {"modality": "XR"})
    clerk.post("/queue/review/filter", {"act": "keep", "name": " X-rays "})
    clerk.post("/queue/review/narrow", {})
    assert names(clerk.post("/queue/review/filter", {"name": "X-rays"}, follow=True)) == ["Okafor"]
    assert colleague.get("/queue/review/").context["saved"] == []
    assert clerk.get("/queue/ready/").context["saved"] == []
    page = clerk.post("/queue/review/filter", {"act": "forget", "name": "X-rays"}, follow=True)
    assert page.context["saved"] == []
    for name in ("", "x" * 41):
        refused = clerk.post("/queue/review/filter", {"act": "keep", "name": name}, follow=True)
        assert refused.context["saved"] == [] and "Give the filter a name" in refused.content.decode()
