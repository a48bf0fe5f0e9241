"""The first reader: PP-OCRv6-small, its detector and recogniser called line by line.

The two ONNX files lie inside the rapidocr wheel (Apache-2.0); the character
list is in the recogniser's own metadata. Two departures from the wheel's own
driver, both measured: lines are read one at a time (no padding to the longest
of a batch), and the output layer is cut from 18,710 characters to the Latin
ones, since it is a third of the work and 18,000 of them never stand on an order.
"""

from __future__ import annotations

import importlib.util
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import cv2
import numpy as np
import onnx
import onnxruntime
from numpy.typing import NDArray

from documents import gaps, handwriting
from documents.gaps import Character

Gray = NDArray[np.uint8]
Quad = NDArray[np.float32]

HEIGHT = 48
MIN_WIDTH = 96
# Beyond this the recogniser costs more than the line is worth; longer lines are squeezed.
MAX_WIDTH = 2400
# Words read exactly on drawn faxes at 960, 1120, 1280 and 1536 pixels: 84.3, 83.8, 84.3 and 83.8 %,
# for 0.32, 0.44, 0.58 and 0.87 CPU seconds a page; but at 960 the small print of dense order forms runs
# together: exams on forms fall from 80 to 73 % F1.
DETECT_SIDE = 1280
PAPER = 255

BOXES = "□■☐☑☒"
_EXTRA = "–—‘’“”•·…°±×÷½¼¾²³µ§®©™€£¢□■☐☑☒✓✔✗✘√○●◯►▪"

# Accents that names on North American papers bear, and how sure the reader must be of one.
_ACCENTED = "áéíóúñüçãåäëïöøàèâêîôûÁÉÍÓÚÑÜÇÖÄÅØ"
_SURE_ACCENT = 0.9
_UNDECOMPOSED = dict(zip("łŁøØđĐıßþÞ×", "lLoOdDiBbPx", strict=True))

_ROOM = 0.2
_GAP = 5
_WIDE = "WMwm—"
_DASHES = "-–—·"
_SURE_POINT = 0.9


@dataclass(frozen=True, slots=True)
class Token:
    """A word within a line: `start`, `end` and its characters' `places` are fractions of the line's length."""

    text: str
    start: float
    end: float
    confidence: float
    handwritten: float = 0.0
    places: tuple[float, ...] = ()


@dataclass(frozen=True, slots=True)
class LineRead:
    """A line as read: its words from left to right, and the mean probability of its characters."""

    tokens: tuple[Token, ...]
    score: float

    @property
    def text(self) -> str:
        return " ".join(token.text for token in self.tokens)

    @property
    def lowest(self) -> float:
        return min((token.confidence for token in self.tokens), default=0.0)


@dataclass(frozen=True, slots=True)
class _Models:
    detector: Any
    recogniser: Any
    characters: tuple[str, ...]
    accents: _Accents


@dataclass(frozen=True, slots=True, eq=False)
class _Accents:
    """Places of accented characters among the reader's: by the place of their letter, all, and those that may stand."""

    of: tuple[tuple[int, NDArray[np.intp]], ...]
    every: NDArray[np.intp]
    standing: NDArray[np.intp]


def _kept(character: str) -> bool:
    return len(character) == 1 and (0x20 <= ord(character) < 0x250 or character in _EXTRA)


def _latin(path: Path) -> tuple[bytes, tuple[str, ...]]:
    """Return the recogniser with its output layer cut to Latin characters, and those characters."""
    model = onnx.load(str(path))
    listed = next(item.value for item in model.metadata_props if item.key == "character")
    characters = ["", *listed.split("\n"), " "]
    keep = [index for index, character in enumerate(characters) if index == 0 or _kept(character)]
    head = model.graph.node[-1]
    names = {name for node in model.graph.node[-4:] for name in node.input}
    for tensor in model.graph.initializer:
        if tensor.name in names and tensor.dims[-1] == len(characters):
            cut = onnx.numpy_helper.to_array(tensor)[..., keep]
            tensor.CopyFrom(onnx.numpy_helper.from_array(np.ascontiguousarray(cut), tensor.name))
    for output in model.graph.output:
        if output.name in head.output:
            output.type.tensor_type.shape.dim[-1].dim_value = len(keep)
    pooled = next(node.output[0] for node in model.graph.node if node.op_type == "AveragePool")
    model.graph.output.append(onnx.helper.make_tensor_value_info(pooled, onnx.TensorProto.FLOAT, None))
    del model.graph.value_info[:]
    return model.SerializeToString(), tuple(characters[index] for index in keep)


