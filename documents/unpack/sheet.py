"""A page as it lies in its file, before anything is read."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from documents.page import Mark, Word

Gray = NDArray[np.uint8]

# The resolution pages are read and shown at; a letter page is then 1700 x 2200 pixels.
DPI = 200.0


@dataclass(frozen=True, slots=True, eq=False)
class Sheet:
    """One page: square pixels, (height, width) uint8, 0 black.

    `kind` says how the picture came about: a `scan` (fax or scanner), a `photo`,
    or `drawn` from vectors and fonts. `words` are those that the file states,
    `certain` when they were drawn from the very same strings (a message's text);
    `fonts` numbers the font of each word. `values` are the words typed into live
    fields, `fields` those fields.
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
    fault: str | None = None
