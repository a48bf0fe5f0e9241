"""The blind check: a person reads a cleared order before seeing what was read, and both are compared."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import asdict, dataclass, replace
from datetime import datetime
from typing import Final

from django.db import transaction
from django.utils import timezone

from orders.compare import EXAM_PARTS, same_name
from orders.contract import order_from_json
from orders.exact_bound import upper_bound
from orders.order import Finding, Order, Value
from store import audit
from store.cases import CaseView, claim, held, move, shown, write
from store.checks import checked
from store.models import BlindCheck, Case
from store.refusal import Refused

NAMES: Final = ("family", "given", "birth_date")
EXAMS: Final = "exams"
Parts = tuple[str, str, str, str, str]


@dataclass(frozen=True, slots=True)
class Entered:
    """What a person reads on the fax: coded values as the contract writes them, empty where nothing is stated.

    An exam is its modality, body region, side, contrast and technique.
    """

    family: str = ""
    given: str = ""
    birth_date: str = ""
    exams: tuple[Parts, ...] = ()


@dataclass(frozen=True, slots=True)
class BlindView:
    """A blind check as the desk shows it: `entered` and `read` are there once something was entered and differs."""

    case_id: str
    document_id: str
    pages: tuple[int, ...]
    state: str
    version: int
    received_at: datetime
    entered: Entered | None
    read: Entered | None
    differs: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class BlindFigures:
    """What the blind checks say so far.

    `checked` were decided, `wrong` of them had a critical value wrong, `differed`
    had one that was first entered otherwise than read; `undecided` could not be
    told by the person, `withdrawn` were replaced before their check. `upper` is
    the share of wrong ones that is not exceeded with 95 % sureness.
    """

    waiting: int
    checked: int
    wrong: int
    differed: int
    undecided: int
    withdrawn: int
    upper: float


@dataclass(frozen=True, slots=True)
class BlindOutcome:
    """A decided check for fitting the bound: the doubt with which the order cleared, whether it was wrong."""

    doubt: float
    wrong: bool


def blind_view(case_id: str, actor: str) -> BlindView:
    """Return the blind check that waits for the case, claimed for `actor`; raises Refused where none waits.

    Nothing that was read is in it before the person entered what they read.
    """
    found = claim(case_id, actor)
    check = _waiting(case_id)
    with transaction.atomic():
        audit.record(actor, "case_viewed", document=found.document_id, case=case_id)
    seen = _entered(check) if check.entered else None
    return BlindView(
        case_id,
        found.document_id,
        found.order.pages,
        found.state,
        found.version,
        found.received_at,
        seen,
        as_read(found.order) if seen else None,
        tuple(check.differs),
    )


def enter_blind(case_id: str, entered: Entered, actor: str, version: int) -> tuple[str, ...]:
    """Keep what the person read; return the names of what differs from the reading. Nothing differs: the order goes on.

    Once something was kept it stands: what was read is shown then, and a second
    reading would not be blind. Raises Refused for that as well.
    """
    with transaction.atomic():
        found = held(case_id, actor, version, blind=True)
        check = _waiting(case_id)
        if check.entered:
            raise Refused("no_check", case_id)
        order = order_from_json(found.order)
        check.entered, check.differs = asdict(entered), list(differences(entered, as_read(order)))
        check.clerk = actor
        found.version += 1
        if check.differs:
            check.save()
            found.save(update_fields=["version"])
        else:
            _end(found, check, "right", actor)
            move(found, "ready", actor, "blind check: nothing differs")
    return tuple(check.differs)


def settle_blind(case_id: str, wrong: tuple[str, ...], actor: str, version: int) -> CaseView:
    """End a check in which something differed: `wrong` names what was read wrongly, the rest was mistyped.

    An order that was read rightly goes on; of another the wrong values are put
    in doubt, with the person's beside them, and it stays in review.
    """
    with transaction.atomic():
        found = held(case_id, actor, version, blind=True)
        check = _waiting(case_id)
        if not check.entered or not set(wrong) <= set(check.differs):
            raise Refused("no_check", case_id)
        check.wrong = list(wrong)
        found.version += 1
        _end(found, check, "wrong" if wrong else "right", actor)
        if wrong:
            doubted = _doubted(order_from_json(found.order), wrong, _entered(check), actor)
            write(found, checked(doubted))
            found.save()
        else:
            move(found, "ready", actor, "blind check: read rightly")
    return shown(found)


def leave_blind(case_id: str, actor: str, version: int) -> CaseView:
    """End a check that the person cannot decide; the order stays in review and counts for nothing."""
    with transaction.atomic():
        found = held(case_id, actor, version, blind=True)
        check = _waiting(case_id)
        check.clerk = actor
        found.version += 1
        _end(found, check, "undecided", actor)
        found.save()
    return shown(found)


def blind_figures() -> BlindFigures:
    """Return what the blind checks say so far."""
    outcomes = list(BlindCheck.objects.values_list("outcome", "differs"))
    count = {
        name: sum(each == name for each, _ in outcomes) for name in ("", "right", "wrong", "undecided", "withdrawn")
    }
    decided = count["right"] + count["wrong"]
    return BlindFigures(
        waiting=count[""],
        checked=decided,
        wrong=count["wrong"],
        differed=sum(bool(differs) for each, differs in outcomes if each in ("right", "wrong")),
        undecided=count["undecided"],
        withdrawn=count["withdrawn"],
        upper=upper_bound(count["wrong"], decided),
    )


def blind_outcomes() -> list[BlindOutcome]:
    """Return the decided checks, the oldest first."""
    rows = BlindCheck.objects.filter(outcome__in=("right", "wrong")).order_by("done_at")
    return [BlindOutcome(row.doubt, row.outcome == "wrong") for row in rows]


def as_read(order: Order) -> Entered:
    """Return the critical values of `order`."""
    patient = order.patient
    exams = tuple(tuple(_text(getattr(exam, part)) for part in EXAM_PARTS) for exam in order.exams)
    return Entered(_text(patient.family), _text(patient.given), _text(patient.birth_date), exams)


def differences(one: Entered, other: Entered) -> Iterator[str]:
    """Yield the names of what two readings do not share, by the contract's rules: names by letters, exams as a set."""
    for name in ("family", "given"):
        if not same_name(getattr(one, name), getattr(other, name)):
            yield name
    if one.birth_date != other.birth_date:
        yield "birth_date"
    if sorted(one.exams) != sorted(other.exams):
        yield EXAMS


