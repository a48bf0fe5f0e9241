"""PDF: pages rendered by pdfium, words that the file states read by pdfplumber."""

from __future__ import annotations

import logging
from collections.abc import Iterator
from dataclasses import dataclass
from io import BytesIO
from typing import Any, Literal

import numpy as np
import pdfplumber
import pypdfium2 as pdfium
import pypdfium2.raw as pdfium_c
from pdfminer.pdfexceptions import PDFException
from pdfminer.psexceptions import PSException
from pdfplumber.utils.exceptions import MalformedPDFException, PdfminerException

from documents.limits import Limits
from documents.page import Box, Mark, Unreadable, Word
from documents.unpack import form
from documents.unpack.sheet import DPI, Gray, Sheet

# pdfminer warns about every odd font, quoting the document's own strings.
logging.getLogger("pdfminer").setLevel(logging.CRITICAL)

_BROKEN = (
    PDFException, PSException, PdfminerException, MalformedPDFException, ValueError, KeyError, TypeError, IndexError,
    AttributeError, AssertionError, OSError, ZeroDivisionError, RecursionError, OverflowError, NotImplementedError,
    EOFError, MemoryError,
)  # fmt: skip

# A page of this share of its area under one picture is a scan, whatever text lies over it.
_SCAN_SHARE = 0.7
# Cards and A3 lie between these, in points; sizes outside are a camera's pixels or nonsense, not paper.
_PAPER = (100.0, 1250.0)


def sheets(data: bytes, limits: Limits, origin: str) -> Iterator[Sheet]:
    """Yield the pages of a PDF, each with the words and form fields that the file states.

    Raises Unreadable: "encrypted" where a password is asked (an empty one is
    tried), "damaged" when no page can be shown.
    """
    document = _open(data)
    texts = _Texts(data)
    try:
        if document.get_formtype() != pdfium_c.FORMTYPE_NONE:
            document.init_forms()
        for index in range(min(len(document), limits.max_pages + 1)):
            yield _sheet(document, index, texts, limits, f"{origin}page {index + 1}")
    finally:
        texts.close()
        document.close()


def attachments(data: bytes, limits: Limits) -> list[tuple[str, bytes]]:
    """Return the files that a PDF carries (a portfolio's documents), names and bytes, within `limits`."""
    document = _open(data)
    found = []
    try:
        for index in range(min(document.count_attachments(), 50)):
            item = document.get_attachment(index)
            content = bytes(item.get_data())
            if len(content) <= limits.max_bytes:
                found.append((item.get_name(), content))
    except pdfium.PdfiumError:
        pass
    finally:
        document.close()
    return found


def _open(data: bytes) -> pdfium.PdfDocument:
    try:
        document = pdfium.PdfDocument(data)
    except pdfium.PdfiumError as error:
        locked = getattr(error, "err_code", None) in (pdfium_c.FPDF_ERR_PASSWORD, pdfium_c.FPDF_ERR_SECURITY)
        raise Unreadable("encrypted" if locked or "assword" in str(error) else "damaged") from error
    if len(document) == 0:
        raise Unreadable("damaged")
    return document


class _Texts:
    """pdfplumber's view of the same file, opened when the first page with text asks for it."""

    def __init__(self, data: bytes) -> None:
        self._data = data
        self._opened: Any = None

    def page(self, index: int) -> Any:
        if self._opened is None:
            self._opened = pdfplumber.open(BytesIO(self._data), unicode_norm="NFC")
        return self._opened.pages[index]

    def close(self) -> None:
        if self._opened is not None:
            self._opened.close()


def _sheet(document: pdfium.PdfDocument, index: int, texts: _Texts, limits: Limits, origin: str) -> Sheet:
    try:
        page = document[index]
        width, height = page.get_size()
        pictures = _pictures(page)
        widest = max((picture[2] for picture in pictures), default=0)
        covered = max((picture[0] for picture in pictures), default=0.0)
        scan = covered > _SCAN_SHARE
        if width <= 0 or height <= 0:
            return Sheet(None, origin, fault="damaged_page")
        dpi, scale = _resolution(width, height, widest if scan else 0)
        if width * height * scale**2 > limits.max_pixels:
            return Sheet(None, origin, fault="too_many_pixels")
        gray = _render(page, scale)
        drawn = page.get_textpage().count_chars() if document.get_formtype() == 0 else 1
    except (pdfium.PdfiumError, ValueError, MemoryError):
        return Sheet(None, origin, fault="damaged_page")
    said = _stated(texts, index, (width, height)) if drawn else _Stated()
    photo = scan and any(share > _SCAN_SHARE and deep for share, deep, _ in pictures)
    kind: Literal["scan", "photo", "drawn"] = "photo" if photo else "scan" if scan else "drawn"
    return Sheet(gray, origin, kind, dpi, said.words, said.fonts, said.values, False, said.fields)


