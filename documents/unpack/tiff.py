"""TIFF: faxes (Group 3 and 4, pixels that are not square) and scans, page by page."""

from __future__ import annotations

import struct
from collections.abc import Iterator
from io import BytesIO

import cv2
import numpy as np
from PIL import Image, UnidentifiedImageError

from documents.limits import Limits
from documents.page import Unreadable
from documents.unpack.sheet import DPI, Gray, Sheet

FAX_WIDTHS = {1728: 8.47, 2048: 10.04, 2432: 11.92}
"""Pixels across a fax line and its length in inches (ITU-T T.4, table 2: A4, B4, A3)."""

_BROKEN = (OSError, SyntaxError, ValueError, EOFError, IndexError, KeyError, TypeError, RuntimeError, MemoryError)


def sheets(data: bytes, limits: Limits, origin: str) -> Iterator[Sheet]:
    """Yield the pages of a TIFF with square pixels; a broken page is yielded with its fault.

    Raises Unreadable("damaged") when no directory can be read at all.
    """
    try:
        image = Image.open(BytesIO(data), formats=["TIFF"])
    except Image.DecompressionBombError as error:
        raise Unreadable("too_many_pixels") from error
    except (UnidentifiedImageError, *_BROKEN) as error:
        raise Unreadable("damaged") from error
    number = 0
    with image:
        while True:
            try:
                image.seek(number)
            except EOFError:
                if number and not _ends(data):
                    yield Sheet(None, f"{origin}page {number + 1}", fault="damaged_page")
                return
            except (Image.DecompressionBombError, *_BROKEN):
                yield Sheet(None, f"{origin}page {number + 1}", fault="damaged_page")
                return
            number += 1
            yield _sheet(image, limits, f"{origin}page {number}")


def _ends(data: bytes) -> bool:
    """Whether the chain of page directories comes to its end within the file (TIFF 6.0, section 2)."""
    order = "<" if data[:2] == b"II" else ">"
    at, seen = 4, 0
    try:
        while seen < 10_000:
            start = struct.unpack_from(f"{order}I", data, at)[0]
            if not start:
                return True
            at = start + 2 + 12 * struct.unpack_from(f"{order}H", data, start)[0]
            seen += 1
    except struct.error:
        return False
    return True


def _sheet(image: Image.Image, limits: Limits, origin: str) -> Sheet:
    if image.width * image.height > limits.max_pixels:
        return Sheet(None, origin, fault="too_many_pixels")
    try:
        across, down = resolution(image)
        gray = np.asarray(flatten(image), np.uint8)
    except _BROKEN:
        return Sheet(None, origin, fault="damaged_page")
    return Sheet(square(gray, across, down), origin, dpi=across)


def flatten(image: Image.Image) -> Image.Image:
    """Return the picture in gray, transparent parts white, 16-bit depths scaled."""
    if image.mode.startswith("I;16") or image.mode == "I":
        return image.convert("I").point(lambda value: value / 256).convert("L")
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
    if 60 <= across <= 1200 and 60 <= down <= 1200:
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
