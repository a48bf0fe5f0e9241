"""The audit trail's page: found by patient, person, order and day; its own reading noted; a broken chain shown."""

from __future__ import annotations

import csv
import io

import pytest
from conftest import desk_person
from desk_faxes import arrive, knee, one
from django.db import connection
from django.test import Client

from store import ledger
from store.models import Event, Membership

pytestmark = pytest.mark.django_db


@pytest.fixture
def auditor() -> Client:
    browser = Client()
    browser.force_login(desk_person("ada", "an auditor's word", "auditor"))
    return browser


@pytest.fixture
def looked(clerk) -> tuple[str, str]:
    """Two patients' orders, the first of which mara looked at."""
    first = one()
    order, pages = knee("Abernathy", "Joan")
    order = order.put("patient.birth_date", type(order.patient.birth_date)("1950-01-02", 0.9, (), "stated"))
    second = arrive([order], pages, "second.tif")[0]
    clerk.get(f"/orders/{first}/")
    return first, second


def lines(auditor: Client, **said: str) -> str:
    return auditor.post("/trail/narrow", said, follow=True).content.decode()


@pytest.mark.parametrize(
    ("said", "which"),
    [({"patient": "pared"}, "first"), ({"patient": "Abernathy, Joan"}, "second"), ({"patient": "03/14/1961"}, "first"),
     ({"patient": "1950-01-02"}, "second"), ({"patient": "Lucia Abernathy"}, "none"), ({"person": "mara"}, "first"),
     ({"person": "nobody"}, "none"), ({"since": "2000-01-01"}, "both"), ({"until": "2000-01-01"}, "none"),
     ({"since": "not a day"}, "both"), ({"patient": "%"}, "none")],
)  # fmt: skip
def test_lines_are_found(auditor, looked, said, which):
    page = lines(auditor, **said)
    assert [case_id in page for case_id in looked] == {
        "first": [True, False], "second": [False, True], "both": [True, True], "none": [False, False],
    }[which]  # fmt: skip


def test_lines_of_an_order_and_of_its_document(auditor, looked):
    page = lines(auditor, order=looked[0].lower())
    assert "looked at it" in page and "received the file" not in page
    assert "received the file" in lines(auditor, order=ledger.case(looked[0]).document_id)


def test_looking_is_noted_and_says_not_for_whom(auditor, looked):
    address = auditor.post("/trail/narrow", {"patient": "Paredes"})["Location"]
    assert address == "/trail/"
    auditor.get(address)
    noted = Event.objects.get(verb="trail_viewed")
    assert (noted.actor, noted.detail) == ("ada", {"by": "patient", "order": ""})


def test_the_chain_shows_its_first_broken_line(auditor, looked):
    assert "chain is whole" in auditor.post("/trail/check").content.decode()
    with connection.cursor() as cursor:
        cursor.execute("DROP TRIGGER store_event_append_only")
        cursor.execute("UPDATE store_event SET actor = 'somebody' WHERE sequence IN (2, 3)")
    page = auditor.post("/trail/check").content.decode()
    assert "line 2 was changed" in page and "line 3" not in page
    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM store_event WHERE sequence = 1")
    assert "line 1 is missing" in auditor.post("/trail/check").content.decode()


def test_csv_holds_what_is_searched_and_no_formula(auditor, looked):
    lines(auditor, order=looked[0])
    response = auditor.post("/trail/lines.csv")
    rows = list(csv.DictReader(io.StringIO(b"".join(response.streaming_content).decode())))
    assert {row["order"] for row in rows} == {looked[0]}
    assert [row["verb"] for row in rows] == ["case_opened", "case_viewed", "case_claimed"]
    assert Event.objects.filter(verb="trail_exported", actor="ada").count() == 1
    one(name="=HYPERLINK(1).tif")
    ledger.note("=cmd", "tried")
    lines(auditor)
    taken = b"".join(auditor.post("/trail/lines.csv").streaming_content).decode()
    assert ",'=cmd," in taken and ",=cmd" not in taken


def test_older_lines_follow_without_a_gap(auditor):
    for number in range(130):
        ledger.note("w", "noted", number=number)
    first = auditor.get("/trail/").content.decode()
    before = first.split("?before=")[1].split('"')[0]
    second = auditor.get(f"/trail/?before={before}").content.decode()
    seen = (
        [each for each in range(130) if f"number {each}<" in first],
        [each for each in range(130) if f"number {each}<" in second],
    )
    assert sorted(seen[0] + seen[1]) == list(range(130))


def test_an_auditor_of_one_site_sees_its_lines_only(auditor, looked, mara):
    ledger.make_site("east", "East", "root")
    order, pages = knee("Easton")
    east = arrive([order], pages, "east.tif", site="east")[0]
    page = lines(auditor)
    assert looked[0] in page and east not in page
    eve = desk_person("eve", "an auditor's word", "auditor")
    Membership.objects.create(user=eve, site_id=next(site.id for site in ledger.sites() if site.slug == "east"))
    browser = Client()
    browser.force_login(eve)
    page = lines(browser)
    assert east in page and looked[0] not in page and "mara" not in page
    taken = b"".join(browser.post("/trail/lines.csv").streaming_content).decode()
    assert east in taken and looked[0] not in taken


HOSTILE = '"><script>alert(1)</script>'


def test_hostile_names_are_words_here_too(auditor, mara):
    one(name=f"{HOSTILE}.tif")
    ledger.note(HOSTILE, "tried", what=HOSTILE)
    page = lines(auditor, patient=HOSTILE, person="", order=HOSTILE) + lines(auditor)
    assert "&lt;script&gt;alert(1)" in page and "<script>alert" not in page
    boss = Client()
    boss.force_login(desk_person("boss", "the boss's pass-word", "administrator"))
    boss.post(f"/people/{mara.pk}/", {"role": "clerk", "active": "on", "full_name": HOSTILE})
    ledger.make_site("east", HOSTILE, "boss")
    page = boss.get("/people/").content.decode() + boss.get(f"/people/{mara.pk}/").content.decode()
    assert "&lt;script&gt;alert(1)" in page and "<script>alert" not in page


def test_taking_the_file_away_and_opening_its_page_are_noted(clerk):
    document_id = ledger.case(one()).document_id
    clerk.get(f"/documents/{document_id}/original")
    clerk.get(f"/documents/{document_id}/")
    seen = Event.objects.filter(actor="mara", verb="document_viewed", document=document_id)
    assert [line.detail["what"] for line in seen.order_by("sequence")] == ["original", "page of the document"]
