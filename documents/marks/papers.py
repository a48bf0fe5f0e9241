"""The paper that a label such as "Signature" asks to be written on: beside, over or under it, lined, boxed or bare."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from documents.marks.ink import Ink, Rect
from documents.marks.rules import Rules
from documents.page import Word

_NOT_LETTERS = re.compile(r"[^a-z]")
# Labels that begin something else on the same line.
ENDS = {"date", "time", "npi", "phone", "dob", "tel", "lic", "license", "upin", "printed", "print", "dea", "fax"}
# Lengths in line heights.
_SHORTEST_LINE = 3.0
_ROOM_ABOVE, _ROOM_BELOW = 2.8, 0.45
_OPEN_ROOM = 16.0


@dataclass(frozen=True, slots=True)
class Placed:
    """A word in working pixels, and its lower-case letters alone."""

    text: str
    rect: Rect
    letters: str


@dataclass(frozen=True, slots=True)
class Sheet:
    """What of a page matters for places to sign: its long lines and its rows of words; `line` is a row's height."""

    line: float
    long: tuple[Rect, ...]
    rows: tuple[tuple[Placed, ...], ...]

    @staticmethod
    def of(ink: Ink, rules: Rules, words: Sequence[Word]) -> Sheet:
        rows: dict[int, list[Placed]] = {}
        for word in words:
            placed = Placed(word.text, ink.rect(word.box), _NOT_LETTERS.sub("", word.text.lower()))
            rows.setdefault(word.line, []).append(placed)
        long = tuple(rule for rule in rules.across if rule.width >= _SHORTEST_LINE * ink.line)
        return Sheet(ink.line, long, tuple(tuple(row) for row in rows.values()))


def paper_for(label: Rect, asking: Rect, sheet: Sheet, bare: bool) -> Rect | None:
    """Return the paper of a label whose word `asking` asks for writing; `bare` allows one without any line."""
    boxed = _box_under(label, sheet)
    if boxed:
        return _cut(boxed, label, sheet)
    beside = _beside(label, asking, sheet)
    if beside:
        start = max(beside.x0, asking.x1) if beside.x0 < asking.x1 - sheet.line else beside.x0
        return _over(Rect(start, beside.y0, beside.x1, beside.y1), label, sheet)
    line = _before(label, sheet)
    if line:
        return _over(line, label, sheet)
    above = _above(label, sheet)
    cell = _cell(label, above, sheet)
    if cell:
        return _cut(cell, label, sheet)
    under = _under(label, sheet)
    if above and (under is None or label.y0 - above.y < 0.3 * sheet.line):
        return _over(above, label, sheet)
    if under:
        return _cut(Rect(under.x0, label.y1 - 0.15 * sheet.line, under.x1, under.y0), label, sheet)
    if not bare:
        return None
    end = label.x1 + _OPEN_ROOM * sheet.line
    return _over(Rect(label.x1 + 2, label.y1, end, label.y1), label, sheet)


def crossed(cross: Rect, sheet: Sheet) -> Rect | None:
    """Return the paper of a line that begins with an X."""
    for rule in sheet.long:
        starts = (
            -0.5 * sheet.line <= rule.x0 - cross.x1 <= 1.8 * sheet.line or abs(rule.x0 - cross.x0) < 0.5 * sheet.line
        )
        if starts and abs(rule.y - cross.y1) <= 0.5 * sheet.line and rule.width >= 5 * sheet.line:
            return _over(Rect(cross.x1, rule.y0, rule.x1, rule.y1), cross, sheet)
    return None


def titled(row: Rect, sheet: Sheet) -> Rect | None:
    """Return the paper of a line that ends at, or runs over, a row of nothing but titles (M.D. / N.P.)."""
    line = _before(row, sheet) or _above(row, sheet)
    return _over(line, row, sheet) if line and line.width >= 6 * sheet.line else None


def _box_under(label: Rect, sheet: Sheet) -> Rect | None:
    """Return the paper of a box drawn under its label; a row of a table, ruled above the label too, is none."""
    line = sheet.line
    for top in sheet.long:
        if not (-0.2 * line <= top.y - label.y1 <= 0.6 * line and abs(top.x0 - label.x0) < 0.8 * line):
            continue
        same = [rule for rule in sheet.long if abs(rule.x0 - top.x0) + abs(rule.x1 - top.x1) < 0.8 * line]
        if any(0.2 * line < label.y - rule.y < 2.5 * line for rule in same):
            continue
        under = [rule.y0 for rule in same if 0.9 * line <= rule.y - top.y <= 3.4 * line]
        if under:
            return Rect(top.x0, top.y1 + 1, top.x1, min(under))
    return None


