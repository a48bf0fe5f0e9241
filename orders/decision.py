"""May an order go on untouched, must the referrer be asked, or should a person look first?

An order clears by itself only where every value that would harm the patient if
wrong, and every rule that could have stopped it, is sure enough. A request
goes out by itself only where the defect is sure. Everything else is for a
person, and the reason says which value made it so.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from orders.checklist import Outcome, outcomes, sureness
from orders.compare import EXAM_PARTS
from orders.order import Check, Order
from orders.pack import Pack, default_pack

IDENTITY: Final = ("patient.family", "patient.given", "patient.birth_date")

# How a clerk calls a leaf; the last step of a path where the whole is not listed.
NAMES: Final = {
    "patient.family": "the patient's last name",
    "patient.given": "the patient's first name",
    "patient.birth_date": "the patient's date of birth",
    "patient.phone": "the patient's phone",
    "coverage.payer": "the insurance",
    "coverage.member_id": "the member ID",
    "coverage.authorization_number": "the authorization number",
    "indication.text": "the reason for the exam",
    "provider.family": "the ordering provider's name",
    "provider.npi": "the NPI",
    "provider.phone": "the provider's phone",
    "provider.fax": "the provider's fax",
    "signed": "the signature",
    "order_date": "the order's date",
    "priority": "the priority",
    "safety.pregnant": "the answer on pregnancy",
    "safety.implant": "the answer on implants",
    "safety.contrast_allergy": "the answer on contrast allergy",
    "safety.egfr": "the eGFR",
    "text": "the words of the exam",
    "modality": "the kind of exam",
    "body_region": "the body part of the exam",
    "laterality": "the side of the exam",
    "contrast": "the contrast of the exam",
    "technique": "the technique of the exam",
    "procedure_code": "the procedure code",
    "icd10": "the diagnosis code",
}


@dataclass(frozen=True, slots=True)
class Policy:
    """How sure is sure enough, as probabilities (0..1).

    `critical`: a name, the birth date and each part of each exam, to clear.
    `outcome`: each blocking rule that found nothing, to clear. Rules that are
    not blocking change no route, so they need no sureness.
    `ask`: a blocking problem, for a request to go out without a person.
    """

    critical: float = 0.9
    outcome: float = 0.8
    ask: float = 0.8


DEFAULT_POLICY: Final = Policy()


def decide(order: Order, policy: Policy = DEFAULT_POLICY, pack: Pack | None = None) -> tuple[str, str]:
    """Return the route of `order` (`ready`, `review` or `clarification`) and the reason, for a clerk.

    `pack` is the checklist in force, the default one when none is given.
    """
    found = [outcome for outcome in outcomes(order, pack or default_pack()) if outcome.entry.severity == "blocking"]
    problems = [outcome for outcome in found if outcome.verdict.problem]
    sure = [outcome for outcome in problems if outcome.confidence >= policy.ask]
    if sure:
        return "clarification", " ".join(_sentence(outcome) for outcome in sure)
    if problems:
        worst = max(problems, key=lambda outcome: outcome.confidence)
        return "review", f"Perhaps: {_sentence(worst)} {_doubt(order, worst.weakest)}".rstrip()
    doubts = [*_critical_doubts(order, policy), *_outcome_doubts(found, policy)]
    if doubts:
        # The least sure first; one reason is enough to send it to a person, and enough for a person to start at.
        _, path = min(doubts)
        others = len({doubt for _, doubt in doubts}) - 1
        more = f" {others} more {'value is' if others == 1 else 'values are'} not sure either." if others else ""
        return "review", _doubt(order, path) + more
    return "ready", "Complete, and every value that matters was read surely."


def asked_about(order: Order, policy: Policy = DEFAULT_POLICY) -> tuple[Check, ...]:
    """Return the problems that a request to the referrer names: the sure ones.

    What may only have been overlooked in reading is nothing to pester a
    practice with. Where no blocking problem is sure, a person decided to ask,
    and the request names every blocking one.
    """
    sure = tuple(check for check in order.problems if check.confidence >= policy.ask)
    if any(check.severity == "blocking" for check in sure):
        return sure
    return tuple(check for check in order.problems if check.severity == "blocking" or check in sure)


def doubts(order: Order, policy: Policy = DEFAULT_POLICY, pack: Pack | None = None) -> tuple[str, ...]:
    """Return the paths of the leaves that are too unsure for `order` to clear by itself, the least sure first.

    What `decide` gives as its reason is the first of them where no problem
    stands; a person who confirms them all leaves nothing in doubt.
    """
    found = [outcome for outcome in outcomes(order, pack or default_pack()) if outcome.entry.severity == "blocking"]
    unsure = sorted([*_critical_doubts(order, policy), *_outcome_doubts(found, policy)])
    return tuple(dict.fromkeys(path for _, path in unsure))


def _critical_doubts(order: Order, policy: Policy) -> Iterator[tuple[float, str]]:
    exams = [f"exams.{index}.{part}" for index in range(len(order.exams)) for part in EXAM_PARTS]
    for path in (*IDENTITY, *exams):
        sure = sureness(order, path)
        if sure < policy.critical:
            yield sure, path


def _outcome_doubts(found: list[Outcome], policy: Policy) -> Iterator[tuple[float, str]]:
    for outcome in found:
        if outcome.confidence < policy.outcome and outcome.weakest:
            yield outcome.confidence, outcome.weakest


def _sentence(outcome: Outcome) -> str:
    verdict = outcome.verdict
    return outcome.entry.clerk.fill(verdict.case, "; ".join(verdict.exams), verdict.detail)


def _doubt(order: Order, path: str) -> str:
    """Say what is not sure at `path`: ink that was not read, a value read badly, or a value perhaps overlooked."""
    if not path:
        return "Please look whether it was overlooked."
    value, name = order.at(path), name_of(path, len(order.exams))
    name = name[0].upper() + name[1:]
    if value.state == "unreadable":
        return f"{name} could not be read."
    if value.state == "stated":
        return f"{name} was not read surely."
    return f"{name} may have been overlooked."


def name_of(path: str, exams: int = 1) -> str:
    """Return how a clerk calls the leaf at `path`; with several `exams`, which of them it is."""
    steps = path.split(".")
    name = NAMES.get(path)
    if name is None:
        words = [step for step in steps if not step.isdigit()]
        name = NAMES.get(words[-1], words[-1].replace("_", " "))
    if steps[0] == "exams" and exams > 1:
        name += f" (exam {int(steps[1]) + 1})"
    return name
