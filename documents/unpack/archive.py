"""ZIP archives, opened within bounds."""

from __future__ import annotations

import zipfile
import zlib
from collections.abc import Iterator
from io import BytesIO

from documents.limits import Limits
from documents.page import Unreadable

MAX_MEMBERS = 200
# A fax page compresses 10 to 40 times; a thousand times is a bomb.
MAX_RATIO = 300


def members(data: bytes, limits: Limits) -> Iterator[tuple[str, bytes | Unreadable]]:
    """Yield name and bytes of an archive's files, in its own order; why not in a file's place: encrypted, damaged.

    Raises Unreadable: "damaged" when the archive itself is, or "too_large" when
    the members together would pass `limits.max_bytes` or swell more than 300 times.
    """
    try:
        archive = zipfile.ZipFile(BytesIO(data))
        infos = [info for info in archive.infolist() if not info.is_dir() and not _clutter(info.filename)]
    except (zipfile.BadZipFile, OSError, ValueError, NotImplementedError, EOFError) as error:
        raise Unreadable("damaged") from error
    if len(infos) > MAX_MEMBERS:
        raise Unreadable("too_many_pages")
    left = limits.max_bytes
    for info in infos:
        name = info.filename.rsplit("/", 1)[-1]
        if info.flag_bits & 1:
            yield name, Unreadable("encrypted")
            continue
        if info.file_size > left or info.file_size > max(10_000_000, MAX_RATIO * info.compress_size):
            raise Unreadable("too_large")
        try:
            with archive.open(info) as member:
                # The directory may lie about the size: read one byte more than it states.
                content = member.read(info.file_size + 1)
        except (
            zipfile.BadZipFile,
            zlib.error,
            OSError,
            ValueError,
            RuntimeError,
            NotImplementedError,
            EOFError,
        ):
            yield name, Unreadable("damaged")
            continue
        left -= len(content)
        yield name, content


def _clutter(path: str) -> bool:
    name = path.rsplit("/", 1)[-1]
    return path.startswith("__MACOSX/") or name.startswith(".") or name.lower() in ("thumbs.db", "desktop.ini")
