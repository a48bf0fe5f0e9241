"""Which words are the reason for an exam, and which only stand where one could."""

from __future__ import annotations

import pytest
from drawn_views import Drawn

from extractors.indication import find_reason

LOG = "12/14/25 Draft created by Dr. Omar Bell 12/16/25 Sent to imaging center by Dr. Omar Bell"


@pytest.mark.parametrize(
    ("page", "reason"),
    [
        ("Reason for exam: right hip pain", "right hip pain"),
        ("She has a history of breast cancer and lung nodules.", "breast cancer and lung nodules."),
        # Medical prose that names nothing.
        ("There is no family history of note. Vital signs are stable.", None),
        # A portal's log of who touched the order.
        (f"Reason for exam: {LOG}", None),
        ("Reason for exam: fall, sent to ER by ambulance", "fall, sent to ER by ambulance"),
    ],
)
def test_what_is_a_reason(draw: Drawn, page: str, reason: str | None) -> None:
    found = max(find_reason(draw(page)), key=lambda finding: finding.score, default=None)
    assert (found.value if found else None) == reason
