"""The queues: rows, filters, counts."""

from __future__ import annotations

import re
from dataclasses import asdict, dataclass

from django.contrib import messages
from django.core.cache import cache
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_GET, require_POST

from desk import rights
from desk.context import queue_url, tab_counts, tabs
from desk.fields import FIELDS, Unacceptable, parse, shown
from desk.wording import AGAIN_SHORT, AGES, EMPTY, OPEN_STATES, PROBLEMS, STATES, TONES
from orders.vocabulary import BLOCKING, FOLLOW_UP, MODALITIES, PRIORITIES
from store import ledger

ROWS = 50
TEXT_LIMIT = 100
MINE = "mine"
# Seconds: a new source or assignee may be late among the choices, a hundred thousand rows are not gone through.
TOLD_KEPT = 30
NOT_KEPT = "Give the filter a name of up to 40 characters; up to twenty can be kept for a queue."
# The queues by name: a person's own before those by state.
QUEUES = {MINE: "Mine", **STATES}
WAITING = {STATES[state] for state in OPEN_STATES}


@dataclass(frozen=True, slots=True)
class Line:
    """A queue's row with its words: problems as (severity, words), the blocking ones first."""

    row: ledger.QueueRow
    name: str
    born: str
    problems: tuple[tuple[str, str], ...]
    state: str
    tone: str
    again: str

    @property
    def late(self) -> bool:
        """Whether it should have left the desk by now."""
        return self.state in WAITING and self.row.due_at is not None and self.row.due_at <= timezone.now()

    @property
    def shown(self) -> tuple[tuple[str, str], ...]:
        """What a row of two lines has room for."""
        return self.problems[: 1 if self.again else 2]

    @property
    def more(self) -> int:
        return len(self.problems) - len(self.shown)


@require_GET
def home(request: HttpRequest) -> HttpResponse:
    """The desk starts in the review queue, for who may not work on orders with what they may see."""
    return redirect(rights.start(request.user))


@require_GET
def queue(request: HttpRequest, state: str) -> HttpResponse:
    """A page of the queue `state`; for a background request its rows alone."""
    if state not in QUEUES:
        raise Http404
    if request.session.get("queue") != state:
        request.session["queue"] = state
    context = _page(request, state)
    return render(request, "desk/parts/rows.html" if request.htmx else "desk/queue.html", context)


@require_POST
def narrow(request: HttpRequest, state: str) -> HttpResponse:
    """Narrow the queue to what the form says; kept in the session, so that no name stands in an address."""
    if state not in QUEUES:
        raise Http404
    _choose(request, state, _asked(request))
    if request.htmx:
        return render(request, "desk/parts/rows.html", _page(request, state))
    return redirect("desk:queue", state)


@require_POST
def keep_filter(request: HttpRequest, state: str) -> HttpResponse:
    """Keep what the queue is narrowed to under a name, forget such a name, or take up what it stands for."""
    if state not in QUEUES:
        raise Http404
    person, name, act = request.user.get_username(), request.POST.get("name", ""), request.POST.get("act", "")
    if act == "keep":
        try:
            ledger.save_filter(person, state, name, filters(request, state))
        except ledger.Refused:
            messages.error(request, NOT_KEPT, extra_tags="stop")
    elif act == "forget":
        ledger.drop_filter(person, state, name)
    else:
        chosen = next((each.filters for each in ledger.saved_filters(person, state) if each.name == name), None)
        if chosen is not None:
            _choose(request, state, chosen)
    return redirect("desk:queue", state)


@require_GET
def count_fragments(request: HttpRequest) -> HttpResponse:
    """The bar's counts, each to be put in its place."""
    shown = [tab for tab in tabs(request.user) if tab.counted]
    return render(request, "desk/parts/counts.html", {"tabs": shown})


def filters(request: HttpRequest, state: str) -> ledger.Filters:
    """Return what this person narrowed the queue to."""
    return ledger.Filters(**request.session.get("filters", {}).get(state, {}))


def searched(chosen: ledger.Filters) -> ledger.Filters:
    """Return the filters with each birth date as the ledger keeps dates, however it was typed."""
    words = [as_kept(word) for word in re.sub(r"[()]", " ", chosen.text).split()]
    return ledger.Filters(**{**asdict(chosen), "text": " ".join(words)})


