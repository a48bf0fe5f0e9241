"""Combs: entries written one character a cell, between short strokes that stand on a rule.

The strokes read as `|`, `1` or `l` and tear a number into pieces, so they are
found and taken out before the page is read. A comb is a row of at least four
strokes of one height and level, about as far apart as they are high, most of
them joined by a rule at their feet.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from documents.ocr import PAPER, Gray, Quad

# In pixels at 200 dpi: combs are printed 4 to 12 mm high.
_LOW, _HIGH = 20, 95
_THICK = 8
_LEVEL = 5
# Cells narrower than 3.5 mm are not written in; strokes nearer than that are letters.
_PITCH = 28
_FLAT = np.ones((1, 15), np.uint8)


@dataclass(frozen=True, slots=True)
class Comb:
    """A comb in pixels of the page; `pitch` is the distance between its strokes."""

    x0: int
    y0: int
    x1: int
    y1: int
    pitch: float


def parted(quads: Sequence[Quad], combs: Sequence[Comb]) -> list[tuple[Quad, Comb | None]]:
    """Return the detected lines cut at the ends of the combs that they run through, each with its comb.

    The detector joins a comb with what stands beside it on its line.
    """
    found: list[tuple[Quad, Comb | None]] = []
    for quad in quads:
        (left, top), (right, bottom) = quad.min(0).tolist(), quad.max(0).tolist()
        tall = bottom - top
        met = [comb for comb in combs if min(bottom, comb.y1) - max(top, comb.y0) > 0.5 * min(tall, comb.y1 - comb.y0)]
        at = left
        for comb in sorted(met, key=lambda comb: comb.x0):
            # A printed bracket before the first cell belongs to the entry.
            start, end = max(at, comb.x0 - 0.5 * comb.pitch), min(right, comb.x1 + 0.3 * comb.pitch)
            if end - start < 0.5 * comb.pitch:
                continue
            if start - at > 0.8 * tall:
                found.append((_between(quad, at, start), None))
            found.append((_between(quad, start, end), comb))
            at = end
        if at == left:
            found.append((quad, None))
        elif right - at > 0.8 * tall:
            found.append((_between(quad, at, right), None))
    return found


def _between(quad: Quad, x0: float, x1: float) -> Quad:
    """Return the part of a line between two columns."""
    left, right = float(quad[:, 0].min()), float(quad[:, 0].max())
    a, b = (x0 - left) / max(1.0, right - left), (x1 - left) / max(1.0, right - left)
    top, bottom = quad[1] - quad[0], quad[2] - quad[3]
    corners = [quad[0] + top * a, quad[0] + top * b, quad[3] + bottom * b, quad[3] + bottom * a]
    return np.array(corners, np.float32)


def without(gray: Gray) -> tuple[Gray, tuple[Comb, ...]]:
    """Return the page without its combs' strokes and rules, and the combs; the same page where it has none."""
    ink = (gray < 150).astype(np.uint8)
    strokes = _strokes(ink)
    runs = [run for row in _levels(strokes) for run in _even(row) if _on_rule(ink, run)]
    if not runs:
        return gray, ()
    clean = gray.copy()
    combs = []
    for run in runs:
        x0, y0 = int(run[:, 0].min()), int(np.median(run[:, 1]))
        x1, y1 = int((run[:, 0] + run[:, 2]).max()), int(np.median(run[:, 1] + run[:, 3]))
        for x, y, w, h in run:
            clean[y - 3 : y + h + 3, x - 1 : x + w + 1] = PAPER
        combs.append(Comb(x0, y0, x1, y1, float(np.median(np.diff(run[:, 0])))))
        _erase_rule(clean, ink, x0, x1, y1)
    return clean, tuple(combs)


def _strokes(ink: Gray) -> NDArray[np.int32]:
    """Return upright strokes as rows of x, y, width, height."""
    joined = cv2.morphologyEx(ink, cv2.MORPH_CLOSE, np.ones((5, 1), np.uint8))
    upright = cv2.morphologyEx(joined, cv2.MORPH_OPEN, np.ones((_LOW, 1), np.uint8))
    outlines, _ = cv2.findContours(upright, cv2.RETR_EXTERNAL, cv2.CHAIN_APPROX_SIMPLE)
    boxes = np.array([cv2.boundingRect(outline) for outline in outlines], np.int32).reshape(-1, 4)
    keep = (boxes[:, 2] <= _THICK) & (boxes[:, 3] >= _LOW) & (boxes[:, 3] <= _HIGH)
    return np.asarray(boxes[keep], np.int32)


