"""Written words to catalogue words: tokens with their places, slips of spelling and of OCR put right.

Only the look-up is put right, never the text: a token keeps the span of what
stands on the page, and `sure` says how near the spelling was.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache

from classifiers import spelling
from classifiers.catalogue import Catalogue, catalogue
from classifiers.spelling import CODES, DIGITS, spell

# In their order: "+/-"; "w/o" and "w/"; "C+" and "C-", where no spine shares the letter ("C- and L-spine");
# "R't"; a word, with what OCR makes of its letters; a number; a sign for "and".
_TOKEN = re.compile(
    r"\+\s?/\s?-"
    r"|w\s?[/\\|]\s?[oq0](?:ut)?(?![a-z0-9])|w\s?/\s?o(?=con|iv|dye|gad|cm|cnt)|w\s?/"
    r"|c[+-](?!\w)(?!\s*sp)(?!\s*(?:and|&|/|,|\+)\s*[tl]s?\b)"
    r"|[lr]['’]t(?![a-z])"
    r"|[a-z0-9|!]*[a-z][a-z0-9|!]*|\d+|[&+]"
)
_SIGN = re.compile(r"w\s?[/\\|]")
_RUNS = re.compile(r"[a-z]+|\d+")
_SIDES = frozenset("lr")


@dataclass(frozen=True, slots=True)
class Token:
    """A word of the text: as looked up, its span, the text before it since the last token, 0..1 how sure."""

    word: str
    start: int
    end: int
    gap: str
    sure: float = 1.0
    digit_near: bool = False
    capital: bool = False
    unit: bool = False


def tokens(text: str) -> tuple[Token, ...]:
    """Return the words, signs and numbers of `text` in their order, glued ones parted."""
    lower = "".join(map(_lower, text))
    found: list[Token] = []
    last = 0
    units, same = catalogue().units, catalogue().same
    for begin, stop in _runs(lower):
        gap = lower[last:begin]
        if lower[begin:stop] == "+" and not gap and found and found[-1].word.isdigit():
            # "3+ views", "1+ sites": no sign for "and".
            last = stop
            continue
        for word, start, end, sure in _parts(lower[begin:stop], text[begin:stop]):
            first, after = begin + start, begin + end
            unit = word in units and bool(found) and found[-1].word.isdigit() and len(found[-1].word) < 5
            near = _touches_digit(lower, first, after)
            spelled_out = same.get(word, word)
            found.append(Token(spelled_out, first, after, gap, sure, near, text[first:after].isupper(), unit))
            gap = ""
        last = stop
    return tuple(found)


def _runs(lower: str) -> Iterator[tuple[int, int]]:
    """Yield the span of each run of characters that may hold words, a run that a space broke in two put together.

    The w of a "w/o" without a space before it ("brainw/o") is parted from the word.
    """
    words = catalogue().words
    position = 0
    while match := _TOKEN.search(lower, position):
        begin, stop = match.span()
        if lower[stop - 1] == "w" and _SIGN.match(lower, stop - 1) and lower[begin:stop] not in words:
            stop -= stop - begin > 3
        after = _TOKEN.match(lower, stop + 1) if lower[stop : stop + 1] == " " else None
        if after and _broken(lower[begin:stop], after[0]):
            stop = after.end()
        yield begin, stop
        position = stop


def _broken(head: str, tail: str) -> bool:
    """Whether two runs are one word of the catalogue with a space in it ("M RI", "bla dder", "L imited")."""
    words = catalogue().words
    whole = head + tail
    return whole.isalpha() and len(whole) > 2 and whole in words and not {head, tail} <= words


def _lower(char: str) -> str:
    lowered = char.lower()
    return lowered if len(lowered) == 1 else char


def _touches_digit(text: str, start: int, end: int) -> bool:
    """Whether a number or an apostrophe ("add'l") touches `text[start:end]`."""
    return (
        text[start - 1 : start] in ("'", "’")
        or text[start - 1 : start].isdigit()
        or text[end : end + 2].removeprefix("-")[:1].isdigit()
    )


@lru_cache(maxsize=16384)
def _parts(word: str, written: str) -> tuple[tuple[str, int, int, float], ...]:
    """Part one run of characters into catalogue words: (word, start, end, sure), offsets within the run."""
    book = catalogue()
    if "'" in word or "’" in word:
        return ((word[0] + "t", 0, len(word), 1.0),)
    if " " in word and word.replace(" ", "").isalpha():
        return ((word.replace(" ", ""), 0, len(word), 0.9),)
    if _SIGN.match(word):
        return (("w/o" if word[-1] not in "/\\|" else "w/", 0, len(word), 1.0),)
    if word[0] == "+" and len(word) > 1:
        return (("+/-", 0, len(word), 1.0),)
    if word in book.words or word in "&+" or word[-1] in "+-":
        return (("and" if word in "&+" else word, 0, len(word), 1.0),)
    if not word.isalpha():
        return _mixed(word)
    camel = re.findall(r"[A-Z]{2,}(?=[A-Z][a-z])|[A-Z]?[a-z]+|[A-Z]+", written)
    cased = tuple(piece.lower() for piece in camel)
    if len(cased) > 1 and all(len(piece) > 2 and piece in book.words for piece in cased):
        return _offsets(cased)
    # A slip of one letter in a long word is likelier than two short words without a space ("calcanus").
    slip, near = spell(word) if len(word) > 6 else (word, 0.0)
    if near >= 0.85:
        return ((slip, 0, len(word), near),)
    for pieces in (cased, _unglued(word)):
        if len(pieces) > 1 and "".join(pieces) == word and _worth(pieces, book):
            return _offsets(pieces)
    spelled, sure = spell(word)
    return ((spelled if sure else word, 0, len(word), sure or 1.0),)


def _mixed(word: str) -> tuple[tuple[str, int, int, float], ...]:
    """Part a run of letters and digits: misread letters, glued words, or a number and its unit."""
    spelled, sure = spell(word)
    if sure and len(word) > 2:
        return ((spelled, 0, len(word), sure),)
    pieces = _unglued(word.translate(DIGITS))
    if len(pieces) > 1 and _worth(pieces, catalogue()):
        return _offsets(pieces)
    return tuple(
        (part, run.start() + start, run.start() + end, sure)
        for run in _RUNS.finditer(word)
        for part, start, end, sure in (_parts(run[0], run[0]) if run[0].isalpha() else ((run[0], 0, len(run[0]), 1.0),))
    )


def _offsets(pieces: tuple[str, ...]) -> tuple[tuple[str, int, int, float], ...]:
    ends = [sum(map(len, pieces[: index + 1])) for index in range(len(pieces))]
    return tuple((piece, end - len(piece), end, 0.95) for piece, end in zip(pieces, ends, strict=True))


def _worth(pieces: tuple[str, ...], book: Catalogue) -> bool:
    """Whether every piece is known, and long enough or plainly a code, so that plain English is not cut up."""
    return (
        all(piece in book.words for piece in pieces)
        and all(
            len(piece) > 3 or piece in CODES or (piece in _SIDES and index == 0) for index, piece in enumerate(pieces)
        )
        and not (len(pieces[-1]) == 2 and pieces[-1] not in ("lt", "rt", "wo", "ap", "pa"))
        and any(len(piece) > 3 or piece in ("mri", "cta", "mra", "abd") for piece in pieces)
    )


def _unglued(word: str) -> tuple[str, ...]:
    """The fewest catalogue words that, written without a space, make `word`; empty when none do."""
    if not 4 < len(word) < 40:
        return ()
    book = catalogue()
    # Fewest pieces, and of as many those with fewer abbreviations among them.
    best: list[tuple[int, int, tuple[str, ...]] | None] = [(0, 0, ()), *[None] * len(word)]
    for end in range(1, len(word) + 1):
        for start in range(max(0, end - 16), end):
            head, piece = best[start], word[start:end]
            edge = piece in _SIDES and start == 0
            if head is None or piece not in book.words or not (len(piece) > 3 or piece in CODES or edge):
                continue
            new = head[0] + 1, head[1] + (piece in book.same), (*head[2], piece)
            held = best[end]
            if held is None or new[:2] < held[:2]:
                best[end] = new
    return best[-1][2] if best[-1] else ()


def forget() -> None:
    """Forget every word looked up, for the catalogue has changed."""
    _parts.cache_clear()
    spelling.forget()
