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

    `ending` is `read`, `failed` (then `code` says why), or `crashed`.
    """

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


def run_started(document_id: str, attempt: int, run_id: str) -> None:
    """Note that the orchestrator follows this attempt under `run_id`."""
    Run.objects.create(document_id=document_id, attempt=attempt, run_id=run_id)


def run_ended(*run_ids: str) -> None:
    """Note that the orchestrator has heard the end of the runs."""
    Run.objects.filter(run_id__in=run_ids).update(ended=True)


def run_reported(document_id: str, run_id: str) -> None:
    """Note that the orchestrator was told of a finished document afterwards, as run `run_id`."""
    attempt = Document.objects.values_list("attempts", flat=True).get(sha256=document_id)
    Run.objects.create(document_id=document_id, attempt=attempt, run_id=run_id, ended=True)


def unreported(limit: int = 100) -> list[Unreported]:
    """Return the ended attempts that the orchestrator has not heard of, at most `limit`."""
    open_runs = Run.objects.filter(ended=False).exclude(
        Q(document__state="reading") & Q(attempt=F("document__attempts"))
    )
    found = [_unheard(run) for run in open_runs.select_related("document").order_by("id")[:limit]]
    unknown = Document.objects.filter(state__in=("read", "failed"), runs=None).order_by("received_at")
    found += [
        Unreported(document.sha256, "", document.state, document.failure) for document in unknown[: limit - len(found)]
    ]
    return found


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
        return Unreported(document.sha256, run.run_id, document.state, document.failure)
    return Unreported(document.sha256, run.run_id, "crashed", "crashed")
