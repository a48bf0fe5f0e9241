"""What happens by the clock: looking at the inbox, following up, ending dead leases, telling Prefect what it missed.

Started as `python -m flows.schedules NAME`, one process an installation. Each
look costs next to nothing and leaves no trace; a flow run is made when there is
something to do, because a run in a process of its own costs two CPU seconds.
"""

from __future__ import annotations

import sys
import time
from collections.abc import Callable

import structlog

from config import Settings, settings
from flows import logs
from flows.environment import server_up
from flows.follow_up import FollowUp
from flows.heart import Heart
from flows.orchestrator import catch_up, run_rare
from flows.receipts import ReceiptDuty
from flows.signals import INTERRUPTS, end_on_sigterm, no_more
from flows.sources import Sources
from flows.webhooks import call_webhooks
from store import ledger

log = structlog.get_logger()


def keep(name: str, settings: Settings) -> None:
    """Look every `poll_seconds` until a signal ends the process."""
    end_on_sigterm()
    settings.inbox_folder.mkdir(parents=True, exist_ok=True)
    sources = Sources(settings, name, run_rare)
    Heart(name, "schedules", settings.lease_seconds, settings.read_seconds)
    following = FollowUp(settings)
    duties: list[tuple[str, Callable[[], None]]] = [
        ("pick_up", sources.look),
        ("sweep", _sweep),
        ("receipts", ReceiptDuty(settings).look),
        ("follow_up", lambda: _follow_up(following)),
        ("catch_up", lambda: _catch_up(settings)),
        ("webhooks", _call_webhooks),
    ]
    log.info("started")
    try:
        while True:
            for duty, act in duties:
                _attempt(duty, act)
            time.sleep(settings.poll_seconds)
    except INTERRUPTS:
        no_more()
        sources.end()
        ledger.gone(name)
        log.info("stopped")


def _attempt(duty: str, act: Callable[[], None]) -> None:
    try:
        act()
    except Exception as error:  # noqa: BLE001 - an edge: an inbox that is away must not stop the letters
        log.error(duty, error=type(error).__name__, place=logs.place(error))
        ledger.reconnect()


def _sweep() -> None:
    for document_id in ledger.sweep():
        log.warning("lease_ended", document=document_id)


def _follow_up(following: FollowUp) -> None:
    if following.wanted():
        log.info("follow_up", outcome=run_rare("follow_up", following.run).code)


def _call_webhooks() -> None:
    if taken := call_webhooks():
        log.info("webhooks", taken=taken)


def _catch_up(settings: Settings) -> None:
    if server_up(settings) and (told := catch_up()):
        log.info("caught_up", runs=told)


if __name__ == "__main__":
    logs.configure(sys.argv[1])
    keep(sys.argv[1], settings())
