"""The desk's words for what the ledger says in codes: states, problems, steps, events, page types."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from django.utils import timezone

from desk.fields import field_at, said
from orders.request_states import REPLY_STATES, REQUEST_STATES
from store.ledger import HistoryRow

STATES: Final[Mapping[str, str]] = {
    "review": "Review",
    "clarification": "Clarification",
    "ready": "Ready",
    "not_an_order": "Not an order",
    "delivered": "Delivered",
    "duplicate": "Duplicate",
    "closed": "Closed",
}

TONES: Final[Mapping[str, str]] = {
    "review": "doubt",
    "clarification": "accent",
    "ready": "good",
    "delivered": "good",
}

AGES: Final[Mapping[str, str]] = {
    "late": "past its time",
    "day": "older than a day",
    "week": "older than a week",
    "snoozed": "put off until later",
}

EMPTY: Final[Mapping[str, tuple[str, str]]] = {
    "mine": ("Nothing of yours.", "Orders that are assigned to you, and those you have open, stand here."),
    "review": ("Nothing to review.", "Orders that a person should look at come here by themselves."),
    "clarification": ("No referrer is being asked.", "Orders that wait for a referrer's answer stand here."),
    "ready": ("Nothing waits to be handed on.", "Complete orders stand here until scheduling has them."),
    "not_an_order": ("Nothing here.", "Documents without an order stand here: advertisements, results, letters."),
    "delivered": ("Nothing delivered yet.", "Orders that scheduling has stand here."),
}

PROBLEMS: Final[Mapping[str, str]] = {
    "patient_name": "patient's name not stated",
    "patient_birth_date": "birth date not stated",
    "exam": "exam not clear",
    "laterality": "side not stated",
    "indication": "no reason for the exam",
    "provider_name": "referrer not named",
    "provider_contact": "no way to reach the referrer",
    "signature": "not signed",
    "exam_conflict": "exam contradicts itself",
    "safety_conflict": "safety answer speaks against the exam",
    "patient_phone": "patient's telephone not stated",
    "contrast": "contrast not stated",
    "diagnosis_code": "no diagnosis code",
    "coverage": "coverage incomplete",
    "authorization": "no authorisation number",
    "safety_screening": "safety questions open",
    "provider_npi": "NPI absent or wrong",
    "order_date": "order not dated",
}

PAGE_TYPES: Final[Mapping[str, str]] = {
    "cover": "cover",
    "order": "order",
    "clinical_note": "note",
    "lab_result": "lab",
    "prior_report": "report",
    "insurance_card": "card",
    "authorization": "authorisation",
    "clarification_reply": "reply",
    "other": "other",
    "blank": "blank",
}

CLOSED_WORDS: Final[Mapping[str, str]] = {
    "delivered": "This order was handed on. To change it, take it back to review.",
    "not_an_order": "This document was set aside: it holds no order.",
    "duplicate": "The same order is already here.",
    "closed": "This order is closed.",
}

# States in which a person may change fields; the others are looked at, and taken back to review first.
OPEN_STATES: Final[frozenset[str]] = frozenset({"review", "clarification", "ready"})


@dataclass(frozen=True, slots=True)
class Step:
    """A button under an order: the state it leads to, its words and its key; `dialog` asks before."""

    to: str
    label: str
    title: str
    key: str
    first: bool = False
    dialog: str = ""

    @property
    def shown_key(self) -> str:
        return "Ctrl ↵" if self.key == "Enter" else f"Alt {self.key.upper()}"


READY = Step("ready", "Ready", "The order is complete: hand it on", "Enter")
ASK = Step("clarification", "Ask the referrer", "Send the letter that asks for what is missing", "a", dialog="ask")
SET_ASIDE = Step("not_an_order", "Not an order", "Set the document aside: it holds no order", "o")
BACK = Step("review", "Back to review", "Take the order back to the review queue", "b")
CLOSE = Step("closed", "Close", "File it away: there is nothing more to do", "c")

STEPS: Final[Mapping[str, tuple[Step, ...]]] = {
    "review": (READY, ASK, SET_ASIDE),
    "clarification": (READY, BACK, CLOSE),
    "ready": (ASK, BACK),
    "delivered": (BACK,),
    "not_an_order": (BACK, CLOSE),
    "duplicate": (BACK, CLOSE),
    "closed": (BACK,),
}

AGAIN: Final[Mapping[str, str]] = {
    "same_sheet": "This looks like the same sheet again.",
    "same_order": "This looks like the same order, sent once more.",
    "correction": "This looks like a correction.",
    "another": "Another order for this patient.",
}

# The same in a queue's row.
AGAIN_SHORT: Final[Mapping[str, str]] = {
    "same_sheet": "the same sheet again?",
    "same_order": "the same order again?",
    "correction": "corrects an earlier order?",
}


@dataclass(frozen=True, slots=True)
class Told:
    """What a person can say about an order that came before: its name, words, key, and how it is told afterwards."""

    name: str
    label: str
    title: str
    key: str
    done: str


VERDICTS: Final[tuple[Told, ...]] = (
    Told("duplicate", "Duplicate", "The same order: set this one aside", "d", "is a duplicate of"),
    Told("replaces", "Replaces the earlier", "Close the earlier order and go on with this one", "r", "replaces"),
    Told("separate", "Separate order", "Both are wanted: go on with this one too", "s", "is wanted beside"),
)

BLIND_PARTS: Final[Mapping[str, str]] = {
    "family": "Family name",
    "given": "Given name",
    "birth_date": "Birth date",
    "exams": "Exams",
}

_EVENTS: Final[Mapping[str, str]] = {
    "received": "received the file",
    "seen_again": "saw the same file again",
    "document_reading": "started reading",
    "document_read": "read the document",
    "document_failed": "could not read the document",
    "document_received": "put it back to be read",
    "case_viewed": "looked at it",
    "case_claimed": "took it to work on",
    "case_unclaimed": "let it go",
    "request_made": "made a request to the referrer",
}


BLIND_OUTCOMES: Final[Mapping[str, str]] = {
    "right": "it was read rightly",
    "wrong": "something was read wrongly",
    "undecided": "it could not be told",
}


def event(row: HistoryRow) -> str:
    """Return what `row` of the audit trail says, as the rest of a sentence that starts with its actor."""
    detail = row.detail
    if row.verb == "case_opened":
        return f"opened the order in {state(detail['to'])}"
    if row.verb == "case_moved":
        reason = f": {detail['reason']}" if detail.get("reason") else ""
        return f"moved it from {state(detail['from'])} to {state(detail['to'])}{reason}"
    if row.verb == "case_corrected":
        field = field_at(str(detail["path"]))
        return f"{field.label}: {said(detail['before'], field)} → {said(detail['after'], field)}"
    if row.verb == "case_accepted":
        return f"accepted {field_at(str(detail['path'])).label}"
    if row.verb == "case_undone":
        return f"took back what was done to {field_at(str(detail['path'])).label}"
    if row.verb == "case_came_before":
        return f"{AGAIN[str(detail['kind'])][:-1]} (order {detail['earlier']})"
    if row.verb == "case_told_apart":
        done = next(each.done for each in VERDICTS if each.name == detail["verdict"])
        return f"said that it {done} {detail['earlier']}"
    if row.verb == "case_checked_blind":
        return f"checked it blind: {BLIND_OUTCOMES[str(detail['outcome'])]}"
    if row.verb == "case_answered":
        field = field_at(str(detail["path"]))
        return f"{field.label}, as the referrer answered: {said(detail['after'], field)}"
    if row.verb == "request_moved":
        reason = f": {detail['reason']}" if detail.get("reason") else ""
        return f"request to the referrer: {REQUEST_STATES[str(detail['to'])].meaning}{reason}"
    if row.verb == "request_message":
        return f"request by {detail['channel']}, try {detail['try']}: {str(detail['what']).replace('_', ' ')}"
    if row.verb == "request_reply":
        return f"an answer came: {REPLY_STATES[str(detail['state'])]}"
    if row.verb == "case_snoozed":
        return f"put it off until {moment(detail['until'])}" if detail.get("until") else "took it up again"
    if row.verb == "case_read_again":
        return f"laid out the pages anew; it holds {detail['pages']} now"
    if row.verb == "document_laid_out":
        return f"laid out the pages anew: {detail['orders']}"
    if row.verb == "case_called":
        return f"called: {detail['note']}"
    if row.verb == "case_assigned":
        return f"assigned it to {detail['to']}" if detail.get("to") else "assigned it to nobody"
    return _EVENTS.get(row.verb, row.verb.replace("_", " "))


def moment(iso: object) -> str:
    """Return a moment kept as ISO 8601 as a person here writes it."""
    return f"{timezone.localtime(datetime.fromisoformat(str(iso))):%m/%d %H:%M}"


def state(code: object) -> str:
    """Return the desk's word for a state, the code itself where there is none."""
    return STATES.get(str(code), str(code))
