"""A file to a document: every page upright, its words in reading order.

The stages, in order: unpack (`documents.unpack`), stand upright (`orient`),
recognise or believe the text layer (`ocr`, `textlayer`), lay out in lines
(`layout`), part the fax header (`faxheader`).
"""

from __future__ import annotations

import time
from collections.abc import Iterator, Sequence
from dataclasses import replace

import cv2
import numpy as np

from documents import beside, clean, combs, faint, faxheader, layout, ocr, orient, photo, recognition, textlayer
from documents.assembly import assemble
from documents.combs import Comb
from documents.faults import fault
from documents.limits import Limits
from documents.marks import find_marks
from documents.ocr import Gray
from documents.page import Box, Document, Fault, Mark, Page, Source, Unreadable, Word
from documents.unpack.opener import sheets
from documents.unpack.sheet import DPI, Sheet

__all__ = ["Limits", "read", "read_sheet"]

MAX_WIDTH, MAX_HEIGHT = 2400, 2900
# Nothing that is fewer pixels high or wide is a page.
_LEAST = 40
# What is wrong with a page; anything else is wrong with a file within the file, which then has no pages.
_PAGE_FAULTS = {"damaged_page", "too_many_pixels"}
_BOXED = set("[]_") | set(ocr.BOXES)


def read(data: bytes, name: str, limits: Limits | None = None) -> Document:
    """Read a file in this process.

    Raises Unreadable with the code of `documents.faults` when nothing of it can
    be shown; pages that cannot, and what exceeds `limits`, are named in the
    document's faults while the others are kept. Bytes from outside belong into
    `documents.sandbox.read_safely`, which has the same result.
    """
    return assemble(data, name, list(each(data, name, limits or Limits())), limits)


def each(data: bytes, name: str, limits: Limits) -> Iterator[Page | Fault]:
    """Yield a file's pages as they are read, and a fault in the place of each that cannot be.

    Raises Unreadable as `read` does.
    """
    started = time.monotonic()
    number = 0
    try:
        for sheet in sheets(data, name, limits):
            if sheet.gray is None and sheet.fault not in _PAGE_FAULTS:
                yield fault(sheet.fault or "damaged")
                continue
            number += 1
            if number > limits.max_pages:
                yield fault("too_many_pages")
                return
            if time.monotonic() - started > limits.seconds:
                yield fault("timeout", number)
                return
            if sheet.gray is None or min(sheet.gray.shape) < _LEAST:
                yield fault(sheet.fault or "damaged_page", number)
            else:
                yield _page_or_fault(sheet, number)
                if sheet.fault:
                    yield fault(sheet.fault, number)
    except Unreadable as error:
        if number == 0:
            raise
        yield fault(error.code, number + 1)


def _page_or_fault(sheet: Sheet, number: int) -> Page | Fault:
    """Read a page; one that OpenCV or numpy choke on must not cost the others."""
    try:
        return read_sheet(sheet, number)
    except (cv2.error, ValueError, IndexError, ArithmeticError, MemoryError):
        return fault("crashed", number)


def read_sheet(sheet: Sheet, number: int) -> Page:
    """Read one page that could be opened (`sheet.gray` is not None)."""
    assert sheet.gray is not None
    gray, rotation, header, source = sheet.gray, 0, None, _source(sheet)
    cells: tuple[Comb, ...] = ()
    stated = _stated(sheet)
    if stated is not None:
        words = layout.in_lines(stated, gray.shape[1] / gray.shape[0])
        if sheet.kind != "drawn":
            header, words = faxheader.part(words)
    else:
        upright = _upright(photo.flattened(gray) if sheet.kind == "photo" else gray)
        gray, rotation = upright.gray, upright.rotation
        source = source if source == "form" else "ocr"
        runs, cells = _recognised(upright)
        over, words = faxheader.part(
            layout.in_lines(_with_values(runs, sheet, rotation), gray.shape[1] / gray.shape[0])
        )
        header = upright.header or over
    shown = _shown(gray)
    height, width = shown.shape
    return Page(
        number=number,
        width=width,
        height=height,
        rotation=rotation,
        source=source,
        words=words,
        marks=_marks(gray, words, sheet, rotation, cells),
        image=_png(shown),
        origin=sheet.origin,
        header=header,
        blank=not words and faint.is_blank(gray),
    )


