"""The words and fields that a PDF states on a page, read by pdfplumber and placed on the page as it is seen."""

from __future__ import annotations

import logging
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from io import BytesIO
from typing import Any

import pdfplumber
from pdfminer.pdfexceptions import PDFException
from pdfminer.pdfpage import PDFPage
from pdfminer.pdftypes import PDFStream, resolve1
from pdfminer.psexceptions import PSException
from pdfplumber.page import Page
from pdfplumber.utils.exceptions import MalformedPDFException, PdfminerException
from pdfplumber.utils.text import extract_words

from documents.page import Box, Mark, Word
from documents.unpack import form
from documents.unpack.torn import is_whole

# pdfminer warns about every odd font, quoting the document's own strings.
logging.getLogger("pdfminer").setLevel(logging.CRITICAL)

_BROKEN = (
    PDFException, PSException, PdfminerException, MalformedPDFException, ValueError, KeyError, TypeError, IndexError,
    AttributeError, AssertionError, OSError, ZeroDivisionError, RecursionError, OverflowError, NotImplementedError,
    EOFError, MemoryError, StopIteration,
)  # fmt: skip


class Texts:
    """pdfplumber's view of the same file, opened when the first page with text asks for it."""

    def __init__(self, data: bytes) -> None:
        self._data = data
        self._opened: Any = None
        self._coming: Iterator[PDFPage] = iter(())
        self._pages: list[Any] = []

    def page(self, index: int) -> Any:
        """Return a page; those after it are not touched, since a file may claim millions."""
        if self._opened is None:
            self._opened = pdfplumber.open(BytesIO(self._data), unicode_norm="NFC")
            self._coming = PDFPage.create_pages(self._opened.doc)
        while len(self._pages) <= index:
            number = len(self._pages) + 1
            self._pages.append(Page(self._opened, next(self._coming), page_number=number))
        return self._pages[index]

    def whole(self, index: int) -> bool:
        """Whether what draws a page can be decompressed; True where that cannot be told."""
        try:
            streams = [resolve1(item) for item in self.page(index).page_obj.contents]
            return all(is_whole(stream) for stream in streams if isinstance(stream, PDFStream))
        except _BROKEN:
            return True


@dataclass(frozen=True, slots=True)
class Stated:
    """What the file states on a page; `covers` were painted over words of it."""

    words: tuple[Word, ...] = ()
    fonts: tuple[int, ...] = ()
    values: tuple[Word, ...] = ()
    fields: tuple[Mark, ...] = ()
    covers: tuple[Box, ...] = ()


def stated(
    texts: Texts, index: int, size: tuple[float, float], visible: form.Rect, covers: Sequence[form.Rect]
) -> Stated:
    """Return the words and fields that the file states on a page; none where they cannot be parsed.

    Text that runs up or down the page is left to the recogniser, which turns pages.
    """
    try:
        page = texts.page(index)
        left, bottom, right, top = map(float, page.page_obj.mediabox)
        frame = _Frame((left, bottom, right, top), visible, int(page.page_obj.rotate), size)
        across, down = frame.shift(page.mediabox)
        rows = _rows(page, [_moved(frame.of_rect(cover), -across, -down) for cover in covers])
    except _BROKEN:
        return Stated()
    for row in rows:
        row["x0"], row["top"], row["x1"], row["bottom"] = _moved(_edges(row), across, down)
    names = sorted({str(row["fontname"]) for row in rows})
    placed = [(_word(row, frame), names.index(str(row["fontname"]))) for row in rows if row["upright"]]
    if len(placed) < 0.7 * len(rows):
        placed = []
    kept = [(word, font) for word, font in placed if word is not None]
    try:
        found = form.fields(page.page_obj.annots, rows, frame.of_rect)
    except _BROKEN:
        found = []
    values = [word for field in found for word in form.words(field, frame.box)]
    marks = tuple(form.mark(field, frame.box) for field in found)
    page.close()
    over = tuple(frame.box(frame.of_rect(rect)) for rect in covers)
    return Stated(tuple(word for word, _ in kept), tuple(font for _, font in kept), tuple(values), marks, over)


