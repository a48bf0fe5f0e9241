"""E-mail: the body's text and the attachments in their order; nothing is fetched."""

from __future__ import annotations

import base64
import binascii
import contextlib
import email
import email.policy
import re
from dataclasses import dataclass
from email.message import EmailMessage
from io import BytesIO
from typing import Any

from PIL import Image

from documents.page import Unreadable
from documents.unpack import html

_UNHEADED = "attachment"
_HEADER = 2000
MAX_PARTS = 300
# A page in the body has more pixels than this on its shorter side.
_PAGE_SIDE = 500
_MARKUP = re.compile(r"<(?:!doctype html|html|head|body|table|div|p)\b", re.I)
_BEGIN = re.compile(r"begin [0-7]{3,4} (\S.*)")
# Parts that mail programs add and nobody sent as a document.
_COURTESY = {
    "application/pkcs7-signature",
    "application/x-pkcs7-signature",
    "application/pgp-signature",
    "application/pgp-keys",
    "application/pgp-encrypted",
    "text/calendar",
    "text/vcard",
    "text/x-vcard",
    "message/delivery-status",
    "text/rfc822-headers",
}


@dataclass(frozen=True, slots=True)
class Part:
    """A file within a message."""

    name: str
    data: bytes


@dataclass(frozen=True, slots=True)
class Message:
    """A message taken apart. `body` is rows of cells, as text lies in lines and tables' columns."""

    body: tuple[tuple[str, ...], ...]
    parts: tuple[Part, ...]


class _Policy(email.policy.EmailPolicy):
    """Python's own, but no header is parsed beyond a length that a program may have written."""

    def header_fetch_parse(self, name: str, value: str) -> Any:
        return super().header_fetch_parse(name, value[:_HEADER])


def take_apart(data: bytes) -> Message:
    """Return a message's body and attachments.

    Small pictures that the HTML body refers to (Content-ID in a
    `multipart/related`) belong to its layout and are left out, unless the body
    has no words: then they are what was sent. A telephone's mail program puts a
    photographed page there too, so a large one is kept. Raises Unreadable("damaged") when it cannot be parsed.
    """
    try:
        root = email.message_from_bytes(data.lstrip(b"\xef\xbb\xbf\r\n"), policy=_Policy())
        assert isinstance(root, EmailMessage)
        leaves = _leaves(root)
        body, encoded = _without_uuencoded(_body(leaves))
        inline = _inline(leaves, any(any(row) for row in body))
        parts = [_part(leaf) for leaf in leaves if not _is_body(leaf) and id(leaf) not in inline]
        parts += encoded
    except (ValueError, LookupError, TypeError, AttributeError, AssertionError, RecursionError) as error:
        raise Unreadable("damaged") from error
    return Message(tuple(body), tuple(part for part in parts if part is not None))


def _leaves(message: EmailMessage, depth: int = 0) -> list[EmailMessage]:
    """Return the message's parts in order; an attached message is a leaf of its own."""
    if message.get_content_maintype() == "multipart" and depth < 20:
        found = []
        for part in message.iter_parts():
            found += _leaves(part, depth + 1)  # type: ignore[arg-type]
            if len(found) >= MAX_PARTS:
                break
        return found[:MAX_PARTS]
    return [message]


def _is_body(part: EmailMessage) -> bool:
    named = part.get_content_disposition() == "attachment" or part.get_filename()
    return part.get_content_type() in ("text/plain", "text/html") and not named


def _body(leaves: list[EmailMessage]) -> list[tuple[str, ...]]:
    """Prefer the HTML, whose tables keep labels beside their values, unless it says much less than the text."""
    plain = [row for leaf in leaves if _is_body(leaf) and leaf.get_content_subtype() == "plain" for row in _rows(leaf)]
    rich = [row for leaf in leaves if _is_body(leaf) and leaf.get_content_subtype() == "html" for row in _rows(leaf)]
    return rich if _weight(rich) >= 0.8 * _weight(plain) else plain


def _weight(rows: list[tuple[str, ...]]) -> int:
    return sum(len(cell.split()) for row in rows for cell in row)


