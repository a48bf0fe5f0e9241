"""Pages with hardly anything on them: blank ones, and ones with a faint or a lonely line."""

from __future__ import annotations

import cv2
import numpy as np

from documents import beside
from documents.ocr import Gray

# Shares of a page's inner part that may be dark, and gray levels that make a difference.
_INK = 0.0008
_LEAST = 10
# The detector misses a line that stands alone on its page at full size, and sees it at this one.
SIDE = 960


def is_blank(gray: Gray) -> bool:
    """Whether hardly any ink, and nothing like writing however faint, stands within the page's margins."""
    height, width = gray.shape
    inner = gray[height // 20 : -height // 20 or None, width // 20 : -width // 20 or None]
    if float((cv2.blur(inner, (5, 5)) < 150).mean()) >= _INK:
        return False
    small = cv2.resize(inner, None, fx=0.5, fy=0.5, interpolation=cv2.INTER_AREA)
    depth = cv2.subtract(cv2.medianBlur(small, 31), small)
    noise = 1.48 * float(np.median(depth))
    # Specks are taken off: they are smaller than the thinnest letter.
    marks = cv2.medianBlur((depth > max(_LEAST, 6 * noise)).astype(np.uint8), 3)
    return not beside.areas(np.asarray(marks, np.uint8), ())


def stretched(gray: Gray) -> Gray:
    """Return the page with its darkest point black and its paper white."""
    low, high = np.percentile(gray, (0.01, 50))
    if high - low < _LEAST:
        return gray
    return np.asarray(np.clip((gray.astype(np.float32) - low) * (255 / (high - low)), 0, 255), np.uint8)
