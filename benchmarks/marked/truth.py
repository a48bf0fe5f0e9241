"""A drawn sheet as it arrives, with its words and marks where they then stand."""

from __future__ import annotations

import random
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from benchmarks.marked.fax import LEVELS, Gray, arrived
from benchmarks.marked.sheet import Drawn, Sheet
from documents.marks.ink import Rect
from documents.page import Box, Word

# Of a hundred words that a reader tells print from a hand by, so many it takes for the other.
_MISTAKEN = 0.04


@dataclass(frozen=True)
class Arrived:
    """A page of gray at 200 to the inch, its words, and the marks drawn on it."""

    image: Gray
    level: str
    words: tuple[Word, ...]
    marks: tuple[tuple[Drawn, Rect], ...]


def arrive(sheet: Sheet, seed: int) -> Arrived:
    """Send a sheet through the damage that `seed` stands for: its level is LEVELS[seed % 5]."""
    level = LEVELS[seed % len(LEVELS)]
    image, matrix = arrived(np.asarray(sheet.image), level, random.Random(seed))
    height, width = image.shape
    words = []
    slips = random.Random(seed + 1)
    for text, corners, line in sheet.words:
        rect = _moved(corners, matrix)
        box = Box(rect.x0 / width, rect.y0 / height, rect.x1 / width, rect.y1 / height)
        hand = (line in sheet.hands) != (slips.random() < _MISTAKEN)
        words.append(Word(text, box, 0.95, line, None, 0.95 if hand else 0.03))
    marks = tuple((drawn, _moved(drawn.corners, matrix)) for drawn in sheet.marks)
    return Arrived(image, level, tuple(words), marks)


def _moved(corners: Sequence[float], matrix: NDArray[np.float64]) -> Rect:
    """Carry a rectangle along by its middle: pages arrive nearly straight."""
    x0, y0, x1, y1 = corners
    x, y = matrix @ np.array([(x0 + x1) / 2, (y0 + y1) / 2, 1])
    return Rect(x - (x1 - x0) / 2, y - (y1 - y0) / 2, x + (x1 - x0) / 2, y + (y1 - y0) / 2)


def alike(one: Rect, other: Rect) -> float:
    """Return how much of their union two rectangles share, 0..1."""
    shared = one.shared(other)
    return shared / max(1e-9, one.width * one.height + other.width * other.height - shared)
