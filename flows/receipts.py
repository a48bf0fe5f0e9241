"""What fax programs, gateways and mail servers tell of our messages, put into the ledger."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from datetime import datetime
from typing import Final, Protocol

from clarifications.clock import Policy
from config import Settings
from flows.clarify import ACTOR, Clock, moment, policy_of
from gateways.receipts import Receipt, ReceiptBox, ReceiptFolder
from store import ledger

# Outcomes that another try may change.
PASSING: Final = frozenset({"busy", "no_answer", "line"})
_FINAL: Final = frozenset({"wrong_number", "wrong_address", "failed"})


class Receipts(Protocol):
    """Where receipts come to."""

    def receipts(self) -> Iterator[Receipt]: ...

    def put_away(self, receipt: Receipt) -> None: ...


def boxes_of(settings: Settings) -> list[Receipts]:
    """Return where this site's receipts come to: the folder beside the letters, and a mailbox if there is one."""
    found: list[Receipts] = [ReceiptFolder(settings.outbox_folder / "receipts")]
    if settings.receipts:
        found.append(ReceiptBox(settings.receipts))
    return found


class ReceiptDuty:
    """Looks at every box, none more often than every `source_seconds`."""

    def __init__(self, settings: Settings, clock: Callable[[], float] = time.monotonic) -> None:
        self._settings, self._clock, self._next = settings, clock, 0.0

    def look(self) -> None:
        """Take what came; raises what a mailbox that is away raises."""
        if self._clock() < self._next:
            return
        self._next = self._clock() + self._settings.source_seconds
        for box in boxes_of(self._settings):
            take_receipts(box, self._settings)


def take_receipts(box: Receipts, settings: Settings, clock: Clock = moment) -> int:
    """Put what lies in a box into the ledger and each away after it; return how many."""
    policy, count = policy_of(settings), 0
    for told in list(box.receipts()):
        _take(told, clock(), policy)
        box.put_away(told)
        count += 1
    return count


def _take(told: Receipt, now: datetime, policy: Policy) -> None:
    message = ledger.message_named(told.name)
    if message is None or told.outcome in ("loop", "unclear"):
        # An automaton that answers an automaton: nothing goes back, so it ends here.
        return
    if told.outcome == "delivered":
        ledger.message_delivered(message.id, now, ACTOR)
    elif told.outcome in PASSING:
        again = message.tries < policy.tries
        ledger.message_failed(
            message.id, told.outcome, now, now + policy.pause(message.tries) if again else None, ACTOR
        )
    elif told.outcome in _FINAL:
        ledger.message_failed(message.id, told.outcome, now, None, ACTOR)
