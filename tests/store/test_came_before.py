"""The ledger recognises an order that came before, says so, and merges nothing by itself."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from ledger_made import order, refused, stated

from documents.page import Box, Page, Word
from orders.order import Order, PageType, Patient, Referral, Value
from store import ledger
from store.models import AgainKey, Case

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("data")]

SHEET = "Abbott Anna 02/03/1970 865-555-0120 W2201987345 G550018 A120093377 NPI 1245319599 M25.562 11/09/2026 37902"
DATED = stated("2026-11-09")
OTHER = Patient(stated("Baker"), stated("Nadia"), birth_date=stated("1961-01-09"))


def written(number: int, text: str) -> Page:
    words = tuple(
        Word(word, Box(0.1, 0.1, 0.2, 0.12), 0.9, line)
        for line, said in enumerate(text.split("\n"))
        for word in said.split()
    )
    return Page(number, 1700, 2200, 0, "ocr", words, (), f"picture {number}".encode())


FIRST = (written(1, SHEET),)


def came(
    data: bytes, *orders: Order, pages: tuple[Page, ...] = (written(1, SHEET),), types: str = "order"
) -> list[str]:
    ledger.receive(data, "a.tif", "folder", "a.tif")
    held = ledger.lease("w1")
    assert held
    told = tuple(PageType(page.number, kind, 0.9) for page, kind in zip(pages, types.split(), strict=True))
    return ledger.record_reading(held.document_id, "w1", Referral("a.tif", pages=told, orders=orders), pages)


def first(**changes: Any) -> str:
    return came(b"first", order("ready", order_date=DATED, **changes))[0]


def other_side() -> Order:
    (exam,) = order("ready").exams
    return order("ready", order_date=DATED, exams=(replace(exam, laterality=stated("right")),))


def test_the_same_sheet_goes_to_review_with_a_sentence_and_the_first_one_stands() -> None:
    there = first()
    (case_id,) = came(b"again", order("ready", order_date=DATED))
    case = ledger.case(case_id)
    assert (case.state, case.again, ledger.case(there).state) == ("review", "same_sheet", "ready")
    assert case.order.route_reason.startswith(f"This looks like the same sheet as order {there}, received ")
    (told,) = ledger.relations(case_id)
    assert (told.earlier, told.kind, told.open) == (there, "same_sheet", True)
    assert told.reasons[0] == "Same patient: name, birth date, telephone."
    assert [row.later for row in ledger.followers(there)] == [case_id]
    assert "case_came_before" in [row.verb for row in ledger.history(case_id)]
    assert ledger.queue("review")[0].again == "same_sheet"
    assert ledger.verify() == []


@pytest.mark.parametrize(
    ("later", "text", "kind"),
    [
        (order("ready", order_date=DATED), "Order 77 by the portal, 11/09/2026", "same_order"),
        (order("clarification", order_date=DATED), SHEET, "same_sheet"),
        (order("ready", order_date=DATED, patient=Patient()), SHEET, "same_sheet"),
        (other_side(), SHEET, "correction"),
        (order("ready", order_date=stated("2026-11-12")), f"CORRECTED\n{SHEET}", "correction"),
        (order("ready", order_date=stated("2027-11-12")), SHEET, "another"),
        (order("ready", order_date=DATED, patient=OTHER), "Baker Nadia 01/09/1961 W1 555-0133", ""),
    ],
)
def test_what_is_recognised_in_the_ledger(later: Order, text: str, kind: str) -> None:
    there = first()
    (case_id,) = came(b"later", later, pages=(written(1, text),))
    assert [(row.earlier, row.kind) for row in ledger.relations(case_id)] == ([(there, kind)] if kind else [])
    decided = kind not in ("", "another")
    assert ledger.case(case_id).state == ("review" if decided else later.route)
    assert ledger.case(case_id).again == (kind if decided else "")


def test_a_cover_speaks_for_the_only_order_behind_it_and_not_for_several() -> None:
    there = first()
    pages = (written(1, "Subject: CORRECTED ORDER"), written(2, SHEET), written(3, "Baker Nadia 01/09/1961"))
    changed = order("ready", order_date=stated("2026-11-12"), pages=(2,))
    other = order("ready", patient=OTHER, pages=(3,))
    (alone,) = came(b"alone", changed, pages=pages[:2], types="cover order")
    batch, _ = came(b"batch", changed, other, pages=pages, types="cover order order")
    assert {row.earlier: row.kind for row in ledger.relations(alone)}[there] == "correction"
    assert {row.earlier: row.kind for row in ledger.relations(batch)}[there] == "same_order"


def test_two_sheets_of_one_fax_are_compared_too() -> None:
    sent, again = came(b"twice", order("ready", order_date=DATED), order("ready", order_date=DATED))
    assert [row.earlier for row in ledger.relations(again)] == [sent]


def test_of_two_orders_on_one_sheet_the_sheet_tells_nothing() -> None:
    unnamed = order("ready", order_date=DATED, patient=Patient())
    _, second = came(b"both", order("ready", order_date=DATED), unnamed)
    assert ledger.relations(second) == []
    (later,) = came(b"later", unnamed)
    assert ledger.relations(later)


def test_a_document_without_an_order_is_no_order_again() -> None:
    first()
    (case_id,) = came(b"none", types="other")
    assert ledger.relations(case_id) == []


def test_nothing_goes_on_before_somebody_said_what_it_is() -> None:
    there = first()
    (case_id,) = came(b"again", order("ready", order_date=DATED))
    for to in ("ready", "clarification"):
        refused("undecided", lambda to=to: ledger.transition(case_id, to, "anna", "", 1))
    case = ledger.decide_again(case_id, there, "separate", "anna", 1)
    assert (case.state, case.again) == ("review", "")
    assert ledger.transition(case_id, "ready", "anna", "as it is", case.version).state == "ready"


def test_a_duplicate_is_set_aside_and_asked_about_anew_when_taken_back() -> None:
    there = first()
    (case_id,) = came(b"again", order("ready", order_date=DATED))
    case = ledger.decide_again(case_id, there, "duplicate", "anna", 1)
    assert (case.state, case.again) == ("duplicate", "")
    (third,) = came(b"third", order("ready", order_date=DATED))
    assert [row.earlier for row in ledger.relations(third)] == [there]
    case = ledger.transition(case_id, "review", "anna", "no, it is another", case.version)
    assert case.again == "same_sheet" and ledger.relations(case_id)[0].open
    assert ledger.verify() == []


@pytest.mark.parametrize("state", ["ready", "clarification", "review", "delivered"])
def test_a_replacement_closes_the_earlier_one_and_can_be_taken_back(state: str) -> None:
    (there,) = came(b"first", order("ready" if state == "delivered" else state, order_date=DATED))
    if state == "delivered":
        (due,) = ledger.due()
        ledger.mark_sent(ledger.enqueue_outbox(due, b"{}", "follow_up"), "follow_up")
    (case_id,) = came(b"later", other_side())
    case = ledger.decide_again(case_id, there, "replaces", "anna", 1)
    assert (case.state, ledger.case(there).state) == ("review", "closed")
    assert ledger.replaced_by(case_id) == there
    assert ledger.history(there)[-1].detail["reason"] == f"replaced by {case_id}"
    case = ledger.decide_again(case_id, there, "separate", "anna", case.version)
    assert (ledger.case(there).state, ledger.replaced_by(case_id)) == ("review", "")
    assert ledger.verify() == []


def test_what_the_ledger_refuses_to_be_told() -> None:
    there = first()
    (case_id,) = came(b"again", order("ready", order_date=DATED))
    (stranger,) = came(b"other", order("ready", patient=OTHER), pages=(written(1, "Baker"),))
    refused("no_relation", lambda: ledger.decide_again(case_id, stranger, "duplicate", "anna", 1))
    refused("stale", lambda: ledger.decide_again(case_id, there, "duplicate", "anna", 7))
    refused("value", lambda: ledger.decide_again(case_id, there, "merge", "anna", 1))  # type: ignore[arg-type]
    ledger.claim(there, "bert")
    refused("claimed", lambda: ledger.decide_again(case_id, there, "replaces", "anna", 1))


def test_a_name_that_a_person_put_right_is_found_and_the_misread_one_too() -> None:
    wrong = Patient(stated("Rbbqtl"), stated("Xnnq"), birth_date=stated("1970-02-03"))
    plain = (written(1, "no numbers here"),)
    (there,) = came(b"first", order("review", order_date=DATED, patient=wrong), pages=plain)
    ledger.correct(there, "patient.family", "Abbott", "anna", 1)
    ledger.correct(there, "patient.given", "Anna", "anna", 2)
    (case_id,) = came(b"again", order("ready", order_date=DATED), pages=plain)
    assert [row.earlier for row in ledger.relations(case_id)] == [there]


def test_the_statements_for_a_lookup_do_not_grow_with_the_ledger() -> None:
    first()
    with CaptureQueriesContext(
        connection,
    ) as few:
        came(b"one", order("ready", order_date=stated("2027-11-09")))
    (template,) = Case.objects.filter(document__name="a.tif")[:1]
    for number in range(300):
        row = Case(**{field.attname: getattr(template, field.attname) for field in Case._meta.concrete_fields})
        row.id, row.ordinal = f"C{number:07}", number + 10
        row.save(force_insert=True)
        AgainKey.objects.bulk_create(
            AgainKey(key=key, case=row) for key in AgainKey.objects.filter(case=template).values_list("key", flat=True)
        )
    with CaptureQueriesContext(connection) as many:
        came(b"two", order("ready", order_date=stated("2028-11-09")))
    relations = len(ledger.relations(Case.objects.order_by("-received_at").first().id))
    assert relations <= 8
    # A line of the audit trail for each relation is all that comes on top.
    assert len(many) - len(few) <= 6 * relations


def test_red_flags_lift_an_order_over_urgent_ones_and_follow_a_correction() -> None:
    plain = order("review", "Plain", patient=Patient())
    flagged = order("review", patient=Patient(), indication=replace(plain.indication, text=stated("r/o PE")))
    stat = order("review", patient=Patient(), priority=stated("stat"))
    urgent = order("review", patient=Patient(), priority=stated("urgent"))
    ids = [
        came(bytes([number]), each, pages=(written(1, "x"),))[0]
        for number, each in enumerate([plain, urgent, flagged, stat])
    ]
    case = ledger.correct(ids[2], "patient.given", "Ann", "anna", 1)
    assert [row.id for row in ledger.queue("review")] == [ids[3], ids[2], ids[1], ids[0]]
    (flag,) = ledger.queue("review")[1].red_flags
    assert flag.words == "PE" and flag.title
    ledger.correct(ids[2], "indication.text", "chronic cough", "anna", case.version)
    assert ledger.queue("review")[-1].red_flags == () and ledger.case(ids[2]).order.red_flags == ()


def test_an_absent_value_is_no_key() -> None:
    (case_id,) = came(b"bare", order("review", patient=Patient(), order_date=Value()), pages=(written(1, "x"),))
    assert not AgainKey.objects.filter(case_id=case_id).exists()
