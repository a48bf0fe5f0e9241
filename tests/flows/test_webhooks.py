"""Webhooks: told with the change, signed as the specification says, sent until taken, by a receiver on loopback."""

from __future__ import annotations

import base64
import hmac
import json
from collections.abc import Iterator
from datetime import timedelta
from hashlib import sha256
from http.server import BaseHTTPRequestHandler, HTTPServer
from threading import Thread

import pytest
from django.db import transaction
from django.utils import timezone

from flows.webhooks import call_webhooks
from gateways.webhook import call
from store import ledger
from store.models import Call
from store.webhooks import BACK_OFF

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("data")]


class Receiver(HTTPServer):
    """Keeps what it is sent and answers with `status`."""

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), Handler)
        self.got: list[tuple[dict[str, str], str]] = []
        self.status = 204

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.server_port}/in"


class Handler(BaseHTTPRequestHandler):
    server: Receiver

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["content-length"])).decode()
        self.server.got.append((dict(self.headers), body))
        self.send_response(self.server.status)
        self.send_header("location", "/elsewhere")
        self.end_headers()

    def log_message(self, *args: object) -> None:
        pass


@pytest.fixture
def receiver() -> Iterator[Receiver]:
    server = Receiver()
    Thread(target=server.serve_forever, daemon=True).start()
    yield server
    server.shutdown()
    server.server_close()


def handed_in(data: bytes = b"fax") -> str:
    return ledger.receive(data, "Paredes Lucia.tif", "folder", "Paredes Lucia.tif").document_id


def test_a_call_is_signed_and_tells_ids_only(receiver: Receiver) -> None:
    _, secret = ledger.make_webhook(receiver.url, ("document.received",), "root")
    document_id = handed_in()
    assert call_webhooks() == 1 and call_webhooks() == 0
    ((headers, body),) = receiver.got
    signed = f"{headers['webhook-id']}.{headers['webhook-timestamp']}.{body}".encode()
    key = base64.b64decode(secret.removeprefix("whsec_"))
    assert headers["webhook-signature"] == "v1," + base64.b64encode(hmac.digest(key, signed, sha256)).decode()
    said = json.loads(body)
    assert said["type"] == "document.received" and said["data"]["document"] == document_id
    assert "Paredes" not in body


def test_only_what_is_asked_for_and_only_what_was_committed(receiver: Receiver) -> None:
    ledger.make_webhook(receiver.url, ("order.moved",), "root")
    handed_in()
    assert not Call.objects.exists()
    ledger.make_webhook(receiver.url, ("document.received",), "root")
    with pytest.raises(ZeroDivisionError), transaction.atomic():
        handed_in(b"another")
        raise ZeroDivisionError
    assert not Call.objects.exists()


@pytest.mark.parametrize("status", [500, 404, 302])
def test_what_is_not_taken_is_sent_again_later_and_later(receiver: Receiver, status: int) -> None:
    receiver.status = status
    ledger.make_webhook(receiver.url, ("document.received",), "root")
    handed_in()
    handed_in(b"another")
    assert call_webhooks() == 0
    assert len(receiver.got) == 1, "an address that is away is tried once a look"
    assert ledger.due_calls() == []
    (one, _) = ledger.due_calls(now=timezone.now() + timedelta(seconds=BACK_OFF[0] + 1))
    states = [ledger.call_ended(one.id, False, str(status)) for _ in BACK_OFF]
    assert states == ["waiting"] * (len(BACK_OFF) - 1) + ["failed"]
    receiver.status = 200
    assert ledger.call_again(1, "root") == 1 or ledger.webhooks()[0].failed == 0
    Call.objects.update(next_at=timezone.now())
    assert call_webhooks() == 2
    assert ledger.webhooks()[0].sent == 2


def test_one_that_is_off_is_not_called(receiver: Receiver) -> None:
    webhook, _ = ledger.make_webhook(receiver.url, ("document.received",), "root")
    ledger.switch_webhook(webhook, False, "root")
    handed_in()
    assert call_webhooks() == 0 and not receiver.got


def test_an_address_that_is_not_there_is_an_answer_too() -> None:
    assert call("http://127.0.0.1:9/", b"key", "msg_1", 1, "{}", 1.0).taken is False


@pytest.mark.parametrize(
    "url",
    ["http://ris.example/in", "ftp://ris.example/", "https://", "https://user:pass@ris.example/", "javascript:x",
     "https://ris.example:99999/", "https://ris.example/" + "x" * 500, ""],
)  # fmt: skip
def test_addresses_that_are_refused(url: str) -> None:
    with pytest.raises(ledger.Refused):
        ledger.make_webhook(url, ("order.moved",), "root")
