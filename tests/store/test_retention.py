"""What is destroyed when its time is over, what is held back, and what comes again afterwards."""

from __future__ import annotations

import json
from datetime import timedelta
from pathlib import Path

import pytest
from django.utils import timezone
from ledger_made import opened, order, page, referral, refused

from store import ledger
from store.models import Document, Event

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("data")]


def old(*orders: object, data: bytes = b"fax") -> str:
    """A document of forty days ago, its orders in the states that they start in."""
    document_id = ledger.case(opened(*orders, data=data)[0]).document_id
    Document.objects.filter(sha256=document_id).update(received_at=timezone.now() - timedelta(days=40))
    return document_id


def over(document_id: str) -> None:
    for case_id in ledger.document(document_id).cases:
        ledger.transition(case_id, "closed", "anna", "done", ledger.case(case_id).version)


def holding(folder: Path, *words: bytes) -> list[str]:
    return [path.name for path in folder.rglob("*") if path.is_file() and any(w in path.read_bytes() for w in words)]


def test_only_what_is_old_done_with_and_not_held_is_purged() -> None:
    open_, held, done = (old(order("review", f"N{n}"), data=b"%d" % n) for n in range(3))
    fresh = ledger.case(opened(order("review", "N4"), data=b"4")[0]).document_id
    for each in (held, done, fresh):
        over(each)
    ledger.hold(held, True, "case 12", "anna")
    assert ledger.purgeable(30) == [done]
    assert ledger.purgeable(50) == []
    assert not ledger.purge(held, "anna") and not ledger.purge(open_, "anna")
    ledger.hold(held, False, "case 12 is over", "anna")
    assert set(ledger.purgeable(30)) == {held, done}
    refused("unknown", lambda: ledger.hold("0" * 64, True, "x", "anna"))


def test_a_purge_leaves_a_certificate_and_nothing_of_the_patient(data: Path) -> None:
    document_id, other = old(order("review", "Zanzibar")), old(order("review", "Other"), data=b"fax 2")
    over(document_id)
    assert holding(data / "documents", b"fax")
    assert ledger.purge(document_id, "cli:anna")
    row = ledger.document(document_id)
    (case_id,) = row.cases
    assert (row.name, ledger.case(case_id).order.patient.family.value, ledger.case(case_id).state) == (
        "",
        None,
        "closed",
    )
    assert ledger.page_rows(document_id) == []
    event = Event.objects.get(verb="document_purged")
    assert (event.actor, event.document, event.detail["how"]) == ("cli:anna", document_id, "deleted")
    refused("purged", lambda: ledger.document_bytes(document_id))
    # A page's picture that another document has too stays.
    assert ledger.page_image(other, 1) == b"picture 1" and ledger.document_bytes(other) == b"fax 2"
    assert ledger.verify() == [] and not ledger.purge(document_id, "anna")


def test_what_was_destroyed_and_comes_again_is_read_again_and_seen_by_a_person() -> None:
    document_id = old(order("review", "Zanzibar"))
    over(document_id)
    ledger.purge(document_id, "anna")
    assert ledger.receive(b"fax", "b.tif", "folder", "b.tif").known
    held = ledger.lease("w1")
    assert held and held.document_id == document_id
    (case_id,) = ledger.record_reading(document_id, "w1", referral(order("ready", "Zanzibar")), [page(1)])
    case = ledger.case(case_id)
    assert (case.state, case.order.patient.family.value) == ("review", "Zanzibar")
    assert ledger.document_bytes(document_id) == b"fax" and ledger.verify() == []


def test_a_patients_record_is_written_out_and_that_is_noted(tmp_path: Path) -> None:
    (mine, other) = opened(order("review", "Zanzibar"), order("review", "Other"))
    assert ledger.export_record(" zanzibar ", "1970-02-03", tmp_path / "record", "cli:anna") == 1
    said = json.loads((tmp_path / "record" / f"{mine}.json").read_text())
    assert said["patient"]["family"]["value"] == "Zanzibar" and said["history"][0][2] == "received"
    assert {path.suffix for path in (tmp_path / "record").iterdir()} == {".json", ".tif"}
    assert ledger.history(mine)[-1].verb == "case_exported"
    assert "case_exported" not in [row.verb for row in ledger.history(other)]
    with pytest.raises(FileExistsError):
        ledger.export_record("Zanzibar", "1970-02-03", tmp_path / "record", "cli:anna")
