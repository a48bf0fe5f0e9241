"""Capitals that are spaced out, as letterheads are, joined to the words that they make.

The recogniser sets spaces between them: `CE D AR BL U FF`. The white between
the letters tells: it is about as wide everywhere but between words. It takes
the recogniser's own doubt besides to part words that it ran together; that is
`documents.gaps`.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from statistics import median

import numpy as np

from documents.ocr import Gray, LineRead, Token

_INK = 140
# A white gap this many times as wide as between letters parts words; in heights of the line, no letters stand further.
_BETWEEN_WORDS = 1.6
_APART = 0.4
# Letters and words that spaced-out capitals are read as at least: a row of options (`R L B W`) is less.
_CAPITALS, _PIECES = 7, 4

_White = tuple[float, float]


def respaced(read: LineRead, part: Gray) -> LineRead:
    """Return a line with its spaced-out capitals joined as the ink of `part`, (height, width) uint8, says."""
    runs = _runs(read.tokens)
    if not any(map(_spaced_out, runs)):
        return read
    gaps = [gap for gap in _whites(part) if gap[1] - gap[0] < _APART * part.shape[0]]
    if not gaps:
        return read
    widest = _BETWEEN_WORDS * max(1.0, median(end - start for start, end in gaps))
    joined = [_joined(run, gaps, widest, part.shape[1]) if _spaced_out(run) else run for run in runs]
    return replace(read, tokens=tuple(token for run in joined for token in run))


def _whites(part: Gray) -> list[_White]:
    """Return where columns without ink begin and end within the line."""
    height = part.shape[0]
    inked = np.flatnonzero((part[height // 10 : height - height // 10] < _INK).any(0))
    steps = np.flatnonzero(np.diff(inked) > 1)
    return [(float(inked[at]) + 1, float(inked[at + 1])) for at in steps]


def _joined(run: Sequence[Token], gaps: Sequence[_White], widest: float, width: int) -> list[Token]:
    """Join what no white of `widest` pixels parts; letters that touch each other are told by no white at all."""
    found = [run[0]]
    for token in run[1:]:
        last = found[-1]
        white = _at(gaps, last.places[-1] * width, token.places[0] * width)
        if white is not None and white < widest:
            found[-1] = _together(last, token)
        else:
            found.append(token)
    return found


def _runs(tokens: Sequence[Token]) -> list[list[Token]]:
    """Part the tokens into runs of capitals and single others."""
    runs: list[list[Token]] = []
    capital = False
    for token in tokens:
        now = token.text.isalpha() and token.text.isupper()
        if now and capital:
            runs[-1].append(token)
        else:
            runs.append([token])
        capital = now
    return runs


def _spaced_out(run: Sequence[Token]) -> bool:
    """Whether capitals were read in small pieces, single letters among them, and more of them than options are."""
    sizes = [len(token.text) for token in run]
    pieces = len(run) >= _PIECES and sum(sizes) >= _CAPITALS
    return pieces and 5 * sizes.count(1) >= len(sizes) and median(sizes) <= 2


def _at(gaps: Sequence[_White], start: float, end: float) -> float | None:
    """Return the width of the widest white between two letters' places; None when there is none."""
    between = [gap[1] - gap[0] for gap in gaps if start <= (gap[0] + gap[1]) / 2 <= end]
    return max(between, default=None)


def _together(first: Token, second: Token) -> Token:
    return replace(
        first,
        text=first.text + second.text,
        end=second.end,
        confidence=min(first.confidence, second.confidence),
        handwritten=max(first.handwritten, second.handwritten),
        places=first.places + second.places,
    )
