"""Dates as written and as misread."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from extractors.dates import find_dates

TODAY = date(2026, 11, 24)


@pytest.mark.parametrize(
    ("text", "birth", "isos"),
    [
        ("6-25-74", True, ["1974-06-25"]),
        ("10/11/1981", True, ["1981-10-11"]),
        ("1981-10-11", True, ["1981-10-11"]),
        ("05-JUL-1952", True, ["1952-07-05"]),
        ("October 21, 2026", False, ["2026-10-21"]),
        ("Aug 3rd, 2026", False, ["2026-08-03"]),
        ("7 Sep 2026", False, ["2026-09-07"]),
        ("15 de marzo de 1980", True, ["1980-03-15"]),
        ("DOB 3.4.55 (71 yo)", True, ["1955-03-04"]),
        ("25/12/1980", True, ["1980-12-25"]),
        ("seen 9/1/2026, back 9/15/2026", False, ["2026-09-01", "2026-09-15"]),
        ("ALDERSON, JUNE 03/14/1962", True, ["1962-03-14"]),  # a name that is a month's as well
        # what is no date
        ("13/45/1980", True, []),
        ("2/30/1980", True, []),
        ("480-555-0140", False, []),
        ("120/80", False, []),
        ("1/2", False, []),
        # a birth date lies in the past and not too far
        ("10/11/2031", True, []),
        ("10/11/1781", True, []),
        ("10/11/26", True, ["2026-10-11"]),
        ("10/11/27", True, ["1927-10-11"]),
    ],
)
def test_dates_are_found(text: str, birth: bool, isos: list[str]) -> None:
    assert [reading.iso for reading in find_dates(text, TODAY, birth)] == isos


@pytest.mark.parametrize(
    ("text", "iso"),
    [
        ("9/28187", "1987-09-28"),
        ("0612511974", "1974-06-25"),
        ("1O/11/1981", "1981-10-11"),
        ("01-APR-19S4", "1954-04-01"),
        ("07 0c+ 1970", "1970-10-07"),
        ("109 Nov 1951", "1951-11-09"),
    ],
)
def test_a_misreading_is_repaired_where_the_form_of_a_date_proves_it(text: str, iso: str) -> None:
    (reading,) = find_dates(text, TODAY, birth=True)
    assert (reading.iso, reading.repaired) == (iso, True)


def test_a_misreading_that_two_repairs_fit_is_ambiguous() -> None:
    (reading,) = find_dates("914/1926", TODAY, birth=True)
    assert reading.repaired and reading.ambiguous


@given(
    st.dates(date(1920, 1, 1), date(2026, 11, 1)),
    st.sampled_from(["%m/%d/%Y", "%Y-%m-%d", "%d %b %Y", "%B %d, %Y", "%m-%d-%Y"]),
)
def test_a_written_birth_date_is_read_back(day: date, form: str) -> None:
    (reading,) = find_dates(f"born {day.strftime(form)}.", TODAY, birth=True)
    assert reading.iso == day.isoformat()
    assert not reading.repaired


@given(st.text(max_size=200))
def test_any_text_is_survived(text: str) -> None:
    for reading in find_dates(text, TODAY):
        assert 0 <= reading.start < reading.end <= len(text)
