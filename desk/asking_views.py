"""What asking referrers leaves to a person: calls to make, answers to look at, messages of which it is not known."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Final

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_GET, require_POST

from clarifications.clock import load_policy
from config import settings
from desk.fields import field_at, said
from desk.order_page import exam_words
from orders.codes import PhoneNumber
from orders.decision import asked_about
from orders.request_states import REPLY_STATES, REQUEST_STATES
from store import ledger

# What came of a call: the state that it brings the request to, and how it is told.
CALLS: Final = {
    "again": ("to_ask", "the practice asks to have it sent again"),
    "waits": ("asked", "the practice was called and will answer"),
    "closed": ("closed", "the practice was called; no answer is needed any more"),
}
_RUNNING: Final = ("to_ask", "sending", "asked", "reminded", "undeliverable", "in_part")


@dataclass(frozen=True, slots=True)
class Line:
    """An order within a call: who and what it is about, and the sentences to ask."""

    case_id: str
    name: str
    born: str
    exams: str
    sentences: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Call:
    """A practice to call: its number, the code to name, why it is called, and what to ask."""

    request: ledger.RequestView
    phone: str
    fax: str
    lines: tuple[Line, ...]


@dataclass(frozen=True, slots=True)
class Shown:
    """A reply to look at: what stands against it, and what was read, in words."""

    reply: ledger.ReplyView
    meaning: str
    read: tuple[str, ...]
    cases: tuple[str, ...]


@require_GET
def show(request: HttpRequest) -> HttpResponse:
    """The page of all that waits for a person, and how asking goes."""
    running = ledger.requests_in(_RUNNING)
    return render(
        request,
        "desk/asking.html",
        {
            "here": "asking",
            "calls": [_call(each) for each in ledger.requests_in(("escalated",))],
            "replies": [_shown(each) for each in ledger.replies_to_look_at()],
            "uncertain": ledger.messages_in("uncertain"),
            "running": [(each, REQUEST_STATES[each.state].meaning) for each in running],
            "figures": ledger.request_figures("channel"),
        },
    )


@require_POST
def call(request: HttpRequest) -> HttpResponse:
    """Note what came of a call."""
    to, reason = CALLS.get(request.POST.get("outcome", ""), ("", ""))
    if not to:
        raise Http404
    now = datetime.now(UTC)
    try:
        view = ledger.request(request.POST.get("request", ""))
        policy = load_policy(settings().time_zone, settings().site)
        later = policy.after(now, policy.of(view.priority).person, view.priority)
        date = {"to_ask": now, "asked": later}.get(to)
        ledger.move_request(view.id, to, now, date, request.user.get_username(), reason)
    except ledger.Refused as refusal:
        messages.error(request, refusal.sentence, extra_tags="stop")
    return redirect("desk:asking")


@require_POST
def reply(request: HttpRequest) -> HttpResponse:
    """Take what was read of a reply, or nothing of it, as the person says."""
    number = request.POST.get("reply", "")
    try:
        found = next((each for each in ledger.replies_to_look_at() if str(each.id) == number), None)
        if found is None:
            raise ledger.Refused("unknown", number)
        taken = [each for each in found.answers if each.path] if request.POST.get("take") == "yes" else []
        ledger.settle_reply(found.id, taken, datetime.now(UTC), request.user.get_username())
    except ledger.Refused as refusal:
        messages.error(request, refusal.sentence, extra_tags="stop")
    return redirect("desk:asking")


@require_POST
def message(request: HttpRequest) -> HttpResponse:
    """Note whether a message went of which it was not known."""
    number, now = request.POST.get("message", ""), datetime.now(UTC)
    try:
        found = next((each for each in ledger.messages_in("uncertain") if str(each.id) == number), None)
        if found is None:
            raise ledger.Refused("unknown", number)
        ledger.settle_message(
            found.id,
            request.POST.get("went") == "yes",
            now,
            now + timedelta(days=1),
            request.user.get_username(),
        )
    except ledger.Refused as refusal:
        messages.error(request, refusal.sentence, extra_tags="stop")
    return redirect("desk:asking")


def _call(view: ledger.RequestView) -> Call:
    phone, lines = "", []
    for case_id, order, _, _ in ledger.orders_asked(view.id):
        phone = phone or str(order.provider.phone.value or "")
        patient = order.patient
        name = ", ".join(str(leaf.value) for leaf in (patient.family, patient.given) if leaf) or "Name not stated"
        born = said(patient.birth_date.value, field_at("patient.birth_date")) if patient.birth_date else ""
        exams = "; ".join(exam_words(exam) for exam in order.exams)
        lines.append(Line(case_id, name, born, exams, tuple(check.request for check in asked_about(order))))
    return Call(view, _pretty(phone), _pretty(view.fax), tuple(lines))


def _shown(found: ledger.ReplyView) -> Shown:
    cases = ledger.request(found.request_id).cases if found.request_id else ()
    return Shown(found, REPLY_STATES[found.state], tuple(_words(found)), cases)


def _words(found: ledger.ReplyView) -> Iterator[str]:
    for answer in found.answers:
        if not answer.path:
            yield f"in words: {answer.text or 'ticked'}"
        elif answer.path == "signed":
            yield "signed"
        else:
            field = field_at(answer.path.replace(".+", ".0"))
            yield f"{field.label}: {said(answer.value, field)}"


def _pretty(number: str) -> str:
    parsed = PhoneNumber.parse(number)
    return parsed.pretty if parsed else number
