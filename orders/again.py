"""Is an order one that came before: the same sheet, the same order sent another way, or a correction of it?

`compare` looks at two orders about one person. Nothing is merged by it: what it
says is shown to a person, who decides. A further order for the same patient (a
follow-up, another exam) is no duplicate and is told apart as such.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from typing import Final, Literal

from orders.again_keys import person_of
from orders.compare import EXAM_PARTS, token_f1
from orders.order import Exam, Order, Value
from orders.persons import Sameness, same_person

Kind = Literal["same_sheet", "same_order", "correction", "another"]
# Kinds that a person has to decide about; `another` is only told.
DECIDED: Final[tuple[Kind, ...]] = ("same_sheet", "same_order", "correction")

SHEET: Final = 0.8
SURE: Final = 0.9
LEAST: Final = 0.5
# Days between two orders for one exam: asked anew, corrected, or marked as taking the other's place.
ANEW, CORRECTED, MARKED = 7, 14, 60
# Evidence (logarithm to base 2) for one person where provider and order date are the same.
SAME_REQUEST: Final = 8.0

PART_WORDS: Final = {
    "laterality": "the side",
    "contrast": "the contrast",
    "technique": "the technique",
}


@dataclass(frozen=True, slots=True)
class Again:
    """What the later order is to the earlier one, how probable (0..1), and why, in words for a clerk."""

    kind: Kind
    confidence: float
    reasons: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class _Both:
    """What two orders have in common."""

    person: Sameness
    sheet: float
    marked: str
    exams: str
    days: int | None
    provider: str
    reason: bool
    changes: tuple[str, ...]
    altered: tuple[str, ...]

    def near(self, days: int) -> bool:
        return self.days is not None and abs(self.days) <= days


def compare(later: Order, earlier: Order, sheet: float, marked: str, days_between: int) -> Again | None:
    """Return what `later` is to `earlier`, None where they are not about one person.

    `sheet` is the likeness of their sheets (0..1, `orders.sheets`), `marked` the
    words with which the later one says that it takes an earlier one's place,
    `days_between` the days between their arrivals, used where an order has no date.
    """
    provider = _provider(later, earlier)
    dated = bool(later.order_date) and later.order_date.value == earlier.order_date.value
    besides = SAME_REQUEST if dated and provider == "same" else 0.0
    person = same_person(person_of(later), person_of(earlier), besides)
    if sheet >= SURE and (person.probability > 0.2 or not person.against):
        person = Sameness(max(person.probability, sheet), person.agree)
    if person.probability < LEAST:
        return None
    changes = tuple(_changes(later, earlier))
    both = _Both(
        person,
        sheet,
        marked,
        _exams(later, earlier),
        _days(later, earlier, days_between, sheet),
        provider,
        token_f1(_text(later.indication.text), _text(earlier.indication.text)) >= 0.85,
        changes,
        tuple(_altered(later, earlier)),
    )
    kind, share = _kind(both)
    if person.probability * share < LEAST:
        kind, share = "another", 1.0
    return Again(kind, round(person.probability * share, 3), tuple(_reasons(both, kind)))


def _kind(both: _Both) -> tuple[Kind, float]:
    """Return the kind, and how probable it is for one and the same person."""
    overlap = both.exams in ("same", "altered", "unread")
    if both.marked and both.near(MARKED) and (overlap or both.provider == "same"):
        return "correction", 0.97 if overlap else 0.7
    if both.exams in ("same", "unread"):
        if both.changes and both.near(CORRECTED) and both.provider != "other" and both.exams == "same":
            return "correction", 0.8
        if both.days == 0:
            if both.sheet >= SHEET:
                return "same_sheet", 0.98
            return "same_order", 0.95 if both.exams == "same" else 0.4
        if both.exams == "same" and both.near(ANEW) and both.reason and both.provider != "other":
            return "same_order", 0.6
    if both.exams == "altered" and both.near(CORRECTED) and both.provider != "other":
        return "correction", 0.85 if both.days == 0 or both.sheet >= SHEET else 0.75
    return "another", 1.0


def _exams(later: Order, earlier: Order) -> str:
    """Return how the exams compare: `same`, `altered` (one exam asked otherwise, added or left out), `other`, `unread`.

    A part that either reading is not sure of alters nothing.
    """
    if not later.exams or not earlier.exams:
        return "unread"
    left = list(earlier.exams)
    for exam in later.exams:
        same = next((each for each in left if not any(_differs(exam, each))), None)
        if same is not None:
            left.remove(same)
    if not left and len(later.exams) == len(earlier.exams):
        return "same"
    places = {_place(exam) for exam in earlier.exams}
    return "altered" if any(_place(exam) in places for exam in later.exams) else "other"


def _place(exam: Exam) -> tuple[str, str]:
    return _text(exam.modality), _text(exam.body_region)


def _differs(exam: Exam, other: Exam) -> Iterator[str]:
    for part in EXAM_PARTS:
        mine, theirs = getattr(exam, part), getattr(other, part)
        # Where one is not sure, a difference is a misreading as likely as not; what names the exam counts all the same.
        told = part in ("modality", "body_region") or min(mine.confidence, theirs.confidence) >= LEAST
        if mine.value != theirs.value and told:
            yield part


def _changes(later: Order, earlier: Order) -> Iterator[str]:
    """Yield what the later order says surely otherwise, in words: what a correction is made for."""
    if not earlier.signed.value and later.signed.value and _sure(later.signed, earlier.signed):
        yield "it is signed now"
    codes, before = _codes(later), _codes(earlier)
    if before and codes and not codes & before and _sure(*later.indication.icd10, *earlier.indication.icd10):
        yield f"the diagnosis code is {', '.join(sorted(codes))}, was {', '.join(sorted(before))}"
    for name, words in (("pregnant", "pregnancy"), ("implant", "implants"), ("contrast_allergy", "contrast allergy")):
        mine, theirs = getattr(later.safety, name), getattr(earlier.safety, name)
        if mine.value != theirs.value and mine and _sure(mine, theirs):
            yield f"the answer on {words} is {mine.value}, was {theirs.value or 'open'}"
    number, old = later.coverage.authorization_number, earlier.coverage.authorization_number
    if number and not old and _sure(number, old):
        yield "it has an authorisation number now"


def _reasons(both: _Both, kind: Kind) -> Iterator[str]:
    if both.person.agree:
        yield f"Same patient: {', '.join(both.person.agree)}."
    if both.marked and kind == "correction":
        yield f"It says “{both.marked}”."
    if both.sheet >= SHEET:
        yield f"{round(100 * both.sheet)} of 100 numbers on the sheet are the same."
    yield {
        "same": "Same exam.",
        "altered": f"The exam is asked otherwise: {'; '.join(both.altered) or 'one more or one less'}.",
        "other": "Another exam.",
        "unread": "The exam was not read on both.",
    }[both.exams]
    if both.days == 0:
        yield "Same order date."
    elif both.days is not None:
        days = f"{abs(both.days)} {'day' if abs(both.days) == 1 else 'days'}"
        yield f"Ordered {days} {'later' if both.days > 0 else 'earlier'}."
    if both.provider == "same":
        yield "Same referrer."
    elif both.provider == "other":
        yield "Another referrer."
    for change in both.changes:
        yield change[0].upper() + change[1:] + "."


def _days(later: Order, earlier: Order, between: int, sheet: float) -> int | None:
    """Return the days from the earlier order's date to the later's; by their arrivals where a date is not read."""
    mine, theirs = later.order_date, earlier.order_date
    try:
        days = (date.fromisoformat(_text(mine)) - date.fromisoformat(_text(theirs))).days
    except ValueError:
        # A sheet is faxed again within hours or after weeks; the same order by another channel comes the same day.
        return 0 if sheet >= SHEET or abs(between) <= 1 else between
    # One sheet has one date: read otherwise, and not surely, it is a misreading.
    return 0 if sheet >= SURE and not _sure(mine, theirs) else days


def _altered(later: Order, earlier: Order) -> Iterator[str]:
    """Yield what is asked otherwise of an exam of one place, in words."""
    for exam in later.exams:
        before = next((each for each in earlier.exams if _place(each) == _place(exam)), None)
        for part in _differs(exam, before) if before else ():
            now, was = (_text(getattr(each, part)).replace("_", " ") or "not stated" for each in (exam, before))
            yield f"{PART_WORDS[part]} is {now}, was {was}"


def _provider(later: Order, earlier: Order) -> str:
    mine, theirs = later.provider, earlier.provider
    pairs = [(mine.npi, theirs.npi), (mine.phone, theirs.phone), (mine.fax, theirs.fax), (mine.family, theirs.family)]
    both = [(_text(a).casefold(), _text(b).casefold()) for a, b in pairs if a and b]
    if any(a == b for a, b in both):
        return "same"
    return "other" if both else "unknown"


def _codes(order: Order) -> Counter[str]:
    return Counter(_text(code) for code in order.indication.icd10 if code)


def _sure(*values: Value) -> bool:
    return all(value.confidence >= SURE for value in values)


def _text(value: Value) -> str:
    return "" if value.value is None else str(value.value)
