"""Outlook's .msg files ([MS-OXMSG]): the text and the attachments, out of an OLE compound file."""

from __future__ import annotations

from email.message import EmailMessage
from io import BytesIO

import olefile

from documents.page import Unreadable
from documents.unpack import html
from documents.unpack.mail import Message, Part, dresses_text

# Property tags, [MS-OXPROPS]: the identifier and the type (001F Unicode, 001E 8-bit, 0102 binary, 000D object).
_BODY, _HTML = "1000", "1013"
_DATA, _LONG_NAME, _NAME, _CONTENT_ID = "3701", "3707", "3704", "3712"
_EMBEDDED = "__substg1.0_3701000D"
_ATTACHMENT = "__attach_version1.0_"
MAX_PARTS, MAX_DEPTH = 200, 4

_BROKEN = (OSError, ValueError, IndexError, KeyError, TypeError, AttributeError, RecursionError)


def is_message(data: bytes) -> bool:
    """Whether an OLE file is a message: its properties stand in streams of this name."""
    return "__properties_version1.0".encode("utf-16-le") in data


def take_apart(data: bytes) -> Message:
    """Return the text and the attachments; raises Unreadable("damaged") when the file cannot be parsed."""
    try:
        with olefile.OleFileIO(BytesIO(data)) as file:
            return _message(file, [], 0)
    except _BROKEN as error:
        raise Unreadable("damaged") from error


def _message(file: olefile.OleFileIO, place: list[str], depth: int) -> Message:
    rich = file.openstream([*place, f"__substg1.0_{_HTML}0102"]).read() if _has(file, place, _HTML + "0102") else b""
    markup = _decoded(rich) or _string(file, place, _HTML)
    plain = _string(file, place, _BODY)
    rows = html.rows(markup) if markup else [(line.strip("\r"),) for line in plain.expandtabs(4).split("\n")]
    worded = any(any(cell.strip() for cell in row) for row in rows)
    below = [path[len(place) :] for path in file.listdir(storages=True) if path[: len(place)] == place]
    names = {path[0] for path in below if path}
    parts: list[Part] = []
    for name in sorted(name for name in names if name.startswith(_ATTACHMENT))[:MAX_PARTS]:
        own = [*place, name]
        part = _part(file, own, depth)
        label = _string(file, own, _CONTENT_ID)
        inline = worded and bool(label) and f"cid:{label}" in markup
        if part is not None and not (inline and dresses_text(part.data)):
            parts.append(part)
    return Message(tuple(rows) if worded else (), tuple(parts))


def _part(file: olefile.OleFileIO, place: list[str], depth: int) -> Part | None:
    name = _string(file, place, _LONG_NAME) or _string(file, place, _NAME) or "attachment"
    if _has(file, place, _DATA + "0102"):
        data = file.openstream([*place, f"__substg1.0_{_DATA}0102"]).read()
        return Part(name, data) if data.strip() else None
    if file.exists("/".join([*place, _EMBEDDED])) and depth < MAX_DEPTH:
        return Part("message.eml", _as_mail(_message(file, [*place, _EMBEDDED], depth + 1)))
    return None


def _as_mail(message: Message) -> bytes:
    """Write a message within the message down as the file that it would have been on its own."""
    made = EmailMessage()
    made["From"] = made["To"] = "unknown"
    made.set_content("\n".join("    ".join(row) for row in message.body))
    for part in message.parts:
        made.add_attachment(part.data, "application", "octet-stream", filename=part.name)
    return made.as_bytes()


def _has(file: olefile.OleFileIO, place: list[str], tag: str) -> bool:
    return bool(file.exists("/".join([*place, f"__substg1.0_{tag}"])))


def _string(file: olefile.OleFileIO, place: list[str], tag: str) -> str:
    for kind, codec in (("001F", "utf-16-le"), ("001E", "cp1252")):
        if _has(file, place, tag + kind):
            stream = file.openstream([*place, f"__substg1.0_{tag}{kind}"])
            return str(stream.read().decode(codec, "replace")).rstrip("\0").strip()
    return ""


def _decoded(data: bytes) -> str:
    for codec in ("utf-8", "cp1252"):
        try:
            return data.decode(codec)
        except UnicodeDecodeError:
            continue
    return data.decode("latin-1")
