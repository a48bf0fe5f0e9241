"""A photographed sheet: found in its surroundings, laid flat, lit evenly."""

from __future__ import annotations

from itertools import pairwise

import cv2
import numpy as np
from numpy.typing import NDArray

from documents.ocr import Gray, Quad
from documents.unpack.sheet import DPI

_SMALL = 700
# A sheet fills this much of the picture at least, else what was found is something on it.
_LEAST = 0.25
_PAPERS = (11 / 8.5, 297 / 210, 14 / 8.5)


def flattened(gray: Gray) -> Gray:
    """Return the sheet within a photograph, (height, width) uint8 at about 200 dpi, evenly lit.

    The sheet is the largest bright four-cornered shape. Where none is told
    from the surroundings the whole picture is taken for the sheet.
    """
    corners = _sheet(gray)
    if corners is not None:
        gray = _laid_flat(gray, corners)
    return evened(gray)


def evened(gray: Gray) -> Gray:
    """Divide by the paper's own brightness, so that shadows go and white is white; flat pages come back untouched."""
    height, width = gray.shape
    scale = 256 / max(height, width)
    size = max(8, round(width * scale)), max(8, round(height * scale))
    small = cv2.resize(gray, size, interpolation=cv2.INTER_AREA)
    paper = cv2.medianBlur(cv2.morphologyEx(small, cv2.MORPH_CLOSE, np.ones((9, 9), np.uint8)), 21)
    low, high = np.percentile(paper, (5, 95))
    if high - low < 12 and high > 235:
        return gray
    ground = cv2.GaussianBlur(cv2.resize(paper, (width, height), interpolation=cv2.INTER_LINEAR), (0, 0), 5)
    return np.asarray(cv2.divide(gray, np.maximum(ground, 30), scale=250), np.uint8)


def _sheet(gray: Gray) -> Quad | None:
    """Return the sheet's corners, clockwise from the upper left, or None."""
    height, width = gray.shape
    scale = _SMALL / max(height, width)
    small = cv2.resize(gray, (round(width * scale), round(height * scale)), interpolation=cv2.INTER_AREA)
    # Ink within the sheet must not part it.
    whole = cv2.morphologyEx(cv2.GaussianBlur(small, (5, 5), 0), cv2.MORPH_CLOSE, np.ones((15, 15), np.uint8))
    smooth = np.asarray(whole, np.uint8)
    _, bright = cv2.threshold(smooth, 0, 255, cv2.THRESH_BINARY + cv2.THRESH_OTSU)
    contours, _ = cv2.findContours(bright, cv2.RETR_EXTERNAL, cv2.CHAIN_APPROX_SIMPLE)
    if not contours:
        return None
    hull = np.asarray(cv2.convexHull(max(contours, key=cv2.contourArea)), np.int32)
    if cv2.contourArea(hull) < _LEAST * small.size or not _stands_out(smooth, hull):
        return None
    for share in (0.01, 0.02, 0.03, 0.05):
        corners = cv2.approxPolyDP(hull, share * cv2.arcLength(hull, True), True).reshape(-1, 2)
        if len(corners) == 4 and cv2.contourArea(corners) > 0.93 * cv2.contourArea(hull):
            return _ordered(corners.astype(np.float32)) / np.float32(scale)
    return None


def _stands_out(smooth: Gray, hull: NDArray[np.int32]) -> bool:
    """Whether there are surroundings, and darker ones: else the picture is the sheet."""
    inside = np.zeros(smooth.shape, np.uint8)
    cv2.fillConvexPoly(inside, hull, 1)
    outside = smooth[cv2.dilate(inside, np.ones((9, 9), np.uint8)) == 0]
    return outside.size > 0.02 * smooth.size and float(outside.mean()) < float(smooth[inside > 0].mean()) - 25


def _ordered(corners: Quad) -> Quad:
    """Order corners clockwise, the one nearest the picture's upper left first."""
    middle = corners.mean(0)
    around = np.argsort(np.arctan2(corners[:, 1] - middle[1], corners[:, 0] - middle[0]))
    turned = corners[around]
    return np.asarray(np.roll(turned, -int(np.argmin(turned.sum(1))), axis=0), np.float32)


def _laid_flat(gray: Gray, corners: Quad) -> Gray:
    sides = [float(np.linalg.norm(b - a)) for a, b in pairwise([*corners, corners[0]])]
    across, down = (sides[0] + sides[2]) / 2, (sides[1] + sides[3]) / 2
    ratio = max(across, down) / max(1.0, min(across, down))
    paper = min(_PAPERS, key=lambda known: abs(known - ratio))
    ratio = paper if abs(paper - ratio) < 0.08 * ratio else ratio
    short = round(8.5 * DPI)
    width, height = (short, round(short * ratio)) if down >= across else (round(short * ratio), short)
    target = np.array([[0, 0], [width - 1, 0], [width - 1, height - 1], [0, height - 1]], np.float32)
    matrix = cv2.getPerspectiveTransform(corners, target)
    return np.asarray(cv2.warpPerspective(gray, matrix, (width, height), flags=cv2.INTER_CUBIC), np.uint8)
