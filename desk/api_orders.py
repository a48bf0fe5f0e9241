"""The API's orders: lists without patients, one order with everything, corrections and steps."""

from __future__ import annotations

from typing import Annotated, Any

from django.db import transaction
from django.http import HttpRequest
from ninja import Path, Query, Router

from desk.api_scopes import Token
from desk.api_shapes import (
    Correction,
    EventOut,
    OrderLine,
    OrderOut,
    OrderPage,
    Problem,
    SearchIn,
    State,
    StepIn,
)
from orders.contract import order_json
from store import ledger

router = Router(tags=["orders"])
CaseId = Annotated[str, Path(pattern="^[0-9A-HJKMNP-TV-Z]{8}$")]
REFUSALS = {401: Problem, 403: Problem, 404: Problem, 409: Problem}
CHANGES = {**REFUSALS, 422: Any}
After = Annotated[str, Query(max_length=12, pattern="^[0-9A-Z]*$")]
Limit = Annotated[int, Query(ge=1, le=200)]


@router.get("orders", response={200: OrderPage, **REFUSALS}, auth=Token("orders:read"))
def orders(request: HttpRequest, state: State, after: After = "", limit: Limit = 50) -> OrderPage:
    """The orders in a state, stat before urgent before others, each the oldest first."""
    rows = ledger.queue(state, after=after, limit=limit + 1)
    return _page(request, state, rows, limit)


@router.post("orders/search", response={200: OrderPage, **REFUSALS}, auth=Token("orders:read"))
def search(request: HttpRequest, wanted: SearchIn) -> OrderPage:
    """The orders in a state that fit a name, birth date, telephone number, NPI or id."""
    rows = ledger.queue(wanted.state, limit=wanted.limit + 1, filters=ledger.Filters(text=wanted.text))
    return _page(request, wanted.state, rows[: wanted.limit], wanted.limit)


@router.get("orders/{order_id}", response={200: OrderOut, **REFUSALS}, auth=Token("orders:read"))
def order(request: HttpRequest, order_id: CaseId) -> OrderOut:
    """One order as it stands; 409 while it waits for a blind check, which nothing that was read may precede."""
    return _shown(ledger.view(_sighted(order_id).id, request.auth.actor))


@router.get("orders/{order_id}/history", response={200: list[EventOut], **REFUSALS}, auth=Token("orders:read"))
def history(request: HttpRequest, order_id: CaseId) -> list[EventOut]:
    """What happened to the order, the oldest first; the values that were changed are not told here."""
    ledger.view(_sighted(order_id).id, request.auth.actor)
    return [EventOut(at=row.at, actor=row.actor, verb=row.verb) for row in ledger.history(case_id=order_id)]


@router.patch("orders/{order_id}", response={200: OrderOut, **CHANGES}, auth=Token("orders:write"))
def correct(request: HttpRequest, order_id: CaseId, correction: Correction) -> OrderOut:
    """Put values into the order, all of them or none; its problems are worked out again."""
    version = correction.version
    with transaction.atomic():
        for path, value in correction.values.items():
            found = ledger.correct(order_id, path, value, request.auth.actor, version)
            version = found.version
    return _shown(found)


@router.post("orders/{order_id}/steps", response={200: OrderOut, **CHANGES}, auth=Token("orders:write"))
def step(request: HttpRequest, order_id: CaseId, wanted: StepIn) -> OrderOut:
    """Move the order to another state; 409 says why it may not."""
    moved = ledger.transition(order_id, wanted.to, request.auth.actor, wanted.reason, wanted.version)
    return _shown(moved)


def _sighted(order_id: str) -> ledger.CaseView:
    found = ledger.case(order_id)
    if found.blind:
        raise ledger.Refused("unchecked", order_id)
    return found


def _page(request: HttpRequest, state: str, rows: list[ledger.QueueRow], limit: int) -> OrderPage:
    lines = [
        OrderLine(
            id=row.id,
            document=row.document_id,
            state=row.state,
            priority=row.priority,
            modalities=list(row.modalities),
            problems=list(row.problems),
            received_at=row.received_at,
        )
        for row in rows[:limit]
    ]
    ledger.note_listed(request.auth.actor, state, len(lines))
    return OrderPage(orders=lines, next=lines[-1].id if len(rows) > limit else None)


def _shown(view: ledger.CaseView) -> OrderOut:
    return OrderOut(
        id=view.id,
        document=view.document_id,
        state=view.state,
        version=view.version,
        received_at=view.received_at,
        order=order_json(view.order),
    )