def _accents(characters: Sequence[str]) -> _Accents:
    place = {character: index for index, character in enumerate(characters)}
    of: dict[int, list[int]] = {}
    for index, character in enumerate(characters):
        letter = _UNDECOMPOSED.get(character, unicodedata.normalize("NFKD", character)[:1])
        bare = letter.isascii() and letter.isalpha() and letter != character
        if bare and (character.isalpha() or character in _UNDECOMPOSED):
            of.setdefault(place[letter], []).append(index)
    standing = [place[character] for character in _ACCENTED if character in place]
    every = [index for places in of.values() for index in places]
    return _Accents(
        tuple((letter, np.array(places)) for letter, places in of.items()), np.array(every), np.array(standing)
    )


def _unaccented(table: NDArray[np.float32], accents: _Accents) -> NDArray[np.float32]:
    """Give the probability of accented letters to their letter, where no accent is sure; (steps, characters).

    Specks over letters are read as accents, and share the letter's probability
    out among them: on noisy standard faxes 3 words in 100 more come out so.
    """
    seen = table[:, accents.every].sum(1) > 0.01
    doubtful = np.flatnonzero(seen & (table[:, accents.standing].max(1) < _SURE_ACCENT))
    if not doubtful.size:
        return table
    plain = table.copy()
    for letter, places in accents.of:
        plain[doubtful, letter] += table[np.ix_(doubtful, places)].sum(1)
        plain[np.ix_(doubtful, places)] = 0
    return plain


@cache
def _models() -> _Models:
    """Load both models once a process (about 0.5 s)."""
    spec = importlib.util.find_spec("rapidocr")
    if spec is None or spec.origin is None:
        raise ModuleNotFoundError("rapidocr")
    folder = Path(spec.origin).parent / "models"
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = 1
    options.inter_op_num_threads = 1
    options.enable_cpu_mem_arena = False
    options.log_severity_level = 4
    providers = ["CPUExecutionProvider"]
    cut, characters = _latin(folder / "PP-OCRv6_rec_small.onnx")
    detector = onnxruntime.InferenceSession(str(folder / "PP-OCRv6_det_small.onnx"), options, providers)
    recogniser = onnxruntime.InferenceSession(cut, options, providers)
    return _Models(detector, recogniser, characters, _accents(characters))


def detect(gray: Gray, side: int = DETECT_SIDE) -> list[Quad]:
    """Return the text lines of a page as quadrilaterals (4, 2) in its pixels.

    `gray` is (height, width) uint8. Corners run clockwise from the one nearest
    the line's upper left. The page is shown to the detector with its longer
    side at `side` pixels at most. Thresholds are PP-OCR's own (0.3 a pixel,
    0.5 a box, grown by 1.6).
    """
    height, width = gray.shape
    scale = min(1.0, side / max(height, width))
    shown_w = max(32, round(width * scale / 32) * 32)
    shown_h = max(32, round(height * scale / 32) * 32)
    small = cv2.resize(gray, (shown_w, shown_h), interpolation=cv2.INTER_AREA if scale < 1 else cv2.INTER_LINEAR)
    batch = np.broadcast_to(small.astype(np.float32) / 127.5 - 1.0, (1, 3, shown_h, shown_w))
    heat = _models().detector.run(None, {"x": np.ascontiguousarray(batch)})[0][0, 0]
    mask = cv2.dilate((heat > 0.3).astype(np.uint8), np.ones((2, 2), np.uint8))
    contours, _ = cv2.findContours(mask, cv2.RETR_LIST, cv2.CHAIN_APPROX_SIMPLE)
    stretch = np.array([width / shown_w, height / shown_h], np.float32)
    quads = []
    for contour in contours[:3000]:
        rect = cv2.minAreaRect(contour)
        (w, h), thin = rect[1], min(rect[1])
        if thin < 3 or _heat_inside(heat, rect) < 0.5:
            continue
        grow = 2 * w * h * 1.6 / (2 * (w + h))
        grown = cv2.boxPoints((rect[0], (w + grow, h + grow), rect[2]))
        quads.append(_with_room(clockwise(grown * stretch), np.array([width, height], np.float32)))
    return quads


