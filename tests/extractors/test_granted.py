"""Which exam an authorisation is for."""

from __future__ import annotations

import pytest
from drawn_views import Drawn

from classifiers.exam import read_exams
from extractors.granted import granted, unread


@pytest.mark.parametrize(
    ("line", "found"),
    [
        ("MR LUMBAR SPINE WITHOUT  1", {("MR", "lumbar_spine")}),
        ("72148  1 unit", {("MR", "lumbar_spine")}),
        ("MRI HIP RIGHT  73721", {("MR", "hip")}),
        ("We approve a CT of the chest and nothing else.", {("CT", "chest")}),
        ("Facility: Lakeside MRI & CT", set()),
        ("Reference 7214800 of March", set()),
    ],
)
def test_every_line_counts_and_a_number_where_no_line_does(draw: Drawn, line: str, found: set[tuple[str, str]]) -> None:
    exams = list(granted(draw(line, kind="authorization"), read_exams))
    assert {(exam.modality.value, exam.body_region.value) for exam in exams} == found


@pytest.mark.parametrize(
    ("kind", "line", "doubted"),
    [
        ("authorization", "Approved: see the portal", True),
        ("authorization", "Approved: CT chest", False),
        ("order", "Approved: see the portal", False),
    ],
)
def test_an_approval_that_names_no_exam_is_a_doubt(draw: Drawn, kind: str, line: str, doubted: bool) -> None:
    view = draw(line, kind=kind)
    doubt = unread([view], granted(view, read_exams) if kind == "authorization" else ())
    assert (doubt is not None) is doubted
