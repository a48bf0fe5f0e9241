"""Orders, pages and cases as reading would make them, and what a refusal looks like."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import pytest
from django.db import transaction

from documents.page import Box, Mark, Page, Word
from orders.order import (
    Check,
    Evidence,
    Exam,
    Order,
    PageType,
    Patient,
    Provider,
    Referral,
    Value,
)
from store import ledger
from store.ledger import Refused
from store.models import Event

BLOCKED = Check("laterality", "blocking", "The knee has no side.", "Which knee?", ("exams.0.laterality",), 0.9)


def page(number: int) -> Page:
    word = Word("KNEE", Box(0.1, 0.1, 0.2, 0.12), 0.93, 0)
    mark = Mark("choice", Box(0.3, 0.1, 0.32, 0.12), "on", "KNEE", 0.8)
    return Page(number, 1700, 2200, 90, "ocr", (word,), (mark,), f"picture {number}".encode(), "frame 1")


def stated(value: object) -> Value:
    return Value(value, 0.9, (Evidence(1, (0.1, 0.1, 0.2, 0.12), str(value)),), "stated", "label")


def order(route: str, family: str = "Abbott", **changes: object) -> Order:
    base = Order(
        id="",
        pages=(1,),
        patient=Patient(stated(family), stated("Anna"), birth_date=stated("1970-02-03"), phone=stated("8655550120")),
        exams=(Exam(stated("MRI left knee"), stated("MR"), stated("knee"), stated("left")),),
        provider=Provider(family=stated("Young"), given=stated("Ira")),
        route=route,
    )
    return replace(base, **changes)


def referral(*orders: Order, pages: int = 1) -> Referral:
    return Referral(
        "a.tif", pages=tuple(PageType(number, "order", 0.8) for number in range(1, pages + 1)), orders=orders
    )


def opened(*orders: Order, data: bytes = b"fax") -> list[str]:
    ledger.receive(data, "a.tif", "folder", "a.tif")
    held = ledger.lease("w1")
    assert held
    return ledger.record_reading(held.document_id, "w1", referral(*orders), [page(1)])


def refused(code: str, call: Callable[[], object]) -> None:
    before = Event.objects.count()
    with pytest.raises(Refused) as caught, transaction.atomic():
        call()
    assert caught.value.code == code
    assert caught.value.sentence
    assert Event.objects.count() == before
