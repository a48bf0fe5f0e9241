"""The table of a request's states: nothing is forgotten, nothing leads nowhere."""

from __future__ import annotations

import pytest

from orders.request_states import OPEN, REQUEST_START, REQUEST_STATES, may_follow


@pytest.mark.parametrize("name", REQUEST_STATES)
def test_what_follows_are_states_and_the_clock_takes_only_allowed_steps(name: str) -> None:
    state = REQUEST_STATES[name]
    assert state.following <= set(REQUEST_STATES)
    assert set(state.by_clock) <= state.following
    assert bool(state.by_clock) == (not state.final)


@pytest.mark.parametrize("name", sorted(OPEN))
def test_the_clock_alone_brings_every_open_state_to_an_end_once_attempts_are_used_up(name: str) -> None:
    seen = []
    while not REQUEST_STATES[name].final:
        assert name not in seen, f"{name} comes round again"
        seen.append(name)
        name = REQUEST_STATES[name].by_clock[-1]
    assert name == "expired" or seen[-1] == "in_part"


def test_every_state_can_be_reached_and_a_person_can_end_every_open_one() -> None:
    reached, edge = set(), {REQUEST_START}
    while edge:
        reached |= edge
        edge = {after for name in edge for after in REQUEST_STATES[name].following} - reached
    assert reached == set(REQUEST_STATES)
    assert all(may_follow(name, "closed") and may_follow(name, "withdrawn") for name in OPEN)


@pytest.mark.parametrize(
    ("current", "following"), [("answered", "asked"), ("expired", "to_ask"), ("to_ask", "expired")]
)
def test_steps_that_are_not_allowed(current: str, following: str) -> None:
    assert not may_follow(current, following)


def test_no_such_state() -> None:
    with pytest.raises(KeyError):
        may_follow("asked", "gone")
