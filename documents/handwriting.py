"""Whether a hand wrote a word, told from what the recogniser's picture layers know of it.

A logistic regression on the mean and the spread, over a word's steps, of the
384 figures that the recogniser has for each step: it costs nothing, since they
are computed anyway. The weights lie in `models/handwriting`, fitted by
`benchmarks.handwriting`; `card.md` there has its figures.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from documents.marks import network


def features(words: Sequence[NDArray[np.float32]]) -> NDArray[np.float32]:
    """Return (words, 768) features of words given as (384, steps) each."""
    return np.array([np.concatenate([steps.mean(1), steps.std(1)]) for steps in words], np.float32)


def probabilities(words: Sequence[NDArray[np.float32]]) -> list[float]:
    """Return for each word, (384, steps), the probability that a hand wrote it."""
    if not words:
        return []
    return [round(float(row[1]), 3) for row in network.probabilities("handwriting", features(words))]
