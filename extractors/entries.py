"""What was entered for a label: the tokens beside it, under it, or stacked above its line.

Forms put the entry to the right of a label or below it; a long entry runs on
below, and a hand that runs out of room starts above the line. Each place gives
a candidate; which one the value is, the field's own rules decide (a date wants
a date), so a candidate is only tokens, a place and a score.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Literal

from documents.page import Box, Mark
from extractors.labels import Label
from extractors.sheet import Sheet, Token, plain

Place = Literal["beside", "under", "wrapped"]
FAR = 32.0  # ems that an entry may stand to the right of its label (a ruled line between them)
COLUMN_GAP = 4.5  # ems between two tokens that end an entry
_LABEL, _HEADING = 0.85, 0.6  # strengths of a label that stands by itself, and of one that may be a heading
UNDER = 2.8  # ems from a label down to an entry below it
_FILLERS = ":_.-–—#=|*/\\ "


@dataclass(frozen=True, slots=True)
class Entry:
    """Tokens that may be the value of `label`; `score` is how well the place fits (0..1)."""

    label: Label
    tokens: tuple[Token, ...]
    place: Place
    score: float

    @property
    def text(self) -> str:
        return " ".join(token.text for token in self.tokens).strip(_FILLERS)

    @property
    def proven(self) -> float:
        """The score where the value's form shows that its label is one, though it looked like a section's heading."""
        heading = self.label.strength < _HEADING
        return self.score / self.label.strength * _LABEL if heading else self.score


class Grid:
    """The labels of one page, by token, for quick questions about who owns what."""

    def __init__(self, sheet: Sheet, labels: Sequence[Label]) -> None:
        self.sheet = sheet
        self.labels = labels
        self._owner = {token.index: label for label in labels for token in label.tokens if label.strength >= 0.4}
        self._choices = [mark for mark in sheet.marks if mark.kind == "choice"]

    def label_of(self, token: Token) -> Label | None:
        return self._owner.get(token.index)

    def next_label_x(self, label: Label) -> float:
        """Return where the next label of the row starts, else the page's right edge."""
        right = [
            other.box.x0
            for other in self.labels
            if other.row == label.row and other.box.x0 > label.box.x1 - 1e-6 and other is not label
        ]
        return min(right, default=1.0)

    def choice_between(self, x0: float, x1: float, box: Box) -> Mark | None:
        """Return a tick box on the row of `box` between x0 and x1."""
        for mark in self._choices:
            if x0 - 1e-6 <= mark.box.x < x1 and box.y0 - box.height * 0.5 < mark.box.y < box.y1 + box.height * 0.5:
                return mark
        return None


def entries(label: Label, grid: Grid) -> tuple[Entry, ...]:
    """Return what may have been entered for `label`, the best place first."""
    beside = _beside(label, grid, label.row) or (
        _beside(label, grid, label.last_row) if label.last_row > label.row else None
    )
    over = _over(label, grid) if beside is None else None
    found = [entry for entry in (beside, over or _under(label, grid)) if entry is not None]
    if found:
        wrapped = _wrapped(found[0], grid)
        if wrapped:
            found.append(wrapped)
    else:
        above = _above(label, grid)
        if above:
            found.append(above)
    return tuple(sorted(found, key=lambda entry: -entry.score))


def _beside(label: Label, grid: Grid, row: int) -> Entry | None:
    sheet = grid.sheet
    found: list[Token] = []
    last_x = label.box.x1
    reach = FAR if label.strength >= 0.85 else 8.0
    for token in sheet.rows[row]:
        if token.box.x0 < label.box.x1 - 0.3 * sheet.em * sheet.aspect or token in label.tokens:
            continue
        owner = grid.label_of(token)
        if owner is not None and owner is not label and not _is_title(token, label):
            break
        gap = sheet.across(token.box.x0 - last_x)
        if gap > (_limit(found[-1]) if found else reach) or grid.choice_between(last_x, token.box.x0, token.box):
            break
        if not token.plain and not found:
            last_x = max(last_x, token.box.x1)
            continue
        found.append(token)
        last_x = token.box.x1
    tokens = _trim(found)
    if not tokens:
        return None
    gap = sheet.across(tokens[0].box.x0 - label.box.x1)
    score = label.strength * (0.95 if gap < 6 else 0.85 if gap < 15 else 0.7)
    return Entry(label, tokens, "beside", score)


def _is_title(token: Token, label: Label) -> bool:
    """Whether a "Dr." is part of the name entered for `label`, and no label itself."""
    return token.plain == "dr" and ":" not in token.text and label.concepts[0].endswith((".name", ".person"))


