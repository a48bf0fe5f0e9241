"""The exams ticked on a form, with the side and the contrast that their row and column give.

A grid's geometry says what its words leave out: the modality stands in the
heading over a column, the side in a letter along the row, the contrast over or
under the column, and in a table the row names the region and the column the
modality.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import replace
from functools import lru_cache
from itertools import groupby, pairwise

from documents.page import Box, Mark
from extractors.choices import (
    Choice,
    in_running_text,
    role_of,
    row_segments,
    same_row,
    token_at,
    words_of,
)
from extractors.exams import Asked, ExamReader, exam_of, from_mark
from extractors.letterhead import letterhead
from extractors.menus import asks_otherwise
from extractors.sheet import Segment, Token, mark_evidence, plain
from extractors.tables import asks_by_cell, marked, row_name
from extractors.views import View
from orders.order import Exam
from orders.vocabulary import PAIRED_REGIONS

SURE_CIRCLE = 0.87  # a loop less sure than this is a box of print as often as a choice
# What a patient complains of: ticked in a list of reasons under a title such as "MRI request" it is no exam.
_COMPLAINT = re.compile(r"\b(bruit|pain|swelling|lump|weakness|numbness|headaches?|r/o|rule out|evaluate)\b", re.I)


def ticked(view: View, read: ExamReader) -> Iterator[Asked]:
    """Yield the exams ticked on a form, with the side and the contrast that their row and column give."""
    on = marked(view, read)
    sides = [choice for choice in on if choice.role == "side"]
    contrasts = [choice for choice in on if choice.role == "contrast"]
    made_at: list[Mark] = []
    for choice in on:
        if choice.role != "other" or not (choice.text or _column_head(view, choice.mark, read)):
            continue
        made = _ticked_exam(view, choice, read)
        if made is None:
            continue
        exam, words = made
        side = _side_of(view, choice, sides)
        if side and not exam.laterality:
            exam = replace(exam, laterality=from_mark(view, side))
            words = f"{words} {side.text}"
        contrast = _contrast_of(view, choice, contrasts)
        if contrast and not exam.contrast and exam.modality.value in ("CT", "MR"):
            exam = replace(exam, contrast=from_mark(view, contrast))
            words = f"{words} {contrast.text}"
        exam = replace(exam, text=replace(exam.text, value=words))
        made_at.append(choice.mark)
        yield Asked(exam, "ticked", choice.mark.confidence)
    if asks_by_cell(view, read):
        yield from _rows_ticked(view, [*sides, *contrasts], made_at, read)


def _rows_ticked(view: View, cells: Sequence[Choice], made_at: Sequence[Mark], read: ExamReader) -> Iterator[Asked]:
    """Yield the exams of rows in which only a side or a contrast was ticked: a table asks for its row that way."""
    rows: dict[Segment, list[Choice]] = {}
    for cell in cells:
        name = row_name(view, cell.mark)
        if name is None or _answers_a_label(view, name):
            continue
        if not any(same_row(view, mark.box, cell.mark.box) for mark in made_at):
            rows.setdefault(name, []).append(cell)
    for name, ticks in rows.items():
        heading = heading_modality(view, replace(ticks[0].mark, box=name.box), read)
        parts = next(iter(read(name.text, heading)), None)
        if parts is None or not parts.modality or not parts.body_region:
            continue
        if parts.end - parts.start < 0.6 * len(name.text):
            continue
        if parts.body_region not in PAIRED_REGIONS and all(cell.role == "side" for cell in ticks):
            continue  # a side's box on a row that has none is the next column's
        sure = min(cell.mark.confidence for cell in ticks)
        exam = exam_of(view.evidence(name.tokens), name.text, parts, 0.9 * sure, "ticked")
        for part, role in (("laterality", "side"), ("contrast", "contrast")):
            cell = next((cell for cell in ticks if cell.role == role), None)
            if cell and not getattr(exam, part):
                exam = replace(exam, **{part: from_mark(view, cell)})
        yield Asked(exam, "ticked", sure)


def _answers_a_label(view: View, name: Segment) -> bool:
    """Whether a label stands before the words on their row: then they were entered, and are no row of a table."""
    row = view.sheet.rows[name.row]
    entered = {token.index for entry in view.of("exam.text", "exam.region") for token in entry.tokens}
    over = any(
        "exam.text" in label.concepts
        and 0 < view.sheet.down(name.box.y - label.box.y) < 9
        and abs(view.sheet.across(name.box.x0 - label.box.x0)) < 2.5
        for label in view.labels
    )
    labelled = any(view.grid.label_of(token) for token in row if token.box.x0 <= name.box.x1)
    return over or labelled or any(token.index in entered for token in name.tokens)


def _ticked_exam(view: View, choice: Choice, read: ExamReader) -> tuple[Exam, str] | None:
    """Return the exam that a tick stands for, reading its label together with its row and heading."""
    if choice.text.endswith(":") or (choice.mark.kind == "choice" and in_running_text(view, choice.mark)):
        return None
    head = letterhead(view).tokens
    if len(choice.text.split()) > 9 or (head and choice.mark.box.y <= head[-1].box.y1):
        return None
    if choice.mark.kind == "circle" and choice.mark.confidence < SURE_CIRCLE:
        return None
    heading = heading_modality(view, choice.mark, read)
    own = next(iter(read(choice.text, heading)), None)
    words = choice.text
    column = own is None and heading and _column_head(view, choice.mark, read)
    if column or (own is not None and own.modality and not own.body_region):
        said = "" if column else choice.text
        for segment in row_segments(view, choice.mark):
            row = next(iter(read(f"{said} {segment.text}".strip(), heading if column else None)), None)
            if row is not None and row.body_region and role_of(segment.text)[0] == "other":
                own, words = row, f"{said} {segment.text}".strip()
                break
    if own is not None and not own.body_region and (below := _second_line(view, choice)):
        longer = next(iter(read(f"{choice.text} {below}", heading)), None)
        if longer is not None and longer.body_region:
            own, words = longer, f"{choice.text} {below}"
    if own is not None and (own.end - own.start) < 0.45 * len(words):
        return None
    if _COMPLAINT.search(words) and not any(parts.modality for parts in read(words, None)):
        return None
    if own is None or not own.modality:
        return None
    mark = choice.mark
    found = mark_evidence(view.sheet.number, mark, words)
    return exam_of(found, words, own, 0.97 * mark.confidence * min(1.0, 0.4 + own.score), "ticked"), words


def _second_line(view: View, choice: Choice) -> str:
    """Return the second line of a box's label: the words just below its first, aligned with them."""
    first = token_at(view, choice.mark.box)
    if first is None:
        return ""
    for segment in view.sheet.segments:
        aligned = abs(view.sheet.across(segment.box.x0 - first.box.x0)) < 1.5
        if aligned and 0.3 < view.sheet.down(segment.box.y - first.box.y) < 1.9 and not _is_option(view, segment):
            return segment.text
    return ""


