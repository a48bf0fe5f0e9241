"""The order page as frozen parts: who it is about, its fax, its problems, its steps, its history."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from itertools import groupby
from typing import Final

from django.http import HttpRequest
from django.urls import reverse
from django.utils import timezone

from desk.fields import field_at, said, shown
from desk.intake import intake
from desk.sheet import Sheet, sheet
from desk.wording import (
    AGAIN,
    CLOSED_WORDS,
    OPEN_STATES,
    PAGE_TYPES,
    STATES,
    STEPS,
    TONES,
    VERDICTS,
    Step,
    event,
)
from orders.decision import DEFAULT_POLICY
from orders.order import Check, Exam, Order
from store import ledger

# Fractions of the page: a box drawn on the letters themselves hides them.
MARGIN_X: Final[float] = 0.004
MARGIN_Y: Final[float] = 0.003
GRID: Final[int] = 10_000

CONTRAST_WORDS = {
    "with": "with contrast",
    "without": "without contrast",
    "with_and_without": "with and without contrast",
}


@dataclass(frozen=True, slots=True)
class Head:
    """Who and what the order is about, and where it stands."""

    name: str
    born: str
    sex: str
    exams: str
    priority: str
    state: str
    tone: str


@dataclass(frozen=True, slots=True)
class Drawn:
    """A box on the fax in the overlay's grid."""

    path: str
    label: str
    doubtful: bool
    x: int
    y: int
    width: int
    height: int


@dataclass(frozen=True, slots=True)
class PageShown:
    """A page of the fax; `mine` tells the order's own pages from those of other orders in the document."""

    number: int
    width: int
    height: int
    url: str
    words_url: str
    type_words: str
    mine: bool
    marks: tuple[Drawn, ...]

    @property
    def caption(self) -> str:
        return f"Page {self.number}, {self.type_words}" + ("" if self.mine else ", not part of this order")


@dataclass(frozen=True, slots=True)
class Problem:
    """A check that found something; `slug` is the HTML id of its first field, `perhaps` that a person should look."""

    severity: str
    message: str
    authority: str
    paths: tuple[str, ...]
    slug: str
    perhaps: bool


@dataclass(frozen=True, slots=True)
class Past:
    """A line of the history."""

    at: datetime
    actor: str
    words: str


def context(request: HttpRequest, view: ledger.CaseView) -> dict[str, object]:
    """Return what the order page's templates need."""
    laid = sheet(view.order)
    relations = ledger.relations(view.id)
    mine = request.user.get_username()
    holder = live_holder(view)
    held_by_other = holder not in ("", mine)
    open_ = view.state in OPEN_STATES and not held_by_other
    document = ledger.document(view.document_id)
    blank = view.state not in OPEN_STATES and not any(leaf.value for _, leaf in view.order.leaves())
    return {
        "case": view,
        "blank": blank,
        "here": view.state,
        "sheet": laid,
        "head": replace(head(view), name="No order", born=document.name, exams="") if blank else head(view),
        "open": open_,
        "holder": holder if held_by_other else "",
        "holding": view.state in OPEN_STATES,
        "closed_words": CLOSED_WORDS.get(view.state, ""),
        "may_work": not held_by_other,
        "problems": [problem(check) for check in view.order.problems],
        "notes": [problem(note) for note in view.order.notes],
        "intake": intake(view.order),
        "why": why(view),
        "again_words": AGAIN,
        "verdict_words": {each.name: each.done for each in VERDICTS},
        "red_flags": view.order.red_flags,
        "again": [row for row in relations if row.kind != "another"],
        "others": [row for row in relations if row.kind == "another"],
        "followers": [row for row in ledger.followers(view.id) if row.kind != "another"],
        "to_decide": next((row for row in relations if row.open), None) if open_ else None,
        "steps": steps(view),
        "colleagues": ledger.colleagues(view.id) if open_ else (),
        "me": mine,
        "snoozed": view.snoozed_until if view.snoozed_until and view.snoozed_until > timezone.now() else None,
        "history": history(view.id),
        "document": document,
        "pages": pages(view, document, laid),
    }


def live_holder(view: ledger.CaseView) -> str:
    """Return who works on the order at this moment, or nothing."""
    return view.claimed_by if view.claimed_until and view.claimed_until > timezone.now() else ""


def head(view: ledger.CaseView) -> Head:
    """Return the order's head line."""
    patient = view.order.patient
    names = [str(leaf.value) for leaf in (patient.family, patient.given) if leaf]
    return Head(
        ", ".join(names) or "Name not stated",
        _born(patient.birth_date.value),
        said(patient.sex.value, field_at("patient.sex")) if patient.sex else "",
        "; ".join(exam_words(exam) for exam in view.order.exams) or "no exam read",
        str(view.order.priority.value or ""),
        STATES[view.state],
        TONES.get(view.state, ""),
    )


