"""Balancing the books: does everything that came in add up to what is there."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from itertools import count

from orders.case import CASE_STATES, DOCUMENT_STATES
from orders.request_states import REQUEST_STATES
from store import audit
from store.bytes import document_store, intact
from store.models import (
    BlindCheck,
    Case,
    Document,
    Event,
    Message,
    OutboxItem,
    PageRecord,
    Request,
    Sighting,
)

Progress = Callable[[int, int], None]
Whole = Callable[[str], bool]


def verify(progress: Progress = lambda done, total: None) -> list[str]:
    """Return what does not add up, a sentence each; empty when the books balance.

    Every sighting has its document and every document its bytes with the right
    hash, a state, and at least one sighting; a read one its pages one to n with
    picture and words, and as many cases as orders (one where it holds none);
    each case only pages that exist and the state that its last event names; the
    outbox its bytes; the audit trail is whole. Names ids only. `progress` is
    told how many of how many pieces in the document store were hashed.
    """
    store = document_store()
    tables = (Document, PageRecord, PageRecord, OutboxItem, Message)
    total = sum(table.objects.count() for table in tables)
    done = count(1)

    def whole(sha256: str) -> bool:
        progress(next(done), total)
        return intact(store, sha256)

    return [*_documents(whole), *_pages(whole), *_cases(), *_outbox(whole), *_requests(whole), *audit.breaks()]


def _documents(whole: Whole) -> Iterator[str]:
    seen = set(Sighting.objects.values_list("document_id", flat=True).distinct())
    received = set(Event.objects.filter(verb="received").values_list("document", flat=True))
    last = _last_states("document_", "document")
    rows = list(Document.objects.order_by("sha256"))
    for row in rows:
        name = f"document {row.sha256}"
        if not row.purged_at and not whole(row.sha256):
            yield f"{name}: its bytes are missing or changed"
        if row.state not in DOCUMENT_STATES:
            yield f"{name}: no such state as {row.state}"
        if row.state != last.get(row.sha256, "received"):
            yield f"{name}: is {row.state}, its last event says {last.get(row.sha256, 'received')}"
        if row.state == "reading" and not (row.lease_worker and row.lease_until):
            yield f"{name}: is being read by nobody"
        if row.state == "failed" and not row.failure:
            yield f"{name}: failed without a reason"
        if row.sha256 not in seen:
            yield f"{name}: no source ever showed it"
    ids = {row.sha256 for row in rows}
    certified = set(Event.objects.filter(verb="document_purged").values_list("document", flat=True))
    yield from (
        f"document {row.sha256}: was purged without a certificate"
        for row in rows
        if row.purged_at and row.sha256 not in certified
    )
    yield from (f"document {sha}: was received and is gone" for sha in sorted((received | seen) - ids))


def _pages(whole: Whole) -> Iterator[str]:
    numbers: dict[str, list[int]] = {}
    for row in PageRecord.objects.order_by("document_id", "number").iterator():
        numbers.setdefault(row.document_id, []).append(row.number)
        for part, sha256 in (("picture", row.image_sha256), ("words", row.words_sha256)):
            if not whole(sha256):
                yield f"document {row.document_id}, page {row.number}: its {part} are missing or changed"
    for row in Document.objects.filter(state="read", purged_at__isnull=True).order_by("sha256"):
        if numbers.get(row.sha256, []) != list(range(1, row.pages + 1)):
            yield f"document {row.sha256}: {row.pages} pages were read, other ones are kept"


def _cases() -> Iterator[str]:
    last = _last_states("case_", "case")
    found: dict[str, list[str]] = {}
    pages = dict(Document.objects.values_list("sha256", "pages"))
    for row in Case.objects.order_by("document_id", "ordinal").iterator():
        found.setdefault(row.document_id, []).append(row.id)
        if row.state not in CASE_STATES or row.state != last.get(row.id):
            yield f"order {row.id}: is {row.state}, its last event says {last.get(row.id)}"
        if not row.order["pages"] or not all(1 <= number <= pages[row.document_id] for number in row.order["pages"]):
            yield f"order {row.id}: names pages that its document does not have"
    for row in Document.objects.filter(state="read").order_by("sha256"):
        if len(found.get(row.sha256, [])) != max(row.orders, 1):
            yield f"document {row.sha256}: {row.orders} orders were read, {len(found.get(row.sha256, []))} are kept"
    waiting = set(BlindCheck.objects.filter(outcome="").values_list("case_id", flat=True))
    blind = set(Case.objects.filter(blind=True).values_list("id", flat=True))
    yield from (f"order {each}: its blind check is lost, or it waits for none" for each in sorted(waiting ^ blind))
    for case_id in sorted(set(last) - {each for ids in found.values() for each in ids}):
        yield f"order {case_id}: was opened and is gone"


def _outbox(whole: Whole) -> Iterator[str]:
    for row in OutboxItem.objects.filter(case__purged=False).order_by("id").iterator():
        if not whole(row.sha256):
            yield f"outbox item {row.id}: its bytes are missing or changed"


def _requests(whole: Whole) -> Iterator[str]:
    """A request that is open has a date and an order, one that is over has none; what went out has its bytes."""
    for row in Request.objects.order_by("id").iterator():
        if row.state not in REQUEST_STATES:
            yield f"request {row.id}: no such state as {row.state}"
        elif REQUEST_STATES[row.state].final != (row.next_at is None):
            yield f"request {row.id}: is {row.state} and has {'no' if row.next_at is None else 'a'} next date"
        if not row.about.exists():
            yield f"request {row.id}: is about no order"
    # A purge takes the bytes and their name away.
    for message in Message.objects.exclude(sha256="").order_by("id").iterator():
        if not whole(message.sha256):
            yield f"message {message.id}: its bytes are missing or changed"


def _last_states(prefix: str, column: str) -> dict[str, str]:
    """Return the state that the last event names, by id: `document_read` or a case event's `to`."""
    states: dict[str, str] = {}
    for event in Event.objects.filter(verb__startswith=prefix).order_by("sequence").iterator():
        if column == "document" and event.verb.removeprefix(prefix) in DOCUMENT_STATES:
            states[event.document] = event.verb.removeprefix(prefix)
        elif event.verb in ("case_opened", "case_moved"):
            states[event.case] = str(event.detail["to"])
    return states
