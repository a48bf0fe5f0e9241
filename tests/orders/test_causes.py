"""Why a field was read wrongly: each cause told from its near-miss."""

from __future__ import annotations

from typing import Any

import pytest

from orders.causes import errors, render_causes

PAGE = "Patient: Alderson, June DOB: 3/14/1962 Phone (937) 555-0163 Reason: right hip pain and limp Cigna"


def pair(field: str, true: Any, read: Any, place: str = "", others: tuple[Any, ...] = ()) -> tuple[Any, Any]:
    """A truth and a reading that state one field."""
    leaf = {
        "value": read,
        "reason": "a rule",
        "evidence": [{"page": 1, "box": [0, 0, 1, 1], "text": place}] if place else [],
        "others": [{"value": other} for other in others],
    }
    orders = []
    for value in (true, leaf):
        node: Any = value
        for step in reversed(field.split(".")):
            node = {step: node}
        orders.append({"pages": [1], "exams": [], **node})
    return (
        {"document": "one.pdf", "pages": [], "orders": [orders[0]]},
        {"document": "one.pdf", "orders": [orders[1]], "words": PAGE},
    )


@pytest.mark.parametrize(
    ("field", "true", "read", "place", "others", "cause"),
    [
        ("patient.family", "Okoro", None, "", (), "not read"),
        ("patient.family", "Alderson", None, "", (), "not proposed"),
        ("patient.family", "Alderson", "Bell", "Omar Bell", ("Alderson",), "not chosen"),
        ("patient.family", "Alderson", "Bell", "Omar Bell", (), "not proposed"),
        ("patient.family", "Alderson", "Alderson June", "Alderson, June", (), "cut wrongly"),
        ("patient.family", None, "Alderson", "Alderson", (), "invented"),
        ("patient.birth_date", "1962-03-14", None, "", (), "not proposed"),
        ("patient.birth_date", "1962-03-15", None, "", (), "not read"),
        ("patient.birth_date", "1962-03-14", "1962-04-13", "3/14/1962", (), "cut wrongly"),
        ("patient.phone", "9375550163", None, "", (), "not proposed"),
        ("patient.sex", "F", None, "", (), "not proposed"),
        ("indication.text", "right hip pain and limp", "hip pain", "hip pain", (), "cut wrongly"),
    ],
)
def test_the_cause(field: str, true: Any, read: Any, place: str, others: tuple[Any, ...], cause: str) -> None:
    (error,) = errors([pair(field, true, read, place, others)])
    assert (error.field, error.true, error.read, error.cause) == (field, true, read, cause)


def test_what_is_right_is_no_error() -> None:
    assert not list(errors([pair("patient.family", "Alderson", "ALDERSON")]))


def test_the_table_counts_by_field_and_cause() -> None:
    found = list(errors([pair("patient.family", "Alderson", None), pair("patient.family", "Okoro", None)]))
    head, row = render_causes(found).splitlines()
    assert head.split()[-1] == "invented"
    assert row.split() == ["patient.family", "1", "1", "0", "0", "0"]
