"""Words that a pen or a ruler struck out."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from documents.marks.ink import Ink, Pixels, Rect
from documents.page import Mark, Word

# Lengths in line heights. A stroke reaches out of its words by no more than this; a form's rule does.
_OVERHANG = 1.6
_THICKEST = 0.22
_OUT = 0.08
_LEAST_COVERED = 0.96
# Share of a struck word's columns where the stroke alone has ink: the gaps between its letters.
_LEAST_BETWEEN = 0.05


@dataclass(frozen=True, slots=True)
class _Struck:
    word: Word
    rect: Rect
    covered: float


def strikes(ink: Ink, words: Sequence[Word]) -> tuple[Mark, ...]:
    """Return a `strike` mark for each run of words on one line that a stroke goes through.

    An underline is too low, a form's rule too long, a dash has no letters over
    and under it. The confidence is the share of the words that the stroke covers.
    """
    found = []
    for word in words:
        if sum(c.isalnum() for c in word.text) < 2:
            continue
        rect = ink.rect(word.box)
        covered = _covered(ink, rect)
        if covered >= _LEAST_COVERED:
            found.append(_Struck(word, rect, covered))
    return tuple(
        Mark("strike", ink.box(_around(run)), "on", " ".join(each.word.text for each in run), _mean(run))
        for run in _runs(found)
        if not _ruled(ink, _around(run))
    )


def _covered(ink: Ink, rect: Rect) -> float:
    """Return the share of a word's width that one level stroke through its middle covers, 0 when none does.

    Letters leave gaps: where a column of a word has ink in the stroke only, it
    is the stroke that closes the gap.
    """
    if rect.width < 0.8 * ink.line:
        return 0.0
    word = ink.crop(rect)
    out = _OUT * ink.line
    band = ink.crop(Rect(rect.x0 - out, rect.y - 0.2 * rect.height, rect.x1 + out, rect.y + 0.2 * rect.height))
    if not band.size or float(band.max(axis=0).mean()) < _LEAST_COVERED:
        return 0.0
    share = _path(band)
    heights = word.sum(axis=0)
    between = (heights <= _THICKEST * ink.line) & (heights > 0)
    letters = float((heights > _THICKEST * ink.line).mean())
    fits = share >= _LEAST_COVERED and between.sum() >= max(4, _LEAST_BETWEEN * len(heights)) and letters >= 0.2
    return share if bool(fits) else 0.0


def _path(band: Pixels) -> float:
    """Return the greatest share of ink along a level stroke, which rises at most a pixel in three columns."""
    columns = band.shape[1] // 3
    steps = band[:, : columns * 3].reshape(band.shape[0], columns, 3).mean(axis=2)
    best = steps[:, 0]
    for column in steps.T[1:]:
        padded = np.pad(best, 1, constant_values=-1.0)
        best = np.maximum(np.maximum(padded[:-2], padded[2:]), padded[1:-1]) + column
    return float(np.max(best) / columns)


def _ruled(ink: Ink, around: Rect) -> bool:
    """Whether what goes through the words goes on far beyond them, as a form's rule does."""
    reach = _OVERHANG * ink.line
    beyond = (
        Rect(around.x0 - reach - ink.line, around.y - 0.3 * ink.line, around.x0 - reach, around.y + 0.3 * ink.line),
        Rect(around.x1 + reach, around.y - 0.3 * ink.line, around.x1 + reach + ink.line, around.y + 0.3 * ink.line),
    )
    parts = [ink.crop(rect) for rect in beyond]
    return any(part.shape[1] >= 6 and part.shape[0] > 0 and _path(part) > 0.9 for part in parts)


def _runs(found: Sequence[_Struck]) -> list[list[_Struck]]:
    """Gather struck words that follow each other on a line."""
    runs: list[list[_Struck]] = []
    for each in found:
        last = runs[-1][-1] if runs else None
        near = last is not None and last.word.line == each.word.line and each.rect.x0 - last.rect.x1 < each.rect.height
        if near:
            runs[-1].append(each)
        else:
            runs.append([each])
    return runs


def _around(run: Sequence[_Struck]) -> Rect:
    return Rect(
        min(each.rect.x0 for each in run),
        min(each.rect.y0 for each in run),
        max(each.rect.x1 for each in run),
        max(each.rect.y1 for each in run),
    )


def _mean(run: Sequence[_Struck]) -> float:
    return sum(each.covered for each in run) / len(run)