def exam_words(exam: Exam) -> str:
    """Return the exam as it is understood: modality, region, side, contrast; as written where nothing is."""
    parts = [
        str(exam.modality.value or ""),
        str(exam.laterality.value or ""),
        str(exam.body_region.value or "").replace("_", " "),
        str(exam.technique.value or "").replace("_", " "),
        CONTRAST_WORDS.get(str(exam.contrast.value), ""),
    ]
    return " ".join(part for part in parts if part) or str(exam.text.value or "exam not clear")


def why(view: ledger.CaseView) -> str:
    """Return why the order waits for a person, where its problems and an earlier order do not say so."""
    waits = view.state == view.order.route == "review" and not blocked(view.order) and not view.again
    return view.order.route_reason if waits else ""


def problem(check: Check) -> Problem:
    """Return a check with the fields of the page that it rests on; what a payer's answer says is no field there."""
    paths = tuple(path for path in check.paths if not path.startswith("grants."))
    slug = "leaf-" + paths[0].replace(".", "-") if paths else ""
    return Problem(check.severity, check.message, check.authority, paths, slug, check.confidence < DEFAULT_POLICY.ask)


def steps(view: ledger.CaseView) -> tuple[Step, ...]:
    """Return what may become of the order: the step that its problems suggest is the first one."""
    blocking = blocked(view.order)
    found = []
    for step in STEPS[view.state]:
        if step.to == "ready" and blocking:
            step = replace(step, dialog="ready-anyway")
        if step.to == "clarification" and not view.order.problems:
            continue
        if view.again and step.to in ("ready", "clarification"):
            continue
        found.append(replace(step, first=step.to == ("clarification" if blocking else "ready")))
    return tuple(found)


def blocked(order: Order) -> bool:
    """Whether a blocking problem stands."""
    return any(check.severity == "blocking" for check in order.problems)


def history(case_id: str) -> list[Past]:
    """Return the history, the newest first, repeated looks by one person told once."""
    found = []
    rows = ledger.history(case_id=case_id)
    for _, same in groupby(rows, key=lambda row: (row.actor, row.verb, row.verb != "case_viewed" and row.sequence)):
        told = list(same)
        times = f", {len(told)} times" if len(told) > 1 else ""
        found.append(Past(told[-1].at, told[-1].actor, event(told[-1]) + times))
    return found[::-1]


def last_change(case_id: str) -> str:
    """Return who changed the order last."""
    changes = ("case_corrected", "case_accepted", "case_moved", "case_opened")
    return next((row.actor for row in reversed(ledger.history(case_id=case_id)) if row.verb in changes), "")


def plain_pages(document: ledger.DocumentRow, mine: Sequence[int]) -> list[PageShown]:
    """Return the document's pages without anything that was read drawn on them; `mine` are the order's own."""
    return [_page(row, document, row.number in mine, ()) for row in ledger.page_rows(document.id)]


def pages(view: ledger.CaseView, document: ledger.DocumentRow, laid: Sheet) -> list[PageShown]:
    """Return the document's pages with the boxes of this order's fields."""
    return [
        _page(row, document, row.number in view.order.pages, tuple(_drawn(laid, row.number)))
        for row in ledger.page_rows(document.id)
    ]


def _page(row: ledger.PageRow, document: ledger.DocumentRow, mine: bool, marks: tuple[Drawn, ...]) -> PageShown:
    # The moment of reading is in the address, so that a page read anew is never shown from a browser's cache.
    read = f"?v={document.read_at:%Y%m%d%H%M%S}" if document.read_at else ""
    return PageShown(
        row.number,
        row.width,
        row.height,
        reverse("desk:page", args=[document.id, row.number]) + read,
        reverse("desk:words", args=[document.id, row.number]) + read,
        PAGE_TYPES.get(row.type.type, row.type.type),
        mine,
        marks,
    )


def _drawn(laid: Sheet, page: int) -> Iterator[Drawn]:
    for mark in laid.marks(page):
        x0, y0, x1, y1 = mark.box
        left, top = max(0.0, x0 - MARGIN_X), max(0.0, y0 - MARGIN_Y)
        right, bottom = min(1.0, x1 + MARGIN_X), min(1.0, y1 + MARGIN_Y)
        yield Drawn(
            mark.path,
            mark.label,
            mark.doubtful,
            round(left * GRID),
            round(top * GRID),
            round((right - left) * GRID),
            round((bottom - top) * GRID),
        )


def _born(value: object) -> str:
    if not isinstance(value, str):
        return "birth date not stated"
    try:
        born = date.fromisoformat(value)
    except ValueError:
        return value
    today = timezone.localdate()
    years = today.year - born.year - ((today.month, today.day) < (born.month, born.day))
    return f"{shown(value, 'date')} · {years} y" if years else shown(value, "date")
