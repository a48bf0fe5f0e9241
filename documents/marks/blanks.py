"""Short blanks drawn before the options of a form, to put a tick on."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import cv2

from documents.marks.ink import Ink, Rect
from documents.marks.rules import dashes
from documents.page import Word

# Lengths in line heights.
_SHORTEST, _LONGEST = 0.6, 3.0
_BEFORE_WORD = 1.1
_ON_BASE = 0.55
_ROOM, _UNDER = 1.4, 0.35
_STROKE = 0.24
_STROKE_AREA = 0.02
# A bracket's upright: as high, as wide, and as near to the end of the rule at its feet.
_WALL_HIGH, _WALL_WIDE, _WALL_OFF = 0.55, 0.4, 0.3
# Blanks are options where so many are as long and as far from their words; else they are lines to write on.
_ALIKE = 4
_LENGTH_ALIKE, _GAP_ALIKE = 0.3, 0.35


@dataclass(frozen=True, slots=True)
class Blank:
    """A short blank before a word: the place over it, and whether something was put there."""

    rect: Rect
    on: bool


@dataclass(frozen=True, slots=True)
class _Placed:
    rule: Rect
    gap: float


def blanks(ink: Ink, lines: Sequence[Rect], boxes: Sequence[Rect], words: Sequence[Word]) -> list[Blank]:
    """Return the blanks that are options to tick: short rules of one length, each close before a word of its row.

    A blank that a form wants filled in stands alone, or after its label. `lines` are the page's
    long rules, `boxes` its squares, whose sides are no blanks.
    """
    placed = [ink.rect(word.box) for word in words if any(character.isalpha() for character in word.text)]
    filled = [ink.rect(word.box) for word in words if not _may_be_tick(word.text)]
    short = [
        dash
        for dash in dashes(ink, _SHORTEST * ink.line, _LONGEST * ink.line)
        if not any(_side(box, dash, ink.line) for box in boxes)
        and not any(_over(word, dash) and -0.6 * ink.line < dash.y - word.y < 0.9 * ink.line for word in filled)
    ]
    found = [_Placed(rule, gap) for rule in short if (gap := _gap(rule, placed, ink.line)) is not None]
    kept = [one for one in found if sum(_alike(one, other, ink.line) for other in found) >= _ALIKE]
    return [_blank(ink, one.rule, [*placed, *lines, *short]) for one in kept]


def _gap(rule: Rect, words: Sequence[Rect], line: float) -> float | None:
    """Return how far right of a rule the nearest word begins that stands on its level; None where none is close."""
    gaps = [
        word.x0 - rule.x1
        for word in words
        if abs(word.y1 - rule.y) < _ON_BASE * line and -0.2 * line < word.x0 - rule.x1 < _BEFORE_WORD * line
    ]
    return min(gaps, default=None)


def _may_be_tick(text: str) -> bool:
    """Whether a word may be what a reader makes of a tick: a letter or a sign, no number."""
    read = [character for character in text if character.isalnum()]
    return len(read) <= 1 and not any(character.isdigit() for character in read)


def _side(box: Rect, dash: Rect, line: float) -> bool:
    near = box.grown(0.15 * line)
    return near.x0 < dash.x < near.x1 and near.y0 < dash.y < near.y1


def _alike(one: _Placed, other: _Placed, line: float) -> bool:
    longer = max(one.rule.width, other.rule.width)
    return (
        abs(one.rule.width - other.rule.width) < _LENGTH_ALIKE * longer and abs(one.gap - other.gap) < _GAP_ALIKE * line
    )


def _blank(ink: Ink, rule: Rect, others: Sequence[Rect]) -> Blank:
    """Look for a pen's stroke over a rule: larger than a speck, and under the words and rules of the rows above."""
    side = 0.25 * ink.line
    above = [other.y1 + 2 for other in others if other.y < rule.y0 - 0.5 * ink.line and _over(other, rule)]
    top = max([rule.y0 - _ROOM * ink.line, *above])
    room = Rect(rule.x0 - side, top, rule.x1 + side, rule.y1 + _UNDER * ink.line)
    x0, y0 = max(0, round(room.x0)), max(0, round(room.y0))
    crop = ink.black[y0 : max(y0, round(room.y1)), x0 : max(x0, round(room.x1))].copy()
    crop[max(0, round(rule.y0) - 1 - y0) : round(rule.y1) + 1 - y0] = 0
    strokes = cv2.connectedComponentsWithStats(crop, connectivity=8)[2][1:].tolist() if crop.size else []
    if _bracketed(rule, x0, strokes, ink.line):
        strokes = [stroke for stroke in strokes if not _is_wall(rule, x0 + stroke[0], stroke[2], stroke[3], ink.line)]
    on = any(
        min(w, h) >= _STROKE * ink.line and area >= _STROKE_AREA * ink.line**2 and rule.x0 < x0 + x + w / 2 < rule.x1
        for x, _, w, h, area in strokes
    )
    place = Rect(rule.x0, max(top, rule.y0 - ink.line), rule.x1, rule.y1)
    return Blank(place, on)


def _bracketed(rule: Rect, left: int, strokes: Sequence[Sequence[int]], line: float) -> bool:
    """Whether a rule is printed between brackets, whose feet it joins: `[_]`."""
    walls = [left + x + w / 2 for x, _, w, h, _ in strokes if _is_wall(rule, left + x, w, h, line)]
    return any(x < rule.x for x in walls) and any(x > rule.x for x in walls)


def _is_wall(rule: Rect, x: float, width: int, height: int, line: float) -> bool:
    """Whether a stroke stands upright at an end of a rule."""
    at_end = min(abs(x + width / 2 - rule.x0), abs(x + width / 2 - rule.x1)) < _WALL_OFF * line
    return at_end and height >= _WALL_HIGH * line and width <= _WALL_WIDE * line


def _over(other: Rect, rule: Rect) -> bool:
    return other.x0 < rule.x1 and other.x1 > rule.x0
