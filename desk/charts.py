"""Charts laid out on the server: bars within a table's rows, and columns over time. Templates draw them as SVG."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from math import ceil, floor, log10
from typing import Final

from desk.spans import behind, one_day
from store.ledger import DayOrders

WIDTH, HEIGHT, LEFT, BOTTOM, TOP = 720, 190, 34, 22, 8
MOST_COLUMNS: Final = 45


@dataclass(frozen=True, slots=True)
class Bar:
    """A row of a bar chart: widths in hundredths of the longest, `part` of it in the stronger colour."""

    label: str
    value: int
    part_value: int
    width: float
    part: float
    url: str
    note: str = ""


@dataclass(frozen=True, slots=True)
class Block:
    """A part of a column: `kind` names its colour."""

    kind: str
    y: float
    height: float


@dataclass(frozen=True, slots=True)
class Column:
    """The orders of one day or week."""

    x: float
    width: float
    label: str
    url: str
    orders: int
    cleared: int
    asked: int
    blocks: tuple[Block, ...]
    tick: str
    middle: float


@dataclass(frozen=True, slots=True)
class Columns:
    """A column chart with its lines of the grid as (y, value)."""

    columns: tuple[Column, ...]
    grid: tuple[tuple[float, int], ...]
    width: int = WIDTH
    height: int = HEIGHT
    left: int = LEFT
    base: int = HEIGHT - BOTTOM


def bars(rows: Sequence[tuple[str, int, int, str, str]]) -> tuple[Bar, ...]:
    """Return bars for rows of (label, value, part of it, address, note)."""
    longest = max((value for _, value, _, _, _ in rows), default=0) or 1
    return tuple(
        Bar(label, value, part, round(100 * value / longest, 2), round(100 * part / longest, 2), url, note)
        for label, value, part, url, note in rows
    )


def columns(days: Sequence[DayOrders]) -> Columns:
    """Return the columns of the days, or of the weeks where the days are many."""
    weeks = len(days) > MOST_COLUMNS
    groups = [days[at : at + 7] for at in range(0, len(days), 7)] if weeks else [[day] for day in days]
    most = max((sum(day.orders for day in group) for group in groups), default=0)
    step = _step(most)
    top = step * max(1, ceil(most / step))
    scale = (HEIGHT - BOTTOM - TOP) / top
    room = (WIDTH - LEFT) / max(1, len(groups))
    every = max(1, ceil(len(groups) / 9))
    made = [_column(group, LEFT + at * room, room, scale, tick=at % every == 0) for at, group in enumerate(groups)]
    lines = tuple((HEIGHT - BOTTOM - value * scale, value) for value in range(0, top + 1, step))
    return Columns(tuple(made), lines)


def _column(group: Sequence[DayOrders], x: float, room: float, scale: float, tick: bool) -> Column:
    orders, cleared, asked = (sum(getattr(day, name) for day in group) for name in ("orders", "cleared", "asked"))
    first, last = group[0].day, group[-1].day
    # An order that cleared and was asked about later is drawn once, as one that was asked about.
    alone = min(cleared, orders - asked)
    blocks, y = [], float(HEIGHT - BOTTOM)
    for kind, count in (("good", alone), ("plain", orders - asked - alone), ("asked", asked)):
        y -= count * scale
        if count:
            blocks.append(Block(kind, round(y, 2), round(count * scale, 2)))
    gap = min(3.0, room * 0.2)
    return Column(
        round(x + gap / 2, 2),
        round(room - gap, 2),
        _day(first) if first == last else f"{_day(first)} – {_day(last)}",
        behind(one_day(first, last)),
        orders,
        cleared,
        asked,
        tuple(blocks),
        _day(first) if tick else "",
        round(x + room / 2, 2),
    )


def _day(day: date) -> str:
    return f"{day:%b} {day.day}"


def _step(most: int) -> int:
    """Return a round distance between lines of the grid, so that there are three to six of them."""
    if most <= 4:
        return 1
    raw = most / 4
    power = 10 ** floor(log10(raw))
    return max(1, int(next(each * power for each in (1, 2, 5, 10) if each * power >= raw)))
