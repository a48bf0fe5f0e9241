"""A page that was laid out here, come back on paper: put straight by its marks and read at its known places."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Final, Literal

import cv2
import numpy as np
import zxingcpp
from numpy.typing import NDArray

from documents.marks.ink import Ink, Pixels, Rect, ink_of
from documents.marks.ticks import ticks
from documents.page import Box, Page, Word

PlaceKind = Literal["tick", "line", "signature"]
Matrix = NDArray[np.float64]

# A corner mark is looked for this far from where it is expected, as a share of the page's width.
_NEAR: Final = 0.05
_FAR: Final = 0.10
_LIKE: Final = 0.5
# Scales at which a page without a readable code may come back.
_SCALES: Final = (1.0, 0.96, 0.92)
# What an alignment by more than three marks may be off at one of them, as a share of the page's width.
_OFF: Final = 0.008
_WOBBLE: Final = 6
_WRITTEN: Final = 0.012
_SIGNED: Final = 0.012


@dataclass(frozen=True, slots=True)
class Place:
    """Where something is filled in: a box to tick, a line to write on, a line to sign; `box` as on the blank page."""

    name: str
    kind: PlaceKind
    box: Box


@dataclass(frozen=True, slots=True)
class Plan:
    """A page as it was laid out: its solid corner marks, its QR code's modules, and its places; boxes as fractions."""

    corners: tuple[Box, ...]
    code: Box | None
    places: tuple[Place, ...]


@dataclass(frozen=True, slots=True)
class Seen:
    """What stands at a place: `on` (0..1) is how surely it is filled in.

    `text` and `confidence` are the words on a line and their least sure one's
    figure; `box` is where the place lies on the page that came back.
    """

    place: Place
    box: Box
    on: float
    text: str = ""
    confidence: float = 1.0


def read_places(page: Page, plan: Plan) -> tuple[Seen, ...] | None:
    """Return what stands at each place of `plan` on `page`; None where the page cannot be put straight by its marks."""
    gray = cv2.imdecode(np.frombuffer(page.image, np.uint8), cv2.IMREAD_GRAYSCALE)
    if gray is None:
        return None
    image = np.asarray(gray, np.uint8)
    matrix = alignment(image, plan)
    ink = ink_of(image, (), image.shape[1] / 8.5)
    if matrix is None or ink is None:
        return None
    return tuple(_seen(ink, page.words, plan.places, matrix))


def alignment(image: Pixels, plan: Plan) -> Matrix | None:
    """Return the 3x3 matrix from fractions of the blank page to those of `image`; None where too few marks are found.

    Three corner marks are the least; a code that can be read says where to look for them.
    """
    black = np.asarray(image < 128, np.uint8) * np.uint8(255)
    guess = _by_code(image, plan)
    guesses = [(guess, _NEAR)] if guess is not None else []
    guesses += [(_scaled(scale), _FAR) for scale in _SCALES]
    for start, reach in guesses:
        found = [_corner(black, corner, start, reach) for corner in plan.corners]
        matrix = _fitted(plan.corners, found, image.shape[0] / image.shape[1])
        if matrix is not None:
            return matrix
    return guess


def _scaled(scale: float) -> Matrix:
    return np.array([[scale, 0, (1 - scale) / 2], [0, scale, (1 - scale) / 2], [0, 0, 1]], np.float64)


def _by_code(image: Pixels, plan: Plan) -> Matrix | None:
    if plan.code is None:
        return None
    height, width = image.shape
    for code in zxingcpp.read_barcodes(image, formats=zxingcpp.BarcodeFormats([zxingcpp.BarcodeFormat.QRCode])):
        at, box = code.position, plan.code
        there = [(each.x / width, each.y / height) for each in (at.top_left, at.top_right, at.bottom_left)]
        blank = [(box.x0, box.y0), (box.x1, box.y0), (box.x0, box.y1)]
        turned = there[1][0] < there[0][0] or there[2][1] < there[0][1]
        if not turned:
            return _affine(blank, there)
    return None


