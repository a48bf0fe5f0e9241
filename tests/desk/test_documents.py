"""Documents at the desk: pictures, bytes, failures, the status page."""

from __future__ import annotations

import io

import pytest
from desk_faxes import arrive, broken, knee, note, one
from django.urls import reverse
from PIL import Image

from documents.faults import MESSAGES
from store import ledger
from store.models import Document

pytestmark = pytest.mark.django_db


def test_a_page_is_shown_as_it_was_kept(clerk):
    order, drawn = knee()
    case_id = arrive([order], [*drawn, note(2, "Visit note")])[0]
    document_id = ledger.case(case_id).document_id
    for page in (*drawn, note(2, "Visit note")):
        response = clerk.get(reverse("desk:page", args=[document_id, page.number]))
        assert response["Content-Type"] == "image/png"
        assert Image.open(io.BytesIO(response.content)).tobytes() == Image.open(io.BytesIO(page.image)).tobytes()


def test_a_page_is_kept_by_this_browser_only_and_asked_for_once(clerk):
    document_id = ledger.case(one()).document_id
    where = reverse("desk:page", args=[document_id, 1])
    first = clerk.get(where)
    assert first["Cache-Control"] == "private, max-age=3600"
    again = clerk.get(where, headers={"If-None-Match": first["ETag"]})
    assert again.status_code == 304 and not again.content


def test_the_words_of_a_page_can_be_pointed_at(clerk):
    document_id = ledger.case(one()).document_id
    rows = clerk.get(reverse("desk:words", args=[document_id, 1])).json()
    assert [row[0] for row in rows[:3]] == ["Paredes", "Lucia", "03/14/1961"]
    assert all(0 <= row[1] < row[3] <= 1 and 0 <= row[2] < row[4] <= 1 for row in rows)


def test_the_bytes_come_back_as_they_were_received(clerk):
    data = b"II*\x00" + bytes(range(256))
    document_id = broken("scan.tif", data)
    response = clerk.get(reverse("desk:original", args=[document_id]))
    assert response.content == data
    assert response["Content-Disposition"] == 'attachment; filename="scan.tif"'


@pytest.mark.parametrize("code", sorted(MESSAGES))
def test_a_failure_is_told_in_the_clerks_sentence(clerk, code):
    document_id = ledger.receive(code.encode(), "scan.tif", "folder", "scan.tif").document_id
    while ledger.document(document_id).state != "failed":
        assert ledger.lease("worker-1")
        ledger.record_failure(document_id, "worker-1", code)
    for where in ("/failed/", f"/documents/{document_id}/"):
        response = clerk.get(where)
        assert MESSAGES[code] in response.content.decode().replace("&#x27;", "'")


def test_a_failed_document_is_read_again_when_asked(clerk):
    document_id = broken()
    response = clerk.post(reverse("desk:retry", args=[document_id]), follow=True)
    assert "waits to be read again" in response.content.decode()
    assert ledger.document(document_id).state == "received"
    assert [row.actor for row in ledger.history(document_id=document_id)][-1] == "mara"
    again = clerk.post(reverse("desk:retry", args=[document_id]), follow=True)
    assert "not among the failed ones" in again.content.decode()


def test_the_status_page_tells_which_process_reads_what(clerk):
    assert "No worker is running" in clerk.get("/status/").content.decode()
    ledger.seen("worker-1", "worker")
    document_id = ledger.receive(b"fax", "fax.tif", "folder", "fax.tif").document_id
    ledger.lease("worker-1")
    page = clerk.get("/status/").content.decode()
    assert "worker-1" in page and f"/documents/{document_id}/" in page


def test_a_document_leads_to_its_orders(clerk):
    case_id = one()
    ledger.correct(case_id, "patient.family", "Parades", "jonah", 1)
    page = clerk.get(f"/documents/{ledger.case(case_id).document_id}/").content.decode()
    assert f"/orders/{case_id}/" in page and "Try again" not in page
    assert "Parades" not in page and "jonah" not in page, "what was entered is seen where it is audited"


def test_what_is_wrong_with_a_fax_stands_beside_its_order_and_its_document(clerk):
    case_id = one()
    document_id = ledger.case(case_id).document_id
    said = "The sending machine counted 2 pages, but page 2 did not arrive."
    pages = [f"/orders/{case_id}/", f"/documents/{document_id}/"]
    assert not any(said in clerk.get(where).content.decode() for where in pages)
    Document.objects.filter(sha256=document_id).update(notices=[{"code": "missing_page", "message": said}])
    assert all(said in clerk.get(where).content.decode() for where in pages)


def test_the_status_page_adds_up(clerk):
    one()
    broken()
    page = clerk.get("/status/")
    documents = {words: count for words, count, _ in page.context["documents"]}
    assert documents["Failed: it could not be read; the reason stands beside it"] == 1
    assert ("folder", 2) in page.context["sources"]
    assert "http://testserver:4200" in page.content.decode()