def _limit(last: Token) -> float:
    """How wide a gap may follow `last` within an entry, in ems.

    A comma runs on over a wider one: the parts of a name or an address in cells of their own.
    """
    return 4 * COLUMN_GAP if last.text.endswith(",") else COLUMN_GAP


def _under(label: Label, grid: Grid) -> Entry | None:
    """Tokens of the next row below that start within the label's column."""
    sheet = grid.sheet
    em = sheet.em * sheet.aspect
    right = max(label.box.x1, grid.next_label_x(label) - 0.5 * em)
    for row in sheet.rows[label.last_row + 1 : label.last_row + 4]:
        near = [token for token in row if token.box.x1 > label.box.x0 - 1.5 * em and token.box.x0 < right]
        if not near:
            continue
        below = sheet.down(near[0].box.y0 - label.box.y1)
        if below > UNDER:
            return None
        owner = grid.label_of(near[0])
        if owner is not None and owner.concepts == label.concepts:
            continue  # the question goes on over another line
        found: list[Token] = []
        for token in near:
            if grid.label_of(token) is not None and not _is_title(token, label):
                if found:
                    break
                return None
            if token.box.x0 < label.box.x0 - 1.5 * em:
                continue
            # The parts of a name may stand far apart under its label.
            named = label.concepts[0].endswith(".name") and any("," in other.text for other in found)
            limit = 3 * COLUMN_GAP if named else _limit(found[-1]) if found else 0.0
            if found and sheet.across(token.box.x0 - found[-1].box.x1) > limit:
                break
            if grid.choice_between(found[-1].box.x1 if found else label.box.x0 - em, token.box.x0, token.box):
                break
            if not found and token.box.x0 > label.box.x1 + 2.0 * em:
                return None
            found.append(_clip(token, right))
        tokens = _trim(found)
        if tokens:
            return Entry(label, tokens, "under", 0.8 * label.strength * (1.0 if below < 1.2 else 0.85))
        return None
    return None


def _over(label: Label, grid: Grid) -> Entry | None:
    """The entry that a caption stands under: on the line just above it, much nearer than the next row below."""
    sheet = grid.sheet
    em = sheet.em * sheet.aspect
    if label.row == 0 or label.strength < 0.5 or ":" in label.tokens[-1].text:
        return None
    rows = sheet.rows
    ruled = all(_is_rule(token) for token in rows[label.row - 1]) and label.row > 1
    row = rows[label.row - 2 if ruled else label.row - 1]
    right = grid.next_label_x(label) - 0.5 * em
    own = [
        token
        for token in row
        if token.box.x0 > label.box.x0 - 1.5 * em and token.box.x0 < right and not _is_rule(token)
    ]
    if not own or any(grid.label_of(token) for token in row) or own[0].box.x0 > label.box.x1 + 2.0 * em:
        return None
    above = sheet.down(label.box.y0 - max(token.box.y1 for token in own))
    below = min(
        (sheet.down(token.box.y0 - label.box.y1) for token in rows[label.last_row + 1] if token.plain)
        if label.last_row + 1 < len(rows)
        else (),
        default=99.0,
    )
    if above > (2.4 if ruled else 0.8) or below < (1.2 if ruled else max(0.9, 2.0 * above)):
        return None
    tokens = _trim(own)
    return Entry(label, tokens, "under", 0.75 * label.strength) if tokens else None


def _is_rule(token: Token) -> bool:
    return not token.plain and set(token.text) <= set("_-–—.")


def _wrapped(entry: Entry, grid: Grid) -> Entry | None:
    """The entry with its runs on the rows around it: below, or stacked above the line it ends on."""
    first, last = entry.tokens[0].row, entry.tokens[-1].row
    below = _runs(entry, grid, range(last + 1, min(last + 9, len(grid.sheet.rows))))
    above = _runs(entry, grid, range(first - 1, max(first - 4, -1), -1)) if entry.place == "beside" else []
    if not below and not above:
        return None
    tokens = (*sorted(above, key=lambda token: (token.row, token.box.x0)), *entry.tokens, *below)
    return Entry(entry.label, tokens, "wrapped", 0.97 * entry.score)


