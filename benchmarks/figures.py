"""What is counted of an engine's reading against the truth of drawn pages."""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
from rapidfuzz.distance import Levenshtein
from sklearn.isotonic import IsotonicRegression
from sklearn.metrics import roc_auc_score

from benchmarks.engines import Seen, SeenWord
from benchmarks.pages import Drawn, Truth

ByLevel = dict[str, float]
_LEADER = re.compile(r"(?<=\w)[.·…]{2,}:?$")


@dataclass(frozen=True, slots=True)
class Figures:
    """Shares of 1 by level and over all pages; None where an engine says nothing of it."""

    print_words: ByLevel
    hand_words: ByLevel
    decisive: ByLevel
    character_error: ByLevel
    all_print: float
    all_hand: float
    all_decisive: float
    auc: float | None
    calibration: float | None
    agreed: float | None
    upright: float | None
    hand_auc: float | None
    seconds: float
    again: float
    megabytes: float


def figures(pages: Sequence[Drawn], seen: Sequence[Seen], seconds: float, megabytes: float) -> Figures:
    """Count: a drawn word is read when the page's reading holds exactly it, as often as it was drawn."""
    tallies: dict[str, dict[str, list[float]]] = defaultdict(lambda: defaultdict(list))
    judged: list[tuple[float, bool, str]] = []
    agreed: list[bool] = []
    hands: list[tuple[float, bool]] = []
    for drawn, read in zip(pages, seen, strict=True):
        left = Counter(_unled(word.text) for word in read.words)
        for truth, near in matched(drawn, read):
            exact = _taken(left, truth)
            tallies["hand" if truth.hand else "print"][drawn.level].append(exact)
            if truth.decisive and not truth.hand:
                tallies["decisive"][drawn.level].append(exact)
            if near is None:
                tallies["error"][drawn.level].append(0.0 if exact else 1.0)
                continue
            tallies["error"][drawn.level].append(
                0.0 if exact else min(1.0, Levenshtein.distance(near.text, truth.text) / len(truth.text))
            )
            judged.append((near.confidence, same(near.text, truth), drawn.family))
            hands.append((near.hand, truth.hand))
            if truth.decisive and not truth.hand and near.second == near.text:
                # A label that both readers saw joined to its entry is no misreading of the entry.
                agreed.append(_letters(truth.text) in _letters(near.text))
    level = {kind: {name: float(np.mean(values)) for name, values in by.items()} for kind, by in tallies.items()}
    every = {kind: float(np.mean([v for values in by.values() for v in values])) for kind, by in tallies.items()}
    return Figures(
        print_words=level["print"],
        hand_words=level.get("hand", {}),
        decisive=level["decisive"],
        character_error=level["error"],
        all_print=every["print"],
        all_hand=every.get("hand", 0.0),
        all_decisive=every["decisive"],
        auc=_auc([(confidence, right) for confidence, right, _ in judged]),
        calibration=_calibration(judged),
        agreed=float(np.mean(agreed)) if agreed else None,
        upright=float(np.mean([read.rotation == 0 for read in seen])),
        hand_auc=_auc(hands),
        seconds=(seconds - sum(read.again for read in seen)) / max(1, len(pages)),
        again=sum(read.again for read in seen) / max(1, len(pages)),
        megabytes=megabytes,
    )


def matched(drawn: Drawn, read: Seen) -> Iterator[tuple[Truth, SeenWord | None]]:
    """Yield each drawn word that counts, those that decide first, with what was read in its place.

    Lone characters that decide or are by hand are a comb's cells, read as the
    one entry that they are, and do not count; nor do rules and points.
    """
    at = _Places(read.words, drawn)
    for truth in sorted(drawn.words, key=lambda word: -word.decisive):
        lone = len(truth.text) == 1 and (truth.hand or truth.decisive)
        if not lone and any(character.isalnum() for character in truth.text):
            yield truth, at.under(truth)


def same(text: str, truth: Truth) -> bool:
    """Whether a word was read as drawn; see `_forms`."""
    read = _unled(text)
    return (read.upper() if truth.capitals else read) in _forms(truth)


