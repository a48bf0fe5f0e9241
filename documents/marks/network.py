"""Small trained networks: fully connected layers, run in numpy.

The weights lie in `models/<name>/weights.npz`, trained by `benchmarks.marked.train`
on sheets it drew itself.
"""

from __future__ import annotations

from functools import cache
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

_MODELS = Path(__file__).parents[2] / "models"


def probabilities(name: str, features: NDArray[np.float32]) -> NDArray[np.float32]:
    """Return the classes' probabilities, shape (n, classes), for features of shape (n, features).

    Raises FileNotFoundError when the network `name` is not installed.
    """
    layers = _layers(name)
    values = features
    for index, (weights, bias) in enumerate(layers):
        values = values @ weights + bias
        if index + 1 < len(layers):
            values = np.maximum(values, 0)
    values = np.exp(values - values.max(axis=1, keepdims=True, initial=-np.inf))
    return np.asarray(values / values.sum(axis=1, keepdims=True), dtype=np.float32)


@cache
def _layers(name: str) -> list[tuple[NDArray[np.float32], NDArray[np.float32]]]:
    with np.load(_MODELS / name / "weights.npz", allow_pickle=False) as stored:
        count = len(stored.files) // 2
        return [(stored[f"w{n}"].astype(np.float32), stored[f"b{n}"].astype(np.float32)) for n in range(count)]
