"""A whole document as somebody outside the desk is shown it, and the note that they were."""

from __future__ import annotations

from dataclasses import dataclass

from django.db import transaction

from documents.faults import MESSAGES
from orders.contract import order_from_json
from orders.order import Failure, PageType, Referral
from store import audit
from store.models import Document
from store.refusal import Refused


@dataclass(frozen=True, slots=True)
class DocumentView:
    """A document's state, and what was read of it so far: nothing before it is read, `error` where it failed."""

    state: str
    referral: Referral


def view_document(document_id: str, actor: str) -> DocumentView:
    """Return the document with its orders as they stand, and note that `actor` saw it; raises Refused for none."""
    with transaction.atomic():
        found = Document.objects.filter(sha256=document_id).first()
        if found is None:
            raise Refused("unknown", document_id)
        audit.record(actor, "document_viewed", document=document_id)
    pages = found.page_records.order_by("number")
    cases = found.cases.exclude(state="not_an_order").order_by("ordinal") if found.orders else ()
    referral = Referral(
        found.name,
        found.sha256,
        tuple(PageType(page.number, page.type, page.type_confidence) for page in pages),
        tuple(order_from_json(case.order) for case in cases),
        tuple(Failure(notice["code"], notice["message"]) for notice in found.notices),
        Failure(found.failure, MESSAGES[found.failure]) if found.state == "failed" else None,
    )
    return DocumentView(found.state, referral)
