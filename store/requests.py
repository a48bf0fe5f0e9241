"""Requests to referrers: made, moved by the table of their states, ended; nothing else changes them."""

from __future__ import annotations

import secrets
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from django.db import transaction
from django.db.models import Exists, OuterRef, QuerySet

from orders.contract import order_from_json
from orders.order import Order
from orders.request_states import OPEN, REQUEST_START, REQUEST_STATES, may_follow
from store import audit
from store.cases import move
from store.models import Case, Message, Request, RequestCase
from store.refusal import Refused
from store.scope import in_sight

_ALPHABET: Final = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"


@dataclass(frozen=True, slots=True)
class ToAsk:
    """A case in clarification that no request stands for; what is asked together is told by the rest."""

    case_id: str
    version: int
    priority: str
    fax: str
    practice: str
    family: str
    birth_date: str
    received_at: datetime


@dataclass(frozen=True, slots=True)
class RequestView:
    """A request as it stands. `cases` are the orders it is about, `next_at` is None once it is over."""

    id: str
    code: str
    state: str
    next_at: datetime | None
    made_at: datetime
    asked_at: datetime | None
    priority: str
    language: str
    fax: str
    email: str
    practice: str
    round: int
    reminders: int
    channel: str
    tried: tuple[str, ...]
    reason: str
    sheet: Mapping[str, Any]
    cases: tuple[str, ...]

    @property
    def open(self) -> bool:
        return self.state in OPEN


def to_ask(limit: int = 200) -> list[ToAsk]:
    """Return the cases in clarification that no request has been made for since they came into it, the oldest first."""
    made = RequestCase.objects.filter(case=OuterRef("pk"), version__gte=OuterRef("entered_version"))
    waiting = Case.objects.filter(state="clarification").exclude(Exists(made)).order_by("received_at", "id")
    return [_to_ask(row) for row in waiting[:limit]]


def asked_again(case_id: str) -> ToAsk:
    """Return a case in clarification that was asked about already, as what is asked once more."""
    return _to_ask(Case.objects.get(id=case_id))


def _to_ask(row: Case) -> ToAsk:
    return ToAsk(
        row.id,
        row.entered_version,
        row.priority,
        _leaf(row.order, "fax"),
        row.practice,
        row.family,
        row.birth_date,
        row.received_at,
    )


def make_request(
    about: Sequence[tuple[str, int]],
    code_of: Any,
    now: datetime,
    actor: str,
    language: str = "en",
    email: str = "",
    after: str = "",
) -> str:
    """Make one request about the cases `about` (id and the version they came into clarification); return its id.

    `code_of` makes the code from the id. With `after` it goes on from that
    request, which is in part answered. Raises Refused where a case has moved on
    or another request stands for it.
    """
    with transaction.atomic():
        cases = [Case.objects.select_for_update(no_key=True).get(id=case_id) for case_id, _ in about]
        for case, (_, version) in zip(cases, about, strict=True):
            standing = RequestCase.objects.filter(case=case, request__state__in=OPEN).exclude(request_id=after)
            if case.state != "clarification" or case.entered_version != version or standing.exists():
                raise Refused("stale", f"version {case.version}")
        earlier = locked(after) if after else None
        request_id = "".join(secrets.choice(_ALPHABET) for _ in range(12))
        first = cases[0]
        Request.objects.create(
            id=request_id,
            code=code_of(request_id),
            state=REQUEST_START,
            next_at=now,
            made_at=now,
            priority=min((case.priority for case in cases if case.priority), key=_rank, default=""),
            language=language,
            fax=_leaf(first.order, "fax"),
            email=email,
            practice=first.practice,
            round=earlier.round + 1 if earlier else 1,
            tried=earlier.tried if earlier else [],
        )
        for case in cases:
            RequestCase.objects.create(
                request_id=request_id, case=case, version=case.entered_version, asked=case.problems.split()
            )
            audit.record(actor, "request_made", case=case.id, document=case.document_id, detail={"request": request_id})
        if earlier:
            moved(earlier, "followed", now, None, actor, "asked once more")
    return request_id


def request(request_id: str) -> RequestView:
    """Return the request; raises Refused for none."""
    found = in_sight_only().filter(id=request_id).first()
    if found is None:
        raise Refused("unknown", request_id)
    return shown(found)


def request_by_code(code: str) -> RequestView | None:
    """Return the request that a code leads to; None for a code that was never given out."""
    found = Request.objects.filter(code=code).first()
    return shown(found) if found else None


def requests_of(case_id: str) -> list[RequestView]:
    """Return the requests about a case, the newest first."""
    return [shown(row) for row in Request.objects.filter(about__case_id=case_id).order_by("-made_at", "-id")]


def requests_due(now: datetime, limit: int = 200) -> list[RequestView]:
    """Return the open requests whose date has come, the longest due first."""
    return [
        shown(row) for row in Request.objects.filter(state__in=OPEN, next_at__lte=now).order_by("next_at", "id")[:limit]
    ]


def requests_in(states: Sequence[str], limit: int = 200) -> list[RequestView]:
    """Return the requests in sight in any of `states`, those first whose date comes first."""
    return [shown(row) for row in in_sight_only().filter(state__in=states).order_by("next_at", "id")[:limit]]


def in_sight_only() -> QuerySet[Request]:
    """Return the requests about orders of the sites that are seen at this moment."""
    sites = in_sight()
    rows = Request.objects.all()
    if sites is None:
        return rows
    mine = RequestCase.objects.filter(request=OuterRef("pk"), case__site__in=sorted(sites))
    return rows.filter(Exists(mine))


def move_request(
    request_id: str, to: str, now: datetime, next_at: datetime | None, actor: str, reason: str = ""
) -> RequestView:
    """Bring a request to state `to`, with its next date; raises Refused for a step that is not allowed."""
    with transaction.atomic():
        found = locked(request_id)
        moved(found, to, now, next_at, actor, reason)
    return shown(found)


