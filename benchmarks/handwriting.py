"""Fits `models/handwriting`: `python -m benchmarks.handwriting --pages 120 --out models/handwriting`.

Pages are drawn by `sample_docs.generator` (no document of anyone), degraded,
read, and each word that is found where one was drawn becomes an example. Whole
typefaces are kept out of the fit, hands and print alike, to measure on.
"""

from __future__ import annotations

import argparse
import random
import sys
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import roc_auc_score

from benchmarks.pages import LEVELS, Truth, page
from documents import handwriting, ocr


@dataclass(frozen=True, slots=True)
class Examples:
    """Features (n, 120), whether a hand wrote each word, and the number of its typeface."""

    features: NDArray[np.float32]
    hand: NDArray[np.bool_]
    face: NDArray[np.int64]


def examples(pages: int, seed: int) -> Examples:
    """Read `pages` drawn pages and return their words' features."""
    seen: list[NDArray[np.float32]] = []
    rows: list[tuple[NDArray[np.float32], bool, str]] = []
    plain = handwriting.probabilities

    def listening(words: NDArray[np.float32]) -> list[float]:
        seen.extend(words)
        return plain(words)

    handwriting.probabilities = listening  # type: ignore[assignment]
    rng = random.Random(seed)
    for number in range(pages):
        drawn = page(rng, LEVELS[number % len(LEVELS)])
        for quad in ocr.detect(drawn.gray):
            seen.clear()
            read = ocr.recognise(ocr.crop(drawn.gray, quad))
            middle = float(quad[:, 1].mean())
            for token, features in zip(read.tokens, seen, strict=True):
                x = float(quad[0, 0] + (quad[1, 0] - quad[0, 0]) * (token.start + token.end) / 2)
                truth = _under(drawn.words, x, middle)
                if truth is not None and len(token.text) > 1:
                    rows.append((features, truth.hand, truth.face))
        print(f"\r{number + 1}/{pages} pages, {len(rows)} words", end="", file=sys.stderr)
    handwriting.probabilities = plain
    faces = sorted({face for _, _, face in rows})
    return Examples(
        np.array([row[0] for row in rows]),
        np.array([row[1] for row in rows]),
        np.array([faces.index(row[2]) for row in rows]),
    )


def _under(words: tuple[Truth, ...], x: float, y: float) -> Truth | None:
    return next((word for word in words if word.x0 <= x <= word.x1 and word.y0 - 3 <= y <= word.y1 + 3), None)


def main() -> None:
    """Fit, measure on typefaces left out, and write the weights and a card."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--pages", type=int, default=120)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--out", type=Path, required=True)
    asked = parser.parse_args()
    found = examples(asked.pages, asked.seed)
    rng = np.random.default_rng(asked.seed)
    faces = np.unique(found.face)
    kept_out = set(rng.choice(faces, len(faces) // 4, replace=False).tolist())
    outside = np.isin(found.face, list(kept_out))
    trial = _fitted(found.features[~outside], found.hand[~outside])
    scores = trial.predict_proba(found.features[outside])[:, 1]
    auc = roc_auc_score(found.hand[outside], scores)
    right = float(((scores > 0.5) == found.hand[outside]).mean())
    final = _fitted(found.features, found.hand)
    half = np.stack([-final.coef_[0] / 2, final.coef_[0] / 2], axis=1)
    bias = np.array([-final.intercept_[0] / 2, final.intercept_[0] / 2])
    asked.out.mkdir(parents=True, exist_ok=True)
    np.savez(asked.out / "weights.npz", w0=half.astype(np.float32), b0=bias.astype(np.float32))
    print(f"\nwords {len(found.hand)}, hands {found.hand.mean():.2f}; on {len(kept_out)} typefaces left out: ", end="")
    print(f"AUC {auc:.4f}, right at 0.5 {right:.4f} of {int(outside.sum())}")


def _fitted(features: NDArray[np.float32], hand: NDArray[np.bool_]) -> LogisticRegression:
    return LogisticRegression(C=0.3, max_iter=2000, class_weight="balanced").fit(features, hand)


if __name__ == "__main__":
    main()
