"""May an order go on untouched, must the referrer be asked, or should a person look first?

An order clears by itself only where the expected number of wrong values among
those that would harm the patient, and among the rules that could have stopped
it, is small enough. How small is fitted on layouts that nothing was trained on
(`benchmarks/bound.py`, conformal risk control) and kept in `models/confidence`.
A request goes out by itself only where every defect is sure. Everything else is
for a person, and the reason says which value made it so.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from math import inf
from pathlib import Path
from typing import Final

from orders.checklist import Outcome, is_guess, outcomes, sureness
from orders.compare import EXAM_PARTS
from orders.order import Check, Order
from orders.pack import Pack, default_pack

NAME: Final = ("patient.family", "patient.given")
IDENTITY: Final = (*NAME, "patient.birth_date")

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


# The parts of an exam are read off the same words, as are a patient's names: they are wrong together.
_TOGETHER: Final = 0.5
# The share of wrong ones among cleared orders that a site accepts, unless it says otherwise.
ACCEPTED: Final = 0.005
_BOUND: Final = Path(__file__).parent.parent / "models" / "confidence" / "bound.json"


@dataclass(frozen=True, slots=True)
class Policy:
    """How sure is sure enough.

    `doubt`: the most an order may hold to clear, as the expected number of
    wrong values among a name, the birth date, each part of each exam, and the
    blocking rules that found nothing. Rules that are not blocking change no
    route, so they need no sureness. `ask`: the probability (0..1) of a blocking
    problem for a request to go out without a person.
    """

    doubt: float
    ask: float = 0.9


DEFAULT_POLICY: Final = Policy(doubt=json.loads(_BOUND.read_text("utf-8"))["doubt"])


def decide(order: Order, policy: Policy = DEFAULT_POLICY, pack: Pack | None = None) -> tuple[str, str]:
    """Return the route of `order` (`ready`, `review` or `clarification`) and the reason, for a clerk.

    `pack` is the checklist in force, the default one when none is given.
    """
    found = _blocking(order, pack)
    problems = [outcome for outcome in found if outcome.verdict.problem]
    sure = [outcome for outcome in problems if outcome.confidence >= policy.ask]
    if sure and len(sure) == len(problems):
        return "clarification", " ".join(_sentence(outcome) for outcome in sure)
    if problems:
        # What is not sure is looked at first, so that the referrer is asked once, and only for what is missing.
        worst = max((one for one in problems if one not in sure), key=lambda outcome: outcome.confidence)
        if is_guess(order, worst.weakest):
            return "review", _doubt(order, worst.weakest)
        return "review", f"Perhaps: {_sentence(worst)} {_doubt(order, worst.weakest)}".rstrip()
    unsure = _unsure(_doubted(order, found), policy)
    if unsure:
        # The least sure first; one reason is enough to send it to a person, and enough for a person to start at.
        path, others = unsure[0], len(unsure) - 1
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
    return _unsure(_doubted(order, _blocking(order, pack)), policy)


def doubt(order: Order, pack: Pack | None = None) -> float:
    """Return how many values that decide are wrong, as expected; infinite where a blocking problem stands.

    Of a patient's names, and of an exam's parts, the least sure counts whole
    and the others half.
    """
    found = _blocking(order, pack)
    return inf if any(outcome.verdict.problem for outcome in found) else sum(_weighed(_doubted(order, found)).values())


def _blocking(order: Order, pack: Pack | None) -> list[Outcome]:
    return [outcome for outcome in outcomes(order, pack or default_pack()) if outcome.entry.severity == "blocking"]


def _doubted(order: Order, found: list[Outcome]) -> dict[str, float]:
    """Return the probability of being wrong of each leaf that decides whether `order` clears, each leaf once."""
    exams = [f"exams.{index}.{part}" for index in range(len(order.exams)) for part in EXAM_PARTS]
    wrong = {path: 1.0 - sureness(order, path) for path in (*IDENTITY, *exams)}
    for outcome in found:
        if outcome.weakest:
            wrong[outcome.weakest] = max(wrong.get(outcome.weakest, 0.0), 1.0 - outcome.confidence)
    return wrong


def _weighed(wrong: dict[str, float]) -> dict[str, float]:
    """Return what each leaf adds to an order's doubt: of those read off the same words the least sure whole."""
    seen: set[str] = set()
    weighed = {}
    for path in sorted(wrong, key=lambda path: (-wrong[path], path)):
        words = "name" if path in NAME else path.rpartition(".")[0] if path.startswith("exams.") else path
        weighed[path] = wrong[path] * (_TOGETHER if words in seen else 1.0)
        seen.add(words)
    return weighed


def _unsure(wrong: dict[str, float], policy: Policy) -> tuple[str, ...]:
    """Return the fewest leaves, the least sure first, without whose doubt the rest is little enough to clear."""
    left, unsure = dict(wrong), []
    while left and sum((weighed := _weighed(left)).values()) > policy.doubt:
        unsure.append(max(weighed, key=lambda path: weighed[path]))
        del left[unsure[-1]]
    return tuple(unsure)


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
