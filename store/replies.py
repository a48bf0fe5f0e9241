"""Answers of referrers: put into their orders with what they rest on, and the checks run again."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass, replace
from datetime import datetime, timedelta
from typing import Any, Final

from django.db import transaction
from django.db.models import Exists, OuterRef, Q

from orders.answer import Answer, ReplyRead
from orders.case import may
from orders.contract import order_from_json
from orders.order import Finding, Order, Value
from orders.request_states import OPEN, REPLY_STATES
from store import audit
from store.again import keep_keys
from store.cases import move, write
from store.checks import checked
from store.entries import placed, scalar
from store.models import Case, Document, Relation, Reply, Request, RequestCase
from store.refusal import Refused
from store.requests import locked, moved
from store.scope import in_sight

# A new order that may be the answer lies in the review queue as well: this is when a person calls all the same.
_LOOK_BY: Final = timedelta(days=2)
# Replies that wait for a person.
WAITING: Final = frozenset(REPLY_STATES) - {"merged", "settled", "loop"}


@dataclass(frozen=True, slots=True)
class ReplyView:
    """A reply as it is kept; `document_id` is empty for one that came without a page."""

    id: int
    request_id: str
    document_id: str
    page: int
    source: str
    state: str
    confidence: float
    answers: tuple[Answer, ...]
    signer: str
    at: datetime


def take_reply(read: ReplyRead, now: datetime, actor: str, document_id: str = "") -> int:
    """Keep a reply and do what it says; return its id, the same for a page that was taken before.

    A reply that reads `merged` puts its answers into the orders that still wait
    for them; an order whose last blocking problem is gone goes on, and a request
    none of whose orders waits any more is answered. Any other reply changes no
    order: its request waits for a person.
    """
    with transaction.atomic():
        if document_id:
            known = Reply.objects.filter(document_id=document_id, page=read.page).first()
            if known:
                return int(known.id)
        found = locked(read.request) if read.request else None
        state = "other_site" if found and _elsewhere(found, document_id) else _state(read, found)
        reply = Reply.objects.create(
            request=found,
            document_id=document_id or None,
            page=read.page,
            source=read.source,
            state=state,
            confidence=read.confidence,
            answers=[asdict(answer) for answer in read.answers],
            signer=read.signer,
            address=read.address,
            at=now,
        )
        detail: audit.Detail = {"request": read.request, "reply": reply.id, "state": state, "source": read.source}
        audit.record(actor, "request_reply", document=document_id, case=_first_case(found), detail=detail)
        if found and state == "merged":
            _merge(found, read.answers, reply, now, actor)
        elif (
            found
            and state not in ("loop", "other_site")
            and found.state in OPEN
            and found.state not in ("doubtful", "in_part")
        ):
            moved(found, "doubtful", now, read.look_by, actor, REPLY_STATES[state])
    return int(reply.id)


def settle_reply(reply_id: int, answers: Sequence[Answer], now: datetime, actor: str, request_id: str = "") -> None:
    """Put the answers that a person took from a reply into its request's orders; an empty list dismisses the reply.

    `request_id` names the request where the reply was not surely one's. Raises
    Refused for a reply that is settled, or answers no request that is open.
    """
    with transaction.atomic():
        reply = Reply.objects.select_for_update(no_key=True).filter(id=reply_id).first()
        if reply is None:
            raise Refused("unknown", str(reply_id))
        if reply.state not in WAITING:
            raise Refused("transition", f"{reply.state} to settled")
        if request_id:
            reply.request = locked(request_id)
        reply.state = "settled"
        reply.save()
        if reply.request is None:
            return
        found = locked(reply.request_id)
        if found.state not in OPEN:
            return
        if answers:
            _merge(found, answers, reply, now, actor)
        elif found.state == "doubtful":
            moved(found, "escalated", now, now, actor, "the reply told nothing")


def amended(case_id: str, now: datetime, actor: str) -> None:
    """Tell the open requests of earlier orders that the new order `case_id` looks like an answer to them."""
    earlier = Relation.objects.filter(later_id=case_id, verdict="", kind__in=("correction", "same_order", "same_sheet"))
    for row in earlier:
        for found in Request.objects.filter(about__case_id=row.earlier_id, state__in=OPEN):
            read = ReplyRead(found.id, "order", "doubtful_match", (), now + _LOOK_BY, confidence=row.confidence)
            take_reply(read, now, actor)


def replies_of(request_id: str) -> list[ReplyView]:
    """Return the replies to a request, the oldest first."""
    return [_shown(row) for row in Reply.objects.filter(request_id=request_id).order_by("id")]


def replies_to_look_at(limit: int = 200) -> list[ReplyView]:
    """Return the replies that wait for a person, the oldest first."""
    rows = Reply.objects.filter(state__in=WAITING)
    sites = in_sight()
    if sites is not None:
        asked = RequestCase.objects.filter(request=OuterRef("request"), case__site__in=sorted(sites))
        rows = rows.filter(Q(document__site__in=sorted(sites)) | Exists(asked))
    return [_shown(row) for row in rows.order_by("at", "id")[:limit]]


def reply(reply_id: int) -> ReplyView:
    """Return a reply; raises Refused for none."""
    found = Reply.objects.filter(id=reply_id).first()
    if found is None:
        raise Refused("unknown", str(reply_id))
    return _shown(found)


def _elsewhere(found: Request, document_id: str) -> bool:
    """Whether a page came to another site than the one that asked."""
    if not document_id:
        return False
    came_to = Document.everywhere.values_list("site_id", flat=True).get(sha256=document_id)
    return not found.about.filter(case__site_id=came_to).exists()


def _state(read: ReplyRead, found: Request | None) -> str:
    if found is None or read.state != "merged" or found.state in OPEN:
        return read.state
    waits = found.about.filter(case__state="clarification").exists()
    if found.state == "expired":
        return "expired"
    return "merged" if waits and found.state == "followed" else "closed_case"


def _merge(found: Request, answers: Iterable[Answer], reply: Reply, now: datetime, actor: str) -> None:
    """Put answers into the orders that wait, and bring the request where that leaves it."""
    by_case: dict[str, list[Answer]] = {}
    for answer in answers:
        if answer.path:
            by_case.setdefault(answer.order, []).append(answer)
    mine = set(found.about.values_list("case_id", flat=True))
    if set(by_case) - mine:
        raise Refused("no_field", "an answer about an order that was not asked about")
    for case_id, given in by_case.items():
        case = Case.objects.select_for_update(no_key=True).get(id=case_id)
        if case.state == "clarification":
            _put(case, given, reply, actor)
    if found.state not in OPEN:
        return
    left = found.about.filter(case__state="clarification").exists()
    if not left:
        moved(found, "answered", now, None, actor)
    elif found.state != "in_part":
        moved(found, "in_part", now, now, actor)


def _put(case: Case, given: Sequence[Answer], reply: Reply, actor: str) -> None:
    order, paths = order_from_json(case.order), []
    for answer in given:
        order, path = answered(order, answer, reply.source)
        paths.append(path)
    order = checked(order, paths)
    write(case, order)
    case.version += 1
    case.save()
    keep_keys(case, order)
    for answer, path in zip(given, paths, strict=True):
        detail: audit.Detail = {"path": path, "after": answer.value, "reply": reply.id}
        audit.record(actor, "case_answered", document=case.document_id, case=case.id, detail=detail)
    # What is surely still blocking is asked once more; anything less sure is for a person, not for the practice.
    if order.route != "clarification":
        to = "ready" if order.route == "ready" and not case.again else "review"
        if may(case.state, to):
            move(case, to, actor, "the referrer answered")


def answered(order: Order, answer: Answer, source: str) -> tuple[Order, str]:
    """Return the order with the answer in its leaf, and that leaf's path; what stood there stays among the others.

    Raises Refused for a path that is none or a value that does not fit it.
    """
    path = answer.path
    if path.endswith(".+"):
        base = path.removesuffix(".+")
        path = f"{base}.{len(order.indication.icd10)}"
    order, before = placed(order, path)
    value = scalar(path, answer.value)
    others = before.others
    if before.value is not None and before.value != value:
        others = (Finding(path, before.value, before.evidence, before.confidence, before.reason), *others)
    how = {"phone": "told on the telephone", "portal": "answered on the web"}.get(source, "answered on our page")
    leaf = Value(value, answer.confidence, (), "stated", f"{how}: “{answer.text}”" if answer.text else how, others)
    return order.put(path, leaf), path


def _first_case(found: Request | None) -> str:
    return found.about.order_by("id").values_list("case_id", flat=True).first() or "" if found else ""


def _shown(row: Reply) -> ReplyView:
    def answer(said: dict[str, Any]) -> Answer:
        return replace(Answer(**{**said, "box": tuple(said["box"])}))

    return ReplyView(
        row.id,
        row.request_id or "",
        row.document_id or "",
        row.page,
        row.source,
        row.state,
        row.confidence,
        tuple(answer(said) for said in row.answers),
        row.signer,
        row.at,
    )
