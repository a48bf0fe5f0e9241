"""Train the small networks of `documents.marks` on sheets drawn here.

    python -m benchmarks.marked.train ticks|company|loops|scrawls [--sheets N]

Writes models/<name>/weights.npz and prints figures on sheets not trained on.
"""

from __future__ import annotations

import argparse
from collections.abc import Callable
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from sklearn.neural_network import MLPClassifier

from benchmarks.marked.fax import LEVELS
from benchmarks.marked.forms import form, ringed
from benchmarks.marked.sheet import Drawn
from benchmarks.marked.signing import strip
from benchmarks.marked.truth import Arrived, alike, arrive
from documents.marks.choices import candidates
from documents.marks.circles import loop_looks, loops
from documents.marks.company import company
from documents.marks.ink import Ink, Rect, ink_of
from documents.marks.network import probabilities
from documents.marks.papers import Sheet
from documents.marks.places import places
from documents.marks.rules import rules
from documents.marks.scrawl import writing
from documents.marks.squares import squares
from documents.marks.ticks import looks

MODELS = Path(__file__).parents[2] / "models"
Examples = tuple[NDArray[np.float32], NDArray[np.int64]]

_FIRST, _FIRST_TEST = 100_000, 900_000
_HARDEST, _EVERY = 150, 5
_UNSURE = -1
# How often the examples are gone through: the fewer they are, the oftener, up to so many examples seen in all.
_ROUNDS, _SEEN = (15, 120), 1_000_000


def _tick_examples(page: Arrived, ink: Ink, seed: int) -> Examples:
    """Squares of a page: 0 no box, 1 empty, 2 ticked; those half over a box are left out.

    Of the many that are no box, those that the last network found hardest are
    taken, and every fifth of the others.
    """
    found = squares(ink)
    classes = np.zeros(len(found), np.int64)
    for drawn, rect in page.marks:
        if drawn.kind == "choice":
            for index, square in enumerate(found):
                if square.shared(rect) > 0:
                    share = alike(square, rect)
                    if share > 0.6:
                        classes[index] = 2 if drawn.state == "on" else 1
                    elif share > 0.4 and classes[index] == 0:
                        classes[index] = _UNSURE
    seen = looks(ink, found)
    others = np.random.default_rng(seed).permutation(np.flatnonzero(classes == 0))
    if (MODELS / "ticks" / "weights.npz").exists():
        others = others[np.argsort(probabilities("ticks", seen[others])[:, 0], kind="stable")]
    kept = np.concatenate([np.flatnonzero(classes > 0), others[:_HARDEST], others[_HARDEST:][::_EVERY]])
    return seen[kept], classes[kept]


def _company_examples(page: Arrived, ink: Ink, seed: int) -> Examples:
    """Squares that look like boxes: 1 when they are, by what stands about them."""
    found = candidates(ink)
    drawn = [rect for mark, rect in page.marks if mark.kind == "choice"]
    classes = np.array([max((alike(each.rect, rect) for rect in drawn), default=0.0) > 0.5 for each in found], np.int64)
    words = [ink.rect(word.box) for word in page.words]
    return company([each.rect for each in found], [each.box for each in found], words, ink.line), classes


def _loop_examples(page: Arrived, ink: Ink, seed: int) -> Examples:
    """Candidate loops of a page, with and without its rules: 1 when one was drawn there, 0 otherwise."""
    rest = rules(ink).rest
    found = loops(ink, rest)
    drawn = [rect for mark, rect in page.marks if mark.kind == "circle"]
    shares = np.array([max((alike(rect, loop) for rect in drawn), default=0.0) for loop in found])
    kept = [index for index, share in enumerate(shares) if share > 0.6 or share < 0.3]
    chosen = [found[index] for index in kept]
    seen = np.concatenate([loop_looks(black, chosen, ink.line) for black in (ink.black, rest)])
    return seen, np.tile(shares[kept] > 0.6, 2).astype(np.int64)


def _scrawl_examples(page: Arrived, ink: Ink, seed: int) -> Examples:
    """Places to sign: 1 when signed, 0 otherwise."""
    ruled = rules(ink)
    features, classes = [], []
    for spot in places(Sheet.of(ink, ruled, page.words)):
        for paper in spot.papers:
            drawn = [mark for mark, rect in page.marks if mark.kind == "signature" and rect.shared(paper) > 0]
            seen, where = writing(ink, ruled, paper, spot.ignored)
            if where and len(drawn) <= 1:
                features.append(seen)
                classes.append(int(bool(drawn) and _signed(drawn[0], paper, page)))
    return np.array(features, np.float32), np.array(classes, np.int64)


