"""After a purge nothing of the patient is in any table, nor among the kept bytes; the audit trail aside."""

from __future__ import annotations

import io
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from django.contrib.sessions.backends.db import SessionStore
from django.contrib.sessions.models import Session
from django.db import connection
from django.utils import timezone
from ledger_made import BLOCKED, order, page, referral, stated

from orders.answer import Answer, ReplyRead
from orders.order import Exam, Indication, Order, Provider
from store import ledger
from store.backup import named_bytes
from store.bytes import document_store
from store.models import Document, Message, Reply, Request

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("data")]

NOW = datetime.now(UTC)
LATER = NOW + timedelta(days=1)
# What a patient, a practice and a clerk say, each in words that stand nowhere else.
WORDS = (
    "Zanzibar", "1970-02-03", "8655550120", "xylophone", "Lindqvist", "Alder Ortho", "8655551717",
    "orders@alder.example", "mumbled", "Velvet", "198.51.100.7", "grandmother", "knee letter", "left answer",
)  # fmt: skip


def patient(route: str = "clarification", given: str = "Anna") -> Order:
    made = order(
        route,
        "Zanzibar",
        exams=(Exam(stated("MRI knee"), stated("MR"), stated("knee")),),
        indication=Indication(stated("fell over a xylophone")),
        provider=Provider(
            stated("Lindqvist"), stated("Maja"), practice=stated("Alder Ortho"), fax=stated("8655551717")
        ),
        problems=(BLOCKED,) if route == "clarification" else (),
    )
    born = {"Anna": "1970-02-03", "Bela": "1938-11-30", "Cora": "2001-07-19"}
    return made.put("patient.given", stated(given)).put("patient.birth_date", stated(born[given]))


def arrived(data: bytes, *orders: Order) -> list[str]:
    """The documents' orders; a source showed it under a name that is the patient's, forty days ago."""
    ledger.take("clinic", data.hex(), "in/Zanzibar.tif", "Zanzibar Anna.tif", io.BytesIO(data))
    held = ledger.lease("w1")
    assert held
    drawn = replace(page(1), image=b"picture of Zanzibar " + data)
    ids = ledger.record_reading(held.document_id, "w1", referral(*orders), [drawn])
    Document.objects.filter(sha256=held.document_id).update(received_at=timezone.now() - timedelta(days=40))
    return ids


def asked(*case_ids: str) -> str:
    """The id of a request about the orders whose letter went out."""
    about = [(case_id, 1) for case_id in case_ids]
    made = ledger.make_request(about, lambda name: name[:11], NOW, "clock", email="orders@alder.example")
    letter = b"knee letter for Zanzibar " + made.encode()
    ledger.enqueue_message(
        made, "letter", "fax", "8655551717", letter, NOW, "clock", LATER, {"places": ["grandmother"]}
    )
    sending = ledger.take_message(NOW)
    assert sending
    ledger.message_sent(sending.id, NOW, LATER, "clock")
    return made


def replied(request_id: str, case_id: str, state: str, document_id: str = "", page: int = 0) -> int:
    answer = Answer(case_id, "laterality", "exams.0.laterality", "left", "mumbled left answer", 0.9)
    read = ReplyRead(request_id, "portal", state, (answer,), LATER, page, 0.9, "Vera Velvet", "198.51.100.7")
    return ledger.take_reply(read, NOW, "w1", document_id)


def closed(*case_ids: str) -> None:
    for case_id in case_ids:
        case = ledger.case(case_id)
        if case.state != "closed":
            ledger.transition(case_id, "closed", "mara", "done", case.version)
    ledger.withdraw_idle(NOW, "clock")


def holding() -> dict[str, set[str]]:
    """The words that each table holds, the audit trail aside, and `bytes` for the document store; every column."""
    found: dict[str, set[str]] = {}
    with connection.cursor() as cursor:
        for table in connection.introspection.table_names(cursor):
            cursor.execute(f"SELECT * FROM {connection.ops.quote_name(table)}")
            cells = [bytes(cell) if isinstance(cell, memoryview) else cell for row in cursor for cell in row]
            said = "\n".join(cell.decode("latin-1") if isinstance(cell, bytes) else str(cell) for cell in cells)
            found[table] = {word for word in WORDS if word.casefold() in said.casefold()}
    found.pop("store_event")
    return {table: words for table, words in found.items() if words}


def test_what_people_searched_for_is_not_kept() -> None:
    (case_id,) = arrived(b"Zanzibar 1", patient())
    over, live = SessionStore(), SessionStore()
    for session, hours in ((over, -1), (live, 1)):
        session["filters"] = {"review": {"text": "Zanzibar"}}
        session.set_expiry(NOW + timedelta(hours=hours))
        session.save()
    ledger.save_filter("mara", "review", "knees", ledger.Filters(text="Zanzibar", modality="MR"))
    assert [each.filters for each in ledger.saved_filters("mara", "review")] == [ledger.Filters(modality="MR")]
    closed(case_id)
    assert ledger.purge(ledger.case(case_id).document_id, "anna")
    assert list(Session.objects.values_list("session_key", flat=True)) == [live.session_key]