def _rows(leaf: EmailMessage) -> list[tuple[str, ...]]:
    text = _text(leaf)
    if leaf.get_content_subtype() == "html":
        return html.rows(text)
    return [(line.strip("\r"),) for line in text.expandtabs(4).split("\n")]


def _text(leaf: EmailMessage) -> str:
    raw = leaf.get_payload(decode=True)
    if not isinstance(raw, bytes):
        return ""
    charset = leaf.get_content_charset() or "utf-8"
    for name in (charset, "utf-8", "latin-1"):
        try:
            return raw.decode(name)
        except (LookupError, ValueError):
            continue
    return ""


def note(data: bytes) -> list[tuple[str, ...]]:
    """Return the rows of a text or HTML file."""
    text = ""
    for charset in ("utf-16" if data[:2] in (b"\xff\xfe", b"\xfe\xff") else "utf-8-sig", "cp1252", "latin-1"):
        with contextlib.suppress(ValueError):
            text = data.decode(charset)
            break
    if _MARKUP.search(text[:2000]):
        return html.rows(text)
    return [(line.strip("\r"),) for line in text.expandtabs(4).split("\n")]


def _inline(leaves: list[EmailMessage], worded: bool) -> set[int]:
    """Return the identities of the pictures that only dress the body."""
    if not worded:
        return set()
    bodies = "".join(_text(leaf) for leaf in leaves if _is_body(leaf) and leaf.get_content_subtype() == "html")
    found = set()
    for leaf in leaves:
        label = str(leaf.get("Content-ID", "")).strip().strip("<>")
        shown = bool(label) and f"cid:{label}" in bodies
        if leaf.get_content_maintype() == "image" and leaf.get_content_disposition() != "attachment" and shown:
            raw = leaf.get_payload(decode=True)
            if isinstance(raw, bytes) and dresses_text(raw):
                found.add(id(leaf))
    return found


def dresses_text(picture: bytes) -> bool:
    """Whether a picture is too small for a page: a logo, a banner, a portrait under a signature."""
    try:
        with Image.open(BytesIO(picture)) as opened:
            return min(opened.size) < _PAGE_SIDE
    except (OSError, ValueError, SyntaxError, Image.DecompressionBombError):
        return False


def _without_uuencoded(rows: list[tuple[str, ...]]) -> tuple[list[tuple[str, ...]], list[Part]]:
    """Take files that stand in the text itself (uuencode, POSIX) out of it."""
    kept: list[tuple[str, ...]] = []
    parts: list[Part] = []
    name, data = "", None
    for row in rows:
        line = row[0] if len(row) == 1 else ""
        begin = _BEGIN.fullmatch(line.strip())
        if data is None and begin:
            name, data = begin[1], bytearray()
        elif data is not None and line.strip() == "end":
            parts += [Part(name, bytes(data))] if data else []
            data = None
        elif data is not None:
            with contextlib.suppress(binascii.Error, ValueError):
                data += binascii.a2b_uu(line)
        else:
            kept.append(row)
    return kept, parts + ([Part(name, bytes(data))] if data else [])


def _part(leaf: EmailMessage) -> Part | None:
    if leaf.get_content_type() in _COURTESY:
        return None
    name = leaf.get_filename() or _UNHEADED
    if leaf.get_content_type() == "message/rfc822":
        inner = leaf.get_payload()
        if isinstance(inner, list) and inner and isinstance(inner[0], EmailMessage):
            return Part(name if "." in name else f"{name}.eml", _inner(leaf, inner[0]))
    raw = leaf.get_payload(decode=True)
    if not isinstance(raw, bytes) or not raw.strip():
        return None
    return Part(name, raw)


def _inner(leaf: EmailMessage, message: EmailMessage) -> bytes:
    """Return an attached message's bytes; some programs encode it though RFC 2046, 5.2.1 forbids that."""
    if str(leaf.get("Content-Transfer-Encoding", "")).lower() == "base64":
        with contextlib.suppress(binascii.Error, ValueError):
            return base64.b64decode(str(message.get_payload()))
    return message.as_bytes(policy=email.policy.compat32)
