"""The letter: one page always, each problem with the thing to fill in, legible after a coarse fax."""

from __future__ import annotations

import io
import re
from datetime import date

import pypdfium2
import pytest
import zxingcpp
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image

from clarifications.asks import asks, texts
from clarifications.case_code import case_code, qr_content, read_code
from clarifications.letter import Facility, letter_pdf
from orders import vocabulary
from orders.order import Check, Exam, Order, Patient, Provider, Value

FACILITY = Facility("Riverbend Imaging", "4235550142", "4235550143")
RECEIVED = date(2026, 3, 9)


def check(code: str, request: str = "Please tell us.", paths: tuple[str, ...] = ()) -> Check:
    severity = "blocking" if code in vocabulary.BLOCKING else "follow_up"
    return Check(code, severity, "message", request, paths, 1.0)


def stated(value: str) -> Value:
    return Value(value, state="stated")


def an_order(*problems: Check, family: str = "Okafor", exam: str = "MRI knee without contrast") -> Order:
    return Order(
        id="o-1",
        pages=(1,),
        patient=Patient(family=stated(family), given=stated("Ada"), birth_date=stated("1971-02-03"), mrn=stated("M88")),
        exams=(Exam(text=stated(exam)),),
        provider=Provider(family=stated("Lindqvist"), given=stated("Maja"), fax=stated("4235550199")),
        problems=problems,
    )


def pdf_text(pdf: bytes) -> str:
    document = pypdfium2.PdfDocument(pdf)
    assert len(document) == 1
    return re.sub(r"\s+", " ", document[0].get_textpage().get_text_range())


@pytest.mark.parametrize(
    ("code", "shown"),
    [
        ("patient_name", "First name"),
        ("patient_birth_date", "Date of birth (month / day / year)"),
        ("exam", "Body part"),
        ("laterality", "left right both"),
        ("indication", "Reason"),
        ("provider_name", "Ordering provider (print)"),
        ("provider_contact", "Phone"),
        ("signature", "Signature of the ordering provider"),
        ("exam_conflict", "The exam to be done is"),
        ("safety_conflict", "do not do this exam"),
        ("patient_phone", "Patient's phone"),
        ("contrast", "the radiologist decides"),
        ("diagnosis_code", "ICD-10"),
        ("coverage", "Insurance"),
        ("authorization", "Authorization number"),
        ("safety_screening", "Pacemaker or other implant:"),
        ("provider_npi", "NPI (10 digits)"),
        ("order_date", "Date of the order"),
    ],
)
def test_each_problem_brings_its_sentence_and_what_to_fill_in(code: str, shown: str) -> None:
    text = pdf_text(letter_pdf(an_order(check(code, f"Sentence about {code}.")), "case-1", FACILITY, RECEIVED))
    assert f"1. Sentence about {code}." in text
    # The answer must stand after its sentence: some of these words are in the letter's head as well.
    assert shown in text.split(f"Sentence about {code}.")[1].replace("\ufffe", "")


def test_every_code_of_the_vocabulary_has_an_answer() -> None:
    assert set(texts()["answers"]) == {*vocabulary.BLOCKING, *vocabulary.FOLLOW_UP, "other"}


def test_a_rule_of_the_sites_own_has_a_line_to_write_on() -> None:
    asked = asks((check("record_number", "Please write the record number."),), texts())[0]
    assert asked.request == "Please write the record number."
    assert [cell.line > 20 for row in asked.rows for cell in row] == [True]


@pytest.mark.parametrize(
    ("paths", "labels"),
    [
        (("safety.implant",), ["Pacemaker or other implant:", "no", "yes, which"]),
        (("safety.contrast_allergy",), ["Allergy to contrast:", "no", "yes"]),
        (
            ("exams.0.modality",),
            ["Pacemaker or other implant:", "no", "yes, which", "Allergy to contrast:", "no", "yes"],
        ),
    ],
)
def test_only_the_open_safety_question_is_asked(paths: tuple[str, ...], labels: list[str]) -> None:
    (ask,) = asks((check("safety_screening", paths=paths),), texts())
    assert [cell.label for row in ask.rows for cell in row] == labels


def test_blocking_comes_first_and_follow_up_is_called_so() -> None:
    problems = (check("order_date", "When was it ordered?"), check("signature", "Please sign."))
    text = pdf_text(letter_pdf(an_order(*problems), "case-1", FACILITY, RECEIVED))
    assert text.index("We cannot schedule") < text.index("1. Please sign.") < text.index("Please also add")
    assert text.index("Please also add") < text.index("2. When was it ordered?")


