"""Train what a confidence means, on synthetic referrals that nothing else was fitted on.

    python -m sample_docs.generator --seed 9001 --count 400 --out FOLDER
    python -m benchmarks.calibrate FOLDER --keep READ

Reads every document (what was read is kept in READ, so that a second run only
extracts), compares each value with its truth by the contract's rules, and
trains one model a family of fields: gradient-boosted trees over the figures of
`extractors.features`, monotone where the sense of a figure is known, whose
log-odds are scaled by what they are worth on layout families held out of their
training (Platt scaling: unlike steps, it keeps the surest apart from the
sure). Then fits how much doubt an order may hold to clear (`benchmarks.bound`). Writes `models/confidence/`.
"""

from __future__ import annotations

import argparse
import json
import pickle
import sys
from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path
from typing import Any

import numpy as np
from sklearn.ensemble import HistGradientBoostingClassifier
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import roc_auc_score
from sklearn.model_selection import GroupKFold

from batch import documents_in
from benchmarks.bound import Judged, fitted_bound
from classifiers.page_type import page_types
from documents.limits import Limits
from documents.page import Document
from documents.sandbox import read_safely, reread_safely
from extractors.choice import alternatives, settled
from extractors.confidence import MODELS, Model, family_of, margin, told
from extractors.decisive import read_again
from extractors.features import NAMES, figures_of, paper_of
from orders.calibration import EDGES
from orders.compare import EXAM_PARTS, FIELDS, at, compare_fields, plain
from orders.conflicts import find_conflicts
from orders.contract import order_json
from orders.order import Value
from orders.score import CRITICAL, match_orders
from pipeline import extractions

TODAY = date(2026, 11, 24)
LEAST_VALUES = 40  # of a family, and LEAST_WRONG wrong ones, or there is nothing to tell apart
LEAST_WRONG = 5
FOLDS = 5
_UP = (
    "rank",
    "weakest_word",
    "mean_word",
    "second",
    "elsewhere",
    "page_clear",
    "code_agrees",
    "weakest_part",
    "known_name",
)
_DOWN = ("rival", "rivals", "page_by_hand", "by_hand", "stray_marks", "row_hints", "near_name")
_MONOTONE = [1 if name in _UP else -1 if name in _DOWN else 0 for name in NAMES]


@dataclass(frozen=True, slots=True)
class Sample:
    """A leaf as read: its order (a running number) and path, its family and figures, whether it is right.

    `rival` is 0 for what the rules ranked first, else the place of the one that lost.
    """

    order: int
    path: str
    family: str
    row: tuple[float, ...]
    right: bool
    layout: str
    rival: int = 0


def samples(document: Document, truth: dict[str, Any], first: int) -> Iterator[tuple[list[Sample], Judged]]:
    """Yield the leaves of each order of a document that truth knows, numbered from `first`, and how the order is."""
    types = tuple(page_types(document.pages))
    read = list(extractions(document, types, TODAY))
    pages = read_again(document.pages, [extraction.order for extraction in read], reread_safely)
    said = [{**plain(order_json(extraction.order)), "#": index} for index, extraction in enumerate(read)]
    layout = str(truth.get("family", ""))
    for true, one in match_orders(plain(truth)["orders"], said):
        if not true or not one:
            continue
        extraction = read[one["#"]]
        conflicts = (*extraction.order.conflicts, *find_conflicts(extraction.order, extraction.authorized))
        order, number = replace(extraction.order, conflicts=conflicts), first
        first += 1
        paper = paper_of(extraction.order, pages, types)
        leaves = []
        for path, value in extraction.order.leaves():
            if path.startswith("exams.") and path.endswith(".text"):
                continue
            for rival, one_value in enumerate((value, *alternatives(path, value))):
                row = figures_of(extraction.order, path, one_value, paper, chosen=not rival)
                right = _right(path, one_value, true, one)
                leaves.append(Sample(number, path, family_of(path, value), row, right, layout, rival))
        counts = compare_fields(true, one)
        wrong = tuple(name for name in CRITICAL if counts[name].wrong or counts[name].missed or counts[name].invented)
        yield leaves, Judged(order, true["route"] == "ready", bool(document.faults), wrong)


