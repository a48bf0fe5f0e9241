"""The whole evaluation of a folder: the figures, also by quality and by hand, calibration, errors by their cause."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict
from typing import Any, Final

from orders.calibration import calibration, calibration_json, render_calibration, values_shown
from orders.causes import errors, render_causes
from orders.compare import Json
from orders.score import Share, Table, as_json, render, score

Pairs = Sequence[tuple[Json, Json]]

# Keys of a truth by which figures are told apart.
GROUPS: Final = ("quality", "fill")


def report(pairs: Pairs) -> str:
    """Return every figure of the (truth, reading) pairs as text."""
    parts = [render(score(pairs))]
    for key in GROUPS:
        tables = grouped(pairs, key)
        if len(tables) > 1:
            parts.append(_groups(key, tables))
    parts.append(render_calibration(calibration(values_shown(pairs))))
    parts.append(render_causes(list(errors(pairs))))
    return "\n".join(parts)


def report_json(pairs: Pairs) -> dict[str, Any]:
    """Return every figure of the pairs as JSON: `score.as_json`, with `by`, `calibration` and `errors` added."""
    by = {key: {name: as_json(table) for name, table in grouped(pairs, key).items()} for key in GROUPS}
    return {
        **as_json(score(pairs)),
        "by": by,
        "calibration": calibration_json(calibration(values_shown(pairs))),
        "errors": [asdict(error) for error in errors(pairs)],
    }


def grouped(pairs: Pairs, key: str) -> dict[str, Table]:
    """Return a table for each value that the truths have under `key`, in alphabetical order."""
    names = sorted({str(truth[key]) for truth, _ in pairs if key in truth})
    return {name: score([pair for pair in pairs if str(pair[0].get(key)) == name]) for name in names}


def _groups(key: str, tables: dict[str, Table]) -> str:
    head = f"{key:<16}  docs  orders  critical F1  all F1  exam F1   cleared  silent  needless  page types"
    rows = [
        f"  {name:<14}{table.documents:>6}{table.orders:>8}{100 * table.critical.f1:>13.1f}"
        f"{100 * table.all_fields.f1:>8.1f}{100 * table.field('exam').f1:>9.1f}"
        f"{_share(table.cleared):>10}{_share(table.silent_errors):>8}{_share(table.needless_requests):>10}"
        f"{_share(table.page_types):>12}"
        for name, table in tables.items()
        if table.orders
    ]
    return "\n".join([head, *rows]) + "\n"


def _share(value: Share) -> str:
    return f"{value.part}/{value.whole}"
