"""The fingerprint of a sheet: what tells it from every other sheet of the same form, found again after another fax.

Two orders on one form share nearly all their words; what differs is written
with digits: dates, telephones, record, policy and order numbers. They are the
fingerprint, with letters that a reader takes for digits made one. Sheets that
share most of them are found without comparing with every sheet in the ledger:
of the tokens' min-hashes (Broder 1997) every four make one key, and two sheets
whose tokens agree to six tenths share one of the 24 keys in 96 of 100 cases
(locality-sensitive hashing; Indyk and Motwani 1998), of a quarter in one of ten.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from hashlib import blake2b
from typing import Final

from rapidfuzz.distance import Levenshtein

BANDS: Final = 24
ROWS: Final = 4
# Fewer tokens than this tell no sheet from another.
FEWEST: Final = 5
MOST: Final = 200
SHORTEST: Final = 3
PRIME: Final = (1 << 61) - 1
_FOLD: Final = str.maketrans("OQDILSBZG", "000115826")
# A date and a telephone number are one token whatever their strokes.
_RUN: Final = re.compile(r"[0-9A-Z]+(?:[/.\-–][0-9A-Z]+)*")
_STROKES: Final = re.compile(r"[/.\-–]")


def sheet_tokens(texts: Iterable[str]) -> frozenset[str]:
    """Return the tokens with digits among a page's words `texts`, folded; at most 200 are kept."""
    found: dict[str, None] = {}
    for text in texts:
        for run in _RUN.findall(text.upper()):
            run = _STROKES.sub("", run)
            if len(run) >= SHORTEST and sum(character.isdigit() for character in run) * 2 >= len(run):
                found[run.translate(_FOLD)] = None
        if len(found) >= MOST:
            break
    return frozenset(found)


def sheet_keys(tokens: frozenset[str]) -> tuple[int, ...]:
    """Return the keys (63 bits) under which a sheet of these tokens is kept; none for too few tokens."""
    if len(tokens) < FEWEST:
        return ()
    hashed = [key_of(token) % PRIME for token in tokens]
    least = [min((a * each + b) % PRIME for each in hashed) for a, b in _TURNS]
    return tuple(key_of("sheet", str(band), *map(str, least[band * ROWS : (band + 1) * ROWS])) for band in range(BANDS))


def sheet_likeness(one: frozenset[str], other: frozenset[str]) -> float:
    """Return how much of two sheets' tokens is the same (Dice, 0..1); one wrong character in a token is forgiven."""
    if len(one) < FEWEST or len(other) < FEWEST:
        return 0.0
    mine, theirs = one - other, set(other - one)
    same = len(one & other)
    for token in sorted(mine):
        near = next((each for each in sorted(theirs) if _slip(token, each)), None)
        if near is not None:
            theirs.discard(near)
            same += 1
    return 2 * same / (len(one) + len(other))


def key_of(*parts: str) -> int:
    """Return 63 bits that stand for `parts` in an index, the same in every process."""
    return int.from_bytes(blake2b("\x1f".join(parts).encode(), digest_size=8).digest(), "big") >> 1


def _slip(one: str, other: str) -> bool:
    return len(one) >= 5 and Levenshtein.distance(one, other, score_cutoff=1) <= 1


_TURNS: Final = tuple(
    (key_of("a", str(number)) % (PRIME - 1) + 1, key_of("b", str(number)) % PRIME) for number in range(BANDS * ROWS)
)