def test_head_names_who_asks_about_whom_and_nothing_more() -> None:
    text = pdf_text(letter_pdf(an_order(check("laterality")), "case-1", FACILITY, RECEIVED))
    for part in (
        "Riverbend Imaging",
        "(423) 555-0142",
        "fax it back to (423) 555-0143",
        "To: Maja Lindqvist",
        "Patient: Okafor, Ada",
        "Date of birth: 02/03/1971",
        "Exam as ordered: MRI knee without contrast",
        "Order received 03/09/2026",
        case_code("case-1"),
    ):
        assert part in text
    assert "M88" not in text


def test_what_is_not_stated_is_said_so() -> None:
    bare = Order(id="o-2", pages=(1,), problems=(check("patient_name"), check("exam")))
    text = pdf_text(letter_pdf(bare, "case-2", FACILITY, RECEIVED))
    assert "Patient: not stated on the order" in text
    assert "Exam as ordered: not stated on the order" in text
    assert "the ordering provider's office" in text


ALL = tuple(
    check(code, f"A sentence of usual length that asks about {code}.") for code in texts()["answers"] if code != "other"
)


@pytest.mark.parametrize("times", [0, 1, 3, 8])
def test_one_page_however_many_problems(times: int) -> None:
    problems = ALL * times
    text = pdf_text(letter_pdf(an_order(*problems), "case-1", FACILITY, RECEIVED))
    left_out = re.search(r"(\d+) more points did not fit", text)
    shown = len(re.findall(r"\d+\. A sentence", text))
    assert shown + (int(left_out[1]) if left_out else 0) == len(problems)


def test_every_blocking_problem_at_once_fits() -> None:
    problems = tuple(problem for problem in ALL if problem.severity == "blocking")
    text = pdf_text(letter_pdf(an_order(*problems), "case-1", FACILITY, RECEIVED))
    assert "did not fit" not in text
    assert len(re.findall(r"\d+\. A sentence", text)) == len(problems) == 10


@settings(max_examples=25, deadline=None)
@given(st.text(max_size=300), st.text(max_size=600), st.text(max_size=400))
def test_any_text_gives_one_page(name: str, exam: str, request: str) -> None:
    order = an_order(check("laterality", request), family=name or "x", exam=exam or "x")
    assert len(pypdfium2.PdfDocument(letter_pdf(order, "case-1", FACILITY, RECEIVED))) == 1


def as_coarse_fax(pdf: bytes) -> Image.Image:
    page = pypdfium2.PdfDocument(pdf)[0].render(scale=204 / 72).to_pil().convert("L")
    return page.resize((page.width, round(page.height * 98 / 204))).point(lambda v: 255 if v > 128 else 0)


def test_the_code_survives_a_coarse_fax_and_leads_back() -> None:
    fax = as_coarse_fax(letter_pdf(an_order(*ALL), "case-77", FACILITY, RECEIVED))
    square = fax.resize((fax.width, round(fax.height * 204 / 98)))
    (found,) = zxingcpp.read_barcodes(square)
    assert found.text == qr_content("case-77")
    assert read_code(found.text) == case_code("case-77")


def test_the_order_is_shown_where_there_is_room_only() -> None:
    picture = io.BytesIO()
    Image.new("L", (850, 1100), 128).save(picture, "PNG")
    image = picture.getvalue()
    roomy = letter_pdf(an_order(check("laterality")), "c", FACILITY, RECEIVED, [image])
    full = letter_pdf(an_order(*ALL), "c", FACILITY, RECEIVED, [image])
    assert "Your order, first page" in pdf_text(roomy)
    assert "Your order, first page" not in pdf_text(full)


@pytest.mark.parametrize(
    ("typed", "code"),
    [
        ("7K3MQ-2XA4P", "7K3MQ-2XA4P"),
        ("CO-7K3MQ-2XA4P", "7K3MQ-2XA4P"),
        (" 7k3mq 2xa4p ", "7K3MQ-2XA4P"),
        ("7K3MQ2XAOP", "7K3MQ-2XA0P"),
        ("7K3MQ-2XA4", None),
        ("https://7K3MQ-2XA4P", None),
        ("", None),
    ],
)
def test_codes_as_people_type_them(typed: str, code: str | None) -> None:
    assert read_code(typed) == code


@given(st.text(max_size=40))
def test_a_code_is_read_back(case_id: str) -> None:
    assert read_code(qr_content(case_id)) == case_code(case_id)
