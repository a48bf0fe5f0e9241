"""What happens to a case after reading: looking, claiming, correcting, moving on."""

from __future__ import annotations

import secrets
from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone

from config import settings
from orders.again import DECIDED
from orders.case import CASE_START, CASE_STATES, may
from orders.contract import order_from_json, order_json
from orders.decision import doubt
from orders.order import Evidence, Order, Scalar, Value
from store import again, audit, facts, standing
from store.again import Sheet
from store.checks import checked
from store.draw import drawn
from store.entries import placed, scalar
from store.models import BlindCheck, Case, Document, Event
from store.refusal import Refused
from store.text import storable

# Crockford's base 32: no letter that is taken for a digit when read out on the telephone.
ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
# The place in a queue. A red flag lifts an order over all but what is asked for at once.
URGENCY = {"stat": 0, "urgent": 2}
FLAGGED, OTHERS = 1, 3
NO_SHEET = Sheet()


@dataclass(frozen=True, slots=True)
class CaseView:
    """A case as the desk shows it. `version` goes back with every change of it."""

    id: str
    document_id: str
    ordinal: int
    state: str
    order: Order
    version: int
    received_at: datetime
    claimed_by: str
    claimed_until: datetime | None
    assigned: str
    again: str = ""
    blind: bool = False
    snoozed_until: datetime | None = None


def open_case(document: Document, ordinal: int, order: Order, actor: str, sheet: Sheet = NO_SHEET) -> str:
    """Open the case of one order, in the state that its route names; return its id.

    One that looks like an earlier order goes to review, whatever its route, and
    so does a cleared one that is drawn for a blind check.
    """
    if order.route not in CASE_START:
        raise Refused("transition", f"a case does not start as {order.route}")
    case = Case(
        id="".join(secrets.choice(ALPHABET) for _ in range(8)),
        document=document,
        site_id=document.site_id,
        ordinal=ordinal,
        sheet=" ".join(sorted(sheet.tokens)),
        received_at=document.received_at,
        source=document.sightings.order_by("id").values_list("source", flat=True).first() or "",
    )
    earlier = []
    if order.route != "not_an_order":
        earlier = again.earlier_ones(order, sheet, case.received_at, document.sha256, document.site_id)
    first = next((each for each in earlier if each.again.kind in DECIDED), None)
    if first:
        case.again = first.again.kind
        order = replace(order, route="review", route_reason=again.sentence(first))
    case.blind = order.route == "ready" and drawn(case.id, settings().blind_share)
    case.state = "review" if case.blind else order.route
    write(case, replace(order, id=case.id))
    case.save(force_insert=True)
    again.keep(case, order, sheet, earlier)
    facts.opened(case, order)
    if case.blind:
        BlindCheck.objects.create(case=case, chosen_at=timezone.now(), doubt=doubt(order))
    audit.record(actor, "case_opened", document=document.sha256, case=case.id, detail={"to": case.state})
    for each in earlier:
        detail = {"kind": each.again.kind, "earlier": each.case_id, "confidence": each.again.confidence}
        audit.record(actor, "case_came_before", document=document.sha256, case=case.id, detail=detail)
    return case.id


def case(case_id: str) -> CaseView:
    """Return the case; raises Refused when there is none. Where a person sees it, call `view`."""
    return shown(_found(Case.objects.all(), case_id))


def view(case_id: str, actor: str) -> CaseView:
    """Return the case and note in the audit trail that `actor` saw it."""
    with transaction.atomic():
        found = _found(Case.objects.all(), case_id)
        audit.record(actor, "case_viewed", document=found.document_id, case=case_id)
    return shown(found)


def claim(case_id: str, actor: str) -> CaseView:
    """Let `actor` work on the case for `claim_seconds`, or go on doing so; raises Refused while another does."""
    now = timezone.now()
    with transaction.atomic():
        found = _found(Case.objects.select_for_update(no_key=True), case_id)
        holder = _holder(found, now)
        if holder not in ("", actor):
            raise Refused("claimed", holder)
        found.claimed_by = actor
        found.claimed_until = now + timedelta(seconds=settings().claim_seconds)
        found.save(update_fields=["claimed_by", "claimed_until"])
        if not holder:
            audit.record(actor, "case_claimed", document=found.document_id, case=case_id)
    return shown(found)


