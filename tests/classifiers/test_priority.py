"""Stated priorities, and words that look like one."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from classifiers.priority import read_priority
from orders.vocabulary import PRIORITIES


@pytest.mark.parametrize(
    ("text", "priority"),
    [
        ("STAT", "stat"),
        ("Stat!", "stat"),
        ("S.T.A.T.", "stat"),
        ("Priority: STAT", "stat"),
        ("MRI brain STAT please", "stat"),
        ("stat - call report to 555-0100", "stat"),
        ("EMERGENT", "stat"),
        ("emergency", "stat"),
        ("wet read", "stat"),
        ("perform immediately", "stat"),
        ("Urgent", "urgent"),
        ("URGENT - within 48 hours", "urgent"),
        ("urgently needed", "urgent"),
        ("ASAP", "urgent"),
        ("a.s.a.p.", "urgent"),
        ("as soon as possible", "urgent"),
        ("please expedite", "urgent"),
        ("same day", "urgent"),
        ("Priority: High", "urgent"),
        ("Routine", "routine"),
        ("ROUTINE (next available)", "routine"),
        ("next available appointment", "routine"),
        ("elective", "routine"),
        ("not urgent", "routine"),
        ("non-urgent", "routine"),
        ("nonurgent", "routine"),
        ("non emergent", "routine"),
        ("Priority: normal", "routine"),
        ("urgent, STAT if abnormal", "urgent"),
        ("routine, not STAT", "routine"),
        ("routine / STAT", "stat"),
        # near-misses
        ("", None),
        ("marital status: single", None),
        ("status post fall", None),
        ("on a statin since 2019", None),
        ("atorvastatin 20 mg", None),
        ("Nystatin", None),
        ("state: TN", None),
        ("thermostat", None),
        ("seen at urgent care", None),
        ("Lakeside Urgent Care Center", None),
        ("emergency contact: spouse", None),
        ("sent from the emergency room", None),
        ("Emergency Department", None),
        ("routine labs drawn", None),
        ("routine physical", None),
        ("routine screening mammogram", None),
        ("STAT labs", None),
        ("Rush University", None),
        ("resurgent pain", None),
        ("burgundy", None),
        ("urge incontinence", None),
        ("subroutine", None),
        ("immediate family", None),
    ],
)
def test_stated_priority(text: str, priority: str | None) -> None:
    assert read_priority(text) == priority


@given(st.text(max_size=200))
def test_never_raises(text: str) -> None:
    assert read_priority(text) in (None, *PRIORITIES)
