"""The checks again, after a person has changed or confirmed a value."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import replace

from orders.checklist import check
from orders.conflicts import find_conflicts
from orders.decision import decide
from orders.order import Conflict, Order
from orders.pack import default_pack


def checked(order: Order, changed: Collection[str] = ()) -> Order:
    """Return the order with conflicts, problems and route as they are now that the leaves at `changed` are new.

    A conflict that rests on a changed leaf is settled by the person who changed
    it, unless the new values contradict each other again. What only reading can
    see (a ticked box against the words, an authorisation page) stands until then.
    """
    found = find_conflicts(replace(order, conflicts=()))
    known = {_same(conflict) for conflict in found}
    kept = [
        conflict
        for conflict in order.conflicts
        if _same(conflict) not in known and not set(conflict.paths) & set(changed)
    ]
    order = replace(order, conflicts=(*kept, *found))
    order = replace(order, problems=check(order, default_pack()))
    route, reason = decide(order)
    return replace(order, route=route, route_reason=reason)


def _same(conflict: Conflict) -> tuple[str, tuple[str, ...]]:
    return conflict.code, conflict.paths
