"""People's names in the orders that practices write them."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from extractors.names import parse_name


@pytest.mark.parametrize(
    ("text", "family", "given_name", "middle"),
    [
        ("ALDERSON, JUNE", "ALDERSON", "JUNE", None),
        ("Alderson, June M.", "Alderson", "June", "M"),
        ("ALDERSON. JUNE", "ALDERSON", "JUNE", None),
        ("Ms. June Alderson", "Alderson", "June", None),
        ("June M Alderson", "Alderson", "June", "M"),
        ("Alderson, June FNP-C", "Alderson", "June", None),
        ("June Alderson, PA-C", "Alderson", "June", None),
        ("Maria de la Cruz", "de la Cruz", "Maria", None),
        ("OKORO-BELL, ADA N DOB 1/2/80", "OKORO-BELL", "ADA", "N"),
        ("Dr. J. R. Alderson Jr., M.D.", "Alderson", "J", "R"),
        ("O'Shea, Pat", "O'Shea", "Pat", None),
        ("Alderson, Jr., John", "Alderson", "John", None),
        ("Dr. Alderson", "Alderson", None, None),
        ("IAlderson, June", "Alderson", "June", None),
        # a whole word before the last that is no given name is the first of two family names
        ("Florence Nwosu Marchetti", "Nwosu Marchetti", "Florence", None),
        ("Maria Elena Lopez Marin", "Lopez Marin", "Maria", "Elena"),
        ("Mary Louise Alderson", "Alderson", "Mary", "Louise"),
        ("LOPEZ MARIN, MARIA ELENA", "LOPEZ MARIN", "MARIA", "ELENA"),
        # family first without a comma: only that way it has a given name
        ("KATSAROS AISHA ESPERANZA", "KATSAROS", "AISHA", "ESPERANZA"),
        ("ALDERSON JUNE M", "ALDERSON", "JUNE", "M"),
        ("JUNE ALDERSON", "ALDERSON", "JUNE", None),
        # an initial run into the given name
        ("Alba, GabrielaL", "Alba", "Gabriela", "L"),
        ("ALBA, WALLACEN", "ALBA", "WALLACE", "N"),
        ("WALLACEN ALBA", "ALBA", "WALLACE", "N"),
        ("ALBA, JOANNE", "ALBA", "JOANNE", None),
        ("Alba, JoAnn", "Alba", "JoAnn", None),
        ("ROBERTS, MARY", "ROBERTS", "MARY", None),
    ],
)
def test_the_parts_of_a_name(text: str, family: str, given_name: str | None, middle: str | None) -> None:
    name = parse_name(text)
    assert name is not None
    assert (name.family, name.given, name.middle) == (family, given_name, middle)


@pytest.mark.parametrize(
    "text", ["", "DATA", "Patient Name", "480-555-0140", "see attached", "12/03/1980", "Suite 110", "No", "r", "Dr. J."]
)
def test_what_is_no_name(text: str) -> None:
    assert parse_name(text) is None


def test_a_label_that_says_last_first_decides_where_no_comma_does() -> None:
    name = parse_name("ALDERSON JUNE", last_first=True)
    assert name is not None
    assert (name.family, name.given) == ("ALDERSON", "JUNE")


@pytest.mark.parametrize(
    ("text", "family", "given_name"),
    [
        ("DE LA CRUZ MARIA", "DE LA CRUZ", "MARIA"),
        ("LOPEZ MARIN ANA", "LOPEZ MARIN", "ANA"),
        # the label is not heeded
        ("Mr. Javier de la Wren", "de la Wren", "Javier"),
        ("Fiona Sikorski", "Sikorski", "Fiona"),
    ],
)
def test_the_label_says_last_first(text: str, family: str, given_name: str) -> None:
    name = parse_name(text, last_first=True)
    assert name is not None
    assert (name.family, name.given) == (family, given_name)


def test_a_name_whose_form_leaves_its_parts_open_is_less_sure() -> None:
    plain, open_form = parse_name("June M Alderson"), parse_name("Ana Lopez Marin")
    assert plain is not None and open_form is not None
    assert open_form.sure < plain.sure


@given(st.text(max_size=120))
def test_any_text_is_survived(text: str) -> None:
    parse_name(text)
