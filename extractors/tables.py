"""Marks that stand in a table's cell or are typed: what the row and the column's head say they mean.

A cell says nothing itself. Its row names the exam, the head of its column a
side or a contrast. A cross may also be a letter: typed in the cell, or in
front of the option it chooses.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from typing import Any

from documents.page import Box, Mark
from extractors.choices import Choice, choices_on, role_of, same_row, words_of
from extractors.menus import is_menu
from extractors.sheet import Segment, Token
from extractors.views import View

_CROSS = re.compile(r"[\[({|]?[Xx×✓✔√☒*][\])}|]?\.?")
_COLUMN = 2.4  # ems from a mark to the middle of its column's head
_TABLE = 3  # heads of sides and contrasts that make a table, however few its rows
_REACH = 26  # rows from a mark up to its column's head


@dataclass(frozen=True, slots=True)
class _Head:
    """A side or a contrast over a column."""

    text: str
    box: Box


def marked(view: View, read: Callable[..., Any]) -> list[Choice]:
    """Return the choices that are on: boxes and circles, cells by their column's head, crosses that are letters."""
    menu = asks_by_cell(view, read)
    found = []
    for choice in choices_on(view):
        head = _head_of(view, choice.mark.box) if menu and choice.mark.kind == "choice" else None
        bare = choice.role == "other" and not any(parts.body_region for parts in read(choice.text, "XR"))
        found.append(_headed(choice.mark, head) if head and (bare or choice.text in head.text) else choice)
    taken = [choice.mark.box for choice in found]
    for choice in _crosses(view, menu):
        if not any(same_row(view, box, choice.mark.box) and abs(box.x - choice.mark.box.x) < 0.012 for box in taken):
            found.append(choice)
    return [_unambiguous(view, choice, found) for choice in found]


def asks_by_cell(view: View, read: Callable[..., Any]) -> bool:
    """Whether a mark in a cell may ask for its row: on a form of exams, and under heads of sides and contrasts."""
    return is_menu(view, read) or len(_heads(view)) >= _TABLE


def _crosses(view: View, menu: bool) -> Iterator[Choice]:
    """Yield choices for crosses read as words: with the words that follow closely, else by the column's head."""
    for row in view.sheet.rows:
        for place, token in enumerate(row):
            if not _CROSS.fullmatch(token.text) or token.text in ("*", "."):
                continue
            mark = Mark("choice", token.box, "on", "", 0.8 * token.confidence)
            text = _following(view, row[place:])
            role, value = role_of(text)
            if text:
                yield Choice(replace(mark, text=text), text, role, value)
            elif menu and (head := _head_of(view, token.box)):
                yield _headed(mark, head)


def _following(view: View, row: Sequence[Token]) -> str:
    """Return the option that follows a cross closely, up to the next blank or a wider gap."""
    words: list[str] = []
    last = row[0]
    for token in row[1:]:
        if view.sheet.across(token.box.x0 - last.box.x1) > 0.9 or re.match(r"[_\[{(□]", token.text):
            break
        words.append(token.text)
        last = token
    return " ".join(words[:6])


def _headed(mark: Mark, head: _Head) -> Choice:
    role, value = role_of(head.text)
    return Choice(mark, head.text, role, value)


def _unambiguous(view: View, choice: Choice, others: Sequence[Choice]) -> Choice:
    """Read "both" as a contrast where the options of its row are contrasts."""
    if choice.text.strip(" .").lower() != "both":
        return choice
    roles = [
        role_of(segment.text)[0] if role_of(segment.text)[0] != "other" else role_of(segment.tokens[0].text)[0]
        for segment in view.sheet.segments
        if same_row(view, segment.box, choice.mark.box) and segment.box.x1 < choice.mark.box.x1 + 0.01
    ]
    words = " ".join(token.text for token in view.sheet.tokens if same_row(view, token.box, choice.mark.box))
    contrasts = "contrast" in roles or re.search(r"\b(non-?con|with(out)?|w/o|con)\b", words, re.I)
    sides = "side" in roles or re.search(r"\b(right|left|R|L|rt|lt)\b", words)
    return replace(choice, role="contrast", value="with_and_without") if contrasts and not sides else choice


