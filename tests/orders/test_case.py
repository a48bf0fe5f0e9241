"""The table of states: closed, connected, and the same in the diagram."""

import pytest

from orders.case import (
    CASE_START,
    CASE_STATES,
    CASE_TRANSITIONS,
    DOCUMENT_START,
    DOCUMENT_STATES,
    DOCUMENT_TRANSITIONS,
    diagram,
    may,
)
from orders.vocabulary import ROUTES

TABLES = [
    (DOCUMENT_TRANSITIONS, DOCUMENT_STATES, DOCUMENT_START),
    (CASE_TRANSITIONS, CASE_STATES, CASE_START),
]


@pytest.mark.parametrize(("transitions", "states", "start"), TABLES)
def test_every_state_is_known_and_can_be_reached(transitions, states, start):
    assert set(transitions) == set(states)
    reached, fresh = set(), set(start)
    while fresh:
        reached |= fresh
        fresh = set().union(*(transitions[state] for state in fresh)) - reached
    assert reached == set(states)


def test_the_two_tables_share_no_state():
    assert not set(DOCUMENT_STATES) & set(CASE_STATES)


def test_every_route_of_the_contract_is_a_state_that_a_case_may_start_in():
    assert set(ROUTES) == CASE_START


@pytest.mark.parametrize(
    ("current", "following", "allowed"),
    [
        ("review", "ready", True),
        ("ready", "delivered", True),
        ("review", "delivered", False),
        ("clarification", "delivered", False),
        ("not_an_order", "ready", False),
        ("closed", "review", True),
        ("closed", "ready", False),
        ("received", "reading", True),
        ("received", "read", False),
        ("reading", "received", True),
        ("read", "ready", False),
    ],
)
def test_may(current, following, allowed):
    assert may(current, following) is allowed


@pytest.mark.parametrize(("current", "following"), [("nowhere", "ready"), ("review", "nowhere")])
def test_a_state_that_does_not_exist_is_refused(current, following):
    with pytest.raises(KeyError):
        may(current, following)


@pytest.mark.parametrize(("transitions", "states", "start"), TABLES)
def test_the_diagram_draws_every_transition_once(transitions, states, start):
    lines = diagram(transitions, start).splitlines()
    assert lines[0] == "stateDiagram-v2"
    drawn = {tuple(line.strip().split(" --> ")) for line in lines[1:]}
    assert drawn == {(a, b) for a, after in transitions.items() for b in after} | {("[*]", state) for state in start}
    assert len(lines) - 1 == len(drawn)