def unclaim(case_id: str, actor: str) -> None:
    """End the claim of `actor`; does nothing where there is none."""
    with transaction.atomic():
        found = _found(Case.objects.select_for_update(no_key=True), case_id)
        if found.claimed_by == actor:
            found.claimed_by, found.claimed_until = "", None
            found.save(update_fields=["claimed_by", "claimed_until"])
            audit.record(actor, "case_unclaimed", document=found.document_id, case=case_id)


def transition(case_id: str, to: str, actor: str, reason: str, version: int) -> CaseView:
    """Move the case to state `to`; return it. `reason` is a person's sentence or a rule's name.

    Raises Refused for a step that the table does not allow, a version that is
    not the present one, another's claim, for `ready` with blocking problems
    and no reason: a facility may take an order as complete, but not by mistake;
    and for going on while nobody said whether it is an earlier order again, or
    while its blind check waits.
    """
    with transaction.atomic():
        found = held(case_id, actor, version)
        if to not in CASE_STATES or not may(found.state, to):
            raise Refused("transition", f"{found.state} to {to}")
        if found.again and to in ("ready", "clarification"):
            raise Refused("undecided", case_id)
        order = order_from_json(found.order)
        if to == "ready" and not reason and any(check.severity == "blocking" for check in order.problems):
            raise Refused("problems_remain", case_id)
        if found.state == "duplicate":
            again.reopen(found)
        move(found, to, actor, reason)
    return shown(found)


def move(found: Case, to: str, actor: str, reason: str) -> None:
    """Write the new state and its event; the caller has checked the step and holds the transaction."""
    before, found.state = found.state, to
    found.version += 1
    found.entered_version = found.version
    found.claimed_by, found.claimed_until, found.snoozed_until = "", None, None
    found.save()
    facts.moved(found, actor, timezone.now())
    audit.record(
        actor,
        "case_moved",
        document=found.document_id,
        case=found.id,
        detail={"from": before, "to": to, "reason": reason},
    )


def correct(
    case_id: str, path: str, value: Scalar, actor: str, version: int, evidence: Evidence | None = None
) -> CaseView:
    """Put a person's value at `path` and run the checks again; return the case.

    The value is certain (confidence 1.0); it keeps `evidence` where the person
    pointed at the page, else the box that the reading gave. A path one past the
    end of a list (`exams.0.modality` of no exam, `indication.icd10.1` of one)
    adds an entry. Raises Refused for a path that is none, a value that does not
    fit it, a stale version, or another's claim.
    """
    with transaction.atomic():
        found = held(case_id, actor, version)
        was = standing.kept(order_from_json(found.order), path)
        order, before = placed(order_from_json(found.order), path)
        entered = scalar(path, value)
        leaf = Value(
            entered,
            1.0,
            (evidence,) if evidence else before.evidence,
            "absent" if entered is None else "stated",
            f"entered by {actor}",
            before.others,
        )
        order = order.put(path, leaf)
        write(found, checked(order, [path]))
        found.version += 1
        found.save()
        again.keep_keys(found, order)
        audit.record(
            actor,
            "case_corrected",
            document=found.document_id,
            case=case_id,
            detail={"path": path, "before": before.value, "after": entered, "was": was},
        )
    return shown(found)


def accept(case_id: str, paths: list[str], actor: str, version: int) -> CaseView:
    """Make the values at `paths` certain as they stand, a person having looked at each; return the case."""
    with transaction.atomic():
        found = held(case_id, actor, version)
        order = order_from_json(found.order)
        was = {path: standing.kept(order, path) for path in paths}
        for path in paths:
            try:
                leaf = order.at(path)
            except KeyError:
                raise Refused("no_field", path) from None
            order = order.put(path, replace(leaf, confidence=1.0, reason=f"accepted by {actor}"))
        write(found, checked(order))
        found.version += 1
        found.save()
        for path in paths:
            detail = {"path": path, "was": was[path]}
            audit.record(actor, "case_accepted", document=found.document_id, case=case_id, detail=detail)
    return shown(found)


