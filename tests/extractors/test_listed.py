"""Reasons that a form lists: the ticked one, another written in, and never the rest of the list."""

from __future__ import annotations

import pytest
from drawn_views import Drawn

from classifiers.exam import read_exams
from classifiers.priority import read_priority
from extractors.extract import Knowledge, extract

TICKED = """
Reason for exam
☐ Multinodular goiter
☒ Hyperthyroidism, low TSH
☐ Thyroid nodule
ICD-10: E05.90
"""
OTHER = """
                                   Diagnosis / Symptoms
☐ Shoulder pain, r/o rotator cuff tear
☐ Adhesive capsulitis
Other - GERD, epigastric pain
ICD-10 Code - K21.9
"""
NONE = """
Reason for exam
☐ Crush injury, rule out fracture
☐ Recurrent UTI
Other:
ICD-10: E05.90
"""
BESIDE = """
Reason for exam:  ☐ Cough   ☒ Chest pain   ☐ Dyspnea
Insurance: Cigna
"""
TWO = """
Indication
☒ Dyspnea        ☐ Hemoptysis
☒ Chronic cough  ☐ Fever
Ordering provider: Omar Bell, MD
"""
HISTORY = """
Indication:   amaurosis fugax x 1, bruit
Risk factors: ☒ Hypertension   ☐ Diabetes   ☒ Hyperlipidemia   ☐ Smoker
Ordering provider: Omar Bell, MD
"""
EXAMS = """
Reason for exam: right hip pain and limp
☒ MRI hip        ☐ MRI knee
☐ CT chest       ☐ CT head
"""


@pytest.mark.parametrize(
    ("page", "reason"),
    [
        (TICKED, "Hyperthyroidism, low TSH"),
        (OTHER, "GERD, epigastric pain"),
        (NONE, None),
        (BESIDE, "Chest pain"),
        (TWO, "Dyspnea Chronic cough"),
        (HISTORY, "amaurosis fugax x 1, bruit"),
        (EXAMS, "right hip pain and limp"),  # no list of reasons
    ],
    ids=["ticked", "other", "none", "beside", "two", "history", "exams"],
)
def test_the_reason_of_a_list(draw: Drawn, page: str, reason: str | None) -> None:
    order = extract("one", [draw(page)], Knowledge(read_exams, read_priority)).order
    assert order.indication.text.value == reason
