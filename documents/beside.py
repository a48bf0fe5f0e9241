"""What a page shows beside the words that its file states.

A form with an honest text layer is filled in with a pen on a tablet, with a
program's "typewriter", or with pictures pasted on its lines: then the labels
are stated and the values are only drawn. So whatever has the look of writing
and lies under no stated word is read from the picture, and only there.
"""

from __future__ import annotations

from collections.abc import Sequence

import cv2
import numpy as np

from documents import ocr, recognition
from documents.ocr import PAPER, Gray
from documents.page import Box, Word

# In pixels of the ink map (100 dpi): the height of writing, the gap between letters of a word or line,
# and how long a stroke is that stands alone (a word in one hand, not a tick or an empty box).
_LEAST, _MOST = 4, 35
_NEAR = 12
_LONG = 24
# More pieces than this are a picture or a pattern, which nobody wrote.
_PIECES = 6000
# A line of which nothing is surer is no writing.
_SURE = 0.3


def areas(ink: Gray, stated: Sequence[Box]) -> tuple[Box, ...]:
    """Return where something like writing stands outside what is `stated`.

    `ink` is 1 where the page has ink, at half its size. Long rules are no
    writing, a piece alone (a tick, an empty box, a bullet) is none either: two
    pieces of letter height beside each other are, or one long one.
    """
    rest = ink.copy()
    height, width = ink.shape
    for box in stated:
        rest[_cut(box, ink.shape, 0.25)] = 0
    for kernel in (np.ones((1, 45), np.uint8), np.ones((45, 1), np.uint8)):
        rules = cv2.dilate(cv2.morphologyEx(rest, cv2.MORPH_OPEN, kernel), np.ones((3, 3), np.uint8))
        rest[rules > 0] = 0
    _, labels, stats, _ = cv2.connectedComponentsWithStats(rest, connectivity=8)
    wide, tall, area = (stats[:, at] for at in (cv2.CC_STAT_WIDTH, cv2.CC_STAT_HEIGHT, cv2.CC_STAT_AREA))
    written = (tall >= _LEAST) & (tall <= _MOST) & (area > 5) & (area < 0.85 * wide * tall)
    # A stem is as solid as a bar, and narrow.
    written |= (tall >= _LEAST) & (tall <= _MOST) & (area > 5) & (wide < 0.4 * tall)
    written[0] = False
    if not 0 < int(written.sum()) <= _PIECES:
        return ()
    pieces = written.astype(np.uint8)[labels]
    joined = cv2.morphologyEx(pieces, cv2.MORPH_CLOSE, np.ones((1, 2 * _NEAR + 1), np.uint8))
    _, groups, found, _ = cv2.connectedComponentsWithStats(joined, connectivity=8)
    inked = pieces > 0
    pairs = np.unique(groups[inked].astype(np.int64) * len(stats) + labels[inked])
    counts = np.bincount(pairs // len(stats), minlength=len(found))
    long = (found[:, cv2.CC_STAT_WIDTH] >= _LONG) & (found[:, cv2.CC_STAT_WIDTH] > 1.5 * found[:, cv2.CC_STAT_HEIGHT])
    kept = (counts >= 2) | long
    kept[0] = False
    return tuple(
        Box(float(x / width), float(y / height), float((x + w) / width), float((y + h) / height))
        for x, y, w, h in found[kept, :4].tolist()
    )


def read(gray: Gray, stated: Sequence[Box], places: Sequence[Box]) -> list[tuple[Word, ...]]:
    """Recognise what stands at `places` of a page; what is `stated` is painted over before."""
    bare = gray.copy()
    for box in stated:
        bare[_cut(box, gray.shape, 0.1)] = PAPER
    found = []
    for top, bottom in _bands(places, gray.shape[0]):
        band = bare[top:bottom]
        side = round(ocr.DETECT_SIDE * max(band.shape) / max(gray.shape))
        for quad in ocr.detect(band, side):
            run = recognition.line(bare, quad + np.array([0, top], np.float32))
            if any(word.confidence >= _SURE for word in run):
                found.append(run)
    return found


def _bands(places: Sequence[Box], height: int) -> list[tuple[int, int]]:
    """Return the rows of pixels to look at, a line's height around each place, joined where they meet."""
    bands: list[tuple[int, int]] = []
    for box in sorted(places):
        bands.append((int((box.y0 - 0.012) * height), int((box.y1 + 0.012) * height)))
    joined: list[tuple[int, int]] = []
    for top, bottom in sorted(bands):
        if joined and top <= joined[-1][1]:
            joined[-1] = joined[-1][0], max(joined[-1][1], bottom)
        else:
            joined.append((max(0, top), bottom))
    return [(top, min(height, bottom)) for top, bottom in joined]


def _cut(box: Box, shape: tuple[int, ...], pad: float) -> tuple[slice, slice]:
    height, width = shape[:2]
    margin = pad * box.height * height
    x0, x1 = max(0, int(box.x0 * width - margin)), min(width, int(np.ceil(box.x1 * width + margin)))
    y0, y1 = max(0, int(box.y0 * height - margin)), min(height, int(np.ceil(box.y1 * height + margin)))
    return slice(y0, max(y0, y1)), slice(x0, max(x0, x1))
