"""A sender that dies at a named step of sending: `python dying_sender.py STEP`, the ledger as its settings say."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

from config import settings
from flows.clarify import Clarify
from gateways.sending import Parcel
from store import ledger


class Way:
    """Writes each parcel's name down, as the other side would."""

    def send(self, parcel: Parcel) -> None:
        die("before the hand-over")
        with (Path(settings().data) / "taken.txt").open("a") as file:
            file.write(parcel.filename + "\n")
        die("after the hand-over")


def die(step: str) -> None:
    if sys.argv[1] == step:
        os._exit(9)


def around(name: str) -> None:
    """Die before or after the ledger's function `name`, each of which is one commit."""
    inner: Callable[..., Any] = getattr(ledger, name)

    def outer(*args: Any, **kwargs: Any) -> Any:
        die(f"before {name}")
        result = inner(*args, **kwargs)
        die(f"after {name}")
        return result

    setattr(ledger, name, outer)


if __name__ == "__main__":
    for each in ("make_request", "enqueue_message", "take_message", "message_sent"):
        around(each)
    Clarify(settings(), channels={"fax": Way()}).run()
