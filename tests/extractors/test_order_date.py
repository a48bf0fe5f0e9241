"""The day of the order: a letter's own date, and not a print's, a visit's or a coverage's."""

from __future__ import annotations

import pytest
from drawn_views import Drawn

from extractors.order_date import find_order_date

LETTER = """
Pine Hollow Primary Care
To: Cedar Bluff Imaging, scheduling
From: Brenda Amundsen DO
Date: November 2, 2026
Re: FABIAN GEBRE, born 20 Mar 1959
Please schedule a CT scan of the chest.
"""


@pytest.mark.parametrize(
    ("text", "dates"),
    [
        (LETTER, {"2026-11-02"}),
        (LETTER.replace("Re: FABIAN GEBRE, born 20 Mar 1959", "Patient: Fabian Gebre"), {"2026-11-02"}),
        ("Patient: Ann Lee\nInsurance: Aetna   Member ID: W1234567\nDate: November 2, 2026", set()),
        ("Order date: 11/02/2026", {"2026-11-02"}),
        ("DOB: 11/02/1966", set()),
    ],
)
def test_whose_date_is_the_orders(draw: Drawn, text: str, dates: set[str]) -> None:
    assert {finding.value for finding in find_order_date(draw(text))} == dates