def _rows(page: Any, covers: Sequence[form.Rect]) -> list[dict[str, Any]]:
    """Return the words of a pdfplumber page.

    Where something was painted over text, old and new words may stand on the
    same spot; there the order in which they were written tells them apart.
    """
    options: dict[str, Any] = {"x_tolerance_ratio": 0.18, "y_tolerance": 2, "extra_attrs": ["fontname"]}
    free: list[dict[str, Any]] = []
    under: list[dict[str, Any]] = []
    for item in _once(page.chars):
        x, y = (item["x0"] + item["x1"]) / 2, (item["top"] + item["bottom"]) / 2
        covered = any(x0 <= x <= x1 and top <= y <= bottom for x0, top, x1, bottom in covers)
        (under if covered else free).append(item)
    return [*extract_words(free, **options), *extract_words(under, use_text_flow=True, **options)]


def _edges(row: dict[str, Any]) -> form.Rect:
    return float(row["x0"]), float(row["top"]), float(row["x1"]), float(row["bottom"])


def _moved(rect: form.Rect, across: float, down: float) -> form.Rect:
    return rect[0] + across, rect[1] + down, rect[2] + across, rect[3] + down


def _once(characters: Sequence[dict[str, Any]]) -> list[dict[str, Any]]:
    """Leave out a character that stands on the same one: some programs draw bold that way."""
    kept: list[dict[str, Any]] = []
    places: dict[tuple[str, str, int], list[float]] = {}
    for item in characters:
        level = round(item["top"] / 2)
        near = [
            x for row in (level - 1, level, level + 1) for x in places.get((item["text"], item["fontname"], row), ())
        ]
        if any(abs(x - item["x0"]) < 0.12 * item["size"] for x in near):
            continue
        places.setdefault((item["text"], item["fontname"], level), []).append(item["x0"])
        kept.append(item)
    return kept


@dataclass(frozen=True, slots=True)
class _Frame:
    """Where things stand on the page as it is seen: cut to its crop box and turned (ISO 32000-1, 14.11.2 and 8.3.2).

    `media` and `visible` are in user space (left, bottom, right, top), `size` is
    that of the page as shown; results are points from its top left.
    """

    media: form.Rect
    visible: form.Rect
    rotation: int
    size: tuple[float, float]

    def of_rect(self, rect: form.Rect) -> form.Rect:
        """Place a rectangle given in user space, any two of its corners first."""
        left, right = sorted((rect[0], rect[2]))
        bottom, top = sorted((rect[1], rect[3]))
        x0, y0, x1, y1 = self.visible
        if self.rotation == 90:
            return bottom - y0, left - x0, top - y0, right - x0
        if self.rotation == 180:
            return x1 - right, bottom - y0, x1 - left, top - y0
        if self.rotation == 270:
            return y1 - top, x1 - right, y1 - bottom, x1 - left
        return left - x0, y1 - top, right - x0, y1 - bottom

    def shift(self, start: Sequence[float]) -> tuple[float, float]:
        """Return by how much pdfplumber's points are to be moved, which begin at `start` of the sheet as turned."""
        x, y, _, _ = self.of_rect(self.media)
        return x - start[0], y - start[1]

    def box(self, rect: form.Rect) -> Box:
        """Return the rectangle as fractions of the page."""
        width, height = self.size
        return Box(rect[0] / width, rect[1] / height, rect[2] / width, rect[3] / height)


def _word(row: dict[str, Any], frame: _Frame) -> Word | None:
    text = " ".join(str(row["text"]).split())
    box = frame.box(_edges(row))
    outside = box.x1 <= 0 or box.y1 <= 0 or box.x0 >= 1 or box.y0 >= 1
    return None if outside or not text else Word(text, box, 1.0, 0)
