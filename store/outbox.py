"""What goes out: each thing once for each time that its case entered the state that asks for it."""

from __future__ import annotations

from dataclasses import dataclass

from django.db import transaction
from django.db.models import F, OuterRef, Subquery
from django.db.models.functions import Coalesce
from django.utils import timezone

from orders.case import may
from store import audit
from store.bytes import document_store
from store.cases import move
from store.models import Case, OutboxItem
from store.refusal import Refused

# The state that asks for something, what it asks for, and the ending of its file's name.
KINDS = {"ready": ("order", "json")}


@dataclass(frozen=True, slots=True)
class Due:
    """A case whose state asks for something that is not made yet."""

    case_id: str
    kind: str
    version: int


@dataclass(frozen=True, slots=True)
class Outgoing:
    """Something made that waits to be laid out; `filename` is opaque."""

    item_id: int
    case_id: str
    kind: str
    filename: str
    data: bytes


def due(limit: int = 100) -> list[Due]:
    """Return the cases that a letter or an order has to be made for, the oldest first."""
    found: list[Due] = []
    for state, (kind, _) in KINDS.items():
        made = OutboxItem.objects.filter(case=OuterRef("pk"), kind=kind).order_by("-version").values("version")[:1]
        waiting = (
            Case.objects.filter(state=state)
            .annotate(made=Coalesce(Subquery(made), 0))
            .filter(made__lt=F("entered_version"))
            .order_by("received_at")
        )
        found += [
            Due(case_id, kind, version)
            for case_id, version in waiting.values_list("id", "entered_version")[: limit - len(found)]
        ]
    return found


def enqueue_outbox(due: Due, data: bytes, actor: str) -> int:
    """Keep what was made for `due` and put it in the outbox; return the item's id, the same when asked again.

    Raises Refused when the case has left the state meanwhile.
    """
    sha256, _ = document_store().put(data)
    with transaction.atomic():
        case = Case.objects.select_for_update(no_key=True).get(id=due.case_id)
        kind, ending = KINDS.get(case.state, ("", ""))
        if (kind, case.entered_version) != (due.kind, due.version):
            raise Refused("stale", f"version {case.version}")
        item, new = OutboxItem.objects.get_or_create(
            case=case,
            kind=due.kind,
            version=due.version,
            defaults={
                "sha256": sha256,
                "filename": f"{case.id}-{due.kind}-{due.version}.{ending}",
                "state": "waiting",
                "made_at": timezone.now(),
            },
        )
        if new:
            audit.record(
                actor,
                "outbox_made",
                document=case.document_id,
                case=case.id,
                detail={"kind": due.kind, "sha256": sha256},
            )
    return item.id


def take_outbox(limit: int = 100) -> list[Outgoing]:
    """Return what waits to be laid out, the oldest first. Laying the same item twice must do no harm."""
    waiting = OutboxItem.objects.filter(state="waiting").order_by("made_at", "id")[:limit]
    return [
        Outgoing(item.id, item.case_id, item.kind, item.filename, document_store().get(item.sha256)) for item in waiting
    ]


def mark_sent(item_id: int, actor: str) -> None:
    """Note that the item was laid out; an order handed on makes its case `delivered`. Marking twice changes nothing."""
    with transaction.atomic():
        item = OutboxItem.objects.select_for_update(no_key=True).get(id=item_id)
        if item.state == "sent":
            return
        item.state, item.sent_at = "sent", timezone.now()
        item.save()
        case = Case.objects.select_for_update(no_key=True).get(id=item.case_id)
        audit.record(
            actor, "outbox_sent", document=case.document_id, case=case.id, detail={"kind": item.kind, "item": item.id}
        )
        # A case that was taken back meanwhile stays where the person put it.
        if item.kind == "order" and case.entered_version == item.version and may(case.state, "delivered"):
            move(case, "delivered", actor, "handed to the outbox")
