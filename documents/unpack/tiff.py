"""TIFF: faxes (Group 3 and 4, pixels that are not square) and scans, page by page."""

from __future__ import annotations

import struct
from collections.abc import Iterator
from io import BytesIO

import cv2
import numpy as np
from PIL import Image, ImageOps
from PIL.TiffImagePlugin import TiffImageFile

from documents.limits import Limits
from documents.page import Unreadable
from documents.unpack import strips
from documents.unpack.sheet import DPI, Gray, Sheet, positive

FAX_WIDTHS = {1728: 8.47, 2048: 10.04, 2432: 11.92}
"""Pixels across a fax line and its length in inches (ITU-T T.4, table 2: A4, B4, A3)."""

_BROKEN = (
    OSError, SyntaxError, ValueError, EOFError, IndexError, KeyError, TypeError, RuntimeError, MemoryError,
    OverflowError, struct.error, ZeroDivisionError,
)  # fmt: skip
# A reduced picture of fewer columns is no page that anyone faxed.
_THUMBNAIL = 800
# A page of which more than this share of the rows could not be decoded is shown as broken.
_TOO_MUCH = 0.7
# No office paper is longer, in inches (A3 and ledger); a larger page has a screen's resolution in its tags.
_LONGEST = 17.6


def sheets(data: bytes, limits: Limits, origin: str) -> Iterator[Sheet]:
    """Yield the pages of a TIFF with square pixels; a broken page is yielded with its fault, those after it are kept.

    Raises Unreadable("damaged") when no directory can be read at all.
    """
    try:
        image = TiffImageFile(BytesIO(data))
    except Image.DecompressionBombError as error:
        raise Unreadable("too_many_pixels") from error
    except _BROKEN as error:
        raise Unreadable("damaged") from error
    found, whole = directories(data, limits.max_pages + 1)
    number = 0
    with image:
        for index in range(found):
            try:
                image.seek(index)
            except Image.DecompressionBombError:
                number += 1
                yield Sheet(None, f"{origin}page {number}", fault="too_many_pixels")
                continue
            except _BROKEN:
                number += 1
                yield Sheet(None, f"{origin}page {number}", fault="damaged_page")
                continue
            if found > 1 and _thumbnail(image):
                continue
            number += 1
            yield _sheet(image, data, limits, f"{origin}page {number}")
    if not whole:
        yield Sheet(None, f"{origin}page {number + 1}", fault="damaged_page")


def directories(data: bytes, most: int) -> tuple[int, bool]:
    """Count the page directories, up to `most`; say whether their chain comes to its end (TIFF 6.0, section 2).

    A chain that leads back to a directory of its own ends there. Of the first
    directory it is known already that it can be read.
    """
    order = "<" if data[:2] == b"II" else ">"
    big = struct.unpack_from(f"{order}H", data, 2)[0] == 43
    count_of, offset_of, entry = ("Q", "Q", 20) if big else ("H", "I", 12)
    at, seen = (8 if big else 4), set[int]()
    while len(seen) < most:
        try:
            start = int(struct.unpack_from(order + offset_of, data, at)[0])
            if not start or start in seen:
                return len(seen), True
            entries = struct.unpack_from(order + count_of, data, start)[0]
            at = start + struct.calcsize(order + count_of) + entry * entries
            if at > len(data):
                return max(1, len(seen)), False
        except struct.error:
            return max(1, len(seen)), False
        seen.add(start)
    return len(seen), True


def _thumbnail(image: TiffImageFile) -> bool:
    """Whether the directory holds a small copy of another page, or its mask (TIFF 6.0, NewSubfileType)."""
    kind = image.tag_v2.get(254, 0)
    return isinstance(kind, int) and (bool(kind & 4) or (bool(kind & 1) and image.width < _THUMBNAIL))


def _sheet(image: TiffImageFile, data: bytes, limits: Limits, origin: str) -> Sheet:
    if image.width * image.height > limits.max_pixels:
        return Sheet(None, origin, fault="too_many_pixels")
    try:
        across, down = resolution(image)
        gray, lost = strips.decoded(image, data, flatten)
    except _BROKEN:
        return Sheet(None, origin, fault="damaged_page")
    if lost > _TOO_MUCH:
        return Sheet(None, origin, fault="damaged_page")
    shown = square(positive(gray) if image.mode == "1" else gray, across, down)
    return Sheet(shown, origin, dpi=across * shown.shape[1] / gray.shape[1], fault="damaged_part" if lost else None)


def flatten(image: Image.Image) -> Image.Image:
    """Return the picture in gray, transparent parts white, 12 and 16-bit depths scaled."""
    if image.mode.startswith("I;16") or image.mode == "I":
        whole = image.convert("I")
        step = 16 if whole.getextrema()[1] < 4096 else 256  # type: ignore[operator]
        gray = whole.point(lambda value: value / step).convert("L")
        # Pillow heeds MinIsWhite (PhotometricInterpretation 0) up to 8 bits only.
        return ImageOps.invert(gray) if getattr(image, "tag_v2", {}).get(262) == 0 else gray
    if image.mode in ("RGBA", "LA", "PA") or "transparency" in image.info:
        layer = image.convert("RGBA")
        return Image.alpha_composite(Image.new("RGBA", layer.size, "white"), layer).convert("L")
    return image.convert("L")


def resolution(image: Image.Image) -> tuple[float, float]:
    """Return the pixels per inch across and down.

    Taken from the tags; with ResolutionUnit 1 the tags hold a ratio only; with
    none, or absurd ones, a fax is known by its width (ITU-T T.4) and its rows:
    1728 columns and under 1500 rows are standard resolution (98 lines an inch).
    """
    given = image.info.get("dpi")
    ratio = image.info.get("resolution")
    across, down = (float(value) for value in (given or (0, 0)))
    if all(
        60 <= each <= 1200 and side / each <= _LONGEST for side, each in zip(image.size, (across, down), strict=True)
    ):
        return across, down
    inches = FAX_WIDTHS.get(image.width)
    guess = image.width / inches if inches else image.width / 8.5
    if not 60 <= guess <= 1200:
        guess = DPI
    across, down = (float(value) for value in (ratio or (across, down)))
    if across > 0 and down > 0 and across != down and 0.2 < across / down < 5:
        return guess, guess * down / across
    if inches and image.height < image.width * 0.87:
        return guess, guess * 98 / 204
    if inches and image.height > image.width * 1.75:
        return guess, guess * 391 / 204
    return guess, guess


def _on_paper(size: tuple[int, int], across: float, down: float) -> bool:
    return size[0] / across <= _LONGEST and size[1] / down <= _LONGEST


def square(gray: Gray, across: float, down: float, dpi: float = DPI) -> Gray:
    """Return the page with square pixels.

    Columns stay as they are between 0.8 and 1.25 times `dpi` (resampling a
    bilevel page costs accuracy), else they are brought to it.
    """
    height, width = gray.shape
    scale = 1.0 if 0.8 * dpi <= across <= 1.25 * dpi else dpi / across
    target = max(1, round(width * scale)), max(1, round(height * scale * across / down))
    if target == (width, height):
        return gray
    shrinks = target[0] < width or target[1] < height
    method = cv2.INTER_AREA if shrinks else cv2.INTER_LINEAR
    return np.asarray(cv2.resize(gray, target, interpolation=method), np.uint8)
