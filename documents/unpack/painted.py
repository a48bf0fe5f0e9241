"""What a PDF page is painted with, in the order of painting: pictures, unseen text, and what was laid over text.

Programs "edit" a PDF by laying a white box or a picture over the old words and
typing new ones: the old ones are still stated, and nobody sees them.
"""

from __future__ import annotations

from collections.abc import Iterator
from ctypes import byref, c_float, c_int, c_uint
from dataclasses import dataclass
from typing import Any

import numpy as np
import pypdfium2 as pdfium
import pypdfium2.raw as pdfium_c

Rect = tuple[float, float, float, float]
Matrix = tuple[float, float, float, float, float, float]

_DEPTH = 3
# Objects looked at; what a page of more states is not believed.
_MOST = 20_000
# In points: what is smaller hides no word. And the opacity (of 255) from which a box hides what is under it.
_WIDE, _TALL = 8.0, 5.0
_OPAQUE = 200
# A picture of a smaller share of the page is not the page.
_MATTERS = 0.5


@dataclass(frozen=True, slots=True)
class Picture:
    """A picture's share of the page, whether it has gray levels, its pixels across and down."""

    share: float
    deep: bool
    across: int
    down: int


@dataclass(frozen=True, slots=True)
class Painted:
    """What a page is painted with.

    `unseen`: much of the text is drawn in no way at all. `covers` were painted
    over text, in user space. `shown`: the largest picture can be decoded.
    `empty`: nothing is painted. `busy`: too much is to look at it all.
    """

    pictures: tuple[Picture, ...]
    unseen: bool
    covers: tuple[Rect, ...]
    shown: bool = True
    empty: bool = False
    busy: bool = False


def painted(page: pdfium.PdfPage) -> Painted:
    """Look through a page's objects; raises PdfiumError."""
    width, height = page.get_size()
    area = max(1.0, width * height)
    pictures: list[Picture] = []
    texts: list[tuple[int, Rect]] = []
    covers: list[tuple[int, Rect]] = []
    unseen, order = 0, -1
    largest: tuple[float, Any] = (0.0, None)
    for order, (item, matrix) in enumerate(_objects(page)):
        if order >= _MOST:
            return Painted(tuple(pictures), False, (), busy=True)
        kind = pdfium_c.FPDFPageObj_GetType(item)
        rect = _bounds(item, matrix)
        if rect is None:
            continue
        if kind == pdfium_c.FPDF_PAGEOBJ_TEXT:
            texts.append((order, rect))
            unseen += pdfium_c.FPDFTextObj_GetTextRenderMode(item) == pdfium_c.FPDF_TEXTRENDERMODE_INVISIBLE
        elif kind == pdfium_c.FPDF_PAGEOBJ_IMAGE:
            share = (rect[2] - rect[0]) * (rect[3] - rect[1]) / area
            pictures.append(_picture(page, item, share))
            largest = max(largest, (share, item), key=lambda pair: pair[0])
        if _hides(item, kind, rect):
            covers.append((order, rect))
    for rect in _notes(page):
        covers.append((order + 1, rect))
    shown = largest[0] < _MATTERS or _decodes(largest[1])
    return Painted(tuple(pictures), unseen > 0.3 * len(texts), _over(texts, covers), shown, order < 0)


def _decodes(item: Any) -> bool:
    bitmap = pdfium_c.FPDFImageObj_GetBitmap(item)
    if bitmap:
        pdfium_c.FPDFBitmap_Destroy(bitmap)
    return bool(bitmap)


def _objects(page: pdfium.PdfPage) -> Iterator[tuple[Any, Matrix]]:
    """Yield the page's objects in painting order, those of form XObjects in their place, with what moves them."""

    def within(parent: Any, count: Any, get: Any, matrix: Matrix, depth: int) -> Iterator[tuple[Any, Matrix]]:
        for index in range(count(parent)):
            item = get(parent, index)
            if not item:
                continue
            if pdfium_c.FPDFPageObj_GetType(item) != pdfium_c.FPDF_PAGEOBJ_FORM:
                yield item, matrix
            elif depth < _DEPTH:
                own = pdfium_c.FS_MATRIX()
                pdfium_c.FPDFPageObj_GetMatrix(item, byref(own))
                inner = _product((own.a, own.b, own.c, own.d, own.e, own.f), matrix)
                counts, gets = pdfium_c.FPDFFormObj_CountObjects, pdfium_c.FPDFFormObj_GetObject
                yield from within(item, counts, gets, inner, depth + 1)

    first = (1.0, 0.0, 0.0, 1.0, 0.0, 0.0)
    yield from within(page, pdfium_c.FPDFPage_CountObjects, pdfium_c.FPDFPage_GetObject, first, 0)


