"""Retention: destroying documents whose time is over, holding back those that must stay, and a patient's record.

What a purge leaves is the row of the document, its orders' ids and states, what
is counted of them, that and when a referrer was asked and answered, and the
audit trail with a certificate of what was destroyed when. The trail itself is
never changed; it keeps what its lines said, file names among it.
"""

from __future__ import annotations

import json
from datetime import timedelta
from pathlib import Path

from django.contrib.sessions.models import Session
from django.db import transaction
from django.db.models import Q, QuerySet
from django.utils import timezone

from orders.contract import order_from_json, order_json
from orders.order import Order
from orders.request_states import OPEN
from store import audit
from store.bytes import document_store
from store.cases import write
from store.models import (
    AgainKey,
    Arrival,
    BlindCheck,
    Case,
    Document,
    Event,
    Message,
    OutboxItem,
    PageRecord,
    PortalCode,
    Relation,
    Reply,
    Request,
    RequestCase,
    Sighting,
    SourceItem,
)
from store.refusal import Refused
from store.replies import WAITING

# States in which nothing is left to do about an order.
OVER = ("delivered", "closed", "duplicate", "not_an_order")
# States of a message to a referrer in which its bytes are needed yet.
_GOING_OUT = ("waiting", "sending", "uncertain")


def hold(document_id: str, held: bool, reason: str, actor: str) -> None:
    """Hold a document back from purging, or end that; raises Refused for no such document."""
    with transaction.atomic():
        document = Document.objects.select_for_update(no_key=True).filter(sha256=document_id).first()
        if document is None:
            raise Refused("unknown", document_id)
        document.held = held
        document.save(update_fields=["held"])
        verb = "hold_begun" if held else "hold_ended"
        audit.record(actor, verb, document=document_id, detail={"reason": reason})


def purgeable(keep_days: int) -> list[str]:
    """Return the documents older than `keep_days` that are done with and not held, the oldest first.

    A document is not done with while its referrer is being asked, or an answer waits for a person.
    """
    before = timezone.now() - timedelta(days=keep_days)
    over = Document.objects.filter(received_at__lt=before, held=False, purged_at__isnull=True)
    over = over.filter(state__in=("read", "failed")).exclude(cases__in=Case.objects.exclude(state__in=OVER))
    waits = OutboxItem.objects.exclude(state="sent").values("case__document")
    for busy in (waits, *_asked_about()):
        over = over.exclude(sha256__in=busy)
    return list(over.order_by("received_at").values_list("sha256", flat=True))


def purge(document_id: str, actor: str) -> bool:
    """Destroy the document's bytes, pages, names and values; return whether it was done (not where it is held by now).

    The last step before the commit is the removal of the bytes: should that be
    interrupted, nothing is noted and the next purge does it again.
    """
    with transaction.atomic():
        # Requests first, as where an answer is taken: no answer comes in between.
        about = RequestCase.objects.filter(case__document=document_id).values("request")
        requests = list(Request.objects.select_for_update(no_key=True).filter(id__in=about).order_by("id"))
        document = Document.objects.select_for_update(no_key=True).get(sha256=document_id)
        cases = list(Case.objects.select_for_update(no_key=True).filter(document=document))
        if document.held or document.purged_at or any(case.state not in OVER for case in cases):
            return False
        asked, answers = _asked_about()
        if asked.filter(case__document=document).exists() or answers.filter(document=document).exists():
            return False
        doomed = _only_here(document, requests)
        _empty(document, cases)
        _empty_requests(document, requests)
        detail = {"files": len(doomed), "orders": len(cases), "received": document.received_at.date().isoformat()}
        audit.record(actor, "document_purged", document=document_id, detail={**detail, "how": "deleted"})
        for sha256 in doomed:
            document_store().remove(sha256)
    return True


