"""Barcodes: the two-dimensional ones and the linear ones that carry letters."""

from __future__ import annotations

from collections.abc import Iterator

import cv2
import numpy as np
import zxingcpp

from documents.marks.ink import Ink, Pixels
from documents.page import Box, Mark

_FORMATS = [
    zxingcpp.BarcodeFormat.QRCode,
    zxingcpp.BarcodeFormat.DataMatrix,
    zxingcpp.BarcodeFormat.PDF417,
    zxingcpp.BarcodeFormat.Aztec,
    zxingcpp.BarcodeFormat.Code128,
    zxingcpp.BarcodeFormat.Code39,
]
# Noise now and then reads as a very short code.
_LEAST_TEXT = 3

# Bars that run across the page, as those of a code on its side do: their least length and, within a reach, number.
_BAR, _REACH, _LEAST_BARS = 36, 160, 7
_MOST_STROKES = 1500

# Ink as dense as in a Data Matrix (about half of it), over more than writing ever is high; in pixels.
_DENSE, _BLOCK = (0.25, 0.8), 48
_SCALE = 8


def barcodes(image: Pixels, ink: Ink) -> tuple[Mark, ...]:
    """Return a `barcode` mark for each barcode whose check digits or error correction hold.

    The text is the content, the state the symbology's name (QR Code, Code 128 …).
    Those on their side are looked for only where bars run across the page (a
    third of the time), a turned Data Matrix, which has no bars, only where
    something of a quarter of an inch is as dense.
    """
    found = tuple(_read(image, _FORMATS, _stacked(ink)))
    if any(mark.state == "Data Matrix" for mark in found) or not _dense(ink):
        return found
    return found + tuple(_read(image, [zxingcpp.BarcodeFormat.DataMatrix], True))


def _read(image: Pixels, formats: list[zxingcpp.BarcodeFormat], turned: bool) -> Iterator[Mark]:
    height, width = image.shape
    wanted = zxingcpp.BarcodeFormats(formats)
    for code in zxingcpp.read_barcodes(image, formats=wanted, try_invert=False, try_rotate=turned):
        at = code.position
        corners = (at.top_left, at.top_right, at.bottom_left, at.bottom_right)
        xs, ys = [corner.x / width for corner in corners], [corner.y / height for corner in corners]
        if len(code.text) >= _LEAST_TEXT:
            yield Mark("barcode", Box(min(xs), min(ys), max(xs), max(ys)), str(code.format), code.text, 1.0)


def _dense(ink: Ink) -> bool:
    """Whether a block of the page is neither white nor black anywhere."""
    small = cv2.resize(ink.black * np.uint8(200), None, fx=1 / _SCALE, fy=1 / _SCALE, interpolation=cv2.INTER_AREA)
    even = cv2.blur(small, (3, 3))
    low, high = (round(200 * share) for share in _DENSE)
    within = cv2.inRange(even, (low,), (high,))
    return bool(cv2.erode(within, np.ones((_BLOCK // _SCALE, _BLOCK // _SCALE), np.uint8), borderValue=(0,)).any())


def _stacked(ink: Ink) -> bool:
    """Whether many level strokes of one length stand closely over each other."""
    strokes = cv2.morphologyEx(ink.black, cv2.MORPH_OPEN, np.ones((1, _BAR), np.uint8))
    outlines, _ = cv2.findContours(strokes, cv2.RETR_EXTERNAL, cv2.CHAIN_APPROX_SIMPLE)
    boxes = np.array([cv2.boundingRect(outline) for outline in outlines[:_MOST_STROKES]], np.int32).reshape(-1, 4)
    x, y, width, _ = boxes.T
    slack = np.maximum(6, 0.15 * width)[:, None]
    alike = (abs(x[:, None] - x) <= slack) & (abs(width[:, None] - width) <= slack) & (abs(y[:, None] - y) <= _REACH)
    return bool((alike.sum(axis=1) >= _LEAST_BARS).any())
