"""The span of days that a dashboard looks at, from an address and into one."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Final
from urllib.parse import urlencode

from django.http import Http404, HttpRequest
from django.urls import reverse
from django.utils import timezone

from store import ledger

LENGTHS: Final = (7, 30, 90, 365)
DEFAULT: Final = 30
LONGEST: Final = 731


@dataclass(frozen=True, slots=True)
class Chosen:
    """A span and how it is written in an address: `days=30` up to today, or `from=…&to=…`."""

    span: ledger.Span
    length: int
    query: str

    @property
    def words(self) -> str:
        if self.length:
            return f"the last {self.length} days"
        first, last = self.span.first, self.span.last
        return f"{first:%b} {first.day}, {first.year}" + ("" if first == last else f" to {last:%b} {last.day}")


def chosen(request: HttpRequest) -> Chosen:
    """Return the span that the address asks for, the last 30 days by default; raises Http404 for one that is none."""
    asked = request.GET
    try:
        if "from" in asked:
            span = ledger.Span(date.fromisoformat(asked["from"]), date.fromisoformat(asked.get("to", asked["from"])))
            if not timedelta(0) <= span.last - span.first <= timedelta(days=LONGEST):
                raise Http404
            return Chosen(span, 0, urlencode({"from": span.first, "to": span.last}))
        length = int(asked.get("days", DEFAULT))
    except ValueError:
        raise Http404 from None
    if not 1 <= length <= LONGEST:
        raise Http404
    today = timezone.localdate()
    return Chosen(ledger.Span(today - timedelta(days=length - 1), today), length, urlencode({"days": length}))


def behind(query: str, **narrowed: str) -> str:
    """Return the address of the orders behind a figure."""
    return (
        f"{reverse('desk:behind')}?{query}&{urlencode(narrowed)}" if narrowed else f"{reverse('desk:behind')}?{query}"
    )


def one_day(first: date, last: date) -> str:
    """Return the part of an address that asks for the days from `first` to `last`."""
    return urlencode({"from": first, "to": last})
