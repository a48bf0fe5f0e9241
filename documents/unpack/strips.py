"""What of a TIFF page could not be decoded.

libtiff fills what it cannot decode with white and goes on; it says so on the
standard error stream only. So that stream is listened to while a page is
decoded: half a page must not pass for a whole one.
"""

from __future__ import annotations

import os
import re
import sys
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from io import BytesIO
from typing import IO, Any

import numpy as np
from PIL import Image
from PIL.TiffImagePlugin import TiffImageFile

from documents.unpack.sheet import Gray

# Where libtiff's codecs say that a row is lost: Group 3 and 4, and the others.
_FAX_ROW = re.compile(rb"(Fax[34]\w*): [^\n]* at line (\d+) of strip (\d+)")
_ROW = re.compile(rb"at scanline (\d+)")
_STRIP = re.compile(rb"(?<!of )strip (\d+)\b")
_JPEG_ENDS = re.compile(rb"Premature end of JPEG|Corrupt JPEG data")

# Rows that a telephone line spoilt here and there (Group 3) leave a page legible.
_HARMLESS = 0.02

# TIFF 6.0, section 22: the picture as a JPEG file of its own.
_OLD_JPEG, _JPEG_AT, _JPEG_LENGTH = 6, 513, 514


def decoded(image: TiffImageFile, data: bytes, flatten: Callable[[Image.Image], Image.Image]) -> tuple[Gray, float]:
    """Return the page at which `image` stands in gray, and the share of its rows that is lost (0..1).

    Lost rows are white. `data` is the file. Raises OSError, or what Pillow
    raises, when nothing of the page can be decoded.
    """
    tags = image.tag_v2
    if not image.tile or not any(tag in tags for tag in (273, 324, _JPEG_AT)):
        # libtiff would hand out the pixels of another page.
        raise OSError("no strips")
    rows = min(image.height, int(tags.get(278, image.height)) or image.height)
    failed = False
    with _complaints() as stream:
        try:
            gray = np.array(flatten(image), np.uint8)
        except OSError:
            if tags.get(259) == _OLD_JPEG:
                return _old_jpeg(tags, data, flatten), 0.0
            failed = True
            # Pillow keeps what it decoded before the error.
            gray = np.array(flatten(image), np.uint8)
        stream.seek(0)
        said = stream.read()
    lost = _lost(said, gray.shape[0], rows, failed)
    if failed and not lost.any():
        raise OSError("no row is known to be good")
    share = max(float(lost.mean()), _beyond(tags, len(data)))
    gray[lost] = 255
    return gray, share if share > _HARMLESS else 0.0


def _lost(said: bytes, height: int, rows: int, failed: bool) -> np.ndarray[tuple[int], np.dtype[np.bool_]]:
    """Return which of a page's rows libtiff complained of, `rows` to a strip."""
    lost = np.zeros(height, np.bool_)
    for codec, line, strip in _FAX_ROW.findall(said):
        row, end = int(strip) * rows + int(line), (int(strip) + 1) * rows
        # Each Group 4 row leans on the one before; Group 3 finds its feet at the next row.
        lost[row : end if codec.startswith(b"Fax4") else row + 1] = True
    first = [int(row) for row in _ROW.findall(said)]
    if failed:
        first += [int(strip) * rows for strip in _STRIP.findall(said)]
    if first:
        lost[min(first) :] = True
    if _JPEG_ENDS.search(said):
        lost[-max(1, height // 10) :] |= True
    return lost


def _beyond(tags: Any, size: int) -> float:
    """Return the share of a page's bytes that its directory places beyond the file's end."""
    starts, lengths = tags.get(273) or tags.get(324), tags.get(279) or tags.get(325)
    if not isinstance(starts, tuple) or not isinstance(lengths, tuple) or len(starts) != len(lengths):
        return 0.0
    every = sum(lengths)
    there = sum(max(0, min(size - start, length)) for start, length in zip(starts, lengths, strict=True))
    return 1 - there / every if every else 0.0


def _old_jpeg(tags: Any, data: bytes, flatten: Callable[[Image.Image], Image.Image]) -> Gray:
    """Read the JPEG file within an old-style JPEG page, which libtiff refuses when it is gray."""
    start, length = tags.get(_JPEG_AT), tags.get(_JPEG_LENGTH)
    if start is None and tags.get(273) and tags.get(279):
        start, length = tags[273][0], sum(tags[279])
    if start is None:
        raise OSError("no picture")
    with Image.open(BytesIO(data[start : start + (length or len(data))]), formats=["JPEG"]) as own:
        return np.array(flatten(own), np.uint8)


@contextmanager
def _complaints() -> Iterator[IO[bytes]]:
    """Turn the process's standard error into a file while the block runs."""
    with tempfile.TemporaryFile() as kept:
        sys.stderr.flush()
        before = os.dup(2)
        try:
            os.dup2(kept.fileno(), 2)
            yield kept
        finally:
            os.dup2(before, 2)
            os.close(before)
