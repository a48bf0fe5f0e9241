"""A process's heart: says that it is alive, prolongs its lease, and ends a worker that reads for too long."""

from __future__ import annotations

import os
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager

import structlog

from store import ledger

log = structlog.get_logger()

# Beats a lease, so that one lost to a busy database does not lose the lease.
BEATS = 4


class Heart:
    """One thread for the process's whole life, because each thread holds a connection to the database.

    `kind` is what the ledger lists the process as; after `bound_seconds` with one
    document the process ends itself, as no exception reaches a stuck library.
    """

    def __init__(self, name: str, kind: str, lease_seconds: float, bound_seconds: float) -> None:
        self._name = name
        self._kind = kind
        self._pause = lease_seconds / BEATS
        self._bound = bound_seconds
        self._document_id = ""
        self._since = 0.0
        ledger.seen(name, kind)
        threading.Thread(target=self._beat, daemon=True, name="heart").start()

    @contextmanager
    def beating(self, document_id: str) -> Iterator[None]:
        """Keep the lease of the document alive meanwhile."""
        self._since, self._document_id = time.monotonic(), document_id
        try:
            yield
        finally:
            self._document_id = ""

    def _beat(self) -> None:
        while True:
            time.sleep(self._pause)
            document_id = self._document_id
            try:
                ledger.seen(self._name, self._kind)
                if document_id and time.monotonic() - self._since > self._bound:
                    self._give_up(document_id)
                if document_id:
                    ledger.heartbeat(document_id, self._name)
            except ledger.Refused:
                # Lost, or just recorded: the recording itself finds out which.
                continue
            except Exception as error:  # noqa: BLE001 - an edge: a missed beat is made up by the next
                log.warning("heartbeat", document=document_id, error=type(error).__name__)
                ledger.reconnect()

    def _give_up(self, document_id: str) -> None:
        log.error("stuck", document=document_id)
        try:
            ledger.record_failure(document_id, self._name, "timeout")
        finally:
            os._exit(1)
