"""Curves from rank to probability."""

from __future__ import annotations

import pytest

from documents.page import Box, Page, Word
from extractors.confidence import Model, calibrated, family_of, margin, models, probability, told
from extractors.features import NAMES
from orders.order import Evidence, Order, PageType, Patient, Value

PLACE = (Evidence(1, (0.1, 0.1, 0.2, 0.2), "x"),)


@pytest.mark.parametrize(("odds", "shown"), [(0.0, 0.5), (2.0, 0.8808), (-50.0, 0.02), (50.0, 0.999)])
def test_log_odds_are_shown_as_a_probability_never_quite_sure(odds: float, shown: float) -> None:
    assert told(odds) == pytest.approx(shown, abs=1e-4)


@pytest.mark.parametrize(
    ("path", "value", "kind"),
    [
        ("patient.family", Value("A", 0.9, PLACE, "stated"), "name"),
        ("patient.birth_date", Value("1980-01-01", 0.9, PLACE, "stated"), "date"),
        ("exams.0.text", Value("CT", 0.9, PLACE, "stated", "label Exam"), "exam"),
        ("exams.0.text", Value("CT", 0.9, PLACE, "stated", "ticked"), "exam"),
        ("indication.text", Value("pain", 0.9, PLACE, "stated"), "words"),
        ("provider.npi", Value("1", 0.9, PLACE, "stated"), "number"),
        ("safety.implant", Value("no", 0.9, PLACE, "stated"), "answer"),
        ("signed", Value(False, 0.9), "unsigned"),
        ("patient.phone", Value(), "absent"),
        ("exams.0.contrast", Value(), "open_part"),
        ("safety.implant", Value(), "unanswered"),
        ("patient.phone", Value(None, 0.5, PLACE, "unreadable"), "unreadable"),
    ],
)
def test_every_leaf_has_its_curve(path: str, value: Value, kind: str) -> None:
    assert family_of(path, value) == kind


def test_the_installed_models_know_these_figures_and_stay_probabilities() -> None:
    assert {"name", "date", "exam", "absent"} <= set(models())
    for model in models().values():
        assert model.slope > 0
        assert 0 < probability(model, [0.5] * len(NAMES)) < 1


def test_a_tree_sends_a_figure_left_up_to_its_threshold() -> None:
    model = Model(0.5, (((1, 0.3, 1, 2), (-1.0,), (2.0,)), ((0.25,),)), 0.5, -0.1)
    assert margin(model, (9, 0.3)) == pytest.approx(-0.25)
    assert margin(model, (9, 0.31)) == pytest.approx(2.75)
    assert probability(model, (9, 0.31)) == pytest.approx(told(0.5 * 2.75 - 0.1))


def test_calibrating_changes_the_confidence_of_what_has_no_rival() -> None:
    word = Word("Alderson", Box(*PLACE[0].box), 0.9, 0)
    page = Page(1, 1700, 2200, 0, "ocr", (word,), (), b"")
    order = Order("a", (1,), patient=Patient(family=Value("Alderson", 0.3, PLACE, "stated")))
    shown = calibrated(order, (page,), (PageType(1, "order"),))
    assert [(path, v.value, v.evidence, v.state) for path, v in shown.leaves()] == [
        (path, v.value, v.evidence, v.state) for path, v in order.leaves()
    ]
    assert shown.patient.family.confidence != 0.3
