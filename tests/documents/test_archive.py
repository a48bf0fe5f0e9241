from __future__ import annotations

import zipfile
from io import BytesIO

import pytest

from documents.limits import Limits
from documents.page import Unreadable
from documents.unpack import archive


def zipped(files: dict[str, bytes]) -> bytes:
    out = BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as made:
        for name, data in files.items():
            made.writestr(name, data)
    return out.getvalue()


def test_members_in_order_without_clutter() -> None:
    data = zipped({"b.tif": b"1", "__MACOSX/b.tif": b"2", "sub/a.pdf": b"3", ".DS_Store": b"4"})
    assert list(archive.members(data, Limits())) == [("b.tif", b"1"), ("a.pdf", b"3")]


@pytest.mark.parametrize(
    ("data", "code"),
    [
        (zipped({"bomb": b"\0" * 30_000_000}), "too_large"),
        (zipped({"big": bytes(range(256)) * 40_000}), "too_large"),
        (zipped({f"{index}.txt": b"x" for index in range(300)}), "too_many_pages"),
        (zipped({"a.tif": b"1" * 500})[:-30], "damaged"),
        (b"PK\3\4 and nothing else", "damaged"),
    ],
)
def test_bombs_and_breaks(data: bytes, code: str) -> None:
    with pytest.raises(Unreadable) as refused:
        list(archive.members(data, Limits(max_bytes=9_000_000)))
    assert refused.value.code == code
