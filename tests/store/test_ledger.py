"""The ledger in one process: what it keeps, what it refuses, and that each change leaves its event."""

from __future__ import annotations

import io
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
from django.db import DatabaseError, connection, transaction
from django.utils import timezone

from config import settings
from documents.page import Box, Mark, Page, Word
from orders.case import CASE_TRANSITIONS
from orders.order import (
    Check,
    Conflict,
    Evidence,
    Exam,
    Failure,
    Order,
    PageType,
    Patient,
    Provider,
    Referral,
    Safety,
    Value,
)
from store import audit, ledger
from store.ledger import Filters, Refused
from store.models import Case, Event

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("data")]

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


@pytest.mark.parametrize("before", sorted(CASE_TRANSITIONS))
@pytest.mark.parametrize("after", [*sorted(CASE_TRANSITIONS), "nonsense"])
def test_a_case_moves_as_the_table_says_and_no_other_way(before: str, after: str) -> None:
    (case_id,) = opened(order("review"))
    Case.objects.filter(id=case_id).update(state=before)
    if after in CASE_TRANSITIONS[before]:
        moved = ledger.transition(case_id, after, "anna", "seen", 1)
        assert (moved.state, moved.version) == (after, 2)
        assert ledger.history(case_id)[-1].detail == {"from": before, "to": after, "reason": "seen"}
    else:
        refused("transition", lambda: ledger.transition(case_id, after, "anna", "seen", 1))
        assert ledger.case(case_id).state == before


def test_what_refuses_a_change_of_a_case() -> None:
    (case_id,) = opened(order("review", problems=(BLOCKED,)))
    refused("stale", lambda: ledger.transition(case_id, "closed", "anna", "", 2))
    refused("unknown", lambda: ledger.transition("NONE", "closed", "anna", "", 1))
    refused("problems_remain", lambda: ledger.transition(case_id, "ready", "anna", "", 1))
    ledger.claim(case_id, "bert")
    refused("claimed", lambda: ledger.transition(case_id, "ready", "anna", "asked by telephone", 1))
    refused("claimed", lambda: ledger.claim(case_id, "anna"))
    ledger.unclaim(case_id, "anna")
    refused("claimed", lambda: ledger.claim(case_id, "anna"))
    ledger.unclaim(case_id, "bert")
    assert ledger.transition(case_id, "ready", "anna", "asked by telephone", 1).state == "ready"


def test_a_claim_ends_by_itself() -> None:
    (case_id,) = opened(order("review"))
    ledger.claim(case_id, "bert")
    Case.objects.filter(id=case_id).update(claimed_until=timezone.now() - timedelta(seconds=1))
    assert ledger.queue("review")[0].claimed_by == ""
    assert ledger.claim(case_id, "anna").claimed_by == "anna"


@pytest.mark.parametrize(
    ("path", "value", "kept"),
    [
        ("patient.family", "  O'Neil ", "O'Neil"),
        ("patient.family", "", None),
        ("patient.birth_date", "1961-12-31", "1961-12-31"),
        ("patient.phone", "(865) 555-0121", "8655550121"),
        ("provider.npi", "1234567890", "1234567890"),
        ("exams.0.laterality", "Bilateral", "bilateral"),
        ("exams.1.modality", "ct", "CT"),
        ("indication.icd10.0", "m25562", "M25.562"),
        ("safety.egfr", "41.5", 41.5),
        ("signed", True, True),
        ("signed", None, False),
        ("patient.address.city", "Knoxville", "Knoxville"),
    ],
)
def test_a_persons_value_is_kept_as_the_contract_writes_it(path: str, value: object, kept: object) -> None:
    (case_id,) = opened(order("review"))
    changed = ledger.correct(case_id, path, value, "anna", 1)
    leaf = changed.order.at(path)
    assert (leaf.value, leaf.confidence, leaf.reason) == (kept, 1.0, "entered by anna")
    assert ledger.case(case_id).order.at(path) == leaf
    last = ledger.history(case_id)[-1]
    assert (last.actor, last.verb, last.detail["after"]) == ("anna", "case_corrected", kept)
    assert ledger.verify() == []


@pytest.mark.parametrize(
    ("path", "value", "code"),
    [
        ("patient.birth_date", "31.12.1961", "value"),
        ("patient.birth_date", "1961-02-30", "value"),
        ("patient.phone", "555-0121", "value"),
        ("provider.npi", "123456789", "value"),
        ("exams.0.modality", "XX", "value"),
        ("indication.icd10.0", "M99999", "value"),
        ("safety.egfr", "low", "value"),
        ("signed", "perhaps", "value"),
        ("patient.nickname", "Al", "no_field"),
        ("exams.2.modality", "CT", "no_field"),
        ("exams", "CT", "no_field"),
        ("indication.icd10.1", "M25.562", "no_field"),
    ],
)
def test_nonsense_is_refused(path: str, value: str, code: str) -> None:
    (case_id,) = opened(order("review"))
    refused(code, lambda: ledger.correct(case_id, path, value, "anna", 1))
    assert ledger.case(case_id).version == 1


def test_a_correction_keeps_the_box_and_is_found_by_search() -> None:
    (case_id,) = opened(order("review"))
    before = ledger.case(case_id).order.patient.family.evidence
    assert ledger.correct(case_id, "patient.family", "Zorn", "anna", 1).order.patient.family.evidence == before
    pointed = Evidence(1, (0.5, 0.5, 0.6, 0.52), "Zorn")
    assert ledger.correct(case_id, "patient.given", "Ida", "anna", 2, pointed).order.patient.given.evidence == (
        pointed,
    )
    assert [row.id for row in ledger.queue("review", filters=Filters(text="zorn ida"))] == [case_id]
    assert ledger.queue("review", filters=Filters(text="abbott")) == []


