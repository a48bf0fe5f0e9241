"""From a file received to a document read: receiving, leasing, and recording what was read."""

from __future__ import annotations

import mimetypes
import random
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import BinaryIO

from django.db import transaction
from django.db.models import F
from django.utils import timezone

from config import settings
from documents.page import Page
from orders.answer import ReplyRead
from orders.case import may
from orders.order import Order, PageType, Referral
from store import audit, facts
from store.again import sheet_of
from store.bytes import document_store
from store.cases import move, open_case, refill
from store.layouts import part_cases
from store.models import Case, Document, PageRecord, Sighting, Tally
from store.pages import KeptPage, words_json
from store.refusal import Refused
from store.replies import amended, take_reply
from store.sites import DEFAULT, site_called
from store.text import storable

# Trying again may help after these: they tell of the machine, not of the document.
PASSING = frozenset({"timeout", "crashed"})
LEASES_LOST = "leases_lost"


@dataclass(frozen=True, slots=True)
class Receipt:
    """What became of bytes handed in: the document's id, and whether it was known already."""

    document_id: str
    known: bool


@dataclass(frozen=True, slots=True)
class Leased:
    """A document that a worker may read until `until`, unless it sends heartbeats."""

    document_id: str
    name: str
    size: int
    attempt: int
    until: datetime


def receive(data: bytes | BinaryIO, name: str, source: str, key: str, site: str = DEFAULT) -> Receipt:
    """Keep the bytes and note that `source` showed them under `key` to the site with the slug `site`.

    When it returns, bytes and note are durable: the source may be touched. The
    same bytes again are one document with one sighting more, and stay with the
    site that they came to first. Raises Refused for a site that is not there.
    """
    site_called(site)
    sha256, size = document_store().put(data)
    with transaction.atomic():
        return note_received(sha256, size, name, source, key, timezone.now(), site)


def note_received(
    sha256: str,
    size: int,
    name: str,
    source: str,
    key: str,
    now: datetime,
    site: str = DEFAULT,
    urgent: bool = False,
) -> Receipt:
    """Note that `source` showed bytes that are kept already; the caller holds the transaction."""
    name, key = storable(name), storable(key)
    document, new = Document.everywhere.get_or_create(
        sha256=sha256,
        defaults={
            "site": site_called(site),
            "name": name,
            "media_type": mimetypes.guess_type(name)[0] or "application/octet-stream",
            "size": size,
            "state": "received",
            "received_at": now,
            "haste": 0 if urgent else 1,
        },
    )
    if document.purged_at:
        # What was destroyed came again: it is read again.
        Document.everywhere.filter(sha256=sha256).update(purged_at=None, name=name)
        document.refresh_from_db()
        _move(document, "received", source, {"code": "came_again"}, now)
    Sighting.objects.create(source=source, key=key, document=document, at=now)
    verb = "received" if new else "seen_again"
    detail: audit.Detail = {"name": name, "key": key, "size": size, "site": site}
    audit.record(source, verb, document=sha256, detail=detail, at=now)
    return Receipt(sha256, not new)


def lease(worker: str, now: datetime | None = None) -> Leased | None:
    """Give `worker` a document to read; None when none waits.

    The urgent ones go first. Among sites it is drawn by lot whose turn it is, so
    that one with a thousand faxes does not hold up the others; of a site's, those
    tried least go first, then those that wait longest. The lease holds
    `lease_seconds`; `heartbeat` prolongs it.
    """
    now = now or timezone.now()
    # Looking without the write lock first: idle workers must not queue up at it.
    turn = _turn()
    if turn is None:
        return None
    haste, site_id = turn
    with transaction.atomic():
        free = Document.objects.filter(state="received").select_for_update(skip_locked=True, no_key=True)
        oldest = free.order_by("attempts", "received_at", "sha256")
        document = oldest.filter(haste=haste, site_id=site_id).first() or oldest.first()
        if document is None:
            return None
        document.attempts += 1
        document.lease_worker = worker
        document.lease_until = now + timedelta(seconds=settings().lease_seconds)
        _move(document, "reading", worker, {"attempt": document.attempts}, now)
    return Leased(document.sha256, document.name, document.size, document.attempts, document.lease_until)


