"""What a browser asks of an order: show it, change a field, move it on, hold it, let it go, preview its letter."""

from __future__ import annotations

import json
from dataclasses import replace

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import timezone
from django.utils.html import format_html
from django.views.decorators.http import require_GET, require_POST

from clarifications.letter import Facility, letter_pdf
from config import settings
from desk import order_page
from desk.fields import Unacceptable, parse
from desk.lookup import fill_exam
from desk.queues import came_from, following
from desk.sheet import Row, Sheet, sheet
from desk.wording import OPEN_STATES, STATES
from documents.preview import first_page_png
from orders.decision import asked_about
from orders.order import Evidence
from store import ledger

REASON_LIMIT = 500
LETTER_WIDTH = 1275


@require_GET
def show(request: HttpRequest, case_id: str) -> HttpResponse:
    """The order page. Opening an order that is worked on claims it, where nobody else holds it."""
    try:
        if ledger.case(case_id).blind:
            return redirect("desk:blind", case_id)
        view = ledger.view(case_id, _actor(request))
        if view.state in OPEN_STATES:
            view = ledger.claim(case_id, _actor(request))
    except ledger.Refused as refusal:
        if refusal.code != "claimed":
            raise Http404 from None
        view = ledger.case(case_id)
    return render(request, "desk/order.html", order_page.context(request, view))


@require_POST
def field(request: HttpRequest, case_id: str) -> HttpResponse:
    """Accept the value of a field as it stands, or put what was typed in its place.

    Answers with the field and everything else on the page that changed with
    it. What cannot be taken comes back as typed, with the reason: 422 for a
    value, 409 where another person was faster or holds the order.
    """
    path = request.POST.get("path", "")
    typed = request.POST.get("typed", "")
    view = case_or_404(case_id)
    before = sheet(view.order)
    try:
        row = before.row(path)
    except KeyError:
        raise Http404 from None
    version = version_of(request)
    if version != view.version:
        return _stale(request, view, row, typed)
    try:
        after = _entered(request, view, row, typed, version)
    except Unacceptable as refusal:
        return _refused(request, view, row, typed, str(refusal), 422)
    except ledger.Refused as refusal:
        if refusal.code == "stale":
            return _stale(request, ledger.case(case_id), row, typed)
        return _refused(request, view, row, typed, sentence(refusal), 422 if refusal.code == "value" else 409)
    return _changed(request, before, after, path)


@require_POST
def undo(request: HttpRequest, case_id: str) -> HttpResponse:
    """Take back this person's last change; answers as `field` does, and tells the page which field it was."""
    before = sheet(case_or_404(case_id).order)
    try:
        after, path = ledger.undo(case_id, _actor(request), version_of(request))
    except ledger.Refused as refusal:
        return HttpResponse(sentence(refusal), status=409, content_type="text/plain; charset=utf-8")
    response = _changed(request, before, after, path, oob=True)
    response["HX-Trigger-After-Settle"] = json.dumps({"desk:undone": {"path": path}})
    return response


@require_POST
def step(request: HttpRequest, case_id: str) -> HttpResponse:
    """Move the order to another state and go on with the next one of the queue it came from."""
    view = case_or_404(case_id)
    to = request.POST.get("to", "")
    reason = " ".join(request.POST.get("reason", "")[:REASON_LIMIT].split())
    try:
        after = ledger.transition(case_id, to, _actor(request), reason, version_of(request))
    except ledger.Refused as refusal:
        messages.error(request, sentence(refusal), extra_tags="stop")
        return redirect("desk:order", case_id)
    messages.success(
        request,
        format_html(
            'Order <a class="mono" href="{}">{}</a> is in {} now.',
            reverse("desk:order", args=[case_id]),
            case_id,
            STATES[after.state].lower(),
        ),
        extra_tags="good",
    )
    return onward(request, view.state, case_id)


@require_POST
def leave(request: HttpRequest, case_id: str) -> HttpResponse:
    """Let the order go, and open the next one or its queue."""
    view = case_or_404(case_id)
    ledger.unclaim(case_id, _actor(request))
    if request.POST.get("to") == "next":
        return onward(request, view.state, case_id)
    return redirect("desk:queue", came_from(request, view.state))


@require_POST
def hold(request: HttpRequest, case_id: str) -> HttpResponse:
    """Keep the claim of a person who is active, and say who else holds or changed the order."""
    view = case_or_404(case_id)
    if request.POST.get("active") and view.state in OPEN_STATES:
        try:
            view = ledger.claim(case_id, _actor(request))
        except ledger.Refused:
            view = ledger.case(case_id)
    holder = order_page.live_holder(view)
    behind = order_page.last_change(case_id) if view.version != version_of(request) else ""
    return render(
        request,
        "desk/parts/holder.html",
        {
            "case": view,
            "holding": True,
            "open": True,
            "holder": holder if holder != _actor(request) else "",
            "behind": behind,
        },
    )


@require_GET
def letter(request: HttpRequest, case_id: str) -> HttpResponse:
    """The letter that would go to the referrer at this moment, as a PDF of one page."""
    response = HttpResponse(_letter(request, case_id), content_type="application/pdf")
    response["Content-Disposition"] = f'inline; filename="letter-{case_id}.pdf"'
    return response


@require_GET
def letter_picture(request: HttpRequest, case_id: str) -> HttpResponse:
    """The same letter as a picture, for a look before it goes."""
    return HttpResponse(first_page_png(_letter(request, case_id), LETTER_WIDTH), content_type="image/png")


