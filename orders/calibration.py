"""Whether a confidence means what it says: of the values shown at 0.9, are nine in ten right?

Counted over every leaf that a reading states, an exam being one value as sure
as the least sure of its five parts.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import asdict, dataclass
from itertools import pairwise
from typing import Any, Final

from orders.compare import EXAM_PARTS, FIELDS, Json, at, exam_key, plain
from orders.score import match_orders

EDGES: Final = (0.0, 0.5, 0.7, 0.8, 0.9, 0.95, 0.98, 1.0)
# From here on a value is shown to a clerk as sure.
SURE: Final = 0.95


@dataclass(frozen=True, slots=True)
class Shown:
    """A value as shown: its field, how sure it was said to be (0..1), and whether it was right."""

    field: str
    confidence: float
    right: bool


@dataclass(frozen=True, slots=True)
class Bin:
    """The values shown with a confidence from `low` up to `high` (the last bin includes its upper edge)."""

    low: float
    high: float
    shown: int
    right: int
    confidence: float


@dataclass(frozen=True, slots=True)
class Calibration:
    """The reliability table. `error` is the expected calibration error over its bins (Naeini et al., AAAI 2015)."""

    bins: tuple[Bin, ...]
    error: float
    shown: int
    sure: int
    sure_right: int


def values_shown(pairs: Iterable[tuple[Json, Json]]) -> Iterator[Shown]:
    """Yield every value that the readings of (truth, reading) pairs state; readings hold leaves.

    A value of an order that there is not in truth is wrong.
    """
    for truth, reading in pairs:
        raw = reading.get("orders", [])
        read = [{**plain(order), "#": index} for index, order in enumerate(raw)]
        for true, one in match_orders(plain(truth)["orders"], read):
            if one:
                yield from _fields(true, raw[one["#"]])
                yield from _exams(true, raw[one["#"]])


def calibration(values: Iterable[Shown]) -> Calibration:
    """Return the reliability table of the values shown."""
    every = list(values)
    bins = []
    for low, high in pairwise(EDGES):
        inside = [one for one in every if low <= one.confidence < high or (high == EDGES[-1] == one.confidence)]
        mean = sum(one.confidence for one in inside) / len(inside) if inside else 0.0
        bins.append(Bin(low, high, len(inside), sum(one.right for one in inside), mean))
    gaps = sum(abs(one.right - one.confidence * one.shown) for one in bins)
    sure = [one for one in every if one.confidence >= SURE]
    return Calibration(
        bins=tuple(bins),
        error=gaps / len(every) if every else 0.0,
        shown=len(every),
        sure=len(sure),
        sure_right=sum(one.right for one in sure),
    )


def render_calibration(table: Calibration) -> str:
    """Return the table as text."""
    lines = ["confidence        shown   right   right %   said %"]
    for one in table.bins:
        if one.shown:
            right, said = 100 * one.right / one.shown, 100 * one.confidence
            lines.append(f"  {one.low:.2f} to {one.high:.2f}{one.shown:>9}{one.right:>8}{right:>10.1f}{said:>9.1f}")
    lines.append(f"expected calibration error {table.error:.3f} over {table.shown} values")
    if table.shown and table.sure:
        lines.append(
            f"at {SURE} and above: {100 * table.sure / table.shown:.1f} % of the values, "
            f"{100 * table.sure_right / table.sure:.2f} % of them right"
        )
    return "\n".join(lines) + "\n"


def calibration_json(table: Calibration) -> dict[str, Any]:
    """Return the table as JSON."""
    return asdict(table)


def _fields(true: Json, read: Json) -> Iterator[Shown]:
    for path, same in FIELDS.items():
        if path == "indication.icd10":
            continue
        leaf, expected = at(read, path), at(true, path)
        value = plain(leaf)
        # An order is signed or not: "not signed" is a value as much as "signed" is.
        if value is None or value == "":
            continue
        yield Shown(path, _confidence(leaf), expected is not None and same(expected, value))
    codes = {str(code).upper() for code in at(true, "indication.icd10") or ()}
    for leaf in at(read, "indication.icd10") or ():
        yield Shown("indication.icd10", _confidence(leaf), str(plain(leaf)).upper() in codes)


def _exams(true: Json, read: Json) -> Iterator[Shown]:
    left = Counter(exam_key(exam) for exam in true.get("exams", ()))
    for exam in read.get("exams", ()):
        key = exam_key(plain(exam))
        right = left[key] > 0
        left[key] -= right
        parts: Sequence[Any] = [exam.get(part) for part in EXAM_PARTS]
        yield Shown("exam", min(_confidence(part) for part in parts), right)


def _confidence(leaf: Any) -> float:
    return float(leaf.get("confidence", 1.0)) if isinstance(leaf, dict) else 1.0
