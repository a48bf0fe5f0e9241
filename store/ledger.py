"""The ledger: the only door to the tables.

Every change writes its audit event in the same transaction; what the rules do
not allow raises `Refused`, which names why. Functions return frozen records,
never rows of the database.
"""

from __future__ import annotations

from store import ready  # noqa: F401  -  first, and sorted first: the tables need Django ready
from store.books import verify
from store.cases import CaseView, accept, assign, case, claim, correct, transition, unclaim, undo, view
from store.intake import (
    Leased,
    Receipt,
    heartbeat,
    lease,
    receive,
    record_failure,
    record_reading,
    release,
    retry,
    sweep,
)
from store.outbox import Due, Outgoing, due, enqueue_outbox, mark_sent, take_outbox
from store.queues import (
    Counts,
    DocumentRow,
    Filters,
    HistoryRow,
    PageRow,
    QueueRow,
    counts,
    document,
    document_bytes,
    documents,
    history,
    page,
    page_image,
    page_rows,
    queue,
)
from store.refusal import Refused
from store.runs import (
    ProcessRow,
    Unreported,
    gone,
    processes,
    run_ended,
    run_left,
    run_missed,
    run_reported,
    run_started,
    seen,
    unreported,
)
from store.shown import DocumentView, view_document
from store.verdicts import RelationRow, Verdict, decide_again, followers, relations, replaced_by

__all__ = [
    "CaseView",
    "Counts",
    "DocumentRow",
    "DocumentView",
    "Due",
    "Filters",
    "HistoryRow",
    "Leased",
    "Outgoing",
    "PageRow",
    "ProcessRow",
    "QueueRow",
    "Receipt",
    "Refused",
    "RelationRow",
    "Unreported",
    "Verdict",
    "accept",
    "assign",
    "case",
    "claim",
    "correct",
    "counts",
    "decide_again",
    "document",
    "document_bytes",
    "documents",
    "due",
    "enqueue_outbox",
    "followers",
    "gone",
    "heartbeat",
    "history",
    "lease",
    "mark_sent",
    "page",
    "page_image",
    "page_rows",
    "processes",
    "queue",
    "receive",
    "record_failure",
    "record_reading",
    "relations",
    "release",
    "replaced_by",
    "retry",
    "run_ended",
    "run_left",
    "run_missed",
    "run_reported",
    "run_started",
    "seen",
    "sweep",
    "take_outbox",
    "transition",
    "unclaim",
    "undo",
    "unreported",
    "verify",
    "view",
    "view_document",
]
