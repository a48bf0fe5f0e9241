"""PDF: pages rendered by pdfium, words that the file states read by pdfplumber."""

from __future__ import annotations

import logging
from collections.abc import Iterator, Sequence
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
    texts = _Texts(data, limits.max_pages + 1)
    try:
        if document.get_formtype() != pdfium_c.FORMTYPE_NONE:
            document.init_forms()
        for index in range(min(len(document), limits.max_pages + 1)):
            yield _sheet(document, index, texts, limits, f"{origin}page {index + 1}")
    finally:
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

    def __init__(self, data: bytes, most: int) -> None:
        self._data, self._most = data, most
        self._opened: Any = None

    def page(self, index: int) -> Any:
        if self._opened is None:
            # It makes all pages at once, and a file may claim millions.
            pages = list(range(1, self._most + 1))
            self._opened = pdfplumber.open(BytesIO(self._data), pages=pages, unicode_norm="NFC")
        return self._opened.pages[index]


def _sheet(document: pdfium.PdfDocument, index: int, texts: _Texts, limits: Limits, origin: str) -> Sheet:
    try:
        page = document[index]
        width, height = page.get_size()
        if width <= 0 or height <= 0:
            return Sheet(None, origin, fault="damaged_page")
        pictures = _pictures(page)
        scan = sum(picture[0] for picture in pictures) > _SCAN_SHARE
        dpi, scale = _resolution(width, height, max(picture[2] for picture in pictures) if scan else 0)
        if width * height * scale**2 > limits.max_pixels:
            return Sheet(None, origin, fault="too_many_pixels")
        gray = _render(page, scale)
        drawn = page.get_textpage().count_chars() if document.get_formtype() == 0 else 1
        visible = page.get_bbox()
        unseen = not scan and bool(drawn) and _unseen_text(page)
    except (pdfium.PdfiumError, ValueError, MemoryError):
        return Sheet(None, origin, fault="damaged_page")
    said = _stated(texts, index, (width, height), visible) if drawn else _Stated()
    photo = scan and any(share > _SCAN_SHARE and deep for share, deep, _ in pictures)
    kind: Literal["scan", "photo", "drawn"] = "photo" if photo else "scan" if scan or unseen else "drawn"
    return Sheet(gray, origin, kind, dpi, said.words, said.fonts, said.values, False, said.fields)


def _pictures(page: pdfium.PdfPage) -> list[tuple[float, bool, int]]:
    """Return of each picture its share of the page, whether it has gray levels, and its pixels across.

    Some scanners cut a page into strips, so the shares are to be added up.
    """
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


def _unseen_text(page: pdfium.PdfPage) -> bool:
    """Whether much of the text is drawn in no way at all (text rendering mode 3): the layer of an OCR program."""
    modes = [
        pdfium_c.FPDFTextObj_GetTextRenderMode(item)
        for item in page.get_objects(filter=[pdfium_c.FPDF_PAGEOBJ_TEXT], max_depth=3)
    ]
    unseen = sum(mode == pdfium_c.FPDF_TEXTRENDERMODE_INVISIBLE for mode in modes)
    return bool(unseen > 0.3 * len(modes))


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


def _stated(texts: _Texts, index: int, size: tuple[float, float], visible: form.Rect) -> _Stated:
    """Return the words and fields that the file states on a page; none where they cannot be parsed.

    Text that runs up or down the page is left to the recogniser, which turns pages.
    """
    try:
        page = texts.page(index)
        left, bottom, right, top = map(float, page.page_obj.mediabox)
        frame = _Frame((left, bottom, right, top), visible, int(page.page_obj.rotate), size)
        rows = page.extract_words(x_tolerance_ratio=0.18, y_tolerance=2, extra_attrs=["fontname"])
        rows = [row | frame.of_word(row, page.mediabox) for row in rows]
    except _BROKEN:
        return _Stated()
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
    return _Stated(tuple(word for word, _ in kept), tuple(font for _, font in kept), tuple(values), marks)


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

    def of_word(self, row: dict[str, Any], start: Sequence[float]) -> dict[str, float]:
        """Place a word of pdfplumber, whose coordinates begin at `start` of the whole sheet as turned."""
        x, y, _, _ = self.of_rect(self.media)
        across, down = x - start[0], y - start[1]
        return {
            "x0": row["x0"] + across,
            "x1": row["x1"] + across,
            "top": row["top"] + down,
            "bottom": row["bottom"] + down,
        }

    def box(self, rect: form.Rect) -> Box:
        """Return the rectangle as fractions of the page."""
        width, height = self.size
        return Box(rect[0] / width, rect[1] / height, rect[2] / width, rect[3] / height)


def _word(row: dict[str, Any], frame: _Frame) -> Word | None:
    text = " ".join(str(row["text"]).split())
    box = frame.box((row["x0"], row["top"], row["x1"], row["bottom"]))
    outside = box.x1 <= 0 or box.y1 <= 0 or box.x0 >= 1 or box.y0 >= 1
    return None if outside or not text else Word(text, box, 1.0, 0)
