"""What is wrong with an order or absent from it: a pack's rules over an order as read."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from orders.order import Check, Order
from orders.pack import Entry, Pack
from orders.rule import Verdict

# Ink stands where the value should be: most likely the value is there and was not read.
UNREADABLE = 0.2


@dataclass(frozen=True, slots=True)
class Outcome:
    """How a rule came out, problem or not.

    `confidence` (0..1) is that of the weakest leaf of the strongest ground it
    rests on, and `weakest` that leaf's path ("" when no leaf limits it). The
    weakest leaf and not the product: what one reader misreads on one page goes
    wrong together, and a clerk is told one place to look at.
    """

    entry: Entry
    verdict: Verdict
    confidence: float
    weakest: str


def check(order: Order, pack: Pack) -> tuple[Check, ...]:
    """Return the problems of `order` by the rules of `pack`, one a rule, in the pack's order; its notes are none.

    A problem that rests on an unreadable value, or on a value or an absence
    that is not sure, has a low confidence: a person looks before anyone is asked.
    """
    return tuple(_found(order, pack, note=False))


def notes(order: Order, pack: Pack) -> tuple[Check, ...]:
    """Return what the rules of `pack` have to say to the clerk alone; it changes no route."""
    return tuple(_found(order, pack, note=True))


def outcomes(order: Order, pack: Pack) -> tuple[Outcome, ...]:
    """Return how every rule of `pack` came out on `order`."""
    return tuple(_outcome(order, entry) for entry in pack.entries)


def sureness(order: Order, path: str) -> float:
    """Return how sure the leaf at `path` is: of its value, or of its absence; raises KeyError for no such leaf."""
    value = order.at(path)
    return min(value.confidence, UNREADABLE) if value.state == "unreadable" else value.confidence


def is_guess(order: Order, path: str) -> bool:
    """Whether what was read at `path` is too unlikely to be stated: open and for a person to say, but not missing."""
    value = order.at(path) if path else None
    return value is not None and value.state == "unreadable" and bool(value.others)


def _found(order: Order, pack: Pack, note: bool) -> Iterator[Check]:
    for entry in pack.entries:
        if (entry.severity == "note") == note:
            outcome = _outcome(order, entry)
            if outcome.verdict.problem and not is_guess(order, outcome.weakest):
                yield _check(outcome)


def _outcome(order: Order, entry: Entry) -> Outcome:
    verdict = entry.judge(order)
    if verdict.sure is not None:
        return Outcome(entry, verdict, verdict.sure, next(iter(verdict.paths), ""))
    weakest = [min((sureness(order, path), path) for path in ground) for ground in verdict.grounds if ground]
    confidence, path = max(weakest, default=(1.0, ""))
    return Outcome(entry, verdict, confidence, path)


def _check(outcome: Outcome) -> Check:
    entry, verdict = outcome.entry, outcome.verdict
    exam = "; ".join(verdict.exams)
    return Check(
        code=entry.rule.name,
        severity=entry.severity,
        message=entry.clerk.fill(verdict.case, exam, verdict.detail),
        request=entry.referrer.fill(verdict.case, exam, verdict.detail),
        paths=verdict.paths,
        confidence=outcome.confidence,
        authority=entry.authority,
    )
