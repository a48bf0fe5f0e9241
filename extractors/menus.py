"""Whether a page prints a list of exams to choose from, and what was written on it all the same.

Nobody orders ten exams on a page. Where that many lines name one, they are the
form's own words, whether or not a box was found beside them; only a mark, or
what stands at a label that asks for another exam, says that one is wanted.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from functools import lru_cache
from itertools import dropwhile, takewhile
from typing import Any

from extractors.choices import options, role_of, words_of
from extractors.sheet import Segment, Token, label_form
from extractors.views import View
from extractors.wordings import vocabulary

GRID = 10  # boxes that make a page a form: its printed lines name exams that nobody asked for
MENU = 8  # lines that name exams, and so do
REGIONS = 9  # different places on lines of several options
_WRITE_IN = re.compile(
    r"^(?:(?:any |an? )?other|exams? not (?:listed|shown)|not\W{1,2}listed|additional|special|specify|write.?in|"
    r"unlisted|comments?|(?:exam|study|procedure) details?)\b[^:]{0,40}(?::|[-–—](?=\s)|\)\s*[-–—]?)",
    re.I,
)
_ORDINAL = re.compile(r"[#(]?\d{0,2}[.):]*|[-–—_.:]+")
_NUMBERED = re.compile(r"^\W{0,2}\d{1,2}\s*[.):]\s*(.+?)[\s:.]*$")


@lru_cache(maxsize=64)
def is_grid(view: View) -> bool:
    """Whether a page is a form with many boxes that stand for something else than an answer, a side or a priority."""
    boxes = [
        mark
        for mark in view.sheet.marks
        if mark.kind in ("choice", "field") and mark.state in ("on", "off") and 0.02 < mark.box.x < 0.97
    ]
    return sum(_names_something(words_of(view, mark)) for mark in boxes) >= GRID


def _names_something(text: str) -> bool:
    return role_of(text)[0] == "other" and sum(character.isalpha() for character in text) >= 2


@lru_cache(maxsize=64)
def is_menu(view: View, read: Callable[..., Any]) -> bool:
    """Whether a page prints exams to choose from: by its boxes, or by how many short lines name one."""
    return is_grid(view) or len(menu_lines(view, read)) >= MENU or len(_regions(view, read)) >= REGIONS


def _regions(view: View, read: Callable[..., Any]) -> set[str]:
    """Return the places that the page's short segments name."""
    short = [segment for segment in view.sheet.segments if len(segment.tokens) <= 14]
    open_to_exams = [segment for segment in short if not any(asks_otherwise(view, token) for token in segment.tokens)]
    return {parts.body_region for segment in open_to_exams for parts in read(segment.text, "XR") if parts.body_region}


@lru_cache(maxsize=64)
def menu_lines(view: View, read: Callable[..., Any]) -> tuple[Segment, ...]:
    """Return the short segments that name an exam or a place and nothing else."""
    found = []
    for segment in view.sheet.segments:
        if len(segment.tokens) > 9 or any(view.grid.label_of(token) for token in segment.tokens):
            continue
        parts = next(iter(read(segment.text, None)), None)
        if parts is not None and parts.body_region and parts.end - parts.start >= 0.5 * len(segment.text):
            found.append(segment)
    return tuple(found)


def asks_otherwise(view: View, token: Token) -> bool:
    """Whether the token is of a label that asks for something else than an exam."""
    label = view.grid.label_of(token)
    return label is not None and not any(concept.startswith("exam.") for concept in label.concepts)


def written_in(view: View, menu: bool) -> Iterator[tuple[Token, ...]]:
    """Yield what was entered where a page asks for a further exam; on a `menu` the label need not say "exam"."""
    printed = options(view)
    for row in view.sheet.rows:
        for place, token in enumerate(row):
            if place and view.sheet.across(token.box.x0 - row[place - 1].box.x1) < 1.2:
                continue
            text = " ".join(other.text for other in row[place:])
            match = _WRITE_IN.match(text)
            if match is None or not (menu or re.search(r"exam|stud(?:y|ies)|procedure|imaging", match[0], re.I)):
                continue
            entry = _after(view, row[place:], match.end())
            if entry and not any(other.index in printed for other in entry):
                yield entry


def _after(view: View, row: Sequence[Token], start: int) -> tuple[Token, ...]:
    """Return the tokens of a row from character `start` on, up to the next label or a wide gap."""
    found: list[Token] = []
    at = 0
    for token in row:
        first, at = at, at + len(token.text) + 1
        if first < start:
            continue
        label = view.grid.label_of(token)
        if label is not None and not any(concept.startswith("exam.") for concept in label.concepts):
            break
        if found and view.sheet.across(token.box.x0 - found[-1].box.x1) > 4.5:
            break
        found.append(token)
    return tuple(found)


def places(view: View, read: Callable[..., Any]) -> tuple[Segment, ...]:
    """Return the segments that name a place and nothing else, and were entered for no label of another kind."""
    taken = {
        token.index
        for entry in view.entered
        if not any(concept.startswith("exam.") for concept in entry.label.concepts) and entry.label.strength >= 0.8
        for token in entry.tokens
    }
    return tuple(
        segment
        for segment in menu_lines(view, read)
        if segment.box.y0 > 0.12
        and not any(token.index in taken for token in segment.tokens)
        and (parts := read(segment.text, None)[0]).end - parts.start >= 0.85 * len(segment.text)
    )


def numbered(view: View) -> Iterator[tuple[Token, ...]]:
    """Yield what was entered for numbered exams: beside "Exam 2:", beside or under "15. Exam requested"."""
    for label in view.labels:
        if "exam.text" in label.concepts:
            right = [token for token in view.sheet.rows[label.row] if token.box.x0 >= label.box.x1 - 1e-6]
            rest = list(dropwhile(lambda token: _ORDINAL.fullmatch(token.text), right))
            if any(token.plain.isdigit() for token in right[: len(right) - len(rest)]):
                yield _up_to_a_label(view, rest)
    for segment in view.sheet.segments:
        match = _NUMBERED.match(segment.text)
        if match and "exam.text" in vocabulary().get(label_form(match[1]), ()):
            yield _up_to_a_label(view, _under(view, segment))


def _under(view: View, segment: Segment) -> Sequence[Token]:
    """Return the segment that begins closely below another."""
    for below in view.sheet.segments:
        aligned = abs(view.sheet.across(below.box.x0 - segment.box.x0)) < 2.5
        if aligned and below.row > segment.row and view.sheet.down(below.box.y0 - segment.box.y1) < 1.6:
            return () if _NUMBERED.match(below.text) else below.tokens
    return ()


def _up_to_a_label(view: View, tokens: Sequence[Token]) -> tuple[Token, ...]:
    return tuple(takewhile(lambda token: view.grid.label_of(token) is None, tokens))
