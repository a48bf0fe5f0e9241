"""What dashboards count, kept as it happens: stays in stages, arrivals, and the problems orders had.

Written in the transaction of the change, so that a figure and the order behind
it never tell different things. Nothing here decides anything.
"""

from __future__ import annotations

import hashlib
from datetime import date, datetime, timedelta
from math import log2
from typing import Final

from django.db.models import Q
from django.utils import timezone

from orders.order import Order
from store.models import Arrival, Case, Document, Fault, Stay

# The stages in the order in which an order goes through them; `total` is from receipt to hand-over.
STAGES: Final = ("received", "reading", "review", "clarification", "ready", "total")
WAITING: Final = frozenset({"review", "clarification", "ready"})
# Eight steps an octave: a length told by its bucket is off by less than 5 %.
STEPS: Final = 8


def bucket(seconds: float) -> int:
    """Return the place of a length of time (seconds, 1 at least) on a logarithmic scale of eight steps an octave."""
    return round(STEPS * log2(max(1.0, seconds)))


def length(place: float) -> float:
    """Return the seconds in the middle of a bucket."""
    return float(2 ** (place / STEPS))


def referrer_key(npi: str, name: str) -> str:
    """Return what a referrer is counted under: a whole NPI, else a digest of the name's letters; empty for neither."""
    if len(npi) == 10 and npi.isascii() and npi.isdigit():
        return npi
    letters = "".join(char for char in (name or npi).casefold() if char.isalnum())
    return f"n{hashlib.sha256(letters.encode()).hexdigest()[:15]}" if letters else ""


def document_read(document: Document, seconds: float, worker: str) -> None:
    """Note how long the document waited, and the `seconds` that reading it took."""
    until = document.read_at or timezone.now()
    since = max(document.received_at, until - timedelta(seconds=seconds))
    _ended(Stay(document=document, stage="received", since=document.received_at), since, worker)
    _ended(Stay(document=document, stage="reading", since=since), until, worker)


def opened(case: Case, order: Order) -> None:
    """Note that an order came in; `order.route` is `ready` where reading cleared it, checked blind or not."""
    if not order.exams and order.route == "not_an_order":
        return
    Arrival.objects.create(case=case, cleared=order.route == "ready", **_sender(case))
    _faults(case, asked=case.state == "clarification")
    if case.state in WAITING:
        Stay.objects.create(document_id=case.document_id, case=case, stage=case.state, since=timezone.now())


def moved(case: Case, actor: str, at: datetime) -> None:
    """Note that the order came into `case.state`: the end of its stay before, the start of the next one."""
    for stay in Stay.objects.filter(case=case, until=None):
        _ended(stay, at, actor)
    if case.state in WAITING:
        Stay.objects.create(document_id=case.document_id, case=case, stage=case.state, since=at)
    if case.state == "delivered":
        _ended(Stay(document_id=case.document_id, case=case, stage="total", since=case.received_at), at, actor)
    if case.state in ("not_an_order", "duplicate"):
        # An order sent twice, or none at all, is nobody's fault and no order more.
        Arrival.objects.filter(case=case).delete()
        Fault.objects.filter(case=case).delete()
        return
    asked = case.state == "clarification"
    there = Arrival.objects.filter(case=case)
    if there.update(**_sender(case), **({"asked": True} if asked else {})):
        _faults(case, asked)
    elif case.state in WAITING:
        Arrival.objects.create(case=case, cleared=False, asked=asked, **_sender(case))
        _faults(case, asked)


def _faults(case: Case, asked: bool) -> None:
    """Keep what the referrer was asked about; of the rest what stands now: a misreading is no fault of theirs."""
    day, referrer = _day(case.received_at), referrer_key(case.npi, case.provider)
    standing = {check["code"]: check["severity"] == "blocking" for check in case.order["problems"]}
    Fault.objects.filter(Q(case=case) & Q(asked=False)).exclude(code__in=standing).delete()
    Fault.objects.bulk_create(
        [Fault(case=case, code=code, blocking=hard, day=day, referrer=referrer) for code, hard in standing.items()],
        ignore_conflicts=True,
    )
    if asked:
        Fault.objects.filter(case=case, code__in=standing).update(asked=True)
        Arrival.objects.filter(case=case).update(asked=True)
    Fault.objects.filter(case=case).exclude(referrer=referrer).update(referrer=referrer)


def _ended(stay: Stay, until: datetime, actor: str) -> None:
    stay.until, stay.left_by, stay.day = until, actor, _day(until)
    stay.bucket = bucket((until - stay.since).total_seconds())
    stay.save()


def _sender(case: Case) -> dict[str, str | date]:
    return {
        "day": _day(case.received_at),
        "referrer": referrer_key(case.npi, case.provider),
        "name": case.provider,
        "practice": case.practice,
    }


def _day(at: datetime) -> date:
    return timezone.localdate(at)
