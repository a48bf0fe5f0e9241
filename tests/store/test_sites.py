"""A person sees the sites they belong to, whatever they ask the ledger for."""

from __future__ import annotations

import pytest
from django.contrib.auth.models import User
from ledger_made import opened, order, page, referral, refused

from store import ledger
from store.models import Case, Document, Membership, Site

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("data")]


@pytest.fixture
def east() -> ledger.SiteRow:
    return ledger.make_site("east", "East", "root")


def arrived(slug: str, data: bytes, *orders: object) -> str:
    """An order of a fax that came to the site; return its case's id."""
    ledger.receive(data, "a.tif", "folder", "a.tif", slug)
    held = ledger.lease("w1")
    assert held
    return ledger.record_reading(held.document_id, "w1", referral(*orders), [page(1)])[0]


def test_what_comes_in_belongs_to_the_default_site_where_none_is_named():
    (case_id,) = opened(order("review"))
    assert Case.objects.get(id=case_id).site.slug == Case.objects.get(id=case_id).document.site.slug == "default"


def test_a_fax_for_a_site_that_is_not_there_is_refused():
    refused("unknown_site", lambda: ledger.receive(b"fax", "a.tif", "folder", "a.tif", "nowhere"))
    assert not Document.objects.exists()


# What is asked with an id of the other site, and what the answer is.
ASKED = {
    "case": lambda case_id, document_id: ledger.case(case_id),
    "view": lambda case_id, document_id: ledger.view(case_id, "eva"),
    "claim": lambda case_id, document_id: ledger.claim(case_id, "eva"),
    "correct": lambda case_id, document_id: ledger.correct(case_id, "patient.given", "Eve", "eva", 1),
    "transition": lambda case_id, document_id: ledger.transition(case_id, "not_an_order", "eva", "", 1),
    "document": lambda case_id, document_id: ledger.document(document_id),
    "view_document": lambda case_id, document_id: ledger.view_document(document_id, "eva"),
    "bytes": lambda case_id, document_id: ledger.document_bytes(document_id),
    "picture": lambda case_id, document_id: ledger.page_image(document_id, 1),
    "words": lambda case_id, document_id: ledger.page(document_id, 1),
    "retry": lambda case_id, document_id: ledger.retry(document_id, "eva"),
}


@pytest.mark.parametrize("asked", ASKED)
def test_an_order_of_another_site_is_not_there(east, asked):
    case_id = arrived("default", b"west", order("review"))
    document_id = ledger.case(case_id).document_id
    with ledger.sees([east.id]):
        refused("unknown", lambda: ASKED[asked](case_id, document_id))
        assert ledger.queue("review") == ledger.documents() == []
        assert ledger.history(case_id) == ledger.history(document_id=document_id) == []
        assert ledger.page_rows(document_id) == []
        counted = ledger.counts()
        assert (counted.documents, counted.cases, counted.pages, counted.sources) == ({}, {}, 0, {})
    with ledger.sees([ledger.sites()[0].id, ledger.sites()[1].id]):
        assert ledger.case(case_id).id == case_id and ledger.history(case_id)


def test_the_same_bytes_stay_with_the_site_they_came_to_first(east):
    first = arrived("default", b"fax", order("review"))
    with ledger.sees([east.id]):
        assert ledger.receive(b"fax", "a.tif", "mail", "2", "east").known
    assert Document.objects.get().site.slug == "default" and ledger.case(first)


def test_an_order_of_another_site_is_no_earlier_one(east):
    arrived("default", b"first", order("ready"))
    assert not ledger.relations(arrived("east", b"second", order("ready")))
    assert ledger.relations(arrived("east", b"third", order("ready")))


def test_everybody_belongs_to_the_only_site_and_stays_there_when_a_second_opens():
    eva = User.objects.create_user("eva")
    assert ledger.sites_of(eva) is None
    east = ledger.make_site("east", "East", "root")
    west = Site.objects.get(slug="default")
    assert ledger.sites_of(eva) == {west.id}
    new = User.objects.create_user("new")
    assert ledger.sites_of(new) == frozenset()
    Membership.objects.create(user=new, site_id=east.id)
    assert ledger.sites_of(new) == {east.id}
    Membership.objects.create(user=new, site=west)
    assert ledger.sites_of(new) is None
    assert ledger.sites_of(User.objects.create_superuser("root")) is None


@pytest.mark.parametrize(
    ("slug", "name", "code"),
    [("East", "East", "value"), ("e_ast", "East", "value"), ("-east", "East", "value"), ("east", " ", "value"),
     ("e" * 41, "East", "value"), ("default", "West", "site_taken")],
)  # fmt: skip
def test_a_site_needs_a_short_name_of_its_own(slug, name, code):
    refused(code, lambda: ledger.make_site(slug, name, "root"))