def _upright(gray: Gray) -> orient.Upright:
    """Stand a page upright; one without a line that is not blank is looked at again, smaller and with more contrast."""
    found = orient.upright(gray)
    if found.quads or faint.is_blank(gray):
        return found
    return orient.upright(faint.stretched(gray), faint.SIDE)


def _stated(sheet: Sheet) -> list[tuple[Word, ...]] | None:
    """Return the words that the file states, with what is read beside them; None where they are not believed."""
    layer = textlayer.check(sheet)
    if sheet.gray is None or not layer.believed:
        return None
    found = beside.read(sheet.gray, textlayer.stated(sheet, layer.seen), layer.unstated) if layer.unstated else []
    if textlayer.outweighed(sheet, layer, found):
        return None
    return [*((word,) for word in (*layer.seen, *sheet.values)), *found]


def _marks(gray: Gray, words: Sequence[Word], sheet: Sheet, rotation: int, cells: Sequence[Comb]) -> tuple[Mark, ...]:
    """Return the live fields' states, and the marks that were made elsewhere on the page.

    The cells of a comb hold characters, and a message's text ticks nothing but
    what it writes as a box.
    """
    fields = tuple(replace(field, box=field.box.turned(rotation)) for field in sheet.fields)
    if sheet.certain and not any(set(word.text) & _BOXED for word in words):
        return fields
    height, width = gray.shape
    taken = [field.box for field in fields]
    taken += [Box(comb.x0 / width, comb.y0 / height, comb.x1 / width, comb.y1 / height) for comb in cells]
    found = find_marks(gray, words, DPI if sheet.kind == "photo" else sheet.dpi)
    return fields + tuple(mark for mark in found if not any(mark.box.overlap(box) > 0.5 for box in taken))


def _recognised(upright: orient.Upright) -> tuple[list[tuple[Word, ...]], tuple[Comb, ...]]:
    """Read the lines of an upright page; one with combs is looked over again without their strokes."""
    bare, cells = combs.without(upright.gray)
    quads = ocr.detect(clean.without_specks(bare)) if cells else upright.quads
    return recognition.lines(bare, quads, cells, upright.reads), cells


def _source(sheet: Sheet) -> Source:
    """A page is a form's when live fields state a good part of it."""
    return "form" if len(sheet.fields) >= 5 else "text"


def _with_values(runs: list[tuple[Word, ...]], sheet: Sheet, rotation: int) -> list[tuple[Word, ...]]:
    """Put the typed field values in the place of what was recognised under them."""
    if not sheet.values or rotation:
        return runs
    kept = [
        tuple(word for word in run if not any(word.box.overlap(value.box) > 0.4 for value in sheet.values))
        for run in runs
    ]
    return [*kept, *((value,) for value in sheet.values)]


def _shown(gray: Gray) -> Gray:
    """Return the page at the size a person sees it, never enlarged."""
    height, width = gray.shape
    scale = min(1.0, MAX_WIDTH / width, MAX_HEIGHT / height)
    if scale > 0.98:
        return gray
    size = round(width * scale), round(height * scale)
    return np.asarray(cv2.resize(gray, size, interpolation=cv2.INTER_AREA), np.uint8)


def _png(gray: Gray) -> bytes:
    done, encoded = cv2.imencode(".png", gray, [cv2.IMWRITE_PNG_COMPRESSION, 3])
    if not done:
        raise Unreadable("damaged")
    return encoded.tobytes()