def in_files(folder: Path) -> list[str]:
    files = [path.read_bytes() for path in (folder / "documents").rglob("*") if path.is_file()]
    return [word for word in WORDS if any(word.encode() in data for data in files)]


def test_nothing_of_the_patient_outlives_a_purge(data: Path) -> None:
    ledger.make_webhook("https://hook.example/", tuple(ledger.WEBHOOK_EVENTS), "root")
    (case_id, again) = (*arrived(b"Zanzibar 1", patient()), *arrived(b"Zanzibar 2", patient("review", "Bela")))
    first, second = (ledger.case(each).document_id for each in (case_id, again))
    request_id = asked(case_id)
    replied(request_id, case_id, "merged", second, 1)
    closed(case_id, again)
    Request.objects.update(reason="the grandmother knows")
    before = holding()
    assert set(before) >= {
        "store_document", "store_case", "store_request", "store_message", "store_reply", "store_arrival",
        "store_sighting", "store_sourceitem",
    }  # fmt: skip
    assert set().union(*before.values(), in_files(data)) == set(WORDS), "each word is kept before"
    assert set(ledger.purgeable(30)) == {first, second}
    assert ledger.purge(first, "cli:anna") and ledger.purge(second, "cli:anna")
    assert holding() == {} and in_files(data) == []
    assert ledger.verify() == []
    # That and how it was asked, and what is counted, stays.
    assert (Message.objects.get().state, Reply.objects.get().state) == ("sent", "merged")
    assert not ledger.request(request_id).open
    assert ledger.replies_of(request_id)[0].answers == ()


@pytest.mark.parametrize("reply_page_first", [True, False])
def test_an_answer_goes_with_its_page_or_with_its_order(reply_page_first: bool) -> None:
    (case_id,) = arrived(b"Zanzibar 1", patient())
    (cover,) = arrived(b"Zanzibar 2", patient("review", "Bela"))
    replied(asked(case_id), case_id, "merged", ledger.case(cover).document_id, 1)
    closed(case_id, cover)
    ledger.purge(ledger.case(cover if reply_page_first else case_id).document_id, "anna")
    row = Reply.objects.get()
    assert (row.answers, row.signer, row.address) == ([], "", "")
    assert bool(Message.objects.get().sha256) == reply_page_first
    assert ledger.verify() == []


def test_what_is_being_asked_about_is_not_purged() -> None:
    (case_id, other) = arrived(b"Zanzibar 1", patient(), patient(given="Cora"))
    document_id = ledger.case(case_id).document_id
    elsewhere = ledger.case(arrived(b"Zanzibar 2", patient("review", "Bela"))[0])
    request_id = asked(case_id, other)

    def kept(*document_ids: str) -> bool:
        return not set(document_ids) & set(ledger.purgeable(30)) and not any(
            ledger.purge(each, "anna") for each in document_ids
        )

    ledger.transition(case_id, "closed", "mara", "done", ledger.case(case_id).version)
    assert kept(document_id), "the other order is asked about yet"
    closed(other, elsewhere.id)
    assert ledger.request(request_id).state == "withdrawn"
    number = replied(request_id, case_id, "unreadable", elsewhere.document_id, 1)
    assert kept(document_id, elsewhere.document_id), "an answer waits for a person"
    ledger.settle_reply(number, (), NOW, "mara")
    ledger.enqueue_notice(request_id, "notice", "fax", "8655551717", b"a notice", NOW)
    assert kept(document_id), "a notice is going out"
    assert ledger.purge(elsewhere.document_id, "anna")
    sending = ledger.take_message(NOW)
    assert sending and kept(document_id)
    ledger.message_sent(sending.id, NOW, LATER, "clock")
    assert ledger.purge(document_id, "anna")
    # A receipt that comes late does not send a letter anew that is not there any more.
    ledger.message_failed(sending.id, "busy", NOW, NOW, "clock")
    assert ledger.take_message(NOW) is None and ledger.verify() == []


def test_a_letter_about_two_documents_goes_with_the_first_and_others_keep_theirs() -> None:
    (one,), (two,), (three,) = (arrived(each.encode(), patient(given=each)) for each in ("Anna", "Bela", "Cora"))
    shared, own = asked(one, two), asked(three)
    closed(one, two)
    assert ledger.purge(ledger.case(one).document_id, "anna")
    assert not Message.objects.get(request=shared).sha256
    assert ledger.letter_sent(own).startswith(b"knee letter")
    assert ledger.request(own).fax == "8655551717" and ledger.case(two).order.patient.family.value == "Zanzibar"
    assert ledger.verify() == []


def test_a_backup_names_the_letters_that_are_kept() -> None:
    (case_id,) = arrived(b"Zanzibar 1", patient())
    asked(case_id)
    letter = Message.objects.get().sha256
    assert letter in set(named_bytes()) and document_store().get(letter)
    closed(case_id)
    ledger.purge(ledger.case(case_id).document_id, "anna")
    assert "" not in set(named_bytes()) and letter not in set(named_bytes())
