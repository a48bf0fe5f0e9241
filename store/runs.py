"""What the orchestrator has heard of a document, and which processes are alive.

Bookkeeping about the machinery, not about documents: it leaves no audit event,
and losing it loses nothing but a line on the orchestrator's page.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db.models import F, Q
from django.utils import timezone

from config import settings
from store.models import Document, Process, Run


@dataclass(frozen=True, slots=True)
class Unreported:
    """An attempt whose end the orchestrator has not heard; `run_id` is empty where it knows nothing of it.

    `key` finds the note of it again, `ending` is `read`, `failed` (then `code` says why), or `crashed`.
    """

    key: int
    document_id: str
    run_id: str
    ending: str
    code: str


@dataclass(frozen=True, slots=True)
class ProcessRow:
    """A process seen alive lately; `document_id` is what a worker is reading, or empty."""

    name: str
    kind: str
    seen_at: datetime
    document_id: str


def run_started(document_id: str, attempt: int, worker: str, run_id: str) -> None:
    """Note that the orchestrator follows this attempt of `worker` under `run_id`."""
    Run.objects.create(document_id=document_id, attempt=attempt, worker=worker, run_id=run_id, state="open")


def run_missed(document_id: str, attempt: int, worker: str) -> None:
    """Note that the orchestrator was away when this attempt began."""
    Run.objects.create(document_id=document_id, attempt=attempt, worker=worker, run_id=None, state="left")


def run_left(run_id: str) -> None:
    """Note that the orchestrator was away when the run ended."""
    Run.objects.filter(run_id=run_id).update(state="left")


def run_ended(run_id: str) -> None:
    """Note that the orchestrator has heard the end of the run."""
    Run.objects.filter(run_id=run_id).update(state="ended")


def run_reported(missed: Unreported, run_id: str) -> None:
    """Note that the orchestrator was told afterwards, as run `run_id`."""
    Run.objects.filter(id=missed.key).update(state="ended", run_id=run_id)


def unreported(limit: int = 100) -> list[Unreported]:
    """Return the ended attempts that the orchestrator has not heard the end of, the oldest first.

    What a living worker has in hand is not among them: it tells the end itself.
    """
    alive = [row.name for row in processes()]
    in_hand = Q(document__state="reading", document__lease_worker=F("worker"))
    runs = Run.objects.filter(Q(state="left") | Q(state="open") & ~Q(worker__in=alive)).exclude(in_hand)
    return [_unheard(run) for run in runs.select_related("document").order_by("id")[:limit]]


def seen(name: str, kind: str) -> None:
    """Note that the process is alive now."""
    Process.objects.update_or_create(name=name, defaults={"kind": kind, "seen_at": timezone.now()})


def gone(name: str) -> None:
    """Forget a process that has ended."""
    Process.objects.filter(name=name).delete()


def processes() -> list[ProcessRow]:
    """Return the processes seen within the last `lease_seconds`."""
    since = timezone.now() - timedelta(seconds=settings().lease_seconds)
    reading = dict(Document.objects.filter(state="reading").values_list("lease_worker", "sha256"))
    return [
        ProcessRow(row.name, row.kind, row.seen_at, reading.get(row.name, ""))
        for row in Process.objects.filter(seen_at__gte=since).order_by("kind", "name")
    ]


def _unheard(run: Run) -> Unreported:
    document = run.document
    last = run.attempt == document.attempts
    if last and document.state in ("read", "failed") and document.failure != "crashed":
        ending, code = document.state, document.failure
    else:
        ending, code = "crashed", "crashed"
    return Unreported(run.id, document.sha256, run.run_id or "", ending, code)
