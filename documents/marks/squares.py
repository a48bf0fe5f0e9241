"""Where squares are drawn: pairs of short straight lines that face each other, and lone square shapes."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

import cv2
import numpy as np
from numpy.typing import NDArray

from documents.marks.ink import Ink, Pixels, Rect

Rects = NDArray[np.int32]

# Sides of a tick box at 200 to the inch: 1.8 to 6.3 mm.
SMALLEST, LARGEST = 14.0, 50.0
_MOST_LINES = 4000
_MOST_SHAPES = 6000
_LEAST_SIDE = 0.45
_LEAST_SIDES = 2.9
# Two facing lines begin no farther apart than this share of the longest side.
_MOST_SLACK = 0.3
_MOST_SIZES = 3
_LEAST_ALIKE, _LEAST_OF_COMMONEST = 2, 0.12
_LEAST_ALIKE_SIDE = 0.35
_LEAST_ALIKE_SIDES = 3.0
_MOST_ALIKE = 800
# Of two candidates' areas: how much is shared when they are one box, or stand in each other's way.
_SAME, _OVER = 0.7, 0.35


def squares(ink: Ink) -> list[Rect]:
    """Return candidate squares, the best of those that overlap, in no order.

    Bounded: of very many lines or shapes (noise) only the longest are looked at.
    """
    least, most = SMALLEST, LARGEST
    across = _facing(_lines(ink.black, least, most), least, most)
    down = _facing(_lines(np.asarray(cv2.transpose(ink.black), np.uint8), least, most), least, most)[:, [1, 0, 3, 2]]
    found, scores = _sides(ink.black, np.concatenate([across, down, _shapes(ink, least, most)]))
    alike = [_like(ink.black, width, height) for width, height in _sizes(ink.black, found)]
    found = np.concatenate([found, *(rects for rects, _ in alike)])
    scores = np.concatenate([scores, *(values for _, values in alike)])
    return [Rect(*(float(edge) for edge in found[index])) for index in _distinct(found, scores)]


def _lines(black: Pixels, least: float, most: float) -> Rects:
    """Return the boxes (x0, y0, x1, y1) of thin level strokes no shorter than 0.7 of the least side."""
    bridged = cv2.morphologyEx(black, cv2.MORPH_CLOSE, np.ones((1, 7), np.uint8))
    length = max(5, round(least * 0.7))
    strokes = cv2.morphologyEx(bridged, cv2.MORPH_OPEN, np.ones((1, length), np.uint8))
    outlines, _ = cv2.findContours(strokes, cv2.RETR_EXTERNAL, cv2.CHAIN_APPROX_SIMPLE)
    boxes = np.array([cv2.boundingRect(outline) for outline in outlines], np.int32).reshape(-1, 4)
    boxes = boxes[(boxes[:, 3] <= max(6.0, least * 0.7)) & (boxes[:, 2] <= most * 1.3)]
    if len(boxes) > _MOST_LINES:
        boxes = boxes[np.argsort(-boxes[:, 2], kind="stable")[:_MOST_LINES]]
    boxes[:, 2:] += boxes[:, :2]
    return boxes


def _facing(lines: Rects, least: float, most: float) -> Rects:
    """Return the rectangles between two lines above each other that begin and end alike."""
    width = lines[:, 2] - lines[:, 0]
    lines = lines[(width >= least * 0.8) & (width <= most * 1.3)]
    lines = lines[np.argsort(lines[:, 0], kind="stable")]
    starts = lines[:, 0]
    # Those that begin about where a line does: the neighbours in the order of beginnings.
    ends = np.searchsorted(starts, starts + _MOST_SLACK * most, side="right")
    counts = ends - np.arange(len(lines)) - 1
    one = np.repeat(np.arange(len(lines)), counts)
    other = np.arange(int(counts.sum())) - np.repeat(np.cumsum(counts) - counts, counts) + one + 1
    upper = np.where(lines[one, 1] <= lines[other, 1], one, other)
    top, foot = lines[upper], lines[one + other - upper]
    side = top[:, 2] - top[:, 0]
    slack = np.maximum(3.0, side * 0.22)
    gap = foot[:, 3] - top[:, 1]
    fits = (abs(foot[:, 0] - top[:, 0]) <= slack) & (abs(foot[:, 2] - top[:, 2]) <= slack)
    fits &= (gap >= np.maximum(least, side * 0.65)) & (gap <= np.minimum(most, side * 1.5))
    top, foot = top[fits], foot[fits]
    return np.stack(
        [np.minimum(top[:, 0], foot[:, 0]), top[:, 1], np.maximum(top[:, 2], foot[:, 2]), foot[:, 3]], axis=1
    ).astype(np.int32)


def _shapes(ink: Ink, least: float, most: float) -> Rects:
    """Return the boxes of connected shapes that are about as wide as high."""
    x, y, width, height = ink.drawn.boxes[ink.drawn.shapes].T
    fits = (width >= least) & (width <= most) & (height >= least) & (height <= most)
    fits &= (width * 3 >= height * 2) & (height * 3 >= width * 2)
    kept = np.flatnonzero(fits)[:_MOST_SHAPES]
    return np.stack([x[kept], y[kept], x[kept] + width[kept], y[kept] + height[kept]], axis=1)


def _sides(black: Pixels, rects: Rects) -> tuple[Rects, NDArray[np.float64]]:
    """Return the rectangles whose four sides are inked, and how well (up to 4)."""
    kept, scores = [], []
    for rect in rects.tolist():
        score = _framed(black, *rect)
        if score >= _LEAST_SIDES:
            kept.append(rect)
            scores.append(score)
    return np.array(kept, dtype=np.int32).reshape(-1, 4), np.array(scores)


def _framed(black: Pixels, x0: int, y0: int, x1: int, y1: int) -> float:
    """Return how well a rectangle's four sides are inked (up to 4), 0 when one of them is not."""
    total = 0.0
    for strip, axis in (
        (black[y0 : y0 + 5, x0 + 2 : x1 - 2], 0),
        (black[max(0, y1 - 5) : y1, x0 + 2 : x1 - 2], 0),
        (black[y0 + 2 : y1 - 2, x0 : x0 + 5], 1),
        (black[y0 + 2 : y1 - 2, max(0, x1 - 5) : x1], 1),
    ):
        side = _inked(strip, axis)
        if side < _LEAST_SIDE:
            return 0.0
        total += side
    return total