def _doubted(order: Order, wrong: tuple[str, ...], entered: Entered, actor: str) -> Order:
    """Put the wrong values in doubt, what the person read among their alternatives."""
    reason = f"{actor} read it otherwise in the blind check"
    for name in NAMES:
        if name in wrong:
            order = _put(order, f"patient.{name}", getattr(entered, name), reason)
    if EXAMS in wrong:
        left = [exam for exam in entered.exams if exam not in as_read(order).exams]
        for index, exam in enumerate(as_read(order).exams):
            if exam in entered.exams:
                continue
            near = max(left, key=lambda other: sum(a == b for a, b in zip(exam, other, strict=True)), default=None)
            for part, read, said in zip(EXAM_PARTS, exam, near or ("",) * 5, strict=True):
                if read != said:
                    order = _put(order, f"exams.{index}.{part}", said, reason)
        # An exam that was overlooked has no value to doubt: the words of those that are there say where to look.
        for index in range(len(order.exams) if len(entered.exams) != len(order.exams) else 0):
            order = _put(order, f"exams.{index}.modality", "", reason)
    return order


def _put(order: Order, path: str, said: str, reason: str) -> Order:
    leaf = order.at(path)
    others = (Finding(path, said, (), 1.0, reason), *leaf.others) if said else leaf.others
    return order.put(path, replace(leaf, confidence=0.0, reason=reason, others=others))


def _end(found: Case, check: BlindCheck, outcome: str, actor: str) -> None:
    check.outcome, check.done_at, found.blind = outcome, timezone.now(), False
    check.save()
    detail = {"outcome": outcome, "differs": " ".join(check.differs), "wrong": " ".join(check.wrong)}
    audit.record(actor, "case_checked_blind", document=found.document_id, case=found.id, detail=detail)


def _waiting(case_id: str) -> BlindCheck:
    check = BlindCheck.objects.filter(case_id=case_id, outcome="", case__blind=True).first()
    if check is None:
        raise Refused("no_check", case_id)
    return check


def _entered(check: BlindCheck) -> Entered:
    exams = tuple(tuple(exam) for exam in check.entered["exams"])
    return Entered(*(check.entered[name] for name in NAMES), exams)


def _text(value: Value) -> str:
    return "" if value.value is None else str(value.value)
