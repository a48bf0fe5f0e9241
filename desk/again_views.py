"""An order that came before: both faxes and both readings beside each other, and a person's word on what it is."""

from __future__ import annotations

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.html import format_html
from django.views.decorators.http import require_GET, require_POST

from desk import order_page
from desk.compare import pairs
from desk.order_views import onward, sentence, version_of
from desk.sheet import sheet
from desk.wording import AGAIN, OPEN_STATES, VERDICTS
from store import ledger


@require_GET
def compare(request: HttpRequest, case_id: str, earlier_id: str) -> HttpResponse:
    """Both orders side by side. Opening the page claims the later one, as opening the order does."""
    actor = request.user.get_username()
    relation = _relation(case_id, earlier_id)
    later, earlier = ledger.view(case_id, actor), ledger.view(earlier_id, actor)
    if later.blind or earlier.blind:
        return redirect("desk:blind", later.id if later.blind else earlier.id)
    held_by = ""
    if later.state in OPEN_STATES:
        try:
            later = ledger.claim(case_id, actor)
        except ledger.Refused as refusal:
            held_by = refusal.detail
    found = pairs(earlier.order, later.order)
    context = {
        "here": later.state,
        "case": later,
        "earlier": earlier,
        "relation": relation,
        "sentence": AGAIN[relation.kind],
        "percent": round(100 * relation.confidence),
        "sides": [_side(earlier), _side(later)],
        "differing": [pair for pair in found if pair.differs],
        "same": [pair for pair in found if not pair.differs],
        "holder": held_by,
        "verdicts": VERDICTS if relation.kind != "another" and not held_by else (),
        "decided": next((each.done for each in VERDICTS if each.name == relation.verdict), ""),
    }
    return render(request, "desk/compare.html", context)


@require_POST
def tell(request: HttpRequest, case_id: str, earlier_id: str) -> HttpResponse:
    """Keep what the person says the order is; a duplicate goes from the queue, and the next order opens."""
    _relation(case_id, earlier_id)
    state = ledger.case(case_id).state
    try:
        after = ledger.decide_again(
            case_id, earlier_id, request.POST.get("verdict", ""), request.user.get_username(), version_of(request)
        )
    except ledger.Refused as refusal:
        messages.error(request, sentence(refusal), extra_tags="stop")
        return redirect("desk:compare", case_id, earlier_id)
    if after.state == "duplicate":
        messages.success(
            request,
            format_html('Order <span class="mono">{}</span> is set aside as a duplicate.', case_id),
            extra_tags="good",
        )
        return onward(request, state, case_id)
    return redirect("desk:order", case_id)


def _relation(case_id: str, earlier_id: str) -> ledger.RelationRow:
    found = next((row for row in ledger.relations(case_id) if row.earlier == earlier_id), None)
    if found is None:
        raise Http404
    return found


def _side(view: ledger.CaseView) -> dict[str, object]:
    document = ledger.document(view.document_id)
    return {
        "case": view,
        "head": order_page.head(view),
        "document": document,
        "pages": order_page.pages(view, document, sheet(view.order)),
    }
