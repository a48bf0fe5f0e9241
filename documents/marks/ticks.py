"""Whether a square is a box to tick, and whether it is ticked: a small network that looks at it and about it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from documents.marks.ink import Ink, Rect
from documents.marks.network import probabilities

_CELLS = 24
_AROUND = 0.5


@dataclass(frozen=True, slots=True)
class Tick:
    """The probability that a square is a tick box, and that it is ticked if it is one."""

    box: float
    on: float


def looks(ink: Ink, rects: Sequence[Rect]) -> NDArray[np.float32]:
    """Return what the network sees of each rectangle, shape (n, features), each feature within 0..1.

    That is the share of ink in 24 x 24 cells over the rectangle grown by half
    its side all around, the same by the directions of its edges in 8 x 8 cells,
    and its size.
    """
    margin = 64
    padded = np.pad(ink.black, margin)
    rows = [_look(padded, rect, margin) for rect in rects]
    return np.stack(rows) if rows else np.zeros((0, _CELLS * _CELLS + 258), np.float32)


def _look(padded: NDArray[np.uint8], rect: Rect, margin: int) -> NDArray[np.float32]:
    around = rect.grown(_AROUND * max(rect.width, rect.height))
    crop = padded[
        round(around.y0) + margin : round(around.y1) + margin, round(around.x0) + margin : round(around.x1) + margin
    ]
    cells = cv2.resize(crop * np.uint8(255), (_CELLS, _CELLS), interpolation=cv2.INTER_AREA).astype(np.float32) / 255
    across, down = cv2.Sobel(cells, cv2.CV_32F, 1, 0) / 4, cv2.Sobel(cells, cv2.CV_32F, 0, 1) / 4
    edges = [abs(across), abs(down), abs(across + down) * 0.7, abs(across - down) * 0.7]
    pooled = [cv2.resize(edge, (8, 8), interpolation=cv2.INTER_AREA).ravel() for edge in edges]
    size = np.array([rect.width / 64, rect.height / 64], np.float32)
    return np.concatenate([cells.ravel(), *pooled, size])


def ticks(ink: Ink, rects: Sequence[Rect]) -> list[Tick]:
    """Return what each square is; the classes of the network are no box, empty box, ticked box."""
    found = probabilities("ticks", looks(ink, rects))
    return [Tick(float(off + on), float(on / max(off + on, 1e-9))) for _, off, on in found]
