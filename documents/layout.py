"""Lines and reading order.

The rule: words whose middles lie within half a word's height of each other
share a *row*. Rows follow each other from top to bottom. A row falls into
*lines* wherever the gap between two words is wider than 2.2 times the row's
height: that is a column's gap, never a word space. So "label value" stays one
line where it was written as one, and the cells of a form's row are lines of
their own, left to right. `Word.line` numbers these lines over the page.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace
from statistics import median

from documents.page import Word

COLUMN_GAP = 2.2


def in_lines(pieces: Iterable[Sequence[Word]], aspect: float) -> tuple[Word, ...]:
    """Return the words in reading order with `line` set.

    `pieces` are runs of words known to follow each other (a detected line, or
    single words of a text layer), left to right; `aspect` is the page's width
    over its height, which makes the fractions of both axes comparable.
    """
    runs = [tuple(run) for run in pieces if run]
    found: list[Word] = []
    line = -1
    for row in _rows(runs):
        height = median(word.box.height for word in row)
        edge: float | None = None
        for word in sorted(row, key=lambda word: (word.box.x0, word.box.x1)):
            gap = (word.box.x0 - edge) * aspect if edge is not None else None
            if gap is None or gap > COLUMN_GAP * height:
                line += 1
            found.append(replace(word, line=line))
            edge = word.box.x1 if edge is None else max(edge, word.box.x1)
    return tuple(found)


def _rows(runs: Sequence[tuple[Word, ...]]) -> list[list[Word]]:
    """Gather runs into rows by the height of their middles."""
    rows: list[tuple[list[tuple[float, float]], list[Word]]] = []
    for run in sorted(runs, key=lambda run: (_middle(run), run[0].box.x0)):
        middle, height = _middle(run), median(word.box.height for word in run)
        home = None
        for members, words in reversed(rows[-6:]):
            level, tall = members[-1]
            near = abs(level - middle) < 0.5 * min(height, tall)
            if near and not _collides(run, words):
                home = (members, words)
                break
        if home is None:
            rows.append(([(middle, height)], list(run)))
        else:
            home[0].append((middle, height))
            home[1].extend(run)
    return [words for _, words in rows]


def _middle(run: Sequence[Word]) -> float:
    return median(word.box.y for word in run)


def _collides(run: Sequence[Word], words: Sequence[Word]) -> bool:
    """Whether the run would lie over words of the row: then it is a row of its own."""
    x0, x1 = run[0].box.x0, run[-1].box.x1
    covered = sum(max(0.0, min(x1, word.box.x1) - max(x0, word.box.x0)) for word in words)
    return covered > 0.3 * (x1 - x0)
