"""An answer to a request: the value for one leaf of an order, with what it rests on."""

from __future__ import annotations

from dataclasses import dataclass

from orders.order import Scalar


@dataclass(frozen=True, slots=True)
class Answer:
    """What a referrer answers.

    `order` is the case's id. `path` is the leaf, a `+` at its end a new entry of
    a list; it is empty for words that only a person can weigh. `text` is what
    was ticked or written, `box` where on the reply's page (fractions),
    `confidence` (0..1) how surely it was read.
    """

    order: str
    code: str
    path: str
    value: Scalar
    text: str
    confidence: float
    box: tuple[float, float, float, float] = (0.0, 0.0, 0.0, 0.0)
