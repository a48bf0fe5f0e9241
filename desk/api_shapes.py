"""What the API takes and gives."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Any, Literal

from ninja import Schema
from pydantic import Field

State = Literal["review", "clarification", "ready", "not_an_order", "delivered", "duplicate", "closed"]
Scalar = Annotated[str, Field(max_length=2000)] | bool | float | None


class Problem(Schema):
    """Why a request was refused: a code for programs, a sentence for people."""

    code: str
    message: str


class Received(Schema):
    """A document handed in; `known` where the same bytes were here already."""

    id: str
    known: bool


class PageOut(Schema):
    """A page of a read document."""

    number: int
    type: str
    width: int
    height: int


class DocumentOut(Schema):
    """A document's state, its pages and the ids of its orders; `failure` says why it could not be read."""

    id: str
    state: Literal["received", "reading", "read", "failed"]
    failure: Problem | None
    notices: list[Problem]
    pages: list[PageOut]
    orders: list[str]


class OrderLine(Schema):
    """An order in a list: nothing about its patient."""

    id: str
    document: str
    state: State
    priority: str
    modalities: list[str]
    problems: list[str]
    received_at: datetime


class OrderPage(Schema):
    """A page of a list; `next` goes into `after` for the following one."""

    orders: list[OrderLine]
    next: str | None


class OrderOut(Schema):
    """An order as it stands; `order` is in the contract's shape, `version` goes back with each change."""

    id: str
    document: str
    state: State
    version: int
    received_at: datetime
    order: dict[str, Any]


class EventOut(Schema):
    """A line of the order's history."""

    at: datetime
    actor: str
    verb: str


class SearchIn(Schema):
    """What to look for: names, a birth date, a telephone number, an NPI or an id."""

    text: str = Field(min_length=1, max_length=100)
    state: State = "review"
    limit: int = Field(50, ge=1, le=200)


class Correction(Schema):
    """Values by path, for instance `{"patient.given": "Lucia"}`; all are taken or none."""

    version: int = Field(ge=1)
    values: dict[Annotated[str, Field(max_length=60)], Scalar] = Field(min_length=1, max_length=50)


class StepIn(Schema):
    """The state to move the order to, and why."""

    version: int = Field(ge=1)
    to: State
    reason: str = Field("", max_length=500)


class CountsOut(Schema):
    """What is where: documents and orders by state, seconds of the oldest wait, the outbox."""

    documents: dict[str, int]
    orders: dict[str, int]
    pages: int
    oldest_wait: dict[str, float]
    outbox: dict[str, int]