@lru_cache(maxsize=64)
def _heads(view: View) -> tuple[_Head, ...]:
    """Return the sides and contrasts that stand over columns: two or more on one row, read word by word."""
    found: list[_Head] = []
    for row in view.sheet.rows:
        here = [head for head in _heads_in(row) if not _has_a_box(view, head.box)]
        if len(here) >= 2:
            found += here
    return tuple(found)


def _heads_in(row: Sequence[Token]) -> Iterator[_Head]:
    place = 0
    while place < len(row):
        for length in (3, 2, 1):
            part = row[place : place + length]
            text = " ".join(token.text for token in part).strip("[]_. ")
            if any(token.text[-1:] in ":[({?" for token in part):
                continue
            role = role_of(text)[0]
            if len(part) == length and role in ("side", "contrast") and _is_one(part):
                yield _Head(text, Box.around(token.box for token in part))
                place += length
                break
        else:
            place += 1


def _has_a_box(view: View, box: Box) -> bool:
    """Whether a box stands before the words: then they are an option, and no column's head."""
    em = view.sheet.em * view.sheet.aspect
    return view.grid.choice_between(box.x0 - 1.4 * em, box.x0 + 0.4 * em, box) is not None


def _is_one(part: Sequence[Token]) -> bool:
    """Whether words are one head: joined by a sign, or with the word contrast; else each is a head of its own."""
    if len(part) == 3 and part[1].text.lower() in ("&", "and", "+", "/"):
        return True
    stated = [token for token in part if role_of(token.text)[0] in ("side", "contrast")]
    return len([token for token in stated if token.plain not in ("contrast", "con", "iv")]) <= 1


def _head_of(view: View, box: Box) -> _Head | None:
    """Return the nearest head over a mark's column, none when the mark stands on a row of heads itself."""
    over = [
        head
        for head in _heads(view)
        if abs(view.sheet.across(head.box.x - box.x)) < max(_COLUMN, 0.6 * view.sheet.across(head.box.width))
        and 0.8 < view.sheet.down(box.y - head.box.y) < 1.6 * _REACH
    ]
    if any(same_row(view, head.box, box) for head in _heads(view)):
        return None
    nearest = max((head.box.y for head in over), default=0.0)
    row = [head for head in over if abs(view.sheet.down(head.box.y - nearest)) < 0.85]
    return min(row, key=lambda head: abs(head.box.x - box.x), default=None)


def row_name(view: View, mark: Mark) -> Segment | None:
    """Return the segment that names the row a cell stands in: the nearest to its left that is no option itself.

    None where the cell stands in the midst of words that were read as one with its box.
    """
    for segment in view.sheet.segments:
        if same_row(view, segment.box, mark.box) and segment.box.x0 < mark.box.x0 < segment.box.x1:
            before = [token for token in segment.tokens if token.box.x < mark.box.x0]
            if any(len(token.plain) > 3 and role_of(token.text)[0] == "other" for token in before):
                return None
    left = [
        segment
        for segment in view.sheet.segments
        if same_row(view, segment.box, mark.box)
        and segment.box.x1 <= mark.box.x0 + 0.004
        and role_of(segment.text)[0] == "other"
        and any(len(token.plain) > 1 for token in segment.tokens)
    ]
    return max(left, key=lambda segment: segment.box.x0, default=None)


def among_others(view: View, choice: Choice) -> bool:
    """Whether a side or contrast stands among others of its kind on its row: a lone R may be a letter of a name."""
    row = [token for token in view.sheet.tokens if same_row(view, token.box, choice.mark.box)]
    kin = [token for token in row if role_of(token.text.strip("[](){}_/O0□"))[0] == choice.role]
    boxes = [mark for mark in view.sheet.marks if mark.kind != "circle" and same_row(view, mark.box, choice.mark.box)]
    beside = [mark for mark in boxes if role_of(words_of(view, mark))[0] == choice.role]
    return len(kin) >= 2 or len(beside) >= 2
