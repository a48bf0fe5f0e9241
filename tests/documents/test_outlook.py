"""Outlook's .msg files, laid down here as compound files ([MS-CFB]) of short streams."""

from __future__ import annotations

import struct

import pytest

from documents.limits import Limits
from documents.page import Unreadable
from documents.unpack import outlook
from documents.unpack.opener import sheets

Tree = dict[str, "bytes | Tree"]
FREE, END, NONE = 0xFFFFFFFF, 0xFFFFFFFE, 0xFFFFFFFF
STORAGE, STREAM, ROOT = 1, 2, 5


def entry(name: str, kind: int, right: int, child: int, start: int, size: int) -> bytes:
    raw = name.encode("utf-16-le") + b"\0\0"
    head = raw.ljust(64, b"\0") + struct.pack("<HBB", len(raw), kind, 1)
    return head + struct.pack("<III", NONE, right, child) + bytes(36) + struct.pack("<IQ", start, size)


def compound(tree: Tree) -> bytes:
    """Lay a tree of storages and streams down: all streams in the mini stream, siblings in a chain."""
    entries: list[bytes] = [b""]
    mini, chain = bytearray(), list[int]()

    def add(name: str, item: bytes | Tree, right: int) -> int:
        number = len(entries)
        entries.append(b"")
        if isinstance(item, dict):
            entries[number] = entry(name, STORAGE, right, siblings(item), 0, 0)
            return number
        start, count = len(chain), -(-len(item) // 64)
        chain.extend([*range(start + 1, start + count), END][:count])
        mini.extend(item.ljust(count * 64, b"\0"))
        entries[number] = entry(name, STREAM, right, NONE, start if count else END, len(item))
        return number

    def siblings(items: Tree) -> int:
        right = NONE
        for name, item in reversed(items.items()):
            right = add(name, item, right)
        return right

    first = siblings(tree)
    parts = [struct.pack(f"<{len(chain)}I", *chain), b"", bytes(mini)]
    sizes = [-(-len(parts[0]) // 512), -(-len(entries) * 128 // 512), -(-len(mini) // 512)]
    starts = [1, 1 + sizes[0], 1 + sizes[0] + sizes[1]]
    entries[0] = entry("Root Entry", ROOT, NONE, first, starts[2], len(mini))
    parts[1] = b"".join(entries)
    table = [0xFFFFFFFD]
    for start, size in zip(starts, sizes, strict=True):
        table += [*range(start + 1, start + size), END]
    assert len(table) <= 128
    fat = struct.pack("<128I", *table, *[FREE] * (128 - len(table)))
    head = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(16) + struct.pack("<HHHHH", 0x3E, 3, 0xFFFE, 9, 6) + bytes(6)
    head += struct.pack("<IIIIIIIII", 0, 1, starts[1], 0, 4096, starts[0], sizes[0], END, 0)
    head += struct.pack("<109I", 0, *[FREE] * 108)
    pads = (b"\xff", b"\0", b"\0")
    return (
        head + fat + b"".join(part.ljust(size * 512, pad) for part, size, pad in zip(parts, sizes, pads, strict=True))
    )


def message(body: str = "", rich: str = "", **attached: bytes | Tree) -> Tree:
    made: Tree = {"__properties_version1.0": bytes(32)}
    if body:
        made["__substg1.0_1000001F"] = body.encode("utf-16-le")
    if rich:
        made["__substg1.0_10130102"] = rich.encode()
    for number, (name, item) in enumerate(attached.items()):
        own: Tree = {"__properties_version1.0": bytes(8), "__substg1.0_3707001F": name.encode("utf-16-le")}
        own["__substg1.0_3701000D" if isinstance(item, dict) else "__substg1.0_37010102"] = item
        made[f"__attach_version1.0_#{number:08X}"] = own
    return made


def test_text_and_attachments() -> None:
    apart = outlook.take_apart(compound(message("CT of the chest\r\nfor Ann Lee", scan=b"II*\0 a fax", note=b"text")))
    assert apart.body == (("CT of the chest",), ("for Ann Lee",))
    assert [(part.name, part.data) for part in apart.parts] == [("scan", b"II*\0 a fax"), ("note", b"text")]


def test_markup_keeps_its_columns() -> None:
    data = compound(message("Name Ann Lee", "<table><tr><td>Name</td><td>Ann Lee</td></tr></table>"))
    assert outlook.take_apart(data).body == (("Name", "Ann Lee"),)


def test_a_message_within_the_message_is_pages() -> None:
    data = compound(message("Forwarded, see below", inner=message("CT of the chest", deeper=message("for Ann Lee"))))
    found = list(sheets(data, "order.msg", Limits()))
    assert [[word.text for word in sheet.words] for sheet in found] == [
        ["Forwarded,", "see", "below"], ["CT", "of", "the", "chest"], ["for", "Ann", "Lee"],
    ]  # fmt: skip


def test_nesting_is_bounded() -> None:
    tree = message("The innermost")
    for level in range(8):
        tree = message(f"Level {level}", inner=tree)
    found = list(sheets(compound(tree), "order.msg", Limits(max_depth=3)))
    assert found[-1].fault == "too_deep"


@pytest.mark.parametrize("cut", [600, 1200, 2000])
def test_a_cut_file_is_damaged(cut: int) -> None:
    whole = compound(message("CT of the chest for Ann Lee", scan=bytes(range(256)) * 8))
    with pytest.raises(Unreadable) as refused:
        list(sheets(whole[:cut], "order.msg", Limits()))
    assert refused.value.code in ("damaged", "needs_office")
