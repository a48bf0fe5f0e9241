"""What words that the catalogue does not know may mean: candidates for a person, or none, "cannot tell".

A multinomial logistic regression on the letters of unknown words (fitted by
`benchmarks.exam_model` on the catalogue's own phrases with slips; here only its
weights are applied). It judges unknown words alone, so nothing is inferred that
is not written. What it proposes is shown to a clerk beside an open part of an
exam and decides nothing (Medicare Benefit Policy Manual, chapter 15, §80.6).
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from hashlib import sha256
from pathlib import Path
from typing import Final, Literal
from zlib import crc32

import numpy as np
from numpy.typing import NDArray

from classifiers.catalogue import catalogue
from classifiers.lexicon import tokens

Part = Literal["modality", "body_region"]
PARTS: Final[tuple[Part, ...]] = ("modality", "body_region")
FOLDER: Final = Path(__file__).parent.parent / "models" / "exam_words"
BUCKETS: Final = 2**12
# The class of words that state nothing of a part.
NONE: Final = "-"
# A first candidate is at least this likely, or it is "cannot tell"; further ones this.
LEAST: Final = 0.3
FURTHER: Final = 0.05
MOST: Final = 3


@dataclass(frozen=True, slots=True)
class Candidate:
    """A code that an unknown word may stand for, and how likely (0..1, calibrated) it is that it does."""

    code: str
    probability: float
    words: str


@dataclass(frozen=True, slots=True)
class Weights:
    """Fitted weights of one part: `coefficients` (classes, buckets), `intercepts` (classes,), their temperature."""

    classes: tuple[str, ...]
    coefficients: NDArray[np.float32]
    intercepts: NDArray[np.float32]
    temperature: float

    def probabilities(self, runs: Sequence[str]) -> NDArray[np.float64]:
        """Return (runs, classes), rows adding up to 1, in the order of `classes`."""
        odds = np.array([self._odds(run) for run in runs], np.float64).reshape(len(runs), len(self.classes))
        odds = odds / self.temperature
        shares = np.exp(odds - odds.max(axis=1, keepdims=True)) if len(runs) else odds
        return shares / shares.sum(axis=1, keepdims=True)

    def _odds(self, run: str) -> NDArray[np.float32]:
        held = letters(run)
        at = np.fromiter(held, np.intp, len(held))
        share = np.fromiter(held.values(), np.float32, len(held))
        return self.coefficients[:, at] @ share + self.intercepts


def letters(run: str) -> dict[int, float]:
    """Return the runs of two to four letters of the words of `run`, edges marked, as buckets and shares of norm 1."""
    counts: Counter[int] = Counter()
    for word in run.split():
        edged = f" {word} "
        for length in (2, 3, 4):
            counts.update(crc32(edged[at : at + length].encode()) % BUCKETS for at in range(len(edged) - length + 1))
    norm = sum(count * count for count in counts.values()) ** 0.5
    return {bucket: count / norm for bucket, count in counts.items()}


def unknown(text: str) -> list[str]:
    """Return the runs of words of four letters and more that the catalogue does not know."""
    runs: list[str] = []
    open_run = False
    for token in tokens(text):
        new = token.word not in catalogue().words and len(token.word) > 3 and not token.word.isdigit()
        if new and open_run:
            runs[-1] += " " + token.word
        elif new:
            runs.append(token.word)
        open_run = new
    return runs


def candidates(text: str, part: Part, weights: Weights | None = None) -> tuple[Candidate, ...]:
    """Return what the unknown words of an exam's `text` may state of `part`, likeliest first; () for "cannot tell".

    At most three, the first at least 0.3 likely. Raises OSError or ValueError
    where the shipped weights are not there or not whole.
    """
    runs = unknown(text)
    if not runs:
        return ()
    weights = weights or shipped(part)
    shares = weights.probabilities(runs)
    stated = [at for at, code in enumerate(weights.classes) if code != NONE]
    row = int(shares[:, stated].max(axis=1).argmax())
    likely = sorted(((float(shares[row, at]), weights.classes[at]) for at in stated), reverse=True)[:MOST]
    if likely[0][0] < LEAST:
        return ()
    return tuple(Candidate(code, share, runs[row]) for share, code in likely if share >= FURTHER)


@cache
def shipped(part: Part) -> Weights:
    """Return the weights in `models/exam_words`, as the sum beside them says that they were fitted."""
    path = FOLDER / f"{part}.npz"
    wanted = dict(reversed(line.split()) for line in (FOLDER / "SHA256SUMS").read_text("ascii").splitlines())
    if sha256(path.read_bytes()).hexdigest() != wanted[path.name]:
        raise ValueError(f"{path.name} is not the file that its sum was taken of; take both from one release")
    with np.load(path, allow_pickle=False) as held:
        return Weights(
            tuple(map(str, held["classes"])),
            held["coefficients"].astype(np.float32),
            held["intercepts"].astype(np.float32),
            float(held["temperature"]),
        )
