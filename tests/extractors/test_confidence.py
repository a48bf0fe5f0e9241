"""Curves from rank to probability."""

from __future__ import annotations

import pytest

from extractors.confidence import calibrated, curves, kind_of, on, raw
from orders.order import Evidence, Order, Patient, Value

PLACE = (Evidence(1, (0.1, 0.1, 0.2, 0.2), "x"),)


@pytest.mark.parametrize(
    ("rank", "height"), [(0.0, 0.1), (0.2, 0.1), (0.35, 0.3), (0.5, 0.5), (0.75, 0.7), (1.0, 0.9), (2.0, 0.9)]
)
def test_a_curve_is_straight_between_its_knots_and_level_beyond(rank: float, height: float) -> None:
    assert on(((0.2, 0.1), (0.5, 0.5), (1.0, 0.9)), rank) == pytest.approx(height)


@pytest.mark.parametrize(
    ("path", "value", "kind"),
    [
        ("patient.family", Value("A", 0.9, PLACE, "stated"), "name"),
        ("patient.birth_date", Value("1980-01-01", 0.9, PLACE, "stated"), "date"),
        ("exams.0.text", Value("CT", 0.9, PLACE, "stated", "label Exam"), "exam_written"),
        ("exams.0.text", Value("CT", 0.9, PLACE, "stated", "ticked"), "exam_ticked"),
        ("indication.text", Value("pain", 0.9, PLACE, "stated"), "words"),
        ("provider.npi", Value("1", 0.9, PLACE, "stated"), "number"),
        ("safety.implant", Value("no", 0.9, PLACE, "stated"), "answer"),
        ("signed", Value(False, 0.9), "unsigned"),
        ("patient.phone", Value(), "absent"),
        ("exams.0.contrast", Value(), "exam_open"),
        ("safety.implant", Value(), "unanswered"),
        ("patient.phone", Value(None, 0.5, PLACE, "unreadable"), "unreadable"),
    ],
)
def test_every_leaf_has_its_curve(path: str, value: Value, kind: str) -> None:
    assert kind_of(path, value) == kind


def test_an_order_for_many_exams_has_a_curve_of_its_own() -> None:
    value = Value("CT", 0.9, PLACE, "stated", "ticked")
    assert kind_of("exams.0.modality", value, exams=3) == "exam_ticked"
    assert kind_of("exams.0.modality", value, exams=4) == "exam_of_many"


def test_the_installed_curves_rise_and_stay_probabilities() -> None:
    for curve in curves().values():
        heights = [height for _, height in curve]
        assert heights == sorted(heights)
        assert all(0 < height < 1 for height in heights)


def test_a_close_rival_lowers_the_rank() -> None:
    assert raw(0.9, 0.8) < raw(0.9, 0.2) <= 0.9


def test_calibrating_changes_confidences_only() -> None:
    order = Order("a", (1,), patient=Patient(family=Value("Alderson", 0.3, PLACE, "stated")))
    shown = calibrated(order, clear=True)
    assert shown.patient.family.value == "Alderson"
    assert shown.patient.family.evidence == PLACE
    assert shown.patient.family.confidence == pytest.approx(on(curves()["name.clear"], 0.3))
