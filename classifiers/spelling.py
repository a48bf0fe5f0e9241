"""Slips of spelling and of OCR: the catalogue word that a written word was meant to be."""

from __future__ import annotations

from functools import cache, lru_cache

from rapidfuzz import process
from rapidfuzz.distance import OSA

from classifiers.catalogue import catalogue

# The short words that are looked for in a run of letters without a space.
CODES = frozenset(
    ("ct", "mr", "us", "xr", "nm", "lt", "rt", "wo", "fl", "mg", "mri", "mra", "mrv", "cta", "pet", "abd", "wwo", "con")
) | {"ap", "pa", "lat", "min", "max", "iv", "hc", "hchg"}
# Digits that stand for letters inside a word.
DIGITS = str.maketrans({"0": "o", "1": "i", "|": "i", "!": "i", "5": "s", "8": "b"})
_CONFUSED = str.maketrans({"0": "o", "1": "l", "i": "l", "|": "l", "!": "l", "5": "s", "8": "b", "6": "g"})
# Letters that a fax blurs into one another; used for the few words of four letters that matter most.
_BLURRED = str.maketrans({"c": "e", "o": "e", "a": "e", "f": "t", "u": "n", "m": "n", "0": "e"})

_VOWELS = frozenset("aeiou")
# A word cut short keeps at least this share of its letters.
_KEPT = 0.55

# First letters taken for one another: the one meant, the one read.
_STARTS = frozenset(
    ("cg", "ce", "co", "oq", "bh", "hn", "hb", "mn", "nm", "ft", "tf", "pr", "pf", "ec", "lt", "uv", "sg", "bl")
)


@lru_cache(maxsize=16384)
def spell(word: str) -> tuple[str, float]:
    """Return the catalogue word that `word` is a slip of, and how sure (0: none).

    Plurals, then letters that OCR confuses, then a word cut short or written
    without its vowels, then one slip in five to eight letters and two in more
    (optimal string alignment).
    """
    book = catalogue()
    if word in book.words:
        return word, 1.0
    if word in book.uncorrected:
        return word, 0.0
    for ending in ("s", "es"):
        if word.endswith(ending) and len(word) - len(ending) > 3 and word.removesuffix(ending) in book.words:
            return word.removesuffix(ending), 1.0
    folded = _fold(word)
    same = _folded_words().get(folded)
    if same and (len(folded) > 3 or same in CODES or not word.isalpha()):
        return same, 0.9
    if len(word) == 4 and (same := _four_letters().get(_class(word))):
        return same, 0.7
    if len(word) > 3 and (turned := _turned(word)):
        return turned, 0.8
    if shortened := _shortened(word):
        return shortened, 0.85
    if len(word) < 5 or not any(char.isalpha() for char in word):
        return word, 0.0
    slips = 1 if len(folded) < 9 else 2
    near = process.extractOne(folded, _long_words(), scorer=OSA.distance, score_cutoff=slips)
    if near is None:
        return word, 0.0
    candidate, distance, _ = near
    if candidate[0] != folded[0] and not _clipped(folded, candidate, int(distance)):
        return word, 0.0
    return _folded_words()[candidate], 0.85 if distance == 1 else 0.7


def _clipped(folded: str, candidate: str, distance: int) -> bool:
    """Whether the first letters differ because the page lost or blurred one, and not because it is another word."""
    blurred = candidate[0] + folded[0] in _STARTS
    return distance == 1 and len(folded) > 4 and (blurred or candidate[1:] == folded)


def _fold(word: str) -> str:
    return word.translate(_CONFUSED).replace("rn", "m").replace("vv", "w")


def _turned(word: str) -> str | None:
    """The word that means something by itself once two neighbouring letters are turned round."""
    alone = _single_words()
    swaps = (word[:at] + word[at + 1] + word[at] + word[at + 2 :] for at in range(len(word) - 1))
    return next((whole for whole in swaps if whole in alone), None)


def _shortened(word: str) -> str | None:
    """The word of the catalogue that `word` is the beginning of, or is without its vowels.

    Where it may be several of different meaning, it is none.
    """
    if not word.isalpha():
        return None
    found: tuple[str, ...] = ()
    if len(word) > 3 and not _VOWELS & set(word[1:]):
        found = _skeletons().get(word, ())
    elif len(word) > 5:
        found = tuple(whole for whole in _single_words() if whole.startswith(word) and len(word) >= _KEPT * len(whole))
    meanings = {_meaning(whole) for whole in found}
    return min(found, key=len) if len(meanings) == 1 else None


def _meaning(word: str) -> object:
    book = catalogue()
    return book.contrast.get(word) or book.phrases.get((book.same.get(word, word),)) or word


@cache
def _single_words() -> dict[str, None]:
    """The words that mean something by themselves."""
    book = catalogue()
    alone = (word for word in book.words if _meaning(word) != word)
    return dict.fromkeys(sorted(word for word in alone if word.isalpha() and len(word) > 3))


@cache
def _skeletons() -> dict[str, tuple[str, ...]]:
    held: dict[str, tuple[str, ...]] = {}
    for word in (word for word in sorted(catalogue().words) if word.isalpha() and len(word) > 4):
        bones = word[0] + "".join(char for char in word[1:] if char not in _VOWELS)
        held[bones] = (*held.get(bones, ()), word)
    return held


@cache
def _folded_words() -> dict[str, str]:
    return {_fold(word): word for word in sorted(catalogue().words, reverse=True) if len(word) > 2 and word.isalpha()}


@cache
def _long_words() -> list[str]:
    """What slips are put right to: whole words, for an abbreviation of five letters is near to many."""
    book = catalogue()
    return [folded for folded, word in _folded_words().items() if word in book.short or _is_whole(word, book.same)]


def _is_whole(word: str, same: dict[str, str]) -> bool:
    return word not in same and (len(word) > 5 or (len(word) == 5 and sum(char in "aeiouy" for char in word) > 1))


@cache
def _four_letters() -> dict[str, str]:
    return {_class(word): word for word in catalogue().short if len(word) == 4}


def _class(word: str) -> str:
    return word.translate(_BLURRED)


def forget() -> None:
    """Forget every spelling looked up, for the catalogue has changed."""
    for looked_up in (spell, _single_words, _skeletons, _folded_words, _long_words, _four_letters):
        looked_up.cache_clear()
