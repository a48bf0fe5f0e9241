"""Tick boxes that are characters: ☐ ☑ [ ] [x] ( ) (x) □ ■ and an X on a short blank."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

from documents.page import Box, Word

_EMPTY = re.compile(r"^(?:[☐□▢◻❏❑❒○◯⬜]|\[[\s_]*\]|\(\s*\))")
_TICKED = re.compile(r"^(?:[☑☒☓✓✔✗✘■◼▣⊠⊗●◉⬛]|[\[(]\s*[xX✓✔✗✘*•√]\s*[\])]|_+[xX✓✔✗✘]_+)")
# A short blank to put an X on; a blank to be filled in with words is longer.
_BLANK = re.compile(r"^_{2,5}(?=$|[A-Za-z])")
_OPENS = re.compile(r"^[\[(]")
_PARTS = 3
_CONFIDENCE = 0.9


@dataclass(frozen=True, slots=True)
class Glyph:
    """A box made of characters: which words it is made of, and what is left of the last of them."""

    box: Box
    on: bool
    confidence: float
    words: tuple[int, ...]
    rest: str


def glyphs(words: Sequence[Word]) -> list[Glyph]:
    """Return the boxes among the words, in the words' order.

    Blanks count only on a page where one of them is crossed, else they are
    lines to write on.
    """
    found: list[Glyph] = []
    blanks: list[Glyph] = []
    taken = -1
    for index, word in enumerate(words):
        if index <= taken:
            continue
        for parts in range(1, _PARTS + 1):
            group = words[index : index + parts]
            if len(group) < parts or any(other.line != word.line for other in group) or not _fits(group):
                break
            glyph = _glyph(group, index)
            if glyph:
                found.append(glyph)
                taken = glyph.words[-1]
                break
        else:
            continue
        if taken < index and (match := _BLANK.match(word.text)):
            blanks.append(_made((index,), words[index : index + 1], match.end(), False))
    if any(words[glyph.words[0]].text.startswith("_") for glyph in found):
        found += blanks
    return found


def _fits(group: Sequence[Word]) -> bool:
    """Whether words can be the parts of one bracket: it opens, and they stand close together."""
    if len(group) == 1:
        return True
    close = all(b.box.x0 - a.box.x1 < 2.5 * a.box.height for a, b in pairwise(group))
    return close and bool(_OPENS.match(group[0].text)) and len(group[0].text) <= 2


def _glyph(group: Sequence[Word], index: int) -> Glyph | None:
    text = " ".join(word.text for word in group)
    for pattern, on in ((_EMPTY, False), (_TICKED, True)):
        match = pattern.match(text)
        if match and match.end() > len(text) - len(group[-1].text):
            kept = match.end() - (len(text) - len(group[-1].text))
            return _made(tuple(range(index, index + len(group))), group, kept, on)
    return None


def _made(indices: tuple[int, ...], group: Sequence[Word], used: int, on: bool) -> Glyph:
    """Return the glyph whose last word gives its first `used` characters to it."""
    last = group[-1]
    edge = last.box.x0 + last.box.width * used / len(last.text)
    box = Box(
        group[0].box.x0,
        min(word.box.y0 for word in group),
        edge,
        max(word.box.y1 for word in group),
    )
    confidence = _CONFIDENCE * min(word.confidence for word in group) if group else 0.0
    return Glyph(box, on, confidence, indices, last.text[used:].strip())
