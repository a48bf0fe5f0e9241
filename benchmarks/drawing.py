"""Two diagrams as plain SVG: colours by attribute only, in tones that stand on white and on black alike.

They are read in the docs and inlined by the desk, whose pages allow no style
from anywhere else.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from html import escape
from math import sqrt
from typing import Final

WIDTH: Final = 480
HEIGHT: Final = 360
LEFT, RIGHT, TOP, BOTTOM = 56, 16, 34, 48
INK, LINE, ACCENT, SECOND = "#727d8a", "#727d8a55", "#3f82d0", "#c98a1b"
FONT: Final = 'font-family="system-ui, sans-serif" font-size="12"'


@dataclass(frozen=True, slots=True)
class Axis:
    """An axis from 0 to `most`: its words, its ticks as (place, words)."""

    words: str
    most: float
    ticks: tuple[tuple[float, str], ...]


@dataclass(frozen=True, slots=True)
class Dot:
    """A point with an area for how many it stands for, a bar from `low` to `high`, and words for who points at it."""

    x: float
    y: float
    count: int
    low: float
    high: float
    words: str


@dataclass(frozen=True, slots=True)
class Curve:
    """A line through points, with its name and colour; a dashed one is a bound."""

    name: str
    points: tuple[tuple[float, float], ...]
    colour: str = ACCENT
    dashed: bool = False


def diagram(title: str, across: Axis, up: Axis, curves: Sequence[Curve] = (), dots: Sequence[Dot] = ()) -> str:
    """Return the diagram as an SVG document; of a curve, what lies above the axis' end is left out."""
    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {HEIGHT}" role="img" {FONT} fill="{INK}">',
        f"<title>{escape(title)}</title>",
        *(_across(across, place, words) for place, words in across.ticks),
        *(_up(up, place, words) for place, words in up.ticks),
        f'<text x="{(LEFT + WIDTH - RIGHT) / 2}" y="{HEIGHT - 8}" text-anchor="middle">{escape(across.words)}</text>',
        f'<text transform="translate(14 {(TOP + HEIGHT - BOTTOM) / 2}) rotate(-90)" text-anchor="middle">'
        f"{escape(up.words)}</text>",
        *(_curve(curve, across, up) for curve in curves),
        *_names(curves),
        *(_dot(dot, across, up) for dot in dots),
        "</svg>",
    ]
    return "\n".join(parts) + "\n"


def _x(axis: Axis, value: float) -> float:
    return round(LEFT + (WIDTH - LEFT - RIGHT) * min(1.0, value / axis.most), 1)


def _y(axis: Axis, value: float) -> float:
    return round(HEIGHT - BOTTOM - (HEIGHT - TOP - BOTTOM) * min(1.0, value / axis.most), 1)


def _across(axis: Axis, place: float, words: str) -> str:
    x = _x(axis, place)
    return (
        f'<path d="M{x} {TOP}V{HEIGHT - BOTTOM}" stroke="{LINE}"/>'
        f'<text x="{x}" y="{HEIGHT - BOTTOM + 16}" text-anchor="middle">{escape(words)}</text>'
    )


def _up(axis: Axis, place: float, words: str) -> str:
    y = _y(axis, place)
    return (
        f'<path d="M{LEFT} {y}H{WIDTH - RIGHT}" stroke="{LINE}"/>'
        f'<text x="{LEFT - 6}" y="{y + 4}" text-anchor="end">{escape(words)}</text>'
    )


def _curve(curve: Curve, across: Axis, up: Axis) -> str:
    path, pen = "", "M"
    for x, y in curve.points:
        if y > up.most:
            pen = "M"
            continue
        path += f"{pen}{_x(across, x)} {_y(up, y)}"
        pen = "L"
    return f'<path d="{path}" fill="none" {_stroke(curve)}/>' if path else ""


def _names(curves: Sequence[Curve]) -> Iterator[str]:
    """Yield the names of the curves in a line above the paper, as wide as their words are about."""
    left = LEFT
    for curve in (each for each in curves if each.name):
        yield f'<path d="M{left} 12h22" {_stroke(curve)}/><text x="{left + 28}" y="16">{escape(curve.name)}</text>'
        left += 52 + 7 * len(curve.name)


def _stroke(curve: Curve) -> str:
    dash = ' stroke-dasharray="5 4"' if curve.dashed else ""
    return f'stroke="{curve.colour}" stroke-width="2"{dash}'


def _dot(dot: Dot, across: Axis, up: Axis) -> str:
    x = _x(across, dot.x)
    size = round(min(12.0, 2.5 + sqrt(dot.count) / 4), 1)
    return (
        f'<path d="M{x} {_y(up, dot.low)}V{_y(up, dot.high)}" stroke="{ACCENT}" stroke-width="1.5"/>'
        f'<circle cx="{x}" cy="{_y(up, dot.y)}" r="{size}" fill="{ACCENT}"><title>{escape(dot.words)}</title></circle>'
    )
