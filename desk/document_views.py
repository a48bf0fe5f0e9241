"""Documents: their page pictures, their bytes as received, and those that could not be read."""

from __future__ import annotations

import hashlib

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.utils.http import content_disposition_header
from django.views.decorators.http import condition, require_GET, require_POST

from config import settings
from desk.context import counts
from desk.wording import event
from gateways.source import AWAY
from orders.case import CASE_STATES, DOCUMENT_STATES
from orders.rulebook import refused
from store import ledger

PAGE_KEPT = 3600
FAILED_SHOWN = 200


def _picture(request: HttpRequest, document_id: str, number: int) -> bytes:
    found = getattr(request, "picture", None)
    if found is None:
        try:
            found = ledger.page_image(document_id, number)
        except (ledger.Refused, KeyError):
            raise Http404 from None
        request.picture = found
    return found


def _picture_tag(request: HttpRequest, document_id: str, number: int) -> str:
    return f'"{hashlib.sha256(_picture(request, document_id, number)).hexdigest()[:32]}"'


@require_GET
@condition(etag_func=_picture_tag)
def page(request: HttpRequest, document_id: str, number: int) -> HttpResponse:
    """The upright page as PNG, kept by the browser for an hour and dropped when the person signs out."""
    response = HttpResponse(_picture(request, document_id, number), content_type="image/png")
    response["Cache-Control"] = f"private, max-age={PAGE_KEPT}"
    return response


@require_GET
def words(request: HttpRequest, document_id: str, number: int) -> HttpResponse:
    """The words of a page, for a person to point at: `[[text, x0, y0, x1, y1, line], …]`, edges as fractions."""
    try:
        read = ledger.page(document_id, number)
    except (ledger.Refused, KeyError):
        raise Http404 from None
    rows = [[word.text, word.box.x0, word.box.y0, word.box.x1, word.box.y1, word.line] for word in read.words]
    response = JsonResponse(rows, safe=False)
    response["Cache-Control"] = f"private, max-age={PAGE_KEPT}"
    return response


@require_GET
def original(request: HttpRequest, document_id: str) -> HttpResponse:
    """The bytes as they came in, always as a download: what a stranger sent is never shown by the desk."""
    try:
        document = ledger.document(document_id)
        data = ledger.document_bytes(document_id)
        ledger.note_document_seen(document_id, "original", request.user.get_username())
    except (ledger.Refused, KeyError):
        raise Http404 from None
    response = HttpResponse(data, content_type="application/octet-stream")
    response["Content-Disposition"] = content_disposition_header(True, document.name or document_id)
    response["Content-Security-Policy"] = "sandbox; default-src 'none'"
    return response


@require_GET
def failed(request: HttpRequest) -> HttpResponse:
    """The documents that could not be read, each with the reason."""
    rows = ledger.documents("failed", limit=FAILED_SHOWN)
    return render(request, "desk/failed.html", {"here": "failed", "rows": rows, "limit": FAILED_SHOWN})


@require_GET
def document(request: HttpRequest, document_id: str) -> HttpResponse:
    """One document, read or failed: its state and reason, its bytes, its orders, its history."""
    found = _document(document_id)
    ledger.note_document_seen(document_id, "page of the document", request.user.get_username())
    # What was entered for a patient is told on the order's page, where each view goes to the audit trail.
    rows = [row for row in ledger.history(document_id=document_id) if not row.verb.startswith("case_")]
    context = {
        "here": "failed" if found.state == "failed" else "",
        "document": found,
        "state": DOCUMENT_STATES[found.state],
        "history": [(row.at, row.actor, event(row)) for row in rows][::-1],
    }
    return render(request, "desk/document_page.html", context)


@require_POST
def retry(request: HttpRequest, document_id: str) -> HttpResponse:
    """Have a failed document read again."""
    try:
        ledger.retry(document_id, request.user.get_username())
    except ledger.Refused as refusal:
        if refusal.code == "unknown":
            raise Http404 from None
        messages.error(request, "This document is not among the failed ones any more.", extra_tags="stop")
    else:
        messages.success(request, "The document waits to be read again.", extra_tags="good")
    return redirect("desk:failed")


@require_GET
def status(request: HttpRequest) -> HttpResponse:
    """What is where, for who runs the site."""
    now = counts()
    site = settings()
    host = request.get_host().rsplit(":", 1)[0]
    context = {
        "here": "status",
        "rules_refused": refused(site.site),
        "now": now,
        "documents": [(words, now.documents.get(name, 0), now.oldest_wait.get(name)) for name, words in DOCUMENT_WORDS],
        "cases": [(words, now.cases.get(name, 0), now.oldest_wait.get(name)) for name, words in CASE_WORDS],
        "processes": ledger.processes(),
        "sources": sorted(now.sources.items()),
        "watched": [(row, AWAY.get(row.failure, "")) for row in ledger.sources()],
        "set_aside": [(row, ASIDE[row.failure]) for row in ledger.set_aside()],
        "outbox": sorted(now.outbox.items()),
        "prefect": f"http://{host}:{site.prefect_port}",
    }
    return render(request, "desk/status.html", context)


ASIDE = {
    "too_large": "It has more bytes than a file may have (setting max_bytes).",
    "not_readable": "It could not be read, or not be kept.",
}
DOCUMENT_WORDS = tuple((name, f"{name.capitalize()}: {words}") for name, words in DOCUMENT_STATES.items())
CASE_WORDS = tuple((name, f"{name.replace('_', ' ').capitalize()}: {words}") for name, words in CASE_STATES.items())


def _document(document_id: str) -> ledger.DocumentRow:
    try:
        return ledger.document(document_id)
    except ledger.Refused:
        raise Http404 from None
