"""What all the rules together make of an order: once when it is read, again when a person has changed it."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import Final

from orders.adequacy import adequacy
from orders.checklist import check, notes, sureness
from orders.decision import DEFAULT_POLICY, Policy, decide
from orders.necessity import necessity
from orders.order import Order
from orders.red_flags import read_red_flags
from orders.rulebook import Rulebook

_PAYER_UNSURE: Final = "Which checklist is the right one depends on the insurance, which was not read surely."


def judged(order: Order, book: Rulebook, today: date, policy: Policy = DEFAULT_POLICY) -> Order:
    """Return `order` with its red flags, grade, payer's wishes, problems, notes and route as of `today`.

    Its conflicts are taken as they are: who calls knows which of them a person
    settled. Where the payer decides which checklist is the right one and was not
    read surely, a person looks before anything goes on.
    """
    pack = book.pack_for(order)
    order = replace(order, judged_on=today.isoformat(), checklist=f"{pack.name} {pack.version}")
    order = replace(
        order,
        red_flags=read_red_flags(str(order.indication.text.value or "")),
        adequacy=adequacy(order),
        necessity=necessity(order, book.payers),
    )
    order = replace(order, problems=check(order, pack), notes=notes(order, pack))
    route, reason = decide(order, policy, pack)
    if route != "review" and book.turns_on_payer(order) and sureness(order, "coverage.payer") < policy.ask:
        route, reason = "review", _PAYER_UNSURE
    return replace(order, route=route, route_reason=reason)
