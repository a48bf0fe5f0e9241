"""The pages of a document in lanes, one lane an order: moved, turned, split, joined, and read again so."""

from __future__ import annotations

from dataclasses import dataclass

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_GET, require_POST
from django_htmx.http import HttpResponseClientRedirect

from desk.order_views import sentence
from desk.wording import PAGE_TYPES
from orders.layout import TURNS, Layout, Placed
from store import ledger


@dataclass(frozen=True, slots=True)
class Card:
    """A page as a thumbnail: where it lies now, and what it is."""

    number: int
    url: str
    lane: int
    type: str
    type_words: str
    width: int
    height: int


@dataclass(frozen=True, slots=True)
class Lane:
    """A lane of cards; `case_id` is the order that its pages are now, empty for the pages of none."""

    number: int
    case_id: str
    cards: tuple[Card, ...]


@require_GET
def pages(request: HttpRequest, document_id: str) -> HttpResponse:
    """The document's pages in lanes; while it is read again, a page that waits and then opens the order."""
    try:
        document = ledger.view_document(document_id, request.user.get_username())
        cases = [ledger.case(case_id) for case_id in ledger.document(document_id).cases]
    except ledger.Refused:
        raise Http404 from None
    if any(case.blind for case in cases):
        return redirect("desk:blind", next(case.id for case in cases if case.blind))
    if document.state in ("received", "reading"):
        context = {"document_id": document_id, "here": ""}
        return render(request, "desk/reading.html", context)
    here = [case for case in cases if case.state not in ("closed", "duplicate")]
    context = {
        "here": "",
        "document": ledger.document(document_id),
        "lanes": _lanes(document_id, [case for case in here if case.state != "not_an_order"]),
        "types": tuple(PAGE_TYPES.items()),
        "turns": TURNS,
        "back": reverse("desk:order", args=[here[0].id]) if here else reverse("desk:document", args=[document_id]),
    }
    return render(request, "desk/split.html", context)


@require_POST
def lay_out(request: HttpRequest, document_id: str) -> HttpResponse:
    """Have the document read again with its pages as the form says."""
    try:
        rows = ledger.page_rows(document_id)
        placed = tuple(_placed(request, row) for row in rows)
        ledger.lay_out(document_id, Layout(placed), request.user.get_username())
    except ledger.Refused as refusal:
        if refusal.code == "unknown":
            raise Http404 from None
        messages.error(request, sentence(refusal), extra_tags="stop")
    return redirect("desk:split", document_id)


@require_GET
def progress(request: HttpRequest, document_id: str) -> HttpResponse:
    """Answer a page that waits: nothing while the document is read, then the way to its first order."""
    try:
        document = ledger.document(document_id)
    except ledger.Refused:
        raise Http404 from None
    if document.state in ("received", "reading"):
        return HttpResponse(status=204)
    to = reverse("desk:order", args=[document.cases[0]]) if document.cases else reverse("desk:failed")
    return HttpResponseClientRedirect(to)


def _placed(request: HttpRequest, row: ledger.PageRow) -> Placed:
    lane, turn = (request.POST.get(f"{name}-{row.number}", "0") for name in ("lane", "turn"))
    numbers = [int(text) if text.isdecimal() and len(text) < 4 else -1 for text in (lane, turn)]
    return Placed(row.number, numbers[0], request.POST.get(f"type-{row.number}", row.type.type), numbers[1])


def _lanes(document_id: str, cases: list[ledger.CaseView]) -> tuple[Lane, ...]:
    """Return a lane for each order, then that of the pages of none."""
    lane_of = {number: lane for lane, case in enumerate(cases, 1) for number in case.order.pages}
    cards = [_card(document_id, row, lane_of.get(row.number, 0)) for row in ledger.page_rows(document_id)]
    ids = {lane: case.id for lane, case in enumerate(cases, 1)}
    return tuple(
        Lane(lane, ids.get(lane, ""), tuple(card for card in cards if card.lane == lane)) for lane in (*ids, 0)
    )


def _card(document_id: str, row: ledger.PageRow, lane: int) -> Card:
    url = reverse("desk:page", args=[document_id, row.number])
    words = PAGE_TYPES.get(row.type.type, row.type.type)
    return Card(row.number, url, lane, row.type.type, words, row.width, row.height)