def _sizes(black: Pixels, rects: Rects) -> list[tuple[int, int]]:
    """Return the commonest sizes of the rectangles that are certainly empty boxes: forms repeat theirs."""
    counts: Counter[tuple[int, int]] = Counter()
    for x0, y0, x1, y1 in rects:
        if _alone(black, x0, y0, x1, y1):
            counts[(int(x1 - x0), int(y1 - y0))] += 1
    sizes: list[tuple[int, int]] = []
    for (width, height), _ in counts.most_common():
        if all(abs(width - w) > 2 or abs(height - h) > 2 for w, h in sizes):
            sizes.append((width, height))
    commonest = max((_near(counts, size) for size in sizes[:_MOST_SIZES]), default=0)
    least = max(_LEAST_ALIKE, _LEAST_OF_COMMONEST * commonest)
    return [size for size in sizes[:_MOST_SIZES] if _near(counts, size) >= least]


def _alone(black: Pixels, x0: int, y0: int, x1: int, y1: int) -> bool:
    """Whether a rectangle has four corners, nothing in it, and nothing close to its left, above and below it."""
    crop = black[y0:y1, x0:x1]
    if not min(crop[:4, :4].max(), crop[:4, -4:].max(), crop[-4:, :4].max(), crop[-4:, -4:].max()):
        return False
    about = (
        crop[5:-5, 5:-5],
        black[y0:y1, max(0, x0 - 5) : max(1, x0 - 1)],
        black[max(0, y0 - 4) : max(1, y0 - 1), x0:x1],
        black[y1 + 1 : y1 + 4, x0:x1],
    )
    return all(strip.size == 0 or strip.mean() < 0.08 for strip in about)


def _near(counts: Counter[tuple[int, int]], size: tuple[int, int]) -> int:
    return sum(n for other, n in counts.items() if max(abs(other[0] - size[0]), abs(other[1] - size[1])) <= 2)


