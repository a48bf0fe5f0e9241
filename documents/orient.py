"""Which way a page stands, and by how much it leans.

The detector's boxes tell a page on its side (they are tall), five lines read
both ways tell which end is up: right on 18 of 18 pages when measured, for a
third of the cost of asking Tesseract.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

import cv2
import numpy as np

from documents import clean, faxheader, ocr
from documents.ocr import Gray, LineRead, Quad
from documents.page import FaxHeader

Turn = Literal[0, 90, 180, 270]

# Leaning less than this costs the recogniser nothing (measured on its own crops).
_STRAIGHT = 0.35
_SAMPLE = 5


@dataclass(frozen=True, slots=True, eq=False)
class Upright:
    """A page stood upright: its pixels, its lines in them, and how it got there.

    `rotation` is by how many degrees clockwise it was turned, `lean` the angle
    in degrees that was straightened after that. `reads` holds the lines that
    were read on the way, by their number in `quads`. `header` is the fax
    machine's line of a page that arrived turned: the machine prints it over the
    sheet as it lies, so it does not turn with it.
    """

    gray: Gray
    quads: tuple[Quad, ...]
    rotation: Turn
    lean: float
    reads: Mapping[int, LineRead]
    header: FaxHeader | None = None


def upright(gray: Gray, side: int = ocr.DETECT_SIDE) -> Upright:
    """Return the page upright and straight; `gray` is (height, width) uint8 with square pixels.

    `side` is the size at which the page is shown to the detector.
    """
    arrived, quads = gray, ocr.detect(clean.without_specks(gray), side)
    turn: Turn = 0
    if _lies_on_side(quads):
        turn = 90
        gray, quads = turned(gray, quads, 90)
    headlong, reads = _upside_down(gray, quads)
    if headlong:
        turn = 270 if turn else 180
        gray, quads = turned(gray, quads, 180)
    header = None
    if turn:
        header, kept = _header(arrived, gray, quads, turn)
        reads = {new: reads[old] for new, old in enumerate(kept) if old in reads}
        quads = [quads[index] for index in kept]
    lean = _lean(quads)
    if abs(lean) >= _STRAIGHT:
        gray, quads = _straightened(gray, quads, lean)
    return Upright(gray, tuple(quads), turn, lean, reads, header)


def _header(arrived: Gray, gray: Gray, quads: Sequence[Quad], turn: Turn) -> tuple[FaxHeader | None, list[int]]:
    """Read the strip at the head of a page as it arrived; return the header and the numbers of the other lines."""
    every = list(range(len(quads)))
    back = [_as_arrived(quad, gray.shape, turn) for quad in quads]
    strip = [index for index in every if back[index][:, 1].mean() < faxheader.BAND * arrived.shape[0]]
    strip = [index for index in strip if _ratio(back[index]) > 1]
    strip.sort(key=lambda index: float(back[index][:, 0].min()))
    text = " ".join(ocr.recognise(ocr.crop(arrived, back[index])).text for index in strip)
    if not faxheader.is_header(text):
        return None, every
    return faxheader.parse(text), [index for index in every if index not in strip]


def _as_arrived(quad: Quad, shape: tuple[int, ...], turn: Turn) -> Quad:
    """Return the place of a line on the page before it was turned clockwise to `shape`."""
    height, width = shape[:2]
    x, y = quad[:, 0], quad[:, 1]
    places = {
        0: (x, y),
        90: (y, width - 1 - x),
        180: (width - 1 - x, height - 1 - y),
        270: (height - 1 - y, x),
    }
    return ocr.clockwise(np.stack(places[turn], axis=1))


def turned(gray: Gray, quads: Sequence[Quad], degrees: int) -> tuple[Gray, list[Quad]]:
    """Turn page and boxes clockwise by 90 or 180 degrees."""
    height, width = gray.shape
    if degrees == 180:
        moved = [np.array([width - 1, height - 1], np.float32) - quad for quad in quads]
        return np.ascontiguousarray(gray[::-1, ::-1]), [ocr.clockwise(quad) for quad in moved]
    moved = [np.stack([height - 1 - quad[:, 1], quad[:, 0]], axis=1) for quad in quads]
    return np.ascontiguousarray(np.rot90(gray, -1)), [ocr.clockwise(quad) for quad in moved]


def _sides(quad: Quad) -> tuple[float, float]:
    """Return a box's extent across and down."""
    across, down = quad.max(0) - quad.min(0)
    return float(across), float(down)


def _lies_on_side(quads: Sequence[Quad]) -> bool:
    """Weigh long boxes by their length: short ones are as tall as wide."""
    flat = tall = 0.0
    for quad in quads:
        across, down = _sides(quad)
        if across > 2 * down:
            flat += across
        elif down > 2 * across:
            tall += down
    return tall > flat


def _upside_down(gray: Gray, quads: Sequence[Quad]) -> tuple[bool, dict[int, LineRead]]:
    """Read five middling long lines both ways; the way with the surer characters wins.

    Returns whether the page stands on its head, and the lines as read the right way up.
    """
    lines = [index for index, quad in enumerate(quads) if 3 < _ratio(quad) < 14]
    lines.sort(key=lambda index: -_ratio(quads[index]))
    if not lines:
        return False, {}
    step = max(1, len(lines) // (2 * _SAMPLE))
    picked = lines[::step][:_SAMPLE]
    crops = [ocr.crop(gray, quads[index]) for index in picked]
    upward = [ocr.recognise(crop) for crop in crops]
    if min(map(_sureness, upward)) > 0.9:
        return False, dict(zip(picked, upward, strict=True))
    downward = [ocr.recognise(np.ascontiguousarray(crop[::-1, ::-1])) for crop in crops]
    headlong = sum(map(_sureness, downward)) > 1.1 * sum(map(_sureness, upward))
    return headlong, dict(zip(picked, downward if headlong else upward, strict=True))


def _ratio(quad: Quad) -> float:
    across, down = _sides(quad)
    return across / max(1.0, down)


def _sureness(read: LineRead) -> float:
    return read.score * min(1.0, len(read.text) / 5)


def _lean(quads: Sequence[Quad]) -> float:
    """Return the median angle of the longer lines, in degrees, clockwise positive."""
    angles, weights = [], []
    for quad in quads:
        edge = quad[1] - quad[0]
        length = float(np.linalg.norm(edge))
        if length > 4 * float(np.linalg.norm(quad[3] - quad[0])):
            angles.append(float(np.degrees(np.arctan2(edge[1], edge[0]))))
            weights.append(length)
    if len(angles) < 3:
        return 0.0
    order = np.argsort(angles)
    total = np.cumsum(np.asarray(weights)[order])
    return float(np.asarray(angles)[order][np.searchsorted(total, total[-1] / 2)])


def _straightened(gray: Gray, quads: Sequence[Quad], lean: float) -> tuple[Gray, list[Quad]]:
    height, width = gray.shape
    matrix = cv2.getRotationMatrix2D((width / 2, height / 2), lean, 1.0)
    flat = cv2.warpAffine(gray, matrix, (width, height), flags=cv2.INTER_LINEAR, borderValue=(ocr.PAPER,))
    moved = [(quad @ matrix[:, :2].T + matrix[:, 2]).astype(np.float32) for quad in quads]
    return np.asarray(flat, np.uint8), [ocr.clockwise(quad) for quad in moved]
