"""Tick boxes: which of the page's squares are boxes to tick, whether they are ticked, and their labels."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from documents.marks.blanks import blanks
from documents.marks.company import in_company
from documents.marks.glyphs import glyphs
from documents.marks.ink import Ink, Rect
from documents.marks.labels import Text, labels, texts
from documents.marks.squares import best, squares
from documents.marks.ticks import ticks
from documents.page import Mark, Word

# Below this probability a square is a letter or a piece of a drawing.
_LEAST_BOX = 0.75
# How sure a blank before an option is one.
_BLANK = 0.9
# What looks less like a box than this is not looked at again in its surroundings.
_LEAST_LOOK = 0.15


@dataclass(frozen=True, slots=True)
class Choice:
    """A tick box: the probability that it is one, and that it is ticked."""

    rect: Rect
    box: float
    on: float


def choices(ink: Ink, lines: Sequence[Rect], words: Sequence[Word]) -> tuple[tuple[Mark, ...], list[Text]]:
    """Return a `choice` mark for each tick box or blank, drawn or typed, and the words that are no part of one.

    `lines` are the page's long rules. The confidence is the probability that it is a tick box in the state given.
    """
    likely = candidates(ink)
    drawn = _drawn(ink, likely, words)
    lined = blanks(ink, lines, [each.rect for each in likely], words)
    drawn += [Choice(blank.rect, _BLANK, float(blank.on)) for blank in lined]
    typed = [(glyph, ink.rect(glyph.box)) for glyph in glyphs(words)]
    typed = [(glyph, rect) for glyph, rect in typed if all(rect.shared(choice.rect) == 0 for choice in drawn)]
    found = drawn + [Choice(rect, glyph.confidence, 1.0 if glyph.on else 0.0) for glyph, rect in typed]
    used = {index for glyph, _ in typed for index in glyph.words}
    plain = texts(
        ink, [word for index, word in enumerate(words) if index not in used], [choice.rect for choice in drawn]
    )
    for glyph, rect in typed:
        if glyph.rest:
            last = ink.rect(words[glyph.words[-1]].box)
            plain.append(Text(glyph.rest, Rect(rect.x1, last.y0, last.x1, last.y1)))
    names = labels([choice.rect for choice in found], plain, ink.line)
    marks = tuple(
        Mark(
            "choice",
            ink.box(choice.rect),
            "on" if choice.on >= 0.5 else "off",
            name,
            choice.box * max(choice.on, 1 - choice.on),
        )
        for choice, name in zip(found, names, strict=True)
    )
    return marks, plain


def _drawn(ink: Ink, found: Sequence[Choice], words: Sequence[Word]) -> list[Choice]:
    """Return which of the page's likely squares are boxes drawn to be ticked."""
    sure = in_company(
        [each.rect for each in found], [each.box for each in found], [ink.rect(word.box) for word in words], ink.line
    )
    return [Choice(each.rect, box, each.on) for each, box in zip(found, sure, strict=True) if box >= _LEAST_BOX]


def candidates(ink: Ink) -> list[Choice]:
    """Return the squares that may be boxes by their look alone, none over another."""
    found = squares(ink)
    likely = [
        Choice(rect, tick.box, tick.on)
        for rect, tick in zip(found, ticks(ink, found), strict=True)
        if tick.box >= _LEAST_LOOK and not _in_block(ink, rect)
    ]
    return [likely[index] for index in best([each.rect for each in likely], [each.box for each in likely])]


def _in_block(ink: Ink, rect: Rect) -> bool:
    """Whether a black square is a piece of a larger black area, such as a heading's bar with white letters in it."""
    if float(ink.crop(rect).mean()) < 0.6:
        return False
    near = 0.25 * rect.width
    beside = (
        Rect(rect.x0 - near, rect.y0, rect.x0 - 3, rect.y1),
        Rect(rect.x1 + 3, rect.y0, rect.x1 + near, rect.y1),
        Rect(rect.x0, rect.y0 - near, rect.x1, rect.y0 - 3),
        Rect(rect.x0, rect.y1 + 3, rect.x1, rect.y1 + near),
    )
    if any(_inked(ink, strip) > 0.85 for strip in beside):
        return True
    # Beside white letters, a bar's upper and lower edges go on.
    far, edge = 0.9 * rect.width, max(2.0, 0.12 * rect.height)
    heights = ((rect.y0 + 1, rect.y0 + 1 + edge), (rect.y1 - 1 - edge, rect.y1 - 1))
    return any(
        all(_inked(ink, Rect(x0, y0, x1, y1)) > 0.9 for y0, y1 in heights)
        for x0, x1 in ((rect.x0 - far, rect.x0 - 1), (rect.x1 + 1, rect.x1 + far))
    )


def _inked(ink: Ink, strip: Rect) -> float:
    part = ink.crop(strip)
    return float(part.mean()) if part.size else 0.0
