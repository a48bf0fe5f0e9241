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
    if not rects:
        return np.zeros((0, _CELLS * _CELLS + 258), np.float32)
    margin = 64
    padded = np.pad(ink.black * np.uint8(255), margin)
    cells = np.stack([_cells(padded, rect, margin) for rect in rects]).astype(np.float32) / np.float32(255)
    across, down = _slopes(cells)
    edges = (abs(across), abs(down), abs(across + down) * 0.7, abs(across - down) * 0.7)
    size = np.array([(rect.width / 64, rect.height / 64) for rect in rects], np.float32)
    pooled = [_pooled(np.asarray(edge, np.float32)).reshape(len(rects), -1) for edge in edges]
    return np.concatenate([cells.reshape(len(rects), -1), *pooled, size], axis=1)


def _cells(padded: NDArray[np.uint8], rect: Rect, margin: int) -> NDArray[np.uint8]:
    around = rect.grown(_AROUND * max(rect.width, rect.height))
    crop = padded[
        round(around.y0) + margin : round(around.y1) + margin, round(around.x0) + margin : round(around.x1) + margin
    ]
    return np.asarray(cv2.resize(crop, (_CELLS, _CELLS), interpolation=cv2.INTER_AREA), np.uint8)


def _slopes(cells: NDArray[np.float32]) -> tuple[NDArray[np.float32], NDArray[np.float32]]:
    """Return how the ink of each square grows to the right and downwards: Sobel's slopes of all squares at once."""
    count, height, width = cells.shape
    sheet = np.pad(cells, ((0, 0), (1, 1), (1, 1)), mode="reflect").reshape(count * (height + 2), width + 2)
    found = (cv2.Sobel(sheet, cv2.CV_32F, 1, 0) / 4, cv2.Sobel(sheet, cv2.CV_32F, 0, 1) / 4)
    across, down = (np.asarray(each, np.float32).reshape(count, height + 2, width + 2) for each in found)
    return across[:, 1:-1, 1:-1], down[:, 1:-1, 1:-1]


def _pooled(edges: NDArray[np.float32]) -> NDArray[np.float32]:
    """Return the means of 3 x 3 cells."""
    count, height, width = edges.shape
    return np.asarray(edges.reshape(count, height // 3, 3, width // 3, 3).mean(axis=(2, 4)), np.float32)


def ticks(ink: Ink, rects: Sequence[Rect]) -> list[Tick]:
    """Return what each square is; the classes of the network are no box, empty box, ticked box."""
    found = probabilities("ticks", looks(ink, rects))
    return [Tick(float(off + on), float(on / max(off + on, 1e-9))) for _, off, on in found]
