"""Webhooks: programs outside are told of what happens, each thing written with the change and sent until it is taken.

Signed after the Standard Webhooks specification. A call holds ids and states,
nothing about a patient: who is told may ask the API, which knows who asks.
"""

from __future__ import annotations

import base64
import hmac
import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from hashlib import sha256
from types import MappingProxyType
from typing import Final
from urllib.parse import urlsplit

from django.conf import settings
from django.db import transaction
from django.db.models import Count, Q
from django.utils import timezone

from store import audit
from store.audit import EVENTS
from store.models import Call, Webhook
from store.refusal import Refused
from store.scope import narrowed
from store.sites import site_given

KINDS: Final[Mapping[str, str]] = MappingProxyType({kind: verb for verb, kind in EVENTS.items()})
# Seconds until each next attempt; after the last one the call has failed: a day and a half in all.
BACK_OFF: Final = (5, 60, 300, 1800, 7200, 18000, 36000, 72000)
LOCAL: Final = frozenset({"localhost", "127.0.0.1", "::1"})


@dataclass(frozen=True, slots=True)
class WebhookRow:
    """A webhook as lists show it, with its calls counted by state."""

    id: int
    url: str
    site: str
    events: tuple[str, ...]
    active: bool
    waiting: int
    sent: int
    failed: int


@dataclass(frozen=True, slots=True)
class DueCall:
    """A call whose time has come."""

    id: int
    webhook: int
    url: str
    secret: bytes
    message: str
    body: str


def make_webhook(url: str, events: tuple[str, ...], actor: str, site: str = "") -> tuple[int, str]:
    """Add a webhook; return its id and its secret (`whsec_…`), to be shown once.

    It is told of the site with the slug `site`, of all of them where that is empty.
    Raises Refused for an address that is not https (http on this machine
    itself may be used), names a user, or is over 500 characters, for no or unknown events,
    and for what `site_given` refuses.
    """
    if not _addressable(url) or not events or not set(events) <= set(KINDS):
        raise Refused("value", "webhook")
    with transaction.atomic():
        made = Webhook.objects.create(
            url=url,
            site=site_given(site),
            events=sorted(set(events)),
            nonce=secrets.token_hex(16),
            made_by=actor,
            made_at=timezone.now(),
        )
        audit.record(actor, "webhook_made", detail={"webhook": made.id, "events": " ".join(made.events)})
    return made.id, f"whsec_{base64.b64encode(_secret(made)).decode()}"


def switch_webhook(webhook_id: int, on: bool, actor: str) -> None:
    """Have the webhook told from now on, or no more; what waits for one that is off waits. Raises Refused for none."""
    with transaction.atomic():
        found = narrowed(Webhook.objects.select_for_update()).filter(id=webhook_id).first()
        if found is None:
            raise Refused("unknown", "webhook")
        if found.active != on:
            found.active = on
            found.save()
            audit.record(actor, "webhook_switched", detail={"webhook": found.id, "on": on})


def call_again(webhook_id: int, actor: str) -> int:
    """Have the webhook's failed calls sent again, with all their attempts; return how many."""
    with transaction.atomic():
        failed = narrowed(Call.objects.filter(webhook=webhook_id, state="failed"), "webhook__site")
        count = failed.update(state="waiting", attempts=0, next_at=timezone.now())
        if count:
            audit.record(actor, "webhook_called_again", detail={"webhook": webhook_id, "count": count})
    return count


def webhooks() -> list[WebhookRow]:
    """Return the webhooks in sight with the number of their calls."""
    counts = {state: Count("calls", filter=Q(calls__state=state)) for state in ("waiting", "sent", "failed")}
    return [
        WebhookRow(
            row.id,
            row.url,
            row.site.slug if row.site else "",
            tuple(row.events),
            row.active,
            row.waiting,
            row.sent,
            row.failed,
        )
        for row in narrowed(Webhook.objects.select_related("site")).annotate(**counts).order_by("id")
    ]


def due_calls(limit: int = 20, now: datetime | None = None) -> list[DueCall]:
    """Return the calls whose time has come, the oldest first. Sending the same twice must do no harm."""
    due = Call.objects.filter(state="waiting", next_at__lte=now or timezone.now(), webhook__active=True)
    return [
        DueCall(row.id, row.webhook_id, row.webhook.url, _secret(row.webhook), row.message, row.body)
        for row in due.select_related("webhook").order_by("next_at", "id")[:limit]
    ]


def call_ended(call_id: int, taken: bool, answer: str, now: datetime | None = None) -> str:
    """Note what became of an attempt: `answer` is an HTTP status or a word; return the call's state."""
    now = now or timezone.now()
    with transaction.atomic():
        call = Call.objects.select_for_update().get(id=call_id)
        if call.state != "waiting":
            return call.state
        call.attempts += 1
        call.answer = answer[:40]
        if taken:
            call.state, call.sent_at = "sent", now
        elif call.attempts > len(BACK_OFF):
            call.state = "failed"
        else:
            call.next_at = now + timedelta(seconds=BACK_OFF[call.attempts - 1])
            # The address is away: what else it should be told waits with this, and holds up nobody else's calls.
            others = Call.objects.filter(webhook=call.webhook_id, state="waiting", next_at__lt=call.next_at)
            others.exclude(id=call.id).update(next_at=call.next_at)
        call.save()
    return call.state


def _secret(webhook: Webhook) -> bytes:
    return hmac.digest(str(settings.SECRET_KEY).encode(), f"webhook {webhook.nonce}".encode(), sha256)


def _addressable(url: str) -> bool:
    try:
        parts = urlsplit(url)
        port = parts.port
    except ValueError:
        return False
    safe = parts.scheme == "https" or (parts.scheme == "http" and parts.hostname in LOCAL)
    return bool(safe and parts.hostname and port != 0 and not parts.username and len(url) <= 500)
