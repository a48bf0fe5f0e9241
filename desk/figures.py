"""The figures page: how far the readings can be trusted, by the blind checks here and by documents with truths."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Final

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.safestring import SafeString, mark_safe
from django.views.decorators.http import require_GET

from config import settings
from store import ledger

HOME: Final = Path(__file__).parent.parent
DRAWN: Final = HOME / "docs" / "figures"
BOUND: Final = HOME / "models" / "confidence" / "bound.json"


@require_GET
def show(request: HttpRequest) -> HttpResponse:
    """What the blind checks found, and the diagrams that `benchmarks/decisions.py` drew."""
    site = settings()
    context = {
        "here": "status",
        "blind": ledger.blind_figures(),
        "share": 100 * site.blind_share,
        "accepted": 100 * site.silent_error,
        "fitted": json.loads(BOUND.read_text("utf-8")),
        "reliability": drawing("reliability"),
        "cleared": drawing("cleared"),
        "grades": ledger.GRADES,
        "referrers": ledger.grades_by_referrer(),
    }
    return render(request, "desk/figures.html", context)


def drawing(name: str) -> SafeString | None:
    """Return a drawing of the docs as inline SVG, None where it was not made. Its words are all ours."""
    file = DRAWN / f"{name}.svg"
    return mark_safe(file.read_text("utf-8")) if file.exists() else None
