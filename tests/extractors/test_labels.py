"""Which phrases are labels: an option is none, and a number's decoy keeps its meaning."""

from __future__ import annotations

import pytest
from conftest import Drawn

from extractors.labels import vocabulary
from extractors.provider import find_provider
from extractors.sheet import label_form


@pytest.mark.parametrize("option", ["STAT", "Urgent", "Routine", "Left", "Yes", "With"])
def test_an_option_is_no_label(option: str) -> None:
    assert label_form(option) not in vocabulary()


def test_a_scheduling_line_is_the_centres_own(draw: Drawn) -> None:
    assert vocabulary()["scheduling"] == ("decoy.phone",)
    page = "Lakeside Imaging     Scheduling: (937) 555-0171\n\nORDERING PROVIDER: Omar Bell, MD   NPI: 1234567893"
    assert not [finding for finding in find_provider(draw(page)) if finding.field == "provider.phone"]
