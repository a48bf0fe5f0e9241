"""The reliability table and the report around it, on readings that can be counted by hand."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from orders.calibration import Shown, calibration, values_shown
from orders.report import grouped, report, report_json


def leaf(value: Any, confidence: float = 0.9) -> dict[str, Any]:
    return {"value": value, "confidence": confidence, "evidence": []}


def exam(side: str | None, confidence: float = 0.9) -> dict[str, Any]:
    parts = {"modality": "MR", "body_region": "knee", "laterality": side, "contrast": None, "technique": None}
    return {part: leaf(value, confidence if part == "laterality" else 0.99) for part, value in parts.items()}


TRUTH = {
    "document": "a.pdf",
    "quality": "clean",
    "fill": "typed",
    "pages": [{"number": 1, "type": "order"}],
    "orders": [
        {
            "pages": [1],
            "patient": {"family": "Moss", "given": "Alan", "birth_date": "1950-02-02", "phone": None},
            "exams": [
                {"modality": "MR", "body_region": "knee", "laterality": "left", "contrast": None, "technique": None}
            ],
            "indication": {"text": None, "icd10": ["M25.562"]},
            "signed": False,
            "problems": [{"code": "signature", "severity": "blocking"}],
            "route": "clarification",
        }
    ],
}


PATIENT = {
    "family": leaf("MOSS", 0.97),
    "given": leaf("Alan"),
    "birth_date": leaf(None),
    "phone": leaf("5035550133", 0.4),
}


def reading(**changes: Any) -> dict[str, Any]:
    order = {
        "pages": [1],
        "patient": PATIENT,
        "exams": [exam("left", 0.6)],
        "indication": {"text": leaf(None), "icd10": [leaf("M25.562", 0.8), leaf("M25.561", 0.3)]},
        "signed": leaf(False, 0.9),
        "problems": [{"code": "signature", "severity": "blocking"}, {"code": "patient_phone", "severity": "follow_up"}],
        "route": "clarification",
    } | changes
    return {"document": "a.pdf", "pages": [{"number": 1, "type": "order"}], "orders": [order]}


def test_every_stated_value_is_counted_once() -> None:
    found = {(one.field, one.confidence): one.right for one in values_shown([(TRUTH, reading())])}
    assert found == {
        ("patient.family", 0.97): True,
        ("patient.given", 0.9): True,
        ("patient.phone", 0.4): False,
        ("indication.icd10", 0.8): True,
        ("indication.icd10", 0.3): False,
        ("signed", 0.9): True,
        ("exam", 0.6): True,
    }


@pytest.mark.parametrize(
    ("exams", "right"),
    [
        ([exam("left")], [True]),
        ([exam("right")], [False]),
        ([exam(None)], [False]),
        ([exam("left"), exam("left")], [True, False]),
    ],
)
def test_an_exam_is_right_once(exams: list[dict[str, Any]], right: list[bool]) -> None:
    found = [one.right for one in values_shown([(TRUTH, reading(exams=exams))]) if one.field == "exam"]
    assert found == right


def test_an_invented_order_has_only_wrong_values() -> None:
    nothing = {**TRUTH, "orders": []}
    assert not any(one.right for one in values_shown([(nothing, reading())]))


def test_the_error_is_the_weighed_gap_of_the_bins() -> None:
    values = [Shown("x", 0.9, right) for right in [True] * 9 + [False]]
    values += [Shown("x", 1.0, right) for right in [True] * 5 + [False] * 5]
    table = calibration(values)
    assert table.error == pytest.approx((0.0 * 10 + 0.5 * 10) / 20)
    assert (table.sure, table.sure_right) == (10, 5)
    assert sum(one.shown for one in table.bins) == 20


@given(st.lists(st.builds(Shown, st.just("x"), st.floats(0, 1), st.booleans())))
def test_every_value_falls_into_one_bin(values: list[Shown]) -> None:
    table = calibration(values)
    assert sum(one.shown for one in table.bins) == len(values)
    assert 0 <= table.error <= 1


def test_the_report_tells_groups_apart() -> None:
    other = {**TRUTH, "quality": "poor"}
    pairs = [(TRUTH, reading()), (other, reading(exams=[exam("right")]))]
    assert {name: table.field("exam").f1 for name, table in grouped(pairs, "quality").items()} == {
        "clean": 1.0,
        "poor": 0,
    }
    text = report(pairs)
    assert "poor" in text
    assert "typed" not in text
    assert "expected calibration error" in text
    figures = json.loads(json.dumps(report_json(pairs)))
    assert figures["by"]["fill"]["typed"]["orders"] == 2
    assert figures["calibration"]["shown"] == 14
    assert figures["needless_asks"] == {"part": 2, "whole": 4, "share": 0.5}
    assert figures["needless_requests"]["part"] == 0


def test_a_report_on_nothing_is_empty_and_no_error() -> None:
    assert "0 documents" in report([])