def _product(first: Matrix, then: Matrix) -> Matrix:
    a, b, c, d, e, f = first
    g, h, i, j, k, m = then
    return a * g + b * i, a * h + b * j, c * g + d * i, c * h + d * j, e * g + f * i + k, e * h + f * j + m


def _bounds(item: Any, matrix: Matrix) -> Rect | None:
    left, bottom, right, top = c_float(), c_float(), c_float(), c_float()
    if not pdfium_c.FPDFPageObj_GetBounds(item, byref(left), byref(bottom), byref(right), byref(top)):
        return None
    a, b, c, d, e, f = matrix
    corners = [(x, y) for x in (left.value, right.value) for y in (bottom.value, top.value)]
    xs = [a * x + c * y + e for x, y in corners]
    ys = [b * x + d * y + f for x, y in corners]
    return min(xs), min(ys), max(xs), max(ys)


def _picture(page: pdfium.PdfPage, item: Any, share: float) -> Picture:
    across, down = c_uint(), c_uint()
    pdfium_c.FPDFImageObj_GetImagePixelSize(item, byref(across), byref(down))
    about = pdfium_c.FPDF_IMAGEOBJ_METADATA()
    pdfium_c.FPDFImageObj_GetImageMetadata(item, page, byref(about))
    return Picture(share, about.bits_per_pixel > 1, across.value, down.value)


def _hides(item: Any, kind: int, rect: Rect) -> bool:
    if rect[2] - rect[0] < _WIDE or rect[3] - rect[1] < _TALL:
        return False
    if kind != pdfium_c.FPDF_PAGEOBJ_PATH:
        return bool(kind in (pdfium_c.FPDF_PAGEOBJ_IMAGE, pdfium_c.FPDF_PAGEOBJ_SHADING))
    fill, stroke = c_int(), c_int()
    pdfium_c.FPDFPath_GetDrawMode(item, byref(fill), byref(stroke))
    red, green, blue, opaque = c_uint(), c_uint(), c_uint(), c_uint()
    pdfium_c.FPDFPageObj_GetFillColor(item, byref(red), byref(green), byref(blue), byref(opaque))
    return bool(fill.value) and opaque.value >= _OPAQUE


def _notes(page: pdfium.PdfPage) -> Iterator[Rect]:
    """Yield the places of text, stamps and shapes that a person laid over the page as annotations."""
    kinds = {
        pdfium_c.FPDF_ANNOT_FREETEXT,
        pdfium_c.FPDF_ANNOT_STAMP,
        pdfium_c.FPDF_ANNOT_SQUARE,
        pdfium_c.FPDF_ANNOT_REDACT,
    }
    for index in range(min(1000, pdfium_c.FPDFPage_GetAnnotCount(page))):
        note = pdfium_c.FPDFPage_GetAnnot(page, index)
        if not note:
            continue
        rect = pdfium_c.FS_RECTF()
        if pdfium_c.FPDFAnnot_GetSubtype(note) in kinds and pdfium_c.FPDFAnnot_GetRect(note, byref(rect)):
            yield rect.left, min(rect.bottom, rect.top), rect.right, max(rect.bottom, rect.top)
        pdfium_c.FPDFPage_CloseAnnot(note)


def _over(texts: list[tuple[int, Rect]], covers: list[tuple[int, Rect]]) -> tuple[Rect, ...]:
    """Return the covers under which text lies that was painted before."""
    if not texts or not covers:
        return ()
    t, c = np.array([rect for _, rect in texts]), np.array([rect for _, rect in covers])
    before = np.array([order for order, _ in texts])[:, None] < np.array([order for order, _ in covers])[None]
    across = np.minimum(t[:, None, 2], c[None, :, 2]) - np.maximum(t[:, None, 0], c[None, :, 0])
    down = np.minimum(t[:, None, 3], c[None, :, 3]) - np.maximum(t[:, None, 1], c[None, :, 1])
    tall = (t[:, 3] - t[:, 1])[:, None]
    hidden = (before & (across > 2) & (down > 0.3 * tall)).any(0)
    return tuple(rect for (_, rect), under in zip(covers, hidden, strict=True) if under)
