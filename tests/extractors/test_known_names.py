"""Names that people bear, and names that a reader's slip made of them."""

from __future__ import annotations

import pytest

from extractors.known_names import known, nearly


@pytest.mark.parametrize(
    ("name", "given", "share", "slip"),
    [
        ("Marcelo", True, 1.0, False),
        ("MARGELO", True, 0.0, True),
        ("Siobman", True, 0.0, True),
        ("Fairbanks", False, 1.0, False),
        ("Fajrbanks", False, 0.0, True),
        ("van der Berg", False, 1.0, False),
        ("Zainab", True, 0.0, False),  # a name that the census did not know is no slip
        ("Wdo", False, 0.0, False),  # too short to tell
        ("Smith-Qxywz", False, 0.5, False),
        ("12", False, 0.0, False),
        ("", True, 0.0, False),
    ],
)
def test_a_name_and_a_slip(name: str, given: bool, share: float, slip: bool) -> None:
    assert (known(name, given), nearly(name, given)) == (share, slip)
