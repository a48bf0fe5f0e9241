"""Taking back what a person did to an order: what has to be kept for it, and putting it back."""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import replace
from typing import Any

from orders.contract import order_from_json, order_json
from orders.order import Order
from store.models import Event

CHANGES = ("case_corrected", "case_accepted")
UNDONE = "case_undone"
# The losing findings stay with a leaf whatever a person does to it; the rest of it is what changes.
KEPT = ("value", "confidence", "evidence", "state", "reason")


def kept(order: Order, path: str) -> str:
    """Return, as JSON, what stands at `path` of `order` and the conflicts it has; a new entry's leaf is null."""
    data = order_json(order, losing=True)
    try:
        order.at(path)
    except KeyError:
        leaf = None
    else:
        leaf = {key: _node(data, path)[key] for key in KEPT}
    return json.dumps({"leaf": leaf, "conflicts": data["conflicts"]}, separators=(",", ":"))


def restored(order: Order, path: str, was: str) -> Order:
    """Return `order` with what `kept` told of `path` put back."""
    said = json.loads(was)
    if said["leaf"] is None:
        order = _without_last(order, path)
        data = order_json(order, losing=True)
    else:
        data = order_json(order, losing=True)
        _node(data, path).update(said["leaf"])
    data["conflicts"] = said["conflicts"]
    return order_from_json(data)


def last_change(events: Iterable[Event]) -> Event | None:
    """Return the last change among a case's `events` (the oldest first) that was not taken back yet."""
    stack: list[Event] = []
    for event in events:
        if event.verb in CHANGES:
            stack.append(event)
        elif event.verb == UNDONE and stack:
            stack.pop()
    return stack[-1] if stack else None


def _node(data: Any, path: str) -> Any:
    for step in path.split("."):
        data = data[int(step)] if isinstance(data, list) else data[step]
    return data


def _without_last(order: Order, path: str) -> Order:
    if path.startswith("exams."):
        return replace(order, exams=order.exams[:-1])
    return replace(order, indication=replace(order.indication, icd10=order.indication.icd10[:-1]))
