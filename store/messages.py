"""The outbox of requests: each message is handed over once, or a person is told that it is not known.

A message is `sending` in a commit of its own before anything leaves, and `sent`
in one after. Whatever dies between the two leaves it `sending`; that is never
tried again by itself, but becomes `uncertain` and is shown to a person.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final

from django.db import transaction
from django.utils import timezone

from store import audit
from store.bytes import document_store
from store.models import Message, Request
from store.refusal import Refused
from store.requests import in_sight_only, locked, moved

# A hand-over that takes longer than this is taken for dead; in seconds. The channels' own timeouts are far shorter.
HANDING_OVER: Final = 300.0
# What a receipt says that makes another try worth while; anything else that failed is final for this address.
PASSING: Final = frozenset({"busy", "no_answer", "line", "refused_for_now", "away"})
_ENDINGS: Final = {"fax": "pdf", "email": "pdf", "portal": "txt", "phone": "txt"}


@dataclass(frozen=True, slots=True)
class Outbound:
    """A message in hand: what goes where. `filename` is opaque and its own; `tries` counts this try."""

    id: int
    request_id: str
    kind: str
    channel: str
    address: str
    filename: str
    tries: int
    data: bytes


@dataclass(frozen=True, slots=True)
class MessageView:
    """A message as it stands."""

    id: int
    request_id: str
    kind: str
    number: int
    channel: str
    address: str
    state: str
    tries: int
    made_at: datetime
    sent_at: datetime | None
    outcome: str


def enqueue_message(
    request_id: str,
    kind: str,
    channel: str,
    address: str,
    data: bytes,
    now: datetime,
    actor: str,
    stuck_at: datetime,
    sheet: Mapping[str, Any] | None = None,
) -> int:
    """Put the letter (or `reminder`) of a request in the outbox and the request in `sending`; return the message's id.

    `sheet` is what stands where on it. One transaction: either both happened or
    neither. `stuck_at` is when a person is called if nothing becomes of it.
    """
    sha256, _ = document_store().put(data)
    with transaction.atomic():
        found = locked(request_id)
        found.channel = channel
        if sheet is not None:
            found.sheet = dict(sheet)
        if kind == "reminder":
            found.reminders += 1
        message = _waiting(found, kind, channel, address, sha256, now)
        moved(found, "sending", now, stuck_at, actor)
    return message.id


def _waiting(found: Request, kind: str, channel: str, address: str, sha256: str, now: datetime) -> Message:
    """Put a message of a request, the next of its kind, in the outbox."""
    number = Message.objects.filter(request=found, kind=kind).count() + 1
    return Message.objects.create(
        request=found,
        kind=kind,
        number=number,
        channel=channel,
        address=address,
        sha256=sha256,
        filename=f"{found.id}-{kind}-{number}.{_ENDINGS[channel]}",
        state="waiting",
        next_at=now,
        made_at=now,
    )


def enqueue_notice(request_id: str, kind: str, channel: str, address: str, data: bytes, now: datetime) -> None:
    """Put a note in the outbox that changes nothing about the request; the same note is put there once."""
    sha256, _ = document_store().put(data)
    with transaction.atomic():
        found = locked(request_id)
        _waiting(found, kind, channel, address, sha256, now)


def take_message(now: datetime) -> Outbound | None:
    """Take the message that is due longest into hand; it is `sending` once this returns. None where none is due."""
    due = Message.objects.filter(state="waiting", next_at__lte=now).order_by("next_at", "id")
    if not due.exists():
        return None
    with transaction.atomic():
        message = due.select_for_update(skip_locked=True, no_key=True).first()
        if message is None:
            return None
        message.state, message.taken_at = "sending", now
        message.tries += 1
        message.save()
    data = document_store().get(message.sha256)
    return Outbound(
        message.id,
        message.request_id,
        message.kind,
        message.channel,
        message.address,
        message.filename,
        message.tries,
        data,
    )


def message_sent(message_id: int, now: datetime, remind_at: datetime, actor: str) -> None:
    """Note that a message was handed over; its request waits for the answer until `remind_at`."""
    with transaction.atomic():
        message = _message(message_id)
        if message.state not in ("sending", "uncertain"):
            return
        message.state, message.sent_at = "sent", now
        message.save()
        _told(message, actor, "handed over")
        found = locked(message.request_id)
        if message.kind in ("letter", "reminder") and found.state in ("sending", "uncertain"):
            moved(found, "asked" if message.kind == "letter" else "reminded", now, remind_at, actor)


def message_failed(message_id: int, outcome: str, now: datetime, retry_at: datetime | None, actor: str) -> None:
    """Note that a message did not arrive, as told at once or by a receipt; without `retry_at` another way is tried."""
    with transaction.atomic():
        message = _message(message_id)
        # Of one without bytes the order was purged: it cannot go out again.
        if message.state in ("failed", "dropped", "waiting", "delivered") or not message.sha256:
            return
        message.outcome = outcome
        message.state = "waiting" if retry_at else "failed"
        message.next_at = retry_at or message.next_at
        message.save()
        _told(message, actor, outcome)
        found = locked(message.request_id)
        if message.kind not in ("letter", "reminder"):
            return
        if retry_at is None and found.state in ("sending", "asked", "reminded", "uncertain"):
            moved(found, "undeliverable", now, now, actor, outcome)


def message_named(name: str) -> MessageView | None:
    """Return the message whose file name, its ending aside, is `name`; None for none."""
    found = Message.objects.filter(filename__startswith=f"{name}.").first()
    return _shown(found) if found else None


def message_delivered(message_id: int, now: datetime, actor: str) -> None:
    """Note that the other side has the message; one that was uncertain is not any more."""
    with transaction.atomic():
        message = _message(message_id)
        if message.state not in ("sent", "uncertain", "sending"):
            return
        message.state, message.outcome = "delivered", "delivered"
        message.sent_at = message.sent_at or now
        message.save()
        _told(message, actor, "delivered")


def interrupted(now: datetime, actor: str) -> list[int]:
    """Give what was left half handed over to a person; return the messages' ids."""
    ended = Message.objects.filter(state="sending", taken_at__lt=now - timedelta(seconds=HANDING_OVER))
    found = list(ended.values_list("id", flat=True))
    for message_id in found:
        with transaction.atomic():
            message = _message(message_id)
            if message.state != "sending":
                continue
            message.state = "uncertain"
            message.save()
            _told(message, actor, "it is not known whether it went")
            request = locked(message.request_id)
            if message.kind in ("letter", "reminder") and request.state == "sending":
                moved(request, "uncertain", now, now + timedelta(days=1), actor, "it may have been sent")
    return found


