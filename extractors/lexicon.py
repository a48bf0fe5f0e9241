"""Which words badly read ones stand for: those of a lexicon compete on what the reader was unsure of.

A word that no lexicon knows and of which the recogniser doubts a character is
taken for the one lexicon word within a letter of it (two in long ones); words
that were run together are parted. What was read stays in the evidence, and the
reason for the value names both: nothing is put right silently.

Measured on 214 such words of drawn hands: this told 56 of the 94 misread ones,
broke 1 of 120 right ones and told 3 wrongly. Scoring the lexicon's words on the
recogniser's own character probabilities (CTC forward scores of the line, read
once more at 20 CPU ms) told 52 and broke 2 at its best margin, 76 and 8 with
twice the letters to differ in: those probabilities are nearly 0 or 1 even where
they are wrong, and the lowest of a word, its confidence, already says what can
be known.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache, lru_cache

from rapidfuzz import process
from rapidfuzz.distance import OSA

from extractors.lists import words
from extractors.sheet import Token
from orders.codes import icd10_words

# Above this the recogniser is right more often than a neighbouring word is (fitted on drawn hands).
_DOUBT = 0.95
_SHORTEST = 5
_LONG = 9
# How many titles of diagnoses make a word common enough to be meant, or to part glued words at.
_COMMON = 2
_PLAIN = 3
_WORD = re.compile(r"[A-Za-z0-9']{4,}")
_DIGITS = str.maketrans("0158", "olsb")


@dataclass(frozen=True, slots=True)
class Told:
    """Words as they are meant, and which were read otherwise: (as read, as meant)."""

    text: str
    repairs: tuple[tuple[str, str], ...] = ()

    @property
    def how(self) -> str:
        """The repairs in words, to be added to a finding's reason; "" where all stands as read."""
        return "".join(f", “{read}” told for “{meant}”" for read, meant in self.repairs)


class Lexicon:
    """Words that may be meant, with how common each is, and short ones that glued words are parted at."""

    def __init__(self, known: Mapping[str, int], short: frozenset[str] = frozenset()) -> None:
        self._known = known
        self._short = short
        self._meant = [word for word, count in known.items() if count >= _COMMON]

    def tell(self, tokens: Sequence[Token]) -> Told:
        """Return what `tokens` say, each word that the lexicon does not know told where only one is near."""
        repairs: list[tuple[str, str]] = []

        def told(written: re.Match[str], doubtful: bool) -> str:
            meant = self.word(written[0], doubtful)
            if meant.lower() != written[0].lower():
                repairs.append((written[0], meant))
            return meant

        parts = [
            _WORD.sub(lambda written, token=token: told(written, token.confidence < _DOUBT), token.text)  # type: ignore[misc]
            for token in tokens
        ]
        return Told(" ".join(parts), tuple(repairs))

    def word(self, written: str, doubtful: bool = True) -> str:
        """Return the word or words that one run of letters stands for, itself where that cannot be told."""
        bare = written.lower()
        digits = sum(character.isdigit() for character in bare)
        if digits > len(bare) / 3 or any(bare.removesuffix(ending) in self._known for ending in ("", "s", "'s")):
            return written
        meant = " ".join(self._parted(bare)) or (self._nearest(bare) if doubtful else "")
        return _cased(meant, written) if meant else written

    @lru_cache(maxsize=4096)  # noqa: B019 - the two lexicons live as long as the process
    def _nearest(self, bare: str) -> str:
        """Return the one common word within a letter of `bare`, two where it is long; "" for none or several."""
        if len(bare) < _SHORTEST:
            return ""
        slips = 1 if len(bare) < _LONG else 2
        near = process.extract(bare.translate(_DIGITS), self._meant, scorer=OSA.distance, score_cutoff=slips, limit=3)
        # A first letter more or less turns a word into its opposite ("avascular").
        near = [one for one in near if one[0][0] == bare[0] or (len(one[0]) == len(bare) and one[0][1:2] == bare[1:2])]
        if not near or (len(near) > 1 and near[0][1] == near[1][1]):
            return ""
        return str(near[0][0])

    @lru_cache(maxsize=4096)  # noqa: B019
    def _parted(self, bare: str) -> tuple[str, ...]:
        """Return the fewest words that make `bare` without a space; () for none, or where one could be its prefix."""
        if not self._short or len(bare) <= 6:
            return ()
        best: list[tuple[int, tuple[str, ...]] | None] = [(0, ()), *[None] * len(bare)]
        for end in range(1, len(bare) + 1):
            for start in range(max(0, end - 18), end):
                head, piece = best[start], bare[start:end]
                if head is None or not self._parts_at(piece):
                    continue
                made = head[0] + 1 + (piece in self._short), (*head[1], piece)
                held = best[end]
                if held is None or made[0] < held[0]:
                    best[end] = made
        found = best[-1][1] if best[-1] else ()
        # Several short words in a row are chance.
        return found if sum(piece in self._short for piece in found) <= len(found) / 2 else ()

    def _parts_at(self, piece: str) -> bool:
        if piece in self._short:
            return len(piece) > 1
        # "gastro", "osteo": parts of one word.
        return len(piece) >= _SHORTEST and not piece.endswith("o") and self._known.get(piece, 0) >= _PLAIN


@cache
def reasons() -> Lexicon:
    """Return the words that reasons are told with: those of the diagnoses' titles and of `words.toml`."""
    known = dict(icd10_words())
    for word in words("reasons", "known"):
        known[word] = known.get(word, 0) + _PLAIN
    short = words("reasons", "short")
    return Lexicon(known | dict.fromkeys(short, _PLAIN), short)


def _cased(meant: str, written: str) -> str:
    letters = [character for character in written if character.isalpha()]
    if sum(character.isupper() for character in letters) > len(letters) / 2:
        return meant.upper()
    return meant.capitalize() if written[0].isupper() else meant
