"""A document's pages laid out by a person: the wish, what a worker reads for it, and what becomes of its cases."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from django.db import transaction
from django.utils import timezone

from documents.page import Document as Read
from documents.page import Page
from orders.case import may
from orders.contract import order_from_json
from orders.layout import TURNS, Layout, layout_from_json, layout_json
from orders.order import Order, PageType, Value
from orders.vocabulary import PAGE_TYPES
from store import again, audit
from store.again import sheet_of
from store.bytes import document_store
from store.cases import move, open_case, write
from store.checks import checked
from store.entries import placed
from store.models import Case, Document, PageRecord
from store.pages import page_from_json
from store.refusal import Refused

# Cases whose pages may go to another order; what was handed on or set aside as a duplicate stays as it is.
OPEN = ("review", "clarification", "ready", "not_an_order")


def lay_out(document_id: str, layout: Layout, actor: str) -> None:
    """Have a read document read again with its pages as laid out.

    Raises Refused for a document that is not read, a layout that does not name
    each page once or holds no order, while somebody else has one of its orders
    open, and where one was handed on already.
    """
    with transaction.atomic():
        document = Document.objects.select_for_update(no_key=True).filter(sha256=document_id).first()
        if document is None:
            raise Refused("unknown", document_id)
        if document.state != "read":
            raise Refused("being_read", document_id)
        numbers = list(document.page_records.order_by("number").values_list("number", flat=True))
        if [page.number for page in layout.pages] != numbers or not layout.groups():
            raise Refused("layout", document_id)
        if any(page.type not in PAGE_TYPES or page.turn not in TURNS or page.lane < 0 for page in layout.pages):
            raise Refused("layout", document_id)
        for case in document.cases.all():
            if case.state == "delivered" or case.blind or case.purged:
                raise Refused("not_laid_out", case.id)
            if case.claimed_by not in ("", actor) and case.claimed_until and case.claimed_until > timezone.now():
                raise Refused("claimed", case.claimed_by)
        document.layout = layout_json(replace(layout, actor=actor))
        document.state, document.attempts = "received", 0
        document.save(update_fields=["layout", "state", "attempts"])
        groups = " | ".join(" ".join(map(str, group)) for group in layout.groups())
        turned = " ".join(str(page.number) for page in layout.pages if page.turn)
        detail = {"orders": groups, "turned": turned}
        audit.record(actor, "document_laid_out", document=document_id, detail=detail)


def laid_out(document_id: str) -> tuple[Read, Layout] | None:
    """Return the document as it was read, with its pages' pictures, and how to read it; None where nobody laid it out.

    Raises KeyError when a page's bytes are lost.
    """
    document = Document.objects.filter(sha256=document_id).first()
    layout = layout_from_json(document.layout) if document else None
    if document is None or layout is None:
        return None
    rows = PageRecord.objects.filter(document=document).order_by("number")
    pages = tuple(
        page_from_json(document_store().get(row.words_sha256), document_store().get(row.image_sha256)) for row in rows
    )
    return Read(document_id, document.name, document.media_type, pages), layout


def part_cases(
    document: Document, orders: Sequence[Order], pages: Sequence[Page], types: Sequence[PageType], worker: str
) -> list[str]:
    """Give each order of a document that was laid out its case; return their ids, in the orders' order.

    An order goes on as the case with which it shares most pages, with all that
    people entered there, and what they entered elsewhere from its pages; a case
    that is left without an order is closed. The caller holds the transaction.
    """
    cases = list(Case.objects.select_for_update(no_key=True).filter(document=document, state__in=OPEN))
    was = {case.id: order_from_json(case.order) for case in cases}
    ordinal = max(document.cases.values_list("ordinal", flat=True), default=0)
    actor = layout_from_json(document.layout).actor
    taken: set[str] = set()
    found = []
    for order in orders:
        near = sorted(cases, key=lambda case: (-len(set(was[case.id].pages) & set(order.pages)), case.ordinal))
        near = [case for case in near if set(was[case.id].pages) & set(order.pages)]
        own = next((case for case in near if case.id not in taken), None)
        for case in near:
            order = _with_entries(order, was[case.id], own=case is own)
        if own is None:
            ordinal += 1
            sheet = sheet_of(order, pages, types, len(orders) == 1)
            found.append(open_case(document, ordinal, order, worker, sheet))
            continue
        taken.add(own.id)
        _go_on(own, checked(replace(order, id=own.id)), actor)
        found.append(own.id)
    for case in cases:
        if case.id not in taken and may(case.state, "closed"):
            move(case, "closed", actor, "its pages belong to other orders of the document")
    return found


def _go_on(case: Case, order: Order, actor: str) -> None:
    write(case, order)
    if case.state == "review":
        case.version += 1
        case.save()
        detail = {"pages": " ".join(map(str, order.pages))}
        audit.record(actor, "case_read_again", document=case.document_id, case=case.id, detail=detail)
    else:
        move(case, "review", actor, "its pages were laid out anew")
    again.keep_keys(case, order)


def _with_entries(order: Order, was: Order, own: bool) -> Order:
    """Return `order` with what people entered or accepted in `was`, where the order has nothing of theirs.

    Of a case that is not its `own`, only what stands on the order's pages, and no entry of a list: two
    patients on one fax do not get each other's values.
    """
    for path, leaf in was.leaves():
        here = any(item.page in order.pages for item in leaf.evidence)
        if not _theirs(leaf) or not (own or (here and not any(step.isdigit() for step in path.split(".")))):
            continue
        try:
            order, standing = placed(order, path)
        except Refused:
            continue
        if not _theirs(standing):
            order = order.put(path, replace(leaf, others=standing.others))
    return order


def _theirs(leaf: Value) -> bool:
    return leaf.confidence >= 1.0 and leaf.reason.startswith(("entered by", "accepted by"))
