"""What the desk and the command line read: counts, documents, histories, pages. Queues are in `store.waiting`."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from django.db.models import Count, Min, OuterRef, Prefetch, QuerySet, Subquery, Sum
from django.utils import timezone

from documents.faults import MESSAGES
from documents.page import Page
from orders.order import PageType
from store.bytes import document_store
from store.models import Case, Document, Event, OutboxItem, PageRecord, Sighting
from store.pages import page_from_json
from store.refusal import Refused
from store.scope import in_sight

# The states that the desk's bar counts.
BAR = ("review", "clarification", "ready", "not_an_order")


@dataclass(frozen=True, slots=True)
class DocumentRow:
    """A document as lists show it; `message` is the clerk's sentence for `failure`."""

    id: str
    name: str
    media_type: str
    size: int
    state: str
    failure: str
    message: str
    notices: tuple[str, ...]
    pages: int
    orders: int
    attempts: int
    worker: str
    received_at: datetime
    read_at: datetime | None
    seconds: float
    sightings: int
    cases: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Counts:
    """Documents, pages and orders by state, the oldest wait (seconds) of each state that waits for somebody."""

    documents: dict[str, int]
    cases: dict[str, int]
    pages: int
    oldest_wait: dict[str, float]
    outbox: dict[str, int]
    sources: dict[str, int]


@dataclass(frozen=True, slots=True)
class TabCounts:
    """Orders by state, of the states that stand in the bar; documents that failed, and that are yet to be read."""

    cases: dict[str, int]
    failed: int
    being_read: int


@dataclass(frozen=True, slots=True)
class HistoryRow:
    """A line of the audit trail, as a history shows it."""

    sequence: int
    at: datetime
    actor: str
    verb: str
    detail: dict[str, str | int | float | bool | None]


@dataclass(frozen=True, slots=True)
class PageRow:
    """A page of a document, without its words and picture."""

    number: int
    type: PageType
    width: int
    height: int
    rotation: int


def counts() -> Counts:
    """Return what is where, in seven queries whatever the size of the ledger."""
    now = timezone.now()
    waits = {
        row["state"]: (now - row["oldest"]).total_seconds()
        for row in Case.objects.filter(state__in=("review", "clarification", "ready"))
        .values("state")
        .annotate(oldest=Min("received_at"))
    }
    oldest = Document.objects.filter(state="received").aggregate(oldest=Min("received_at"))["oldest"]
    if oldest:
        waits["received"] = (now - oldest).total_seconds()
    return Counts(
        _tally(Document.objects.all(), "state"),
        _tally(Case.objects.all(), "state"),
        Document.objects.aggregate(pages=Sum("pages"))["pages"] or 0,
        waits,
        _tally(OutboxItem.objects.all(), "state"),
        _tally(Sighting.objects.all(), "source"),
    )


def tab_counts() -> TabCounts:
    """Return what the desk's bar counts, in two queries that never count what is delivered."""
    cases = Case.objects.filter(state__in=BAR)
    documents = _tally(Document.objects.filter(state__in=("failed", "received", "reading")), "state")
    being_read = documents.get("received", 0) + documents.get("reading", 0)
    return TabCounts(_tally(cases, "state"), documents.get("failed", 0), being_read)


def documents(state: str = "", limit: int = 200) -> list[DocumentRow]:
    """Return documents, the newest first; of one state where it is given."""
    found = _with_sightings(Document.objects.filter(state=state) if state else Document.objects.all())
    return [_document_row(row) for row in found.order_by("-received_at", "sha256")[:limit]]


def document(document_id: str) -> DocumentRow:
    """Return one document; raises Refused when there is none."""
    return _document_row(_document(document_id))


def document_bytes(document_id: str) -> bytes:
    """Return the bytes as received; raises Refused when there is no such document, KeyError when they are lost."""
    found = _document(document_id)
    if found.purged_at:
        raise Refused("purged", document_id)
    return document_store().get(found.sha256)


def page_rows(document_id: str) -> list[PageRow]:
    """Return the pages of a read document in order; empty before it is read."""
    return [_page_row(row) for row in PageRecord.objects.filter(document_id=document_id).order_by("number")]


def page_image(document_id: str, number: int) -> bytes:
    """Return the upright page as PNG; raises Refused when there is no such page."""
    return document_store().get(_page(document_id, number).image_sha256)


def page(document_id: str, number: int) -> Page:
    """Return the page with its words and marks, without its picture; raises Refused when there is none."""
    return page_from_json(document_store().get(_page(document_id, number).words_sha256), b"")


def history(case_id: str = "", document_id: str = "") -> list[HistoryRow]:
    """Return the events of a case, or all those of a document, the oldest first."""
    if in_sight() is not None and not _seen(case_id, document_id):
        return []
    events = Event.objects.filter(case=case_id) if case_id else Event.objects.filter(document=document_id)
    return [
        HistoryRow(each.sequence, each.at, each.actor, each.verb, each.detail) for each in events.order_by("sequence")
    ]


def _seen(case_id: str, document_id: str) -> bool:
    if case_id:
        return Case.objects.filter(id=case_id).exists()
    return Document.objects.filter(sha256=document_id).exists()


def _tally(rows: QuerySet, column: str) -> dict[str, int]:
    return {row[column]: row["count"] for row in rows.values(column).annotate(count=Count("*")).order_by(column)}


def _document_row(row: Document) -> DocumentRow:
    return DocumentRow(
        row.sha256,
        row.name,
        row.media_type,
        row.size,
        row.state,
        row.failure,
        MESSAGES.get(row.failure, ""),
        tuple(notice["message"] for notice in row.notices),
        row.pages,
        row.orders,
        row.attempts,
        row.lease_worker,
        row.received_at,
        row.read_at,
        sum(row.timings.values()),
        row.seen,
        tuple(case.id for case in row.cases.all()),
    )


def _page_row(row: PageRecord) -> PageRow:
    return PageRow(row.number, PageType(row.number, row.type, row.type_confidence), row.width, row.height, row.rotation)


def _document(document_id: str) -> Document:
    found = _with_sightings(Document.objects.filter(sha256=document_id)).first()
    if found is None:
        raise Refused("unknown", document_id)
    return found


def _with_sightings(documents: QuerySet[Document]) -> QuerySet[Document]:
    """The documents with what a row needs of other tables, in three queries however many they are."""
    seen = Sighting.objects.filter(document=OuterRef("pk")).order_by().values("document").annotate(n=Count("*"))
    return documents.annotate(seen=Subquery(seen.values("n"))).prefetch_related(
        Prefetch("cases", Case.objects.order_by("ordinal").only("id", "document_id"))
    )


def _page(document_id: str, number: int) -> PageRecord:
    found = PageRecord.objects.filter(document_id=document_id, number=number).first()
    if found is None:
        raise Refused("unknown", f"page {number}")
    return found
