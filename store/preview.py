"""A checklist that somebody is writing, tried on the orders that came in last. It changes nothing."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from typing import Final

from django.db import transaction

from config import settings
from orders.checklist import check
from orders.contract import order_from_json
from orders.knowledge import Source
from orders.order import Check
from orders.pack import parse
from orders.rulebook import in_force
from store import audit
from store.models import Case

TRIED_ON: Final = 200


@dataclass(frozen=True, slots=True)
class RuleEffect:
    """A rule, how many orders it would newly stop, with examples, and how many it would stop no more."""

    code: str
    stops: int
    frees: int
    examples: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Preview:
    """What the checklist `name` would have done to `orders`, the last ones that it is for.

    `before` and `after` count those with a blocking problem, as the orders stand now.
    """

    name: str
    orders: int
    before: int
    after: int
    rules: tuple[RuleEffect, ...]


def preview_pack(text: str, actor: str, most: int = TRIED_ON) -> Preview:
    """Try the checklist in `text` (TOML, `docs/rules.md`) on the last orders in sight; note that it was tried.

    A checklist with the name of one in force takes its place; a new one is tried
    on all orders. Raises `orders.knowledge.FileFault` for one that cannot be used.
    """
    book = in_force(settings().site)
    draft = parse(Source(text, "checklist"), book.packs)
    stops: dict[str, list[str]] = {}
    frees: Counter[str] = Counter()
    orders = before = after = 0
    rows = Case.objects.exclude(state__in=("not_an_order", "duplicate")).filter(blind=False)
    for case_id, said in rows.order_by("-received_at", "-id").values_list("id", "order")[:most]:
        order = order_from_json(said)
        pack = book.pack_for(order)
        if draft.name in book.packs and pack.name != draft.name:
            continue
        now, then = _blocking(check(order, pack)), _blocking(check(order, draft))
        orders, before, after = orders + 1, before + bool(now), after + bool(then)
        for code in then - now:
            stops.setdefault(code, []).append(case_id)
        frees.update(now - then)
    with transaction.atomic():
        audit.record(actor, "checklist_tried", detail={"checklist": draft.name, "orders": orders})
    rules = tuple(
        RuleEffect(code, len(stops.get(code, ())), frees[code], tuple(stops.get(code, ())[:3]))
        for code in sorted({*stops, *frees}, key=lambda code: (-len(stops.get(code, ())), code))
    )
    return Preview(draft.name, orders, before, after, rules)


def _blocking(checks: tuple[Check, ...]) -> set[str]:
    return {each.code for each in checks if each.severity == "blocking"}
