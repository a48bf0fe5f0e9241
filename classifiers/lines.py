"""The lines of a page as a reader's eye takes them: how large, how high up, where each part begins."""

from __future__ import annotations

import re
from collections import defaultdict
from dataclasses import dataclass
from statistics import median

from documents.page import Page, Word

_NOT_WORD = re.compile(r"[^\w]+")
# Characters that part one statement from the next within a line.
_BREAKS = frozenset("•·|–—*;")
_PROSE = 9
# Before these, the first words of a line are the subject of a sentence and no label.
_GOES_ON = frozenset(
    ("is", "was", "were", "are", "has", "have", "had", "includes", "include", "shows", "showed", "will", "can")
)


@dataclass(frozen=True, slots=True)
class Line:
    """A line of text: plain lower-case words, the same without spaces, and how it is set.

    `size` is its height over the page's median; `y` its centre (0 top, 1
    bottom). `starts` holds the first words of each of its parts, without
    spaces: those at its beginning, after a wide gap or a bullet, and those that
    end in a colon.
    """

    plain: str
    tight: str
    size: float
    y: float
    capitals: bool
    words: int
    starts: frozenset[str]


def plain(text: str) -> str:
    """Return `text` in lower case, its letters and digits only, one space between words."""
    return " ".join(_NOT_WORD.sub(" ", text.replace("_", " ")).lower().split())


def page_lines(page: Page) -> tuple[Line, ...]:
    """Return the lines of a page in reading order; lines without a letter or digit are left out."""
    grouped: dict[int, list[Word]] = defaultdict(list)
    for word in page.words:
        grouped[word.line].append(word)
    heights = [median(word.box.height for word in words) for words in grouped.values()]
    usual = median(heights) if heights else 0.0
    lines = (
        _line(words, height / usual if usual else 1.0) for words, height in zip(grouped.values(), heights, strict=True)
    )
    return tuple(line for line in lines if line.tight)


def _line(words: list[Word], size: float) -> Line:
    text = " ".join(word.text for word in words)
    words_plain = plain(text)
    letters = [character for character in text if character.isalpha()]
    return Line(
        plain=words_plain,
        tight=words_plain.replace(" ", ""),
        size=size,
        y=median(word.box.y for word in words),
        capitals=bool(letters) and sum(character.isupper() for character in letters) > 0.85 * len(letters),
        words=len(words),
        starts=frozenset(_starts(words)),
    )


def _starts(words: list[Word]) -> set[str]:
    found: set[str] = set()
    begin = 0
    # Where a sentence runs on from the line before, its first words are no label.
    prose = len(words) > _PROSE and not (words[0].text.isupper() and len(words[0].text) > 2)
    for place, word in enumerate(words):
        previous = words[place - 1] if place else None
        gap = previous is not None and word.box.x0 - previous.box.x1 > 1.6 * max(word.box.height, previous.box.height)
        broken = previous is not None and (previous.text in _BREAKS or previous.text.endswith((":", ";", ".")))
        if gap or broken:
            begin = place
        follows = words[place + 1].text.lower() if place + 1 < len(words) else ""
        if place - begin < 4 and (begin or not prose) and follows not in _GOES_ON:
            found.add(plain(" ".join(each.text for each in words[begin : place + 1])).replace(" ", ""))
        if ":" in word.text:
            found |= _before_colon(words, place)
    return found - {""}


def _before_colon(words: list[Word], place: int) -> set[str]:
    """The one to four words that end in the colon at `place`."""
    last = words[place].text.split(":")[0]
    before = [word.text for word in words[max(0, place - 3) : place]]
    return {plain(" ".join((*before[at:], last))).replace(" ", "") for at in range(len(before) + 1)}
