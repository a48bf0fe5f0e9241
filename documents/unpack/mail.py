"""E-mail: the body's text and the attachments in their order; nothing is fetched."""

from __future__ import annotations

import email
import email.policy
from dataclasses import dataclass
from email.message import EmailMessage

from documents.page import Unreadable
from documents.unpack import html

_UNHEADED = "attachment"
# Parts that mail programs add and nobody sent as a document.
_COURTESY = {
    "application/pkcs7-signature",
    "application/x-pkcs7-signature",
    "application/pgp-signature",
    "application/pgp-keys",
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


def take_apart(data: bytes) -> Message:
    """Return a message's body and attachments.

    Pictures that the HTML body refers to (Content-ID in a `multipart/related`)
    belong to its layout and are left out, unless the body has no words: then
    they are what was sent. Raises Unreadable("damaged") when it cannot be parsed.
    """
    try:
        root = email.message_from_bytes(data, policy=email.policy.default)
        leaves = _leaves(root)
        body = _body(leaves)
        inline = _inline(leaves, any(any(row) for row in body))
        parts = [_part(leaf) for leaf in leaves if not _is_body(leaf) and id(leaf) not in inline]
    except (ValueError, LookupError, TypeError, AttributeError, AssertionError, RecursionError) as error:
        raise Unreadable("damaged") from error
    return Message(tuple(body), tuple(part for part in parts if part is not None))


def _leaves(message: EmailMessage, depth: int = 0) -> list[EmailMessage]:
    """Return the message's parts in order; an attached message is a leaf of its own."""
    if message.get_content_maintype() == "multipart" and depth < 20:
        found = []
        for part in message.iter_parts():
            found += _leaves(part, depth + 1)  # type: ignore[arg-type]
        return found
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
        except (LookupError, UnicodeDecodeError):
            continue
    return ""


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
            found.add(id(leaf))
    return found


def _part(leaf: EmailMessage) -> Part | None:
    if leaf.get_content_type() in _COURTESY:
        return None
    name = leaf.get_filename() or _UNHEADED
    if leaf.get_content_type() == "message/rfc822":
        inner = leaf.get_payload()
        if isinstance(inner, list) and inner and isinstance(inner[0], EmailMessage):
            return Part(name if "." in name else f"{name}.eml", inner[0].as_bytes(policy=email.policy.compat32))
    raw = leaf.get_payload(decode=True)
    if not isinstance(raw, bytes) or not raw.strip():
        return None
    return Part(name, raw)
