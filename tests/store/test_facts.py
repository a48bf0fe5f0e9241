"""What dashboards count is kept as it happens, and is told from the audit trail for orders of before."""

from __future__ import annotations

from importlib import import_module

import pytest
from django.apps import apps
from hypothesis import given
from hypothesis import strategies as some
from ledger_made import BLOCKED, opened, order

from store import ledger
from store.facts import bucket, length, referrer_key
from store.models import Arrival, Fault, Stay


@given(some.floats(1, 1e8))
def test_a_length_told_by_its_bucket_is_off_by_less_than_5_percent(seconds: float) -> None:
    assert 0.95 < length(bucket(seconds)) / seconds < 1.05


@pytest.mark.parametrize(
    ("npi", "name", "like"),
    [
        ("1245319599", "Ira Young", "1245319599"),
        ("", "Ira Young", referrer_key("", "IRA  YOUNG")),
        ("12453", "Ira Young", referrer_key("", "Ira Young")),
        ("", "", ""),
    ],
)
def test_a_referrer_is_counted_under_an_npi_or_a_name(npi: str, name: str, like: str) -> None:
    assert referrer_key(npi, name) == like
    assert len(like) in (0, 10, 16)


def told() -> list[set[tuple[object, ...]]]:
    return [
        set(Stay.objects.exclude(case=None).values_list("case", "stage", "bucket", "day", "left_by")),
        set(Arrival.objects.values_list("case", "day", "referrer", "name", "cleared", "asked")),
        set(Fault.objects.values_list("case", "code", "blocking", "asked", "day", "referrer")),
    ]


@pytest.mark.django_db
@pytest.mark.usefixtures("data")
def test_the_audit_trail_tells_the_same_of_orders_of_before() -> None:
    asked, _, aside = opened(
        order("clarification", problems=(BLOCKED,)), order("ready", "Baker"), order("review", "Clark")
    )
    ledger.transition(asked, "review", "anna", "reply came", 1)
    ledger.transition(asked, "ready", "anna", "answered", 2)
    ledger.transition(aside, "not_an_order", "anna", "", 1)
    kept = told()
    assert [len(each) for each in kept] == [5, 2, 1]
    for table in (Stay, Arrival, Fault):
        table.objects.all().delete()
    import_module("store.migrations.0008_fill_figures").fill(apps, None)
    assert told() == kept
