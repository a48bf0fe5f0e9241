"""Queues, filters and counts."""

from __future__ import annotations

import pytest
from ledger_made import BLOCKED, opened, order, stated

from store import ledger
from store.ledger import Filters

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("data")]


def test_a_queue_shows_stat_first_then_the_oldest_a_page_at_a_time() -> None:
    ids = [
        opened(order("review", f"P{number}", priority=stated(priority)), data=bytes([number]))[0]
        for number, priority in enumerate(["routine", "stat", "urgent", "routine", "stat"])
    ]
    expected = [ids[1], ids[4], ids[2], ids[0], ids[3]]
    assert [row.id for row in ledger.queue("review")] == expected
    walked, after = [], ""
    while rows := ledger.queue("review", after, 2):
        walked += [row.id for row in rows]
        after = rows[-1].id
    assert walked == expected


@pytest.mark.parametrize(
    ("filters", "hit"),
    [
        (Filters(), True),
        (Filters(text="abb"), True),
        (Filters(text="bott"), False),
        (Filters(text="anna 1970-02-03"), True),
        (Filters(text="anna 1970-02-04"), False),
        (Filters(text="865-555-0120"), True),
        (Filters(text="0120"), False),
        (Filters(modality="MR"), True),
        (Filters(modality="M"), False),
        (Filters(problem="laterality"), True),
        (Filters(problem="lateral"), False),
        (Filters(priority="stat"), False),
        (Filters(assigned="anna"), True),
        (Filters(assigned="bert"), False),
    ],
)
def test_filters(filters: Filters, hit: bool) -> None:
    (case_id,) = opened(order("review", problems=(BLOCKED,)))
    ledger.assign(case_id, "anna", "boss")
    assert bool(ledger.queue("review", filters=filters)) == hit


def test_counts() -> None:
    opened(order("ready"), order("review"))
    ledger.receive(b"next", "b", "cli", "b")
    found = ledger.counts()
    assert found.documents == {"read": 1, "received": 1}
    assert found.cases == {"ready": 1, "review": 1}
    assert found.pages == 1
    assert set(found.oldest_wait) == {"ready", "review", "received"}
    assert found.sources == {"cli": 1, "folder": 1}