def _right(path: str, value: Value, true: dict[str, Any], said: dict[str, Any]) -> bool:
    """Whether `value` at `path` is right; of an exam's part, whether the true exam most like it says the same."""
    if path.startswith("exams."):
        _, index, part = path.split(".")
        exam = said["exams"][int(index)]
        best = max(true["exams"], key=lambda other: sum(other[p] == exam[p] for p in EXAM_PARTS), default=None)
        return best is not None and best[part] == exam[part]
    if path.startswith("indication.icd10."):
        return value.value in (at(true, "indication.icd10") or ())
    wanted = at(true, path)
    if path == "signed":
        return bool(wanted) == bool(at(said, path))
    if value.state == "stated":
        return wanted is not None and FIELDS[path](wanted, value.value)
    return (wanted is None) == (value.state == "absent")


def trained(found: Sequence[Sample]) -> tuple[Model, np.ndarray]:
    """Return a family's model, and what models that had not seen its layout say of each sample (probabilities)."""
    rows = np.array([sample.row for sample in found])
    right = np.array([sample.right for sample in found], float)
    layouts = np.array([sample.layout for sample in found])
    unseen = np.zeros(len(found))
    folds = list(GroupKFold(min(FOLDS, len(set(layouts)))).split(rows, right, layouts))
    for learn, hold in folds:
        if len(set(right[learn])) > 1:
            unseen[hold] = _trees().fit(rows[learn], right[learn]).decision_function(rows[hold])
    slope, shift = _scale(unseen, right)
    model = _exported(_trees().fit(rows, right), slope, shift)
    shown = np.zeros(len(found))
    for learn, hold in folds:
        a, b = _scale(unseen[learn], right[learn])
        shown[hold] = [told(a * one + b) for one in unseen[hold]]
    return model, shown


def _trees() -> HistGradientBoostingClassifier:
    return HistGradientBoostingClassifier(
        max_iter=80,
        max_depth=3,
        learning_rate=0.08,
        min_samples_leaf=10,
        l2_regularization=2.0,
        monotonic_cst=_MONOTONE,
        early_stopping=False,
        random_state=0,
    )


def _scale(margins: np.ndarray, right: np.ndarray) -> tuple[float, float]:
    """Return slope and shift from the trees' log-odds to ones that hold on layouts not seen (Platt, 1999)."""
    model = LogisticRegression(C=1.0).fit(margins[:, None], right)
    return max(0.05, float(model.coef_[0, 0])), float(model.intercept_[0])


def _exported(trees: HistGradientBoostingClassifier, slope: float, shift: float) -> Model:
    """Return the trees as plain nodes; raises AssertionError where these say something else than the library."""
    made = []
    for (predictor,) in trees._predictors:
        nodes = predictor.nodes
        made.append(
            tuple(
                (round(float(node["value"]), 6),)
                if node["is_leaf"]
                else (int(node["feature_idx"]), float(node["num_threshold"]), int(node["left"]), int(node["right"]))
                for node in nodes
            )
        )
    model = Model(float(np.ravel(trees._baseline_prediction)[0]), tuple(made), slope, shift)
    row = np.linspace(-1, 1, len(NAMES))
    assert abs(margin(model, row.tolist()) - trees.decision_function(row[None])[0]) < 1e-3
    return model


def error(shown: np.ndarray, right: np.ndarray) -> float:
    """Return the expected calibration error of probabilities `shown`, over the bins of `orders.calibration`."""
    bins = np.digitize(shown, EDGES[1:-1])
    gaps = [abs(float((shown - right)[bins == number].sum())) for number in range(len(EDGES) - 1)]
    return sum(gaps) / max(1, len(shown))


