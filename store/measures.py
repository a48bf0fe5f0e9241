"""What is measured of an installation: numbers and the names of states, sources and faults; nothing of a patient."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta

from django.db import DatabaseError
from django.db.models import Count, Min, Sum
from django.utils import timezone

from config import settings
from store.bytes import document_store
from store.intake import LEASES_LOST
from store.models import Document, OutboxItem, Tally
from store.queues import Counts, counts
from store.runs import processes
from store.sources import SourceHealth, sources

# Seconds over which the speed of reading is taken.
LATELY = 3600.0
# What no bytes have: asking for it costs the document store least.
NOTHING = "0" * 64


@dataclass(frozen=True, slots=True)
class Measures:
    """The figures of one look; times are in seconds, `seconds_a_page` None where nothing was read lately."""

    counts: Counts
    failures: dict[str, int]
    processes: dict[str, int]
    sources: tuple[SourceHealth, ...]
    outbox_wait: float
    leases_lost: int
    seconds_a_page: float | None


def measures() -> Measures:
    """Return the figures as they are now."""
    now = timezone.now()
    oldest = OutboxItem.objects.filter(state="waiting").aggregate(at=Min("made_at"))["at"]
    failed = Document.objects.filter(state="failed")
    lost = Tally.objects.filter(name=LEASES_LOST).values_list("value", flat=True).first()
    return Measures(
        counts(),
        {row["failure"]: row["n"] for row in failed.values("failure").annotate(n=Count("*")).order_by()},
        dict(Counter(row.kind for row in processes())),
        tuple(sources()),
        (now - oldest).total_seconds() if oldest else 0.0,
        lost or 0,
        _speed(),
    )


def ready() -> dict[str, bool]:
    """Say of the ledger and the document store whether they answer; raises nothing."""
    return {"ledger": _answers(lambda: Document.objects.exists()), "documents": _answers(_store_answers)}


def _speed() -> float | None:
    since = timezone.now() - timedelta(seconds=LATELY)
    rows = Document.objects.filter(received_at__gte=since, state="read").only("timings", "pages")
    pages = rows.aggregate(pages=Sum("pages"))["pages"]
    return sum(sum(row.timings.values()) for row in rows) / pages if pages else None


def _store_answers() -> None:
    if not settings().documents_s3:
        # A folder that is not there, as a share that is not mounted, would answer "nothing here" to anything.
        next(settings().documents_folder.iterdir(), None)
    document_store().has(NOTHING)


def _answers(ask: Callable[[], object]) -> bool:
    try:
        ask()
    except (DatabaseError, OSError):
        return False
    return True
