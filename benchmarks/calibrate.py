"""Fit what a confidence means, on synthetic referrals that nothing else was fitted on.

    python -m sample_docs.generator --seed 9001 --count 150 --out FOLDER
    python -m benchmarks.calibrate FOLDER

Reads every document, compares each value with its truth by the contract's
rules, and fits for each kind of field the share of right values by rank
(isotonic regression; every second document is held out for the figures
printed). Writes `models/confidence/curves.json`.
"""

from __future__ import annotations

import argparse
import json
import sys
from collections import defaultdict
from collections.abc import Iterator, Sequence
from datetime import date
from pathlib import Path
from typing import Any

import numpy as np
from sklearn.isotonic import IsotonicRegression

from batch import documents_in
from classifiers.page_type import page_types
from documents.limits import Limits
from documents.page import Document
from documents.sandbox import read_safely
from extractors.confidence import CURVES, LEAST, MOST, Curve, kind_of, on, on_paper
from orders.compare import FIELDS, at, exam_key, plain
from orders.contract import order_json
from orders.order import Order
from pipeline import extractions

Sample = tuple[str, float, bool]
PRIOR = 2.0  # wrong values added at the top of each curve: so few documents prove no certainty
TODAY = date(2026, 11, 24)


def samples(document: Document, truth: dict[str, Any]) -> Iterator[Sample]:
    """Yield kind, rank and rightness of every value of a document read with the right number of orders."""
    types = tuple(page_types(document.pages))
    read = list(extractions(document, types, TODAY))
    if len(read) != len(truth["orders"]):
        return
    for extraction, true in zip(read, truth["orders"], strict=True):
        for kind, rank, good in (*_fields(extraction.order, true), *_exams(extraction.order, true)):
            yield on_paper(kind, extraction.clear), rank, good


def _fields(order: Order, true: dict[str, Any]) -> Iterator[Sample]:
    said = plain(order_json(order))
    for code in order.indication.icd10:
        yield "number", code.confidence, code.value in true["indication"]["icd10"]
    for path, same in FIELDS.items():
        if path in ("indication.icd10", "exams"):
            continue
        value = order.at(path)
        wanted, got = at(true, path), at(said, path)
        if path == "signed":
            yield kind_of(path, value), value.confidence, bool(wanted) == bool(got)
        elif value.state == "absent":
            yield kind_of(path, value), value.confidence, wanted is None
        elif value.state == "stated":
            yield kind_of(path, value), value.confidence, wanted is not None and same(wanted, got)


def _exams(order: Order, true: dict[str, Any]) -> Iterator[Sample]:
    wanted = {exam_key(exam) for exam in true["exams"]}
    said = plain(order_json(order))["exams"]
    for exam, parts in zip(order.exams, said, strict=True):
        for name in ("modality", "body_region", "laterality", "contrast", "technique"):
            value = getattr(exam, name)
            if value.state == "absent":
                same = [each for each in true["exams"] if each["body_region"] == parts["body_region"]]
                if same:
                    yield kind_of(f"exams.0.{name}", value), value.confidence, any(each[name] is None for each in same)
            elif value:
                yield kind_of(f"exams.0.{name}", value, len(order.exams)), value.confidence, exam_key(parts) in wanted


def fitted(found: Sequence[Sample]) -> Curve:
    """Return the monotone curve through `found`, as knots of rank and probability."""
    ranks = np.array([rank for _, rank, _ in found] + [1.0])
    right = np.array([float(good) for _, _, good in found] + [0.0])
    weights = np.array([1.0] * len(found) + [PRIOR])
    model = IsotonicRegression(y_min=LEAST, y_max=MOST, out_of_bounds="clip").fit(ranks, right, sample_weight=weights)
    knots = sorted(set(zip(model.X_thresholds_.tolist(), model.y_thresholds_.tolist(), strict=True)))
    return tuple((round(x, 4), round(y, 4)) for x, y in knots)


def error(curve: Curve, found: Sequence[Sample]) -> float:
    """Return the expected calibration error of `curve` on `found`, over ten bins of confidence."""
    bins: dict[int, list[tuple[float, bool]]] = defaultdict(list)
    for _, rank, good in found:
        shown = on(curve, rank)
        bins[min(9, int(shown * 10))].append((shown, good))
    gaps = [abs(sum(s for s, _ in each) - sum(g for _, g in each)) for each in bins.values()]
    return sum(gaps) / max(1, len(found))


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", type=Path)
    chosen = parser.parse_args()
    halves: tuple[list[Sample], list[Sample]] = ([], [])
    documents = documents_in(chosen.folder)
    for number, (path, truth) in enumerate(documents):
        document = read_safely(path.read_bytes(), path.name, Limits())
        halves[number % 2].extend(samples(document, json.loads(truth.read_text("utf-8"))))
        print(f"\r{number + 1} of {len(documents)}", end="", file=sys.stderr, flush=True)
    write(halves, len(documents))


def write(halves: tuple[Sequence[Sample], Sequence[Sample]], documents: int) -> None:
    """Fit on both halves, write the curves, and print each kind's error fitted on one half and tried on the other."""
    curves, figures = {}, {}
    for kind in sorted({sample[0] for half in halves for sample in half}):
        first, second = ([sample for sample in half if sample[0] == kind] for half in halves)
        if len(first) + len(second) < 30:
            continue
        curves[kind] = fitted([*first, *second])
        held_out = error(fitted(first), second) if first and second else None
        right = sum(good for _, _, good in (*first, *second)) / (len(first) + len(second))
        figures[kind] = {
            "values": len(first) + len(second),
            "right": round(right, 4),
            "held_out_error": None if held_out is None else round(held_out, 4),
        }
    CURVES.parent.mkdir(parents=True, exist_ok=True)
    CURVES.write_text(json.dumps({"documents": documents, "figures": figures, "curves": curves}, indent=1) + "\n")
    print(json.dumps(figures, indent=1))


if __name__ == "__main__":
    main()
