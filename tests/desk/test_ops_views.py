"""What machines ask, and what the status page says of the sources."""

from __future__ import annotations

import re
import shutil
from pathlib import Path

import pytest
from django.test import Client
from django.urls import reverse

from config import settings
from store import ledger

pytestmark = [pytest.mark.django_db]

TOKEN = {"HTTP_AUTHORIZATION": "Bearer t0ken"}


@pytest.fixture
def token(data: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CLEARORDER_METRICS_TOKEN", "t0ken")
    settings.cache_clear()


def fill() -> None:
    ledger.receive(b"fax", "Zanzibar.tif", "folder", "Zanzibar.tif")
    ledger.lease("w1")
    ledger.sweep(dead=["w1"])
    ledger.take_turn("mail", "imap", "schedules-1")
    ledger.source_failed("mail", "credentials")
    ledger.item_failed("mail", "a" * 64, "INBOX/Zanzibar", "too_large", for_good=True)
    ledger.seen("w1", "worker")


@pytest.mark.usefixtures("token")
def test_metrics_tell_numbers_and_nothing_of_a_patient(client: Client) -> None:
    fill()
    said = client.get(reverse("desk:metrics"), **TOKEN).content.decode()
    for line in (
        'clearorder_documents{state="received"} 1.0',
        'clearorder_source_up{source="mail"} 0.0',
        'clearorder_source_set_aside{source="mail"} 1.0',
        'clearorder_processes{kind="worker"} 1.0',
        "clearorder_leases_lost_total 1.0",
    ):
        assert line in said
    assert re.search(r'clearorder_oldest_wait_seconds\{state="received"\} [\de.-]+', said)
    assert "Zanzibar" not in said


@pytest.mark.usefixtures("token")
@pytest.mark.parametrize("said", [{}, {"HTTP_AUTHORIZATION": "Bearer no"}, {"HTTP_AUTHORIZATION": "Bearer \u00e9"}])
def test_without_the_token_there_are_no_metrics(client: Client, said: dict[str, str]) -> None:
    assert client.get(reverse("desk:metrics"), **said).status_code == 401


def test_ready_names_what_does_not_answer(client: Client, data: Path) -> None:
    assert client.get(reverse("desk:ready")).status_code == 503
    (data / "documents").mkdir()
    answer = client.get(reverse("desk:ready"))
    assert (answer.status_code, answer.json()) == (200, {"ledger": True, "documents": True})
    shutil.rmtree(data / "documents")
    answer = client.get(reverse("desk:ready"))
    assert (answer.status_code, answer.json()) == (503, {"ledger": True, "documents": False})
    assert client.get(reverse("desk:health")).status_code == 200


def test_the_status_page_says_how_sources_fare_and_lets_an_item_be_tried_again(clerk: Client, data: Path) -> None:
    fill()
    page = clerk.get(reverse("desk:status")).content.decode()
    assert "It refuses the user name, password or key." in page and "1 set aside" in page
    assert "more bytes than a file may have" in page
    (aside,) = ledger.set_aside()
    again = reverse("desk:item_again", args=[aside.id])
    assert b"tried again" in clerk.post(again, follow=True).content
    assert ledger.set_aside() == []
    assert b"not set aside any more" in clerk.post(again, follow=True).content
