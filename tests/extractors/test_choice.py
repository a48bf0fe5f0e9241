"""Choosing once more among what was found, with probabilities at hand."""

import pytest

from extractors.choice import LEAD, LIKELY, alternatives, raw, settled
from orders.order import Evidence, Finding, Value

ROW, LOWER = Evidence(1, (0.1, 0.10, 0.3, 0.12), "x"), Evidence(1, (0.1, 0.50, 0.3, 0.52), "x")


def found(path: str, value: str, place: Evidence = LOWER, score: float = 0.4) -> Finding:
    return Finding(path, value, (place,), score, "label")


def stated(path: str, value: str, *others: Finding, confidence: float = 0.7) -> Value:
    return Value.of(found(path, value, ROW), confidence, others)


def test_a_close_rival_lowers_the_rank() -> None:
    assert raw(0.9, 0.8) < raw(0.9, 0.2) <= 0.9


@pytest.mark.parametrize(
    ("path", "value", "other", "place", "offered"),
    [
        ("provider.practice", "KEY8TONE HEALTH", "Keystone Health", LOWER, True),
        ("coverage.payer", "VMK", "UMR", LOWER, True),
        # A name read twice, and two readings of one row.
        ("patient.given", "ENRIGVE", "Enrique", LOWER, True),
        ("patient.given", "Ann", "Petra", ROW, True),
        # Another person's name: it must not be set beside the first one's family name.
        ("patient.given", "Ann", "Petra", LOWER, False),
        # Exams hang together, codes are a list, a signature is one mark of many.
        ("exams.0.modality", "CT", "MR", ROW, False),
        ("indication.icd10.0", "R51.9", "R51.0", ROW, False),
        ("signed", "x", "y", ROW, False),
    ],
)
def test_what_else_may_take_a_leaf(path: str, value: str, other: str, place: Evidence, offered: bool) -> None:
    rivals = alternatives(path, stated(path, value, found(path, other, place)))
    assert [rival.value for rival in rivals] == ([other] if offered else [])
    assert all(rival.others[0].value == value for rival in rivals)


@pytest.mark.parametrize(
    ("first", "second", "taken", "state"),
    [
        (0.9, 0.5, "VMK", "stated"),
        # A little likelier is not enough: the rules know what the figures do not.
        (0.6, 0.6 + LEAD - 0.01, "VMK", "stated"),
        (0.6, 0.6 + LEAD + 0.01, "UMR", "stated"),
        (LIKELY - 0.01, 0.1, None, "unreadable"),
        (LIKELY + 0.01, 0.1, "VMK", "stated"),
    ],
)
def test_the_likeliest_is_taken_or_none(first: float, second: float, taken: str | None, state: str) -> None:
    path = "coverage.payer"
    value = stated(path, "VMK", found(path, "UMR"), confidence=first)
    (rival,) = alternatives(path, value)
    rival = Value(rival.value, second, rival.evidence, rival.state, rival.reason, rival.others)
    best = settled(path, value, [rival])
    assert (best.value, best.state) == (taken, state)
    # Whatever lost stays with the leaf, for a person to take.
    assert {other.value for other in best.others} | {best.value} >= {"VMK", "UMR"}


def test_absences_and_exams_are_left_as_they_are() -> None:
    absent, part = Value(None, 0.1, (), "absent"), Value("CT", 0.1, (ROW,), "stated")
    assert settled("patient.mrn", absent, []) is absent
    assert settled("exams.0.modality", part, []) is part