def _turn() -> tuple[int, int] | None:
    """The haste and the site of the document to read next; None when none waits."""
    waits = set(Document.objects.filter(state="received").values_list("haste", "site_id").distinct())
    first = min((haste for haste, _ in waits), default=0)
    return random.choice([each for each in waits if each[0] == first]) if waits else None


def waiting() -> int:
    """Return how many documents wait to be read."""
    return Document.objects.filter(state="received").count()


def heartbeat(document_id: str, worker: str) -> datetime:
    """Prolong the lease and return its new end; raises Refused when it is lost."""
    now = timezone.now()
    until = now + timedelta(seconds=settings().lease_seconds)
    held = Document.objects.filter(sha256=document_id, state="reading", lease_worker=worker, lease_until__gte=now)
    if not held.update(lease_until=until):
        raise Refused("lease_lost", document_id)
    return until


def release(document_id: str, worker: str) -> None:
    """Give the document back unread, as a worker does that is asked to stop; the attempt does not count."""
    with transaction.atomic():
        document = _held(document_id, worker, timezone.now())
        document.attempts -= 1
        _move(document, "received", worker, {"code": "released"})


def record_reading(
    document_id: str,
    worker: str,
    referral: Referral,
    pages: Sequence[Page],
    timings: Mapping[str, float] | None = None,
    replies: Sequence[ReplyRead] = (),
) -> list[str]:
    """Record what was read, with the `replies` to requests on its pages, and open its cases; return their ids in order.

    Recording the same document again changes nothing and returns the same ids.
    `timings` are seconds by stage. Raises Refused without a live lease, and
    records a failure where `referral.error` is set (then without cases).
    """
    if referral.error:
        record_failure(document_id, worker, referral.error.code)
        return []
    kept = [_keep(page) for page in pages]
    now = timezone.now()
    with transaction.atomic():
        known = Document.objects.filter(sha256=document_id, state="read").first()
        if known:
            return list(known.cases.order_by("ordinal").values_list("id", flat=True))
        document = _held(document_id, worker, now)
        _replace_pages(document, kept, referral.pages)
        document.pages, document.orders = len(kept), len(referral.orders)
        document.notices = storable([{"code": each.code, "message": each.message} for each in referral.notices])
        document.read_at = now
        document.timings = {stage: round(seconds, 4) for stage, seconds in (timings or {}).items()}
        _move(document, "read", worker, {"pages": document.pages, "orders": document.orders}, now)
        facts.document_read(document, sum(document.timings.values()), worker)
        opened = _cases(document, referral, pages, worker)
        for each in replies:
            take_reply(each, now, worker, document_id)
        for case_id in opened:
            amended(case_id, now, worker)
        if replies and not referral.orders:
            _done_with(opened, worker)
        return opened


def _cases(document: Document, referral: Referral, pages: Sequence[Page], worker: str) -> list[str]:
    if not document.layout:
        return _open_cases(document, referral, pages, worker)
    opened = part_cases(document, referral.orders, pages, referral.pages, worker)
    # A case that was closed for it stays in the books beside those that go on.
    document.layout, document.orders = {}, document.cases.count()
    document.save(update_fields=["layout", "orders"])
    return opened


def _done_with(cases: Sequence[str], worker: str) -> None:
    """Close what holds replies and no order: nobody has to look at it in a queue."""
    for case in Case.objects.select_for_update(no_key=True).filter(id__in=cases, state="not_an_order"):
        move(case, "closed", worker, "a reply to a request")


def record_failure(document_id: str, worker: str, code: str) -> str:
    """Record that reading failed with `code` (of `documents.faults`); return the document's new state.

    A passing failure puts it back in the queue until its attempts are used; any
    other fails at once, because the bytes will not change. Raises Refused
    without a live lease.
    """
    now = timezone.now()
    with transaction.atomic():
        document = _held(document_id, worker, now)
        return _give_up_or_retry(document, worker, code, now)


