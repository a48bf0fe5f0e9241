"""The page as ink: made black and white under uneven light, at one working resolution.

Lengths inside this folder are pixels of that working page, about 200 to the inch.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import cv2
import numpy as np
from numpy.typing import NDArray

from documents.page import Box, Word

Pixels = NDArray[np.uint8]

WORKING_DPI = 200.0
# The height of a line of ten-point print as text layers and text detectors box it, at the working resolution.
LINE_HEIGHT = 36.0
_LOWEST_LINE, _HIGHEST_LINE = 22.0, 62.0
_SPECK_AREA = 5
_INK_SHARE_OF_PAPER = 0.68
# A page as dark as this holds no marks that could be told from it.
_TOO_DARK = 0.45

# Pages are read side by side in processes; threads within one only cost time on switching.
cv2.setNumThreads(1)


@dataclass(frozen=True, slots=True)
class Outlines:
    """The outlines of connected shapes of ink, and their boxes as rows of x, y, width, height.

    `tree` is OpenCV's: of an outline that encloses white (a hole) its last column is the shape's index, else -1.
    """

    lines: Sequence[NDArray[Any]]
    tree: NDArray[np.int32]
    boxes: NDArray[np.int32]

    @property
    def shapes(self) -> NDArray[np.bool_]:
        """Which outlines are a shape's outer ones."""
        return np.asarray(self.tree[:, 3] < 0)

    def mask(self, index: int) -> NDArray[np.bool_]:
        """Return the shape of an outer outline within its box, without its holes."""
        x, y, width, height = (int(value) for value in self.boxes[index])
        drawn = np.zeros((height, width), np.uint8)
        holes = []
        child = int(self.tree[index, 2])
        while child >= 0:
            holes.append(self.lines[child])
            child = int(self.tree[child, 0])
        cv2.drawContours(drawn, [self.lines[index]], -1, (1,), cv2.FILLED, offset=(-x, -y))
        cv2.drawContours(drawn, holes, -1, (0,), cv2.FILLED, offset=(-x, -y))
        # A hole's outline runs over the ink around it.
        cv2.drawContours(drawn, holes, -1, (1,), 1, offset=(-x, -y))
        return drawn > 0


def outlines(black: Pixels) -> Outlines:
    """Return the outlines of the shapes in `black`: a quarter of the time that labelled components take."""
    lines, tree = cv2.findContours(black, cv2.RETR_CCOMP, cv2.CHAIN_APPROX_SIMPLE)
    boxes = np.array([cv2.boundingRect(line) for line in lines], np.int32).reshape(-1, 4)
    return Outlines(lines, np.zeros((0, 4), np.int32) if tree is None else np.asarray(tree[0], np.int32), boxes)


@dataclass(frozen=True, slots=True)
class Ink:
    """A page in black and white.

    `black` is uint8 of shape (height, width), 1 where there is ink, specks
    removed; `gray` is the page that it was made of. `line` is the usual height
    of a line of words, in its pixels. `drawn` are the outlines of its shapes.
    """

    gray: Pixels
    black: Pixels
    line: float
    drawn: Outlines

    @property
    def height(self) -> int:
        return int(self.black.shape[0])

    @property
    def width(self) -> int:
        return int(self.black.shape[1])

    def box(self, rect: Rect) -> Box:
        """Return `rect` as fractions of the page, cut at its edges."""
        x0, y0, x1, y1 = rect.x0 / self.width, rect.y0 / self.height, rect.x1 / self.width, rect.y1 / self.height
        return Box(max(0.0, x0), max(0.0, y0), min(1.0, x1), min(1.0, y1))

    def rect(self, box: Box) -> Rect:
        """Return `box` in working pixels."""
        return Rect(box.x0 * self.width, box.y0 * self.height, box.x1 * self.width, box.y1 * self.height)

    def crop(self, rect: Rect) -> Pixels:
        """Return the ink within `rect`, cut at the page's edges (a view, perhaps empty)."""
        x0, y0 = max(0, round(rect.x0)), max(0, round(rect.y0))
        return self.black[y0 : max(y0, round(rect.y1)), x0 : max(x0, round(rect.x1))]