def _with_room(quad: Quad, size: NDArray[np.float32]) -> Quad:
    """Lengthen a line by a fifth of its height at both ends: the detector cuts into first and last letters.

    Two words in a hundred more come out exactly (measured on drawn faxes, 0.1
    to 0.3 heights tried).
    """
    across, down = quad[1] - quad[0], quad[3] - quad[0]
    upright = np.linalg.norm(across) >= 0.8 * np.linalg.norm(down)
    along, height = (across, float(np.linalg.norm(down))) if upright else (down, float(np.linalg.norm(across)))
    room = along / max(1.0, float(np.linalg.norm(along))) * _ROOM * height
    signs = np.array([[-1], [1], [1], [-1]] if upright else [[-1], [-1], [1], [1]], np.float32)
    return np.asarray(np.clip(quad + signs * room, 0, size - 1), np.float32)


def _heat_inside(heat: NDArray[np.float32], rect: Any) -> float:
    points = cv2.boxPoints(rect)
    low = np.clip(np.floor(points.min(0)).astype(int), 0, None)
    high = np.ceil(points.max(0)).astype(int) + 1
    part = heat[low[1] : high[1], low[0] : high[0]]
    mask = np.zeros(part.shape, np.uint8)
    cv2.fillPoly(mask, [(points - low).astype(np.int32)], 1)
    return float(cv2.mean(part, mask)[0])


def clockwise(points: Quad) -> Quad:
    """Order the corners: upper left, upper right, lower right, lower left."""
    by_x = points[np.argsort(points[:, 0], kind="stable")]
    left = by_x[:2][np.argsort(by_x[:2, 1], kind="stable")]
    right = by_x[2:][np.argsort(by_x[2:, 1], kind="stable")]
    return np.array([left[0], right[0], right[1], left[1]], np.float32)


def crop(gray: Gray, quad: Quad) -> Gray:
    """Return the line inside `quad` laid flat, as (height, width) uint8."""
    width = max(1, round(float(np.linalg.norm(quad[1] - quad[0]))))
    height = max(1, round(float(np.linalg.norm(quad[3] - quad[0]))))
    rise = abs(float(quad[1, 1] - quad[0, 1]))
    if rise < 0.06 * height:
        x0, y0 = np.clip(quad.min(0), 0, None)
        x1, y1 = quad.max(0)
        part = gray[int(y0) : int(y1) + 1, int(x0) : int(x1) + 1]
        if part.size:
            return part
    target = np.array([[0, 0], [width, 0], [width, height], [0, height]], np.float32)
    turn = cv2.getPerspectiveTransform(quad, target)
    flat = cv2.warpPerspective(gray, turn, (width, height), flags=cv2.INTER_LINEAR, borderValue=(PAPER,))
    return np.asarray(flat, np.uint8)


def recognise(line: Gray, stretch: float = 1.0) -> LineRead:
    """Read one line laid flat, (height, width) uint8; `stretch` widens it before it is read.

    A word's confidence is its lowest character's probability (AUC 0.93 against
    0.73 for the line's mean, measured).
    """
    height, width = line.shape
    wide = int(np.clip(round(width * HEIGHT / max(1, height) * stretch), 1, MAX_WIDTH))
    method = cv2.INTER_AREA if height > HEIGHT else cv2.INTER_LINEAR
    scaled = cv2.resize(line, (wide, HEIGHT), interpolation=method).astype(np.float32) / 127.5 - 1.0
    if wide < MIN_WIDTH:
        scaled = np.pad(scaled, ((0, 0), (0, MIN_WIDTH - wide)))
    models = _models()
    batch = np.ascontiguousarray(np.broadcast_to(scaled, (1, 3, *scaled.shape)))
    table, seen = models.recogniser.run(None, {"x": batch})
    plain = _unaccented(table[0], models.accents)
    found = _collapsed(plain, models.characters)
    found = gaps.spaced(found, plain[:, models.characters.index(" ")], scaled, scaled.shape[1] / len(plain))
    return _line(found, seen[0, :, 0], scaled.shape[1] / wide)


