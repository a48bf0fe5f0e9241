"""From bytes to a reading: once each, under a lease, whatever goes wrong."""

from __future__ import annotations

import io
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
from django.utils import timezone
from ledger_made import opened, order, page, referral, refused

from config import settings
from orders.order import (
    Failure,
    PageType,
    Referral,
)
from store import ledger
from store.ledger import Refused

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("data")]


def test_the_same_bytes_again_are_one_document_seen_twice(data: Path) -> None:
    first = ledger.receive(b"fax", "a.tif", "folder", "a.tif")
    again = ledger.receive(io.BytesIO(b"fax"), "b.tif", "mail", "17")
    assert (first.known, again.known) == (False, True)
    assert again.document_id == first.document_id
    assert ledger.document(first.document_id).sightings == 2
    assert [row.verb for row in ledger.history(document_id=first.document_id)] == ["received", "seen_again"]
    assert ledger.document_bytes(first.document_id) == b"fax"
    assert not list((data / "documents").glob(".new-*"))


def test_a_reading_is_kept_whole_and_once() -> None:
    ledger.receive(b"fax", "a.tif", "folder", "a.tif")
    held = ledger.lease("w1")
    assert held and held.attempt == 1
    said = referral(order("ready"), order("review", "Baker"), pages=2)
    ids = ledger.record_reading(held.document_id, "w1", said, [page(1), page(2)], {"ocr": 1.25})
    assert ledger.record_reading(held.document_id, "w1", said, [page(1), page(2)]) == ids
    assert [ledger.case(each).state for each in ids] == ["ready", "review"]
    assert ledger.case(ids[0]).order == replace(order("ready"), id=ids[0])
    assert replace(ledger.page(held.document_id, 2), image=b"picture 2") == page(2)
    assert ledger.page_image(held.document_id, 2) == b"picture 2"
    assert ledger.document(held.document_id).seconds == 1.25
    assert ledger.verify() == []


def test_a_document_without_an_order_is_one_case_with_all_its_pages() -> None:
    ledger.receive(b"advert", "a.pdf", "folder", "a.pdf")
    held = ledger.lease("w1")
    assert held
    (only,) = ledger.record_reading(held.document_id, "w1", referral(pages=2), [page(1), page(2)])
    assert (ledger.case(only).state, ledger.case(only).order.pages) == ("not_an_order", (1, 2))
    assert ledger.verify() == []


@pytest.mark.parametrize(
    ("codes", "states"),
    [
        (["encrypted"], ["failed"]),
        (["timeout", "timeout", "timeout"], ["received", "received", "failed"]),
        (["crashed", "damaged"], ["received", "failed"]),
    ],
)
def test_only_passing_failures_are_tried_again(codes: list[str], states: list[str]) -> None:
    document_id = ledger.receive(b"fax", "a.tif", "folder", "a.tif").document_id
    for code, state in zip(codes, states, strict=True):
        assert ledger.lease("w1")
        assert ledger.record_failure(document_id, "w1", code) == state
    assert ledger.lease("w1") is None
    row = ledger.document(document_id)
    assert row.failure == codes[-1] and row.message
    ledger.retry(document_id, "anna")
    assert ledger.lease("w2")
    assert ledger.verify() == []


def test_an_error_of_the_reading_is_a_failure() -> None:
    document_id = ledger.receive(b"", "a.tif", "folder", "a.tif").document_id
    ledger.lease("w1")
    assert ledger.record_reading(document_id, "w1", Referral("a.tif", error=Failure("empty", "")), []) == []
    assert ledger.document(document_id).failure == "empty"


def test_tried_documents_wait_behind_fresh_ones() -> None:
    slow = ledger.receive(b"slow", "a.tif", "folder", "a").document_id
    ledger.lease("w1")
    ledger.record_failure(slow, "w1", "timeout")
    fresh = ledger.receive(b"fresh", "b.tif", "folder", "b").document_id
    held = ledger.lease("w1")
    assert held and held.document_id == fresh


