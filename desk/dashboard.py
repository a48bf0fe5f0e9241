"""The dashboards: how orders flow, what they lack, who sends them, who works on them, and the orders behind it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Final

from django.core.cache import cache
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_GET

from clarifications.what_to_add import Lacking, what_to_add_pdf
from config import settings
from desk import spans
from desk.charts import Bar, bars, columns
from desk.queues import ROWS, line
from desk.spans import Chosen, behind
from desk.wording import PROBLEMS, STATES
from store import ledger

# Seconds: a dashboard that several people leave open is counted once for all of them. The sums of more than a month
# take up to a quarter of a second among a hundred thousand orders, and change little in ten minutes.
KEPT, KEPT_LONG = 30, 600
A_MONTH: Final = 31
STAGES: Final = {
    "received": "Waiting to be read",
    "reading": "Reading",
    "review": "Review",
    "clarification": "Waiting for the referrer",
    "ready": "Waiting to be handed on",
    "total": "From receipt to hand-over",
}
AGES: Final = ("under 1 h", "1–4 h", "4–24 h", "1–3 d", "over 3 d")
TABS: Final = (
    ("overview", "Overview", "desk:dashboard"),
    ("problems", "Problems", "desk:dashboard_problems"),
    ("referrers", "Referrers", "desk:dashboard_referrers"),
    ("people", "People", "desk:dashboard_people"),
)
ON_OVERVIEW: Final = 6


@dataclass(frozen=True, slots=True)
class StageRow:
    """A stage with its times, and the bar that shows them: hundredths of the longest 90th percentile."""

    name: str
    times: ledger.StageTimes
    median: float
    p90: float
    url: str
    slow_url: str


@dataclass(frozen=True, slots=True)
class Shares:
    """The orders of a span and how many cleared; `share` is None where there are none."""

    orders: int
    cleared: int
    asked: int

    @property
    def share(self) -> float | None:
        return self.cleared / self.orders if self.orders else None


@require_GET
def overview(request: HttpRequest) -> HttpResponse:
    """What a manager sees at a glance."""
    chosen = spans.chosen(request)
    days = _kept("days", chosen.span, lambda: ledger.days(chosen.span))
    context = {
        **_frame("overview", "desk:dashboard", chosen),
        "shares": shares(days),
        "checked": ledger.checked_within(chosen.span),
        "accepted": settings().silent_error,
        "columns": columns(days),
        "cleared_url": behind(chosen.query, share="cleared"),
        "stages": stages(chosen),
        "age_words": AGES,
        "backlog": [(STATES[row.state], row, reverse("desk:queue", args=[row.state])) for row in ledger.backlog()],
        "bars": cause_bars(chosen)[:ON_OVERVIEW],
    }
    return render(request, "desk/dashboard.html", context)


@require_GET
def problems(request: HttpRequest) -> HttpResponse:
    """The problems of the orders, the most frequent first."""
    chosen = spans.chosen(request)
    found = cause_bars(chosen)
    orders = shares(_kept("days", chosen.span, lambda: ledger.days(chosen.span))).orders
    context = {**_frame("problems", "desk:dashboard_problems", chosen), "bars": found, "orders": orders}
    return render(request, "desk/dashboard_problems.html", context)


@require_GET
def referrers(request: HttpRequest) -> HttpResponse:
    """The referrers, those who had to be asked about most orders first."""
    chosen = spans.chosen(request)
    rows = _kept("referrers", chosen.span, lambda: ledger.referrers(chosen.span))
    named = [(row.name or "name not read", row.orders, row.asked, _card(row.key, chosen), row.practice) for row in rows]
    context = {
        **_frame("referrers", "desk:dashboard_referrers", chosen),
        "rows": list(zip(rows, bars(named), strict=True)),
    }
    return render(request, "desk/dashboard_referrers.html", context)


@require_GET
def referrer(request: HttpRequest, key: str) -> HttpResponse:
    """One referrer's scorecard."""
    chosen = spans.chosen(request)
    card = ledger.scorecard(key, chosen.span)
    if card is None:
        raise Http404
    everybody = shares(_kept("days", chosen.span, lambda: ledger.days(chosen.span)))
    context = {
        **_frame("referrers", "desk:dashboard_referrers", chosen),
        "card": card,
        "mine": Shares(card.referrer.orders, card.referrer.cleared, card.referrer.asked),
        "everybody": everybody,
        "asked_all": everybody.asked / everybody.orders if everybody.orders else 0.0,
        "asked_mine": card.referrer.asked / card.referrer.orders,
        "bars": _bars(card.causes, chosen, key),
        "grades": list(zip(ledger.GRADES, card.grades, strict=True)),
        "behind_url": behind(chosen.query, referrer=key),
        "sheet_url": f"{reverse('desk:referrer_sheet', args=[key])}?{chosen.query}",
        "here_url": f"{reverse('desk:referrer', args=[key])}",
    }
    return render(request, "desk/dashboard_referrer.html", context)


@require_GET
def referrer_sheet(request: HttpRequest, key: str) -> HttpResponse:
    """The page to print or fax: what this referrer should add to their orders. It names no patient."""
    chosen = spans.chosen(request)
    card = ledger.scorecard(key, chosen.span)
    if card is None:
        raise Http404
    site = settings()
    lacking = [Lacking(cause.code, cause.orders) for cause in card.causes]
    row = card.referrer
    pdf = what_to_add_pdf(
        site.facility_name, site.facility_phone, row.name, row.practice, row.orders,
        (chosen.span.first, chosen.span.last), lacking,
    )  # fmt: skip
    response = HttpResponse(pdf, content_type="application/pdf")
    response["Content-Disposition"] = 'inline; filename="what-to-add.pdf"'
    return response


