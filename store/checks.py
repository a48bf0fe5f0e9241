"""The checks again, after a person has changed or confirmed a value."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import replace

from django.utils import timezone

from config import settings
from orders.conflicts import find_conflicts
from orders.judge import judged
from orders.order import Conflict, Order
from orders.rulebook import in_force


def checked(order: Order, changed: Collection[str] = ()) -> Order:
    """Return the order with flags, conflicts, problems and route as they are now that the leaves at `changed` are new.

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
    return judged(order, in_force(settings().site), timezone.localdate())


def _same(conflict: Conflict) -> tuple[str, tuple[str, ...]]:
    return conflict.code, conflict.paths