def _like(black: Pixels, width: int, height: int) -> tuple[Rects, NDArray[np.float64]]:
    """Return where four sides of a box of this size are mostly inked, whatever else is there, and how well."""
    full = black * np.uint8(255)
    across = cv2.blur(cv2.dilate(full, np.ones((3, 1), np.uint8)), (max(3, width - 4), 1))
    down = cv2.blur(cv2.dilate(full, np.ones((1, 3), np.uint8)), (1, max(3, height - 4)))
    rows, columns = black.shape[0] - height, black.shape[1] - width
    if rows <= 0 or columns <= 0:
        return np.zeros((0, 4), np.int32), np.zeros(0)
    x, y = width // 2, height // 2
    sides = (
        across[1 : rows + 1, x : x + columns],
        across[height - 2 : height - 2 + rows, x : x + columns],
        down[y : y + rows, 1 : columns + 1],
        down[y : y + rows, width - 2 : width - 2 + columns],
    )
    least = cv2.min(cv2.min(sides[0], sides[1]), cv2.min(sides[2], sides[3]))
    ys, xs = np.nonzero(least >= _LEAST_ALIKE_SIDE * 255)
    totals = np.stack([side[ys, xs] for side in sides]).sum(axis=0, dtype=np.uint16)
    likely = totals >= _LEAST_ALIKE_SIDES * 255
    ys, xs, scores = _peaks(ys[likely], xs[likely], totals[likely], (rows, columns))
    order = np.argsort(-scores, kind="stable")[:_MOST_ALIKE]
    ys, xs = ys[order], xs[order]
    return np.stack([xs, ys, xs + width, ys + height], axis=1).astype(np.int32), scores[order] / 255.0


def _peaks(
    ys: NDArray[np.intp], xs: NDArray[np.intp], totals: NDArray[np.uint16], shape: tuple[int, int]
) -> tuple[NDArray[np.intp], NDArray[np.intp], NDArray[np.uint16]]:
    """Return the places, of those given, that none within two pixels exceeds; of equal ones their middle."""
    field = np.zeros((shape[0] + 4, shape[1] + 4), np.uint16)
    field[ys + 2, xs + 2] = totals
    highest = totals.copy()
    for down in range(5):
        for across in range(5):
            np.maximum(highest, field[ys + down, xs + across], out=highest)
    top = np.flatnonzero(totals == highest)
    plain = np.zeros(shape, np.uint8)
    plain[ys[top], xs[top]] = 1
    spots, _ = cv2.findContours(plain, cv2.RETR_EXTERNAL, cv2.CHAIN_APPROX_NONE)
    middles = np.array([np.rint(spot[:, 0].mean(axis=0)) for spot in spots], np.intp).reshape(-1, 2)
    return middles[:, 1], middles[:, 0], field[middles[:, 1] + 2, middles[:, 0] + 2]


def _inked(strip: Pixels, axis: int) -> float:
    """Return the share of a side's length that has ink across its five pixels."""
    if not strip.size:
        return 0.0
    return float(cv2.countNonZero(cv2.reduce(strip, axis, cv2.REDUCE_MAX)) / strip.shape[1 - axis])


def _distinct(rects: Rects, scores: NDArray[np.float64]) -> list[int]:
    """Return the indices of the best rectangles of those that are nearly the same."""
    sized = np.concatenate([rects[:, :2], rects[:, 2:] - rects[:, :2]], axis=1)
    kept = cv2.dnn.NMSBoxes(sized.tolist(), scores.tolist(), 0.0, _SAME)
    return [int(index) for index in kept]


def best(rects: Sequence[Rect], scores: Sequence[float]) -> list[int]:
    """Return the indices of the rectangles left when each that covers a better one, or lies in it, is dropped."""
    kept: list[int] = []
    for index in sorted(range(len(rects)), key=lambda each: -scores[each]):
        rect = rects[index]
        area = rect.width * rect.height
        if all(
            rect.shared(rects[other]) <= _OVER * min(area, rects[other].width * rects[other].height) for other in kept
        ):
            kept.append(index)
    return kept