def undo(case_id: str, actor: str, version: int) -> tuple[CaseView, str]:
    """Take back the last correction or acceptance; return the case and the path that it was about.

    One step a call, back to the first. Raises Refused where nothing is left to
    take back, where the last change is another person's, for a stale version,
    or another's claim.
    """
    with transaction.atomic():
        found = held(case_id, actor, version)
        verbs = (*standing.CHANGES, standing.UNDONE)
        event = standing.last_change(Event.objects.filter(case=case_id, verb__in=verbs).order_by("sequence"))
        if event is None or event.actor != actor or "was" not in event.detail:
            raise Refused("nothing_to_undo", case_id)
        path = str(event.detail["path"])
        order = order_from_json(found.order)
        write(found, checked(standing.restored(order, path, str(event.detail["was"]))))
        found.version += 1
        found.save()
        audit.record(actor, standing.UNDONE, document=found.document_id, case=case_id, detail={"path": path})
    return shown(found), path


def refill(case_id: str, order: Order, actor: str) -> None:
    """Put the order, read again, into a case whose content was purged, for a person to see.

    A case that was not purged is left as it is. The caller holds the transaction.
    """
    found = Case.objects.select_for_update(no_key=True).get(id=case_id)
    if not found.purged:
        return
    write(found, replace(order, id=case_id, route="review", route_reason="It came again after it was destroyed."))
    found.purged, found.version = False, found.version + 1
    if may(found.state, "review"):
        move(found, "review", actor, "came again")
    else:
        found.save()


def _found(cases: QuerySet[Case], case_id: str) -> Case:
    found = cases.filter(id=case_id).first()
    if found is None:
        raise Refused("unknown", case_id)
    return found


def held(case_id: str, actor: str, version: int, blind: bool = False) -> Case:
    """Return the case for a change by `actor`; the caller holds the transaction.

    Raises Refused for a stale version, another's claim, and, but for a step of
    the check itself (`blind`), while its blind check waits.
    """
    found = _found(Case.objects.select_for_update(no_key=True), case_id)
    if found.version != version:
        raise Refused("stale", f"version {found.version}")
    if found.blind and not blind:
        raise Refused("unchecked", case_id)
    holder = _holder(found, timezone.now())
    if holder not in ("", actor):
        raise Refused("claimed", holder)
    return found


def _holder(found: Case, now: datetime) -> str:
    return found.claimed_by if found.claimed_until and found.claimed_until > now else ""


def write(found: Case, order: Order) -> None:
    """Put the order and the columns that repeat it into `found`; the caller saves it."""
    patient, provider = order.patient, order.provider
    found.order = storable(order_json(order, losing=True))
    found.route = order.route
    found.priority = _text(order.priority)
    found.red_flags = storable([{"title": flag.title, "words": flag.words} for flag in order.red_flags])
    found.urgency = min(URGENCY.get(found.priority, OTHERS), FLAGGED if order.red_flags else OTHERS)
    found.due_at = found.received_at + target(found.priority, bool(order.red_flags))
    found.family, found.given = _text(patient.family), _text(patient.given)
    found.birth_date, found.phone = _text(patient.birth_date), _text(patient.phone)
    found.npi, found.practice = _text(provider.npi), _text(provider.practice)
    found.provider = " ".join(part for part in (_text(provider.given), _text(provider.family)) if part)
    found.modalities = _words(_text(exam.modality) for exam in order.exams)
    found.exams = "; ".join(_text(exam.text) for exam in order.exams if exam.text)
    found.problems = _words(check.code for check in order.problems)
    found.grade = order.adequacy.grade if order.adequacy and order.exams else ""


def target(priority: str, flagged: bool) -> timedelta:
    """Return how long an order may stay on the desk; a red flag makes it urgent at least."""
    site = settings()
    minutes = {"stat": site.stat_minutes, "urgent": site.urgent_minutes}.get(priority, site.routine_minutes)
    return timedelta(minutes=min(minutes, site.urgent_minutes) if flagged else minutes)


def _text(value: Value) -> str:
    return "" if value.value is None else storable(str(value.value))


def _words(words: Iterable[str]) -> str:
    # Spaces at both ends, so that one word is found whole with a plain substring search.
    unique = sorted({word for word in words if word})
    return f" {' '.join(unique)} " if unique else ""


def shown(found: Case) -> CaseView:
    """Return the case as the desk shows it."""
    return CaseView(
        found.id,
        found.document_id,
        found.ordinal,
        found.state,
        order_from_json(found.order),
        found.version,
        found.received_at,
        found.claimed_by,
        found.claimed_until,
        found.assigned,
        found.again,
        found.blind,
        found.snoozed_until,
    )
