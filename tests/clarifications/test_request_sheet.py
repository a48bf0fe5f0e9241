"""What a letter remembers of itself: each thing to fill in, where, and what it means; in both languages alike."""

from __future__ import annotations

import tomllib
from datetime import date
from importlib.resources import files
from pathlib import Path

import pytest

from clarifications.asks import LANGUAGES, asks, cells, texts
from clarifications.letter import Facility, Original, letter
from clarifications.plain import plain_text
from clarifications.sheet import sheet_from_json, sheet_json
from documents.preview import first_page_png
from orders import vocabulary
from orders.knowledge import KeyFault
from orders.order import Check, Exam, Order, Patient, Value

FACILITY = Facility("Riverbend Imaging", "4235550142", "4235550143")
DAY = date(2026, 3, 9)


def check(code: str, *paths: str) -> Check:
    return Check(code, "blocking", "message", f"About {code}.", paths, 1.0)


def order(*problems: Check, exams: int = 1, order_id: str = "A") -> Order:
    made = tuple(Exam(text=Value(f"MRI {each}", state="stated")) for each in ("knee", "hip", "hand")[:exams])
    return Order(order_id, (1,), Patient(Value("Okafor", state="stated")), exams=made, problems=problems)


def meanings(*problems: Check, exams: int = 1) -> list[tuple[str, str, str]]:
    sheet = letter([order(*problems, exams=exams)], "r", FACILITY, DAY).sheet
    return [
        (place.kind, meaning.path, meaning.value)
        for place, meaning in zip(sheet.plan.places, sheet.meanings, strict=True)
        if meaning.code != "answered_by"
    ]


@pytest.mark.parametrize(
    ("problem", "expected"),
    [
        (
            check("laterality", "exams.0.laterality"),
            [("tick", "exams.0.laterality", side) for side in ("left", "right", "bilateral")],
        ),
        (check("signature", "signed"), [("signature", "signed", ""), ("line", "-", "")]),
        (
            check("safety_screening", "safety.implant"),
            [("tick", "safety.implant", "no"), ("tick", "safety.implant", "yes"), ("line", "-", "")],
        ),
        (check("coverage", "coverage.member_id"), [("line", "coverage.member_id", "")]),
        (check("record_number"), [("line", "?", "")]),
    ],
)
def test_each_place_knows_what_it_means(problem: Check, expected: list[tuple[str, str, str]]) -> None:
    assert meanings(problem) == expected


def test_each_exam_without_a_side_is_asked_about_by_its_name() -> None:
    problem = check("laterality", "exams.0.laterality", "exams.2.laterality")
    found = meanings(problem, exams=3)
    assert [path for _, path, _ in found] == ["exams.0.laterality"] * 3 + ["exams.2.laterality"] * 3
    labels = [row[0].label for row in asks((problem,), texts(), order(problem, exams=3))[0].rows]
    assert labels == ["MRI knee:", "MRI hand:"]


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_language_lays_out_what_the_meanings_count_on(language: str) -> None:
    means = tomllib.loads(files("clarifications").joinpath("answers.toml").read_text("utf-8"))
    wording = texts(language)
    assert set(wording["answers"]) == {*vocabulary.BLOCKING, *vocabulary.FOLLOW_UP, "other"} == set(means["answers"])
    blocks = [(wording["answers"], means["answers"])]
    blocks += [(wording["answers_by_path"][code], said) for code, said in means["answers_by_path"].items()]
    for rows, meant in blocks:
        assert set(rows) == set(meant)
        for code, given in meant.items():
            places = [cell for row in rows[code] for cell in cells(row)]
            assert sum(cell.tick + bool(cell.line) for cell in places) == len(given), code


def test_a_sheet_is_kept_and_read_back_the_same() -> None:
    sheet = letter([order(check("laterality", "exams.0.laterality"), check("signature"))], "r", FACILITY, DAY).sheet
    again = sheet_from_json(sheet_json(sheet))
    assert again.meanings == sheet.meanings
    assert [place.kind for place in again.plan.places] == [place.kind for place in sheet.plan.places]
    assert len({meaning.group for meaning in sheet.meanings if meaning.path == "exams.0.laterality"}) == 1


def test_two_orders_of_a_patient_are_asked_on_one_page_each_under_its_own_id() -> None:
    first = order(check("laterality", "exams.0.laterality"), order_id="A")
    second = order(check("signature", "signed"), order_id="B")
    made = letter([first, second], "r", FACILITY, DAY)
    assert made.left_out == 0
    assert {meaning.order for meaning in made.sheet.meanings} == {"A", "B", ""}


def test_the_marked_page_goes_behind_and_is_no_part_of_what_is_read() -> None:
    image = first_page_png(letter([order(check("signature"))], "r", FACILITY, DAY).pdf, 300)
    made = letter([order(check("signature"))], "r", FACILITY, DAY, original=Original(image, ((0.1, 0.1, 0.3, 0.2),)))
    assert made.pdf.count(b"/Type /Page\n") == 2 or b"/Count 2" in made.pdf


def test_spanish_asks_in_spanish() -> None:
    text = plain_text([order(check("laterality", "exams.0.laterality"))], "r", FACILITY, DAY, "es")
    assert "Marque izquierdo, derecho o ambos lados: MRI knee." in text
    assert "[ ] izquierdo   [ ] derecho   [ ] ambos" in text


@pytest.mark.parametrize(
    ("said", "key"),
    [
        ('[letter]\nmore = "More points did not fit."\n', "letter.more"),
        ('[letter]\nhow = "Fax it to {number}"\n', "letter.how"),
        ('[letter]\ngreeting = "Dear colleague"\n', "letter.greeting"),
        ("[letter]\ntitle = 3\n", "letter.title"),
    ],
)
def test_a_sites_text_with_a_missing_variable_is_refused_by_name(tmp_path: Path, said: str, key: str) -> None:
    (tmp_path / "letters").mkdir()
    (tmp_path / "letters" / "en.toml").write_text(said)
    with pytest.raises(KeyFault) as caught:
        texts("en", tmp_path)
    assert caught.value.key == key


def test_a_sites_own_title_stands_on_the_letter(tmp_path: Path) -> None:
    (tmp_path / "letters").mkdir()
    (tmp_path / "letters" / "en.toml").write_text('[letter]\ntitle = "Please complete this order"\n')
    assert texts("en", tmp_path)["letter"]["title"] == "Please complete this order"
    assert texts("en")["letter"]["title"] != "Please complete this order"
