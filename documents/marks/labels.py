"""Which words a box belongs to: the text beside it, on the side the row's habit says, or the column's head."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from documents.marks.ink import Ink, Rect
from documents.page import Word

# What a drawn box or its tick is read as by a text reader.
_BOX_READ_AS = re.compile(r"^[□☐☑☒■▢◻◯○●口日回目凸凹囗中区図図白自田①-⑳√✓✔✗✘×\[\]|_\-.,:;'’`~·]+")
_BOX_ALONE = re.compile(r"^(?:[OD0QoXxVvLUCJnuUZWM口]|[\[(|]?[ xXvV/]?[\])|])$")
# Lengths in line heights.
_REACH = 2.2
_WORD_GAP = 0.75
_LEFT_DEARER = 0.35


@dataclass(frozen=True, slots=True)
class Text:
    """A word with its place in working pixels."""

    text: str
    rect: Rect


def texts(ink: Ink, words: Sequence[Word], boxes: Sequence[Rect]) -> list[Text]:
    """Return the words in working pixels, freed of what is only a box read as letters."""
    found = []
    for word in words:
        rect = ink.rect(word.box)
        text = word.text.strip()
        mine = [box for box in boxes if rect.shared(box) > 0.3 * box.width * box.height]
        for box in sorted(mine, key=lambda each: -each.x0):
            text, rect = _freed(text, rect, box)
        if text:
            found.append(Text(text, rect))
    return found


def _freed(text: str, rect: Rect, box: Rect) -> tuple[str, Rect]:
    """Return what is left of a word when the box that it covers is taken out of it."""
    if rect.width <= box.width * 1.7 and (len(text) <= 2 or _BOX_ALONE.match(text)):
        return "", rect
    if box.x < rect.x0 + rect.width * 0.4:
        bare = _BOX_READ_AS.sub("", text)
        return bare, Rect(min(box.x1, rect.x1 - 1), rect.y0, rect.x1, rect.y1)
    if box.x > rect.x1 - rect.width * 0.3:
        bare = _BOX_READ_AS.sub("", text[::-1])[::-1]
        return bare, Rect(rect.x0, rect.y0, max(box.x0, rect.x0 + 1), rect.y1)
    return text, rect


def labels(boxes: Sequence[Rect], words: Sequence[Text], line: float) -> list[str]:
    """Return each box's label, "" where no text is near.

    A row of boxes has its labels on one side: the side on which they stand
    closer together over the whole row, the right one when in doubt. A box with
    text on neither side takes the head of its column, or else the head of its row.
    """
    found = [""] * len(boxes)
    for row in _rows(boxes):
        rights = [_right(boxes, row, place, words, line) for place in range(len(row))]
        lefts = [_left(boxes, row, place, words, line) for place in range(len(row))]
        right_cost = sum(min(_REACH, gap) for _, gap in rights)
        left_cost = sum(min(_REACH, gap) for _, gap in lefts)
        side = lefts if left_cost + _LEFT_DEARER * len(row) < right_cost else rights
        for place, index in enumerate(row):
            found[index] = side[place][0] or _head(boxes[index], words, line)
    return found


def _rows(boxes: Sequence[Rect]) -> list[list[int]]:
    """Return the indices of boxes that stand beside each other, each row from left to right."""
    rows: list[list[int]] = []
    for index in sorted(range(len(boxes)), key=lambda each: boxes[each].y):
        for row in rows:
            if boxes[row[-1]].rows(boxes[index]) > 0.5:
                row.append(index)
                break
        else:
            rows.append([index])
    return [sorted(row, key=lambda each: boxes[each].x0) for row in rows]


def _right(boxes: Sequence[Rect], row: list[int], place: int, words: Sequence[Text], line: float) -> tuple[str, float]:
    """Return the text right of a box up to the next box or a wide gap, and its distance in line heights."""
    box = boxes[row[place]]
    end = boxes[row[place + 1]].x0 if place + 1 < len(row) else float("inf")
    beside = [
        word
        for word in words
        if word.rect.rows(box) > 0.5 and word.rect.x > box.x1 and word.rect.x0 < end - line * 0.2 and word.rect.x < end
    ]
    beside.sort(key=lambda word: word.rect.x0)
    edge = box.x1
    taken: list[Text] = []
    for word in beside:
        gap = (word.rect.x0 - edge) / line
        if gap > (_WORD_GAP if taken else _REACH):
            break
        taken.append(word)
        edge = word.rect.x1
    if not taken:
        return "", _REACH
    return " ".join(word.text for word in taken), max(0.0, taken[0].rect.x0 - box.x1) / line


def _left(boxes: Sequence[Rect], row: list[int], place: int, words: Sequence[Text], line: float) -> tuple[str, float]:
    """Return the text left of a box back to the last box or a wide gap, and its distance in line heights."""
    box = boxes[row[place]]
    start = boxes[row[place - 1]].x1 if place else -float("inf")
    beside = [
        word
        for word in words
        if word.rect.rows(box) > 0.5
        and word.rect.x < box.x0
        and word.rect.x1 > start + line * 0.2
        and word.rect.x > start
    ]
    beside.sort(key=lambda word: -word.rect.x1)
    edge = box.x0
    taken: list[Text] = []
    for word in beside:
        gap = (edge - word.rect.x1) / line
        if gap > (_WORD_GAP if taken else _REACH):
            break
        taken.append(word)
        edge = word.rect.x0
    if not taken:
        return "", _REACH
    return " ".join(word.text for word in reversed(taken)), max(0.0, box.x0 - taken[0].rect.x1) / line


def _head(box: Rect, words: Sequence[Text], line: float) -> str:
    """Return the nearest text above a box in its own column, or else the nearest on its left."""
    column = Rect(box.x0 - line * 0.6, 0, box.x1 + line * 0.6, box.y0)
    above = [
        word
        for word in words
        if word.rect.y < box.y0
        and abs(word.rect.x - box.x) < max(word.rect.width * 0.6, line)
        and word.rect.columns(column) > 0.5
    ]
    if above:
        return max(above, key=lambda word: word.rect.y).text
    left = [word for word in words if word.rect.rows(box) > 0.5 and word.rect.x1 <= box.x0 + 2]
    return max(left, key=lambda word: word.rect.x1).text if left else ""
