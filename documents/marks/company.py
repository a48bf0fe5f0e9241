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
    beside = np.array([_beside(rect, words, line) for rect in rects], np.float32).reshape(-1, 4)
    figures = [
        np.log(look / (1 - look)) / 8,
        np.log1p(same) / 4,
        same / max(1.0, float(same.max(initial=0.0))),
        np.log1p(column) / 3,
        np.log1p(row) / 3,
        width / 50,
    ]
    return np.concatenate([np.stack(figures, axis=1), beside], axis=1).astype(np.float32)


def _beside(rect: Rect, words: Sequence[Rect], line: float) -> tuple[float, float, float, float]:
    """Return how far a word that covers the square reaches out left and right of it, and the gaps to other words."""
    left = right = 0.0
    before = after = _FAR
    for word in words:
        if word.rows(rect) < 0.5:
            continue
        if word.shared(rect) > 0.5 * rect.width * rect.height:
            left = max(left, (rect.x0 - word.x0) / rect.width)
            right = max(right, (word.x1 - rect.x1) / rect.width)
        elif word.x > rect.x:
            after = min(after, max(0.0, word.x0 - rect.x1) / line)
        else:
            before = min(before, max(0.0, rect.x0 - word.x1) / line)
    return min(left, 2.0) / 2, min(right, 2.0) / 2, before / _FAR, after / _FAR
