"""A sheet of paper as a list of words and strokes in points, before it is painted or printed.

The origin is the top left, y goes down, and a word stands on its baseline.
Each word knows the field it states, so the truth about a document and the
spans for training are what was drawn, not what was meant.
"""

from __future__ import annotations

import math
import random
from collections.abc import Iterable
from dataclasses import dataclass, field, replace

from sample_docs.generator.fonts import advance, ink

Point = tuple[float, float]


@dataclass(frozen=True, slots=True)
class Type:
    """How words are set: the font's file, size in points, grey (0 black).

    `hand` says that a hand wrote them, `loose` how unevenly, `track` is the
    space added after each letter, in ems.
    """

    path: str
    size: float
    hand: bool = False
    grey: int = 0
    loose: float = 1.0
    track: float = 0.0

    def at(self, size: float) -> Type:
        return replace(self, size=size)

    def width(self, text: str) -> float:
        """The width of `text` in points."""
        if not self.track:
            return advance(self.path, text) * self.size
        return sum(advance(self.path, char) + self.track for char in text) * self.size


@dataclass(frozen=True, slots=True)
class Piece:
    """A stretch of text and the field it states, such as `patient.family`, or None."""

    text: str
    field: str | None = None


Said = tuple[Piece, ...]


def plain(text: str) -> Said:
    return (Piece(text),)


def text_of(said: Said) -> str:
    return "".join(piece.text for piece in said)


@dataclass(frozen=True, slots=True)
class Word:
    """A word on the sheet. `order` is the 0-based order of the document that its field belongs to."""

    text: str
    x: float
    y: float
    type: Type
    field: str | None
    order: int | None
    angle: float = 0.0
    live: bool = False

    @property
    def box(self) -> tuple[float, float, float, float]:
        """The box of its ink in points."""
        x0, y0, x1, y1 = (edge * self.type.size for edge in ink(self.type.path, self.text))
        if self.type.track:
            x1 = max(x1, self.type.width(self.text) - self.type.track * self.type.size)
        if not self.angle:
            return self.x + x0, self.y + y0, self.x + x1, self.y + y1
        sine, cosine = math.sin(math.radians(self.angle)), math.cos(math.radians(self.angle))
        corners = [(x * cosine + y * sine, y * cosine - x * sine) for x in (x0, x1) for y in (y0, y1)]
        xs, ys = [x for x, _ in corners], [y for _, y in corners]
        return self.x + min(xs), self.y + min(ys), self.x + max(xs), self.y + max(ys)


@dataclass(frozen=True, slots=True)
class Stroke:
    """A drawn line or shape: corners, width in points, and what fills it (a grey of 0..255) if anything."""

    points: tuple[Point, ...]
    width: float = 0.8
    closed: bool = False
    fill: int | None = None
    grey: int = 0
    live: bool = False


@dataclass(frozen=True, slots=True)
class Blank:
    """A live field of a PDF form: its box, and the text in it or whether it is ticked."""

    x0: float
    y0: float
    x1: float
    y1: float
    value: str | bool
    size: float


