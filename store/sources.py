"""The ledger of sources: what each showed, what became of it, and how the source fares.

That a thing was taken is written in the transaction that notes its document,
so after a crash at any point it is known, and only the putting away is left.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import BinaryIO

from django.db import transaction
from django.db.models import Count
from django.utils import timezone

from config import settings
from store import audit
from store.bytes import document_store
from store.intake import Receipt, note_received
from store.models import SourceItem, SourceState
from store.refusal import Refused
from store.runs import processes
from store.sites import DEFAULT, site_called
from store.text import storable

LONGEST_PAUSE = 600.0
# Seconds between two notes that a source answers where nothing else has changed.
QUIET_SECONDS = 30.0
CHUNK = 5_000


@dataclass(frozen=True, slots=True)
class Known:
    """What the ledger knows of an offer: its `state` is empty where it is new, `document_id` where it was not taken."""

    state: str
    document_id: str
    waits: bool


@dataclass(frozen=True, slots=True)
class SourceHealth:
    """How a source fares: `failure` is empty while it answers, `failing` and `aside` count its items."""

    name: str
    kind: str
    answered_at: datetime | None
    taken_at: datetime | None
    failure: str
    failures: int
    not_before: datetime | None
    failing: int
    aside: int


@dataclass(frozen=True, slots=True)
class SetAside:
    """An item of a source that is tried no more, and why."""

    id: int
    source: str
    key: str
    failure: str
    attempts: int
    at: datetime


NEW = Known("", "", False)


def take_turn(source: str, kind: str, holder: str) -> bool:
    """Whether `holder` may look at the source now: no living process does, and it is not left alone after a failure."""
    row, _ = SourceState.objects.get_or_create(name=source, defaults={"kind": kind})
    if row.not_before and row.not_before > timezone.now():
        return False
    if row.holder == holder:
        return True
    if row.holder in [each.name for each in processes()]:
        return False
    return bool(SourceState.objects.filter(name=source, holder=row.holder).update(holder=holder, kind=kind))


def end_turns(holder: str) -> None:
    """Let others look at the sources that `holder` looked at."""
    SourceState.objects.filter(holder=holder).update(holder="")


def known(source: str, marks: Sequence[str]) -> dict[str, Known]:
    """Return what is known of the items with these marks; those never seen are not in it."""
    now, found = timezone.now(), {}
    for start in range(0, len(marks), CHUNK):
        rows = SourceItem.objects.filter(source=source, mark__in=marks[start : start + CHUNK])
        for row in rows.only("mark", "state", "document_id", "not_before"):
            waits = row.not_before is not None and row.not_before > now
            found[row.mark] = Known(row.state, row.document_id or "", waits)
    return found


def mark_of(key: str, stamp: str) -> str:
    """Return what an item with this key is known by as long as its stamp stays the same."""
    return hashlib.sha256(f"{key}\0{stamp}".encode("utf-8", "surrogatepass")).hexdigest()


def take(
    source: str, mark: str, key: str, name: str, data: BinaryIO, site: str = DEFAULT, urgent: bool = False
) -> Receipt:
    """Keep the bytes and note, in one transaction, the document and that the source's item was taken.

    When it returns all of it is durable and the source may be touched. Raises
    OSError when the document store refuses, Refused for a site that is not there.
    """
    site_called(site)
    sha256, size = document_store().put(data)
    now = timezone.now()
    with transaction.atomic():
        receipt = note_received(sha256, size, name, source, key, now, site, urgent)
        SourceItem.objects.update_or_create(
            source=source,
            mark=mark,
            defaults={
                "key": storable(key),
                "state": "taken",
                "document_id": sha256,
                "failure": "",
                "not_before": None,
                "at": now,
            },
        )
        SourceState.objects.filter(name=source).update(taken_at=now)
    return receipt


def put_away(source: str, mark: str) -> None:
    """Note that the source has put the item away."""
    SourceItem.objects.filter(source=source, mark=mark, state="taken").update(state="done", at=timezone.now())


def item_failed(source: str, mark: str, key: str, code: str, for_good: bool = False) -> str:
    """Note that the item could not be taken; return its state: `failing`, or `aside` after the last attempt."""
    now = timezone.now()
    with transaction.atomic():
        row, _ = SourceItem.objects.select_for_update().get_or_create(
            source=source, mark=mark, defaults={"key": storable(key), "state": "failing", "at": now}
        )
        row.attempts += 1
        row.failure, row.at = code, now
        row.not_before = now + timedelta(seconds=_pause(row.attempts))
        if for_good or row.attempts >= settings().source_attempts:
            row.state = "aside"
            detail = {"item": row.pk, "code": code, "attempts": row.attempts}
            audit.record(source, "source_item_aside", detail=detail)
        row.save()
    return row.state


def item_again(item_id: int, actor: str) -> None:
    """Let an item that was set aside be tried again; raises Refused where there is none."""
    with transaction.atomic():
        row = SourceItem.objects.select_for_update().filter(id=item_id, state="aside").first()
        if row is None:
            raise Refused("unknown", str(item_id))
        row.state, row.attempts, row.not_before = "failing", 0, None
        row.save()
        audit.record(actor, "source_item_again", detail={"item": row.pk})


def source_answered(source: str) -> None:
    """Note that the source answers."""
    now = timezone.now()
    row = SourceState.objects.filter(name=source)
    recently = now - timedelta(seconds=QUIET_SECONDS)
    if not row.filter(failure="", answered_at__gte=recently).exists():
        row.update(answered_at=now, failure="", failures=0, not_before=None)


def source_failed(source: str, code: str) -> float:
    """Note that the source cannot be had; return for how many seconds it is left alone, twice as long each time."""
    now = timezone.now()
    with transaction.atomic():
        row = SourceState.objects.select_for_update().get(name=source)
        row.failures += 1
        row.failure = code
        pause = _pause(row.failures)
        row.not_before = now + timedelta(seconds=pause)
        row.save()
    return pause


def sources() -> list[SourceHealth]:
    """Return how each source fares, by name."""
    counted: dict[str, dict[str, int]] = {}
    for row in (
        SourceItem.objects.filter(state__in=("failing", "aside")).values("source", "state").annotate(n=Count("*"))
    ):
        counted.setdefault(row["source"], {})[row["state"]] = row["n"]
    return [
        SourceHealth(
            row.name, row.kind, row.answered_at, row.taken_at, row.failure, row.failures, row.not_before,
            counted.get(row.name, {}).get("failing", 0), counted.get(row.name, {}).get("aside", 0),
        )
        for row in SourceState.objects.order_by("name")
    ]  # fmt: skip


def set_aside(limit: int = 100) -> list[SetAside]:
    """Return the items that were set aside, the newest first."""
    rows: Iterable[SourceItem] = SourceItem.objects.filter(state="aside").order_by("-at")[:limit]
    return [SetAside(row.pk, row.source, row.key, row.failure, row.attempts, row.at) for row in rows]


def _pause(times: int) -> float:
    return min(LONGEST_PAUSE, settings().source_seconds * 2 ** min(times - 1, 10))
