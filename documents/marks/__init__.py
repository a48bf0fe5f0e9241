"""Marks of a page: ticked boxes, circles, struck words, signatures and barcodes."""

from __future__ import annotations

from collections.abc import Sequence

from documents.marks.barcodes import barcodes
from documents.marks.choices import choices
from documents.marks.ink import Pixels, ink_of
from documents.page import Mark, Word


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
    found, _ = choices(ink, words)
    return found + barcodes(image)
