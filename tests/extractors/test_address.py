"""Addresses in one entry or in fields of their own."""

from __future__ import annotations

import pytest
from drawn_views import Drawn

from extractors.patient import find_patient
from extractors.resolve import choose


@pytest.mark.parametrize(
    ("entry", "line", "city", "state", "postal_code"),
    [
        ("77 Quiet Ln, Dayton, OH 45420", "77 Quiet Ln", "Dayton", "OH", "45420"),
        ("77 Quiet Ln Dayton OH 45420-1234", "77 Quiet Ln", "Dayton", "OH", "45420"),
        ("77 Quiet Ln, Dayton OH", "77 Quiet Ln", "Dayton", "OH", None),
        ("12 Main St. Apt 4 St. Louis, MO 63101", "12 Main St. Apt 4", "St. Louis", "MO", "63101"),
        ("12 Main St St Cloud MN 56301", "12 Main St", "St Cloud", "MN", "56301"),
        ("P.O. Box 81, Dayton, OH 45420", "P.O. Box 81", "Dayton", "OH", "45420"),
        # misread: a one for the I of a state, a C for a zero; a full stop after the number
        ("77. Quiet Ln, Dayton, 1A 524C1", "77. Quiet Ln", "Dayton", "IA", "52401"),
        ("77 Quiet Ln, Dayton, ZZ 45420", "77 Quiet Ln, Dayton, ZZ 45420", None, None, None),
        ("Quiet Lane", None, None, None, None),
    ],
)
def test_an_address_in_one_entry(
    draw: Drawn, entry: str, line: str | None, city: str | None, state: str | None, postal_code: str | None
) -> None:
    found = list(find_patient(draw(f"PATIENT NAME: Alderson, June    DOB: 3/14/1962\nHOME ADDRESS: {entry}")))
    values = []
    for part in ("line", "city", "state", "postal_code"):
        field = f"patient.address.{part}"
        chosen = choose(field, [finding for finding in found if finding.field == field])
        values.append(chosen.value if chosen else None)
    assert values == [line, city, state, postal_code]
