"""A page as it lies in its file, before anything is read."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from documents.page import Box, Mark, Word

Gray = NDArray[np.uint8]

# The resolution pages are read and shown at; a letter page is then 1700 x 2200 pixels.
DPI = 200.0


# A bilevel page with this share of black is a negative: a sender that mixed up the two kinds of white.
# One that is black all over stays so, else it would pass for a blank sheet.
_NEGATIVE, _ALL_BLACK = 0.75, 0.998


def positive(gray: Gray) -> Gray:
    """Return a page of black and white with dark writing on light paper."""
    dark = float((gray < 128).mean())
    return np.asarray(255 - gray, np.uint8) if _NEGATIVE <= dark < _ALL_BLACK else gray


@dataclass(frozen=True, slots=True, eq=False)
class Sheet:
    """One page: square pixels, (height, width) uint8, 0 black.

    `kind` says how the picture came about: a `scan` (fax or scanner), a `photo`,
    or `drawn` from vectors and fonts. `words` are those that the file states,
    `certain` when they were drawn from the very same strings (a message's text);
    `fonts` numbers the font of each word. `values` are the words typed into live
    fields, `fields` those fields. What was painted over stated words is `covers`.
    `gray` is None when the page could not be opened; `fault` then says why. On a
    page that could be, it says what is wrong with it.
    """

    gray: Gray | None
    origin: str
    kind: Literal["scan", "photo", "drawn"] = "scan"
    dpi: float = DPI
    words: tuple[Word, ...] = ()
    fonts: tuple[int, ...] = ()
    values: tuple[Word, ...] = ()
    certain: bool = False
    fields: tuple[Mark, ...] = ()
    covers: tuple[Box, ...] = ()
    fault: str | None = None
