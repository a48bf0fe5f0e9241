"""Page types where words are few or any: the body of a mail, an empty page, boxes, words at random."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from classifiers.page_type import page_types
from documents.page import Box, Page, Word
from orders.vocabulary import PAGE_TYPES

Paper = Callable[..., Page]

MAILS = [
    ("cover", "Hello, please find attached the referral for our patient. Regards, Rosa"),
    ("cover", "See attached."),
    ("cover", "Good morning\nEnclosed is the order for MRI brain.\nThanks"),
    ("other", "Do you take Aetna, and what are your hours for walk-in X-ray?"),
    ("other", "Your webinar starts in one hour. Unsubscribe"),
    (
        "order",
        "Please schedule the following patient:\nName: Alan Moss\nDOB: 2/2/1950\nExam: MRI lumbar spine without"
        " contrast\n"
        "Dx: M54.16\nNina Patel MD, NPI 1234567893\nElectronically signed",
    ),
    ("order", "Hi, can you do an ultrasound for pt Alan Moss dob 2/2/1950? Reason RUQ pain, R10.11. Dr. Amari"),
]


@pytest.mark.parametrize(("expected", "text"), MAILS)
def test_the_body_of_a_mail(paper: Paper, expected: str, text: str) -> None:
    (found,) = page_types([paper(text, origin="message")])
    assert found.type == expected, found


def test_a_page_without_words_is_blank_and_one_with_a_few_is_not(paper: Paper) -> None:
    found = page_types([paper(""), paper("."), paper("MRI brain Alan Moss DOB 2/2/1950")])
    assert [page.type for page in found] == ["blank", "blank", "order"]


def test_boxes_to_tick_speak_for_an_order(paper: Paper) -> None:
    text = "Patient name Alan Moss\nKnee X-ray\nHip X-ray"
    bare, boxed = page_types([paper(text)])[0], page_types([paper(text, boxes=20)])[0]
    assert boxed.type == "order"
    assert boxed.confidence > bare.confidence


@given(st.lists(st.text(min_size=1, max_size=12), max_size=60))
def test_any_words_give_one_type_with_a_probability(words: list[str]) -> None:
    box = Box(0.1, 0.1, 0.2, 0.12)
    page = Page(1, 100, 100, 0, "ocr", tuple(Word(word, box, 0.9, i // 5) for i, word in enumerate(words)), (), b"")
    (found,) = page_types([page])
    assert found.type in PAGE_TYPES
    assert 0 <= found.confidence <= 1
