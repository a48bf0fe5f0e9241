"""Whether a hand has signed where a page is to be signed."""

from __future__ import annotations

from collections.abc import Sequence

from documents.marks.ink import Ink
from documents.marks.papers import Sheet
from documents.marks.places import places
from documents.marks.rules import Rules
from documents.marks.scrawl import written
from documents.page import Mark, Word

_SIGNED = 0.5


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
        if best >= _SIGNED and where:
            marks.append(Mark("signature", ink.box(where), "present", spot.label, best))
        elif not spot.tacit:
            marks.append(Mark("signature", ink.box(spot.papers[0]), "absent", spot.label, 1 - best))
    return tuple(marks)
