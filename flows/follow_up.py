"""After reading: what referrers are asked and have answered, and a file for each ready order, once each."""

from __future__ import annotations

import json
import time
from collections.abc import Callable

import structlog

from config import Settings
from flows import logs
from flows.clarify import Clarify
from flows.outcome import Outcome
from gateways.outbox import lay
from orders.contract import referral_json
from orders.order import Referral
from store import ledger

ACTOR = "follow_up"
AGAIN_SECONDS = 60.0

log = structlog.get_logger()


class FollowUp:
    """Makes what is due and lays out what waits; what cannot be made is tried again after a while."""

    def __init__(self, settings: Settings, clock: Callable[[], float] = time.monotonic) -> None:
        self._settings = settings
        self._clock = clock
        self._not_before: dict[ledger.Due, float] = {}
        self._clarify = Clarify(settings)
        self._clarify_after = 0.0

    def wanted(self) -> bool:
        """Whether something waits to be made or to be laid out."""
        asking = self._clarify_after <= self._clock() and self._clarify.wanted()
        return bool(asking or self._due() or ledger.take_outbox(limit=1))

    def run(self) -> Outcome:
        """Make and lay out all of it, once each; raises OSError when the outbox folder refuses."""
        failed = [due for due in self._due() if not self._made(due)]
        self._not_before |= dict.fromkeys(failed, self._clock() + AGAIN_SECONDS)
        waiting = ledger.take_outbox()
        for item in waiting:
            # Laid first, then marked: an interruption between the two lays the same file again, which changes nothing.
            lay(self._settings.outbox_folder, item.kind, item.filename, item.data)
            ledger.mark_sent(item.item_id, ACTOR)
        sent, stuck = self._clarify.run() if self._clarify_after <= self._clock() else (0, 0)
        if stuck:
            self._clarify_after = self._clock() + AGAIN_SECONDS
        code = f"{len(waiting) + sent} laid out"
        trouble = len(failed) + stuck
        return Outcome(f"{code}, {trouble} failed", good=False) if trouble else Outcome(code)

    def _due(self) -> list[ledger.Due]:
        now = self._clock()
        return [due for due in ledger.due() if self._not_before.get(due, now) <= now]

    def _made(self, due: ledger.Due) -> bool:
        try:
            data = _order(due)
            ledger.enqueue_outbox(due, data, ACTOR)
        except ledger.Refused:
            # The case moved on since it was listed, so this is no longer wanted.
            return True
        except Exception as error:  # noqa: BLE001 - an edge: one order that cannot be written must not hold the others
            log.error("not_made", case=due.case_id, kind=due.kind, error=type(error).__name__, place=logs.place(error))
            return False
        return True


def _order(due: ledger.Due) -> bytes:
    case = ledger.case(due.case_id)
    pages = [row.type for row in ledger.page_rows(case.document_id) if row.number in case.order.pages]
    document = ledger.document(case.document_id)
    said = Referral(document.name, case.document_id, tuple(pages), (case.order,))
    data = referral_json(said)
    if earlier := ledger.replaced_by(due.case_id):
        # The scheduling side may have that one already: it has to be told which order to take back.
        data["orders"][0]["replaces"] = earlier
    return json.dumps(data, indent=1, ensure_ascii=False).encode()