def settle_message(message_id: int, went: bool, now: datetime, remind_at: datetime, actor: str) -> None:
    """Note what a person found out about an uncertain message; one that did not go is sent now."""
    if went:
        message_sent(message_id, now, remind_at, actor)
        return
    with transaction.atomic():
        message = _message(message_id)
        if message.state != "uncertain":
            raise Refused("transition", f"{message.state} to waiting")
        message.state, message.next_at = "waiting", now
        message.save()
        _told(message, actor, "it did not go")


def messages_of(request_id: str) -> list[MessageView]:
    """Return the messages of a request, the oldest first."""
    return [_shown(row) for row in Message.objects.filter(request_id=request_id).order_by("id")]


def letter_sent(request_id: str) -> bytes:
    """Return the letter of a request as it went out first; raises Refused where none did."""
    found = Message.objects.filter(request_id=request_id, kind="letter").order_by("id").first()
    if found is None:
        raise Refused("unknown", request_id)
    return document_store().get(found.sha256)


def messages_in(state: str) -> list[MessageView]:
    """Return the messages in sight in a state, the oldest first."""
    rows = Message.objects.filter(state=state, request__in=in_sight_only())
    return [_shown(row) for row in rows.order_by("id")[:200]]


def messages_wait(now: datetime | None = None) -> bool:
    """Whether a message is due or was left half handed over."""
    now = now or timezone.now()
    dead = Message.objects.filter(state="sending", taken_at__lt=now - timedelta(seconds=HANDING_OVER))
    return Message.objects.filter(state="waiting", next_at__lte=now).exists() or dead.exists()


def _message(message_id: int) -> Message:
    found = Message.objects.select_for_update(no_key=True).filter(id=message_id).first()
    if found is None:
        raise Refused("unknown", str(message_id))
    return found


def _told(message: Message, actor: str, what: str) -> None:
    detail: audit.Detail = {
        "request": message.request_id,
        "message": message.id,
        "channel": message.channel,
        "try": message.tries,
        "what": what,
    }
    for row in message.request.about.select_related("case"):
        audit.record(actor, "request_message", case=row.case_id, document=row.case.document_id, detail=detail)


def _shown(row: Message) -> MessageView:
    return MessageView(
        row.id,
        row.request_id,
        row.kind,
        row.number,
        row.channel,
        row.address,
        row.state,
        row.tries,
        row.made_at,
        row.sent_at,
        row.outcome,
    )
