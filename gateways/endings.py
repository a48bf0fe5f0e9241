"""Whether a file looks whole, told cheaply from its ends.

A sender that stalls leaves a file that stands still and is not finished. Only
the ends are looked at here: whether the content makes sense is found out when
it is read. What is of another type counts as whole.
"""

from __future__ import annotations

import struct
from collections.abc import Callable
from email.parser import BytesHeaderParser
from pathlib import Path
from typing import BinaryIO

TAIL = 66_000  # bytes: the longest end that is looked at, a ZIP's directory end with its comment
MAX_IFDS = 2_000
STRIP_OFFSETS, STRIP_COUNTS, TILE_OFFSETS, TILE_COUNTS = 273, 279, 324, 325
TYPE_SIZES = {3: 2, 4: 4}  # SHORT and LONG, the only types of offsets and counts (TIFF 6.0, section 8)


def whole(path: Path) -> bool:
    """Whether the file at `path` has the end that its type asks for; raises OSError when it cannot be read."""
    size = path.stat().st_size
    if size == 0:
        return False
    with path.open("rb") as file:
        head = file.read(1024)
        check = _check_for(path, head)
        return check is None or check(file, head, size)


def _check_for(path: Path, head: bytes) -> Callable[[BinaryIO, bytes, int], bool] | None:
    if path.suffix.lower() == ".eml":
        return _mail
    if b"%PDF-" in head:
        # Near the end only: a linearised file has a first such mark near its beginning.
        return _ends_with(b"%%EOF", 1024)
    if head[:4] in (b"II*\0", b"MM\0*"):
        return _tiff
    if head.startswith(b"\xff\xd8\xff"):
        return _ends_with(b"\xff\xd9", 1024)
    if head.startswith(b"\x89PNG"):
        return _ends_with(b"IEND", 1024, 8)
    if head.startswith(b"PK\x03\x04"):
        return _ends_with(b"PK\x05\x06", TAIL, 22)
    return None


def _ends_with(mark: bytes, window: int, length: int = 0) -> Callable[[BinaryIO, bytes, int], bool]:
    """A check for `mark` among the last `window` bytes, with at least `length` bytes from its start to the end."""

    def check(file: BinaryIO, head: bytes, size: int) -> bool:
        tail = _tail(file, size, window)
        place = tail.rfind(mark)
        return place >= 0 and len(tail) - place >= length

    return check


def _tail(file: BinaryIO, size: int, window: int) -> bytes:
    file.seek(max(0, size - window))
    return file.read(window)


def _mail(file: BinaryIO, head: bytes, size: int) -> bool:
    """A multipart message ends with its closing boundary (RFC 2046, section 5.1.1); another has no mark."""
    file.seek(0)
    boundary = BytesHeaderParser().parsebytes(file.read(TAIL)).get_boundary()
    return boundary is None or f"--{boundary}--".encode() in _tail(file, size, TAIL)


def _tiff(file: BinaryIO, head: bytes, size: int) -> bool:
    """Each directory, and every strip or tile that it names, lies within the file (TIFF 6.0, section 2)."""
    if len(head) < 8:
        return False
    order = "<" if head[:2] == b"II" else ">"
    offset = struct.unpack(f"{order}I", head[4:8])[0]
    seen: set[int] = set()
    while offset and offset not in seen and len(seen) < MAX_IFDS:
        seen.add(offset)
        file.seek(offset)
        directory = file.read(2)
        if len(directory) < 2:
            return False
        count = struct.unpack(f"{order}H", directory)[0]
        entries = file.read(12 * count + 4)
        if len(entries) < 12 * count + 4 or _data_end(file, order, entries, count) > size:
            return False
        offset = struct.unpack(f"{order}I", entries[-4:])[0]
    return bool(seen)


def _data_end(file: BinaryIO, order: str, entries: bytes, count: int) -> int:
    """Return the end, in bytes from the start, of the picture data that a directory names."""
    lists: dict[int, tuple[int, ...]] = {}
    for place in range(0, 12 * count, 12):
        tag, kind, number = struct.unpack(f"{order}HHI", entries[place : place + 8])
        if tag in (STRIP_OFFSETS, STRIP_COUNTS, TILE_OFFSETS, TILE_COUNTS) and kind in TYPE_SIZES:
            lists[tag] = _numbers(file, order, entries[place + 8 : place + 12], kind, min(number, 1 << 20))
    return max(
        (
            start + length
            for starts, lengths in ((STRIP_OFFSETS, STRIP_COUNTS), (TILE_OFFSETS, TILE_COUNTS))
            for start, length in zip(lists.get(starts, ()), lists.get(lengths, ()), strict=False)
        ),
        default=0,
    )


def _numbers(file: BinaryIO, order: str, field: bytes, kind: int, number: int) -> tuple[int, ...]:
    length = TYPE_SIZES[kind] * number
    if length > 4:
        file.seek(struct.unpack(f"{order}I", field)[0])
        field = file.read(length)
    form = "H" if kind == 3 else "I"
    usable = min(number, len(field) // TYPE_SIZES[kind])
    return struct.unpack(f"{order}{usable}{form}", field[: usable * TYPE_SIZES[kind]])
