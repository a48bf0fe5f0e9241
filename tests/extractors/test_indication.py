"""Diagnosis codes where they stand: under a heading, several with commas, read with a comma for the dot."""

from __future__ import annotations

import pytest
from drawn_views import Drawn

from classifiers.exam import read_exams
from classifiers.priority import read_priority
from extractors.extract import Knowledge, extract


@pytest.mark.parametrize(
    ("text", "codes"),
    [
        ("Associated diagnoses: C61, R97.21", ["C61", "R97.21"]),
        ("Dx: C61,R97.21", ["C61", "R97.21"]),
        ("Dx: R51.9, new onset", ["R51.9"]),
        ("Dx: I10, E11.9; Z12.31", ["I10", "E11.9", "Z12.31"]),
        ("Dx: M25,512", ["M25.512"]),
        ("Dx: M25. 512", ["M25.512"]),
        ("Diagnoses\nM25.512 - Pain in left shoulder", ["M25.512"]),
        ("Diagnoses\n\n\nM25.512 - Pain in left shoulder", ["M25.512"]),
        ("Dx: S06.0X0A", ["S06.0X0A"]),
        ("Reason: pain at L4, L5 for 3 weeks", []),
        ("Suite: C61", []),
    ],
)
def test_codes_are_told_where_they_stand(draw: Drawn, text: str, codes: list[str]) -> None:
    page = f"Diagnostic Order\nPatient: Ann Lee   DOB: 01/02/1960\nExam: CT chest\n{text}\n"
    order = extract("x-1", [draw(page)], Knowledge(read_exams, read_priority)).order
    assert [code.value for code in order.indication.icd10] == codes
