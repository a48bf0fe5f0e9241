"""A sheet of paper to draw on, which remembers its words and marks."""

from __future__ import annotations

import random
from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path

import numpy as np
from PIL import Image, ImageDraw, ImageFont

# Drawn this much larger than the 200 to the inch that coordinates are in.
SCALE = 2
WIDTH, HEIGHT = 1700, 2200

_FONTS = Path("/usr/share/fonts")
_PRINT = (
    "DejaVuSans", "DejaVuSans-Bold", "DejaVuSansCondensed", "DejaVuSerif", "DejaVuSansMono",
    "LiberationSans-Regular", "LiberationSans-Bold", "LiberationSansNarrow-Regular", "LiberationSerif-Regular",
    "LiberationSerif-Bold", "LiberationMono-Regular", "Carlito-Regular", "Carlito-Bold", "Caladea-Regular",
    "Lato-Regular", "Lato-Bold", "OpenSans-Regular", "OpenSans-Semibold", "Roboto-Regular", "RobotoCondensed-Regular",
    "Roboto-Medium", "Cabin-Regular", "EBGaramond12-Regular", "CourierPrime-Regular", "texgyreheros-regular",
    "texgyrepagella-regular", "FreeSans", "FreeSerif", "Inconsolata",
)  # fmt: skip
# Not drawn with for training.
_HELD = (
    "NimbusSans-Regular", "NimbusSans-Bold", "NimbusRoman-Regular", "Cantarell-Regular", "LinBiolinum_R", "Jura-Medium",
    "Hack-Regular", "C059-Roman", "NimbusSansNarrow-Regular", "LinLibertine_R",
)  # fmt: skip
_HAND = (
    "SteveHand", "dkg", "Breip", "breipfont", "Humor-Sans", "ComicNeue-Regular", "ComicNeue-Italic", "Rufscript010",
    "BecauseWeBuild-Regular", "BecauseWeCreate-Regular", "BecauseWeLearn-Regular", "BecauseWeMentor-Regular",
    "BecauseWeOrganize-Regular", "BecauseWeConnect-Regular", "Delphine", "KleeOne-Regular", "YuseiMagic-Regular",
    "Tomson Talks", "femkeklaver",
)  # fmt: skip
_SCRIPT = (
    "Kristi", "DancingScript-Regular", "DancingScript-Bold", "texgyrechorus-mediumitalic",
    "BecauseWeConnect-Regular", "BecauseWeMentor-Regular", "Delphine", "Rufscript010", "dkgIt", "femkeklaver",
)  # fmt: skip


@dataclass(frozen=True)
class Drawn:
    """A mark as drawn: kind and state as `documents.page.Mark` has them, its corners and text, and how it was made."""

    kind: str
    state: str
    corners: tuple[float, float, float, float]
    text: str
    how: str = ""