@dataclass(frozen=True, slots=True)
class Rect:
    """A rectangle in working pixels; `x1` and `y1` are the first column and row outside."""

    x0: float
    y0: float
    x1: float
    y1: float

    @property
    def width(self) -> float:
        return self.x1 - self.x0

    @property
    def height(self) -> float:
        return self.y1 - self.y0

    @property
    def x(self) -> float:
        return (self.x0 + self.x1) / 2

    @property
    def y(self) -> float:
        return (self.y0 + self.y1) / 2

    def grown(self, by: float) -> Rect:
        return Rect(self.x0 - by, self.y0 - by, self.x1 + by, self.y1 + by)

    def shared(self, other: Rect) -> float:
        """Return the area that both cover."""
        width = min(self.x1, other.x1) - max(self.x0, other.x0)
        height = min(self.y1, other.y1) - max(self.y0, other.y0)
        return max(0.0, width) * max(0.0, height)

    def rows(self, other: Rect) -> float:
        """Return the share of the lower one's height that both span, 0..1."""
        return max(0.0, min(self.y1, other.y1) - max(self.y0, other.y0)) / max(1.0, min(self.height, other.height))

    def columns(self, other: Rect) -> float:
        """Return the share of the narrower one's width that both span, 0..1."""
        return max(0.0, min(self.x1, other.x1) - max(self.x0, other.x0)) / max(1.0, min(self.width, other.width))


def ink_of(image: Pixels, words: Sequence[Word], dpi: float) -> Ink | None:
    """Return the ink of a gray page, or None for a page without size or too dark to hold marks.

    The scale follows `dpi`, unless the words say otherwise: a photograph's
    resolution is a guess.
    """
    if image.ndim != 2 or min(image.shape) < 50:
        return None
    scale = WORKING_DPI / dpi if dpi > 0 else 1.0
    heights = [word.box.height * image.shape[0] * scale for word in words if len(word.text) > 2]
    line = float(np.median(heights)) if len(heights) >= 15 else LINE_HEIGHT
    if not _LOWEST_LINE <= line <= _HIGHEST_LINE:
        scale *= LINE_HEIGHT / line
        line = LINE_HEIGHT
    if not 0.88 <= scale <= 1.12:
        way = cv2.INTER_AREA if scale < 1 else cv2.INTER_CUBIC
        size = (max(50, round(image.shape[1] * scale)), max(50, round(image.shape[0] * scale)))
        image = np.asarray(cv2.resize(image, size, interpolation=way), dtype=np.uint8)
    else:
        line /= scale
    black = _black(image)
    if float(black.mean()) > _TOO_DARK:
        return None
    _clear_specks(black)
    return Ink(image, black, line, outlines(black))


def _clear_specks(black: Pixels) -> None:
    """White out the shapes of a few pixels."""
    lines, _ = cv2.findContours(black, cv2.RETR_EXTERNAL, cv2.CHAIN_APPROX_SIMPLE)
    short = [line for line in lines if len(line) <= 2 * _SPECK_AREA]
    boxes = np.array([cv2.boundingRect(line) for line in short], np.int32).reshape(-1, 4)
    boxes = boxes[(boxes[:, 2:] <= _SPECK_AREA).all(axis=1)]
    # All the specks at once: the pixels of their boxes, one place of each box a step.
    steps = [
        (boxes[:, 1] + down, boxes[:, 0] + across, (down < boxes[:, 3]) & (across < boxes[:, 2]))
        for down in range(_SPECK_AREA)
        for across in range(_SPECK_AREA)
    ]
    area = np.zeros(len(boxes), np.int32)
    for rows, columns, within in steps:
        area[within] += black[rows[within], columns[within]]
    for rows, columns, within in steps:
        gone = within & (area <= _SPECK_AREA)
        black[rows[gone], columns[gone]] = 0


def _black(image: Pixels) -> Pixels:
    """Return 1 where a pixel is much darker than the paper about it."""
    small = cv2.resize(image, None, fx=1 / 8, fy=1 / 8, interpolation=cv2.INTER_AREA)
    paper = cv2.medianBlur(cv2.dilate(small, np.ones((9, 9), np.uint8)), 9)
    limit = cv2.resize(paper, (image.shape[1], image.shape[0]), interpolation=cv2.INTER_LINEAR)
    limit = cv2.convertScaleAbs(limit, alpha=_INK_SHARE_OF_PAPER)
    return np.asarray(image < limit, dtype=np.uint8)
