"""An IMAP mailbox as a source: each message is a document.

A message is known by its UID and the mailbox's UIDVALIDITY, which the server
changes when it numbers its messages anew (RFC 3501, section 2.3.1.1). Its size
and subject are asked for before its body; it is moved, or left where it is,
only after its bytes are durable, and never marked as read.
"""

from __future__ import annotations

import imaplib
import io
import ssl
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from email.parser import BytesHeaderParser
from email.policy import default

from imap_tools import AND, BaseMailBox, MailBox, MailBoxStartTls, MailBoxUnencrypted
from imap_tools.errors import ImapToolsError, MailboxFolderSelectError, MailboxFolderStatusError

from config import ImapSettings
from gateways.oauth import access_token
from gateways.source import Away, NotYet, Offer, Opened, TooLarge

TIMEOUT = 30.0
LONGEST_NAME = 80


class Mailbox:
    """A folder of an IMAP mailbox. It holds one connection, made anew when it has broken."""

    kind = "imap"

    def __init__(self, said: ImapSettings) -> None:
        self.name = said.name
        self.stays = not said.done_folder
        self._said = said
        self._box: BaseMailBox | None = None
        self._validity = 0

    def offers(self) -> list[Offer]:
        """Return the messages that lie in the folder, the oldest first."""
        with self._asking() as box:
            status = box.folder.status(self._said.folder)
            self._validity = int(status["UIDVALIDITY"])
            box.folder.set(self._said.folder)
            wanted = AND(date_gte=self._said.since) if self._said.since else "ALL"
            uids = sorted(int(uid) for uid in box.uids(wanted))
        return [Offer(f"{self._said.folder}/{uid}", str(self._validity)) for uid in uids]

    @contextmanager
    def open(self, offer: Offer, max_bytes: int) -> Iterator[Opened]:
        """Fetch its headers, then its body; raises NotYet where the message is gone or numbered anew, TooLarge."""
        with self._asking() as box:
            uid = self._uid(offer)
            head = _fetched(box, uid, "(RFC822.SIZE BODY.PEEK[HEADER.FIELDS (SUBJECT)])")
            if _size(head[0]) > max_bytes:
                raise TooLarge
            body = _fetched(box, uid, "(BODY.PEEK[])")[1]
        if len(body) > max_bytes:
            raise TooLarge
        yield Opened(io.BytesIO(body), _file_name(head[1]))

    def put_away(self, offer: Offer, opaque: str) -> None:
        """Move it to the folder for what is done, if the settings name one."""
        if not self._said.done_folder:
            return
        with self._asking() as box:
            try:
                uid = self._uid(offer)
            except NotYet:
                return
            if not box.folder.exists(self._said.done_folder):
                box.folder.create(self._said.done_folder)
            box.move([uid], self._said.done_folder)

    def _uid(self, offer: Offer) -> str:
        if offer.stamp != str(self._validity):
            raise NotYet
        return offer.key.rsplit("/", 1)[1]

    @contextmanager
    def _asking(self) -> Iterator[BaseMailBox]:
        try:
            self._box = self._box or self._signed_in()
            yield self._box
        except PermissionError:
            self._drop()
            raise Away("credentials") from None
        except (MailboxFolderSelectError, MailboxFolderStatusError):
            raise Away("gone") from None
        except ImapToolsError:
            self._drop()
            raise Away("refused") from None
        except (OSError, EOFError, imaplib.IMAP4.error):
            self._drop()
            raise Away("unreachable") from None

    def _signed_in(self) -> BaseMailBox:
        said = self._said
        if said.security == "none":
            box: BaseMailBox = MailBoxUnencrypted(said.host, said.port, timeout=TIMEOUT)
        else:
            kind = MailBoxStartTls if said.security == "starttls" else MailBox
            trusted = ssl.create_default_context(cafile=str(said.ca_file) if said.ca_file else None)
            box = kind(said.host, said.port, timeout=TIMEOUT, ssl_context=trusted)
        token = access_token(said.oauth) if said.oauth else ""
        try:
            if token:
                return box.xoauth2(said.user, token, initial_folder=None)
            return box.login(said.user, said.password.get_secret_value(), initial_folder=None)
        except imaplib.IMAP4.abort:
            raise
        except (imaplib.IMAP4.error, ImapToolsError):
            raise PermissionError("the mailbox refuses to be opened") from None

    def _drop(self) -> None:
        if self._box:
            with suppress(OSError):
                self._box.client.shutdown()
        self._box = None


def _fetched(box: BaseMailBox, uid: str, what: str) -> tuple[bytes, bytes]:
    """The line and the bytes that answer a FETCH; raises NotYet where the message is gone."""
    code, answer = box.client.uid("fetch", uid, what)
    for each in answer or ():
        if code == "OK" and isinstance(each, tuple):
            return each[0], each[1]
    raise NotYet


def _size(line: bytes) -> int:
    words = line.upper().split()
    place = next(place for place, word in enumerate(words) if word.endswith(b"RFC822.SIZE"))
    return int(words[place + 1])


def _file_name(headers: bytes) -> str:
    subject = " ".join(str(BytesHeaderParser(policy=default).parsebytes(headers).get("subject", "")).split())
    return f"{subject[:LONGEST_NAME] or 'message'}.eml".replace("/", "-")
