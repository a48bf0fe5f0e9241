"""Pages laid out from plain text, so that a case in a table reads like the page it stands for."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from documents.page import Box, Mark, Page, Word

Paper = Callable[..., Page]


def laid_out(text: str, number: int = 1, origin: str = "", boxes: int = 0) -> Page:
    """Return a page of `text`: a line a line, `# ` before a large one, `|` between columns."""
    words: list[Word] = []
    rows = [row.strip() for row in text.strip().splitlines() if row.strip()]
    for line, row in enumerate(rows):
        large = row.startswith("# ")
        height = 0.024 if large else 0.012
        top = 0.04 + line * 0.9 / max(len(rows), 30)
        for column, part in enumerate(row.removeprefix("# ").split("|")):
            left = 0.06 + 0.45 * column
            for text_ in part.split():
                width = 0.5 * height * len(text_)
                words.append(Word(text_, Box(left, top, left + width, top + height), 0.98, line))
                left += width + 0.5 * height
    marks = tuple(Mark("choice", Box(0.1, 0.01 * i, 0.11, 0.01 * i + 0.01), "off", "", 0.9) for i in range(boxes))
    return Page(number, 1700, 2200, 0, "ocr", tuple(words), marks, b"", origin, blank=not words)


@pytest.fixture
def paper() -> Paper:
    return laid_out
