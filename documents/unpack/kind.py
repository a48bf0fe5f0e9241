"""What a file is, told from its first bytes; its name only helps to say that it lies."""

from __future__ import annotations

import zipfile
from io import BytesIO
from pathlib import PurePath
from typing import Literal

from documents.limits import Limits
from documents.page import Unreadable
from documents.unpack import outlook

Kind = Literal["tiff", "pdf", "picture", "mail", "zip", "tnef", "outlook", "sealed", "text", "office"]

_MEDIA_TYPES: dict[Kind, str] = {
    "tiff": "image/tiff",
    "pdf": "application/pdf",
    "picture": "image/jpeg",
    "mail": "message/rfc822",
    "zip": "application/zip",
    "tnef": "application/ms-tnef",
    "outlook": "application/vnd.ms-outlook",
    "sealed": "application/pkcs7-mime",
    "text": "text/plain",
    "office": "application/octet-stream",
}
_PICTURES = {
    b"\x89PNG": "image/png", b"GIF8": "image/gif", b"RIFF": "image/webp", b"BM": "image/bmp",
    b"\0\0\0\x0cjP  ": "image/jp2",
}  # fmt: skip
# Brands of the ISO base media format (ISO 14496-12): Apple's photographs, and the open kind of them.
_HEIC, _AVIF = {b"heic", b"heix", b"hevc", b"heim", b"heis", b"mif1", b"msf1"}, {b"avif", b"avis"}
# The DER of the object identifiers of CMS content, 1.2.840.113549.1.7.2 and .3, near a file's start.
_SEALED = b"\x06\x09\x2a\x86\x48\x86\xf7\x0d\x01\x07"
_ARMOUR = b"-----BEGIN PGP MESSAGE-----"

_SUFFIXES: dict[str, Kind] = {
    ".tif": "tiff",
    ".tiff": "tiff",
    ".pdf": "pdf",
    ".jpg": "picture",
    ".jpeg": "picture",
    ".png": "picture",
    ".bmp": "picture",
    ".gif": "picture",
    ".webp": "picture",
    ".jp2": "picture",
    ".avif": "picture",
    ".heic": "picture",
    ".heif": "picture",
    ".eml": "mail",
    ".msg": "outlook",
    ".p7m": "sealed",
    ".txt": "text",
    ".htm": "text",
    ".html": "text",
    ".zip": "zip",
    ".docx": "office",
    ".rtf": "office",
    ".doc": "office",
    ".odt": "office",
}

_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_HEADER_NAMES = (
    b"received:", b"from:", b"return-path:", b"delivered-to:", b"mime-version:", b"date:", b"message-id:",
    b"subject:", b"to:", b"content-type:", b"x-", b"reply-to:", b"dkim-signature:", b"arc-", b"authentication-results:",
)  # fmt: skip


def promised(name: str) -> Kind | None:
    """Return the kind that the file's name promises."""
    return _SUFFIXES.get(PurePath(name).suffix.lower())


def sniff(data: bytes, name: str = "") -> Kind | None:
    """Return what the bytes are, or None when it is nothing that is opened here."""
    head = data[:1024]
    if head[:4] in (b"II*\0", b"MM\0*", b"II+\0", b"MM\0+"):
        return "tiff"
    if b"%PDF-" in head:
        return "pdf"
    if head.startswith((b"\xff\xd8\xff", b"\x89PNG\r\n\x1a\n", b"BM", b"GIF8", b"\0\0\0\x0cjP  ")):
        return "picture"
    if head[8:12] == b"WEBP" or (head[4:8] == b"ftyp" and head[8:12] in _AVIF):
        return "picture"
    if head[:1] == b"\x30" and _SEALED in head[:64]:
        return "sealed"
    if head.startswith(b"\x78\x9f\x3e\x22"):
        return "tnef"
    if head.startswith((b"PK\3\4", b"PK\5\6")):
        return _inside_zip(data)
    if head.startswith(_OLE):
        return "outlook" if outlook.is_message(data) else "office"
    if head.startswith(b"{\\rtf"):
        return "office"
    if _looks_like_mail(head, name):
        return "mail"
    return "text" if promised(name) == "text" and _is_text(data) else None


def _is_text(data: bytes) -> bool:
    """Whether bytes are letters: no control characters but those of lines, in a text or its UTF-16 form."""
    if data[:2] in (b"\xff\xfe", b"\xfe\xff"):
        return True
    return not any(byte < 9 or 13 < byte < 27 for byte in data[:4096])


def _inside_zip(data: bytes) -> Kind:
    try:
        with zipfile.ZipFile(BytesIO(data)) as archive:
            names = set(archive.namelist()[:2000])
    except (zipfile.BadZipFile, OSError, ValueError, NotImplementedError):
        return "zip"
    return "office" if "[Content_Types].xml" in names or "mimetype" in names else "zip"


def _looks_like_mail(head: bytes, name: str) -> bool:
    """A message starts with header lines; two of the usual names, or one in a file called .eml."""
    lines = head.lstrip(b"\xef\xbb\xbf\r\n \t").lower().splitlines()
    if lines and lines[0].startswith(b"from "):
        lines = lines[1:]
    known = sum(line.startswith(_HEADER_NAMES) for line in lines[:20])
    return known >= (1 if promised(name) == "mail" else 2) and bool(lines) and b":" in lines[0][:80]


def identify(data: bytes, name: str, limits: Limits) -> Kind:
    """Return what the file is.

    Raises Unreadable: empty, too_large, encrypted, needs_jpeg, mislabelled, unknown_type.
    """
    if not data.strip(b"\0 \r\n\t"):
        raise Unreadable("empty")
    if len(data) > limits.max_bytes:
        raise Unreadable("too_large")
    kind = sniff(data, name)
    if kind is None and data[4:8] == b"ftyp" and data[8:12] in _HEIC:
        raise Unreadable("needs_jpeg")
    if kind is None and _ARMOUR in data[:1024]:
        raise Unreadable("encrypted")
    if kind is None:
        raise Unreadable("mislabelled" if promised(name) else "unknown_type")
    return kind


def media_type(data: bytes, kind: Kind) -> str:
    """Return the media type of a file that `identify` told."""
    if kind == "picture":
        return next((name for mark, name in _PICTURES.items() if data.startswith(mark)), _MEDIA_TYPES[kind])
    return _MEDIA_TYPES[kind]
