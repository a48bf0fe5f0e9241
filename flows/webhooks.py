"""Telling webhooks: what is due is sent, an address that does not answer waits and holds up no other."""

from __future__ import annotations

import time

import structlog

from gateways.webhook import call
from store import ledger

log = structlog.get_logger()


def call_webhooks() -> int:
    """Send what is due, once each; return how many were taken."""
    taken, away = 0, set()
    for due in ledger.due_calls():
        if due.webhook in away:
            continue
        answer = call(due.url, due.secret, due.message, int(time.time()), due.body)
        state = ledger.call_ended(due.id, answer.taken, answer.said)
        taken += answer.taken
        if not answer.taken:
            away.add(due.webhook)
            log.warning("webhook", webhook=due.webhook, message=due.message, answer=answer.said, state=state)
    return taken