def read_all(folder: Path, keep: Path) -> Iterator[tuple[Document, dict[str, Any]]]:
    """Yield each document with its truth; what was read before is taken from `keep`."""
    keep.mkdir(parents=True, exist_ok=True)
    documents = documents_in(folder)
    for number, (path, truth) in enumerate(documents):
        kept = keep / f"{path.name}.pkl"
        if kept.exists():
            document = pickle.loads(kept.read_bytes())
        else:
            document = read_safely(path.read_bytes(), path.name, Limits())
            kept.write_bytes(pickle.dumps(document))
        yield document, json.loads(truth.read_text("utf-8"))
        print(f"\r{number + 1} of {len(documents)}", end="", file=sys.stderr, flush=True)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--keep", type=Path, required=True, help="where to keep what was read")
    chosen = parser.parse_args()
    found: list[Sample] = []
    judged: list[Judged] = []
    documents = 0
    for document, truth in read_all(chosen.folder, chosen.keep):
        documents += 1
        for leaves, order in samples(document, truth, len(judged)):
            found += leaves
            judged.append(order)
    write(found, judged, documents)


def write(found: Sequence[Sample], judged: Sequence[Judged], documents: int) -> None:
    """Train every family, write the models and the bound, and print the figures on layouts held out."""
    families: dict[str, list[Sample]] = defaultdict(list)
    for sample in found:
        families[sample.family].append(sample)
    models, figures = {}, {}
    shown: dict[tuple[int, str], list[tuple[float, bool]]] = defaultdict(list)
    for family, mine in sorted(families.items()):
        wrong = sum(not sample.right for sample in mine if not sample.rival)
        if len(mine) < LEAST_VALUES or wrong < LEAST_WRONG:
            continue
        model, unseen = trained(mine)
        models[family] = {"base": model.base, "slope": model.slope, "shift": model.shift, "trees": model.trees}
        first = np.array([not sample.rival for sample in mine])
        figures[family] = _figures(unseen[first], np.array([sample.right for sample in mine], float)[first])
        for sample, p in zip(mine, unseen, strict=True):
            shown[sample.order, sample.path].append((float(p), sample.right))
    MODELS.parent.mkdir(parents=True, exist_ok=True)
    stored = {"documents": documents, "figures": figures, "figures_used": NAMES, "families": models}
    MODELS.write_text(json.dumps(stored, separators=(",", ":")) + "\n")
    settled_orders = [_as_shown(order, number, shown) for number, order in enumerate(judged)]
    bound = fitted_bound([one.order for one in settled_orders], settled_orders)
    (MODELS.parent / "bound.json").write_text(json.dumps(bound, indent=1) + "\n")
    print(json.dumps({"families": figures, "bound": bound}, indent=1))


def _figures(shown: np.ndarray, right: np.ndarray) -> dict[str, float]:
    sure = shown >= 0.95
    return {
        "values": len(right),
        "right": round(float(right.mean()), 4),
        "auc": round(float(roc_auc_score(right, shown)), 4),
        "calibration_error": round(error(shown, right), 4),
        "sure": round(float(sure.mean()), 4),
        "sure_right": round(float(right[sure].mean()), 4) if sure.any() else -1.0,
    }


def _as_shown(judged: Judged, number: int, shown: dict[tuple[int, str], list[tuple[float, bool]]]) -> Judged:
    """Return an order with the confidences, and the choices, that models would give which had not seen its layout."""
    order, wrong = judged.order, set(judged.wrong)
    for path, value in judged.order.leaves():
        if (number, path) not in shown:
            continue
        (sure, right), *others = shown[number, path]
        first = replace(value, confidence=sure)
        rivals = [replace(rival, confidence=p) for rival, (p, _) in zip(alternatives(path, value), others, strict=True)]
        taken = settled(path, first, rivals)
        order = order.put(path, taken)
        if path in CRITICAL and taken is not first and taken.state == "stated":
            right = others[next(place for place, rival in enumerate(rivals) if rival is taken)][1]
            wrong = wrong - {path} if right else wrong | {path}
    return replace(judged, order=order, wrong=tuple(sorted(wrong)))


if __name__ == "__main__":
    main()
