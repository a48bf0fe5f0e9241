"""Every address of the desk that names an order or a document, asked by somebody of another site."""

from __future__ import annotations

import pytest
from desk_faxes import arrive, blind, broken, knee, one
from django.contrib.auth.models import User
from django.http import HttpRequest, StreamingHttpResponse
from django.test import Client
from django.urls import reverse

from desk.access import SitesMiddleware
from desk.urls import pages
from store import ledger
from store.models import Membership

pytestmark = pytest.mark.django_db

NAMING = [route for route in pages if "case:" in str(route.pattern) or "sha256:" in str(route.pattern)]


@pytest.fixture
def stranger(mara) -> Client:
    """A browser in which mara is signed in, who belongs to the site `east` only."""
    east = ledger.make_site("east", "East", "root")
    Membership.objects.filter(user=mara).delete()
    Membership.objects.create(user=mara, site_id=east.id)
    browser = Client()
    browser.force_login(mara)
    return browser


@pytest.mark.parametrize("route", NAMING, ids=lambda route: route.name)
def test_what_belongs_to_another_site_is_not_found(stranger, route):
    earlier, case_id = one(), blind() if route.name.startswith("blind") else one(name="again.tif")
    known = {
        "case_id": case_id,
        "earlier_id": earlier,
        "document_id": broken() if route.name in ("document", "retry") else ledger.case(case_id).document_id,
    }
    arguments = {name: known.get(name, 1) for name in route.pattern.converters}
    where = reverse(f"desk:{route.name}", kwargs=arguments)
    before = ledger.case(case_id), len(ledger.history(case_id))
    answers = [stranger.get(where), stranger.post(where, {"version": "1", "to": "not_an_order", "verdict": "separate"})]
    assert {answer.status_code for answer in answers} <= {404, 405} and 404 in {each.status_code for each in answers}
    assert all(b"Paredes" not in answer.content for answer in answers)
    assert before == (ledger.case(case_id), len(ledger.history(case_id)))


def test_lists_and_counts_hold_what_is_of_ones_own_sites(stranger, mara):
    one()
    broken()
    drawn, sheets = knee("Abernathy")
    arrive([drawn], sheets, "east.tif", site="east")
    rows = stranger.get("/queue/review/").content.decode()
    assert "Abernathy" in rows and "Paredes" not in rows
    assert "scan.tif" not in stranger.get("/failed/").content.decode()
    assert (
        '<span class="count" id="count-review" hx-swap-oob="true">1</span>' in stranger.get("/counts").content.decode()
    )
    found = stranger.post("/queue/review/narrow", {"text": "Paredes"}, follow=True)
    assert "Lucia" not in found.content.decode()


def test_pieces_that_are_sent_after_the_view_are_made_in_sight(mara):
    ledger.make_site("east", "East", "root")
    Membership.objects.filter(user=mara).delete()
    request = HttpRequest()
    request.user = User.objects.get(username="mara")
    seen = SitesMiddleware(lambda _: StreamingHttpResponse(str(ledger.in_sight()) for _ in range(2)))
    assert list(seen(request)) == [b"frozenset()"] * 2
    assert ledger.in_sight() is None