def heading_modality(view: View, mark: Mark, read: ExamReader) -> str | None:
    """Return the modality of the heading that a box stands under: the nearest above, a little to the left at most."""
    heads = row_heads(view, read)
    if len(heads) > 1 and heads[0][0] - view.sheet.em < mark.box.y < heads[-1][0] + 8 * view.sheet.em:
        return next(modality for y, modality in reversed(heads) if y < mark.box.y + 0.85 * view.sheet.em)
    column = _column_head(view, mark, read)
    best, distance = None, 60.0
    for segment in _titles(view):
        below = view.sheet.down(mark.box.y - segment.box.y)
        if (
            below <= 0.5
            or len(segment.tokens) > 6
            or segment.box.x0 > mark.box.x1 + view.sheet.em * view.sheet.aspect * 2
            or (column is not None and segment.row == column.row)
        ):
            continue
        modality = _heading(segment, read)
        if modality is None or _is_option(view, segment) or _is_name_or_label(view, segment):
            continue
        away = below + 1.6 * max(0.0, view.sheet.across(mark.box.x0 - segment.box.x1))
        if away < distance:
            best, distance = modality, away
    if column is not None and view.sheet.down(mark.box.y - column.box.y) < distance:
        return _said(column, read) or _as_elsewhere(view, column, read)
    return _flowed_over(view, mark, read) or best


def _column_head(view: View, mark: Mark, read: ExamReader) -> Token | None:
    """Return the word over a mark in the nearest row of a table's heads, be it one that could not be read."""
    for row in reversed(_head_rows(view, read)):
        over = [token for token in row if abs(view.sheet.across(token.box.x - mark.box.x)) < 1.6]
        if over and view.sheet.down(mark.box.y - over[0].box.y) > 0.8:
            return min(over, key=lambda token: abs(token.box.x - mark.box.x))
    return None


