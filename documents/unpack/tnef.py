"""winmail.dat: the attachments and the text that Outlook wraps in TNEF ([MS-OXTNEF])."""

from __future__ import annotations

import struct
from collections.abc import Iterator

from documents.page import Unreadable
from documents.unpack.mail import Message, Part

_SIGNATURE = 0x223E9F78
# Attribute identifiers, [MS-OXTNEF] 2.1.3.
_BODY, _ATTACH_DATA, _ATTACH_TITLE, _ATTACH_REND = 0x2800C, 0x6800F, 0x18010, 0x69002
_ATTACH_PROPS = 0x69005
_LONG_NAME = 0x3707
_UNICODE, _STRING8 = 0x1F, 0x1E
MAX_PARTS = 200


def take_apart(data: bytes) -> Message:
    """Return the text and the attachments; raises Unreadable("damaged") when the wrapping is broken at its start."""
    if len(data) < 6 or struct.unpack_from("<I", data)[0] != _SIGNATURE:
        raise Unreadable("damaged")
    body: list[tuple[str, ...]] = []
    parts: list[Part] = []
    name, content = "attachment", b""
    for kind, value in _attributes(data):
        if kind == _ATTACH_REND:
            # Each attachment begins with how it is shown.
            parts += [Part(name, content)] if content else []
            name, content = "attachment", b""
        elif kind == _ATTACH_TITLE:
            name = _string(value) or name
        elif kind == _ATTACH_PROPS:
            name = _long_name(value) or name
        elif kind == _ATTACH_DATA:
            content = value
        elif kind == _BODY:
            body = [(line,) for line in _string(value).splitlines()]
        if len(parts) >= MAX_PARTS:
            break
    parts += [Part(name, content)] if content else []
    return Message(tuple(body), tuple(parts))


def _attributes(data: bytes) -> Iterator[tuple[int, bytes]]:
    """Yield the attributes up to the first that does not fit into the file."""
    at = 6
    while at + 9 <= len(data):
        kind, length = struct.unpack_from("<II", data, at + 1)
        if at + 9 + length > len(data):
            return
        yield kind, data[at + 9 : at + 9 + length]
        at += 9 + length + 2


def _string(value: bytes) -> str:
    return value.split(b"\0")[0].decode("cp1252", "replace").strip()


def _long_name(value: bytes) -> str:
    """Find the long file name among an attachment's properties: its tag, a count of one, its length, its characters."""
    for kind, codec in ((_UNICODE, "utf-16-le"), (_STRING8, "cp1252")):
        at = value.find(struct.pack("<HHI", kind, _LONG_NAME, 1))
        if 0 <= at <= len(value) - 12:
            length = struct.unpack_from("<I", value, at + 8)[0]
            return value[at + 12 : at + 12 + min(length, 1000)].decode(codec, "replace").split("\0")[0].strip()
    return ""
