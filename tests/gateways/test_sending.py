"""Ways out, against a real mail server that speaks TLS on the loopback; receipts as programs write them."""

from __future__ import annotations

import json
import socket
import ssl
import subprocess
from collections.abc import Iterator
from dataclasses import dataclass, field
from email import message_from_bytes
from email.message import Message
from pathlib import Path
from typing import Any

import pytest
from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP

from config import SmtpSettings
from gateways.receipts import Receipt, ReceiptFolder, outcome_of
from gateways.sending import FaxFolder, Mail, Parcel, Undelivered, Unknown

PARCEL = Parcel("ABCDEFGH1234-letter-1.pdf", "8655550111", "Case 7K3MQ-2XA4P", "See attached.", b"%PDF-1.4 page")


@dataclass
class Took:
    """A server's handler that keeps what it took, and answers as told."""

    answer: str = "250 OK"
    to: str = "250 OK"
    kept: list[Message] = field(default_factory=list)
    secured: list[bool] = field(default_factory=list)

    async def handle_RCPT(self, server: Any, session: Any, envelope: Any, address: str, options: Any) -> str:
        if self.to.startswith("250"):
            envelope.rcpt_tos.append(address)
        return self.to

    async def handle_DATA(self, server: Any, session: Any, envelope: Any) -> str:
        self.secured.append(session.ssl is not None)
        self.kept.append(message_from_bytes(envelope.content))
        if self.answer == "cut":
            server.transport.abort()
        return self.answer


class Server(Controller):
    """One that asks for STARTTLS, or speaks none at all."""

    def __init__(self, handler: Took, context: ssl.SSLContext | None) -> None:
        super().__init__(handler, hostname="127.0.0.1", port=free_port())
        self._context = context

    def factory(self) -> SMTP:
        return SMTP(self.handler, tls_context=self._context, require_starttls=self._context is not None)


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@pytest.fixture(scope="module")
def certificate(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("tls")
    subprocess.run(
        ["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2", "-subj", "/CN=127.0.0.1",
         "-addext", "subjectAltName=IP:127.0.0.1", "-keyout", folder / "key.pem", "-out", folder / "cert.pem"],
        check=True, capture_output=True,
    )  # fmt: skip
    return folder


@pytest.fixture
def took() -> Took:
    return Took()


@pytest.fixture
def server(took: Took, certificate: Path) -> Iterator[Server]:
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    context.load_cert_chain(certificate / "cert.pem", certificate / "key.pem")
    running = Server(took, context)
    running.start()
    yield running
    running.stop()


def mail(server: Server, certificate: Path | None, gateway: str = "") -> Mail:
    ca = certificate / "cert.pem" if certificate else None
    return Mail(SmtpSettings(host="127.0.0.1", port=server.port, ca_file=ca, sender="asks@site.example"), gateway)


def test_a_fax_gateway_has_the_number_in_its_address_and_the_page_behind_tls(
    server: Server, took: Took, certificate: Path
) -> None:
    mail(server, certificate, "{number}@fax.example").send(PARCEL)
    (message,) = took.kept
    assert message["To"] == "8655550111@fax.example" and took.secured == [True]
    assert message["Message-ID"] == "<ABCDEFGH1234-letter-1@site.example>"
    assert message["Auto-Submitted"] == "auto-generated"
    attached = [part for part in message.walk() if part.get_content_type() == "application/pdf"]
    assert [part.get_payload(decode=True) for part in attached] == [PARCEL.pdf]
    assert attached[0].get_filename() == PARCEL.filename


def test_a_server_whose_certificate_is_not_known_gets_nothing(server: Server, took: Took) -> None:
    with pytest.raises(Undelivered) as caught:
        mail(server, None).send(PARCEL)
    assert (caught.value.code, caught.value.passing) == ("away", True)
    assert not took.kept


def test_a_server_without_tls_gets_nothing(took: Took, certificate: Path) -> None:
    plain = Server(took, None)
    plain.start()
    try:
        with pytest.raises(Undelivered):
            mail(plain, certificate).send(PARCEL)
    finally:
        plain.stop()
    assert not took.kept


@pytest.mark.parametrize(
    ("to", "answer", "code", "passing"),
    [
        ("550 5.1.1 no such mailbox", "", "wrong_address", False),
        ("450 busy", "", "refused_for_now", True),
        ("250 OK", "452 full", "refused_for_now", True),
        ("250 OK", "554 refused", "wrong_address", False),
    ],
)
def test_what_a_refusal_means(
    server: Server, took: Took, certificate: Path, to: str, answer: str, code: str, passing: bool
) -> None:
    took.to, took.answer = to, answer
    with pytest.raises(Undelivered) as caught:
        mail(server, certificate).send(PARCEL)
    assert (caught.value.code, caught.value.passing) == (code, passing)


def test_a_line_cut_after_the_last_byte_leaves_it_unknown(server: Server, took: Took, certificate: Path) -> None:
    took.answer = "cut"
    with pytest.raises(Unknown):
        mail(server, certificate).send(PARCEL)


def test_nobody_there_is_tried_again(certificate: Path) -> None:
    said = SmtpSettings(host="127.0.0.1", port=free_port(), sender="asks@site.example")
    with pytest.raises(Undelivered) as caught:
        Mail(said).send(PARCEL)
    assert caught.value.passing


def test_the_folder_holds_the_number_beside_the_page(tmp_path: Path) -> None:
    way = FaxFolder(tmp_path)
    way.send(PARCEL)
    way.send(PARCEL)
    there = sorted(path.name for path in (tmp_path / "letters").iterdir())
    assert there == ["ABCDEFGH1234-letter-1.json", "ABCDEFGH1234-letter-1.pdf"]
    assert json.loads((tmp_path / "letters" / there[0]).read_text())["to"] == "8655550111"


@pytest.mark.parametrize(
    ("text", "outcome"),
    [
        ("Status: Success, 1 page", "delivered"),
        ("FAILED: line busy", "busy"),
        ("failed (no answer)", "no_answer"),
        ("Fax failed: wrong number", "wrong_number"),
        ("550 5.1.1 user unknown", "wrong_address"),
        ("Your fax was not delivered", "failed"),
        ("Transmission error on page 1", "line"),
        ("I am out of the office until Monday.", "unclear"),
    ],
)
def test_what_a_receipt_says(text: str, outcome: str) -> None:
    assert outcome_of(text) == outcome


def test_receipts_in_a_folder_name_their_message_and_others_are_left(tmp_path: Path) -> None:
    (tmp_path / "ABCDEFGH1234-letter-1.txt").write_text("busy")
    (tmp_path / "notes.txt").write_text("busy")
    box = ReceiptFolder(tmp_path)
    found = list(box.receipts())
    assert found == [Receipt("ABCDEFGH1234-letter-1.txt", "ABCDEFGH1234-letter-1", "busy")]
    box.put_away(found[0])
    assert [path.name for path in tmp_path.iterdir()] == ["notes.txt"]