def _signed(drawn: Drawn, paper: Rect, page: Arrived) -> bool:
    """Whether a signature as drawn lies on the paper for its greater part."""
    rect = next(rect for mark, rect in page.marks if mark is drawn)
    return drawn.state == "present" and rect.shared(paper) > 0.4 * rect.width * rect.height


EXAMPLES: dict[str, tuple[Callable[[int], Arrived], Callable[[Arrived, Ink, int], Examples], tuple[int, ...]]] = {
    "ticks": (lambda seed: arrive(form(seed), seed), _tick_examples, (48,)),
    "company": (lambda seed: arrive(form(seed), seed), _company_examples, (8,)),
    "loops": (lambda seed: arrive(ringed(seed), seed), _loop_examples, (24,)),
    "scrawls": (lambda seed: arrive(strip(seed), seed), _scrawl_examples, (24,)),
}


def gather(name: str, first: int, count: int) -> tuple[Examples, NDArray[np.int64]]:
    """Return features, classes and the seeds they came from, of `count` sheets."""
    draw, examples, _ = EXAMPLES[name]
    features, classes, seeds = [], [], []
    for seed in range(first, first + count):
        page = draw(seed)
        ink = ink_of(page.image, page.words, 200)
        if ink is None:
            continue
        seen, kinds = examples(page, ink, seed)
        if len(kinds):
            features.append(seen.astype(np.float16))
            classes.append(kinds)
            seeds.append(np.full(len(kinds), seed))
    return (np.concatenate(features).astype(np.float32), np.concatenate(classes)), np.concatenate(seeds)


def fit(name: str, examples: Examples) -> MLPClassifier:
    """Train the network `name` on examples."""
    features, classes = examples
    rounds = min(_ROUNDS[1], max(_ROUNDS[0], _SEEN // len(classes)))
    network = MLPClassifier(
        EXAMPLES[name][2], alpha=1e-3, batch_size=256, max_iter=rounds, n_iter_no_change=200, random_state=1
    )
    return network.fit(features, classes)


def save(name: str, network: MLPClassifier) -> None:
    """Write the weights as `documents.marks.network` reads them."""
    stored = {}
    layers = list(zip(network.coefs_, network.intercepts_, strict=True))
    for index, (weights, bias) in enumerate(layers):
        if index + 1 == len(layers) and weights.shape[1] == 1:
            weights, bias = np.hstack([np.zeros_like(weights), weights]), np.concatenate([[0.0], bias])
        stored[f"w{index}"], stored[f"b{index}"] = weights.astype(np.float16), bias.astype(np.float16)
    (MODELS / name).mkdir(parents=True, exist_ok=True)
    np.savez_compressed(MODELS / name / "weights.npz", **stored)


def report(network: MLPClassifier, examples: Examples, seeds: NDArray[np.int64]) -> None:
    """Print precision and recall of each class by level of damage."""
    features, classes = examples
    said = network.predict(features)
    for place, level in enumerate(LEVELS):
        here = seeds % len(LEVELS) == place
        parts = []
        for kind in range(1, int(classes.max()) + 1):
            right = int((here & (said == kind) & (classes == kind)).sum())
            stated, true = int((here & (said == kind)).sum()), int((here & (classes == kind)).sum())
            parts.append(
                f"class {kind}: precision {right / max(1, stated):.4f} recall {right / max(1, true):.4f} of {true}"
            )
        print(f"{level:9}", "; ".join(parts))


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("name", choices=sorted(EXAMPLES))
    parser.add_argument("--sheets", type=int, default=400, help="sheets to train on (default 400)")
    chosen = parser.parse_args()
    examples, _ = gather(chosen.name, _FIRST, chosen.sheets)
    print(f"{len(examples[1])} examples, of each class {np.bincount(examples[1])}")
    network = fit(chosen.name, examples)
    save(chosen.name, network)
    report(network, *gather(chosen.name, _FIRST_TEST, max(20, chosen.sheets // 5)))


if __name__ == "__main__":
    main()
