"""Lines to words: each detected line read, read again where its reading does not fit, laid back on the page."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

import numpy as np

from documents import clean, combs, ocr, spacing
from documents.combs import Comb
from documents.ocr import Gray, LineRead, Quad, Token
from documents.page import Box, Word

# Characters a line has for each of its heights of length: outside, some of it was not seen or was invented.
_RATE = (0.45, 4.6)
_DOUBTFUL = 0.75
_STRETCHES = (0.8, 1.25)


def lines(
    gray: Gray, quads: Sequence[Quad], cells: Sequence[Comb] = (), reads: Mapping[int, LineRead] | None = None
) -> list[tuple[Word, ...]]:
    """Return the words of each line of a page; `gray` is (height, width) uint8 without the strokes of its combs.

    `reads` are lines, by their number in `quads`, that were read already; on a
    page with combs they are read again, since the combs were in them.
    """
    gray = clean.softened(gray)
    if cells:
        return [line(gray, quad, comb) for quad, comb in combs.parted(quads, cells)]
    known = reads or {}
    return [line(gray, quad, first=known.get(index)) for index, quad in enumerate(quads)]


def line(gray: Gray, quad: Quad, comb: Comb | None = None, first: LineRead | None = None) -> tuple[Word, ...]:
    """Read the line inside `quad`; its words carry their place on the page and the line number 0."""
    part = ocr.crop(gray, quad)
    read = _in_cells(part, comb.pitch) if comb else spacing.respaced(looked_at(part, first), part)
    return _placed(read, quad, gray.shape)


def looked_at(part: Gray, first: LineRead | None = None) -> LineRead:
    """Read a line; once more, narrower and wider, when the first reading is doubtful for its length.

    One long line in fourteen collapses into scattered letters at one size and
    comes out right at another (measured on faxes).
    """
    first = first or ocr.recognise(part)
    if not _doubtful(first, part):
        return first
    others = [ocr.recognise(part, stretch) for stretch in _STRETCHES]
    best = max((first, *others), key=lambda read: _worth(read, part))
    return best if _worth(best, part) > _worth(first, part) + 0.05 else first


def _rate(read: LineRead, part: Gray) -> float:
    return float(len(read.text) * part.shape[0] / max(1, part.shape[1]))


def _doubtful(read: LineRead, part: Gray) -> bool:
    long = part.shape[1] > 4 * part.shape[0]
    low, high = _RATE
    return long and (read.score < _DOUBTFUL or not low <= _rate(read, part) <= high)


def _worth(read: LineRead, part: Gray) -> float:
    low, high = _RATE
    return read.score * (1.0 if low <= _rate(read, part) <= high else 0.6)


def _in_cells(part: Gray, pitch: float) -> LineRead:
    """Read the characters of a comb as one run: the blank between cells is cut out, empty cells stay a space."""
    dense, places = combs.condensed(part, pitch)
    read = ocr.recognise(dense)
    width, full = dense.shape[1], part.shape[1]
    tokens: list[Token] = []
    for token in read.tokens:
        start, end = (
            float(np.interp(share * width, np.arange(len(places)), places)) for share in (token.start, token.end)
        )
        last = tokens[-1] if tokens else None
        if last is not None and start - last.end * full < pitch:
            tokens[-1] = replace(
                last,
                text=last.text + token.text,
                end=end / full,
                confidence=min(last.confidence, token.confidence),
                handwritten=max(last.handwritten, token.handwritten),
            )
        else:
            tokens.append(replace(token, start=start / full, end=end / full))
    return LineRead(tuple(part for token in tokens for part in _numbers(token)), read.score)


def _numbers(token: Token) -> list[Token]:
    """Part a run of cells before a bracket: a second telephone number begins there."""
    at = token.text.find("(", 1)
    if at < 0:
        return [token]
    middle = token.start + (token.end - token.start) * at / len(token.text)
    return [replace(token, text=token.text[:at], end=middle), replace(token, text=token.text[at:], start=middle)]


def _placed(read: LineRead, quad: Quad, shape: tuple[int, ...]) -> tuple[Word, ...]:
    """Return a line's words with their boxes on a page of `shape` (height, width)."""
    height, width = shape[:2]
    top, bottom = quad[1] - quad[0], quad[2] - quad[3]
    found = []
    for token in read.tokens:
        ends = (token.start, token.end)
        corners = np.array([quad[0] + top * end for end in ends] + [quad[3] + bottom * end for end in ends])
        low, high = corners.min(0), corners.max(0)
        box = Box(*np.clip([low[0] / width, low[1] / height, high[0] / width, high[1] / height], 0, 1).tolist())
        found.append(Word(token.text, box, round(token.confidence, 4), 0, None, token.handwritten))
    return tuple(found)
