"""Whether a hand wrote a word, told from what the recogniser's last layer knows of it.

A logistic regression on the 120 figures that the recogniser has for each of a
word's steps, averaged: it costs nothing, since they are computed anyway. The
weights lie in `models/handwriting`, fitted by `benchmarks.handwriting`.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from documents.marks import network


def probabilities(words: NDArray[np.float32]) -> list[float]:
    """Return for each word, features of shape (words, 120), the probability that a hand wrote it."""
    if not len(words):
        return []
    return [round(float(row[1]), 3) for row in network.probabilities("handwriting", words)]
