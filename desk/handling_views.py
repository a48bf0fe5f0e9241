"""Who sees an order through and when: assigning, putting off, the note of a call, naming what it is a duplicate of."""

from __future__ import annotations

from datetime import datetime, time, timedelta

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.views.decorators.http import require_POST

from desk.order_views import case_or_404, onward, sentence, version_of
from store import ledger

MORNING = time(8)
LATER = {"1h": timedelta(hours=1), "4h": timedelta(hours=4)}


@require_POST
def handle(request: HttpRequest, case_id: str) -> HttpResponse:
    """Assign the order, put it off, keep a note of a call, or set it aside as a duplicate of the one named."""
    acts = {"assign": _assign, "snooze": _snooze, "call": _call, "duplicate": _duplicate}
    act = acts.get(request.POST.get("act", ""))
    if act is None:
        raise Http404
    view = case_or_404(case_id)
    try:
        gone = act(request, view)
    except ledger.Refused as refusal:
        messages.error(request, sentence(refusal), extra_tags="stop")
        return redirect("desk:order", case_id)
    return onward(request, view.state, case_id) if gone else redirect("desk:order", case_id)


def _assign(request: HttpRequest, view: ledger.CaseView) -> bool:
    to = request.POST.get("to", "")
    if to and to not in ledger.colleagues(view.id):
        raise ledger.Refused("nobody", view.id)
    ledger.assign(view.id, to, request.user.get_username())
    messages.success(request, f"Assigned to {to}." if to else "Assigned to nobody.", extra_tags="good")
    return False


def _snooze(request: HttpRequest, view: ledger.CaseView) -> bool:
    until = _moment(request.POST.get("until", ""), request.POST.get("at", ""))
    ledger.snooze(view.id, until, request.user.get_username())
    if until:
        said = f"Put off until {timezone.localtime(until):%m/%d %H:%M}; it comes back by itself."
        messages.success(request, said, extra_tags="good")
    return until is not None


def _call(request: HttpRequest, view: ledger.CaseView) -> bool:
    ledger.note_call(view.id, request.POST.get("note", ""), request.user.get_username())
    messages.success(request, "The call stands in the history.", extra_tags="good")
    return False


def _duplicate(request: HttpRequest, view: ledger.CaseView) -> bool:
    of = "".join(request.POST.get("of", "").upper().split())
    ledger.name_duplicate(view.id, of, request.user.get_username(), version_of(request))
    messages.success(request, f"Set aside as a duplicate of {of}.", extra_tags="good")
    return True


def _moment(until: str, at: str) -> datetime | None:
    """Return the moment chosen: a while from now, tomorrow morning, one that was written, or None for at once."""
    now = timezone.localtime()
    if until in LATER:
        return now + LATER[until]
    if until == "morning":
        return timezone.make_aware(datetime.combine(now.date() + timedelta(days=1), MORNING))
    if until == "at":
        try:
            written = datetime.fromisoformat(at)
        except ValueError:
            raise ledger.Refused("moment") from None
        return timezone.make_aware(written) if timezone.is_naive(written) else written
    return None
