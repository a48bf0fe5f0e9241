"""The outbox folder: letters and finished orders, each laid down whole or not at all."""

from __future__ import annotations

import os
import re
import tempfile
from pathlib import Path

OPAQUE = re.compile(r"[0-9A-Z]+-[a-z]+-\d+\.[a-z]+")


def lay(folder: Path, kind: str, filename: str, data: bytes) -> Path:
    """Write `data` to `folder/<kind>s/<filename>` in one step; return the path once it is durable.

    Laying the same again changes nothing that a reader sees. Raises ValueError
    for a file name that is not opaque (an id, a kind, a number), OSError when
    the disk refuses.
    """
    if not OPAQUE.fullmatch(filename):
        raise ValueError("an outbox file's name is an id, a kind and a number")
    place = folder / f"{kind}s"
    place.mkdir(parents=True, exist_ok=True)
    with tempfile.NamedTemporaryFile(dir=place, prefix=".", delete=False) as draft:
        try:
            draft.write(data)
            draft.flush()
            os.fsync(draft.fileno())
            Path(draft.name).rename(place / filename)
        except OSError:
            Path(draft.name).unlink(missing_ok=True)
            raise
    handle = os.open(place, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
    return place / filename