def following(request: HttpRequest, state: str, after: str) -> ledger.QueueRow | None:
    """Return the next order of the queue that nobody works on, from its start again at its end."""
    chosen = searched(filters(request, state))
    for start in (after, ""):
        for row in _rows(request, state, start, ROWS, chosen):
            if row.id != after and row.claimed_by in ("", request.user.get_username()):
                return row
    return None


def came_from(request: HttpRequest, state: str) -> str:
    """Return the queue that the person works through: their own, else that of the order's `state`."""
    return MINE if request.session.get("queue") == MINE else state


def _rows(request: HttpRequest, state: str, after: str, limit: int, chosen: ledger.Filters) -> list[ledger.QueueRow]:
    if state == MINE:
        return ledger.mine(request.user.get_username(), after, limit, chosen)
    return ledger.queue(state, after, limit, chosen)


def _asked(request: HttpRequest) -> ledger.Filters:
    """Return the filters that a form asks for; what is none of the choices narrows nothing."""
    said = {name: " ".join(request.POST.get(name, "")[:TEXT_LIMIT].split()) for name in ledger.Filters.__slots__}
    known = {"modality": MODALITIES, "priority": PRIORITIES, "problem": PROBLEMS, "age": AGES}
    return ledger.Filters(**{name: _one_of(text, known.get(name, (text,))) for name, text in said.items()})


def _choose(request: HttpRequest, state: str, chosen: ledger.Filters) -> None:
    request.session["filters"] = {**request.session.get("filters", {}), state: asdict(chosen)}


def _page(request: HttpRequest, state: str) -> dict[str, object]:
    chosen = filters(request, state)
    after = request.GET.get("after", "")
    rows = _rows(request, state, after, ROWS + 1, searched(chosen))
    title, hint = EMPTY.get(state, ("Nothing here.", ""))
    narrowed = chosen != ledger.Filters()
    return {
        "here": state,
        "title": QUEUES[state],
        "lines": [line(row) for row in rows[:ROWS]],
        "states_differ": state == MINE,
        "chosen": chosen,
        "narrowed": narrowed,
        "after": after,
        "more_url": f"{queue_url(state)}?after={rows[ROWS - 1].id}" if len(rows) > ROWS else "",
        "self_url": f"{queue_url(state)}?after={after}" if after else queue_url(state),
        "modalities": tuple(MODALITIES.items()),
        "priorities": PRIORITIES,
        "problem_words": tuple(PROBLEMS.items()),
        "told": _told(),
        "ages": tuple(AGES.items()),
        "saved": ledger.saved_filters(request.user.get_username(), state),
        "empty_title": "No order fits these filters." if narrowed else title,
        "empty_hint": "" if narrowed else hint,
        "being_read": tab_counts().being_read,
        "elsewhere": _elsewhere(state, chosen) if chosen.text else (),
    }


def _told() -> ledger.Told:
    found = cache.get_or_set(f"told:{ledger.scope_key()}", ledger.told_apart, TOLD_KEPT)
    assert isinstance(found, ledger.Told)
    return found


def line(row: ledger.QueueRow) -> Line:
    """Return the row in words."""
    known = [*BLOCKING, *FOLLOW_UP]
    # A code that is none of the contract's is a rule of the site's own, called by its name.
    ranked = sorted(row.problems, key=lambda code: known.index(code) if code in known else len(known))
    return Line(
        row,
        ", ".join(part for part in (row.family, row.given) if part),
        shown(row.birth_date or None, "date"),
        tuple(
            ("blocking" if code in BLOCKING else "follow_up", PROBLEMS.get(code, code.replace("_", " ")))
            for code in ranked
        ),
        STATES[row.state],
        TONES.get(row.state, ""),
        AGAIN_SHORT.get(row.again, ""),
    )


def _elsewhere(here: str, chosen: ledger.Filters) -> list[Line]:
    """Return the first finds of the same search in the other queues."""
    text = ledger.Filters(text=searched(chosen).text)
    return [line(row) for state in STATES if state != here for row in ledger.queue(state, limit=5, filters=text)]


def as_kept(word: str) -> str:
    if not re.fullmatch(r"\d{1,4}[/.\-]\d{1,2}[/.\-]\d{2,4}", word):
        return word
    try:
        return str(parse(word, FIELDS["patient.birth_date"]))
    except Unacceptable:
        return word


def _one_of(value: str, known: object) -> str:
    return value if value in known else ""