def _beside(label: Rect, asking: Rect, sheet: Sheet) -> Rect | None:
    """Return the line that begins right of the label, or that the label itself stands on."""
    line, found = sheet.line, []
    for rule in sheet.long:
        if not label.y - 0.1 * line <= rule.y <= label.y1 + 0.5 * line or rule.x1 <= label.x1 + 2.5 * line:
            continue
        starts = any(-0.6 * line <= rule.x0 - end <= 4 * line for end in (asking.x1, label.x1))
        on = rule.x0 <= asking.x1 and rule.x1 >= asking.x1 + 4 * line and rule.y >= label.y
        if starts or on:
            found.append((abs(rule.y - label.y1) + 0.3 * abs(rule.x0 - label.x1) * starts, rule.x0, rule))
    return min(found)[2] if found else None


def _before(label: Rect, sheet: Sheet) -> Rect | None:
    """Return the line that ends where the label begins."""
    found = [
        (abs(rule.y - label.y1), rule.x0, rule)
        for rule in sheet.long
        if label.y - 0.3 * sheet.line <= rule.y <= label.y1 + 0.6 * sheet.line
        and -0.5 * sheet.line <= label.x0 - rule.x1 <= 1.5 * sheet.line
        and rule.width >= 6 * sheet.line
    ]
    return min(found)[2] if found else None


def _above(label: Rect, sheet: Sheet) -> Rect | None:
    """Return the line right over the label."""
    found = [
        (abs(rule.y - label.y0), rule.x0, rule)
        for rule in sheet.long
        if -0.8 * sheet.line <= rule.y - label.y0 <= 0.35 * sheet.line
        and rule.x0 <= label.x + 2 * sheet.line
        and rule.x1 >= label.x
        and rule.width >= 4 * sheet.line
    ]
    return min(found)[2] if found else None


def _cell(label: Rect, above: Rect | None, sheet: Sheet) -> Rect | None:
    """Return the paper of a cell that holds the label: under it where there is room, else beside it."""
    if above is None:
        return None
    line = sheet.line
    floors = [
        rule.y0
        for rule in sheet.long
        if 0.1 * line <= rule.y - label.y1 <= 3.2 * line
        and rule.y - above.y >= 1.1 * line
        and abs(rule.x0 - above.x0) < 0.6 * line
        and abs(rule.x1 - above.x1) < 0.6 * line
    ]
    if not floors:
        return None
    if min(floors) - label.y1 >= 0.8 * line:
        return Rect(above.x0, label.y1 - 0.15 * line, above.x1, min(floors))
    return Rect(label.x1, label.y0, above.x1, min(floors))


def _under(label: Rect, sheet: Sheet) -> Rect | None:
    """Return the line under the label that begins where it begins."""
    found = [
        (rule.y, rule.x0, rule)
        for rule in sheet.long
        if 0.5 * sheet.line <= rule.y - label.y1 <= 2.6 * sheet.line
        and abs(rule.x0 - label.x0) < 1.2 * sheet.line
        and rule.width >= 4 * sheet.line
    ]
    return min(found)[2] if found else None


def _over(rule: Rect, label: Rect, sheet: Sheet) -> Rect:
    """Return the paper on a line: up to the line before it, and not over what else stands on its row."""
    top = rule.y - _ROOM_ABOVE * sheet.line
    for other in sheet.long:
        if top < other.y1 < rule.y - sheet.line and other.columns(rule) > 0.3:
            top = other.y1
    return _cut(Rect(rule.x0, top, rule.x1, rule.y + _ROOM_BELOW * sheet.line), label, sheet)


def _cut(paper: Rect, label: Rect, sheet: Sheet) -> Rect:
    """Return the paper up to the next label on its row, such as the date's."""
    end = paper.x1
    for row in sheet.rows:
        for each in row:
            if (
                each.letters in ENDS
                and each.rect.rows(paper) > 0.5
                and each.rect.x0 > paper.x0
                and each.rect.x0 > label.x0
            ):
                end = min(end, each.rect.x0 - 0.1 * sheet.line)
    return Rect(paper.x0, paper.y0, max(end, paper.x0 + 1), paper.y1)