def _pictures(page: pdfium.PdfPage) -> list[tuple[float, bool, int]]:
    """Return of each picture its share of the page, whether it has gray levels, and its pixels across."""
    width, height = page.get_size()
    turned = page.get_rotation() in (90, 270)
    found = []
    for item in page.get_objects(filter=[pdfium_c.FPDF_PAGEOBJ_IMAGE], max_depth=3):
        left, bottom, right, top = item.get_bounds()
        share = (right - left) * (top - bottom) / max(1.0, width * height)
        across, down = item.get_px_size()
        deep = item.get_metadata().bits_per_pixel > 1
        found.append((share, deep, down if turned else across))
    return found


def _resolution(width: float, height: float, pixels: int) -> tuple[float, float]:
    """Return the dots per inch to read at, and how many pixels a point becomes for it.

    A scan keeps its own columns where they are near reading size; a page whose
    size in points is no paper's is taken for a letter page.
    """
    across = width if all(_PAPER[0] <= side <= _PAPER[1] for side in (width, height)) else 612.0
    own = pixels / across * 72
    wanted = own if 0.8 * DPI <= own <= 1.25 * DPI else DPI
    return wanted, wanted / 72 * across / width


def _render(page: pdfium.PdfPage, scale: float) -> Gray:
    bitmap = page.render(scale=scale, grayscale=True, optimize_mode=None)
    gray = np.array(bitmap.to_numpy(), np.uint8)
    bitmap.close()
    return gray if gray.ndim == 2 else gray[..., 0]


@dataclass(frozen=True, slots=True)
class _Stated:
    """What the file states on a page."""

    words: tuple[Word, ...] = ()
    fonts: tuple[int, ...] = ()
    values: tuple[Word, ...] = ()
    fields: tuple[Mark, ...] = ()


def _stated(texts: _Texts, index: int, size: tuple[float, float]) -> _Stated:
    """Return the words and fields that the file states on a page; none where they cannot be parsed.

    Text that runs up or down the page is left to the recogniser, which turns pages.
    """
    try:
        page = texts.page(index)
        rows = page.extract_words(x_tolerance_ratio=0.18, y_tolerance=2, extra_attrs=["fontname"])
        corner = (0.0, 0.0)
        if not page.rotation:
            corner = (page.cropbox[0] - page.mediabox[0], page.cropbox[1] - page.mediabox[1])
    except _BROKEN:
        return _Stated()
    names = sorted({str(row["fontname"]) for row in rows})
    placed = [(_word(row, size, corner), names.index(str(row["fontname"]))) for row in rows if row["upright"]]
    if len(placed) < 0.7 * len(rows):
        placed = []
    kept = [(word, font) for word, font in placed if word is not None]
    try:
        found = form.fields(page, rows)
    except _BROKEN:
        found = []
    values = [word for field in found for word in form.words(field, lambda rect: _box(rect, size, corner))]
    marks = tuple(form.mark(field, lambda rect: _box(rect, size, corner)) for field in found)
    page.close()
    return _Stated(tuple(word for word, _ in kept), tuple(font for _, font in kept), tuple(values), marks)


def _word(row: dict[str, Any], size: tuple[float, float], corner: tuple[float, float]) -> Word | None:
    text = " ".join(str(row["text"]).split())
    box = _box((row["x0"], row["top"], row["x1"], row["bottom"]), size, corner)
    outside = box.x1 <= 0 or box.y1 <= 0 or box.x0 >= 1 or box.y0 >= 1
    return None if outside or not text else Word(text, box, 1.0, 0)


def _box(rect: form.Rect, size: tuple[float, float], corner: tuple[float, float]) -> Box:
    (width, height), (x, y) = size, corner
    return Box((rect[0] - x) / width, (rect[1] - y) / height, (rect[2] - x) / width, (rect[3] - y) / height)
