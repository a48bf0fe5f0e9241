"""What became of a fax or a mail: receipts in a folder, and receipts and bounces in a mailbox.

A receipt names the message's own file name, which only we and the other side
know; what names none of ours is left alone.
"""

from __future__ import annotations

import re
import ssl
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from imap_tools import BaseMailBox, MailBox, MailBoxStartTls, MailBoxUnencrypted, MailMessage

from config import ImapSettings

_NAME: Final = re.compile(r"\b([0-9A-HJKMNP-TV-Z]{12}-[a-z]+-\d+)\b")
TIMEOUT: Final = 30.0
_LONGEST: Final = 20_000
# In this order: a receipt of failure often says what would have been a success.
_OUTCOMES: Final = (
    ("busy", r"\bbusy\b|ocupad"),
    ("no_answer", r"no.?answer|not answer|no carrier|no response|no contesta"),
    ("wrong_number", r"wrong number|invalid number|not a fax|disconnected number|number.{0,20}not in service"),
    ("wrong_address", r"user unknown|no such (?:user|mailbox)|address (?:rejected|not found)|5\.1\.1|does not exist"),
    ("line", r"line error|transmission error|communication error|interrupted"),
    ("failed", r"\bfail(?:ed|ure)?\b|undeliver|not delivered|rejected"),
    ("delivered", r"success|delivered|\bsent\b|\bOK\b|completed"),
)


@dataclass(frozen=True, slots=True)
class Receipt:
    """What is told of the message whose file name (without its ending) is `name`; `key` marks it as dealt with.

    `outcome` is `delivered`, `busy`, `no_answer`, `line`, `wrong_number`,
    `wrong_address`, `failed`, `loop` for an automaton's answer that tells
    nothing, or `unclear`.
    """

    key: str
    name: str
    outcome: str


class ReceiptFolder:
    """A folder that a fax program writes a file into for each fax: named like it, the outcome in words inside."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def receipts(self) -> Iterator[Receipt]:
        """Yield what lies there, by name."""
        for path in sorted(self._folder.glob("*")) if self._folder.is_dir() else ():
            named = _NAME.search(path.name)
            if path.is_file() and named:
                with path.open(encoding="utf-8", errors="replace") as file:
                    yield Receipt(path.name, named[1], outcome_of(file.read(_LONGEST)))

    def put_away(self, receipt: Receipt) -> None:
        """Take the file away."""
        (self._folder / receipt.key).unlink(missing_ok=True)


class ReceiptBox:
    """A mailbox that receipts and bounces come to; what was dealt with is marked as read."""

    def __init__(self, said: ImapSettings) -> None:
        self._said = said

    def receipts(self) -> Iterator[Receipt]:
        """Yield what the unread messages tell of ours; raises OSError or an IMAP error where the mailbox is away."""
        with self._box() as box:
            for message in list(box.fetch("UNSEEN", mark_seen=False, bulk=20, limit=200)):
                told = _told(message)
                if told:
                    yield told

    def put_away(self, receipt: Receipt) -> None:
        """Mark the message as read."""
        with self._box() as box:
            box.flag([receipt.key], ["\\Seen"], True)

    def _box(self) -> BaseMailBox:
        said = self._said
        context = ssl.create_default_context(cafile=str(said.ca_file) if said.ca_file else None)
        box: BaseMailBox
        if said.security == "tls":
            box = MailBox(said.host, said.port, timeout=TIMEOUT, ssl_context=context)
        elif said.security == "starttls":
            box = MailBoxStartTls(said.host, said.port, timeout=TIMEOUT, ssl_context=context)
        else:
            box = MailBoxUnencrypted(said.host, said.port, timeout=TIMEOUT)
        return box.login(said.user, said.password.get_secret_value(), said.folder)


def _told(message: MailMessage) -> Receipt | None:
    head = " ".join(" ".join(value) for name, value in message.headers.items() if name in ("in-reply-to", "references"))
    names = [attached.filename for attached in message.attachments]
    everything = "\n".join([head, message.subject, *names, message.text[:_LONGEST], message.html[:_LONGEST]])
    # A bounce quotes the message in a part of its own, which is no text and no file.
    everything += message.obj.as_string()[:_LONGEST]
    named = _NAME.search(everything)
    if not named or not message.uid:
        return None
    outcome = outcome_of(f"{message.subject}\n{message.text or message.html}"[:_LONGEST])
    automatic = " ".join(message.headers.get("auto-submitted", ())).lower()
    if outcome == "unclear" and automatic not in ("", "no"):
        outcome = "loop"
    return Receipt(message.uid, named[1], outcome)


def outcome_of(text: str) -> str:
    """Return what the words of a receipt say became of the message; `unclear` where they do not say."""
    return next((name for name, words in _OUTCOMES if re.search(words, text, re.IGNORECASE)), "unclear")
