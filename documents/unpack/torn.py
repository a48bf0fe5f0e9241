"""Pages of which a decoder gave up in the middle, told by what it left there."""

from __future__ import annotations

import zlib
from typing import Any

import numpy as np

from documents.unpack.sheet import Gray

# A slab of one dark or gray tone over the whole width is no paper, however dark a fax's edge is.
_SLAB = 0.1
_TONE = 4
_PAPER = 200
_MOST = 64 * 2**20


def slab(gray: Gray) -> float:
    """Return the share of a picture that is one dark or gray slab at its foot, head or side (0..1).

    Decoders of pdfium leave what they could not decode black or gray.
    """
    tone = np.ptp(gray, axis=1), np.ptp(gray, axis=0)
    level = gray.mean(1), gray.mean(0)
    found = 0.0
    for spread, mean in zip(tone, level, strict=True):
        dull = (spread <= _TONE) & (mean < _PAPER)
        for way in (dull, dull[::-1]):
            run = len(way) if way.all() else int(np.argmin(way))
            found = max(found, run / len(way))
    return found if found >= _SLAB else 0.0


def is_whole(stream: Any) -> bool:
    """Whether a stream of a PDF (pdfminer's) that is compressed can be decompressed to its end."""
    names = [str(getattr(name, "name", "")) for name, _ in stream.get_filters()]
    if names not in (["FlateDecode"], ["Fl"]) or stream.decipher:
        return True
    raw, machine, size = stream.get_rawdata() or b"", zlib.decompressobj(), 0
    try:
        while not machine.eof and size < _MOST:
            piece = machine.decompress(raw, 1 << 20)
            size += len(piece)
            raw = machine.unconsumed_tail
            if not piece and not raw:
                break
    except zlib.error:
        return False
    return machine.eof or size >= _MOST