def moved(found: Request, to: str, now: datetime, next_at: datetime | None, actor: str, reason: str = "") -> None:
    """Write the step and its event; the caller holds the transaction. Raises Refused like `move_request`."""
    if not may_follow(found.state, to):
        raise Refused("transition", f"{found.state} to {to}")
    if REQUEST_STATES[to].final == (next_at is not None):
        raise Refused("transition", f"{to} without its date")
    before, found.state, found.next_at, found.reason = found.state, to, next_at, reason[:200]
    if to in ("asked", "reminded") and not found.asked_at:
        found.asked_at = now
    if to == "undeliverable":
        found.tried = [*found.tried, found.channel]
    if REQUEST_STATES[to].final:
        found.ended_at = now
        Message.objects.filter(request=found, state="waiting").exclude(kind="notice").update(state="dropped")
    found.save()
    detail: audit.Detail = {"request": found.id, "from": before, "to": to, "reason": reason[:200]}
    for row in found.about.select_related("case"):
        audit.record(actor, "request_moved", case=row.case_id, document=row.case.document_id, detail=detail, at=now)


def expire(request_id: str, now: datetime, actor: str) -> None:
    """End a request that nobody answered, and close its orders that still wait."""
    with transaction.atomic():
        found = locked(request_id)
        moved(found, "expired", now, None, actor, "no answer")
        rows = RequestCase.objects.filter(request=found, case__state="clarification").values_list("case_id", flat=True)
        for case in Case.objects.select_for_update(no_key=True).filter(id__in=list(rows)):
            move(case, "closed", actor, "the referrer did not answer in time")


def waiting_for(fax: str, codes: Sequence[str]) -> list[tuple[str, str, str, tuple[tuple[str, str, str], ...]]]:
    """Return the open requests to the number `fax`, or with a code that differs from one of `codes` in one character.

    Each as its id, its code, its number, and family, given name and birth date of the patients it is about.
    """
    rows = Request.objects.filter(state__in=OPEN).values_list("id", "code", "fax")
    near = [
        row
        for row in rows
        if (fax and row[2] == fax)
        or any(sum(a != b for a, b in zip(row[1], code, strict=False)) <= 1 for code in codes)
    ]
    found = []
    for request_id, code, number in near[:200]:
        people = RequestCase.objects.filter(request_id=request_id).values_list(
            "case__family", "case__given", "case__birth_date"
        )
        found.append((request_id, code, number, tuple((str(a), str(b), str(c)) for a, b, c in people)))
    return found


def _one_off(one: str, other: str) -> bool:
    return sum(a != b for a, b in zip(one, other, strict=False)) <= 1


def withdraw_idle(now: datetime, actor: str) -> list[str]:
    """End the open requests none of whose orders is in clarification any more; return their ids."""
    waiting = RequestCase.objects.filter(request=OuterRef("pk"), case__state="clarification")
    idle = Request.objects.filter(state__in=OPEN).exclude(Exists(waiting)).values_list("id", flat=True)
    for request_id in list(idle):
        move_request(request_id, "withdrawn", now, None, actor, "the order went on")
    return list(idle)


def orders_asked(request_id: str) -> list[tuple[str, Order, datetime, str]]:
    """Return id, order, time of arrival and document of each case that a request is about and that still waits."""
    rows = RequestCase.objects.filter(request_id=request_id, case__state="clarification").select_related("case")
    return [
        (row.case_id, order_from_json(row.case.order), row.case.received_at, row.case.document_id)
        for row in rows.order_by("id")
    ]


@dataclass(frozen=True, slots=True)
class RequestFigures:
    """How asking went: by `name` (a channel or a practice), requests, those answered, the median hours to answer,
    those answered at the first asking, and those that a person found needless."""

    name: str
    requests: int
    answered: int
    median_hours: float | None
    at_first: int


def request_figures(by: str = "channel") -> list[RequestFigures]:
    """Return the figures by `channel` or `practice`, the busiest first."""
    rows: dict[str, list[Request]] = {}
    for row in in_sight_only().exclude(state="withdrawn"):
        rows.setdefault(getattr(row, by) or "not told", []).append(row)
    found = []
    for name, mine in rows.items():
        ended = [row for row in mine if row.state == "answered" and row.asked_at and row.ended_at]
        hours = sorted((row.ended_at - row.asked_at).total_seconds() / 3600 for row in ended)
        middle = hours[len(hours) // 2] if hours else None
        first = sum(1 for row in ended if not row.reminders and row.round == 1)
        found.append(RequestFigures(name, len(mine), len(ended), middle, first))
    return sorted(found, key=lambda each: (-each.requests, each.name))


def shown(found: Request) -> RequestView:
    """Return the row as a frozen record."""
    return RequestView(
        found.id,
        found.code,
        found.state,
        found.next_at,
        found.made_at,
        found.asked_at,
        found.priority,
        found.language,
        found.fax,
        found.email,
        found.practice,
        found.round,
        found.reminders,
        found.channel,
        tuple(found.tried),
        found.reason,
        found.sheet,
        tuple(found.about.order_by("id").values_list("case_id", flat=True)),
    )


def locked(request_id: str) -> Request:
    found = Request.objects.select_for_update(no_key=True).filter(id=request_id).first()
    if found is None:
        raise Refused("unknown", request_id)
    return found


def _leaf(order: Mapping[str, Any], name: str) -> str:
    value = order_from_json(order).provider
    return str(getattr(value, name).value or "")


def _rank(priority: str) -> int:
    return ("stat", "urgent", "routine").index(priority) if priority in ("stat", "urgent", "routine") else 3
