"""A worker: leases documents from the ledger, reads them one after the other, records what it read.

Started as `python -m flows.worker NAME`, one process each. It holds the models
for as long as it lives, because loading them costs more than reading a page.
"""

from __future__ import annotations

import contextlib
import sys
import time
from collections.abc import Callable, Sequence
from typing import Protocol

import structlog

from config import Settings, settings
from documents.limits import Limits
from documents.page import Document, Page, Unreadable
from flows import logs, replies
from flows.heart import Heart
from flows.orchestrator import run_document
from flows.outcome import Outcome
from flows.signals import INTERRUPTS, end_on_sigterm, no_more
from orders.layout import Layout
from orders.order import Referral
from store import ledger

log = structlog.get_logger()

# How much longer than the reader's own bound a worker waits before it ends itself, in seconds.
GRACE = 30.0


class Reading(Protocol):
    """What reading a document gives: the referral, the pages it was read from, the seconds each stage took."""

    @property
    def referral(self) -> Referral: ...

    @property
    def pages(self) -> Sequence[Page]: ...

    @property
    def seconds(self) -> Sequence[tuple[str, float]]: ...


Read = Callable[[bytes, str, Limits], Reading]


def work(name: str, read: Read, settings: Settings, warm: Callable[[], None] = lambda: None) -> None:
    """Read documents, after `warm`, until a signal ends the process, which gives back the document in hand."""
    end_on_sigterm()
    heart = Heart(name, "worker", settings.lease_seconds, settings.read_seconds + GRACE)
    log.info("started")
    leased: ledger.Leased | None = None
    try:
        warm()
        while True:
            try:
                leased = ledger.lease(name)
                if leased:
                    _see_to(leased, name, heart, read, settings)
                    continue
            except ledger.LedgerAway as error:
                # A document in hand comes back when its lease ends; the models stay loaded meanwhile.
                log.warning("ledger_away", error=type(error).__name__)
                ledger.reconnect()
            time.sleep(settings.poll_seconds)
    except INTERRUPTS:
        no_more()
        if leased:
            # Refused where its result is recorded already: then there is nothing to give back.
            with contextlib.suppress(ledger.Refused):
                ledger.release(leased.document_id, name)
        ledger.gone(name)
        log.info("stopped")


def _see_to(leased: ledger.Leased, name: str, heart: Heart, read: Read, settings: Settings) -> None:
    with heart.beating(leased.document_id):
        outcome = run_document(leased.document_id, leased.attempt, name, lambda: process(leased, name, read, settings))
    log.info("done", document=leased.document_id, attempt=leased.attempt, outcome=outcome.code)


def process(leased: ledger.Leased, worker: str, read: Read, settings: Settings) -> Outcome:
    """Read one leased document and record the result; return how it ended."""
    try:
        return _read_and_record(leased, worker, read, settings)
    except ledger.Refused as refusal:
        # Somebody else has the document by now: what was read here is theirs to read again.
        return Outcome(refusal.code, good=False)
    except ledger.LedgerAway:
        raise
    except Exception as error:  # noqa: BLE001 - an edge: whatever a document does to a library, the next one is read
        log.error("crashed", document=leased.document_id, error=type(error).__name__, place=logs.place(error))
        return _failed(leased, worker, "crashed")


def _read_and_record(leased: ledger.Leased, worker: str, read: Read, settings: Settings) -> Outcome:
    if leased.size > settings.max_bytes:
        return _failed(leased, worker, "too_large")
    try:
        laid = ledger.laid_out(leased.document_id)
        if laid:
            reading = _as_laid_out(laid, settings)
        else:
            reading = read(ledger.document_bytes(leased.document_id), leased.name, settings.limits)
    except Unreadable as reason:
        return _failed(leased, worker, reason.code)
    if reading.referral.error:
        return _failed(leased, worker, reading.referral.error.code)
    parted = replies.parted(reading.referral, reading.pages, settings)
    _recorded(
        lambda: ledger.record_reading(
            leased.document_id, worker, parted.referral, reading.pages, dict(reading.seconds), parted.replies
        ),
        settings,
    )
    return Outcome("read")


def _as_laid_out(laid: tuple[Document, Layout], settings: Settings) -> Reading:
    # Here, because a worker that is given another reader loads no models.
    from pipeline import read_laid_out

    return read_laid_out(*laid, settings.limits)


def _recorded(record: Callable[[], object], settings: Settings) -> None:
    """Record what cost minutes to read; a ledger that is away is asked again for as long as the lease may last."""
    deadline = time.monotonic() + settings.lease_seconds
    while True:
        try:
            record()
            return
        except (ledger.LedgerAway, OSError) as error:
            if time.monotonic() > deadline:
                raise
            log.warning("not_recorded", error=type(error).__name__)
        ledger.reconnect()
        time.sleep(settings.poll_seconds)


def _failed(leased: ledger.Leased, worker: str, code: str) -> Outcome:
    ledger.record_failure(leased.document_id, worker, code)
    return Outcome(code, good=False)


def main(name: str) -> None:
    """Be the worker `name`."""
    from pipeline import read_referral, warm

    logs.configure(name)
    work(name, read_referral, settings(), warm)


if __name__ == "__main__":
    main(sys.argv[1])
