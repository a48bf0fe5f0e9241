"""The dashboards' tables as CSV: counts and referrers' names, nothing about a patient."""

from __future__ import annotations

import csv
from collections.abc import Callable, Iterable
from typing import Final

from django.http import Http404, HttpRequest, HttpResponse
from django.views.decorators.http import require_GET

from desk import spans
from desk.dashboard import STAGES, problem_words
from store import ledger

Cell = str | int | float | object
# A spreadsheet takes what starts so for a formula, and a referrer's name comes off a stranger's fax.
FORMULA: Final = ("=", "+", "-", "@", "\t", "\r")


@require_GET
def export(request: HttpRequest, table: str) -> HttpResponse:
    """One of the dashboards' tables over the span that the address asks for."""
    if table not in TABLES:
        raise Http404
    chosen = spans.chosen(request)
    response = HttpResponse(content_type="text/csv; charset=utf-8")
    response["Content-Disposition"] = f'attachment; filename="{table}-{chosen.span.first}-{chosen.span.last}.csv"'
    writer = csv.writer(response)
    for row in TABLES[table](chosen.span):
        writer.writerow([plain(cell) for cell in row])
    return response


def _overview(span: ledger.Span) -> Iterable[tuple[Cell, ...]]:
    yield "day", "orders", "cleared untouched", "referrer asked"
    for day in ledger.days(span):
        yield day.day.isoformat(), day.orders, day.cleared, day.asked


def _stages(span: ledger.Span) -> Iterable[tuple[Cell, ...]]:
    yield "stage", "left it", "median seconds", "p90 seconds", "longest seconds"
    for row in ledger.stage_times(span):
        yield STAGES[row.stage], row.count, round(row.median), round(row.p90), round(row.longest)


def _problems(span: ledger.Span) -> Iterable[tuple[Cell, ...]]:
    yield "code", "problem", "blocking", "orders", "referrer asked"
    for row in ledger.causes(span):
        yield row.code, problem_words(row.code), "yes" if row.blocking else "no", row.orders, row.asked


def _referrers(span: ledger.Span) -> Iterable[tuple[Cell, ...]]:
    yield "npi or key", "name", "practice", "orders", "cleared untouched", "referrer asked"
    for row in ledger.referrers(span, most=10_000):
        yield row.key, row.name, row.practice, row.orders, row.cleared, row.asked


def _people(span: ledger.Span) -> Iterable[tuple[Cell, ...]]:
    yield "person", "orders moved on", "days"
    for row in ledger.throughput(span):
        yield row.person, row.orders, row.days


TABLES: Final[dict[str, Callable[[ledger.Span], Iterable[tuple[Cell, ...]]]]] = {
    "overview": _overview,
    "stages": _stages,
    "problems": _problems,
    "referrers": _referrers,
    "people": _people,
}


def plain(cell: Cell) -> Cell:
    return f"'{cell}" if isinstance(cell, str) and cell.startswith(FORMULA) else cell
