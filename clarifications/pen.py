"""Drawing a page that will come back on paper: text, boxes and lines, each remembered with what it means."""

from __future__ import annotations

import io
import unicodedata
from dataclasses import dataclass, field
from typing import Final

import segno
from PIL import Image
from reportlab import rl_config
from reportlab.lib.pagesizes import letter as LETTER
from reportlab.lib.utils import ImageReader
from reportlab.pdfbase.pdfmetrics import stringWidth
from reportlab.pdfgen.canvas import Canvas

from clarifications.asks import Cell
from clarifications.sheet import Meaning, Sheet
from documents.page import Box
from documents.placed import Place, PlaceKind, Plan

# Pictures go into the PDF as bytes: packing them as text takes most of a letter's time, and no reader needs it.
rl_config.useA85 = 0

PLAIN, BOLD = "Helvetica", "Helvetica-Bold"
WIDTH, HEIGHT = LETTER
LEFT, RIGHT, TOP, BOTTOM = 52.0, 560.0, 752.0, 74.0
# A solid square near each corner: by these a page that comes back is put straight.
MARK, MARK_X, MARK_Y = 11.0, 30.0, 30.0
# What is written on a line may stand this much above it, in points.
ABOVE: Final = 15.0
# A place that any value of the sheet's own refers to is named by its number.
_NAME: Final = "p{number}"


@dataclass(slots=True)
class Pen:
    """A canvas that remembers its places. `order`, `code` and `group` are those of what is being drawn."""

    canvas: Canvas
    order: str = ""
    code: str = ""
    group: int = 0
    places: list[Place] = field(default_factory=list)
    meanings: list[Meaning] = field(default_factory=list)
    module_box: Box | None = None

    def sheet(self) -> Sheet:
        """Return what was drawn, as a sheet to read a returned page by."""
        return Sheet(Plan(tuple(_corner_boxes()), self.module_box, tuple(self.places)), tuple(self.meanings))

    def corners(self) -> None:
        """Draw the corner marks."""
        self.canvas.setFillGray(0)
        for x, y in _corner_points():
            self.canvas.rect(x, y, MARK, MARK, stroke=0, fill=1)

    def qr(self, content: str, x: float, y: float, side: float) -> None:
        """Draw `content` as a QR code of `side` points with its lower left corner at (x, y), quiet zone aside."""
        matrix = segno.make_qr(content, error="q").matrix
        module = side / len(matrix)
        self.canvas.setFillGray(0)
        for row, line in enumerate(matrix):
            for column, dark in enumerate(line):
                if dark:
                    # A hair wider than a module, so that no white shows between two of them.
                    self.canvas.rect(
                        x + column * module, y + side - (row + 1) * module, module + 0.05, module + 0.05, 0, 1
                    )
        self.module_box = _box(x, y, x + side, y + side)

    def row(self, row: tuple[Cell, ...], size: float, x0: float, y: float, draw: bool) -> float:
        """Draw boxes and lines from left to right, going on below where the row is full; return the last line's y."""
        x = x0
        self.group += 1
        for cell in row:
            width = (size * 1.7 if cell.tick else 0) + stringWidth(drawable(cell.label), PLAIN, size)
            line = cell.line * size * 0.95
            if x > x0 and x + width + min(line, 60) > RIGHT:
                x, y = x0, y - size * 1.9
            line = min(line, RIGHT - x - width - 4)
            if draw:
                self.cell(cell, size, x, y, line)
            x += width + line + size * 1.6
        return y

    def cell(self, cell: Cell, size: float, x: float, y: float, line: float) -> None:
        """Draw one cell and remember its places."""
        self.canvas.setLineWidth(1.2)
        if cell.tick:
            side = size * 1.1
            self.canvas.rect(x, y - 1.5, side, side)
            self.remember("tick", _box(x, y - 1.5, x + side, y - 1.5 + side), cell.ticked)
            x += size * 1.7
        self.text(x, y, cell.label, size, PLAIN)
        if line > 0:
            start = x + stringWidth(drawable(cell.label), PLAIN, size) + (3 if cell.label else 0)
            self.canvas.line(start, y - 2, start + line, y - 2)
            kind: PlaceKind = "signature" if cell.written == "signed" else "line"
            self.remember(kind, _box(start, y - 2, start + line, y - 2 + ABOVE), cell.written)

    def remember(self, kind: PlaceKind, box: Box, means: str) -> None:
        """Keep a place with its meaning as the texts write it: `path=value`, `path`, `?`, `-`, or nothing."""
        path, _, value = means.partition("=")
        name = _NAME.format(number=len(self.places) + 1)
        self.places.append(Place(name, kind, box))
        self.meanings.append(Meaning(name, self.order, self.code, self.group, path, value))

    def text(self, x: float, y: float, text: str, size: float, font: str, width: float | None = None) -> None:
        """Write one line; with `width` it is cut to it."""
        drawn = drawable(text)
        while width and drawn and stringWidth(drawn, font, size) > width:
            drawn = drawn[:-1]
        self.canvas.setFillGray(0)
        self.canvas.setFont(font, size)
        self.canvas.drawString(x, y, drawn)

    def picture(self, image: bytes, x: float, y: float, width: float, height: float) -> tuple[float, float]:
        """Draw a PNG or JPEG framed, as large as fits; return its width and height in points."""
        small = Image.open(io.BytesIO(image))
        # Three pixels a point are what a fax shows; a whole page would be packed for a third of a second.
        small.thumbnail((round(3 * width), round(3 * height)))
        picture = ImageReader(small)
        wide, high = picture.getSize()
        scale = min(height / high, width / wide)
        self.canvas.drawImage(picture, x, y, wide * scale, high * scale)
        self.canvas.setLineWidth(0.8)
        self.canvas.rect(x, y, wide * scale, high * scale)
        return wide * scale, high * scale


def drawable(text: str) -> str:
    """Return `text` in what the standard PDF fonts can draw: accents they lack are dropped, control characters too."""
    out = []
    for char in text:
        if char.isspace():
            char = " "
        elif unicodedata.category(char).startswith("C"):
            continue
        if _in_font(char):
            out.append(char)
        else:
            bare = unicodedata.normalize("NFKD", char)
            out.append("".join(part for part in bare if _in_font(part)) or "?")
    return "".join(out)


def _in_font(char: str) -> bool:
    try:
        char.encode("cp1252")
    except UnicodeEncodeError:
        return False
    return True


def _corner_points() -> list[tuple[float, float]]:
    right, top = WIDTH - MARK_X - MARK, HEIGHT - MARK_Y - MARK
    return [(MARK_X, top), (right, top), (MARK_X, MARK_Y), (right, MARK_Y)]


def _corner_boxes() -> list[Box]:
    return [_box(x, y, x + MARK, y + MARK) for x, y in _corner_points()]


def _box(x0: float, y0: float, x1: float, y1: float) -> Box:
    """Return a box in points from the lower left as fractions of the page from the top left."""
    return Box(x0 / WIDTH, 1 - y1 / HEIGHT, x1 / WIDTH, 1 - y0 / HEIGHT)