def _letters(text: str) -> str:
    return "".join(character for character in text.casefold() if character.isalnum())


def _unled(text: str) -> str:
    """Return a label without the points that lead to its entry: how many of them are read says nothing."""
    return _LEADER.sub("", text)


def _forms(truth: Truth) -> list[str]:
    """Return what a word may be read as: punctuation that the reader parted from it does not matter."""
    text = _unled(truth.text)
    forms = [text, text.strip(".,:;()")]
    return forms if text == truth.text else [*forms, f"{text}.", f"{text}:"]


def _taken(left: Counter[str], truth: Truth) -> float:
    """Take the word from what was read; of a hand that writes capitals only, nobody can tell which were meant small."""
    forms = _forms(truth)
    if truth.capitals:
        forms += [word for word, count in left.items() if count and word.upper() in forms]
    for form in forms:
        if left[form] > 0:
            left[form] -= 1
            return 1.0
    return 0.0


class _Places:
    """Looks up which word was read at a place; a page that was straightened is matched by its own words."""

    def __init__(self, words: Sequence[SeenWord], drawn: Drawn) -> None:
        self._words = words
        height, width = drawn.gray.shape
        self._size = (width, height)
        self._shift = self._fit(drawn)

    def _fit(self, drawn: Drawn) -> np.ndarray:
        """Fit the map from the drawn page to the page as read on words that occur once in both."""
        once = {text for text, count in Counter(word.text for word in self._words).items() if count == 1}
        drawn_once = {text for text, count in Counter(word.text for word in drawn.words).items() if count == 1}
        by_text = {word.text: word for word in self._words if word.text in once & drawn_once}
        pairs = [(truth, by_text[truth.text]) for truth in drawn.words if truth.text in by_text]
        if len(pairs) < 8:
            return np.array([[1.0, 0.0], [0.0, 1.0], [0.0, 0.0]])
        source = np.array([[*self._middle(truth), 1.0] for truth, _ in pairs])
        target = np.array([[word.x, word.y] for _, word in pairs])
        fitted, *_ = np.linalg.lstsq(source, target, rcond=None)
        return np.asarray(fitted)

    def _middle(self, truth: Truth) -> tuple[float, float]:
        return (truth.x0 + truth.x1) / 2 / self._size[0], (truth.y0 + truth.y1) / 2 / self._size[1]

    def under(self, truth: Truth) -> SeenWord | None:
        x, y = np.array([*self._middle(truth), 1.0]) @ self._shift
        wide = max(0.008, (truth.x1 - truth.x0) / self._size[0] * 0.35)
        tall = max(0.006, (truth.y1 - truth.y0) / self._size[1] * 0.6)
        near = [word for word in self._words if abs(word.x - x) < wide and abs(word.y - y) < tall]
        return min(near, key=lambda word: abs(word.x - x) + abs(word.y - y), default=None)


def _auc(scored: Sequence[tuple[float, bool]]) -> float | None:
    if len({right for _, right in scored}) < 2 or len({round(score, 3) for score, _ in scored}) < 3:
        return None
    return float(roc_auc_score([right for _, right in scored], [score for score, _ in scored]))


def _calibration(judged: Sequence[tuple[float, bool, str]]) -> float | None:
    """Return the expected calibration error (ten bins) after fitting on half of the layouts, measured on the others."""
    families = sorted({family for _, _, family in judged})
    fit = [item for item in judged if families.index(item[2]) % 2 == 0]
    test = [item for item in judged if families.index(item[2]) % 2]
    if min(len(fit), len(test)) < 200 or len({round(item[0], 3) for item in judged}) < 3:
        return None
    curve = IsotonicRegression(out_of_bounds="clip").fit([item[0] for item in fit], [item[1] for item in fit])
    shown = np.asarray(curve.predict([item[0] for item in test]))
    right = np.array([item[1] for item in test], float)
    bins = np.minimum((shown * 10).astype(int), 9)
    return float(sum(abs(shown[bins == b].mean() - right[bins == b].mean()) * (bins == b).mean() for b in set(bins)))
