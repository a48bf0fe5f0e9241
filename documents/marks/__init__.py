"""Marks of a page: ticked boxes, circles, struck words, signatures and barcodes."""

from __future__ import annotations

from collections.abc import Sequence

from documents.marks.barcodes import barcodes
from documents.marks.choices import choices
from documents.marks.circles import circles
from documents.marks.ink import Pixels, ink_of
from documents.marks.rules import rules
from documents.marks.signatures import signatures
from documents.marks.strikes import strikes
from documents.page import Mark, Word

# A tick box less sure than this may be something else.
_DOUBTED = 0.9


def find_marks(image: Pixels, words: Sequence[Word], dpi: float) -> tuple[Mark, ...]:
    """Return the marks of an upright, deskewed page.

    `image` is gray, uint8 of shape (height, width), with square pixels, `dpi`
    of them to the inch; `words` are the page's words with boxes as fractions.
    The time is bounded whatever the page holds; a page too small or too dark
    to hold marks gives none.
    """
    ink = ink_of(image, words, dpi)
    if ink is None:
        return ()
    ruled = rules(ink)
    ticked, texts = choices(ink, ruled.across, words)
    signed = signatures(ink, ruled, words)
    loops = [mark for mark in circles(ink, ruled.rest, texts) if not _over(mark, signed)]
    ticked = tuple(box for box in ticked if not any(_rather(loop, box) for loop in loops))
    looped = [loop for loop in loops if not _over(loop, ticked) and not any(_sided(loop, box) for box in ticked)]
    struck = [mark for mark in strikes(ink, words) if not _over(mark, signed)]
    return (*ticked, *looped, *struck, *signed, *barcodes(image, ink))


def _over(mark: Mark, others: Sequence[Mark]) -> bool:
    """Whether a mark is another one seen again (a round box, a signature's flourish)."""
    return any(mark.box.overlap(other.box) > 0.2 for other in others if other.state != "absent")


def _rather(loop: Mark, box: Mark) -> bool:
    """Whether what was taken for a box is a loop around a letter: a letter stands in it, and no cross."""
    letters = loop.text.isalnum() and loop.text.upper() not in ("X", "V", "O", "0")
    return letters and loop.box.overlap(box.box) > 0.6 and loop.confidence > box.confidence < _DOUBTED


def _sided(loop: Mark, choice: Mark) -> bool:
    """Whether a loop begins at a tick box's right side: the white between a box and the frame of its cell."""
    near = -0.5 * choice.box.width < loop.box.x0 - choice.box.x1 < 0.3 * choice.box.width
    return near and loop.box.y0 < choice.box.y < loop.box.y1
