"""Fits `models/handwriting`: `python -m benchmarks.handwriting --pages 140 --out models/handwriting`.

Pages are drawn by `sample_docs.generator` (no document of anyone) and degraded;
runs of their words are cut out and read, and each word that is found becomes an
example. Typefaces are kept out of the fit, hands and print alike, to measure on.
"""

from __future__ import annotations

import argparse
import random
import sys
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import roc_auc_score

from benchmarks.pages import LEVELS, Drawn, Truth, page
from documents import handwriting, ocr

_A_PAGE = 60


@dataclass(frozen=True, slots=True)
class Examples:
    """Features (n, 768), whether a hand wrote each word, and its typeface's file."""

    features: NDArray[np.float32]
    hand: NDArray[np.bool_]
    face: NDArray[np.str_]


def examples(pages: int, seed: int) -> Examples:
    """Draw `pages` pages, every second one filled in by hand, and return their words' features."""
    rng = random.Random(seed)
    rows: list[tuple[NDArray[np.float32], bool, str]] = []
    for number in range(pages):
        drawn = page(rng, LEVELS[number % len(LEVELS)], "hand" if number % 2 else None)
        for run in _picked(rng, drawn.words):
            rows += _read(drawn, run)
        print(f"\r{number + 1}/{pages} pages, {len(rows)} words", end="", file=sys.stderr, flush=True)
    return Examples(
        handwriting.features([row[0] for row in rows]),
        np.array([row[1] for row in rows]),
        np.array([row[2] for row in rows]),
    )


def _picked(rng: random.Random, words: Sequence[Truth]) -> Iterator[list[Truth]]:
    """Yield runs of up to four words of one line and typeface, as many by hand as in print where there are."""
    runs: list[list[Truth]] = []
    for word in words:
        last = runs[-1] if runs else []
        follows = bool(last) and last[-1].face == word.face and len(last) < 4
        beside = follows and abs(last[-1].y1 - word.y1) < 12 and 0 < word.x0 - last[-1].x1 < 30
        if beside:
            last.append(word)
        else:
            runs.append([word])
    for hand in (True, False):
        kind = [run for run in runs if run[0].hand is hand]
        rng.shuffle(kind)
        yield from kind[: _A_PAGE // 4]


def _read(drawn: Drawn, run: list[Truth]) -> list[tuple[NDArray[np.float32], bool, str]]:
    """Read a run and return its words, when as many were read as were drawn."""
    tall = max(word.y1 - word.y0 for word in run)
    y0, y1 = int(min(word.y0 for word in run) - 0.25 * tall - 1), int(max(word.y1 for word in run) + 0.25 * tall + 1)
    x0, x1 = int(run[0].x0 - 0.3 * tall), int(run[-1].x1 + 0.3 * tall)
    part = drawn.gray[max(0, y0) : y1, max(0, x0) : x1]
    if min(part.shape) < 12:
        return []
    seen: list[NDArray[np.float32]] = []
    plain = handwriting.probabilities

    def listening(words: Sequence[NDArray[np.float32]]) -> list[float]:
        seen.extend(words)
        return [0.0] * len(words)

    handwriting.probabilities = listening
    try:
        read = ocr.recognise(part)
    finally:
        handwriting.probabilities = plain
    if len(read.tokens) != len(run):
        return []
    return [(steps, word.hand, Path(word.face).name) for steps, word in zip(seen, run, strict=True)]


def main() -> None:
    """Fit, measure on typefaces left out, and write the weights and a card."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--pages", type=int, default=140)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--out", type=Path, required=True)
    asked = parser.parse_args()
    found = examples(asked.pages, asked.seed)
    weights, bias = _fitted(found.features, found.hand)
    figures = _left_out(found, asked.seed)
    asked.out.mkdir(parents=True, exist_ok=True)
    two = np.stack([-weights / 2, weights / 2], axis=1)
    np.savez(asked.out / "weights.npz", w0=two.astype(np.float32), b0=np.array([-bias / 2, bias / 2], np.float32))
    card = (
        "# handwriting\n\nTells a word by hand from print: logistic regression on the mean and spread of what the "
        "line recogniser's\npicture layers see of it (768 figures). Fitted by `benchmarks.handwriting` on words of "
        f"{asked.pages} drawn pages at seven\nlevels of damage, no document of anyone; seed {asked.seed}.\n\n"
        f"{figures}\n"
    )
    (asked.out / "card.md").write_text(card, "utf-8")
    print(f"\n{figures}")


def _left_out(found: Examples, seed: int) -> str:
    """Fit four times without a quarter of the typefaces and say how the words in them are told."""
    rng = np.random.default_rng(seed)
    scores, truths = [], []
    for kind in np.array_split(rng.permutation(np.unique(found.face)), 4):
        outside = np.isin(found.face, kind)
        weights, bias = _fitted(found.features[~outside], found.hand[~outside])
        scores.append(found.features[outside] @ weights + bias)
        truths.append(found.hand[outside])
    score, truth = np.concatenate(scores), np.concatenate(truths)
    auc, right = roc_auc_score(truth, score), float(((score > 0) == truth).mean())
    return (
        f"{len(truth)} words, {truth.mean():.0%} by hand, in {len(np.unique(found.face))} typefaces; on typefaces not "
        f"fitted on (four folds): AUC {auc:.3f}, right {right:.1%}."
    )


def _fitted(features: NDArray[np.float32], hand: NDArray[np.bool_]) -> tuple[NDArray[np.float64], float]:
    """Return weights and bias for features as they come; the fit is on standardised ones."""
    middle, spread = features.mean(0), features.std(0) + 1e-6
    model = LogisticRegression(C=0.02, max_iter=800, class_weight="balanced").fit((features - middle) / spread, hand)
    weights = model.coef_[0] / spread
    return weights, float(model.intercept_[0] - weights @ middle)


if __name__ == "__main__":
    main()
