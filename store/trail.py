"""Reading the audit trail: who saw and changed what. A look at it is a line of it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from itertools import islice

from django.contrib.auth import get_user_model
from django.db import transaction
from django.db.models import Q, QuerySet

from store import audit
from store.models import AuditHead, Case, Document, Event
from store.scope import in_sight


@dataclass(frozen=True, slots=True)
class TrailFilters:
    """What the trail is narrowed to; an empty field narrows nothing.

    `patient` is a birth date (ISO 8601) or the start of names, `order` an order's
    or a document's id, `person` a user's or a process's name, `since` and `until`
    moments, the second one not included.
    """

    patient: str = ""
    person: str = ""
    order: str = ""
    since: datetime | None = None
    until: datetime | None = None


@dataclass(frozen=True, slots=True)
class TrailRow:
    """A line of the trail."""

    sequence: int
    at: datetime
    actor: str
    verb: str
    document: str
    case: str
    detail: dict[str, str | int | float | bool | None]


@dataclass(frozen=True, slots=True)
class ChainState:
    """Whether the chain of lines is whole: their number, and what is wrong at the first broken one, empty for none."""

    lines: int
    fault: str


def trail(filters: TrailFilters, actor: str, before: int = 0, limit: int = 100) -> list[TrailRow]:
    """Return lines of the trail in sight, the newest first; note that `actor` looked, and by what they searched.

    `before` is the number of the last line of the page before.
    """
    with transaction.atomic():
        audit.record(actor, "trail_viewed", detail={"by": _by(filters), "order": filters.order})
    events = _narrowed(filters)
    if before:
        events = events.filter(sequence__lt=before)
    return [_row(event) for event in events.order_by("-sequence")[:limit]]


def trail_lines(filters: TrailFilters, actor: str) -> Iterator[TrailRow]:
    """Yield all lines in sight, the oldest first, for taking away; noted before the first one is given."""
    with transaction.atomic():
        audit.record(actor, "trail_exported", detail={"by": _by(filters), "order": filters.order})
    return (_row(event) for event in _narrowed(filters).order_by("sequence").iterator(chunk_size=1000))


def check_chain(actor: str) -> ChainState:
    """Follow the whole chain and return whether it holds; that it was checked is noted with what was found."""
    fault = next(iter(islice(audit.breaks(), 1)), "")
    head = AuditHead.objects.filter(id=1).first()
    with transaction.atomic():
        audit.record(actor, "trail_checked", detail={"fault": fault})
    return ChainState(head.sequence if head else 0, fault.removeprefix("audit: "))


def _narrowed(filters: TrailFilters) -> QuerySet[Event]:
    events = Event.objects.all()
    sites = in_sight()
    if sites is not None:
        # A line about no document is about the desk itself: of those, the lines of the sites' own people.
        people = get_user_model().objects.filter(memberships__site_id__in=sites).values("username")
        about = Document.objects.values("sha256")
        events = events.filter(Q(document__in=about) | Q(document="", actor__in=people))
    if filters.patient:
        cases = Case.objects.all()
        for word in filters.patient.split():
            cases = cases.filter(Q(birth_date=word) | Q(family__istartswith=word) | Q(given__istartswith=word))
        events = events.filter(case__in=cases.values("id"))
    if filters.order:
        events = events.filter(Q(case=filters.order.upper()) | Q(document=filters.order.lower()))
    if filters.person:
        events = events.filter(actor=filters.person)
    if filters.since:
        events = events.filter(at__gte=filters.since)
    if filters.until:
        events = events.filter(at__lt=filters.until)
    return events


def _by(filters: TrailFilters) -> str:
    # A patient's name stays out of the line: it tells what was searched by, not for whom.
    return " ".join(name for name in ("patient", "person", "order", "since", "until") if getattr(filters, name))


def _row(event: Event) -> TrailRow:
    return TrailRow(event.sequence, event.at, event.actor, event.verb, event.document, event.case, event.detail)
