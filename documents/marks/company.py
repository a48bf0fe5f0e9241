"""Whether a square that looks like a tick box also keeps the company of one.

Boxes of a form are of one size, stand in columns or rows, and have a label
beside them; a letter stands in a word.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from documents.marks.ink import Rect
from documents.marks.network import probabilities

# In line heights.
_FAR = 2.2


def in_company(rects: Sequence[Rect], looks: Sequence[float], words: Sequence[Rect], line: float) -> list[float]:
    """Return the probability that each square is a tick box, given by how much each looks like one."""
    if not rects:
        return []
    return [float(sure) for sure in probabilities("company", company(rects, looks, words, line))[:, 1]]


def company(rects: Sequence[Rect], looks: Sequence[float], words: Sequence[Rect], line: float) -> NDArray[np.float32]:
    """Return what there is about each square, shape (n, 10): its look, how many are of its size on the page, in its
    column and in its row, whether it lies within a word, and how far the next words are."""
    boxes = np.array([(rect.x0, rect.y0, rect.x1, rect.y1) for rect in rects], np.float32).reshape(-1, 4)
    look = np.clip(np.array(looks, np.float32), 1e-6, 1 - 1e-6)
    width, height = boxes[:, 2] - boxes[:, 0], boxes[:, 3] - boxes[:, 1]
    slack = np.maximum(2.5, 0.1 * width)[:, None]
    alike = (abs(width[:, None] - width) <= slack) & (abs(height[:, None] - height) <= slack)
    weight = np.where(look >= 0.5, look, 0)[None, :] * (1 - np.eye(len(rects), dtype=np.float32))
    same = (alike * weight).sum(axis=1)
    column = (alike * weight * (abs(boxes[:, 0][:, None] - boxes[:, 0]) < 6)).sum(axis=1)
    row = (alike * weight * (abs(boxes[:, 1][:, None] - boxes[:, 1]) < 6)).sum(axis=1)
    beside = _beside(boxes, words, line)
    figures = [
        np.log(look / (1 - look)) / 8,
        np.log1p(same) / 4,
        same / max(1.0, float(same.max(initial=0.0))),
        np.log1p(column) / 3,
        np.log1p(row) / 3,
        width / 50,
    ]
    return np.concatenate([np.stack(figures, axis=1), beside], axis=1).astype(np.float32)


def _beside(boxes: NDArray[np.float32], words: Sequence[Rect], line: float) -> NDArray[np.float32]:
    """Return how far a word that covers each square reaches out left and right of it, and the gaps to other words."""
    x0, y0, x1, y1 = (column[:, None] for column in boxes.T)
    word = np.array([(rect.x0, rect.y0, rect.x1, rect.y1) for rect in words], np.float32).reshape(-1, 4)
    high = np.minimum(y1, word[:, 3]) - np.maximum(y0, word[:, 1])
    level = high >= 0.5 * np.maximum(1.0, np.minimum(y1 - y0, word[:, 3] - word[:, 1]))
    shared = np.maximum(0, np.minimum(x1, word[:, 2]) - np.maximum(x0, word[:, 0])) * np.maximum(0, high)
    over = level & (shared > 0.5 * (x1 - x0) * (y1 - y0))
    right_of = word[:, 0] + word[:, 2] > x0 + x1
    left = np.where(over, (x0 - word[:, 0]) / (x1 - x0), 0).max(axis=1, initial=0)
    right = np.where(over, (word[:, 2] - x1) / (x1 - x0), 0).max(axis=1, initial=0)
    after = np.where(level & ~over & right_of, np.maximum(0, word[:, 0] - x1) / line, _FAR).min(axis=1, initial=_FAR)
    before = np.where(level & ~over & ~right_of, np.maximum(0, x0 - word[:, 2]) / line, _FAR).min(axis=1, initial=_FAR)
    return np.stack([np.minimum(left, 2) / 2, np.minimum(right, 2) / 2, before / _FAR, after / _FAR], axis=1)
