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
_THICKEST = 0.2
_MOST_RULES = 1500
_LEAST_INKED = 0.72
# A stroke of so many pixels may have more ink close to it, being no foot of a word.
_SURE = 320


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
    level, across = _straight(bridged, ink.black, round(ink.line * _LEAST_RULE), ink.line * _THICKEST)
    turned = np.asarray(cv2.transpose(ink.black), np.uint8)
    _, upright = _straight(turned, turned, round(ink.line * _LEAST_STREAK), ink.line * _THICKEST)
    thick = np.ones((3, 1), np.uint8)
    rest = ink.black.copy()
    rest[cv2.dilate(across, thick) > 0] = 0
    rest[cv2.transpose(cv2.dilate(upright, thick)) > 0] = 0
    return Rules(tuple(Rect(*map(float, row)) for row in level), rest)


def dashes(ink: Ink, least: float, most: float) -> list[Rect]:
    """Return the level strokes of a page from `least` to `most` pixels long that stand free of letters."""
    bridged = np.asarray(cv2.morphologyEx(ink.black, cv2.MORPH_CLOSE, np.ones((1, 5), np.uint8)), np.uint8)
    boxes, _ = _straight(bridged, ink.black, round(least), ink.line * _THICKEST)
    return [Rect(*map(float, row)) for row in boxes if row[2] - row[0] <= most]


def _straight(bridged: Pixels, black: Pixels, length: int, thickest: float) -> tuple[NDArray[np.int32], Pixels]:
    """Return the boxes of level strokes at least `length` long and not too thick, and where they are.

    `bridged` is the ink `black` with its breaks closed.
    """
    strokes = np.asarray(cv2.morphologyEx(bridged, cv2.MORPH_OPEN, np.ones((1, length), np.uint8)), np.uint8)
    lines, _ = cv2.findContours(strokes, cv2.RETR_EXTERNAL, cv2.CHAIN_APPROX_SIMPLE)
    boxes = np.array([cv2.boundingRect(line) for line in lines], np.int32).reshape(-1, 4)
    chosen = [index for index in np.argsort(-boxes[:, 2], kind="stable") if _thin(strokes, boxes[index], thickest)]
    kept = [index for index in chosen[:_MOST_RULES] if _is_rule(black, *(int(value) for value in boxes[index]))]
    mask = np.zeros_like(strokes)
    cv2.drawContours(mask, [lines[index] for index in kept], -1, (1,), cv2.FILLED)
    boxes[:, 2:] += boxes[:, :2]
    return boxes[kept], np.asarray(mask, np.uint8)


def _thin(strokes: Pixels, box: NDArray[np.int32], thickest: float) -> bool:
    """Whether a stroke has on the whole no more than `thickest` pixels to each of its columns."""
    x, y, w, h = (int(value) for value in box)
    return h <= thickest or cv2.countNonZero(strokes[y : y + h, x : x + w]) <= thickest * w


def _is_rule(black: Pixels, x: int, y: int, w: int, h: int) -> bool:
    """Whether a stroke is inked nearly all along and stands free, unlike the foot of a line of letters."""
    if black[y : y + h, x : x + w].max(axis=0).mean() < _LEAST_INKED:
        return False
    above, below = black[max(0, y - 4) : max(1, y - 1), x : x + w], black[y + h + 1 : y + h + 4, x : x + w]
    shares = sorted(float(strip.max(axis=0).mean()) if strip.size else 0.0 for strip in (above, below))
    return shares[0] <= 0.25 and shares[1] <= (0.5 if w > _SURE else 0.35)
