"""Pages drawn in text: a column a character, a row a line, so that a test shows its layout."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date

from documents.page import Box, Mark, Page, Word
from extractors.sheet import sheet_of
from extractors.views import View

COLUMNS, ROWS = 100, 60
Drawn = Callable[..., View]


def drawn(text: str, *, marks: tuple[Mark, ...] = (), kind: str = "order", confidence: float = 0.99) -> View:
    """Return a view of a page typed as `text`: `☐` and `☒` become tick boxes, two spaces part segments."""
    words: list[Word] = []
    boxes: list[Mark] = []
    for row, line in enumerate(text.strip("\n").split("\n")):
        column = 0
        for piece in line.split(" "):
            if piece[:1] in ("☐", "☒"):
                rest = line[column + 1 :].strip(" ")
                label = rest.split("  ")[0].split(" ☐")[0].split(" ☒")[0].split("☐")[0].split("☒")[0]
                state = "on" if piece[0] == "☒" else "off"
                boxes.append(Mark("choice", _box(row, column, 1), state, label.strip(), 0.99))
                piece, column = piece[1:], column + 1
            if piece:
                words.append(Word(piece, _box(row, column, len(piece)), confidence, row))
            column += len(piece) + 1
    page = Page(1, 1700, 2200, 0, "ocr", tuple(words), (*boxes, *marks), b"")
    return View(sheet_of(page, kind), date(2026, 11, 24))


def _box(row: int, column: int, length: int) -> Box:
    return Box(column / COLUMNS, (row + 0.15) / ROWS, (column + length) / COLUMNS, (row + 0.9) / ROWS)
