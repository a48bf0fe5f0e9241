"""The audit trail: every change, view and hand-over, as a chain that shows a changed or missing line."""

from __future__ import annotations

import hashlib
import json
import secrets
from collections.abc import Iterator
from datetime import UTC, datetime

from django.db import transaction
from django.utils import timezone

from store.models import AuditHead, Call, Document, Event, Webhook
from store.text import storable

START = "0" * 64

# What programs outside may be told of: the verb here, and their name of it.
EVENTS = {
    "received": "document.received",
    "document_read": "document.read",
    "document_failed": "document.failed",
    "case_opened": "order.opened",
    "case_corrected": "order.changed",
    "case_moved": "order.moved",
}

Detail = dict[str, str | int | float | bool | None]


def record(
    actor: str,
    verb: str,
    *,
    document: str = "",
    case: str = "",
    detail: Detail | None = None,
    at: datetime | None = None,
) -> None:
    """Append one line. Must run inside the transaction of the change that it tells of; raises otherwise."""
    if not transaction.get_connection().in_atomic_block:
        raise RuntimeError("an audit event is written in the transaction of its change")
    # The lock on the head queues writers, so the sequence has no gaps on a database with row locks either.
    AuditHead.objects.get_or_create(id=1, defaults={"sequence": 0, "hash": START})
    head = AuditHead.objects.select_for_update().get(id=1)
    event = Event(
        sequence=head.sequence + 1,
        at=at or timezone.now(),
        actor=actor,
        verb=verb,
        document=document,
        case=case,
        detail=storable(detail or {}),
        previous=head.hash,
    )
    event.hash = digest(event)
    event.save()
    AuditHead.objects.filter(id=1).update(sequence=event.sequence, hash=event.hash)
    if verb in EVENTS:
        _tell_webhooks(event)


def _tell_webhooks(event: Event) -> None:
    """Put a call to each webhook that asks for such events into the outbox, in the transaction of the change."""
    kind = EVENTS[event.verb]
    hooks = [hook for hook in Webhook.objects.filter(active=True) if kind in hook.events]
    if any(hook.site_id for hook in hooks):
        site = Document.everywhere.filter(sha256=event.document).values_list("site", flat=True).first()
        hooks = [hook for hook in hooks if hook.site_id in (None, site)]
    data = {"document": event.document, "order": event.case or None, "state": event.detail.get("to")}
    body = json.dumps({"type": kind, "timestamp": event.at.astimezone(UTC).isoformat(), "data": data})
    Call.objects.bulk_create(
        Call(
            webhook=hook,
            message=f"msg_{secrets.token_hex(12)}",
            body=body,
            state="waiting",
            made_at=event.at,
            next_at=event.at,
        )
        for hook in hooks
    )


def digest(event: Event) -> str:
    """Return the SHA-256 over everything the line says and over the line before it."""
    said = [
        event.sequence,
        event.at.astimezone(UTC).isoformat(),
        event.actor,
        event.verb,
        event.document,
        event.case,
        event.detail,
        event.previous,
    ]
    return hashlib.sha256(json.dumps(said, sort_keys=True, ensure_ascii=True).encode()).hexdigest()


def breaks() -> Iterator[str]:
    """Yield what is wrong with the chain: a changed line, a missing one, an end cut off."""
    previous, expected = START, 1
    for event in Event.objects.order_by("sequence").iterator():
        if event.sequence != expected:
            yield f"audit: line {expected} is missing"
        elif event.previous != previous or event.hash != digest(event):
            yield f"audit: line {event.sequence} was changed"
        previous, expected = event.hash, event.sequence + 1
    head = AuditHead.objects.filter(id=1).first()
    if head and (head.sequence != expected - 1 or head.hash != previous):
        yield f"audit: the trail ends at line {expected - 1}, its head says {head.sequence}"
    if not head and expected > 1:
        yield "audit: the head of the trail is missing"
