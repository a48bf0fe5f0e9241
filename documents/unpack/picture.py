"""JPEG, PNG and their like: turned as their EXIF says, brought to reading size."""

from __future__ import annotations

from io import BytesIO

import cv2
import numpy as np
from PIL import Image, ImageOps, UnidentifiedImageError

from documents.limits import Limits
from documents.page import Unreadable
from documents.unpack.sheet import DPI, Sheet, positive
from documents.unpack.tiff import flatten, resolution

_BROKEN = (OSError, SyntaxError, ValueError, EOFError, IndexError, KeyError, TypeError, RuntimeError)
# A photograph is kept larger than the page it may hold: the page is only part of it.
_PHOTO_SIDE = 3200


def sheet(data: bytes, limits: Limits, origin: str) -> Sheet:
    """Return the picture as a page; raises Unreadable for a picture that cannot be shown or is too large.

    Colour or gray without a scanner's resolution is taken for a photograph.
    """
    try:
        image = Image.open(BytesIO(data), formats=["JPEG", "PNG", "BMP", "GIF", "WEBP", "AVIF", "JPEG2000"])
        if image.width * image.height > limits.max_pixels:
            raise Unreadable("too_many_pixels")
        turned = ImageOps.exif_transpose(image)
        gray = np.asarray(flatten(turned), np.uint8)
        gray = positive(gray) if turned.mode == "1" else gray
    except Image.DecompressionBombError as error:
        raise Unreadable("too_many_pixels") from error
    except (UnidentifiedImageError, *_BROKEN) as error:
        raise Unreadable("damaged") from error
    given = image.info.get("dpi")
    scanned = image.format in ("PNG", "BMP", "GIF") or (given is not None and 140 <= float(given[0]) <= 700)
    across = resolution(turned)[0] if scanned else max(gray.shape) / 11
    limit = _PHOTO_SIDE if not scanned else max(gray.shape) * min(1.0, 1.25 * DPI / across)
    scale = min(1.0, limit / max(gray.shape))
    if scale < 0.99:
        size = round(gray.shape[1] * scale), round(gray.shape[0] * scale)
        gray = np.asarray(cv2.resize(gray, size, interpolation=cv2.INTER_AREA), np.uint8)
    return Sheet(gray, origin, kind="scan" if scanned else "photo", dpi=across * scale)