@dataclass
class Sheet:
    """White paper of letter size. Coordinates are pixels at 200 to the inch; `hands` are the lines written by hand."""

    rng: random.Random
    height: int = HEIGHT
    words: list[tuple[str, tuple[float, float, float, float], int]] = field(default_factory=list)
    marks: list[Drawn] = field(default_factory=list)
    line: int = 0
    hands: set[int] = field(default_factory=set)

    def __post_init__(self) -> None:
        self.image = Image.new("L", (WIDTH * SCALE, self.height * SCALE), 255)
        self.draw = ImageDraw.Draw(self.image)

    def font(self, kind: str, size: float, name: str | None = None) -> ImageFont.FreeTypeFont:
        """Return a font of `kind` (print, hand, script), `size` pixels high."""
        return _font(name or self.rng.choice(font_files(kind)), max(8, round(size * SCALE)))

    def text(
        self, x: float, y: float, text: str, font: ImageFont.FreeTypeFont, fill: int = 0, read: bool = True
    ) -> tuple[float, float, float, float]:
        """Write `text` with its top left at (x, y), and return its tight box."""
        left, top, right, bottom = self.draw.textbbox((x * SCALE, y * SCALE), text, font=font)
        self.draw.text((x * SCALE, y * SCALE), text, font=font, fill=fill)
        if read:
            self._read(x, y, text, font)
        return left / SCALE, top / SCALE, right / SCALE, bottom / SCALE

    def _read(self, x: float, y: float, text: str, font: ImageFont.FreeTypeFont) -> None:
        """Remember the words as a text detector boxes them: loosely."""
        if Path(str(font.path)).stem in (*_HAND, *_SCRIPT):
            self.hands.add(self.line)
        ascent, descent = font.getmetrics()
        pad = self.rng.uniform(0.0, 0.25) * (ascent + descent) / SCALE
        at = 0
        for word in text.split(" "):
            start = x + font.getlength(text[:at]) / SCALE
            end = start + font.getlength(word) / SCALE
            at += len(word) + 1
            if word:
                box = (start - pad * 0.3, y - pad * 0.5, end + pad * 0.3, y + (ascent + descent) / SCALE + pad * 0.5)
                self.words.append((word, box, self.line))
        self.line += 1

    def stroke(self, points: Sequence[tuple[float, float]], width: float, fill: int = 0) -> None:
        """Draw a pen's stroke through `points`, rounded off and a little uneven."""
        dense = smooth(points)
        for index, (x, y) in enumerate(dense):
            radius = width / 2 * (1 + 0.18 * np.sin(index * 0.35))
            self.draw.ellipse(
                ((x - radius) * SCALE, (y - radius) * SCALE, (x + radius) * SCALE, (y + radius) * SCALE), fill=fill
            )

    def rule(self, x0: float, y0: float, x1: float, y1: float, width: float = 2, fill: int = 0) -> None:
        """Draw a straight line `width` pixels thick."""
        self.draw.line((x0 * SCALE, y0 * SCALE, x1 * SCALE, y1 * SCALE), fill=fill, width=max(1, round(width * SCALE)))

    def mark(self, kind: str, state: str, corners: tuple[float, float, float, float], text: str, how: str = "") -> None:
        self.marks.append(Drawn(kind, state, corners, text, how))


def smooth(points: Sequence[tuple[float, float]]) -> list[tuple[float, float]]:
    """Return points half a pixel apart on the Catmull-Rom curve through `points`."""
    if len(points) < 3:
        every = np.asarray(points, dtype=float)
    else:
        padded = np.asarray([points[0], *points, points[-1]], dtype=float)
        steps = np.linspace(0, 1, 12, endpoint=False)[:, None]
        pieces = []
        for a, b, c, d in zip(padded, padded[1:], padded[2:], padded[3:], strict=False):
            pieces.append(
                0.5
                * (
                    2 * b
                    + (c - a) * steps
                    + (2 * a - 5 * b + 4 * c - d) * steps**2
                    + (3 * b - a - 3 * c + d) * steps**3
                )
            )
        every = np.concatenate([*pieces, padded[-1:]])
    lengths = np.concatenate([[0], np.cumsum(np.hypot(*np.diff(every, axis=0).T))])
    at = np.arange(0, lengths[-1] + 0.5, 0.5)
    return list(zip(np.interp(at, lengths, every[:, 0]), np.interp(at, lengths, every[:, 1]), strict=True))


@cache
def font_files(kind: str) -> tuple[str, ...]:
    """Return the files of the installed fonts of `kind`; raises RuntimeError when there are none."""
    wanted = {"print": _PRINT, "held": _HELD, "hand": _HAND, "script": _SCRIPT}[kind]
    by_name = {path.stem: str(path) for path in sorted(_FONTS.rglob("*.[to]tf"))}
    found = tuple(by_name[name] for name in wanted if name in by_name)
    if not found:
        raise RuntimeError(f"none of the {kind} fonts that sheets are drawn with is installed")
    return found


@cache
def _font(path: str, size: int) -> ImageFont.FreeTypeFont:
    return ImageFont.truetype(path, size)
