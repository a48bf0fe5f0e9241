"""How a message leaves: by a fax program's folder, by an SMTP-to-fax gateway, by mail; once, or it is not known.

A channel's `send` returns once the other side has taken the message. It raises
Undelivered where it surely has not, and Unknown where the connection broke
after the message's last byte may have gone: that is never tried again by itself.
"""

from __future__ import annotations

import json
import smtplib
import ssl
from dataclasses import dataclass
from email.message import EmailMessage
from email.utils import formatdate
from pathlib import Path
from typing import Final, Protocol

from config import SmtpSettings
from gateways.outbox import lay

TIMEOUT: Final = 30.0


@dataclass(frozen=True, slots=True)
class Parcel:
    """What is sent: `filename` is opaque and its own for ever, `address` a number or a mail address."""

    filename: str
    address: str
    subject: str
    text: str
    pdf: bytes | None


class Undelivered(Exception):
    """The other side surely does not have it. `code` says why; `passing` whether another try may help."""

    def __init__(self, code: str, passing: bool) -> None:
        super().__init__(code)
        self.code, self.passing = code, passing


class Unknown(Exception):
    """It may have gone or not."""


class Channel(Protocol):
    """A way out."""

    def send(self, parcel: Parcel) -> None: ...


class FaxFolder:
    """A folder that a fax program empties: beside each PDF a file of the same name in .json says the number.

    The number is laid first, so that a PDF never lies there without it.
    """

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def send(self, parcel: Parcel) -> None:
        """Lay the page and its number; a page that lies there already is left."""
        try:
            said = json.dumps({"to": parcel.address, "file": parcel.filename}).encode()
            lay(self._folder, "letter", parcel.filename.replace(".pdf", ".json"), said)
            lay(self._folder, "letter", parcel.filename, parcel.pdf or b"")
        except OSError:
            raise Undelivered("away", True) from None


class Mail:
    """A mail server, spoken to by TLS or not at all."""

    def __init__(self, said: SmtpSettings, gateway: str = "") -> None:
        self._said, self._gateway = said, gateway

    def send(self, parcel: Parcel) -> None:
        """Hand the message over; with a fax gateway the number goes into its address."""
        to = self._gateway.replace("{number}", parcel.address) if self._gateway else parcel.address
        message = _message(parcel, self._said.sender, to)
        try:
            server = self._opened()
        except smtplib.SMTPAuthenticationError:
            raise Undelivered("log_in", True) from None
        except (OSError, smtplib.SMTPException):
            raise Undelivered("away", True) from None
        with server:
            try:
                _accepted(server.mail(self._said.sender))
                _accepted(server.rcpt(to))
            except (OSError, smtplib.SMTPServerDisconnected):
                raise Undelivered("away", True) from None
            try:
                _accepted(server.data(message.as_bytes()))
            except smtplib.SMTPDataError as error:
                raise _refused(error.smtp_code) from None
            except (OSError, smtplib.SMTPServerDisconnected):
                raise Unknown from None

    def _opened(self) -> smtplib.SMTP:
        said = self._said
        context = ssl.create_default_context(cafile=str(said.ca_file) if said.ca_file else None)
        if said.security == "tls":
            server: smtplib.SMTP = smtplib.SMTP_SSL(said.host, said.port, timeout=TIMEOUT, context=context)
        else:
            server = smtplib.SMTP(said.host, said.port, timeout=TIMEOUT)
        try:
            server.ehlo()
            if said.security == "starttls":
                server.starttls(context=context)
                server.ehlo()
            if said.user:
                server.login(said.user, said.password.get_secret_value())
        except (OSError, smtplib.SMTPException):
            server.close()
            raise
        return server


def _accepted(answer: tuple[int, bytes]) -> None:
    if answer[0] // 100 != 2:
        raise _refused(answer[0])


def _refused(code: int) -> Undelivered:
    """Return what a refusal means: one of 400 to 499 passes, any other does not (RFC 5321, section 4.2.1)."""
    return Undelivered("refused_for_now", True) if code // 100 == 4 else Undelivered("wrong_address", False)


def _message(parcel: Parcel, sender: str, to: str) -> EmailMessage:
    message = EmailMessage()
    message["From"], message["To"], message["Subject"] = sender, to, parcel.subject
    message["Date"] = formatdate()
    # Known from the ledger alone, so that a receipt or a bounce that quotes it leads back.
    message["Message-ID"] = f"<{parcel.filename.rsplit('.', 1)[0]}@{sender.rsplit('@', 1)[-1]}>"
    # Asks other automata not to answer (RFC 3834, section 5).
    message["Auto-Submitted"] = "auto-generated"
    message.set_content(parcel.text)
    if parcel.pdf is not None:
        message.add_attachment(parcel.pdf, maintype="application", subtype="pdf", filename=parcel.filename)
    return message
