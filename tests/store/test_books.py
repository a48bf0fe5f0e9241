"""What goes out goes out once, and the books show whatever does not add up."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from django.db import DatabaseError, connection, transaction
from ledger_made import opened, order, refused, stated

from orders.order import Patient
from store import audit, ledger
from store.models import Event

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("data")]


def test_an_order_goes_out_once_for_each_time_its_state_is_entered() -> None:
    (case_id,) = opened(order("ready"))
    (due,) = ledger.due()
    assert (due.case_id, due.kind) == (case_id, "order")
    item = ledger.enqueue_outbox(due, b"{}", "follow_up")
    assert ledger.enqueue_outbox(due, b"{ }", "follow_up") == item
    assert ledger.due() == []
    ledger.correct(case_id, "patient.given", "Ann", "anna", 1)
    assert ledger.due() == []
    (out,) = ledger.take_outbox()
    assert out.data == b"{}" and out.filename == f"{case_id}-order-1.json"
    ledger.transition(case_id, "review", "anna", "a call came", 2)
    ledger.mark_sent(out.item_id, "follow_up")
    ledger.mark_sent(out.item_id, "follow_up")
    assert ledger.take_outbox() == []
    assert [row.verb for row in ledger.history(case_id)].count("outbox_sent") == 1
    assert ledger.case(case_id).state == "review"
    refused("stale", lambda: ledger.enqueue_outbox(due, b"{}", "follow_up"))
    ledger.transition(case_id, "ready", "anna", "as it was", 3)
    assert [each.version for each in ledger.due()] == [4]
    assert ledger.verify() == []


def test_a_ready_order_is_delivered_when_it_was_laid_out_unless_taken_back() -> None:
    first, second = opened(order("ready"), order("ready", patient=Patient(stated("Baker"))))
    items = [ledger.enqueue_outbox(due, b"{}", "follow_up") for due in ledger.due()]
    ledger.transition(second, "review", "anna", "wrong patient", 1)
    for item in items:
        ledger.mark_sent(item, "follow_up")
    assert (ledger.case(first).state, ledger.case(second).state) == ("delivered", "review")
    assert ledger.verify() == []


def spoil_bytes(folder: Path) -> None:
    path = next(path for path in folder.rglob("*") if path.is_file() and path.read_bytes() == b"fax")
    path.write_bytes(b"fox")


def spoil(sql: str) -> Callable[[Path], None]:
    def run(_: Path) -> None:
        with connection.cursor() as cursor:
            for statement in sql.split(";"):
                # SQLite's triggers belong to no table, where PostgreSQL has to be told of which one.
                cursor.execute(statement.replace(" ON store_event", "") if connection.vendor == "sqlite" else statement)

    return run


@pytest.mark.parametrize(
    ("harm", "named"),
    [
        (spoil_bytes, "bytes are missing or changed"),
        (spoil("UPDATE store_document SET state='received'"), "its last event says read"),
        (spoil("UPDATE store_case SET state='closed'"), "its last event says ready"),
        (spoil("UPDATE store_document SET orders=2"), "2 orders were read, 1 are kept"),
        (spoil("DELETE FROM store_pagerecord"), "1 pages were read"),
        (spoil("DELETE FROM store_sighting"), "no source ever showed it"),
        (
            spoil(";".join(f"DELETE FROM store_{table}" for table in ("againkey", "stay", "fault", "arrival", "case"))),
            "was opened and is gone",
        ),
        (spoil("DELETE FROM store_event WHERE sequence=2"), "line 2 is missing"),
        (spoil("DELETE FROM store_event WHERE sequence=(SELECT max(sequence) FROM store_event)"), "the trail ends at"),
        (spoil("DELETE FROM store_audithead"), "head of the trail is missing"),
        (
            spoil(
                "DROP TRIGGER store_event_append_only ON store_event;"
                "UPDATE store_event SET actor='nobody' WHERE sequence=3"
            ),
            "line 3 was changed",
        ),
    ],
)
def test_the_books_name_what_does_not_add_up(data: Path, harm: Callable[[Path], None], named: str) -> None:
    opened(order("ready"))
    told: list[tuple[int, int]] = []
    assert ledger.verify(lambda done, total: told.append((done, total))) == []
    assert told == [(1, 3), (2, 3), (3, 3)]
    harm(data)
    found = ledger.verify()
    assert any(named in line for line in found), found
    assert not any("Abbott" in line for line in found)


def test_the_audit_trail_is_append_only_in_the_database_itself() -> None:
    opened(order("ready"))
    with pytest.raises(DatabaseError, match="append only"), transaction.atomic():
        Event.objects.filter(sequence=1).update(actor="nobody")
    with pytest.raises(DatabaseError), transaction.atomic():
        Event.objects.get(sequence=1).save()


@pytest.mark.django_db(transaction=True)
def test_an_event_outside_a_transaction_is_refused() -> None:
    with pytest.raises(RuntimeError):
        audit.record("anna", "nothing")