def _levels(strokes: NDArray[np.int32]) -> list[NDArray[np.int32]]:
    """Gather strokes whose feet and heads stand level, each level sorted from left to right."""
    if not len(strokes):
        return []
    left = strokes[np.argsort(strokes[:, 1] + strokes[:, 3], kind="stable")]
    found = []
    while len(left):
        feet, heads = left[:, 1] + left[:, 3], left[:, 1]
        same = (np.abs(feet - feet[0]) <= _LEVEL) & (np.abs(heads - heads[0]) <= 1.6 * _LEVEL)
        if same.sum() >= 4:
            row = left[same]
            found.append(row[np.argsort(row[:, 0])])
        left = left[~same]
    return found


def _even(row: NDArray[np.int32]) -> list[NDArray[np.int32]]:
    """Return the runs of a level whose strokes are evenly apart, three even gaps at least.

    Between groups of cells (the parts of a date) a gap may be up to 2.2 cells.
    """
    height = float(np.median(row[:, 3]))
    gaps = np.diff(row[:, 0])
    cells = gaps[(gaps >= max(_PITCH, 0.5 * height)) & (gaps < 1.7 * height)]
    if len(cells) < 3:
        return []
    pitch = float(np.median(cells))
    runs = []
    start = 0
    for index in range(len(gaps) + 1):
        if index == len(gaps) or gaps[index] > 2.2 * pitch:
            run = row[start : index + 1]
            even = np.abs(np.diff(run[:, 0]) - pitch) < 0.14 * pitch + 1
            if even.sum() >= 3 and even.mean() > 0.6:
                runs.append(run)
            start = index + 1
    return runs


def _on_rule(ink: Gray, run: NDArray[np.int32]) -> bool:
    """Whether ink runs along the feet of most cells: letters in a row have no such rule."""
    feet = int(np.median(run[:, 1] + run[:, 3]))
    x0, x1 = int(run[0, 0]), int(run[-1, 0])
    band = ink[max(0, feet - 7) : feet + 7, x0:x1]
    if not band.size:
        return False
    return float(cv2.morphologyEx(band, cv2.MORPH_OPEN, _FLAT).max(0).mean()) > 0.6


def _erase_rule(clean: Gray, ink: Gray, x0: int, x1: int, feet: int) -> None:
    """White out the rule under a comb: columns of ink at its feet that are thin."""
    top = max(0, feet - 7)
    band = ink[top : feet + 7, x0:x1]
    flat = cv2.morphologyEx(band, cv2.MORPH_OPEN, _FLAT)
    flat = cv2.dilate(flat, np.ones((3, 1), np.uint8))
    clean[top : feet + 7, x0:x1][flat > 0] = PAPER


def condensed(part: Gray, pitch: float) -> tuple[Gray, NDArray[np.int64]]:
    """Return a comb's line with its cells moved together, and each column's place in the line as it was.

    A blank wider than a cell stays a word space of half a cell.
    """
    dark = (part < 150).astype(np.uint8)
    inked = cv2.morphologyEx(dark, cv2.MORPH_OPEN, np.ones((2, 2), np.uint8)).any(axis=0)
    narrow, wide = max(3, round(0.14 * pitch)), max(6, round(0.6 * pitch))
    kept: list[int] = []
    columns = np.flatnonzero(inked)
    if not len(columns):
        return part, np.arange(part.shape[1])
    last = columns[0] - narrow
    for column in columns:
        gap = column - last - 1
        room = min(gap, wide if gap > 1.25 * pitch else narrow)
        kept += range(column - room, column + 1)
        last = column
    kept += range(last + 1, min(part.shape[1], last + 1 + narrow))
    places = np.clip(np.asarray(kept), 0, part.shape[1] - 1)
    return np.ascontiguousarray(part[:, places]), places