def test_a_lost_lease_records_nothing() -> None:
    document_id = ledger.receive(b"fax", "a.tif", "folder", "a.tif").document_id
    long_ago = timezone.now() - timedelta(seconds=settings().lease_seconds + 1)
    ledger.lease("w1", long_ago)
    said = referral(order("ready"))
    for call in (
        lambda: ledger.heartbeat(document_id, "w1"),
        lambda: ledger.record_reading(document_id, "w1", said, [page(1)]),
        lambda: ledger.record_failure(document_id, "w1", "damaged"),
        lambda: ledger.release(document_id, "w1"),
        lambda: ledger.heartbeat(document_id, "w2"),
        lambda: ledger.retry(document_id, "anna"),
        lambda: ledger.retry("none", "anna"),
    ):
        with pytest.raises(Refused):
            call()
    assert ledger.sweep() == [document_id]
    assert ledger.sweep() == []
    held = ledger.lease("w2")
    assert held and held.attempt == 2
    refused("lease_lost", lambda: ledger.record_reading(document_id, "w1", said, [page(1)]))
    assert len(ledger.record_reading(document_id, "w2", said, [page(1)])) == 1


def test_the_sweep_ends_a_dead_workers_lease_at_once_and_spares_the_living() -> None:
    first = ledger.receive(b"1", "a", "folder", "a").document_id
    ledger.receive(b"2", "b", "folder", "b")
    ledger.lease("dead")
    ledger.lease("alive")
    assert ledger.sweep(dead=["dead"]) == [first]


def test_a_document_that_kills_its_workers_is_set_aside() -> None:
    document_id = ledger.receive(b"bomb", "a.pdf", "folder", "a").document_id
    for attempt in range(settings().attempts):
        assert ledger.lease(f"w{attempt}")
        ledger.sweep(dead=[f"w{attempt}"])
    assert ledger.document(document_id).failure == "crashed"


def test_a_released_document_has_lost_no_attempt() -> None:
    document_id = ledger.receive(b"fax", "a.tif", "folder", "a").document_id
    ledger.lease("w1")
    ledger.release(document_id, "w1")
    held = ledger.lease("w2")
    assert held and held.attempt == 1
    assert ledger.heartbeat(document_id, "w2") >= held.until


def test_a_document_is_shown_with_its_orders_as_they_stand() -> None:
    case_id, _ = opened(order("ready"), order("review", "Baker"))
    ledger.correct(case_id, "patient.given", "Ann", "anna", 1)
    (document,) = ledger.documents()
    shown = ledger.view_document(document.id, "cli:anna")
    assert shown.state == "read"
    assert [each.patient.given.value for each in shown.referral.orders] == ["Ann", "Anna"]
    assert shown.referral.pages == (PageType(1, "order", 0.8),)
    assert ledger.history(document_id=document.id)[-1].verb == "document_viewed"
    refused("unknown", lambda: ledger.view_document("0" * 64, "anna"))
    assert ledger.verify() == []


def test_a_document_without_an_order_and_one_that_failed_say_so() -> None:
    ledger.receive(b"advert", "a.pdf", "folder", "a")
    held = ledger.lease("w")
    assert held
    ledger.record_reading(held.document_id, "w", referral(), [page(1)])
    shown = ledger.view_document(held.document_id, "anna").referral
    assert (shown.orders, shown.route) == ((), "not_an_order")
    failed = ledger.receive(b"", "b.pdf", "folder", "b").document_id
    ledger.lease("w")
    ledger.record_failure(failed, "w", "empty")
    shown = ledger.view_document(failed, "anna").referral
    assert shown.error and shown.error.code == "empty" and shown.route is None


def test_the_urgent_go_first_and_sites_take_turns() -> None:
    ledger.make_site("north", "North", "anna")
    for number in range(30):
        ledger.receive(b"south %d" % number, "a", "folder", "a")
    for number in range(3):
        ledger.receive(b"north %d" % number, "a", "folder", "a", "north")
    urgent = ledger.take("stat-fax", "0" * 64, "a", "a", io.BytesIO(b"stat"), urgent=True).document_id
    leased = [held.document_id for number in range(20) if (held := ledger.lease(f"w{number}"))]
    assert leased[0] == urgent
    # By lot: that all three of the small site come later than twentieth happens once in thousands of runs.
    assert any(ledger.document_bytes(each).startswith(b"north") for each in leased[1:])
    assert len(leased) == 20