def _affine(blank: Sequence[tuple[float, float]], there: Sequence[tuple[float, float]]) -> Matrix:
    left = np.array([(x, y, 1.0) for x, y in blank])
    solved, *_ = np.linalg.lstsq(left, np.array(there, np.float64), rcond=None)
    return np.vstack([solved.T, [0, 0, 1]])


def _corner(black: Pixels, corner: Box, matrix: Matrix, reach: float) -> tuple[float, float] | None:
    """Return the middle of the solid mark nearest to what `corner` looks like about where it is expected."""
    height, width = black.shape
    box = _moved(corner, matrix)
    across, down = max(6, round(box.width * width)), max(6, round(box.height * height))
    edge = max(3, across // 3)
    like = np.zeros((down + 2 * edge, across + 2 * edge), np.uint8)
    like[edge:-edge, edge:-edge] = 255
    room = round(reach * width)
    x0, y0 = round(box.x * width) - room - like.shape[1] // 2, round(box.y * height) - room - like.shape[0] // 2
    padded = cv2.copyMakeBorder(black, room, room, room, room, cv2.BORDER_CONSTANT, value=(0,))
    side_x, side_y = 2 * room + like.shape[1], 2 * room + like.shape[0]
    part = padded[max(0, y0 + room) : y0 + room + side_y, max(0, x0 + room) : x0 + room + side_x]
    if part.shape[0] < like.shape[0] or part.shape[1] < like.shape[1]:
        return None
    scores = cv2.matchTemplate(part, like, cv2.TM_CCOEFF_NORMED)
    _, best, _, (x, y) = cv2.minMaxLoc(scores)
    if best < _LIKE:
        return None
    left, top = x + max(0, x0 + room) - room, y + max(0, y0 + room) - room
    return (left + like.shape[1] / 2) / width, (top + like.shape[0] / 2) / height


def _fitted(corners: Sequence[Box], found: Sequence[tuple[float, float] | None], ratio: float) -> Matrix | None:
    """Return the affine that the marks found agree on, one of four that does not agree left out."""
    pairs = [((corner.x, corner.y), there) for corner, there in zip(corners, found, strict=True) if there]
    choices = [pairs, *([*pairs[:out], *pairs[out + 1 :]] for out in range(len(pairs)) if len(pairs) > 3)]
    for chosen in choices:
        if len(chosen) < 3:
            return None
        matrix = _affine([blank for blank, _ in chosen], [there for _, there in chosen])
        moved = [matrix @ np.array([*blank, 1.0]) for blank, _ in chosen]
        off = max(
            abs(at[0] - there[0]) + abs(at[1] - there[1]) * ratio for at, (_, there) in zip(moved, chosen, strict=True)
        )
        if off < _OFF and _sheetlike(matrix, ratio):
            return matrix
    return None


def _sheetlike(matrix: Matrix, ratio: float) -> bool:
    """Whether a matrix is what faxing does to a sheet: about its size, hardly turned, hardly sheared."""
    across, down = matrix[0, 0], matrix[1, 1]
    turn, lean = matrix[1, 0] * ratio, matrix[0, 1] / ratio
    return bool(0.8 < across < 1.1 and 0.8 < down < 1.1 and abs(turn) < 0.12 and abs(turn + lean) < 0.03)


def _moved(box: Box, matrix: Matrix) -> Box:
    points = [matrix @ np.array([x, y, 1.0]) for x in (box.x0, box.x1) for y in (box.y0, box.y1)]
    xs, ys = [point[0] for point in points], [point[1] for point in points]
    middle = matrix @ np.array([box.x, box.y, 1.0])
    # The size of the blank's box, not of the turned one's hull: a line is no thicker for being a little askew.
    wide, high = box.width * abs(matrix[0, 0]), box.height * abs(matrix[1, 1])
    if box.width > 0.2:
        return Box(min(xs), min(ys), max(xs), max(ys))
    return Box(middle[0] - wide / 2, middle[1] - high / 2, middle[0] + wide / 2, middle[1] + high / 2)


def _seen(ink: Ink, words: Sequence[Word], places: Sequence[Place], matrix: Matrix) -> Iterator[Seen]:
    boxes = [_moved(place.box, matrix) for place in places]
    rects = [_settled(ink, ink.rect(box)) for box in boxes]
    squares = [rect for place, rect in zip(places, rects, strict=True) if place.kind == "tick"]
    looks = iter(ticks(ink, squares))
    for place, box, rect in zip(places, boxes, rects, strict=True):
        if place.kind == "tick":
            inside = _share(ink, rect.grown(-0.22 * rect.width))
            yield Seen(place, ink.box(rect), _ticked(inside, next(looks).on))
            continue
        least = _SIGNED if place.kind == "signature" else _WRITTEN
        inside = _above(ink, place.box, matrix)
        mine = [word for word in words if _within(word.box, box)]
        text = " ".join(word.text.strip("_") for word in mine).strip()
        sure = min((word.confidence for word in mine), default=1.0)
        yield Seen(place, box, min(1.0, inside / (2 * least)), text, sure)


def _ticked(inside: float, looked: float) -> float:
    """Join the share of ink within the frame and what the network sees; the middle between them is doubt."""
    by_ink = min(1.0, inside / 0.16)
    return by_ink if abs(by_ink - looked) < 0.5 else (by_ink + looked) / 2


def _within(word: Box, line: Box) -> bool:
    return line.x0 - 0.01 <= word.x <= line.x1 + 0.01 and line.y0 <= word.y <= line.y1 + 0.3 * line.height


def _share(ink: Ink, rect: Rect) -> float:
    part = ink.crop(rect)
    return float(part.mean()) if part.size else 0.0


def _above(ink: Ink, line: Box, matrix: Matrix) -> float:
    """Return the share of ink above a line, taken in short pieces: on a page askew a long box would hold the line."""
    parts = max(1, round(line.width / 0.02))
    step = line.width / parts
    pieces = (Box(line.x0 + n * step, line.y0, line.x0 + (n + 1) * step, line.y1) for n in range(parts))
    moved = (_moved(piece, matrix) for piece in pieces)
    return float(np.mean([_share(ink, ink.rect(Box(m.x0, m.y0, m.x1, m.y1 - 0.3 * m.height))) for m in moved]))


def _settled(ink: Ink, rect: Rect) -> Rect:
    """Return `rect` moved by the few pixels at which its frame lies on most ink."""
    if rect.width > 60 or rect.height > 60:
        return rect
    best, at = -1.0, rect
    for down in range(-_WOBBLE, _WOBBLE + 1):
        for across in range(-_WOBBLE, _WOBBLE + 1):
            moved = Rect(rect.x0 + across, rect.y0 + down, rect.x1 + across, rect.y1 + down)
            score = min(_edges(ink, moved)) + 0.5 * sum(_edges(ink, moved)) / 4 - 0.01 * (abs(across) + abs(down))
            if score > best:
                best, at = score, moved
    return at


def _edges(ink: Ink, rect: Rect) -> tuple[float, float, float, float]:
    thick = 2.0
    return (
        _share(ink, Rect(rect.x0, rect.y0 - thick / 2, rect.x1, rect.y0 + thick)),
        _share(ink, Rect(rect.x0, rect.y1 - thick, rect.x1, rect.y1 + thick / 2)),
        _share(ink, Rect(rect.x0 - thick / 2, rect.y0, rect.x0 + thick, rect.y1)),
        _share(ink, Rect(rect.x1 - thick, rect.y0, rect.x1 + thick / 2, rect.y1)),
    )
