"""Telling a hand's writing on a line from nothing, dirt and type."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import cv2
import numpy as np
from numpy.typing import NDArray

from documents.marks.ink import Ink, Rect
from documents.marks.network import probabilities
from documents.marks.rules import Rules

_COLUMNS, _ROWS = 48, 16
_LEAST_AREA = 10
# The paper seen, in line heights.
_WIDTH = 12.0

Floats = NDArray[np.float32]


def written(ink: Ink, rules: Rules, paper: Rect, ignored: Sequence[Rect] = ()) -> tuple[float, Rect | None]:
    """Return the probability that a hand wrote on the paper, and where the ink on it is (None when there is none)."""
    seen, where = writing(ink, rules, paper, ignored)
    return (float(probabilities("scrawls", seen[None])[0, 1]) if where else 0.0), where


def writing(ink: Ink, rules: Rules, paper: Rect, ignored: Sequence[Rect] = ()) -> tuple[Floats, Rect | None]:
    """Return what the network sees of the ink on a paper, and where that ink is (None when there is none).

    That is the ink's shapes in 48 x 16 cells from where it begins, and figures
    about them: how many, how large, how even in height and base. Shapes whose
    middle is off the paper or on an `ignored` rectangle are left out.
    """
    margin = round(ink.line)
    wide = paper.grown(margin)
    left, top = max(0, round(wide.x0)), max(0, round(wide.y0))
    crop = rules.rest[top : max(top, round(wide.y1)), left : max(left, round(wide.x1))]
    shapes: NDArray[Any] = np.zeros((0, 5), np.int32)
    mask = np.zeros_like(crop)
    if crop.size:
        _, labels, stats, middles = cv2.connectedComponentsWithStats(crop, connectivity=8)
        x, y = middles[:, 0] + left, middles[:, 1] + top
        kept = (stats[:, 4] >= _LEAST_AREA) & (x > paper.x0) & (x < paper.x1) & (y > paper.y0) & (y < paper.y1)
        kept &= np.maximum(stats[:, 2], stats[:, 3]) >= 4
        for rect in ignored:
            kept &= ~((x > rect.x0) & (x < rect.x1) & (y > rect.y0) & (y < rect.y1))
        kept[0] = False
        shapes = stats[kept]
        mask = kept.astype(np.uint8)[labels]
    if not len(shapes):
        return np.zeros(_COLUMNS * _ROWS + 20, np.float32), None
    x0, y0 = int(shapes[:, 0].min()), int(shapes[:, 1].min())
    x1, y1 = int((shapes[:, 0] + shapes[:, 2]).max()), int((shapes[:, 1] + shapes[:, 3]).max())
    where = Rect(x0 + left, y0 + top, x1 + left, y1 + top)
    return np.concatenate([_cells(mask, x0, ink.line), _figures(shapes, mask, ink.line)]), where


def _cells(mask: NDArray[np.uint8], start: int, line: float) -> Floats:
    """Return the ink over a width of twelve line heights from its first column, as 48 x 16 shares."""
    width = round(_WIDTH * line)
    seen = np.zeros((mask.shape[0], width), np.uint8)
    part = mask[:, start : start + width]
    seen[:, : part.shape[1]] = part * 255
    cells = cv2.resize(seen, (_COLUMNS, _ROWS), interpolation=cv2.INTER_AREA)
    return np.asarray(cells.ravel() / np.float32(255), np.float32)


def _figures(shapes: NDArray[Any], mask: NDArray[np.uint8], line: float) -> Floats:
    x, y, w, h, area = (shapes[:, column].astype(float) for column in range(5))
    bottoms, big = y + h, h > 0.25 * line
    tall, base = (h[big], bottoms[big]) if big.any() else (h, bottoms)
    total = area.sum()
    edges = cv2.Canny(mask * np.uint8(255), 50, 150).mean() / 255 * mask.size
    across, down = cv2.Sobel(mask, cv2.CV_32F, 1, 0), cv2.Sobel(mask, cv2.CV_32F, 0, 1)
    slant = float((across * down).sum() / ((across**2 + down**2).sum() + 1))
    span, rise = (x + w).max() - x.min(), bottoms.max() - y.min()
    middle = float(np.median(tall))
    alike = float((abs(tall - middle) < 0.15 * middle).mean())
    figures = [
        len(shapes) / 30, big.sum() / 20, total / line**2 / 4, w.max() / line / 6, h.max() / line / 2,
        middle / line, tall.std() / line, base.std() / line, area.max() / total, span / line / 12, rise / line / 3,
        big.sum() / max(1.0, span / line) / 3, alike, total / max(1.0, edges) / 3, slant,
        float((w * (w > line)).sum() / max(1.0, span)), float(np.median(w)) / line, total / max(1.0, span * rise),
        float((w / np.maximum(h, 1)).max()) / 6, float(np.percentile(base, 75) - np.percentile(base, 25)) / line,
    ]  # fmt: skip
    return np.clip(np.array(figures, np.float32), -2, 4)
