"""What the second reader says of the words that values rest on.

After values were chosen, the caller says where each stands (a `Claim`); the
lines there are read again (`documents.sandbox.reread_safely`, one Tesseract
call a page) and each claim gets an `Opinion`. Nothing here loads a model.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Literal

from documents.page import Box, Page, Word

Verdict = Literal["agrees", "disagrees", "unknown"]
Rereader = Callable[[Page, Sequence[int]], Page]

# A second reading costs by the line; what a page's order rests on stands on fewer than these.
MOST_LINES = 30
# Tesseract reads 9-37 % of what a hand wrote: its disagreement there says nothing.
_BY_HAND = 0.5
_SHAPES = str.maketrans("OoQDIl|!$SsZzBG", "000011115552286")


@dataclass(frozen=True, slots=True)
class Claim:
    """A place on a page, in fractions of it, and what was read there."""

    box: Box
    text: str


@dataclass(frozen=True, slots=True)
class Opinion:
    """What the second reader says of a claim, and the words that it reads there ("" when it sees none)."""

    verdict: Verdict
    text: str = ""


def opinions(page: Page, claims: Sequence[Claim], reread: Rereader) -> tuple[Page, tuple[Opinion, ...]]:
    """Return the page with its claimed lines read again, and an opinion on each claim, in their order.

    The first claims count most: lines beyond `MOST_LINES` are not asked about
    and their claims stay `unknown`. Pages that were not recognised (a believed
    text layer, live fields) are not asked about either.
    """
    lines = list(dict.fromkeys(word.line for claim in claims for word in _claimed(page, claim) if word.confidence < 1))
    if lines:
        page = reread(page, lines[:MOST_LINES])
    return page, tuple(opinion(page, claim) for claim in claims)


def opinion(page: Page, claim: Claim) -> Opinion:
    """Return what the words of `page` that were read twice say of a claim.

    Letters and digits are compared, case aside. A word that Tesseract did not
    see is no disagreement, nor is what it makes of a hand.
    """
    words = _claimed(page, claim)
    asked = [word for word in words if word.second is not None]
    text = " ".join(word.second for word in asked if word.second)
    if not asked:
        return Opinion("unknown", text)
    verdicts = {_verdict(word) for word in words}
    if verdicts != {"agrees"} and _whole(asked, claim):
        return Opinion("agrees", text)
    for verdict in ("disagrees", "unknown"):
        if verdict in verdicts:
            return Opinion(verdict, text)
    return Opinion("agrees", text)


def _claimed(page: Page, claim: Claim) -> list[Word]:
    """Return the words at the claim's box: those whose middle is in it, or that it is a part of."""
    return [word for word in page.words if word.box.overlap(claim.box) > 0.5]


def _verdict(word: Word) -> Verdict:
    first = folded(word.text)
    if not first:
        return "agrees"
    if not word.second or not folded(word.second):
        return "unknown"
    again = folded(word.second)
    if first == again:
        return "agrees"
    if _shape(word.text) == _shape(word.second):
        return "agrees" if first.isdecimal() or first.isalpha() else "unknown"
    return "unknown" if word.handwritten > _BY_HAND else "disagrees"


def _whole(asked: Sequence[Word], claim: Claim) -> bool:
    """Whether the claim stands in the second reading although it parts the words otherwise.

    Where the words hold more than the claim (a label glued to its value), the
    rest of them does not matter.
    """
    first = "".join(folded(word.text) for word in asked)
    again = "".join(folded(word.second or "") for word in asked)
    wanted = folded(claim.text)
    return first == again or (len(wanted) > 2 and wanted != first and wanted in first and wanted in again)


def _shape(text: str) -> str:
    """Return the text with letters and digits of one shape made the same: O and 0, I, l and 1, S and 5, Z and 2.

    Tesseract does not know that a word is a date or a name: `O4-l7-l969` and
    `lyer` are no other date and name than `04-17-1969` and `Iyer`; what mixes
    both, as a member number does, is open then. An i and an l are two shapes.
    """
    return folded(text.translate(_SHAPES)).translate(_SHAPES)


def folded(text: str) -> str:
    """Return the letters and digits of `text`, case aside."""
    return "".join(character for character in text.casefold() if character.isalnum())