def _runs(entry: Entry, grid: Grid, rows: Sequence[int]) -> list[Token]:
    """Tokens of neighbouring rows that continue the entry: no label of their own, within its column, close."""
    sheet = grid.sheet
    em = sheet.em * sheet.aspect
    right = grid.next_label_x(entry.label)
    start = entry.tokens[0].box.x0
    edge = Box.around(token.box for token in entry.tokens)
    found: list[Token] = []
    for number in rows:
        upwards = number < entry.tokens[0].row
        row = sheet.rows[number]
        if sheet.down(edge.y0 - row[0].box.y1 if upwards else row[0].box.y0 - edge.y1) > 1.2:
            break
        if not any(token.box.x1 > start - 2.5 * em and token.box.x0 < edge.x1 + em for token in row):
            continue  # a neighbouring column's line
        part = _run_on(entry, grid, number, start, right, edge)
        if not part:
            break
        box = Box.around(token.box for token in part)
        gap = sheet.down(edge.y0 - box.y1 if upwards else box.y0 - edge.y1)
        if gap > (0.75 if upwards else 0.9) or grid.choice_between(box.x0 - 2 * em, box.x1, box):
            break
        before = [token for token in row if token.box.x1 <= part[0].box.x0 + 0.5 * em]
        if upwards and (gap > 0.3 or any(_starts_with(entry.label, token, grid) for token in before)):
            break  # stacked lines stand close; a label of the same column owns what stands beside it
        owner = grid.label_of(before[-1]) if before else None
        if owner and (
            sheet.across(part[0].box.x0 - before[-1].box.x1) < 12 or abs(owner.box.x0 - entry.label.box.x0) < 1.5 * em
        ):
            break  # a line with a label to its left, in the same column, is that label's entry
        found += part
        edge = box
    return found


def _starts_with(label: Label, token: Token, grid: Grid) -> bool:
    """Whether `token` begins another label in the column of `label`."""
    other = grid.label_of(token)
    return other is not None and abs(grid.sheet.across(other.box.x0 - label.box.x0)) < 2.5


def _run_on(entry: Entry, grid: Grid, number: int, start: float, right: float, edge: Box) -> list[Token]:
    """Return the segment of row `number` that begins under the entry's start or its label, if it holds no label."""
    sheet = grid.sheet
    em = sheet.em * sheet.aspect
    label = entry.label.box
    upwards = number < entry.tokens[0].row
    # A full first line runs on under the label itself; anything else under its own start.
    hangs = not upwards and edge.x1 > start + 0.55 * (right - start)
    part: list[Token] = []
    for token in sheet.rows[number]:
        if part:
            if token.box.x0 >= right or sheet.across(token.box.x0 - part[-1].box.x1) > COLUMN_GAP:
                break
            part.append(token)
            continue
        if abs(token.box.x0 - start) <= 2.5 * em or (hangs and abs(token.box.x0 - label.x0) < 1.5 * em):
            if upwards and token.box.x0 < label.x1 - 0.5 * em:
                continue
            before = [other for other in sheet.rows[number] if other.box.x1 <= token.box.x0 + 1e-6]
            if before and sheet.across(token.box.x0 - before[-1].box.x1) < 0.9:
                return []  # the middle of somebody else's line
            part.append(token)
    return [] if any(grid.label_of(token) for token in part) else part


def _above(label: Label, grid: Grid) -> Entry | None:
    """An entry on a raised line: nothing beside or under, but ink just above and to the right."""
    sheet = grid.sheet
    em = sheet.em * sheet.aspect
    if label.row == 0 or label.strength < 0.85:
        return None
    right = grid.next_label_x(label)
    row = [
        token
        for token in sheet.rows[label.row - 1]
        if token.box.x0 > label.box.x1 - 0.5 * em and token.box.x1 < right + 0.5 * em and not grid.label_of(token)
    ]
    if not row or sheet.down(label.box.y0 - max(token.box.y1 for token in row)) > 0.5:
        return None
    if any(grid.label_of(token) for token in sheet.rows[label.row - 1] if token.box.x1 <= row[0].box.x0):
        return None
    tokens = _trim(row)
    return Entry(label, tokens, "wrapped", 0.5 * label.strength) if tokens else None


def _clip(token: Token, right: float) -> Token:
    """Cut off the part of a token that lies in the next label's column: two combs read as one word."""
    over = token.box.x1 - right
    if over < 0.3 * token.box.width or len(token.text) < 8:
        return token
    keep = max(1, round(len(token.text) * (1 - over / token.box.width)))
    box = Box(token.box.x0, token.box.y0, right, token.box.y1)
    return replace(token, text=token.text[:keep], plain=plain(token.text[:keep]), box=box)


def _trim(tokens: Sequence[Token]) -> tuple[Token, ...]:
    """Drop rules, underscores and lone punctuation from both ends."""
    part = list(tokens)
    while part and not part[0].plain:
        part.pop(0)
    while part and not part[-1].plain and part[-1].text not in (")", "."):
        part.pop()
    return tuple(part)
