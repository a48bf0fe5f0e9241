"""What a choice's words mean where they stand alone, whole, cut by a loop, or glued."""

from __future__ import annotations

from dataclasses import replace

import pytest
from drawn_views import Drawn

from extractors.choices import option_of, role_of
from extractors.views import View


@pytest.mark.parametrize(
    ("text", "role", "value"),
    [
        ("With & without", "contrast", "with_and_without"),
        ("With & withou", "contrast", "with_and_without"),
        ("ithout", "contrast", "without"),
        ("without contras", "contrast", "without"),
        ("Li", "side", "left"),
        ("Ri", "side", "right"),
        ("WIO", "contrast", "without"),
        ("w/out", "contrast", "without"),
        ("WWO", "contrast", "with_and_without"),
        ("w/W0", "contrast", "with_and_without"),
        ("C+/C-", "contrast", "with_and_without"),
        ("C-", "contrast", "without"),
        ("Non-con", "contrast", "without"),
        ("With con", "contrast", "with"),
        ("Conus", "other", ""),
        ("Two", "other", ""),
        ("C", "other", ""),
        ("Outside", "other", ""),
        ("Within", "other", ""),
        ("Liver", "other", ""),
    ],
)
def test_roles(text: str, role: str, value: str) -> None:
    assert role_of(text) == (role, value)


@pytest.mark.parametrize(("hand", "option"), [(0.98, ["Mam"]), (0.1, ["Mam", "screening"])])
def test_an_option_ends_where_a_hand_goes_on(draw: Drawn, hand: float, option: list[str]) -> None:
    view = draw("☒ Mam screening")
    rows = tuple(
        tuple(replace(token, handwritten=hand if token.text == "screening" else 0.02) for token in row)
        for row in view.sheet.rows
    )
    view = View(replace(view.sheet, rows=rows), view.today)
    assert [token.text for token in option_of(view, view.sheet.marks[0])] == option
