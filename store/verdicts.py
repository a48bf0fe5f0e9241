"""What a person says about an order that came before: a duplicate, a replacement, or an order of its own."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Final, Literal

from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone

from orders.again import DECIDED
from orders.case import may
from orders.contract import order_from_json
from store import audit
from store.again import open_kind
from store.cases import CaseView, held, move, shown, write
from store.checks import checked
from store.models import BlindCheck, Case, Relation
from store.refusal import Refused

Verdict = Literal["duplicate", "replaces", "separate"]
VERDICTS: Final[tuple[Verdict, ...]] = ("duplicate", "replaces", "separate")


@dataclass(frozen=True, slots=True)
class RelationRow:
    """What an order is to an earlier one; `open` while a person has to say."""

    later: str
    earlier: str
    kind: str
    confidence: float
    reasons: tuple[str, ...]
    verdict: str
    decided_by: str
    earlier_state: str
    earlier_received_at: datetime
    later_received_at: datetime

    @property
    def open(self) -> bool:
        return self.kind in DECIDED and not self.verdict


def relations(case_id: str) -> list[RelationRow]:
    """Return what the case is to earlier ones, those that wait for a word first, the surest first."""
    found = Relation.objects.filter(later_id=case_id)
    return sorted(_rows(found), key=lambda row: (not row.open, row.kind == "another", -row.confidence))


def followers(case_id: str) -> list[RelationRow]:
    """Return the later cases that were found to repeat, correct or follow this one, the newest first."""
    return _rows(Relation.objects.filter(earlier_id=case_id).order_by("-later__received_at"))


def decide_again(case_id: str, earlier_id: str, verdict: Verdict, actor: str, version: int) -> CaseView:
    """Keep what `actor` says the case is to the earlier one, and do what follows from it; return the case.

    `duplicate` sets this case aside; `replaces` closes the earlier one, be it
    delivered already, and this one is worked on; `separate` lets both stand.
    Saying otherwise later takes the first word's doing back. Raises Refused for
    two orders without relation, for another's claim on either, and for a stale version.
    """
    if verdict not in VERDICTS:
        raise Refused("value", "verdict")
    with transaction.atomic():
        found = held(case_id, actor, version)
        relation = Relation.objects.filter(later=found, earlier_id=earlier_id, kind__in=DECIDED).first()
        if relation is None:
            raise Refused("no_relation", earlier_id)
        earlier = held(earlier_id, actor, Case.objects.get(id=earlier_id).version, blind=True)
        if relation.verdict == "replaces" and verdict != "replaces" and earlier.state == "closed":
            move(earlier, "review", actor, f"is not replaced by {case_id}")
        relation.verdict, relation.decided_by, relation.decided_at = verdict, actor, timezone.now()
        relation.save()
        audit.record(
            actor,
            "case_told_apart",
            document=found.document_id,
            case=case_id,
            detail={"earlier": earlier_id, "verdict": verdict, "kind": relation.kind},
        )
        found.again = open_kind(case_id)
        write(found, checked(order_from_json(found.order)))
        if verdict == "duplicate" and may(found.state, "duplicate"):
            move(found, "duplicate", actor, f"the same as {earlier_id}")
        else:
            found.version += 1
            found.save()
        if verdict == "replaces" and may(earlier.state, "closed"):
            if earlier.blind:
                earlier.blind = False
                BlindCheck.objects.filter(case=earlier).update(outcome="withdrawn")
            move(earlier, "closed", actor, f"replaced by {case_id}")
    return shown(found)


def name_duplicate(case_id: str, earlier_id: str, actor: str, version: int) -> CaseView:
    """Set the case aside as a duplicate of one that `actor` names, though nothing found them alike; return the case.

    Raises Refused as `decide_again` does, and for no such other order, or one that was itself set aside.
    """
    with transaction.atomic():
        earlier = Case.objects.filter(id=earlier_id).exclude(id=case_id).first()
        if earlier is None:
            raise Refused("unknown", earlier_id)
        if earlier.state in ("duplicate", "not_an_order"):
            raise Refused("set_aside", earlier_id)
        held(case_id, actor, version)
        found = Relation.objects.filter(later_id=case_id, earlier=earlier)
        if not found.filter(kind__in=DECIDED).exists():
            said = {"kind": "same_order", "confidence": 1.0, "reasons": [f"{actor} said so."]}
            Relation.objects.update_or_create(later_id=case_id, earlier=earlier, defaults=said)
        return decide_again(case_id, earlier_id, "duplicate", actor, version)


def replaced_by(case_id: str) -> str:
    """Return the id of the earlier case that this one takes the place of, the empty string for none."""
    found = Relation.objects.filter(later_id=case_id, verdict="replaces").order_by("-decided_at").first()
    return found.earlier_id if found else ""


def _rows(found: QuerySet[Relation]) -> list[RelationRow]:
    return [
        RelationRow(
            row.later_id,
            row.earlier_id,
            row.kind,
            row.confidence,
            tuple(row.reasons),
            row.verdict,
            row.decided_by,
            row.earlier.state,
            row.earlier.received_at,
            row.later.received_at,
        )
        for row in found.select_related("earlier", "later").defer("earlier__order", "later__order")
    ]
