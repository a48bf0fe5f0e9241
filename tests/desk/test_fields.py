"""What a clerk types becomes the value that the contract writes, or is refused with a sentence."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from desk.fields import FIELDS, Unacceptable, field_at, parse, said, shown
from orders.order import Exam, Indication, Order, Value


def test_every_leaf_of_an_order_has_a_field():
    order = Order("", (1,), exams=(Exam(), Exam()), indication=Indication(icd10=(Value(), Value())))
    assert {field_at(path) for path, _ in order.leaves()} == set(FIELDS.values())


@pytest.mark.parametrize("path", ["patient", "patient.nothing", "exams.0", "exams.x.text", "__class__", ""])
def test_a_path_without_a_field_is_refused(path):
    with pytest.raises(KeyError):
        field_at(path)


@pytest.mark.parametrize(
    ("path", "typed", "value"),
    [
        ("patient.family", "  Van   der Berg ", "Van der Berg"),
        ("patient.family", "", None),
        ("patient.family", "   ", None),
        ("patient.birth_date", "03/14/1961", "1961-03-14"),
        ("patient.birth_date", "3/4/61", "1961-03-04"),
        ("patient.birth_date", "3/4/19", "2019-03-04"),
        ("patient.birth_date", "1/2/38", "1938-01-02"),
        ("patient.birth_date", "03141961", "1961-03-14"),
        ("patient.birth_date", "1961-03-14", "1961-03-14"),
        ("patient.birth_date", "Mar 14, 1961", "1961-03-14"),
        ("patient.phone", "865.555.0142", "8655550142"),
        ("patient.phone", "+1 (865) 555-0142", "8655550142"),
        ("patient.sex", "female", "F"),
        ("patient.sex", "m", "M"),
        ("exams.1.modality", "MR", "MR"),
        ("exams.0.body_region", "lumbar spine", "lumbar_spine"),
        ("exams.0.contrast", "with and without", "with_and_without"),
        ("indication.icd10.0", "m25561", "M25.561"),
        ("provider.npi", "124-531-9599", "1245319599"),
        ("safety.egfr", "> 60", 60.0),
        ("safety.egfr", "28.5", 28.5),
        ("signed", "true", True),
        ("signed", "not signed", False),
        ("coverage.member_id", "XQ-2201 / 03", "XQ-2201 / 03"),
    ],
)
def test_what_is_typed_becomes_the_value(path, typed, value):
    assert parse(typed, field_at(path)) == value


@pytest.mark.parametrize(
    ("path", "typed"),
    [
        ("patient.birth_date", "14/03/1961"),
        ("patient.birth_date", "02/30/1961"),
        ("patient.birth_date", "1/1/1800"),
        ("patient.birth_date", "yesterday"),
        ("patient.phone", "555-0142"),
        ("patient.phone", "165 555 0142"),
        ("patient.sex", "woman"),
        ("exams.0.modality", "MRX"),
        ("indication.icd10.0", "M25.5611"),
        ("provider.npi", "1245319598"),
        ("provider.npi", "124531959"),
        ("safety.egfr", "normal"),
        ("safety.egfr", "6000"),
        ("safety.egfr", "nan"),
        ("signed", "perhaps"),
        ("coverage.member_id", "<script>"),
        ("patient.family", "x" * 2001),
    ],
)
def test_what_cannot_be_right_is_refused_with_a_sentence(path, typed):
    with pytest.raises(Unacceptable, match=r"\w.*\.$"):
        parse(typed, field_at(path))


@pytest.mark.parametrize(
    ("value", "path", "text"),
    [
        ("1961-03-14", "patient.birth_date", "03/14/1961"),
        ("14 March", "patient.birth_date", "14 March"),
        ("8655550142", "patient.phone", "(865) 555-0142"),
        ("12", "patient.phone", "12"),
        (60.0, "safety.egfr", "60"),
        ("with_and_without", "exams.0.contrast", "with and without"),
        (None, "patient.family", "—"),
        (True, "signed", "signed"),
    ],
)
def test_a_value_is_said_as_people_say_it(value, path, text):
    assert said(value, field_at(path)) == text


@given(st.dates(min_value=date(1900, 1, 1), max_value=date(2026, 1, 1)))
def test_a_date_that_is_shown_and_typed_again_is_the_same(day):
    field = field_at("patient.birth_date")
    assert parse(shown(day.isoformat(), "date"), field) == day.isoformat()
