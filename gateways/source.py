"""What every source of documents can do, whatever lies behind it.

A source offers what has arrived, opens it, and puts it away once its bytes are
durable. It remembers nothing that matters: the ledger knows what was taken.
"""

from __future__ import annotations

from collections.abc import Iterable
from contextlib import AbstractContextManager
from dataclasses import dataclass
from typing import BinaryIO, Protocol


@dataclass(frozen=True, slots=True)
class Offer:
    """Something that has arrived: where it lies (`key`) and what tells this state of it from another (`stamp`).

    Both may hold a patient's name and go nowhere but into the ledger. `size` is in
    bytes, 0 where the source tells it only on opening.
    """

    key: str
    stamp: str
    size: int = 0


@dataclass(frozen=True, slots=True)
class Opened:
    """An offer's bytes, and the name that its sender gave it."""

    file: BinaryIO
    name: str


class Away(Exception):
    """The source cannot be had. `code` is a word of `AWAY`; nothing of the far side's text is kept."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


class NotYet(Exception):
    """What was offered has changed, gone, or is not whole yet: it will be offered again if it is there."""


class TooLarge(Exception):
    """More bytes than a file may have; none of them were kept."""


# What a clerk or an administrator reads on the desk's status page.
AWAY = {
    "unreachable": "It does not answer.",
    "credentials": "It refuses the user name, password or key.",
    "gone": "The folder, bucket or mailbox is not there.",
    "site": "The settings name a site for it that is not there.",
    "refused": "It refuses what was asked of it.",
}


class Source(Protocol):
    """Where documents come from. Every method raises Away when the source cannot be had."""

    @property
    def name(self) -> str: ...

    @property
    def kind(self) -> str: ...

    @property
    def stays(self) -> bool:
        """Whether what was taken still lies there afterwards, and is to be known by its stamp."""

    def offers(self) -> Iterable[Offer]:
        """Return what has arrived whole, the oldest first."""

    def open(self, offer: Offer, max_bytes: int) -> AbstractContextManager[Opened]:
        """Open it for reading; raises NotYet, TooLarge, or OSError."""

    def put_away(self, offer: Offer, opaque: str) -> None:
        """Take it out of the way, unless it changed meanwhile; harmless when repeated. Raises OSError when refused."""
