"""PDF: pages rendered by pdfium, with what the file states on them."""

from __future__ import annotations

import contextlib
import logging
from collections.abc import Iterator, Sequence
from typing import Literal

import numpy as np
import pypdfium2 as pdfium
import pypdfium2.raw as pdfium_c

from documents.limits import Limits
from documents.page import Unreadable
from documents.unpack.painted import Picture, painted
from documents.unpack.sheet import DPI, Gray, Sheet, positive
from documents.unpack.stated import Stated, Texts, stated
from documents.unpack.torn import slab

# It names a form's odd kind on the error stream of whoever reads it.
logging.getLogger("pypdfium2").setLevel(logging.CRITICAL)

# What Adobe's designer writes on the only page of a form that is made when it is opened.
_WAIT = "please wait... if this message is not eventually replaced"

# Files within a PDF that are opened.
_FILES = 50

# A page of this share of its area under one picture is a scan, whatever text lies over it.
_SCAN_SHARE = 0.7
# A page of more letters is no order, and reading what it states costs minutes.
_LETTERS = 30_000
# A scan of which more than this share could not be decoded is shown as broken.
_TOO_MUCH = 0.7
# Cards and A3 lie between these, in points; sizes outside are a camera's pixels or nonsense, not paper.
_PAPER = (100.0, 1250.0)


def sheets(data: bytes, limits: Limits, origin: str) -> Iterator[Sheet]:
    """Yield the pages of a PDF, each with the words and form fields that the file states.

    Raises Unreadable: "encrypted" where a password is asked (an empty one is
    tried), "dynamic_form" where the pages are made by Acrobat as it opens the
    file, "damaged" when no page can be shown.
    """
    document = _open(data)
    if _is_placeholder(document):
        document.close()
        raise Unreadable("dynamic_form")
    texts = Texts(data)
    try:
        if document.get_formtype() != pdfium_c.FORMTYPE_NONE:
            document.init_forms()
        for index in range(min(len(document), limits.max_pages + 1)):
            yield _sheet(document, index, texts, limits, f"{origin}page {index + 1}")
    finally:
        document.close()


def _is_placeholder(document: pdfium.PdfDocument) -> bool:
    """Whether the file holds a dynamic XFA form: one page that asks to wait for a viewer that can show it."""
    if document.get_formtype() not in (pdfium_c.FORMTYPE_XFA_FULL, pdfium_c.FORMTYPE_XFA_FOREGROUND):
        return False
    try:
        text = document[0].get_textpage().get_text_bounded(errors="replace")[:2000]
    except pdfium.PdfiumError:
        return False
    return len(document) == 1 and _WAIT in " ".join(text.split()).casefold()


def attachments(data: bytes, limits: Limits) -> list[tuple[str, bytes]]:
    """Return the files that a PDF carries, names and bytes, within `limits`.

    They are a portfolio's documents, those attached to the file, and those
    pinned to a page.
    """
    document = _open(data)
    found = []
    try:
        items = [document.get_attachment(index) for index in range(min(document.count_attachments(), _FILES))]
        for index in range(min(len(document), limits.max_pages)):
            items += _pinned(document, index)
        for item in items[:_FILES]:
            with contextlib.suppress(pdfium.PdfiumError):
                content = bytes(item.get_data())
                if len(content) <= limits.max_bytes:
                    found.append((item.get_name(), content))
    finally:
        document.close()
    return found


def _pinned(document: pdfium.PdfDocument, index: int) -> list[pdfium.PdfAttachment]:
    try:
        page = document[index]
    except pdfium.PdfiumError:
        return []
    found = []
    for number in range(min(_FILES, pdfium_c.FPDFPage_GetAnnotCount(page))):
        note = pdfium_c.FPDFPage_GetAnnot(page, number)
        if note and pdfium_c.FPDFAnnot_GetSubtype(note) == pdfium_c.FPDF_ANNOT_FILEATTACHMENT:
            raw = pdfium_c.FPDFAnnot_GetFileAttachment(note)
            found += [pdfium.PdfAttachment(raw, document)] if raw else []
        if note:
            pdfium_c.FPDFPage_CloseAnnot(note)
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


def _sheet(document: pdfium.PdfDocument, index: int, texts: Texts, limits: Limits, origin: str) -> Sheet:
    try:
        page = document[index]
        width, height = page.get_size()
        if width <= 0 or height <= 0:
            return Sheet(None, origin, fault="damaged_page")
        look = painted(page)
        scan = sum(picture.share for picture in look.pictures) > _SCAN_SHARE
        dpi, scale = _resolution(width, height, _columns(page, look.pictures) if scan else 0)
        if width * height * scale**2 > limits.max_pixels:
            return Sheet(None, origin, fault="too_many_pixels")
        gray = _render(page, scale)
        letters = page.get_textpage().count_chars()
        drawn = letters <= _LETTERS and not look.busy and (letters or document.get_formtype() != 0)
        visible = page.get_bbox()
    except (pdfium.PdfiumError, ValueError, MemoryError):
        return Sheet(None, origin, fault="damaged_page")
    lost = slab(gray) if scan else 0.0
    if scan and not lost and not any(picture.deep for picture in look.pictures):
        gray = positive(gray)
    if lost > _TOO_MUCH or (scan and not look.shown):
        return Sheet(None, origin, fault="damaged_page")
    whole = not lost and (scan or look.busy or texts.whole(index))
    if not whole and look.empty:
        return Sheet(None, origin, fault="damaged_page")
    said = stated(texts, index, (width, height), visible, look.covers) if drawn else Stated()
    photo = scan and any(picture.share > _SCAN_SHARE and picture.deep for picture in look.pictures)
    kind: Literal["scan", "photo", "drawn"] = "photo" if photo else "scan" if scan or look.unseen else "drawn"
    fault = None if whole else "damaged_part"
    return Sheet(gray, origin, kind, dpi, said.words, said.fonts, said.values, False, said.fields, said.covers, fault)


def _columns(page: pdfium.PdfPage, pictures: Sequence[Picture]) -> int:
    """Return the pixels of the widest picture across the page as it is turned."""
    turned = page.get_rotation() in (90, 270)
    return max(picture.down if turned else picture.across for picture in pictures)


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
