"""The states of a document and of a case, and the changes that are allowed between them.

A *document* is a file as it arrived; a *case* is one order (or one document
without an order) that somebody has to see through. These tables are the only
statement of the rules: the ledger refuses every other change, and the diagram
in the docs is rendered from them.
"""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

Transitions = Mapping[str, frozenset[str]]

DOCUMENT_STATES: Final[Mapping[str, str]] = MappingProxyType(
    {
        "received": "its bytes are kept; it waits to be read",
        "reading": "a worker holds it",
        "read": "its pages and orders are in the ledger",
        "failed": "it could not be read; the reason stands beside it",
    }
)

CASE_STATES: Final[Mapping[str, str]] = MappingProxyType(
    {
        "review": "a person should look first",
        "ready": "complete; it waits to be handed on",
        "clarification": "the referrer is asked for what is missing",
        "delivered": "handed on to the scheduling side",
        "not_an_order": "the document holds no order",
        "closed": "done with, without delivery",
        "duplicate": "the same order is already here",
    }
)

DOCUMENT_TRANSITIONS: Final[Transitions] = MappingProxyType(
    {
        "received": frozenset({"reading"}),
        # Back to received: the lease ran out, or an attempt failed and may be repeated.
        "reading": frozenset({"read", "failed", "received"}),
        "read": frozenset({"received"}),
        "failed": frozenset({"received"}),
    }
)

CASE_TRANSITIONS: Final[Transitions] = MappingProxyType(
    {
        "review": frozenset({"ready", "clarification", "not_an_order", "duplicate", "closed"}),
        "ready": frozenset({"delivered", "review", "clarification", "duplicate", "closed"}),
        "clarification": frozenset({"ready", "review", "duplicate", "closed"}),
        # A correction may arrive after delivery, and a wrong ending can be undone.
        "delivered": frozenset({"review", "closed"}),
        "not_an_order": frozenset({"review", "closed"}),
        "duplicate": frozenset({"review", "closed"}),
        "closed": frozenset({"review"}),
    }
)

DOCUMENT_START: Final[frozenset[str]] = frozenset({"received"})
CASE_START: Final[frozenset[str]] = frozenset({"review", "ready", "clarification", "not_an_order"})


def may(current: str, following: str) -> bool:
    """Whether a document or case in state `current` may change to `following`; raises KeyError for no such state.

    The two tables share no state name, so one question serves both.
    """
    if following not in DOCUMENT_STATES and following not in CASE_STATES:
        raise KeyError(following)
    table = DOCUMENT_TRANSITIONS if current in DOCUMENT_STATES else CASE_TRANSITIONS
    return following in table[current]


def diagram(transitions: Transitions, start: frozenset[str]) -> str:
    """Return the Mermaid state diagram of a table, its lines in a fixed order."""
    lines = ["stateDiagram-v2"]
    lines += [f"    [*] --> {state}" for state in transitions if state in start]
    lines += [
        f"    {state} --> {following}"
        for state, allowed in transitions.items()
        for following in sorted(allowed, key=list(transitions).index)
    ]
    return "\n".join(lines) + "\n"