def sweep(now: datetime | None = None, dead: Collection[str] = ()) -> list[str]:
    """End leases that ran out, and those of workers known to be `dead`; return the documents' ids."""
    now = now or timezone.now()
    held = Document.objects.filter(state="reading")
    ended = held.filter(lease_until__lt=now) | held.filter(lease_worker__in=list(dead))
    if not ended.exists():
        return []
    with transaction.atomic():
        documents = list(ended.select_for_update(no_key=True).order_by("received_at"))
        for document in documents:
            _give_up_or_retry(document, "sweep", "crashed", now)
        counted, _ = Tally.objects.get_or_create(name=LEASES_LOST)
        Tally.objects.filter(pk=counted.pk).update(value=F("value") + len(documents))
    return [document.sha256 for document in documents]


def retry(document_id: str, actor: str) -> None:
    """Let a failed document be read again, with all its attempts; raises Refused when it has not failed."""
    with transaction.atomic():
        document = Document.objects.select_for_update(no_key=True).filter(sha256=document_id).first()
        if document is None:
            raise Refused("unknown", document_id)
        if document.state != "failed":
            raise Refused("transition", f"{document.state} to received")
        document.attempts = 0
        _move(document, "received", actor, {"code": "retried"})


def _held(document_id: str, worker: str, now: datetime) -> Document:
    document = Document.objects.select_for_update(no_key=True).filter(
        sha256=document_id, state="reading", lease_worker=worker, lease_until__gte=now
    )
    found = document.first()
    if found is None:
        raise Refused("lease_lost", document_id)
    return found


def _give_up_or_retry(document: Document, actor: str, code: str, now: datetime) -> str:
    again = code in PASSING and document.attempts < settings().attempts
    document.failure = "" if again else code
    _move(document, "received" if again else "failed", actor, {"code": code, "attempt": document.attempts}, now)
    return document.state


def _move(document: Document, to: str, actor: str, detail: Mapping[str, str | int], at: datetime | None = None) -> None:
    if not may(document.state, to):
        raise Refused("transition", f"{document.state} to {to}")
    document.state = to
    if to != "reading":
        document.lease_worker, document.lease_until = "", None
    if to in ("reading", "read"):
        document.failure = ""
    document.save()
    audit.record(actor, f"document_{to}", document=document.sha256, detail=dict(detail), at=at)


def _keep(page: Page) -> KeptPage:
    store = document_store()
    return KeptPage(page, store.put(page.image)[0], store.put(words_json(page))[0])


def _replace_pages(document: Document, kept: Sequence[KeptPage], types: Sequence[PageType]) -> None:
    typed = {each.number: each for each in types}
    PageRecord.objects.filter(document=document).delete()
    PageRecord.objects.bulk_create(
        PageRecord(
            document=document,
            number=each.page.number,
            type=typed[each.page.number].type,
            type_confidence=typed[each.page.number].confidence,
            width=each.page.width,
            height=each.page.height,
            rotation=each.page.rotation,
            image_sha256=each.image_sha256,
            words_sha256=each.words_sha256,
        )
        for each in kept
    )


def _open_cases(document: Document, referral: Referral, pages: Sequence[Page], worker: str) -> list[str]:
    orders = referral.orders or (
        Order(id="", pages=tuple(page.number for page in referral.pages), route="not_an_order"),
    )
    # Of a document read before, the cases stand and a person may have worked on them: they are kept.
    there = {case.ordinal: case.id for case in Case.objects.filter(document=document)}
    for ordinal, order in enumerate(orders, 1):
        if ordinal in there:
            refill(there[ordinal], order, worker)
    alone = len(orders) == 1
    return [
        there.get(ordinal) or open_case(document, ordinal, order, worker, sheet_of(order, pages, referral.pages, alone))
        for ordinal, order in enumerate(orders, 1)
    ]
