"""Patients on pages of several layouts."""

from __future__ import annotations

import pytest
from drawn_views import Drawn

from extractors.patient import find_patient
from extractors.resolve import choose

BESIDE = """
Riverbend Family Clinic
12 Mill Rd, Dayton, OH 45419
Phone: (937) 555-0114   Fax: (937) 555-0115

PATIENT NAME: Alderson, June M      DOB: 3/14/1962     SEX: F
HOME PHONE: 937-555-0163    MRN: A-55812
ADDRESS: 77 Quiet Ln, Dayton, OH 45420

ORDERING PROVIDER: Omar Bell, MD    NPI: 1234567893
"""
UNDER = """
First name        Last name          Date of birth     Sex
June              Alderson           03/14/1962        Female

Cell phone        Medical record no  Street address
(937) 555-0163    A-55812            77 Quiet Ln
"""
LETTER = """
November 2, 2026

RE: June M Alderson
Date of birth: 14 Mar 1962

Dear colleague,
Thank you for seeing this 64-year-old woman. She has had pain in the right hip since August and
walks with a limp. Please perform an MRI of the right hip.

Sincerely,
Omar Bell, MD
"""


@pytest.mark.parametrize(
    ("page", "field", "value"),
    [
        (BESIDE, "patient.family", "Alderson"),
        (BESIDE, "patient.given", "June"),
        (BESIDE, "patient.middle", "M"),
        (BESIDE, "patient.birth_date", "1962-03-14"),
        (BESIDE, "patient.sex", "F"),
        (BESIDE, "patient.phone", "9375550163"),
        (BESIDE, "patient.mrn", "A-55812"),
        (BESIDE, "patient.address.line", "77 Quiet Ln"),
        (BESIDE, "patient.address.city", "Dayton"),
        (BESIDE, "patient.address.state", "OH"),
        (BESIDE, "patient.address.postal_code", "45420"),
        (UNDER, "patient.family", "Alderson"),
        (UNDER, "patient.given", "June"),
        (UNDER, "patient.birth_date", "1962-03-14"),
        (UNDER, "patient.sex", "F"),
        (UNDER, "patient.phone", "9375550163"),
        (UNDER, "patient.mrn", "A-55812"),
        (LETTER, "patient.family", "Alderson"),
        (LETTER, "patient.given", "June"),
        (LETTER, "patient.birth_date", "1962-03-14"),
        (LETTER, "patient.sex", "F"),
    ],
)
def test_what_the_page_states_of_the_patient(draw: Drawn, page: str, field: str, value: str) -> None:
    found = [finding for finding in find_patient(draw(page)) if finding.field == field]
    chosen = choose(field, found)
    assert chosen is not None and chosen.value == value
    assert chosen.evidence and chosen.evidence[0].page == 1


@pytest.mark.parametrize(
    ("page", "field"),
    [
        # the practice's number, an emergency contact's, a visit's date and a title say nothing of the patient
        ("Riverbend Clinic\nPhone: (937) 555-0114\n\nPATIENT NAME: Alderson, June", "patient.phone"),
        ("PATIENT NAME: Alderson, June\nEMERGENCY CONTACT: Ray Alderson   Phone: 937-555-0199", "patient.phone"),
        ("PATIENT NAME: Alderson, June\nVISIT DATE: 03/14/1962", "patient.birth_date"),
        ("RE: Ms. June Alderson\nPhone: 937-555-0163", "patient.sex"),
        ("PATIENT NAME: Alderson, June    SEX: ☐F ☐M", "patient.sex"),
        ("PATIENT NAME:            DOB:", "patient.family"),
    ],
)
def test_what_is_not_stated_stays_open(draw: Drawn, page: str, field: str) -> None:
    assert choose(field, [finding for finding in find_patient(draw(page)) if finding.field == field]) is None


def test_a_tick_tells_the_sex(draw: Drawn) -> None:
    view = draw("PATIENT NAME: Alderson, June    SEX: ☐ M ☒ F")
    (finding,) = [finding for finding in find_patient(view) if finding.field == "patient.sex"]
    assert finding.value == "F"
