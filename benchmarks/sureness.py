"""Fits `models/words`: `python -m benchmarks.sureness --pages 63 --out models/words`.

Pages are drawn by `sample_docs.generator` (no document of anyone), damaged at
seven levels and read, lines with digits by the second reader too. Each drawn
word that something was read in the place of is an example. Layouts are kept out
of the fit, a quarter at a time, to measure on.
"""

from __future__ import annotations

import argparse
import random
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import roc_auc_score

from benchmarks.engines import Seen, SeenWord
from benchmarks.figures import matched, same
from benchmarks.pages import LEVELS, page
from documents import sureness
from documents.page import Page
from documents.reader import read
from documents.second import reread

_BINS = 10


@dataclass(frozen=True, slots=True)
class Examples:
    """Features (n, 19), raw confidence, whether each word was right, the layout of its page."""

    features: NDArray[np.float32]
    raw: NDArray[np.float64]
    right: NDArray[np.bool_]
    layout: NDArray[np.str_]


def examples(pages: int, seed: int) -> Examples:
    """Draw and read `pages` pages and return their words."""
    rng = random.Random(seed)
    rows, raw, right, layout = [], [], [], []
    for number in range(pages):
        drawn = page(rng, LEVELS[number % len(LEVELS)])
        seen = _read(drawn.file, drawn.suffix)
        table = sureness.features(seen.words, seen.width / seen.height)
        shown = [SeenWord(word.text, word.box.x, word.box.y, word.confidence) for word in seen.words]
        of = {id(word): index for index, word in enumerate(shown)}
        for truth, near in matched(drawn, Seen(tuple(shown))):
            if near is not None:
                rows.append(table[of[id(near)]])
                raw.append(near.confidence)
                right.append(same(near.text, truth))
                layout.append(drawn.family)
        print(f"\r{number + 1}/{pages} pages, {len(rows)} words", end="", file=sys.stderr, flush=True)
    return Examples(np.array(rows), np.array(raw), np.array(right), np.array(layout))


def _read(file: bytes, suffix: str) -> Page:
    found = read(file, f"page{suffix}").pages[0]
    return reread(found, {word.line for word in found.words if any(map(str.isdigit, word.text))})


def main() -> None:
    """Fit, measure on layouts left out, and write the weights and a card."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--pages", type=int, default=63)
    parser.add_argument("--seed", type=int, default=2)
    parser.add_argument("--out", type=Path, required=True)
    asked = parser.parse_args()
    found = examples(asked.pages, asked.seed)
    weights, bias = _fitted(found.features, found.right)
    asked.out.mkdir(parents=True, exist_ok=True)
    two = np.stack([-weights / 2, weights / 2], axis=1)
    np.savez(asked.out / "weights.npz", w0=two.astype(np.float32), b0=np.array([-bias / 2, bias / 2], np.float32))
    figures = _left_out(found)
    card = (
        "# words\n\nHow likely a word is right: logistic regression on the reader's raw confidence (a line of seven "
        "pieces), the second\nreader's word, handwriting, and the word's length for its letters. Fitted by "
        f"`benchmarks.sureness` on {asked.pages} drawn pages\nat seven levels of damage, no document of anyone; seed "
        f"{asked.seed}.\n\n{figures}\n"
    )
    (asked.out / "card.md").write_text(card, "utf-8")
    print(f"\n{figures}")


def _left_out(found: Examples) -> str:
    """Fit without a quarter of the layouts, four times, and say how the words in them are told."""
    layouts = np.unique(found.layout)
    shares = np.zeros(len(found.right))
    for part in range(4):
        outside = np.isin(found.layout, layouts[part::4])
        weights, bias = _fitted(found.features[~outside], found.right[~outside])
        shares[outside] = 1 / (1 + np.exp(-(found.features[outside] @ weights + bias)))
    auc, raw = roc_auc_score(found.right, shares), roc_auc_score(found.right, found.raw)
    return (
        f"{len(found.right)} words of {len(layouts)} layouts, {found.right.mean():.1%} right. On layouts not fitted on "
        f"(four folds): AUC {auc:.3f}\n(raw {raw:.3f}), "
        f"calibration error {_error(shares, found.right):.3f} (raw {_error(found.raw, found.right):.3f})."
    )


def _error(shares: NDArray[np.float64], right: Sequence[bool] | NDArray[np.bool_]) -> float:
    """Return the expected calibration error over ten even bins."""
    true = np.asarray(right, float)
    bins = np.minimum((shares * _BINS).astype(int), _BINS - 1)
    return float(sum(abs(shares[bins == b].mean() - true[bins == b].mean()) * (bins == b).mean() for b in set(bins)))


def _fitted(features: NDArray[np.float32], right: NDArray[np.bool_]) -> tuple[NDArray[np.float64], float]:
    """Return weights and bias for features as they come; the fit is on standardised ones."""
    middle, spread = features.mean(0), features.std(0) + 1e-6
    model = LogisticRegression(C=1.0, max_iter=2000).fit((features - middle) / spread, right)
    weights = model.coef_[0] / spread
    return weights, float(model.intercept_[0] - weights @ middle)


if __name__ == "__main__":
    main()
