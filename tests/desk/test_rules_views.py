"""A checklist tried on the last orders: counted, changing nothing, its faults said with their line."""

from __future__ import annotations

from dataclasses import replace

import pytest
from conftest import desk_person
from desk_faxes import clear, knee, one
from django.test import Client

from orders.order import Value
from store import ledger
from store.models import Case, Event

pytestmark = pytest.mark.django_db

RECORD = """
name = "{name}"
version = "1"
base = "default"

[rules.record_number]
needs = ["patient.mrn"]
severity = "{severity}"
authority = "the site's own rule"
clerk = "The record number is not stated."
referrer = "Please write the record number."
"""


@pytest.fixture
def lead() -> Client:
    browser = Client()
    browser.force_login(desk_person("lena", "a lead's pass-word", "lead"))
    return browser


def unnumbered(name: str) -> str:
    order, _ = clear()
    return one(clear, name, patient=replace(order.patient, mrn=Value()))


def test_a_rule_is_counted_over_the_last_orders(lead):
    first, second = unnumbered("a.tif"), unnumbered("b.tif")
    one(clear, "c.tif")
    stood = list(Case.objects.order_by("id").values("id", "version", "order"))
    page = lead.post("/checklists/", {"text": RECORD.format(name="ours", severity="blocking")}).content.decode()
    assert "2 of 3" in page and first in page and second in page
    assert "Of the last 3 orders that it is for, 2 would have been stopped; 0 are" in page
    assert list(Case.objects.order_by("id").values("id", "version", "order")) == stood
    assert Event.objects.get(verb="checklist_tried").detail == {"checklist": "ours", "orders": 3}


def test_a_rule_that_does_not_block_stops_nothing(lead):
    unnumbered("a.tif")
    page = lead.post("/checklists/", {"text": RECORD.format(name="ours", severity="follow_up")}).content.decode()
    assert "0 would have been stopped" in page and "No order would be treated otherwise" in page


def test_a_rule_that_is_relaxed_frees_what_it_stopped(lead):
    one(knee)
    relaxed = 'name = "ours"\nversion = "1"\nbase = "default"\n[rules.signature]\nseverity = "follow_up"\n'
    found = ledger.preview_pack(relaxed, "lena")
    assert (found.orders, found.before, found.after) == (1, 1, 1), "the side is still missing"
    assert [(rule.code, rule.stops, rule.frees) for rule in found.rules] == [("signature", 0, 1)]


@pytest.mark.parametrize(
    ("text", "said"),
    [("name = ", "no TOML"), ('version = "1"', "name"), (RECORD.format(name="ours", severity="grave"), "line 8"),
     (RECORD.format(name="ours", severity="blocking").replace("patient.mrn", "patient.soul"), "patient.soul"),
     ("<script>alert(1)</script>", "no TOML")],
)  # fmt: skip
def test_a_checklist_that_cannot_be_used_is_told_where(lead, text, said):
    response = lead.post("/checklists/", {"text": text})
    page = response.content.decode()
    assert response.status_code == 422 and said in page and "<script>alert" not in page
    assert not Event.objects.filter(verb="checklist_tried").exists()


def test_orders_of_other_sites_are_not_counted(lead):
    ledger.make_site("east", "East", "root")
    unnumbered("a.tif")
    with ledger.sees([next(site.id for site in ledger.sites() if site.slug == "east")]):
        assert ledger.preview_pack(RECORD.format(name="ours", severity="blocking"), "lena").orders == 0