def export_record(family: str, birth_date: str, to: Path, actor: str) -> int:
    """Write what is kept of a patient to the new folder `to`; return the number of orders.

    For each order `<id>.json` with its history, for each document its bytes as
    received. Raises FileExistsError, or OSError when the disk refuses.
    """
    to.mkdir(mode=0o700, parents=True)
    found = Case.objects.filter(family__iexact=family.strip(), birth_date=birth_date.strip(), purged=False)
    cases = list(found.order_by("received_at"))
    for case in cases:
        events = Event.objects.filter(Q(case=case.id) | Q(document=case.document_id)).order_by("sequence")
        said = order_json(order_from_json(case.order))
        history = [[each.at.isoformat(), each.actor, each.verb, each.detail] for each in events]
        data = {"document": case.document_id, "state": case.state, **said, "history": history}
        (to / f"{case.id}.json").write_text(json.dumps(data, indent=1, ensure_ascii=False), "utf-8")
        suffix = Path(case.document.name).suffix
        (to / f"{case.document_id}{suffix}").write_bytes(document_store().get(case.document_id))
        with transaction.atomic():
            audit.record(actor, "case_exported", document=case.document_id, case=case.id)
    return len(cases)


def _asked_about() -> tuple[QuerySet[RequestCase], QuerySet[Reply]]:
    """The documents whose orders are being asked about, and those on which an answer lies that waits for a person."""
    asked = Q(request__state__in=OPEN) | Q(request__messages__state__in=_GOING_OUT)
    about = RequestCase.objects.filter(asked | Q(request__replies__state__in=WAITING))
    answers = Reply.objects.filter(document__isnull=False, state__in=WAITING)
    return about.values("case__document"), answers.values("document")


def _only_here(document: Document, requests: list[Request]) -> set[str]:
    """The hashes of the bytes that nothing but this document, and what was sent about it, names."""
    pages = PageRecord.objects.filter(document=document).values_list("image_sha256", "words_sha256")
    sent = OutboxItem.objects.filter(case__document=document).values_list("sha256", flat=True)
    letters = Message.objects.filter(request__in=requests).exclude(sha256="").values_list("sha256", flat=True)
    own = {document.sha256, *sent, *letters, *(sha256 for both in pages for sha256 in both)}
    others = PageRecord.objects.exclude(document=document).filter(Q(image_sha256__in=own) | Q(words_sha256__in=own))
    kept = {sha256 for both in others.values_list("image_sha256", "words_sha256") for sha256 in both}
    for elsewhere in (
        OutboxItem.objects.exclude(case__document=document),
        Message.objects.exclude(request__in=requests),
        Document.objects.exclude(pk=document.pk),
    ):
        kept |= set(elsewhere.filter(sha256__in=own).values_list("sha256", flat=True))
    return own - kept


def _empty(document: Document, cases: list[Case]) -> None:
    PageRecord.objects.filter(document=document).delete()
    AgainKey.objects.filter(case__document=document).delete()
    Relation.objects.filter(Q(later__document=document) | Q(earlier__document=document)).update(reasons=[])
    BlindCheck.objects.filter(case__document=document).update(entered={})
    Arrival.objects.filter(case__document=document).update(name="", practice="")
    Sighting.objects.filter(document=document).update(key="")
    SourceItem.objects.filter(document=document).update(key="")
    for case in cases:
        write(case, Order(id=case.id, pages=order_from_json(case.order).pages, route=case.route))
        case.sheet, case.purged = "", True
        case.save()
    # What people searched for lies in their sessions, which end by themselves and stay.
    Session.objects.filter(expire_date__lt=timezone.now()).delete()
    document.name, document.notices, document.purged_at = "", [], timezone.now()
    document.save()


def _empty_requests(document: Document, requests: list[Request]) -> None:
    """Empty what was asked and answered about it; a letter about several orders goes with the first of them."""
    Message.objects.filter(request__in=requests).update(address="", sha256="")
    Reply.objects.filter(Q(request__in=requests) | Q(document=document)).update(answers=[], signer="", address="")
    PortalCode.objects.filter(request__in=requests).delete()
    Request.objects.filter(id__in=[each.id for each in requests]).update(
        fax="", email="", practice="", reason="", sheet={}
    )
