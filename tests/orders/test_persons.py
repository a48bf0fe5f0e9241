"""One person or two: misread names and dates, twins, a father and a son, households."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from orders.persons import Person, same_person

ANNA = Person("Szymanski", "Gregory", "1982-07-17", "M", "8595550144", "RB-20934", "OSC61694550-01")
BARE = Person("Szymanski", "Gregory", "1982-07-17")


@pytest.mark.parametrize(
    "other",
    [
        BARE,
        replace(BARE, family="SZYMANSKI"),
        replace(BARE, family="Szymansky"),
        replace(BARE, family="Szyrnanski"),
        replace(BARE, given="G"),
        replace(BARE, family="Gregory", given="Szymanski"),
        replace(BARE, family="Szymanski-Cole"),
        replace(BARE, given="Greg0ry"),
        Person("", "", "1982-07-17", phone="8595550144"),
        Person("Szymanski", "Gregory", "", phone="859-555-0144"),
        Person("Szymanski", "Gregory", "1982-07-11"),
        Person("Szymanski", "Gregory", "1982-07-17", mrn="77-1", phone="8595550199"),
        Person("Cole", "Gregory", "1982-07-17", phone="8595550144"),
        Person("", "", "", mrn="rb20934", member_id="OSC6169455001"),
    ],
)
def test_one_person(other):
    assert same_person(ANNA, other).probability > 0.5
    assert same_person(other, ANNA) == same_person(ANNA, other)


@pytest.mark.parametrize(
    "other",
    [
        replace(ANNA, given="Matthew", mrn=""),
        replace(ANNA, birth_date="1951-03-02", mrn=""),
        replace(ANNA, family="Abbott", given="Ira", birth_date="1970-02-03", mrn=""),
        Person("Szymanski", "Gregory"),
        Person(birth_date="1982-07-17"),
        Person("Cole", "Ira", "1982-07-17"),
        Person("Cole", "Gregory", "1982-07-17"),
        Person("Szymanski", "Sandra", "1982-07-17", "F", "8595550144"),
        Person(),
    ],
)
def test_two_persons_or_too_little_to_tell(other):
    assert same_person(ANNA, other).probability < 0.5


def test_what_agrees_is_told():
    assert same_person(ANNA, replace(BARE, phone="8595550144")).agree == ("name", "birth date", "telephone")


texts = st.builds(Person, *[st.text(max_size=12)] * 7)


@given(texts, texts)
def test_any_text_gives_a_probability_both_ways(one, other):
    assert 0.0 <= same_person(one, other).probability <= 1.0
    assert same_person(one, other).probability == pytest.approx(same_person(other, one).probability)