@dataclass(slots=True)
class Sheet:
    """One page being drawn.

    `order` is the order that whatever is drawn next belongs to; `stated` collects
    each (order, field) that a word or a mark on the sheet states. While `filling`,
    what is drawn is the content of a live field, of which `blanks` holds the box.
    """

    type: str
    rng: random.Random
    width: float = 612.0
    height: float = 792.0
    order: int | None = 0
    words: list[Word] = field(default_factory=list)
    strokes: list[Stroke] = field(default_factory=list)
    stated: set[tuple[int, str]] = field(default_factory=set)
    lowest: float | None = None
    filling: bool = False
    blanks: list[Blank] = field(default_factory=list)

    def write(
        self, x: float, y: float, said: Said, kind: Type, align: str = "left", limit: float | None = None
    ) -> float:
        """Write one line from baseline (x, y) and return where it ended.

        `align` says which end of the line x is (left, right, centre). A line
        longer than `limit` points is set smaller, down to 0.55 of its size.
        """
        width = kind.width(text_of(said))
        if limit and width > limit > 0:
            kind = kind.at(kind.size * max(0.55, limit / width))
            width = kind.width(text_of(said))
        x -= {"left": 0.0, "right": width, "centre": width / 2}[align]
        for text, before, where in _tokens(said):
            self._word(text, x + kind.width(before), y, kind, where)
        return x + width

    def paragraph(self, x: float, y: float, width: float, said: Said, kind: Type, leading: float = 1.25) -> float:
        """Write `said` wrapped to `width` from baseline y down; return the baseline below its last line."""
        space = kind.width(" ")
        at = x
        for text, _, where in _tokens(said):
            wide = kind.width(text)
            if at > x and at + wide > x + width:
                at, y = x, y + kind.size * leading
            self._word(text, at, y, kind, where)
            at += wide + space
        return y + kind.size * leading

    def _word(self, text: str, x: float, y: float, kind: Type, where: str | None) -> None:
        angle = 0.0
        if kind.hand:
            angle = self.rng.gauss(0.3, 0.9 * kind.loose)
            y += self.rng.gauss(0, 0.5 * kind.loose)
            kind = kind.at(kind.size * self.rng.uniform(1 - 0.04 * kind.loose, 1 + 0.04 * kind.loose))
        self.words.append(Word(text, x, y, kind, where, self.order if where else None, angle, self.filling))
        if where:
            self.state(where)

    def state(self, where: str) -> None:
        """Record that a mark on this sheet states the field `where` of the current order."""
        if self.order is not None:
            self.stated.add((self.order, where))

    def end(self) -> None:
        """Note that the page's own matter ends here; what follows is small print at its foot."""
        self.lowest = self.bottom

    @property
    def bottom(self) -> float:
        """The y of the lowest word or stroke above the small print."""
        if self.lowest is not None:
            return self.lowest
        ys = [word.y for word in self.words] + [y for stroke in self.strokes for _, y in stroke.points]
        return max(ys, default=0.0)

    def line(self, x0: float, y0: float, x1: float, y1: float, width: float = 0.8, grey: int = 0) -> None:
        self.strokes.append(Stroke(((x0, y0), (x1, y1)), width, grey=grey, live=self.filling))

    def box(
        self, x0: float, y0: float, x1: float, y1: float, width: float = 0.8, fill: int | None = None, grey: int = 0
    ) -> None:
        self.strokes.append(Stroke(((x0, y0), (x1, y0), (x1, y1), (x0, y1)), width, True, fill, grey, self.filling))

    def ellipse(self, x0: float, y0: float, x1: float, y1: float, width: float = 1.2, wobble: float = 0.0) -> None:
        """Draw an ellipse into the box; with `wobble` (points) as a hand would."""
        cx, cy, rx, ry = (x0 + x1) / 2, (y0 + y1) / 2, (x1 - x0) / 2, (y1 - y0) / 2
        points = []
        drift = self.rng.uniform(0, wobble) if wobble else 0.0
        for step in range(33):
            turn = 2 * math.pi * step / 32 - 2
            grow = 1 + drift * step / 32 / max(rx, 1)
            points.append((cx + rx * grow * math.cos(turn), cy + ry * grow * math.sin(turn)))
        self.strokes.append(Stroke(tuple(points), width, live=self.filling))

    def path(self, points: Iterable[Point], width: float = 1.2) -> None:
        self.strokes.append(Stroke(tuple(points), width, live=self.filling))


def _tokens(said: Said) -> list[tuple[str, str, str | None]]:
    """Return (word, the line's text before it, the field most of its letters state)."""
    text = text_of(said)
    owner: list[str | None] = [piece.field for piece in said for _ in piece.text]
    out = []
    start = 0
    for part in text.split(" "):
        if part.strip():
            span = [owner[start + place] for place, char in enumerate(part) if char.isalnum()] or [owner[start]]
            out.append((part, text[:start], max(span, key=span.count)))
        start += len(part) + 1
    return out