def _letter(request: HttpRequest, case_id: str) -> bytes:
    view = case_or_404(case_id)
    view = ledger.view(view.id, _actor(request))
    site = settings()
    facility = Facility(site.facility_name, site.facility_phone, site.facility_fax)
    first = [ledger.page_image(view.document_id, number) for number in view.order.pages[:1]]
    order = replace(view.order, problems=asked_about(view.order))
    running = next((each.id for each in ledger.requests_of(view.id) if each.open), view.id)
    return letter_pdf(order, running, facility, timezone.localtime(view.received_at).date(), first)


def _entered(request: HttpRequest, view: ledger.CaseView, row: Row, typed: str, version: int) -> ledger.CaseView:
    if view.state not in OPEN_STATES:
        raise ledger.Refused("transition", view.state)
    if typed.split() == row.typed.split():
        if row.fresh or not _exists(view, row.path):
            return view
        return ledger.accept(view.id, [row.path], _actor(request), version)
    place = _place(view, request.POST.get("place", ""), typed)
    after = ledger.correct(view.id, row.path, parse(typed, row.field), _actor(request), version, place)
    return fill_exam(after, row.path, typed, _actor(request))


def _place(view: ledger.CaseView, pointed: str, typed: str) -> Evidence | None:
    """Return where on the fax a person pointed: `page x0 y0 x1 y1`, edges as fractions; None for no such place."""
    try:
        page, *edges = pointed.split()
        x0, y0, x1, y1 = (min(1.0, max(0.0, float(edge))) for edge in edges)
        number = int(page)
    except ValueError:
        return None
    known = number in {row.number for row in ledger.page_rows(view.document_id)}
    return Evidence(number, (x0, y0, x1, y1), typed) if known and x0 < x1 and y0 < y1 else None


def _changed(request: HttpRequest, before: Sheet, after: ledger.CaseView, path: str, oob: bool = False) -> HttpResponse:
    """Answer with the field at `path`, and with everything else on the page that reads otherwise than before.

    `oob` where the request did not come from that field, so that it has to find its place by itself.
    """
    context = order_page.context(request, after)
    laid = sheet(after.order)
    known, present = {row.path for row in before.rows()}, {row.path for row in laid.rows()}
    own = [row for row in laid.rows() if row.path == path]
    others = [row for row in laid.changed_since(before) if row.path in known and row.path != path]
    # A code entered in the blank row opens the next blank one; nothing else adds a row to a page that stands.
    opened = [row for row in laid.rows() if row.path not in known and row.field.kind == own[0].field.kind == "icd10"]
    parts = [_leaf(request, context, row, oob=oob) for row in own]
    parts += [_leaf(request, context, row) for row in opened]
    parts += [_leaf(request, context, row, oob=True) for row in others]
    parts += [f'<i id="{row.slug}" hx-swap-oob="delete"></i>' for row in before.rows() if row.path not in present]
    return HttpResponse("".join([*parts, *_around(request, context)]))


def _exists(view: ledger.CaseView, path: str) -> bool:
    try:
        view.order.at(path)
    except KeyError:
        return False
    return True


def _stale(request: HttpRequest, view: ledger.CaseView, row: Row, typed: str) -> HttpResponse:
    """Answer a person who worked on an older version: their typing stays, the page comes up to date."""
    who = order_page.last_change(view.id) or "Somebody"
    try:
        current = sheet(view.order).row(row.path)
    except KeyError:
        current = row
    note = f"{who} changed this order in the meantime; here it now reads “{current.text}”. Enter saves what you typed."
    context = order_page.context(request, view)
    parts = [_leaf(request, context, current, typed=typed, note=note)]
    parts += [_leaf(request, context, each, oob=True) for each in sheet(view.order).rows() if each.path != row.path]
    return HttpResponse("".join([*parts, *_around(request, context)]), status=409)


def _refused(request: HttpRequest, view: ledger.CaseView, row: Row, typed: str, note: str, status: int) -> HttpResponse:
    context = order_page.context(request, view) | {"open": True}
    return HttpResponse(_leaf(request, context, row, typed=typed, note=note), status=status)


def _leaf(
    request: HttpRequest, context: dict[str, object], row: Row, typed: str = "", note: str = "", oob: bool = False
) -> str:
    own = {"row": row, "typed": typed, "note": note, "oob": oob}
    return render_to_string("desk/parts/leaf.html", {**context, **own}, request)


def _around(request: HttpRequest, context: dict[str, object]) -> list[str]:
    names = ("head", "problems", "intake", "actions", "history")
    return [render_to_string(f"desk/parts/{name}.html", {**context, "oob": True}, request) for name in names]


def onward(request: HttpRequest, state: str, case_id: str) -> HttpResponse:
    """Open the next order of the queue, or the queue where there is none."""
    queue = came_from(request, state)
    following_row = following(request, queue, case_id)
    if following_row is None:
        return redirect("desk:queue", queue)
    return redirect("desk:order", following_row.id)


def case_or_404(case_id: str) -> ledger.CaseView:
    """Return the case; raises Http404 for none, and for one whose blind check waits."""
    try:
        found = ledger.case(case_id)
    except ledger.Refused:
        raise Http404 from None
    if found.blind:
        # Whatever is answered about it would show what was read.
        raise Http404
    return found


def sentence(refusal: ledger.Refused) -> str:
    """Return why the ledger refuses, for the person at the desk."""
    if refusal.code == "claimed":
        return f"{refusal.detail} is working on this order. Nothing was changed."
    return refusal.sentence


def version_of(request: HttpRequest) -> int:
    """Return the version of the order that the person saw; 0 for none."""
    text = request.POST.get("version", "")
    return int(text) if text.isdecimal() and len(text) < 10 else 0


def _actor(request: HttpRequest) -> str:
    return request.user.get_username()
