"""Who sees a case through, and when: assigning, putting off, and the note of a call."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction
from django.utils import timezone

from store import audit
from store.models import Case
from store.refusal import Refused

NOTE_MOST = 500


def assign(case_id: str, to: str, actor: str) -> None:
    """Assign the case to the user `to`, or to nobody with an empty name; raises Refused for no such case."""
    with transaction.atomic():
        found = _found(case_id)
        found.assigned = to
        found.save(update_fields=["assigned"])
        audit.record(actor, "case_assigned", document=found.document_id, case=case_id, detail={"to": to})


def snooze(case_id: str, until: datetime | None, actor: str) -> None:
    """Leave the case out of its queue until then, or take that back with None; who put it off lets it go.

    Raises Refused for no such case, and for a moment that has passed.
    """
    with transaction.atomic():
        found = _found(case_id)
        if until is not None and until <= timezone.now():
            raise Refused("past", case_id)
        found.snoozed_until = until
        if until is not None and found.claimed_by == actor:
            found.claimed_by, found.claimed_until = "", None
        found.save(update_fields=["snoozed_until", "claimed_by", "claimed_until"])
        said = until.isoformat() if until else ""
        audit.record(actor, "case_snoozed", document=found.document_id, case=case_id, detail={"until": said})


def note_call(case_id: str, note: str, actor: str) -> None:
    """Keep what a call about the case brought, in its history; raises Refused for an empty note."""
    text = " ".join(note.split())[:NOTE_MOST]
    if not text:
        raise Refused("no_note", case_id)
    with transaction.atomic():
        found = _found(case_id)
        audit.record(actor, "case_called", document=found.document_id, case=case_id, detail={"note": text})


def _found(case_id: str) -> Case:
    found = Case.objects.select_for_update().filter(id=case_id).first()
    if found is None:
        raise Refused("unknown", case_id)
    return found
