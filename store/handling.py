"""Who sees a case through, and when: assigning, putting off, and the note of a call."""

from __future__ import annotations

from datetime import datetime

from django.contrib.auth import get_user_model
from django.db import transaction
from django.db.models import Q
from django.utils import timezone

from store import audit
from store.models import Case, Site
from store.refusal import Refused

NOTE_MOST = 500


def assign(case_id: str, to: str, actor: str) -> None:
    """Assign the case to the user `to`, or to nobody with an empty name; raises Refused for no such case."""
    with transaction.atomic():
        found = _found(case_id)
        found.assigned = to
        found.save(update_fields=["assigned"])
        audit.record(actor, "case_assigned", document=found.document_id, case=case_id, detail={"to": to})


def colleagues(case_id: str) -> list[str]:
    """Return who may work on the case, by name: active, with a role for it, and of its site where there are several."""
    users = get_user_model().objects.filter(is_active=True)
    may = Q(is_superuser=True) | Q(groups__permissions__codename="work_orders")
    users = users.filter(may)
    if Site.objects.count() > 1:
        users = users.filter(Q(is_superuser=True) | Q(memberships__site__cases=case_id))
    return list(users.order_by("username").values_list("username", flat=True).distinct())


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
