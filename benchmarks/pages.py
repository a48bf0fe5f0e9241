"""Drawn pages with the truth of every word, at seven levels of damage.

The pages are the sheets of `sample_docs.generator` (all its layouts and
attachments); what happens to them on the way is done here, since a word's
place must be known to the pixel.
"""

from __future__ import annotations

import random
from dataclasses import dataclass
from functools import cache
from io import BytesIO
from typing import Literal

import cv2
import numpy as np
from numpy.typing import NDArray
from PIL import Image

from sample_docs.generator.compose import composed
from sample_docs.generator.fonts import ink
from sample_docs.generator.ink import Sheet
from sample_docs.generator.paint import painted

Level = Literal["clean", "fine", "fine dither", "standard", "fine noisy", "standard noisy", "photo"]
LEVELS: tuple[Level, ...] = ("clean", "fine", "fine dither", "standard", "fine noisy", "standard noisy", "photo")

WIDTH, FINE, STANDARD = 1728, 2156, 1078
# Share and size, in the machine's dots, of what dust and a bad line leave: nearly all of it are single dots.
_SPECKS: tuple[tuple[float, tuple[int, int]], ...] = ((0.86, (1, 1)), (0.06, (1, 2)), (0.04, (2, 1)), (0.04, (2, 2)))
# Fields whose misreading changes an order: names, dates, numbers, codes and sides.
_DECISIVE = (
    "patient.family", "patient.given", "patient.birth_date", "patient.phone", "patient.mrn", "coverage.member_id",
    "coverage.group_number", "coverage.authorization_number", "provider.family", "provider.npi", "provider.phone",
    "provider.fax", "order_date", "indication.icd10", "exams",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Truth:
    """A word as drawn: its box in pixels of the upright page, whether by hand, in which typeface, and if it decides.

    Where the typeface has capitals only, the text is in capitals and `capitals` says so.
    """

    text: str
    x0: float
    y0: float
    x1: float
    y1: float
    hand: bool
    face: str
    decisive: bool
    capitals: bool = False


@dataclass(frozen=True, slots=True, eq=False)
class Drawn:
    """A page as it arrives, (height, width) uint8 of square pixels, with what stands on it."""

    gray: NDArray[np.uint8]
    words: tuple[Truth, ...]
    level: Level
    family: str
    file: bytes
    suffix: str


def page(rng: random.Random, level: Level, fill: str | None = None) -> Drawn:
    """Draw one page of a random order, filled in typed or by hand as `fill` says, and let it arrive as `level`."""
    parts = composed(rng, rng.choices(["single", "packet"], [80, 20])[0], fill=fill)
    sheet = rng.choice([sheet for sheet in parts.sheets if len(sheet.words) > 15] or parts.sheets)
    picture = np.asarray(painted(sheet).convert("L").resize((WIDTH, round(WIDTH * 11 / 8.5))), np.uint8)
    lean = rng.gauss(0, 1.0) if "noisy" in level else rng.gauss(0, 0.2) if level != "clean" else 0.0
    matrix = np.vstack([cv2.getRotationMatrix2D((WIDTH / 2, picture.shape[0] / 2), lean, 1.0), [0, 0, 1]])
    if lean:
        picture = cv2.warpAffine(picture, matrix[:2], picture.shape[::-1], flags=cv2.INTER_CUBIC, borderValue=(255,))
    if level == "photo":
        picture, matrix = _photographed(rng, picture, matrix)
        done, file = cv2.imencode(".jpg", picture, [cv2.IMWRITE_JPEG_QUALITY, rng.randint(60, 90)])
        assert done
        return Drawn(picture, _truths(sheet, matrix), level, parts.family, file.tobytes(), ".jpg")
    if level == "clean":
        return Drawn(picture, _truths(sheet, matrix), level, parts.family, _png(picture), ".png")
    lines = STANDARD if "standard" in level else FINE
    sent = _faxed(rng, picture, lines, noisy="noisy" in level, dither="dither" in level)
    gray = cv2.resize(sent, picture.shape[::-1], interpolation=cv2.INTER_LINEAR)
    return Drawn(np.asarray(gray, np.uint8), _truths(sheet, matrix), level, parts.family, _tiff(sent, lines), ".tif")


def _truths(sheet: Sheet, matrix: NDArray[np.float64]) -> tuple[Truth, ...]:
    scale = WIDTH / sheet.width
    found = []
    for word in sheet.words:
        x0, y0, x1, y1 = (edge * scale for edge in word.box)
        corners = np.array([[x, y, 1.0] for x in (x0, x1) for y in (y0, y1)]) @ matrix.T
        corners = corners[:, :2] / corners[:, 2:]
        decisive = bool(word.field) and str(word.field).startswith(_DECISIVE)
        low, high = corners.min(0), corners.max(0)
        capitals = _capitals(word.type.path)
        text = word.text.upper() if capitals else word.text
        found.append(Truth(text, *low.tolist(), *high.tolist(), word.type.hand, word.type.path, decisive, capitals))
    return tuple(found)


@cache
def _capitals(face: str) -> bool:
    """Whether a typeface draws capitals for small letters, as seven of the hands do: those are as high, or nearly."""

    def height(text: str) -> float:
        return sum(ink(face, letter)[3] - ink(face, letter)[1] for letter in text)

    return height("aemnrsu") > 0.92 * height("AEMNRSU")


def _faxed(rng: random.Random, picture: NDArray[np.uint8], lines: int, noisy: bool, dither: bool) -> NDArray[np.uint8]:
    """Return the bilevel page that a fax machine sends, 0 and 255, with a line's damage when `noisy`."""
    noise = np.random.default_rng(rng.getrandbits(32))
    if noisy:
        picture = cv2.GaussianBlur(picture, (0, 0), rng.uniform(0.5, 1.1))
    shrunk = cv2.resize(picture, (WIDTH, lines), interpolation=cv2.INTER_AREA).astype(np.float32)
    shrunk += noise.normal(0, 22 if noisy else 6, shrunk.shape).astype(np.float32)
    if dither:
        paper = Image.fromarray(np.clip(shrunk * 0.94, 0, 255).astype(np.uint8))
        return np.asarray(paper.convert("1", dither=Image.Dither.FLOYDSTEINBERG).convert("L"), np.uint8)
    sent = np.where(shrunk > rng.uniform(135, 175), 255, 0).astype(np.uint8)
    if noisy:
        density = rng.uniform(0.001, 0.008)
        for share, size in _SPECKS:
            specks = noise.random(sent.shape) < share * density
            sent[cv2.dilate(specks.astype(np.uint8), np.ones(size, np.uint8)) > 0] = 0
        for _ in range(rng.randint(0, 3)):
            at = rng.randrange(WIDTH)
            sent[:, at : at + rng.randint(1, 3)] = rng.choice([0, 0, 255])
        if rng.random() < 0.3:
            sent[:, : rng.randint(8, 30)] = 0
    return sent


def _photographed(
    rng: random.Random, picture: NDArray[np.uint8], matrix: NDArray[np.float64]
) -> tuple[NDArray[np.uint8], NDArray[np.float64]]:
    """Lay the page on a table: perspective, uneven light, a little blur."""
    height, width = picture.shape
    size = (1900, 2450)

    def corner(x: float, y: float) -> tuple[float, float]:
        return (
            (0.05 + 0.9 * x + rng.uniform(-0.03, 0.03)) * size[0],
            (0.05 + 0.9 * y + rng.uniform(-0.03, 0.03)) * size[1],
        )

    source = np.array([[0, 0], [width, 0], [width, height], [0, height]], np.float32)
    target = np.array([corner(0, 0), corner(1, 0), corner(1, 1), corner(0, 1)], np.float32)
    view = cv2.getPerspectiveTransform(source, target)
    seen = cv2.warpPerspective(picture, view, size, flags=cv2.INTER_AREA, borderValue=(rng.randint(40, 130),))
    seen = cv2.GaussianBlur(seen, (0, 0), rng.uniform(0.6, 1.1)).astype(np.float32)
    across, down = np.meshgrid(np.linspace(-1, 1, size[0]), np.linspace(-1, 1, size[1]))
    light = 0.8 + 0.15 * (across * rng.uniform(-1, 1) + down * rng.uniform(-1, 1))
    seen = seen * light + np.random.default_rng(rng.getrandbits(32)).normal(0, 5, seen.shape)
    return np.clip(seen, 0, 255).astype(np.uint8), view @ matrix


def _png(picture: NDArray[np.uint8]) -> bytes:
    out = BytesIO()
    Image.fromarray(picture).save(out, "PNG", dpi=(WIDTH / 8.5, WIDTH / 8.5))
    return out.getvalue()


def _tiff(sent: NDArray[np.uint8], lines: int) -> bytes:
    out = BytesIO()
    picture = Image.fromarray(sent).convert("1", dither=Image.Dither.NONE)
    picture.save(out, "TIFF", compression="group4", dpi=(204, 98 if lines == STANDARD else 196))
    return out.getvalue()
