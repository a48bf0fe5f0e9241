"""Which pages make which order: packets, batches, sheets that go on, and what belongs to nobody."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from classifiers.identity import Identity, dates_in, identity_of, likeness
from classifiers.split import split_orders
from documents.page import Page
from orders.order import PageType

Paper = Callable[..., Page]

MOSS = "Patient: Moss, Alan | DOB: 02/02/1950 | MRN: 441920"
REED = "Patient: Reed, Carla | DOB: 07/19/1983 | MRN: 551177"


def order(who: str, exam: str = "MRI brain", title: str = "# Imaging Order", more: str = "") -> str:
    return f"{title}\n{who}\nExam: {exam}\nReason: pain\nSignature of provider: Amari\n{more}"


COVER = "# FAX\nTo: Harbor | From: Amari"
CARD_MOSS = "# Aetna\nMember Name ALAN MOSS\nRxBIN 610014"
CARD_REED = "# Aetna\nMember Name CARLA REED\nRxBIN 610014"
NOTE_MOSS = f"# Progress Note\n{MOSS}\nPlan: imaging"
REPORT_NOBODY = "# Radiology report\nFindings: none\nImpression: normal"
ADVERT = "# SALE\nToner and paper at the lowest price"
FACE_MOSS = f"# Face sheet\n{MOSS}\nMarital status: married"
SECOND_SHEET = "Moss, Alan\nInsurance: Aetna\nOrdering provider: Amari\nSignature: | Page 2 of 2"
BACK = "Patient preparation\nDo not eat for six hours before the exam\nPlease arrive early"

CASES = [
    ("one order", [("order", order(MOSS))], ((1,),)),
    ("cover and order", [("cover", COVER), ("order", order(MOSS))], ((2,),)),
    (
        "order and its attachments",
        [("cover", COVER), ("order", order(MOSS)), ("clinical_note", NOTE_MOSS), ("insurance_card", CARD_MOSS)],
        ((2, 3, 4),),
    ),
    ("attachment before the order", [("authorization", f"# Approval\n{MOSS}"), ("order", order(MOSS))], ((1, 2),)),
    ("reply before the order", [("clarification_reply", f"Side: left\n{MOSS}"), ("order", order(MOSS))], ((1, 2),)),
    ("blank back side", [("order", order(MOSS)), ("blank", "")], ((1,),)),
    ("two patients", [("order", order(MOSS)), ("order", order(REED))], ((1,), (2,))),
    (
        "two patients, their cards behind them",
        [("order", order(MOSS)), ("insurance_card", CARD_MOSS), ("order", order(REED)), ("insurance_card", CARD_REED)],
        ((1, 2), (3, 4)),
    ),
    (
        "two patients, the cards at the end",
        [("order", order(MOSS)), ("order", order(REED)), ("insurance_card", CARD_MOSS), ("insurance_card", CARD_REED)],
        ((1, 3), (2, 4)),
    ),
    (
        "nobody's report follows the order before it",
        [("order", order(MOSS)), ("prior_report", REPORT_NOBODY), ("order", order(REED))],
        ((1, 2), (3,)),
    ),
    ("second sheet by its count", [("order", order(MOSS, more="Page 1 of 2")), ("order", SECOND_SHEET)], ((1, 2),)),
    (
        "second sheet by the order number",
        [("order", order(MOSS, more="Order # 7788123")), ("order", f"Order # 7788123\n{MOSS}\nSigned by Amari")],
        ((1, 2),),
    ),
    (
        "second sheet without a title",
        [("order", f"# Imaging Order\n{MOSS}\nExam: MRI brain"), ("order", "Ordering provider: Amari\nSignature: x")],
        ((1, 2),),
    ),
    ("two orders of one patient", [("order", order(MOSS)), ("order", order(MOSS, "US thyroid"))], ((1,), (2,))),
    (
        "two orders of one patient, numbered",
        [("order", order(MOSS, more="Order # 7788123")), ("order", order(MOSS, "US thyroid", more="Order # 7788124"))],
        ((1,), (2,)),
    ),
    (
        "two prescriptions without a title",
        [("order", order(MOSS, title="Amari MD")), ("order", order(REED, title="Amari MD"))],
        ((1,), (2,)),
    ),
    (
        "one name, two birth dates",
        [
            ("order", order(MOSS)),
            ("order", order(MOSS.replace("02/02/1950", "11/23/1981").replace("441920", "662211"), title="Amari")),
        ],
        ((1,), (2,)),
    ),
    ("the back of a form", [("order", order(MOSS)), ("order", BACK)], ((1, 2),)),
    ("face sheet belongs", [("order", order(MOSS)), ("other", FACE_MOSS)], ((1, 2),)),
    ("advertisement does not", [("order", order(MOSS)), ("other", ADVERT)], ((1,),)),
    (
        "another person's report does not",
        [("order", order(MOSS)), ("prior_report", f"# Radiology report\n{REED}")],
        ((1,),),
    ),
    (
        "a spouse's card does",
        [("order", order(MOSS)), ("insurance_card", "# Aetna\nSubscriber Name GRETA LINDQUIST\nRxBIN 1")],
        ((1, 2),),
    ),
    ("no order at all", [("cover", COVER), ("authorization", f"# Denial\n{MOSS}")], ()),
    ("nothing", [], ()),
]


@pytest.mark.parametrize(("sheets", "expected"), [case[1:] for case in CASES], ids=[case[0] for case in CASES])
def test_pages_are_joined(paper: Paper, sheets: list[tuple[str, str]], expected: tuple[tuple[int, ...], ...]) -> None:
    pages = [paper(text, number) for number, (_, text) in enumerate(sheets, 1)]
    types = [PageType(number, kind) for number, (kind, _) in enumerate(sheets, 1)]
    assert split_orders(pages, types) == expected


def test_a_mail_that_brings_its_requisition_along_asks_once(paper: Paper) -> None:
    pages = [paper(order(MOSS, title="Hello,"), 1, origin="message"), paper(order(MOSS), 2), paper(order(REED), 3)]
    types = [PageType(number, "order") for number in (1, 2, 3)]
    assert split_orders(pages, types) == ((1, 2), (3,))


def test_what_the_extractors_found_counts(paper: Paper) -> None:
    text = "Exam: MRI brain\nSignature: x"
    pages = [paper(text, number) for number in (1, 2, 3)]
    types = [PageType(1, "order"), PageType(2, "order"), PageType(3, "lab_result")]
    people = [Identity("Moss", "Alan", "1950-02-02"), Identity("Reed", "Carla"), Identity("Moss", "Alan")]
    assert split_orders(pages, types, people) == ((1, 3), (2,))


def test_a_page_without_a_type_is_refused(paper: Paper) -> None:
    with pytest.raises(ValueError):
        split_orders([paper(order(MOSS))], [])


@pytest.mark.parametrize(
    ("one", "other", "sign"),
    [
        (Identity("Moss", "Alan"), Identity("MOSS", "ALAN"), 1),
        (Identity("Moss", "Alan"), Identity("Alan", "Moss"), 1),
        (Identity("Holt-Baker", "Delbert"), Identity("HOLT BAKER", "DELBERT"), 1),
        (Identity("McAllister", "Delphine"), Identity("McAlIister", "Delphine"), 1),
        (Identity("Moss", "Alan"), Identity("Reed", "Carla"), -1),
        (Identity("Moss", "Alan", "1950-02-02"), Identity("Moss", "Alan", "1950-02-07"), 1),
        (Identity(birth_date="1950-02-02"), Identity(birth_date="1950-02-07"), 0),
        (Identity(birth_date="1950-02-02"), Identity(birth_date="1981-11-23"), -1),
        (Identity(mrn="A-441"), Identity(mrn="a441"), 1),
        (Identity(), Identity("Moss", "Alan"), 0),
    ],
)
def test_whether_two_pages_name_one_person(one: Identity, other: Identity, sign: int) -> None:
    found = likeness(one, other)
    assert (found > 0) - (found < 0) == sign
    assert likeness(other, one) == found


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("02/03/1950", "1950-02-03"),
        ("2-3-50", "1950-02-03"),
        ("1950-02-03", "1950-02-03"),
        ("Feb 3, 1950", "1950-02-03"),
        ("February 3 1950", "1950-02-03"),
        ("03 FEB 1950", "1950-02-03"),
        ("03-FEB-50", "1950-02-03"),
        ("3feb50", "1950-02-03"),
        ("13/45/1950", None),
        ("503-555-0133", None),
        ("Mar", None),
    ],
)
def test_dates_of_every_hand(text: str, expected: str | None) -> None:
    assert next(iter(dates_in(text)), None) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (MOSS, Identity("moss", "alan", "1950-02-02", "441920")),
        ("Patient Name: Alan Moss\nDate of Birth: Feb 2, 1950", Identity("moss", "alan", "1950-02-02")),
        ("RE: Mr. Alan Moss\nDear colleague", Identity("moss", "alan")),
        ("The patient presents with Moss Point fever", Identity()),
        ("Name | DOB\nAlan Moss | 2/2/1950", Identity("moss", "alan", "1950-02-02")),
        ("Ordering provider name: Ruth Amari MD", Identity()),
    ],
)
def test_whom_a_page_names(paper: Paper, text: str, expected: Identity) -> None:
    assert identity_of(paper(text)) == expected


@given(st.lists(st.sampled_from(["cover", "order", "clinical_note", "other", "blank"]), max_size=8))
def test_every_page_is_in_one_order_at_most_and_each_holds_an_order_page(kinds: list[str]) -> None:
    pages = [Page(number, 100, 100, 0, "ocr", (), (), b"") for number in range(1, len(kinds) + 1)]
    types = [PageType(number, kind) for number, kind in enumerate(kinds, 1)]
    found = split_orders(pages, types)
    every = [number for group in found for number in group]
    assert len(every) == len(set(every))
    assert all(any(kinds[number - 1] == "order" for number in group) for group in found)
    assert all(kinds[number - 1] not in ("cover", "blank") for number in every)
    assert bool(found) == ("order" in kinds)
