"""Rules beyond the contract about the payer's answer: expired, not yet begun, refused, or another payer's.

An authorisation for another exam is the contract's `exam_conflict`.
"""

from __future__ import annotations

import re
from datetime import date
from typing import Final

from orders.order import Grant, Order, Value
from orders.rule import CLEAN, Verdict, rule

# Words of a payer's name that do not tell it from another.
_COMMON: Final = frozenset(
    re.split(
        r"\s",
        "the of and a health healthcare plan plans insurance ins company co inc corp corporation group medical care "
        "hmo ppo epo pos choice plus network services",
    )
)


@rule("expired", "not_yet", on=("grants.*.valid_from", "grants.*.valid_until"), margin_days=0)
def authorization_validity(order: Order, margin_days: int) -> Verdict:
    """The authorisation has expired, expires within the margin, or does not hold yet."""
    if not order.judged_on:
        return CLEAN
    today = date.fromisoformat(order.judged_on)
    holding = [state for grant in order.grants if (state := holds(grant, today, margin_days)) == "yes"]
    for index, grant in enumerate(order.grants):
        state = holds(grant, today, margin_days)
        if not holding and state in ("expired", "not_yet"):
            leaf, path = (grant.valid_until, "valid_until") if state == "expired" else (grant.valid_from, "valid_from")
            said = f"{date.fromisoformat(str(leaf.value)):%m/%d/%Y}"
            return Verdict(True, ((f"grants.{index}.{path}",),), state, detail=said)
    return CLEAN


@rule(on=("grants.*.payer", "coverage.payer"))
def authorization_payer(order: Order) -> Verdict:
    """The authorisation is another payer's than the one the order names."""
    grounds = []
    for index, grant in enumerate(order.grants):
        if not same_payer(grant.payer, order.coverage.payer):
            grounds.append((f"grants.{index}.payer", "coverage.payer"))
    if not grounds or len(grounds) < len(order.grants):
        return CLEAN
    said = f'"{order.grants[0].payer.value}" answered, the order names "{order.coverage.payer.value}"'
    return Verdict(True, (grounds[0],), detail=said)


@rule("denied", "pending", on=("grants.*.status",))
def authorization_refused(order: Order) -> Verdict:
    """The payer's answer that came with the order is a refusal, or asks for more."""
    if any(grant.status.value == "approved" for grant in order.grants):
        return CLEAN
    for index, grant in enumerate(order.grants):
        if grant.status.value in ("denied", "pending"):
            return Verdict(True, ((f"grants.{index}.status",),), str(grant.status.value))
    return CLEAN


def holds(grant: Grant, today: date, margin_days: int = 0) -> str:
    """Say whether an authorisation holds on `today`: `yes`, `expired`, `not_yet`, or `unknown` without a date.

    With a margin, it has to hold that many days longer.
    """
    begins, ends = _day(grant.valid_from), _day(grant.valid_until)
    if ends and (ends - today).days < margin_days:
        return "expired"
    if begins and begins > today:
        return "not_yet"
    return "yes" if ends else "unknown"


def same_payer(one: Value, other: Value) -> bool:
    """Whether two names may be one payer's: they share a word that tells payers apart, or one is not stated."""
    if not one or not other:
        return True
    first, second = _telling(str(one.value)), _telling(str(other.value))
    if not first or not second:
        return True
    run, other_run = _run(str(one.value)), _run(str(other.value))
    return bool(first & second) or run in other_run or other_run in run or _initials(one, other)


def _initials(one: Value, other: Value) -> bool:
    """Whether one name is the initials of the other, as in UHC for United Healthcare."""
    for short, long in ((one, other), (other, one)):
        bare = _run(str(short.value))
        words = re.findall(r"[a-z]+", str(long.value).lower())
        if 2 <= len(bare) <= 6 and bare[0] == (words or [" "])[0][0] and _scattered(bare, "".join(words)):
            return True
    return False


def _scattered(short: str, long: str) -> bool:
    rest = iter(long)
    return all(letter in rest for letter in short)


def _telling(name: str) -> frozenset[str]:
    return frozenset(re.findall(r"[a-z0-9]{2,}", name.lower())) - _COMMON


def _run(name: str) -> str:
    return re.sub(r"[^a-z0-9]", "", name.lower())


def _day(value: Value) -> date | None:
    try:
        return date.fromisoformat(str(value.value)) if value else None
    except ValueError:
        return None
