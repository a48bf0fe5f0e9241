"""The ledger: the only door to the tables.

Every change writes its audit event in the same transaction; what the rules do
not allow raises `Refused`, which names why. Functions return frozen records,
never rows of the database.
"""

from __future__ import annotations

from store.books import verify
from store.cases import CaseView, accept, assign, case, claim, correct, transition, unclaim, view
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

__all__ = [
    "CaseView",
    "Counts",
    "DocumentRow",
    "Due",
    "Filters",
    "HistoryRow",
    "Leased",
    "Outgoing",
    "PageRow",
    "QueueRow",
    "Receipt",
    "Refused",
    "accept",
    "assign",
    "case",
    "claim",
    "correct",
    "counts",
    "document",
    "document_bytes",
    "documents",
    "due",
    "enqueue_outbox",
    "heartbeat",
    "history",
    "lease",
    "mark_sent",
    "page",
    "page_image",
    "page_rows",
    "queue",
    "receive",
    "record_failure",
    "record_reading",
    "release",
    "retry",
    "sweep",
    "take_outbox",
    "transition",
    "unclaim",
    "verify",
    "view",
]
