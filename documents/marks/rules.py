"""Ruled lines and the streaks of dirty scanners: long straight ink, told from writing."""

from __future__ import annotations

from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from documents.marks.ink import Ink, Pixels, Rect

# Lengths in line heights.
_LEAST_RULE = 1.6
_LEAST_STREAK = 3.5
_THICKEST = 0.28
_MOST_RULES = 1500


@dataclass(frozen=True, slots=True)
class Rules:
    """The page's level rules, and the page's ink without rules and upright streaks."""

    across: tuple[Rect, ...]
    rest: Pixels


def rules(ink: Ink) -> Rules:
    """Return the level rules of a page and the ink that is neither rule nor streak.

    Small breaks, as a fax leaves them, are bridged. At most 1500 rules, the longest.
    """
    bridged = np.asarray(cv2.morphologyEx(ink.black, cv2.MORPH_CLOSE, np.ones((1, 9), np.uint8)), np.uint8)
    level, mask = _straight(bridged, round(ink.line * _LEAST_RULE), ink.line * _THICKEST)
    _, upright = _straight(np.ascontiguousarray(ink.black.T), round(ink.line * _LEAST_STREAK), ink.line * _THICKEST)
    thick = np.ones((3, 1), np.uint8)
    rest = ink.black.copy()
    rest[cv2.dilate(mask, thick) > 0] = 0
    rest[cv2.dilate(upright, thick).T > 0] = 0
    return Rules(tuple(Rect(*map(float, row)) for row in level), rest)


def _straight(black: Pixels, length: int, thickest: float) -> tuple[NDArray[np.int32], Pixels]:
    """Return the boxes of level strokes at least `length` long and not too thick, and where they are."""
    strokes = cv2.morphologyEx(black, cv2.MORPH_OPEN, np.ones((1, length), np.uint8))
    count, labels, stats, _ = cv2.connectedComponentsWithStats(strokes, connectivity=8)
    thickness = stats[:, cv2.CC_STAT_AREA] / np.maximum(1, stats[:, cv2.CC_STAT_WIDTH])
    keep = thickness <= thickest
    keep[0] = False
    chosen = np.flatnonzero(keep)
    chosen = chosen[np.argsort(-stats[chosen, cv2.CC_STAT_WIDTH])[:_MOST_RULES]]
    mask = np.zeros(count, np.uint8)
    mask[chosen] = 1
    x, y, w, h = (stats[chosen, column] for column in range(4))
    return np.stack([x, y, x + w, y + h], axis=1).astype(np.int32), np.asarray(mask[labels], np.uint8)
