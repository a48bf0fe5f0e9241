"""Yes and no printed before their boxes, the question run into the first: which of them was ticked."""

from __future__ import annotations

import pytest
from drawn_views import Drawn, _box

from documents.page import Mark
from extractors.safety import find_safety

LINE = "Patient: Alderson, June\nPacemaker / implant? Y     N     Contrast allergy? Y     N"


def pair(start: int, question: str, ticked: str) -> tuple[Mark, Mark]:
    """The two boxes after the letters Y and N, as a reader labels them."""
    return tuple(
        Mark("choice", _box(1, start + 6 * place, 1), "on" if letter == ticked else "off", text, 0.96)
        for place, (letter, text) in enumerate((("Y", f"{question} Y"), ("N", "N")))
    )


@pytest.mark.parametrize(
    ("implant", "allergy", "said"),
    [
        ("N", "Y", {"safety.implant": "no", "safety.contrast_allergy": "yes"}),
        ("Y", "N", {"safety.implant": "yes", "safety.contrast_allergy": "no"}),
        # A printed pair with nothing ticked answers nothing.
        ("", "", {}),
    ],
)
def test_the_box_that_is_ticked_answers(draw: Drawn, implant: str, allergy: str, said: dict[str, str]) -> None:
    marks = (*pair(23, "Pacemaker / implant?", implant), *pair(53, "Contrast allergy?", allergy))
    found = find_safety(draw(LINE, marks=marks))
    assert {finding.field: finding.value for finding in found} == said