@lru_cache(maxsize=64)
def _head_rows(view: View, read: ExamReader) -> tuple[tuple[Token, ...], ...]:
    """Return the rows in which two words or more name a modality each: the heads of a table's columns."""
    found = []
    for row in view.sheet.rows:
        alone = [token for token in row if _stands_alone(view, token)]
        said = [_said(token, read) for token in alone] if len(row) <= 16 else []
        beside = [one != other for one, other in pairwise(said) if one and other]
        boxed = any(_is_option(view, segment) for segment in view.sheet.segments if segment.row == row[0].row)
        if any(beside) and not boxed:
            found.append(tuple(alone))
    return tuple(found)


def _stands_alone(view: View, token: Token) -> bool:
    """Whether wider gaps than a space part a word from its neighbours."""
    gaps = (
        max(token.box.x0, other.box.x0) - min(token.box.x1, other.box.x1)
        for other in view.sheet.rows[token.row]
        if other is not token
    )
    return all(view.sheet.across(gap) > 0.5 for gap in gaps)


def _said(token: Token, read: ExamReader) -> str | None:
    """Return the modality that a word names by itself."""
    parts = list(read(token.text, None))
    return parts[0].modality if len(parts) == 1 and not parts[0].body_region else None


def _as_elsewhere(view: View, unread: Token, read: ExamReader) -> str | None:
    """Return the modality of a head that could not be read where a table beside has the same heads in their order."""
    row = next(row for row in _head_rows(view, read) if unread in row)
    said = [_said(token, read) for token in row]
    place = row.index(unread)
    after = said[place + 1] if place + 1 < len(row) else None
    before = {one for one, other in pairwise(said) if one and other and other == after}
    return before.pop() if len(before) == 1 else None


def _flowed_over(view: View, mark: Mark, read: ExamReader) -> str | None:
    """Return the last heading of the column to the left, where a list runs on over the top of a column.

    It does when the column begins with an option on the height of the left
    column's first heading; a heading over several columns stands above all
    their options. Options are boxes, or words where these are circled.
    """
    em = view.sheet.em * view.sheet.aspect
    boxes = [other.box for other in view.sheet.marks if other.kind == "choice"]
    if mark.kind == "circle":
        boxes = [segment.box for segment in view.sheet.segments]
    column = [box for box in boxes if abs(box.x0 - mark.box.x0) < 1.5 * em]
    heads = [
        (segment.box, modality)
        for segment in _titles(view)
        if len(segment.tokens) <= 6 and (modality := _heading(segment, read)) and not _is_option(view, segment)
    ]
    top = min((box.y for box in column), default=mark.box.y)
    own = [box for box, _ in heads if abs(view.sheet.across(box.x0 - mark.box.x0)) < 4 and box.y < mark.box.y]
    if len(column) < 2 or own or not any(abs(view.sheet.down(box.y - top)) < 0.9 for box, _ in heads):
        return None
    left = [(box, modality) for box, modality in heads if box.x0 < mark.box.x0 - 5 * em]
    nearest = max((box.x0 for box, _ in left), default=0.0)
    return max(((box.y, modality) for box, modality in left if abs(box.x0 - nearest) < 2 * em), default=(0.0, None))[1]


@lru_cache(maxsize=64)
def row_heads(view: View, read: ExamReader) -> tuple[tuple[float, str], ...]:
    """Return the heights and modalities of headings that begin a row of options: "MRI: Brain  Orbits  Pelvis"."""
    found = []
    for row in view.sheet.rows:
        ends = [place for place, token in enumerate(row[:5]) if token.text.endswith(":")]
        if not ends or ends[0] + 1 >= len(row):
            continue
        text = " ".join(token.text for token in row[: ends[0] + 1]).rstrip(":")
        parts = list(read(text, None))
        if len(parts) == 1 and parts[0].modality and (not parts[0].body_region or parts[0].modality in ("MG", "BMD")):
            found.append((row[0].box.y, str(parts[0].modality)))
    return tuple(found)


@lru_cache(maxsize=64)
def _titles(view: View) -> tuple[Segment, ...]:
    """Return the page's segments, parted at options: "MRI  No contrast  With  X-RAY" is of two columns' heads."""
    found = []
    for segment in view.sheet.segments:
        for option, run in groupby(segment.tokens, lambda token: role_of(token.text)[0] in ("contrast", "side")):
            if not option:
                tokens = tuple(run)
                found.append(Segment(tokens, Box.around(token.box for token in tokens)))
    return tuple(found)


