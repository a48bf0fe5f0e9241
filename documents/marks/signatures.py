"""Whether a hand has signed where a page is to be signed."""

from __future__ import annotations

from collections.abc import Sequence

from documents.marks.ink import Ink, Rect
from documents.marks.papers import Sheet
from documents.marks.places import Spot, places
from documents.marks.rules import Rules
from documents.marks.scrawl import written
from documents.page import Mark, Word

_SIGNED = 0.5
# Words read over most of the ink tell print from a hand better than its shapes do, where the reader tells them apart.
_COVERED = 0.7
_PRINT, _HAND = 0.25, 0.75
# What a hand wrote in plain letters is a signature as well, unless it is a number or stands at the paper's upper edge.
_WRITTEN = 0.8
_TRUST = 0.95
_LEAST_LETTERS = 3


def signatures(ink: Ink, rules: Rules, words: Sequence[Word]) -> tuple[Mark, ...]:
    """Return a `signature` mark for each place to sign, present when a hand wrote there.

    A typed name, a stamp, specks and streaks are no signature; what stands on
    the date's line beside it does not count. The text is the label, the
    confidence the probability of the state given.
    """
    marks = []
    for spot in places(Sheet.of(ink, rules, words)):
        best, where = max(
            (written(ink, rules, paper, spot.ignored) for paper in spot.papers), key=lambda found: found[0]
        )
        best = _told(best, ink, where, words) if where else best
        plainly, there = _plainly_written(spot, ink, words)
        if plainly > best:
            best, where = plainly, there
        if best >= _SIGNED and where:
            marks.append(Mark("signature", ink.box(where), "present", spot.label, best))
        elif not spot.tacit:
            marks.append(Mark("signature", ink.box(spot.papers[0]), "absent", spot.label, 1 - best))
    return tuple(marks)


def _plainly_written(spot: Spot, ink: Ink, words: Sequence[Word]) -> tuple[float, Rect | None]:
    """Return the probability that a name read on the spot's paper was signed by a hand, and where the name is.

    A name in block letters has the even shapes of print; the recogniser tells the two apart.
    """
    there = [
        (rect, word)
        for rect, word in ((ink.rect(word.box), word) for word in words if word.handwritten > 0)
        if any(_on(paper, rect) for paper in spot.papers) and not any(rect.shared(each) for each in spot.ignored)
    ]
    letters = sum(character.isalpha() for _, word in there for character in word.text)
    if letters < _LEAST_LETTERS or any(character.isdigit() for _, word in there for character in word.text):
        return 0.0, None
    hand = sum(rect.width * word.handwritten for rect, word in there) / sum(rect.width for rect, _ in there)
    if hand < _WRITTEN:
        return 0.0, None
    rects = [rect for rect, _ in there]
    x0, y0 = min(rect.x0 for rect in rects), min(rect.y0 for rect in rects)
    return _TRUST * hand, Rect(x0, y0, max(rect.x1 for rect in rects), max(rect.y1 for rect in rects))


def _on(paper: Rect, rect: Rect) -> bool:
    return paper.x0 < rect.x < paper.x1 and paper.y0 + 0.25 * paper.height < rect.y < paper.y1


def _told(sure: float, ink: Ink, where: Rect, words: Sequence[Word]) -> float:
    """Return the probability of a signature at `where`, given also whether its words look printed or written.

    A text layer's words do not tell (their figure is 0), nor do words beside the ink.
    """
    rects = [(ink.rect(word.box), word) for word in words if word.handwritten > 0]
    over = [(rect, word) for rect, word in rects if rect.rows(where) > 0.4 and where.x0 < rect.x < where.x1]
    covered = sum(min(rect.x1, where.x1) - max(rect.x0, where.x0) for rect, _ in over) / max(1.0, where.width)
    if covered < _COVERED:
        return sure
    hand = sum(rect.width * word.handwritten for rect, word in over) / sum(rect.width for rect, _ in over)
    if hand <= _PRINT:
        return sure * 0.6
    return sure + (1 - sure) * 0.4 if hand >= _HAND else sure
