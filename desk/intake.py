"""What else intake knows of an order: the grade of its reason, and what the payer wants. It decides nothing."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from orders.adequacy import PARTS, title
from orders.order import Order

PART_WORDS: Final = {"impression": "impression", "findings": "findings", "question": "question"}


@dataclass(frozen=True, slots=True)
class Part:
    """A part of the reason, and its words as they stand there; none where the reason does not hold it."""

    name: str
    words: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Intake:
    """The block of the order page; empty texts where there is nothing to say."""

    grade: str
    means: str
    parts: tuple[Part, ...]
    sentences: tuple[str, ...]
    authority: str
    checklist: str


def intake(order: Order) -> Intake:
    """Return the block for `order`."""
    graded, wants = order.adequacy, order.necessity
    parts = tuple(Part(PART_WORDS[name], _words(getattr(graded, name))) for name in PARTS) if graded else ()
    return Intake(
        graded.grade if graded else "",
        title(graded.grade) if graded else "",
        parts if graded and graded.grade != "X" else (),
        wants.sentences if wants else (),
        wants.authority if wants else "",
        "" if order.checklist.startswith("default ") else order.checklist,
    )


def _words(said: str) -> tuple[str, ...]:
    return tuple(said.split("; ")) if said else ()
