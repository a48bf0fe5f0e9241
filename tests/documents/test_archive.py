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


def test_a_locked_and_a_broken_file_are_named_in_their_place() -> None:
    data = bytearray(zipped({"a.tif": b"1" * 50, "locked.pdf": b"2" * 50, "broken.tif": b"3" * 50, "d.tif": b"4" * 50}))
    entries = [at for at in range(len(data)) if data[at : at + 4] == b"PK\1\2"]
    data[entries[1] + 8] |= 1
    data[data.find(b"broken.tif") + len(b"broken.tif")] ^= 0xFF
    found = [(name, item if isinstance(item, bytes) else item.code) for name, item in archive.members(data, Limits())]
    assert found == [
        ("a.tif", b"1" * 50), ("locked.pdf", "encrypted"), ("broken.tif", "damaged"), ("d.tif", b"4" * 50),
    ]  # fmt: skip
