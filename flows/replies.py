"""Replies among the pages of a document: which request each answers, and what it says."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Final

from clarifications.answering import PageRead, read_page
from clarifications.clock import Policy
from clarifications.recognise import Recognised, Waiting, printed_codes, qr_code_of, recognise
from clarifications.sheet import sheet_from_json
from config import Settings
from documents.page import Page
from flows.clarify import moment, policy_of
from orders.answer import ReplyRead
from orders.order import Referral
from store import ledger

# A reply that is less surely a request's than this is shown to a person.
SURE: Final = 0.85


@dataclass(frozen=True, slots=True)
class Parted:
    """A document's referral without the orders that were only read off replies, and the replies."""

    referral: Referral
    replies: tuple[ReplyRead, ...]


def parted(referral: Referral, pages: Sequence[Page], settings: Settings) -> Parted:
    """Tell the replies to our requests from what else a document holds."""
    now, policy = moment(), policy_of(settings)
    found = tuple(reply for page in pages if (reply := reply_on(page, now, policy)) is not None)
    if not found:
        return Parted(referral, ())
    numbers = {reply.page for reply in found}
    orders = tuple(order for order in referral.orders if not set(order.pages) <= numbers)
    types = tuple(
        replace(each, type="clarification_reply", reason="it carries the code of a request of ours")
        if each.number in numbers
        else each
        for each in referral.pages
    )
    return Parted(replace(referral, pages=types, orders=orders), found)


def reply_on(page: Page, now: datetime, policy: Policy) -> ReplyRead | None:
    """Return the reply on a page, None for a page that is none."""
    code, printed = qr_code_of(page), printed_codes(page)
    sender = page.header.number if page.header and page.header.number else ""
    if not code and not printed and not sender:
        return None
    waiting = () if code else tuple(Waiting(*row) for row in ledger.waiting_for(sender, printed))
    known = recognise(page, _id_of, waiting)
    if known is None:
        look_by = policy.after(now, policy.of("").person, "")
        return ReplyRead("", "fax", "forged", (), look_by, page.number) if code else None
    return _read(page, known, now, policy)


def _read(page: Page, known: Recognised, now: datetime, policy: Policy) -> ReplyRead | None:
    view = ledger.request(known.id)
    sheet = sheet_from_json(view.sheet) if view.sheet else None
    read = read_page(page, sheet, now.astimezone(policy.zone).date()) if sheet else PageRead("not_straight")
    if known.how == "sender":
        if read.state in ("not_straight", "empty"):
            # A letter of the same practice about the same patient is more likely something else than our page.
            return None
        if known.confidence < SURE:
            read = replace(read, state="doubtful_match")
    look_by = policy.after(now, policy.of(view.priority).person, view.priority)
    return ReplyRead(known.id, "fax", read.state, read.answers, look_by, page.number, known.confidence)


def _id_of(code: str) -> str | None:
    found = ledger.request_by_code(code)
    return found.id if found else None
