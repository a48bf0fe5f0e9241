"""Following up: what is due is made and laid out once, and one case that cannot be written does not hold the others."""

from __future__ import annotations

import io
import json
from dataclasses import replace
from pathlib import Path

import pytest
from PIL import Image

from config import settings
from documents.page import Page
from flows.follow_up import AGAIN_SECONDS, FollowUp
from orders.order import Check, Exam, Order, PageType, Patient, Provider, Referral, Value
from store import ledger

pytestmark = pytest.mark.django_db

BLOCKED = Check("laterality", "blocking", "The knee has no side.", "Which knee?", ("exams.0.laterality",), 0.9)
CLEAR = Order("", (1,), route="ready")
FAX = Provider(fax=Value("8655550111", 0.99, (), "stated"))
ASKED = Order("", (1,), provider=FAX, route="clarification", problems=(BLOCKED,))


class Clock:
    now = 0.0

    def __call__(self) -> float:
        return self.now


def read(data: bytes, *orders: Order, picture: bytes) -> list[str]:
    ledger.receive(data, "a.tif", "folder", "a.tif")
    held = ledger.lease("w")
    assert held
    referral = Referral("a.tif", pages=(PageType(1, "order"),), orders=orders)
    return ledger.record_reading(held.document_id, "w", referral, [Page(1, 60, 80, 0, "ocr", (), (), picture)])


@pytest.fixture
def picture() -> bytes:
    out = io.BytesIO()
    Image.new("L", (60, 80), 255).save(out, "PNG")
    return out.getvalue()


def laid(data: Path) -> list[str]:
    return sorted(path.name for path in (data / "outbox").rglob("*.*"))


def test_letters_and_orders_are_laid_out_once(data: Path, picture: bytes) -> None:
    ready, asked = read(b"fax", CLEAR, ASKED, picture=picture)
    following = FollowUp(settings())
    assert following.wanted()
    assert following.run().code == "2 laid out"
    assert not following.wanted()
    (request,) = ledger.requests_of(asked)
    assert laid(data) == sorted([f"{request.id}-letter-1.json", f"{request.id}-letter-1.pdf", f"{ready}-order-1.json"])
    number = json.loads((data / "outbox" / "letters" / f"{request.id}-letter-1.json").read_text())
    assert number == {"to": "8655550111", "file": f"{request.id}-letter-1.pdf"}
    said = json.loads((data / "outbox" / "orders" / f"{ready}-order-1.json").read_text())
    assert (said["document"], said["pages"][0]["type"], said["orders"][0]["id"]) == ("a.tif", "order", ready)
    assert set(said["orders"][0]["patient"]["family"]) == {"value", "confidence", "evidence"}
    assert ledger.case(ready).state == "delivered"
    assert ledger.verify() == []


def test_a_file_laid_out_before_an_interruption_is_laid_out_again_and_noted_once(data: Path, picture: bytes) -> None:
    (ready,) = read(b"fax", CLEAR, picture=picture)
    (due,) = ledger.due()
    ledger.enqueue_outbox(due, b"{}", "follow_up")
    (data / "outbox" / "orders").mkdir(parents=True)
    (data / "outbox" / "orders" / f"{ready}-order-1.json").write_bytes(b"{}")
    following = FollowUp(settings())
    assert following.wanted() and following.run().code == "1 laid out"
    assert (data / "outbox" / "orders" / f"{ready}-order-1.json").read_bytes() == b"{}"
    assert [row.verb for row in ledger.history(ready)].count("outbox_sent") == 1


def test_a_letter_that_cannot_be_made_waits_and_the_others_go(data: Path, picture: bytes) -> None:
    (spoilt,) = read(b"one", ASKED, picture=b"no picture at all")
    other = replace(ASKED, patient=Patient(family=Value("Underhill", 0.97, (), "stated")))
    (good,) = read(b"two", other, picture=picture)
    clock = Clock()
    following = FollowUp(settings(), clock)
    outcome = following.run()
    assert (outcome.code, outcome.good) == ("1 laid out, 1 failed", False)
    (request,) = ledger.requests_of(good)
    assert f"{request.id}-letter-1.pdf" in laid(data)
    assert not following.wanted()
    clock.now += AGAIN_SECONDS
    assert following.wanted()
    assert [each.state for each in ledger.requests_of(spoilt)] == ["to_ask"]


def test_an_order_that_replaces_another_says_so_to_who_has_that_one(data: Path, picture: bytes) -> None:
    def said(value: str) -> Value:
        return Value(value, 0.97, (), "stated")

    patient = Patient(said("Underhill"), said("Curtis"), birth_date=said("1978-08-20"))
    left, right = (Exam(said(f"MR {side} knee"), said("MR"), said("knee"), said(side)) for side in ("left", "right"))
    first, second = (
        replace(CLEAR, patient=patient, exams=(exam,), order_date=said("2026-08-14")) for exam in (left, right)
    )
    (there,) = read(b"first", first, picture=picture)
    FollowUp(settings()).run()
    (case_id,) = read(b"second", second, picture=picture)
    case = ledger.decide_again(case_id, there, "replaces", "anna", 1)
    ledger.transition(case_id, "ready", "anna", "signed on paper", case.version)
    FollowUp(settings()).run()
    (file,) = (data / "outbox" / "orders").glob(f"{case_id}-*.json")
    assert json.loads(file.read_text())["orders"][0]["replaces"] == there
    (file,) = (data / "outbox" / "orders").glob(f"{there}-*.json")
    assert "replaces" not in json.loads(file.read_text())["orders"][0]
