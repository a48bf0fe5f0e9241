"""The figures that speak for and against a value."""

from __future__ import annotations

from dataclasses import replace

import pytest

from documents.page import Box, Mark, Page, Word
from extractors.features import NAMES, features
from orders.order import Evidence, Exam, Order, PageType, Patient, Value

BOX = Box(0.1, 0.1, 0.3, 0.12)
NAME = Word("Alderson", BOX, 0.9, 0)
EXAM_BOX = Box(0.1, 0.2, 0.3, 0.22)
EXAM = Word("MRI knee", EXAM_BOX, 0.95, 1)


def place(box: Box, text: str) -> tuple[Evidence, ...]:
    return (Evidence(1, (box.x0, box.y0, box.x1, box.y1), text),)


ORDER = Order(
    "a",
    (1,),
    patient=Patient(family=Value("Alderson", 0.8, place(BOX, "Alderson"), "stated", "label Name")),
    exams=(
        Exam(
            text=Value("MRI knee", 0.9, place(EXAM_BOX, "MRI knee"), "stated", "ticked"),
            modality=Value("MR", 0.9, place(EXAM_BOX, "MRI knee"), "stated", "ticked"),
            body_region=Value("knee", 0.7, place(EXAM_BOX, "MRI knee"), "stated", "ticked"),
            procedure_code=Value("73721", 0.9, (), "stated"),
        ),
    ),
)


def row(path: str, *words: Word, order: Order = ORDER, marks: tuple[Mark, ...] = ()) -> dict[str, float]:
    page = Page(1, 1700, 2200, 0, "ocr", words or (NAME, EXAM), marks, b"")
    return dict(zip(NAMES, dict(features(order, (page,), (PageType(1, "order"),)))[path], strict=True))


@pytest.mark.parametrize(
    ("second", "figure"), [(None, -1.0), ("Alderson", 1.0), ("ALDERSON", 1.0), ("Anderson", 0.0), ("", 0.5)]
)
def test_the_second_reader_speaks_for_or_against(second: str | None, figure: float) -> None:
    assert row("patient.family", replace(NAME, second=second), EXAM)["second"] == figure


def test_the_weakest_word_under_the_evidence_counts_and_no_other() -> None:
    assert row("patient.family", NAME, replace(EXAM, confidence=0.1))["weakest_word"] == 0.9


@pytest.mark.parametrize(("beside", "hints"), [("Left", 1.0), ("L", 1.0), ("Lateral", 0.0), ("contrast", 0.0)])
def test_a_word_of_a_side_beside_an_exam_without_one_is_a_hint(beside: str, hints: float) -> None:
    word = Word(beside, Box(0.5, 0.2, 0.6, 0.22), 0.9, 1)
    assert row("exams.0.laterality", NAME, EXAM, word)["row_hints"] == hints


def test_a_mark_that_no_value_rests_on_is_a_stray() -> None:
    on = Mark("choice", Box(0.6, 0.5, 0.62, 0.52), "on", "Left", 0.9)
    used = Mark("choice", EXAM_BOX, "on", "MRI knee", 0.9)
    marks = (on, used, replace(on, state="off"), replace(on, confidence=0.2))
    assert row("patient.family", marks=marks)["stray_marks"] == 1


@pytest.mark.parametrize(("code", "agrees"), [("73721", 1.0), ("70551", 0.0), ("99999", -1.0)])
def test_the_code_agrees_contradicts_or_says_nothing(code: str, agrees: float) -> None:
    order = ORDER.put("exams.0.procedure_code", replace(ORDER.exams[0].procedure_code, value=code))
    assert row("exams.0.modality", order=order)["code_agrees"] == agrees


def test_words_that_look_like_the_missing_value_are_counted() -> None:
    date = Word("03/04/1961", Box(0.5, 0.5, 0.6, 0.52), 0.9, 3)
    assert row("patient.birth_date", NAME, EXAM, date)["unclaimed"] == 1
    assert row("patient.mrn", NAME, EXAM, date)["unclaimed"] == 0
