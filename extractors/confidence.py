"""How sure a value is: the probability that it is right, told from what speaks for and against it.

`calibrated` turns the figures of `extractors.features` into a probability with
one model a family of fields, for the value that the rules rank first and for
its rivals, of which `extractors.choice` takes the likeliest or none:
gradient-boosted trees, their log-odds scaled by what they were worth on layout
families that they had not seen. Trained by `benchmarks/calibrate.py`
on synthetic referrals; kept as JSON, so that no training library is loaded here.
"""

from __future__ import annotations

import json
import math
from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import cache
from pathlib import Path

from documents.page import Page
from extractors.choice import alternatives, settled
from extractors.features import NAMES, figures_of, paper_of
from orders.order import Order, PageType, Value

MODELS = Path(__file__).parent.parent / "models" / "confidence" / "models.json"
LEAST, MOST = 0.02, 0.999
_ABSENT = {"signed": "unsigned", "exams": "open_part", "safety": "unanswered"}
Tree = tuple[tuple[float, ...], ...]


@dataclass(frozen=True, slots=True)
class Model:
    """A family's trees, the log-odds they start from, and slope and shift from theirs to the log-odds shown.

    A node of a tree is (figure, threshold, left, right), a leaf (log-odds,).
    """

    base: float
    trees: tuple[Tree, ...]
    slope: float
    shift: float


def family_of(path: str, value: Value) -> str:
    """Return which model tells a leaf's confidence."""
    if value.state == "absent":
        # What an exam leaves open, and what nobody answered, is overlooked less often than a field.
        return _ABSENT.get(path.split(".")[0], "absent")
    if value.state != "stated":
        return value.state
    if path.startswith("exams."):
        return "exam"
    if path in ("signed", "priority", "patient.sex") or path.startswith("safety."):
        return "answer"
    last = path.rsplit(".", 1)[-1]
    if last in ("family", "given", "middle"):
        return "name"
    if last in ("birth_date", "order_date"):
        return "date"
    if last in ("text", "payer", "practice", "line", "city"):
        return "words"
    return "number"


def calibrated(order: Order, pages: Sequence[Page], types: Sequence[PageType]) -> Order:
    """Return the order with every leaf's rank replaced by the probability that the leaf is right.

    Where a rival is likelier, it takes the leaf; where nothing is likely, the
    leaf is left to a person. `pages` and `types` are those of the whole document.
    """
    shown, paper = order, paper_of(order, pages, types)
    for path, value in order.leaves():
        model = models().get(family_of(path, value))
        if model is None:
            continue
        sure = probability(model, figures_of(order, path, value, paper))
        rivals = [
            replace(rival, confidence=probability(model, figures_of(order, path, rival, paper, chosen=False)))
            for rival in alternatives(path, value)
        ]
        shown = shown.put(path, settled(path, replace(value, confidence=sure), rivals))
    return shown


def probability(model: Model, row: Sequence[float]) -> float:
    """Return the model's probability (0..1) for a row of figures."""
    return told(model.slope * margin(model, row) + model.shift)


def told(odds: float) -> float:
    """Return log-odds as the probability shown, never quite 0 or 1."""
    return max(LEAST, min(MOST, 1.0 / (1.0 + math.exp(-odds))))


def margin(model: Model, row: Sequence[float]) -> float:
    """Return the log-odds that the trees give a row, before they are scaled."""
    return model.base + sum(_leaf(tree, row) for tree in model.trees)


@cache
def models() -> dict[str, Model]:
    """Return the trained models by family; raises OSError when they are not installed.

    Raises ValueError for models that were trained on other figures than these.
    """
    stored = json.loads(MODELS.read_text("utf-8"))
    if tuple(stored["figures_used"]) != NAMES:
        raise ValueError("models/confidence was trained on other figures; run python -m benchmarks.calibrate")
    return {
        family: Model(
            one["base"],
            tuple(tuple(tuple(node) for node in tree) for tree in one["trees"]),
            one["slope"],
            one["shift"],
        )
        for family, one in stored["families"].items()
    }


def _leaf(tree: Tree, row: Sequence[float]) -> float:
    node = tree[0]
    while len(node) > 1:
        figure, threshold, left, right = node
        node = tree[int(left if row[int(figure)] <= threshold else right)]
    return node[0]
