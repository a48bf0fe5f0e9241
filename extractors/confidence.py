"""From a score to a confidence that means what it says.

`raw` ranks; `calibrated` turns the rank into a probability by a monotone curve
for each kind of field, fitted on synthetic referrals that nothing else was
fitted on (`benchmarks/calibrate.py`, isotonic regression) and kept in
`models/confidence/curves.json` with the figures of the fit.
"""

from __future__ import annotations

import json
from bisect import bisect_right
from dataclasses import replace
from functools import cache
from pathlib import Path

from orders.order import Order, Value

CURVES = Path(__file__).parent.parent / "models" / "confidence" / "curves.json"
MANY = 4  # exams on one order that are likelier a form's printed list than a request
LEAST, MOST = 0.02, 0.995
_ABSENT = {"signed": "unsigned", "exams": "exam_open", "safety": "unanswered"}
Curve = tuple[tuple[float, float], ...]


def raw(support: float, rival: float) -> float:
    """Return the rank (0..1) of the best supported value: its support, less where a rival comes close."""
    lead = support - rival
    return max(LEAST, min(MOST, support * (0.75 + 0.25 * min(1.0, max(0.0, lead) / 0.4))))


def kind_of(path: str, value: Value, exams: int = 1) -> str:
    """Return which curve a leaf's confidence is read from; `exams` is how many exams its order asks for."""
    if value.state == "absent":
        # What an exam leaves open, and what nobody answered, is overlooked less often than a field.
        return _ABSENT.get(path.split(".")[0], "absent")
    if value.state != "stated":
        return value.state
    if path.startswith("exams."):
        if exams >= MANY:
            return "exam_of_many"
        return "exam_ticked" if value.reason == "ticked" else "exam_written"
    if path in ("signed", "priority") or path.startswith("safety.") or path == "patient.sex":
        return "answer"
    last = path.rsplit(".", 1)[-1]
    if last in ("family", "given", "middle"):
        return "name"
    if last in ("birth_date", "order_date"):
        return "date"
    if last in ("text", "payer", "practice", "line", "city"):
        return "words"
    return "number"


def on_paper(kind: str, clear: bool) -> str:
    """Return the name of the curve of a kind on clear or on faint pages."""
    return f"{kind}.{'clear' if clear else 'faint'}"


def calibrated(order: Order, clear: bool) -> Order:
    """Return the order with every leaf's rank replaced by the probability that the leaf is right.

    `clear` says that its pages are typed and were read well: the same rank
    means more there than on a bad fax or in a hand.
    """
    for path, value in order.leaves():
        curve = curves().get(on_paper(kind_of(path, value, len(order.exams)), clear))
        if curve:
            order = order.put(path, replace(value, confidence=on(curve, value.confidence)))
    return order


def on(curve: Curve, rank: float) -> float:
    """Return the curve's height at `rank`, straight between its knots and level beyond them."""
    place = bisect_right([knot[0] for knot in curve], rank)
    if place == 0:
        return curve[0][1]
    if place == len(curve):
        return curve[-1][1]
    (x0, y0), (x1, y1) = curve[place - 1], curve[place]
    return y0 + (y1 - y0) * (rank - x0) / (x1 - x0)


@cache
def curves() -> dict[str, Curve]:
    """Return the fitted curves by kind; raises OSError when they are not installed."""
    stored = json.loads(CURVES.read_text("utf-8"))["curves"]
    return {kind: tuple((x, y) for x, y in knots) for kind, knots in stored.items()}
