"""Barcodes: the two-dimensional ones and the linear ones that carry letters."""

from __future__ import annotations

import zxingcpp

from documents.marks.ink import Pixels
from documents.page import Box, Mark

_FORMATS = [
    zxingcpp.BarcodeFormat.QRCode,
    zxingcpp.BarcodeFormat.DataMatrix,
    zxingcpp.BarcodeFormat.PDF417,
    zxingcpp.BarcodeFormat.Aztec,
    zxingcpp.BarcodeFormat.Code128,
    zxingcpp.BarcodeFormat.Code39,
]
# Noise now and then reads as a very short code.
_LEAST_TEXT = 3


def barcodes(image: Pixels) -> tuple[Mark, ...]:
    """Return a `barcode` mark for each barcode whose check digits or error correction hold.

    The text is the content, the state the symbology's name (QR Code, Code 128 …).
    """
    height, width = image.shape
    found = []
    for code in zxingcpp.read_barcodes(image, formats=zxingcpp.BarcodeFormats(_FORMATS), try_invert=False):
        corners = (
            code.position.top_left,
            code.position.top_right,
            code.position.bottom_left,
            code.position.bottom_right,
        )
        xs, ys = [corner.x / width for corner in corners], [corner.y / height for corner in corners]
        if len(code.text) >= _LEAST_TEXT:
            found.append(Mark("barcode", Box(min(xs), min(ys), max(xs), max(ys)), str(code.format), code.text, 1.0))
    return tuple(found)
