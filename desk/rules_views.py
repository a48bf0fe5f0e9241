"""Trying a checklist before it is laid into the site's folder: what it would have done to the last orders."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_http_methods

from config import settings
from desk.dashboard import problem_words
from orders.knowledge import FileFault
from orders.rulebook import in_force
from store import ledger

LONGEST = 100_000


@require_http_methods(["GET", "POST"])
def rules(request: HttpRequest) -> HttpResponse:
    """The checklists in force, and one to try."""
    text = request.POST.get("text", "")[:LONGEST]
    fault, preview, status = "", None, 200
    if request.method == "POST":
        try:
            preview = ledger.preview_pack(text, request.user.get_username())
        except FileFault as refused:
            fault, status = str(refused), 422
    site = settings().site
    context = {
        "here": "rules",
        "packs": sorted(in_force(site).packs.values(), key=lambda pack: pack.name),
        "folder": site,
        "text": text,
        "fault": fault,
        "preview": preview,
        "effects": [(each, problem_words(each.code)) for each in preview.rules] if preview else [],
    }
    return render(request, "desk/rules.html", context, status=status)
