"""What happens to a sheet on its way: fax, copies, a telephone's camera."""

from __future__ import annotations

import random

import cv2
import numpy as np
from numpy.typing import NDArray

Gray = NDArray[np.uint8]

LEVELS = ("clean", "fine", "standard", "poor", "photo")


def arrived(drawn: Gray, level: str, rng: random.Random) -> tuple[Gray, NDArray[np.float64]]:
    """Return the sheet (drawn at 400 to the inch) as it arrives at 200, square and nearly straight.

    The second value is the 2x3 matrix that carries the sheet's coordinates to
    the arrived page's.
    """
    page = cv2.resize(drawn, None, fx=0.5, fy=0.5, interpolation=cv2.INTER_AREA)
    noise = np.random.default_rng(rng.randrange(1 << 30))
    if level == "photo":
        page = _photo(page, rng, noise)
    elif level == "clean":
        page = cv2.GaussianBlur(page, (0, 0), rng.uniform(0.1, 0.7))
    else:
        page = _fax(page, level, rng, noise)
    skew = rng.gauss(0, 0.12 if level in ("clean", "fine") else 0.22)
    matrix = cv2.getRotationMatrix2D((page.shape[1] / 2, page.shape[0] / 2), skew, 1.0)
    if rng.random() < 0.6 and level != "photo":
        matrix = np.array([[1.0, 0, 0], [0, 1.0, 0]])
        return np.asarray(page, np.uint8), matrix
    page = cv2.warpAffine(page, matrix, (page.shape[1], page.shape[0]), flags=cv2.INTER_LINEAR, borderValue=255)
    return np.asarray(page, np.uint8), matrix


def _fax(page: Gray, level: str, rng: random.Random, noise: np.random.Generator) -> Gray:
    height, width = page.shape
    generations = 1 if level in ("fine", "standard") else rng.choice((1, 2, 3))
    for _ in range(generations):
        blurred = cv2.GaussianBlur(page, (0, 0), rng.uniform(0.3, 0.8 if level != "poor" else 1.1))
        grain = noise.normal(0, 6 if level != "poor" else rng.uniform(10, 35), page.shape)
        limit = rng.uniform(135, 195) if level != "poor" else rng.uniform(125, 205)
        page = np.where(blurred + grain < limit, 0, 255).astype(np.uint8)
    if level == "standard" or (level == "poor" and rng.random() < 0.3):
        half = cv2.resize(page, (width, height // 2), interpolation=rng.choice((cv2.INTER_NEAREST, cv2.INTER_AREA)))
        half = np.where(half < 140, 0, 255).astype(np.uint8)
        page = cv2.resize(half, (width, height), interpolation=rng.choice((cv2.INTER_CUBIC, cv2.INTER_LINEAR)))
    page = page.copy()
    _specks(page, level, rng, noise)
    for _ in range(rng.choice((0, 0, 0, 1)) if level != "poor" else rng.choice((0, 1, 2, 3))):
        _streak(page, rng, noise)
    if level == "poor":
        for _ in range(rng.choice((0, 0, 2, 6))):
            y = rng.randrange(height - 4)
            page[y : y + rng.choice((1, 2, 3))] = 255
    if rng.random() < 0.2:
        for y in (0.13, 0.5, 0.86):
            cv2.circle(page, (rng.randint(25, 60), int(height * y)), rng.randint(20, 28), 0, -1)
    if rng.random() < 0.15:
        edge = rng.randint(5, 40)
        page[:, : edge + 1] = 0
    return page


def _specks(page: Gray, level: str, rng: random.Random, noise: np.random.Generator) -> None:
    height, width = page.shape
    count = rng.choice((0, 50, 300, 800)) if level != "poor" else rng.choice((500, 3000, 12000, 25000))
    ys, xs = noise.integers(0, height - 3, count), noise.integers(0, width - 3, count)
    for grow, share in ((1, 1.0), (2, 0.35), (3, 0.05)):
        chosen = noise.random(count) < share
        for dy in range(grow):
            for dx in range(grow):
                page[ys[chosen] + dy, xs[chosen] + dx] = 0


def _streak(page: Gray, rng: random.Random, noise: np.random.Generator) -> None:
    height, width = page.shape
    x, thick = rng.randrange(20, width - 20), rng.choice((1, 1, 2, 3))
    start, end = sorted((rng.randrange(height), rng.randrange(height)))
    drift = rng.uniform(-0.01, 0.01)
    rows = np.arange(start, end)
    shown = noise.random(len(rows)) < rng.uniform(0.6, 1)
    for offset in range(thick):
        columns = np.clip((x + drift * (rows - start)).astype(int) + offset, 0, width - 1)
        page[rows[shown], columns[shown]] = 0


def _photo(page: Gray, rng: random.Random, noise: np.random.Generator) -> Gray:
    height, width = page.shape
    ys, xs = np.mgrid[0 : 1 : height * 1j, 0 : 1 : width * 1j]
    light = rng.uniform(0.6, 0.95) + rng.uniform(-0.3, 0.1) * ys + rng.uniform(-0.25, 0.15) * xs * ys
    shot = cv2.GaussianBlur(page, (0, 0), rng.uniform(0.6, 1.4)).astype(np.float64)
    shot = (30 + shot * rng.uniform(0.75, 0.88)) * np.clip(light, 0.3, 1.05)
    shot = np.clip(shot + noise.normal(0, rng.uniform(2, 6), page.shape), 0, 255).astype(np.uint8)
    _, packed = cv2.imencode(".jpg", shot, [cv2.IMWRITE_JPEG_QUALITY, rng.randint(55, 90)])
    return np.asarray(cv2.imdecode(packed, cv2.IMREAD_GRAYSCALE), np.uint8)