@require_GET
def people(request: HttpRequest) -> HttpResponse:
    """What people did: the spread without names, and names only on request, by the alphabet."""
    chosen = spans.chosen(request)
    rows = ledger.throughput(chosen.span)
    rates = sorted(row.orders / row.days for row in rows)
    me = request.user.get_username()
    context = {
        **_frame("people", "desk:dashboard_people", chosen),
        "named": request.GET.get("names") == "1",
        "rows": [(row, row.orders / row.days, behind(chosen.query, person=row.person)) for row in rows],
        "mine": next((row for row in rows if row.person == me), None),
        "orders": sum(row.orders for row in rows),
        "low": rates[0] if rates else 0.0,
        "middle": rates[len(rates) // 2] if rates else 0.0,
        "high": rates[-1] if rates else 0.0,
    }
    return render(request, "desk/dashboard_people.html", context)


@require_GET
def orders_behind(request: HttpRequest) -> HttpResponse:
    """The orders behind a figure, the newest first."""
    chosen, asked = spans.chosen(request), request.GET
    narrowed = {name: asked[name] for name in ("share", "cause", "referrer", "stage", "person") if asked.get(name)}
    if narrowed.get("stage", "review") not in STAGES or len("".join(narrowed.values())) > 300:
        raise Http404
    slow, after = asked.get("slow") == "1", asked.get("after", "")
    rows = ledger.behind(ledger.Selection(chosen.span, slow=slow, **narrowed), after, ROWS + 1)
    address = behind(chosen.query, **narrowed, **({"slow": "1"} if slow else {}))
    context = {
        **_frame("", "desk:behind", chosen),
        "words": _said(narrowed, slow),
        "lines": [line(row) for row in rows[:ROWS]],
        "first_url": address if after else "",
        "more_url": f"{address}&after={rows[ROWS - 1].id}" if len(rows) > ROWS else "",
    }
    return render(request, "desk/behind.html", context)


def shares(days: tuple[ledger.DayOrders, ...]) -> Shares:
    """Return the sums over the days."""
    return Shares(*(sum(getattr(day, name) for day in days) for name in ("orders", "cleared", "asked")))


def stages(chosen: Chosen) -> list[StageRow]:
    """Return the stages with their bars; each bar is as long as nine in ten took, beside the longest."""
    times = _kept("stages", chosen.span, lambda: ledger.stage_times(chosen.span))
    longest = max((row.p90 for row in times), default=1.0)
    return [
        StageRow(
            STAGES[row.stage],
            row,
            round(100 * row.median / longest, 2),
            round(100 * row.p90 / longest, 2),
            "" if row.stage in ("received", "reading") else behind(chosen.query, stage=row.stage),
            "" if row.stage in ("received", "reading") else behind(chosen.query, stage=row.stage, slow="1"),
        )
        for row in times
    ]


def cause_bars(chosen: Chosen) -> tuple[Bar, ...]:
    """Return the causes of the span as bars."""
    return _bars(_kept("causes", chosen.span, lambda: ledger.causes(chosen.span)), chosen)


def problem_words(code: str) -> str:
    """Return the desk's words for a problem; a rule of the site's own is called by its name."""
    return PROBLEMS.get(code, code.replace("_", " "))


def _bars(causes: tuple[ledger.Cause, ...], chosen: Chosen, referrer: str = "") -> tuple[Bar, ...]:
    more = {"referrer": referrer} if referrer else {}
    return bars(
        [
            (
                problem_words(each.code),
                each.orders,
                each.asked,
                behind(chosen.query, cause=each.code, **more),
                "blocking" if each.blocking else "to follow up",
            )
            for each in causes
        ]
    )


def _card(key: str, chosen: Chosen) -> str:
    return f"{reverse('desk:referrer', args=[key])}?{chosen.query}"


def _said(narrowed: dict[str, str], slow: bool) -> str:
    shares = {"cleared": "cleared untouched", "held": "not cleared", "asked": "whose referrer was asked"}
    said = [shares.get(narrowed.get("share", ""), "")]
    if stage := narrowed.get("stage"):
        said.append(f"that left “{STAGES[stage].lower()}”" + (", the slowest tenth" if slow else ""))
    if cause := narrowed.get("cause"):
        said.append(f"with “{problem_words(cause)}”")
    if "referrer" in narrowed:
        said.append("of one referrer")
    if person := narrowed.get("person"):
        said.append(f"that {person} moved on")
    return ", ".join(part for part in said if part) or "that came in"


def _frame(tab: str, view: str, chosen: Chosen) -> dict[str, object]:
    return {
        "here": "dashboard",
        "tab": tab,
        "tabs_within": [(name, label, f"{reverse(at)}?{chosen.query}") for name, label, at in TABS],
        "chosen": chosen,
        "lengths": spans.LENGTHS,
        "csv_url": f"{reverse('desk:dashboard_csv', args=[tab])}?{chosen.query}" if tab else "",
        "now": timezone.localtime(),
    }


def _kept(name: str, span: ledger.Span, count: object) -> object:
    day: date = span.last
    kept = KEPT if (day - span.first).days < A_MONTH else KEPT_LONG
    return cache.get_or_set(f"figures:{ledger.scope_key()}:{name}:{span.first}:{day}", count, kept)