def _collapsed(table: NDArray[np.float32], characters: Sequence[str]) -> list[Character]:
    """Collapse the recogniser's steps (steps, characters) into characters."""
    best = table.argmax(1)
    peaks = table[np.arange(len(best)), best]
    found: list[Character] = []
    previous = 0
    for step, (index, peak) in enumerate(zip(best.tolist(), peaks.tolist(), strict=True)):
        if index and index == previous:
            character, first, _, top = found[-1]
            found[-1] = (character, first, step, max(top, peak))
        elif index:
            found.append((characters[index], step, step, peak))
        previous = index
    return found


def _line(found: list[Character], seen: NDArray[np.float32], padding: float) -> LineRead:
    """Return characters as words with their place on the line.

    `seen` is what the recogniser's picture layers know of each step, (384, steps): it tells a hand from print too.
    """
    steps = seen.shape[1]
    words = _split(found)
    hands = handwriting.probabilities([seen[:, word[0][1] : word[-1][2] + 1] for word in words])
    tokens = []
    for word, hand in zip(words, hands, strict=True):
        start = max(0.0, (word[0][1] - 0.5) / steps * padding)
        end = min(1.0, (word[-1][2] + 1.5) / steps * padding)
        places = tuple(((item[1] + item[2]) / 2 + 0.5) / steps * padding for item in word)
        text, lowest = "".join(item[0] for item in word), min(item[3] for item in word)
        tokens.append(Token(text, start, end, lowest, hand, places))
    inked = [item[3] for item in found if item[0] != " "]
    return LineRead(tuple(tokens), float(np.mean(inked)) if inked else 0.0)


def _split(found: Sequence[Character]) -> list[list[Character]]:
    """Part the characters into words: at spaces, around tick-box glyphs, and at gaps.

    The recogniser leaves out the space between columns. Within a word it has
    at most four empty steps between two characters (five beside a wide one);
    seen on 2,900 pairs of letters.
    """
    words: list[list[Character]] = [[]]
    for item in found:
        last = words[-1][-1] if words[-1] else None
        if item[0].isspace():
            words.append([])
            continue
        if last is not None and (item[0] in BOXES or last[0] in BOXES or item[1] - last[2] >= _widest(last, item)):
            words.append([])
        words[-1].append(item)
    return [part for word in words if word for part in _bared(word)]


def _bared(word: list[Character]) -> list[list[Character]]:
    """Take the rule that a word stands on off its ends, and part a slash from the choice that it divides.

    A word of rules only is kept: an X is made on such a blank. A dash after a
    letter is a rule that begins there (7 of 7 looked at), a doubtful point a
    speck as often as not.
    """
    inner = [item[0] != "_" for item in word]
    if any(inner):
        word = word[inner.index(True) : len(inner) - inner[::-1].index(True)]
    while len(word) > 2 and ((word[-1][0] in _DASHES and word[-2][0].isalpha()) or _speck(word[-1])):
        word = word[:-1]
    while len(word) > 2 and _speck(word[0]):
        word = word[1:]
    if len(word) > 2 and word[0][0] == "/" and word[1][0].isalpha():
        return [word[:1], word[1:]]
    if len(word) > 2 and word[-1][0] == "/" and word[-2][0].isalpha():
        return [word[:-1], word[-1:]]
    return [word]


def _speck(character: Character) -> bool:
    return character[0] in ".·" and character[3] < _SURE_POINT


def _widest(left: Character, right: Character) -> int:
    return _GAP + (left[0] in _WIDE) + (right[0] in _WIDE)
