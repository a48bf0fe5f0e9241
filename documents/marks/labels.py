"""Which words a box belongs to: the text beside it, on the side the row's habit says, or the column's head."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial
from itertools import pairwise

from documents.marks.ink import Ink, Rect
from documents.page import Word

# What a drawn box or its tick is read as by a text reader.
_BOX_READ_AS = re.compile(r"^[□☐☑☒■▢◻◯○●口日回目凸凹囗中区図図白自田①-⑳√✓✔✗✘×\[\]|_\-.,:;'’`~·]+")
_BOX_ALONE = re.compile(r"^(?:[OD0QoXxVvLUCJnuUZWM口]|[\[(|]?[ xXvV/]?[\])|])$")
# An answer, even where the next question's capital is read as one word with it.
_ANSWER = re.compile(r"(?:Yes|No|YES|NO|yes|no|[YN])(?=$|[^A-Za-z]|(?<=[a-z])[A-Z])")
# What a reader makes of a box's right side alone.
_SIDE = re.compile(r"[\]|)Il1]+")
# Letters that a reader makes of a box with a tick in it.
_BOX_LETTERS = frozenset("XxVvO0DUJLIil1|[](){}/\\√✓M")
# By how much of the box's side a reader's own box of it may be larger.
_LOOSE = 0.4
# Lengths in line heights.
_REACH = 2.2
# In working pixels.
_BAND = 64
_WORD_GAP = 0.75
# How much closer, a box, the labels of the side that is not the page's habit must be.
_HABIT = 0.35
_CLOSE = 0.7


@dataclass(frozen=True, slots=True)
class Text:
    """A word with its place in working pixels, and how sure its reader was of it."""

    text: str
    rect: Rect
    confidence: float = 1.0


class _Levels:
    """Rectangles by their heights on the page: those beside another are found without looking at them all."""

    def __init__(self, rects: Sequence[Rect]) -> None:
        self._bands: dict[int, list[int]] = {}
        for index, rect in enumerate(rects):
            for band in _bands(rect):
                self._bands.setdefault(band, []).append(index)

    def beside(self, rect: Rect) -> list[int]:
        """Return the numbers of the rectangles that may share a height with `rect`, in their order."""
        return sorted({index for band in _bands(rect) for index in self._bands.get(band, ())})


def _bands(rect: Rect) -> range:
    return range(int(rect.y0 // _BAND), int(rect.y1 // _BAND) + 1)


def texts(ink: Ink, words: Sequence[Word], boxes: Sequence[Rect]) -> list[Text]:
    """Return the words in working pixels, freed of what is only a box read as letters and parted where one stands."""
    found = []
    levels = _Levels(boxes)
    for word in words:
        parts = [Text(word.text.strip(), ink.rect(word.box), word.confidence)]
        near = [boxes[index] for index in levels.beside(parts[0].rect)]
        for box in near:
            if any(part.rect.shared(box) > 0.3 * box.width * box.height for part in parts):
                parts = [freed for part in parts for freed in _freed(part, box)]
        found += [part for part in map(partial(_unedged, boxes=near), parts) if part.text]
    return found


def _unedged(word: Text, boxes: Sequence[Rect]) -> Text:
    """Return a word without a first letter that is only the right side of the box before it."""
    for box in boxes:
        if word.rect.rows(box) > 0.5 and -0.5 * box.width < word.rect.x0 - box.x1 < 0.1 * box.width:
            if _SIDE.fullmatch(word.text):
                return Text("", word.rect)
            if word.rect.x0 < box.x1 and _SIDE.match(word.text[:1]) and word.text[1:2].isupper():
                return Text(word.text[1:], word.rect)
    return word


def _freed(word: Text, box: Rect) -> list[Text]:
    """Return what is left of a word when a box that it covers is taken out of it: nothing, a word, or two."""
    rect, text = word.rect, word.text
    if rect.shared(box) <= 0.3 * box.width * box.height:
        return [word]
    outside = max(box.x0 - rect.x0, rect.x1 - box.x1) / box.width
    if outside < _LOOSE and (len(text) <= 2 or _BOX_ALONE.match(text)):
        return []
    inset = min(0.15 * rect.height, 0.2 * rect.width / len(text))
    pitch = (rect.width - 2 * inset) / len(text)
    places = [rect.x0 + inset + pitch * (i + 0.5) for i in range(len(text))]
    near = 0.25 * pitch
    before = "".join(c for c, x in zip(text, places, strict=True) if x <= box.x0 - near)
    over = "".join(c for c, x in zip(text, places, strict=True) if box.x0 - near < x < box.x1 + near)
    after = "".join(c for c, x in zip(text, places, strict=True) if x >= box.x1 + near)
    glyphs = len(over) - len(_BOX_READ_AS.sub("", over))
    if len(over) > glyphs + 1 and not before:
        over, after = over[: glyphs + 1], over[glyphs + 1 :] + after
    if over and not (set(over) <= _BOX_LETTERS or _BOX_READ_AS.fullmatch(over)):
        before, after = (before, over + after) if after or not before else (before + over, after)
    return [
        Text(_trailing(before), Rect(rect.x0, rect.y0, max(box.x0, rect.x0 + 1), rect.y1)),
        Text(_BOX_READ_AS.sub("", after).strip(), Rect(min(box.x1, rect.x1 - 1), rect.y0, rect.x1, rect.y1)),
    ]


def _trailing(text: str) -> str:
    """Return `text` without what its last letters have of a box."""
    return re.sub(r"[□☐☑☒■口|\[\]]+$", "", text).strip()


def labels(boxes: Sequence[Rect], words: Sequence[Text], line: float) -> list[str]:
    """Return each box's label, "" where no text is near.

    A run of boxes on one line has its labels on one side: the side on which
    they stand closer over the whole run, and when that is little closer, the
    side of most of the page's runs, which is the right one when nothing tells.
    A box with text on neither side takes the head of its column, or else of its row.
    """
    levels = _Levels([word.rect for word in words])
    beside = [[words[index] for index in levels.beside(box)] for box in boxes]
    runs = [run for row in _rows(boxes) for run in _runs(boxes, row, beside, line)]
    sides = []
    for run in runs:
        rights = [_right(boxes, run, place, beside[index], line) for place, index in enumerate(run)]
        lefts = [_left(boxes, run, place, beside[index], line) for place, index in enumerate(run)]
        sides.append((rights, lefts, _gain(rights, lefts)))
    habit = sum(max(-1.0, min(1.0, gain)) for _, _, gain in sides)
    dearer = -_HABIT if habit > 0 and habit > 0.3 * len(runs) else _HABIT
    found = [""] * len(boxes)
    for run, (rights, lefts, gain) in zip(runs, sides, strict=True):
        side = lefts if gain > dearer * len(run) else rights
        for place, index in enumerate(run):
            text, gap = side[place]
            found[index] = text if gap < _REACH else _head(boxes[index], words, line)
        _cut_answers(run, found)
    return found


def _cut_answers(run: Sequence[int], found: list[str]) -> None:
    """Cut the labels of a yes and a no in one run to that word: what follows is the next question."""
    answers = {index: match.group() for index in run if (match := _ANSWER.match(found[index]))}
    if {answer[0].lower() for answer in answers.values()} >= {"y", "n"}:
        for index, answer in answers.items():
            found[index] = answer


def _gain(rights: Sequence[tuple[str, float]], lefts: Sequence[tuple[str, float]]) -> float:
    """Return by how many line heights the labels of a run are closer on the left.

    Boxes that have text on their left only, and not close, stand in a table:
    they tell nothing, and their column's head is their label.
    """
    if all(gap >= _REACH for _, gap in rights):
        return max(gap for _, gap in rights) if all(gap < _CLOSE for _, gap in lefts) else 0.0
    return sum(gap for _, gap in rights) - sum(gap for _, gap in lefts)


def _runs(boxes: Sequence[Rect], row: list[int], beside: Sequence[Sequence[Text]], line: float) -> list[list[int]]:
    """Part a row of boxes where a wide gap without text lies between two."""
    runs = [[row[0]]]
    for one, other in pairwise(row):
        left, right = boxes[one], boxes[other]
        between = [
            word.rect
            for word in beside[one]
            if word.rect.rows(left) > 0.5 and left.x1 - 0.5 * line < word.rect.x < right.x0 + 0.5 * line
        ]
        edge, widest = left.x1, 0.0
        for rect in [*sorted(between, key=lambda each: each.x0), right]:
            widest = max(widest, rect.x0 - edge)
            edge = max(edge, rect.x1)
        if widest > _REACH * line:
            runs.append([])
        runs[-1].append(other)
    return runs


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
