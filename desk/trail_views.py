"""The audit trail: every look and change, searchable; its chain checked; taken away as CSV."""

from __future__ import annotations

import csv
import re
from collections.abc import Iterator
from datetime import datetime, timedelta

from django.http import HttpRequest, HttpResponse, StreamingHttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.dateparse import parse_date
from django.views.decorators.http import require_GET, require_POST

from desk.exports import plain
from desk.queues import as_kept
from desk.wording import event
from store import ledger

LINES = 100
TEXT_LIMIT = 100
KEPT = ("patient", "person", "order", "since", "until")


@require_GET
def trail(request: HttpRequest) -> HttpResponse:
    """A page of the trail, the newest lines first."""
    return _page(request)


@require_POST
def trail_narrow(request: HttpRequest) -> HttpResponse:
    """Narrow the trail; kept in the session, so that no name stands in an address."""
    request.session["trail"] = {name: " ".join(request.POST.get(name, "")[:TEXT_LIMIT].split()) for name in KEPT}
    return redirect("desk:trail")


@require_POST
def trail_check(request: HttpRequest) -> HttpResponse:
    """Follow the chain from its first line to its last."""
    return _page(request, ledger.check_chain(request.user.get_username()))


@require_POST
def trail_csv(request: HttpRequest) -> StreamingHttpResponse:
    """The lines that the trail is narrowed to, as CSV, the oldest first."""
    lines = ledger.trail_lines(_filters(_said(request)), request.user.get_username())
    response = StreamingHttpResponse(_csv(lines), content_type="text/csv; charset=utf-8")
    response["Content-Disposition"] = f'attachment; filename="audit-trail-{timezone.localdate()}.csv"'
    return response


def _page(request: HttpRequest, chain: ledger.ChainState | None = None) -> HttpResponse:
    said = _said(request)
    before = request.GET.get("before", "")
    number = int(before) if before.isdecimal() and len(before) < 16 else 0
    rows = ledger.trail(_filters(said), request.user.get_username(), number, LINES + 1)
    context = {
        "here": "trail",
        "lines": [(row, words(row)) for row in rows[:LINES]],
        "said": said,
        "narrowed": any(said.values()),
        "older": rows[LINES - 1].sequence if len(rows) > LINES else 0,
        "chain": chain,
    }
    return render(request, "desk/trail.html", context)


def words(row: ledger.TrailRow) -> str:
    """Return what the line says, as the rest of a sentence that starts with its actor."""
    if row.verb.startswith(("case_", "document_")) or row.verb in ("received", "seen_again"):
        return event(ledger.HistoryRow(row.sequence, row.at, row.actor, row.verb, row.detail))
    told = ", ".join(f"{name} {value}" for name, value in row.detail.items() if value not in ("", None))
    return f"{row.verb.replace('_', ' ')}{f': {told}' if told else ''}"


def _said(request: HttpRequest) -> dict[str, str]:
    return {name: request.session.get("trail", {}).get(name, "") for name in KEPT}


def _filters(said: dict[str, str]) -> ledger.TrailFilters:
    patient = " ".join(as_kept(word) for word in re.sub(r"[,()]", " ", said["patient"]).split())
    return ledger.TrailFilters(
        patient, said["person"], said["order"], _start(said["since"]), _start(said["until"], days=1)
    )


def _start(text: str, days: int = 0) -> datetime | None:
    """Return the start of the day, `days` later; None for what is no date."""
    try:
        day = parse_date(text)
    except ValueError:
        return None
    if day is None or not 1900 < day.year < 3000:
        return None
    return timezone.make_aware(datetime(day.year, day.month, day.day) + timedelta(days=days))


def _csv(lines: Iterator[ledger.TrailRow]) -> Iterator[str]:
    writer = csv.writer(_Echo())
    yield writer.writerow(["line", "time", "who", "verb", "order", "document", "what"])
    for row in lines:
        cells = (row.sequence, row.at.isoformat(), row.actor, row.verb, row.case, row.document, words(row))
        yield writer.writerow([plain(cell) for cell in cells])


class _Echo:
    """Takes what a CSV writer writes and gives it back."""

    def write(self, text: str) -> str:
        return text
