"""Labels with misread letters, values without a label, and names that others' lines would lend."""

from __future__ import annotations

import pytest
from drawn_views import Drawn

from classifiers.exam import read_exams
from classifiers.priority import read_priority
from extractors.extract import Knowledge, extract
from orders.order import Scalar

MISREAD = """
IMAGING REQUEST
Naiie of Pt                                  D0B
Alderson, June                               03/14/1962
Exam: CT chest
"""
PARTICLES = """
IMAGING REQUEST
PATIENT NAME (Last, First, MI) VAN DER BERG, JUNE RUTH       DOB 03/14/1962
Exam: CT chest
"""
LAST_FITST = """
Patient (Last, Fitst)                        Birth date
NGUYEN, JUNE                                 03/14/1962
"""
NAME_FIRST = """
LAST NAME                                    Type of Exam
VAN BERG                                     US AORTA
Name: First
MABEL
"""
LOST_LABEL = """
LAST NAME....                    LUNDQUIST
NAME - FIRST..                   BONNIE
                                 NOVEMBER 12, 1971
PHONE #....                      (913) 555-0155
ORDER DATE..                     SEPTEMBER 8, 2025
"""
HOLDER = """
LAST NAME: LUNDQUIST             FIRST NAME: BONNIE
DOB:
Policy holder: Ray Lundquist     DOB: 05/01/1960
Date of injury:                  03/14/2019
"""
FOR_PAD = """
PATIENT (Last, First) - GALINDO, REGINALD
For: Diabetic foot ulcer
"""
ONE_NAME = """
Patient Name: Rosalind
DOB: 03/14/1962
"""
SENTENCE = """
Patient Full Name:
Which side is to be scanned
"""
SUPERVISED = """
Physician
Dr. Tanvi Farouk
Supervising Physician            Family physician
Leopold Pelletier, MD            Fatima Bancroft, MD
Signature
"""
AUDIT = """
Referring Provider    Batchelor, Tamika          NPI    1234567893
Audit trail
2026-03-20 Draft created by Dr. Ramona Castellanos
2026-03-27 Sent to imaging center by Dr. Ramona Castellanos
2026-03-27 Viewed by Dr. Ramona Castellanos
"""
BEFORE_NPI = """
                 Riverbend Internal Medicine
            Miriam Petrakis, PA-C   Katarzyna Cabrera, MD

Dear Radiologist,
With kind regards,
signature:
Petrakis, Miriam NPI 1234567893
"""
TWO_ANSWERS = """
Safety:   Pacemaker or implanted device: None | Kidney disease: No
"""
Wanted = dict[str, Scalar]
CASES: dict[str, tuple[str, Wanted]] = {
    "particles": (PARTICLES, {"patient.family": "VAN DER BERG", "patient.given": "JUNE"}),
    "a misread word in brackets": (LAST_FITST, {"patient.family": "NGUYEN", "patient.birth_date": "1962-03-14"}),
    "name: first": (NAME_FIRST, {"patient.given": "MABEL", "patient.family": "VAN BERG"}),
    "a birth date whose label was lost": (LOST_LABEL, {"patient.birth_date": "1971-11-12"}),
    "the policy holder's": (HOLDER, {"patient.birth_date": None}),
    "for": (FOR_PAD, {"patient.family": "GALINDO", "patient.given": "REGINALD"}),
    "one name": (ONE_NAME, {"patient.given": "Rosalind", "patient.family": None}),
    "a sentence": (SENTENCE, {"patient.given": None, "patient.family": None}),
    "supervised": (SUPERVISED, {"provider.family": "Farouk", "provider.given": "Tanvi"}),
    "audit trail": (AUDIT, {"provider.family": "Batchelor"}),
    "two answers": (TWO_ANSWERS, {"safety.implant": "no", "safety.kidney_disease": "no"}),
    "a name before its NPI": (BEFORE_NPI, {"provider.family": "Petrakis", "provider.given": "Miriam"}),
}


def read(draw: Drawn, page: str, wanted: Wanted, confidence: float = 0.99) -> Wanted:
    order = extract("one", [draw(page, confidence=confidence)], Knowledge(read_exams, read_priority)).order
    return {field: order.at(field).value for field in wanted}


@pytest.mark.parametrize("name", CASES)
def test_what_is_read(draw: Drawn, name: str) -> None:
    page, wanted = CASES[name]
    assert read(draw, page, wanted) == wanted


@pytest.mark.parametrize(("confidence", "family"), [(0.7, "Alderson"), (0.99, None)])
def test_more_letters_may_be_misread_where_the_reader_doubts(
    draw: Drawn, confidence: float, family: str | None
) -> None:
    """A sure "Naiie of Pt" is somebody's own wording."""
    assert read(draw, MISREAD, {"patient.family": family}, confidence) == {"patient.family": family}


@pytest.mark.parametrize(
    ("line", "field"),
    [
        ("Signs & Symptoms   Right leg pain and swelling", "indication.text"),
        ("Nati Provider ID   1234567893", "provider.npi"),  # a label, misread
        ("Practice   Twin Oaks Women's Health Group", "provider.practice"),
    ],
)
def test_a_value_is_no_label_however_badly_read(draw: Drawn, line: str, field: str) -> None:
    value = line.split("   ")[1]
    assert read(draw, f"IMAGING ORDER\n{line}\nExam: CT chest", {field: value}, 0.8) == {field: value}
