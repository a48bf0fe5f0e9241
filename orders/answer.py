"""An answer to a request: the value for one leaf of an order, with what it rests on."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

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


@dataclass(frozen=True, slots=True)
class ReplyRead:
    """A reply as it was read, before the ledger has it.

    `request` is the request's id, empty where none was found; `state` is a word
    of `REPLY_STATES`, `merged` where nothing stands against it; `look_by` is
    until when a person should have looked, where one has to.
    """

    request: str
    source: str
    state: str
    answers: tuple[Answer, ...]
    look_by: datetime
    page: int = 0
    confidence: float = 1.0
    signer: str = ""
    address: str = ""
