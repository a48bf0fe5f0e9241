"""The exact bound, against figures known from tables and the rule of three."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from orders.exact_bound import upper_bound


@pytest.mark.parametrize(
    ("wrong", "checked", "sureness", "bound"),
    [
        (0, 0, 0.95, 1.0),
        (5, 5, 0.95, 1.0),
        (0, 10, 0.95, 0.2589),
        (0, 100, 0.95, 0.0295),
        (0, 598, 0.95, 0.005),
        (1, 10, 0.95, 0.3942),
        (1, 10, 0.975, 0.4450),
        (3, 200, 0.95, 0.0383),
        (50, 100, 0.95, 0.5863),
        (0, 1, 0.95, 0.95),
    ],
)
def test_the_bound_is_the_tables(wrong, checked, sureness, bound):
    assert upper_bound(wrong, checked, sureness) == pytest.approx(bound, abs=1e-4)


@pytest.mark.parametrize(("wrong", "checked"), [(-1, 3), (4, 3), (0, -1)])
def test_what_cannot_be_is_refused(wrong, checked):
    with pytest.raises(ValueError, match="cannot be"):
        upper_bound(wrong, checked)


@given(st.integers(0, 30), st.integers(1, 3000))
def test_more_checked_lowers_it_and_more_wrong_raises_it(wrong, more):
    checked = wrong + more
    assert wrong / checked < upper_bound(wrong, checked) <= 1
    assert upper_bound(wrong, checked + 1) < upper_bound(wrong, checked)
    assert upper_bound(wrong, checked) < upper_bound(wrong + 1, checked)
