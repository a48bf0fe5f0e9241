"""Pages laid out anew: who may, what is refused, what becomes of the orders, and what people entered."""

from __future__ import annotations

import re
from dataclasses import replace

import pytest
from desk_faxes import arrive, knee, note, one
from django.urls import reverse
from playwright.sync_api import expect
from test_browser import browser, desk, opened, window  # noqa: F401  -  fixtures

from config import settings
from flows.worker import process
from store import ledger
from store.models import Document


def packet() -> tuple[str, str]:
    """A fax of three pages read as one order; the case's and the document's id."""
    order, drawn = knee()
    case_id = arrive([replace(order, pages=(1, 2, 3))], [*drawn, note(2, "Visit note"), note(3, "Imaging order CT")])[0]
    return case_id, ledger.case(case_id).document_id


def lay(client, document_id: str, lanes: dict[int, int], **said: object):
    data = {f"lane-{number}": lane for number, lane in lanes.items()}
    return client.post(reverse("desk:lay_out", args=[document_id]), {**data, **said}, follow=True)


def read_again(document_id: str) -> None:
    leased = ledger.lease("worker-2")
    assert leased.document_id == document_id
    assert process(leased, "worker-2", None, settings()).code == "read"


@pytest.mark.django_db
def test_an_order_is_split_and_joined_and_keeps_what_was_entered(clerk):
    case_id, document_id = packet()
    view = ledger.correct(case_id, "patient.family", "Parades", "mara", 1)
    ledger.correct(case_id, "coverage.member_id", "W123", "mara", view.version)
    page = lay(clerk, document_id, {1: 1, 2: 1, 3: 2}, **{"type-3": "order"})
    assert "being read again" in page.content.decode()
    read_again(document_id)
    first, second = (ledger.case(each) for each in ledger.document(document_id).cases)
    assert (first.id, first.order.pages, second.order.pages) == (case_id, (1, 2), (3,))
    assert first.order.patient.family.value == "Parades" and first.order.coverage.member_id.value == "W123"
    assert second.order.patient.family.value != "Parades", "what was entered from another page is not this order's"
    assert [each.type.type for each in ledger.page_rows(document_id)][2] == "order"
    waits = clerk.get(reverse("desk:progress", args=[document_id]))
    assert waits["HX-Redirect"] == reverse("desk:order", args=[case_id])

    lay(clerk, document_id, {1: 1, 2: 1, 3: 1})
    read_again(document_id)
    assert ledger.case(case_id).order.pages == (1, 2, 3)
    assert ledger.case(case_id).order.patient.family.value == "Parades"
    assert ledger.case(second.id).state == "closed"
    assert list(ledger.verify()) == []
    assert "laid out the pages anew" in clerk.get(reverse("desk:order", args=[case_id])).content.decode()


@pytest.mark.django_db
def test_a_page_that_is_turned_is_read_anew_and_the_clerk_is_told(clerk):
    case_id, document_id = packet()
    version = ledger.case(case_id).version
    before = ledger.page(document_id, 2)
    lay(clerk, document_id, {1: 1, 2: 0, 3: 0}, **{"turn-2": 90, "type-3": "other"})
    read_again(document_id)
    after = ledger.page(document_id, 2)
    assert after.words != before.words and {"Visit", "note"} <= {word.text for word in after.words}
    assert ledger.case(case_id).order.pages == (1,)
    data = {"path": "patient.given", "typed": "Lu", "version": version}
    late = clerk.post(reverse("desk:field", args=[case_id]), data)
    assert late.status_code == 409 and 'value="Lu"' in late.content.decode()


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("lanes", "said", "why"),
    [
        ({1: 0, 2: 0, 3: 0}, {}, "one order at least"),
        ({1: 1, 2: 1, 3: "x"}, {}, "one order at least"),
        ({1: 1, 2: 1, 3: 1}, {"turn-1": 45}, "one order at least"),
        ({1: 1, 2: 1, 3: 1}, {"type-1": "poem"}, "one order at least"),
    ],
)
def test_what_is_no_layout_is_refused(clerk, lanes, said, why):
    _, document_id = packet()
    assert why in lay(clerk, document_id, lanes, **said).content.decode()
    assert ledger.document(document_id).state == "read"


@pytest.mark.django_db
def test_pages_stay_where_a_colleague_works_or_something_was_handed_on(clerk):
    case_id, document_id = packet()
    ledger.claim(case_id, "jonah")
    assert "jonah is working" in lay(clerk, document_id, {1: 1, 2: 1, 3: 2}).content.decode()
    ledger.unclaim(case_id, "jonah")
    lay(clerk, document_id, {1: 1, 2: 1, 3: 2})
    assert Document.objects.get(sha256=document_id).state == "received"
    assert ledger.document(document_id).state == "received"
    assert "being read" in lay(clerk, document_id, {1: 1, 2: 1, 3: 1}).content.decode()
    assert clerk.get(reverse("desk:progress", args=[document_id])).status_code == 204
    assert clerk.get(reverse("desk:split", args=["0" * 64])).status_code == 404


@pytest.mark.django_db(transaction=True)
def test_pages_are_laid_out_by_keys(window):  # noqa: F811
    case_id, document_id = packet()
    opened(window, case_id).keyboard.press("Alt+p")
    expect(window.locator(".lane")).to_have_count(2)
    # The page listens to keys from here on.
    expect(window.locator(".page-card .thumb").first).to_be_focused()
    for key in ("ArrowRight", "ArrowRight", "s", "ArrowLeft", "t", "o"):
        window.keyboard.press(key)
    expect(window.locator('.lane[data-lane="2"] .page-card')).to_have_attribute("data-number", "3")
    expect(window.locator('.lane[data-lane="0"] .page-card')).to_have_attribute("data-number", "2")
    window.keyboard.press("Control+Enter")
    expect(window.locator(".empty")).to_contain_text("being read again")
    kept = Document.objects.get(sha256=document_id).layout
    assert kept == {"actor": "mara", "pages": [[1, 1, "order", 0], [2, 0, "other", 90], [3, 2, "clinical_note", 0]]}
    read_again(document_id)
    expect(window).to_have_url(re.compile(f"/orders/{case_id}/"))
    assert len(ledger.document(document_id).cases) == 2


@pytest.mark.django_db
def test_a_document_of_one_page_has_one_lane(clerk):
    document_id = ledger.case(one()).document_id
    assert [lane.number for lane in clerk.get(reverse("desk:split", args=[document_id])).context["lanes"]] == [1, 0]