def _heading(segment: Segment, read: ExamReader) -> str | None:
    """Return the modality that a segment names alone, without a region."""
    text = re.sub(r"\([^)]*\)|[□☐]", " ", segment.text)
    found = list(read(text, None))
    if found and all(parts.modality and not parts.body_region for parts in found):
        return found[0].modality
    if (
        found
        and found[0].modality in ("MG", "BMD")
        and plain(text) in ("mammography", "mammogram", "mammo", "mammodexa", "dexa", "bonedensity", "mammography3d")
    ):
        return found[0].modality
    return None


def _is_name_or_label(view: View, segment: Segment) -> bool:
    """Whether a segment is of the sheet's owner's name ("Open MRI of ...") or asks for something else ("MR #").

    "MR IMAGING" begins like the label of a record number, but nothing like a number follows.
    """
    owner = letterhead(view).tokens
    asks = bool(re.search(r"[\d#:]", segment.text)) or len(segment.tokens) == 1
    return any(token in owner or (asks and asks_otherwise(view, token)) for token in segment.tokens)


def _is_option(view: View, segment: Segment) -> bool:
    """Whether the segment is itself the label of a box."""
    em = view.sheet.em * view.sheet.aspect
    return any(
        mark.kind == "choice"
        and same_row(view, mark.box, segment.box)
        and -0.3 * em <= segment.box.x0 - mark.box.x1 <= 1.2 * em
        for mark in view.sheet.marks
    )


def _side_of(view: View, choice: Choice, sides: Sequence[Choice]) -> Choice | None:
    """Return the side marked on the exam's row: in its own column for a grid, anywhere on the row in a table."""
    row = [side for side in sides if same_row(view, side.mark.box, choice.mark.box)]
    right = [side for side in row if side.mark.box.x0 >= choice.mark.box.x0]
    next_box = min(
        (
            mark.box.x0
            for mark in view.sheet.marks
            if mark.kind == "choice"
            and same_row(view, mark.box, choice.mark.box)
            and mark.box.x0 > choice.mark.box.x1 + 0.004
            and not _is_side_box(view, mark)
        ),
        default=1.0,
    )
    own = [side for side in right if side.mark.box.x0 < next_box]
    if own:
        return min(own, key=lambda side: side.mark.box.x0)
    # In a table the side's boxes stand between the row's name and the modality's boxes: none is left of them.
    before = [side for side in row if side.mark.box.x0 < choice.mark.box.x0]
    left_of_sides = [
        mark
        for mark in view.sheet.marks
        if mark.kind == "choice"
        and before
        and same_row(view, mark.box, choice.mark.box)
        and mark.box.x0 < before[0].mark.box.x0
        and not _is_side_box(view, mark)
    ]
    return max(before, key=lambda side: side.mark.box.x0) if before and not left_of_sides else None


def _is_side_box(view: View, mark: Mark) -> bool:
    return role_of(words_of(view, mark))[0] == "side"


def _contrast_of(view: View, choice: Choice, contrasts: Sequence[Choice]) -> Choice | None:
    """Return the contrast ticked for the exam: on its row, else in its column's group, else the only one there is."""
    row = [item for item in contrasts if same_row(view, item.mark.box, choice.mark.box)]
    if row:
        return min(row, key=lambda item: abs(item.mark.box.x0 - choice.mark.box.x0))
    left, right = column_bounds(view, choice.mark)
    own = [item for item in contrasts if left - 0.02 <= item.mark.box.x0 < right]
    if own:
        return min(own, key=lambda item: abs(item.mark.box.y - choice.mark.box.y))
    groups = {round(item.mark.box.y, 2) for item in contrasts}
    return contrasts[0] if len(contrasts) == 1 and len(groups) == 1 else None


def column_bounds(view: View, mark: Mark) -> tuple[float, float]:
    """Return the left edges of the mark's column of boxes and of the next one to its right."""
    em = view.sheet.em * view.sheet.aspect
    columns: dict[float, int] = {}
    for other in view.sheet.marks:
        if other.kind != "choice":
            continue
        near = next((x for x in columns if abs(x - other.box.x0) < 0.8 * em), None)
        if near is None:
            columns[other.box.x0] = 1
        else:
            columns[near] += 1
    tall = sorted(x for x, count in columns.items() if count >= 5)
    left = max((x for x in tall if x <= mark.box.x0 + 0.8 * em), default=mark.box.x0)
    right = min((x for x in tall if x > mark.box.x0 + 4 * em), default=1.0)
    return left, right
