"""Loops that a hand drew around words."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from typing import Any

import cv2
import numpy as np
from numpy.typing import NDArray

from documents.marks.ink import Ink, Pixels, Rect, outlines
from documents.marks.labels import Text
from documents.marks.network import probabilities
from documents.marks.squares import best
from documents.marks.within import read_within
from documents.page import Mark

# Sizes of a loop in line heights: around one letter, around a long phrase.
_LEAST, _HIGHEST, _WIDEST = 0.68, 3.2, 16.0
_MOST = 600
# Where a rule was taken out of the ink, a loop that crosses it is broken by about as much.
_BRIDGE = 7
_LOOP = 0.5
# Of a thick pen's loop around a small letter less is white than of a letter O.
_MOST_INKED = 0.72
_CELLS = (32, 16)
_ANGLES = 36
# A loop no wider than this (in line heights) is read again without its stroke, and believed from this probability on.
_SHORT = 3.0
_SURE, _LEAST_SURE = 0.8, 0.7
_TRIMMED = "()[]{}|®©@-_.,:; "
# Letters that stand farther apart than this are options of their own.
_WIDE_PITCH = 0.62


def circles(ink: Ink, rest: Pixels, words: Sequence[Text]) -> tuple[Mark, ...]:
    """Return a `circle` mark for each loop with words in it; `rest` is the ink without rules.

    A loop around a letter that was not read takes the letter that stands at
    this place in the rows above and below.
    """
    found = loops(ink, rest)
    views = [probabilities("loops", loop_looks(black, found, ink.line))[:, 1] for black in (ink.black, rest)]
    sure = np.maximum(*views)
    likely = [(rect, float(score)) for rect, score in zip(found, sure, strict=True) if score >= _LOOP]
    kept = best([rect for rect, _ in likely], [score for _, score in likely])
    marks = []
    for index in kept:
        rect, score = likely[index]
        text = _named(ink, rest, rect, words)
        if text:
            marks.append(Mark("circle", ink.box(rect), "on", text, score))
    return tuple(marks)


def _named(ink: Ink, rest: Pixels, rect: Rect, words: Sequence[Text]) -> str:
    """Return what stands within a loop: as its lines were read, or read again where that is doubtful or nothing."""
    text = inside(rect, words, ink.line)
    if rect.width > _SHORT * ink.line or (not text and _crossed(rect, words)):
        return text
    if text and all(word.confidence >= _SURE or word.rect.shared(rect) == 0 for word in words):
        return text
    again, sure = read_within(ink, rest, rect)
    again = again.strip(_TRIMMED)
    whole = not text or again not in text
    believed = whole and sure >= (_SURE if text else _LEAST_SURE) and any(c.isalnum() for c in again)
    return again if believed else text


def _crossed(rect: Rect, words: Sequence[Text]) -> bool:
    """Whether a word runs out of a loop that holds none: the loop is a piece of its letters."""
    return any(
        len(word.text) > 3
        and rect.y0 + 0.2 * rect.height <= word.rect.y <= rect.y1 - 0.2 * rect.height
        and word.rect.columns(rect) > 0.1
        for word in words
    )


def loops(ink: Ink, rest: Pixels) -> list[Rect]:
    """Return candidate loops: shapes whose ink runs all around their middle, and roundish holes."""
    found: list[tuple[float, Rect]] = []
    for black, drawn, bridge in ((ink.black, ink.drawn, 3), (rest, outlines(rest), _BRIDGE)):
        fits = np.flatnonzero(drawn.shapes & _sized(drawn.boxes[:, 2], drawn.boxes[:, 3], ink.line))
        for index in fits[np.argsort(-drawn.boxes[fits, 2], kind="stable")][:_MOST]:
            x, y, w, h = (int(value) for value in drawn.boxes[index])
            if not 0.6 <= cv2.contourArea(cv2.convexHull(drawn.lines[index])) / (w * h) <= 0.93:
                continue
            shape = drawn.mask(index)
            around = _around(shape) if shape.mean() < _MOST_INKED else 0.0
            if around > 0.7 and not _cornered(shape):
                found.append((around, Rect(x, y, x + w, y + h)))
        found += _holes(black, ink.line, bridge)
    order = best([rect for _, rect in found], [score for score, _ in found])
    return [found[index][1] for index in order]


def _sized(width: NDArray[Any], height: NDArray[Any], line: float) -> NDArray[np.bool_]:
    low, high, wide = line * _LEAST, line * _HIGHEST, line * _WIDEST
    return np.asarray((width >= low) & (height >= low) & (height <= high) & (width <= wide) & (width > height * 0.5))


def _cornered(shape: NDArray[np.bool_]) -> bool:
    """Whether a shape has ink in two of its corners, as a frame does and a loop does not."""
    size = max(2, round(0.11 * min(shape.shape)))
    corners = (shape[:size, :size], shape[:size, -size:], shape[-size:, :size], shape[-size:, -size:])
    return sum(bool(corner.any()) for corner in corners) >= 2


def _around(shape: NDArray[np.bool_]) -> float:
    """Return the share of directions from the middle in which a shape has ink near its bounding ellipse."""
    ys, xs = np.nonzero(shape)
    h, w = shape.shape
    u, v = (xs + 0.5 - w / 2) / (w / 2), (ys + 0.5 - h / 2) / (h / 2)
    radius = np.hypot(u, v)
    near = (radius > 0.72) & (radius < 1.2)
    angles = ((np.arctan2(v[near], u[near]) / (2 * np.pi) + 0.5) * _ANGLES).astype(int) % _ANGLES
    return len(np.unique(angles)) / _ANGLES


def _holes(black: Pixels, line: float, bridge: int) -> list[tuple[float, Rect]]:
    """Return the white areas enclosed by ink whose hull is about an ellipse, with the ink around them."""
    bridged = cv2.morphologyEx(black, cv2.MORPH_CLOSE, np.ones((bridge, bridge), np.uint8))
    contours, tree = cv2.findContours(bridged, cv2.RETR_CCOMP, cv2.CHAIN_APPROX_SIMPLE)
    found = []
    if tree is None:
        return []
    low, high, wide = line * _LEAST, line * _HIGHEST, line * _WIDEST
    for index in np.flatnonzero(tree[0][:, 3] >= 0).tolist():
        contour = contours[index]
        if len(contour) < 8:
            continue
        x, y, w, h = cv2.boundingRect(contour)
        if not (low <= w <= wide and low <= h <= high and w > h * 0.5):
            continue
        hull = cv2.contourArea(cv2.convexHull(contour))
        if 0.6 <= hull / (w * h) <= 0.88 and cv2.contourArea(contour) >= 0.45 * hull:
            found.append((0.8, Rect(x - 3, y - 3, x + w + 3, y + h + 3)))
    return found[:_MOST]


def loop_looks(black: Pixels, rects: Sequence[Rect], line: float) -> NDArray[np.float32]:
    """Return what the network sees of each candidate in a page's ink, with or without its rules.

    That is the ink in 32 x 16 cells, the directions of its edges, and its size.
    """
    columns, rows = _CELLS
    seen = []
    for rect in rects:
        dx, dy = rect.width * 0.2, rect.height * 0.2
        top, left = max(0, round(rect.y0 - dy)), max(0, round(rect.x0 - dx))
        crop = black[top : round(rect.y1 + dy), left : round(rect.x1 + dx)]
        cells = cv2.resize(crop * np.uint8(255), _CELLS, interpolation=cv2.INTER_AREA).astype(np.float32) / 255
        across, down = cv2.Sobel(cells, cv2.CV_32F, 1, 0) / 4, cv2.Sobel(cells, cv2.CV_32F, 0, 1) / 4
        edges = [abs(across), abs(down), abs(across + down) * 0.7, abs(across - down) * 0.7]
        pooled = [cv2.resize(edge, (8, 4), interpolation=cv2.INTER_AREA).ravel() for edge in edges]
        size = np.array([rect.width / line / 8, rect.height / line / 2], np.float32)
        seen.append(np.concatenate([cells.ravel(), *pooled, size]))
    return np.stack(seen) if seen else np.zeros((0, columns * rows + 130), np.float32)


def inside(rect: Rect, words: Sequence[Text], line: float) -> str:
    """Return the words within `rect`; of options read as one word, such as R L B, the letters inside."""
    parts = []
    cut = False
    for word in sorted(words, key=lambda each: each.rect.x0):
        if not rect.y0 + 0.2 * rect.height <= word.rect.y <= rect.y1 - 0.2 * rect.height:
            continue
        pitch = word.rect.width / len(word.text)
        text = word.text
        if pitch > _WIDE_PITCH * line:
            places = [word.rect.x0 + pitch * (i + 0.5) for i in range(len(text))]
            text = "".join(c for c, x in zip(text, places, strict=True) if rect.x0 - 0.3 * pitch <= x <= rect.x1)
        elif word.rect.columns(rect) < 0.5 or not rect.x0 < word.rect.x < rect.x1:
            cut = cut or (len(text) > 3 and word.rect.columns(rect) > 0.1)
            continue
        text = text.strip(_TRIMMED)
        if text:
            parts.append(text)
    found = " ".join(parts)
    if not found and cut:
        return ""
    if rect.width < line * 1.8 and len(found) <= 2:
        return _elsewhere(rect, words, line) or found
    return found


def _elsewhere(rect: Rect, words: Sequence[Text], line: float) -> str:
    """Return the option that most other rows have at this place, "" when rows do not agree."""
    votes: Counter[str] = Counter()
    for word in words:
        if len(word.text) > 5 or word.rect.rows(rect) > 0.3 or abs(word.rect.y - rect.y) > line * 12:
            continue
        if word.rect.width < line * 1.2 and len(word.text) <= 3 and abs(word.rect.x - rect.x) < line * 0.35:
            votes[word.text] += 1
        elif len(word.text) > 1 and word.rect.width > len(word.text) * line * 0.45:
            pitch = (word.rect.width - line * 0.5) / (len(word.text) - 1)
            places = [word.rect.x0 + line * 0.25 + pitch * i for i in range(len(word.text))]
            votes.update(c for c, x in zip(word.text, places, strict=True) if abs(x - rect.x) < line * 0.35)
    if not votes:
        return ""
    text, count = votes.most_common(1)[0]
    return text if count >= 2 and count > sum(votes.values()) * 0.5 else ""
