"""What stands within a loop that a hand drew: read again without the loop's stroke.

A loop around one letter reads as an O or as nothing, and cuts into the first
and last letters of a word. On drawn answers (Y and N, Rt and Lt) one loop in
three held a letter that the line's own reading had lost.
"""

from __future__ import annotations

import cv2
import numpy as np

from documents import ocr
from documents.marks.ink import Ink, Pixels, Rect

# How far within the loop's outer edge its stroke ends, in pixels of 200 to the inch: pens differ.
_STROKES = (7, 5, 4)
_SURE = 0.9
_MARGIN = 6
_LEAST_INK = 5


def read_within(ink: Ink, rest: Pixels, rect: Rect) -> tuple[str, float]:
    """Return the characters within the loop at `rect` and the lowest one's probability; "" and 0 when there are none.

    `rest` is the page's ink without rules.
    """
    best = ("", 0.0)
    for stroke in _STROKES:
        part = _bared(ink, rest, rect, stroke)
        if part is None:
            continue
        read = ocr.recognise(part)
        sure = min((token.confidence for token in read.tokens), default=0.0)
        best = max(best, (read.text, sure), key=lambda each: each[1])
        if sure >= _SURE:
            break
    return best


def _bared(ink: Ink, rest: Pixels, rect: Rect, stroke: int) -> Pixels | None:
    """Return the gray page within a loop, with `stroke` pixels of the loop taken off all around; None when blank."""
    x0, y0 = max(0, int(rect.x0) - 4), max(0, int(rect.y0) - 4)
    x1, y1 = int(rect.x1) + 4, int(rect.y1) + 4
    within = np.asarray(cv2.erode(_filled(rest[y0:y1, x0:x1]), _disc(2 * stroke + 1)), np.uint8)
    crop = ink.gray[y0:y1, x0:x1].copy()
    crop[within == 0] = ocr.PAPER
    ys, xs = np.nonzero(ink.black[y0:y1, x0:x1] & within)
    if len(ys) < _LEAST_INK:
        return None
    part = crop[ys.min() : ys.max() + 1, xs.min() : xs.max() + 1]
    return np.asarray(
        cv2.copyMakeBorder(part, _MARGIN, _MARGIN, 2 * _MARGIN, 2 * _MARGIN, cv2.BORDER_CONSTANT, value=(ocr.PAPER,)),
        np.uint8,
    )


def _filled(black: Pixels) -> Pixels:
    """Return the area that a loop encloses; its bounding ellipse where the loop stays open."""
    closed = cv2.morphologyEx(np.pad(black, 9), cv2.MORPH_CLOSE, _disc(9))
    contours, _ = cv2.findContours(closed, cv2.RETR_EXTERNAL, cv2.CHAIN_APPROX_NONE)
    filled = np.zeros_like(closed)
    if contours:
        cv2.drawContours(filled, [max(contours, key=cv2.contourArea)], -1, (1,), -1)
    filled = cv2.morphologyEx(filled, cv2.MORPH_OPEN, _disc(15))[9:-9, 9:-9]
    if filled.mean() < 0.5:
        height, width = black.shape
        filled = np.zeros_like(filled)
        cv2.ellipse(filled, (width // 2, height // 2), (width // 2 - 4, height // 2 - 4), 0, 0, 360, (1,), -1)
    return np.ascontiguousarray(filled, np.uint8)


def _disc(size: int) -> Pixels:
    return np.asarray(cv2.getStructuringElement(cv2.MORPH_ELLIPSE, (size, size)), np.uint8)
