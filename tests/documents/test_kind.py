from __future__ import annotations

import zipfile
from io import BytesIO

import pytest

from documents.limits import Limits
from documents.page import Unreadable
from documents.unpack.kind import identify, sniff


def zipped(*names: str) -> bytes:
    out = BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        for name in names:
            archive.writestr(name, "x")
    return out.getvalue()


@pytest.mark.parametrize(
    ("data", "name", "kind"),
    [
        (b"II*\0\x08\0\0\0", "fax.tif", "tiff"),
        (b"MM\0*\0\0\0\x08", "fax", "tiff"),
        (b"%PDF-1.7\n", "a.pdf", "pdf"),
        (b"\n\n%PDF-1.4", "a.bin", "pdf"),
        (b"\xff\xd8\xff\xe0", "a.jpg", "picture"),
        (b"\x89PNG\r\n\x1a\n", "a.png", "picture"),
        (b"From: a@b.example\r\nTo: c@d.example\r\n\r\nhi", "a", "mail"),
        (b"From: a@b.example\n\nhi", "a.eml", "mail"),
        (b"From: a@b.example\n\nhi", "a.bin", None),
        (b"From: a@b.example\n\nhi", "a.txt", "text"),
        (b"<p>CT of the chest</p>", "a.html", "text"),
        (b"CT\0\1\2 of the chest", "a.txt", None),
        (b"\0\0\0\x0cjP  \r\n\x87\n", "a.jp2", "picture"),
        (b"\0\0\0\x20ftypavif\0\0\0\0", "a.avif", "picture"),
        (b"\0\0\0\x20ftypisom\0\0\0\0", "a.mp4", None),
        (b"\x30\x80\x06\x09\x2a\x86\x48\x86\xf7\x0d\x01\x07\x02", "smime.p7m", "sealed"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600), "a.doc", "office"),
        (zipped("a.tif"), "a.zip", "zip"),
        (zipped("[Content_Types].xml", "word/document.xml"), "a.docx", "office"),
        (b"{\\rtf1 hello}", "a.rtf", "office"),
        (b"Dear colleague, please see attached", "a.pdf", None),
        (b"MZ\x90\0", "a.exe", None),
    ],
)
def test_a_file_is_told_by_its_bytes(data: bytes, name: str, kind: str | None) -> None:
    assert sniff(data, name) == kind


@pytest.mark.parametrize(
    ("data", "name", "code"),
    [
        (b"", "a.pdf", "empty"),
        (b"\0\0\n ", "a.tif", "empty"),
        (b"this is text", "order.pdf", "mislabelled"),
        (b"MZ\x90\0 something", "order.exe", "unknown_type"),
        (b"\0\0\0\x18ftypheic\0\0\0\0", "IMG_0412.HEIC", "needs_jpeg"),
        (b"\0\0\0\x18ftypmp42\0\0\0\0", "IMG_0412.MOV", "unknown_type"),
        (b"-----BEGIN PGP MESSAGE-----\n\nhQEM", "order.asc", "encrypted"),
        (b"%PDF-1.4" + b"x" * 200, "order.pdf", "too_large"),
    ],
)
def test_what_cannot_be_opened_says_why(data: bytes, name: str, code: str) -> None:
    with pytest.raises(Unreadable) as refused:
        identify(data, name, Limits(max_bytes=200))
    assert refused.value.code == code