def test_accepting_makes_values_certain() -> None:
    (case_id,) = opened(order("review"))
    order_ = ledger.accept(case_id, ["patient.family", "exams.0.modality"], "anna", 1).order
    assert (order_.patient.family.confidence, order_.patient.given.confidence) == (1.0, 0.9)
    refused("no_field", lambda: ledger.accept(case_id, ["patient.shoe"], "anna", 2))


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


def test_a_view_leaves_a_trace() -> None:
    (case_id,) = opened(order("review"))
    assert ledger.view(case_id, "anna").id == case_id
    assert (ledger.history(case_id)[-1].actor, ledger.history(case_id)[-1].verb) == ("anna", "case_viewed")


def test_a_letter_goes_out_once_for_each_time_its_state_is_entered() -> None:
    (case_id,) = opened(order("clarification", problems=(BLOCKED,)))
    (letter,) = ledger.due()
    assert (letter.case_id, letter.kind) == (case_id, "letter")
    item = ledger.enqueue_outbox(letter, b"%PDF", "follow_up")
    assert ledger.enqueue_outbox(letter, b"%PDF again", "follow_up") == item
    assert ledger.due() == []
    ledger.correct(case_id, "patient.given", "Ann", "anna", 1)
    assert ledger.due() == []
    (out,) = ledger.take_outbox()
    assert out.data == b"%PDF" and out.filename == f"{case_id}-letter-1.pdf"
    ledger.mark_sent(out.item_id, "follow_up")
    ledger.mark_sent(out.item_id, "follow_up")
    assert ledger.take_outbox() == []
    assert [row.verb for row in ledger.history(case_id)].count("outbox_sent") == 1
    assert ledger.case(case_id).state == "clarification"
    ledger.transition(case_id, "review", "anna", "reply came", 2)
    refused("stale", lambda: ledger.enqueue_outbox(letter, b"%PDF late", "follow_up"))
    ledger.transition(case_id, "clarification", "anna", "still no side", 3)
    assert [each.version for each in ledger.due()] == [4]
    assert ledger.verify() == []


def test_a_ready_order_is_delivered_when_it_was_laid_out_unless_taken_back() -> None:
    first, second = opened(order("ready"), order("ready"))
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
                cursor.execute(statement)

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
        (spoil("DELETE FROM store_case"), "was opened and is gone"),
        (spoil("DELETE FROM store_event WHERE sequence=2"), "line 2 is missing"),
        (spoil("DELETE FROM store_event WHERE sequence=(SELECT max(sequence) FROM store_event)"), "the trail ends at"),
        (spoil("DELETE FROM store_audithead"), "head of the trail is missing"),
        (
            spoil("DROP TRIGGER store_event_append_only; UPDATE store_event SET actor='nobody' WHERE sequence=3"),
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


def test_a_correction_runs_the_checks_again() -> None:
    knee = Exam(stated("MRI knee"), stated("MR"), stated("knee"))
    implant = Safety(implant=stated("yes"))
    (case_id,) = opened(order("clarification", exams=(knee,), safety=implant))
    first = ledger.correct(case_id, "patient.middle", "B", "anna", 1)
    codes = {check.code for check in first.order.problems}
    assert {"laterality", "safety_conflict", "signature"} <= codes and "patient_name" not in codes
    assert [row.id for row in ledger.queue("clarification", filters=Filters(problem="laterality"))] == [case_id]
    side = ledger.correct(case_id, "exams.0.laterality", "left", "anna", 2)
    assert codes - {check.code for check in side.order.problems} == {"laterality"}
    settled = ledger.correct(case_id, "safety.implant", "no", "anna", 3)
    assert "safety_conflict" not in {check.code for check in settled.order.problems}
    assert settled.order.conflicts == ()
    nameless = ledger.correct(case_id, "patient.given", None, "anna", 4)
    assert "patient_name" in {check.code for check in nameless.order.problems}
    assert (nameless.state, nameless.order.route) == ("clarification", "clarification")


def test_a_conflict_found_while_reading_stands_until_a_person_touches_what_it_rests_on() -> None:
    code = Conflict("exam_conflict", "The code is for a CT.", (), 0.9, ("exams.0.modality", "exams.0.procedure_code"))
    (case_id,) = opened(order("clarification", conflicts=(code,)))
    other = ledger.correct(case_id, "patient.given", "Ann", "anna", 1).order
    assert other.conflicts == (code,) and "exam_conflict" in {check.code for check in other.problems}
    assert ledger.accept(case_id, ["patient.family"], "anna", 2).order.conflicts == (code,)
    assert ledger.correct(case_id, "exams.0.modality", "CT", "anna", 3).order.conflicts == ()


def test_a_correction_that_contradicts_the_code_is_a_new_conflict() -> None:
    coded = Exam(stated("MRI left knee"), stated("MR"), stated("knee"), stated("left"), procedure_code=stated("73721"))
    (case_id,) = opened(order("review", exams=(coded,)))
    assert ledger.accept(case_id, ["exams.0.modality"], "anna", 1).order.conflicts == ()
    (conflict,) = ledger.correct(case_id, "exams.0.modality", "CT", "anna", 2).order.conflicts
    assert conflict.code == "exam_conflict"
    assert ledger.correct(case_id, "exams.0.modality", "MR", "anna", 3).order.conflicts == ()


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
