"""A message's text as pages: drawn, so that a person sees what the reader saw."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from functools import cache

import numpy as np
from PIL import Image, ImageDraw, ImageFont

from documents.page import Box, Word
from documents.unpack.sheet import Sheet

_WIDTH, _HEIGHT = 1700, 2200
_MARGIN = 150
_SIZE = 30
_LEADING = 44
_GUTTER = 60
# Characters that are more than a line holds, of a word, and of a message.
_LINE = 300
_WITHOUT_END = re.compile(r"(\S{80})(?=\S)")
_MOST = 300_000
Row = tuple[str, ...]


@cache
def _font() -> ImageFont.FreeTypeFont | ImageFont.ImageFont:
    return ImageFont.load_default(_SIZE)


def sheets(rows: Sequence[Row], origin: str) -> Iterator[Sheet]:
    """Yield letter pages of `rows` at 200 dpi; a row's cells stand in columns, long cells wrap.

    The words are certain: they are the message's own strings.
    """
    rows = _bounded(rows)
    page = _Sheet()
    for row, starts in zip(rows, _columns(rows), strict=True):
        lines = _fold(row, starts)
        if page.full(len(lines)) and not page.empty:
            yield page.finish(origin)
            page = _Sheet()
        for line in lines:
            if page.full(1):
                yield page.finish(origin)
                page = _Sheet()
            page.write(line)
        if not any(row):
            page.skip()
    if not page.empty:
        yield page.finish(origin)


def _bounded(rows: Sequence[Row]) -> list[Row]:
    """Cut what nobody writes: words without end, and text beyond a hundred pages."""
    left, kept = _MOST, []
    for row in rows:
        cells = tuple(_WITHOUT_END.sub(r"\1 ", _indented(cell)[:left]) for cell in row)
        kept.append(cells)
        left -= sum(map(len, cells)) + 1
        if left <= 0:
            break
    return kept


def _indented(cell: str) -> str:
    """Return a line with its indentation, unless that is wider than the page."""
    bare = cell.strip()
    return cell.rstrip() if len(cell.rstrip()) - len(bare) < _LINE else bare


def _width(text: str) -> float:
    return float(_font().getlength(text))


def _columns(rows: Sequence[Row]) -> list[list[float]]:
    """Return each row's column starts: rows of as many cells that follow each other share theirs."""
    starts: list[list[float]] = []
    first = 0
    for index in range(1, len(rows) + 1):
        if index == len(rows) or len(rows[index]) != len(rows[first]):
            group = rows[first:index]
            starts += [_shared(group)] * len(group)
            first = index
    return starts


def _shared(group: Sequence[Row]) -> list[float]:
    count = len(group[0])
    room = (_WIDTH - 2 * _MARGIN - (count - 1) * _GUTTER) / max(1, count)
    widths = [max(_width(row[column][:_LINE]) for row in group) for column in range(count)]
    if sum(widths) + (count - 1) * _GUTTER > _WIDTH - 2 * _MARGIN:
        widths = [min(width, room) if column < count - 1 else width for column, width in enumerate(widths)]
    starts = [float(_MARGIN)]
    for width in widths[:-1]:
        starts.append(starts[-1] + width + _GUTTER)
    return starts


def _fold(row: Row, starts: Sequence[float]) -> list[list[tuple[float, str]]]:
    """Return the lines of a row as (x, word) pairs."""
    lines: list[list[tuple[float, str]]] = [[]]
    for cell, (start, end) in zip(
        row, zip(starts, [*starts[1:], _WIDTH - _MARGIN + _GUTTER], strict=True), strict=True
    ):
        line, x = 0, start + _width(" ") * (len(cell) - len(cell.lstrip(" ")))
        for word in cell.split():
            if x > start and x + _width(word) > end - _GUTTER:
                line, x = line + 1, start
            while len(lines) <= line:
                lines.append([])
            lines[line].append((x, word))
            x += _width(word) + _width(" ")
    return lines


class _Sheet:
    """A page being written."""

    def __init__(self) -> None:
        self._image = Image.new("L", (_WIDTH, _HEIGHT), 255)
        self._draw = ImageDraw.Draw(self._image)
        self._words: list[Word] = []
        self._y = float(_MARGIN)

    @property
    def empty(self) -> bool:
        return not self._words

    def full(self, lines: int) -> bool:
        return self._y + lines * _LEADING > _HEIGHT - _MARGIN

    def skip(self) -> None:
        self._y += _LEADING / 2

    def write(self, line: Sequence[tuple[float, str]]) -> None:
        for x, word in line:
            self._draw.text((x, self._y), word, font=_font(), fill=0)
            box = Box(
                x / _WIDTH, self._y / _HEIGHT, min(1.0, (x + _width(word)) / _WIDTH), (self._y + _SIZE * 1.2) / _HEIGHT
            )
            self._words.append(Word(word, box, 1.0, 0))
        self._y += _LEADING

    def finish(self, origin: str) -> Sheet:
        gray = np.asarray(self._image, np.uint8)
        return Sheet(gray, origin, kind="drawn", words=tuple(self._words), certain=True)
