"""Whether the words that a file states are the words that a person sees.

A text layer may lie: fonts whose codes map to nonsense, an unseen layer of
another program's misreadings under a scan, text in white or behind a picture.
So it is believed only after sampled lines were read from the picture of the
page and agree, page by page, and only for words under which there is ink.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import cv2
import numpy as np
from rapidfuzz.distance import Levenshtein

from documents import layout, ocr
from documents.ocr import Gray
from documents.page import Box, Word
from documents.unpack.sheet import Sheet

# Lines sampled of each font of a drawn page, and of a scan's layer in all.
_PER_FONT = 2
_FONTS = 6
_OF_SCAN = 14

# Share of equal characters below which a sampled line of a drawn page disagrees.
_LINE_AGREES = 0.7
# Share of the surely read letters of a scan that must stand in words stated alike, and what "surely" is.
_SCAN_AGREES = 0.95
_SURE = 0.9

# Components of letter size that no stated word covers; a page has more where whole lines are not stated.
_UNSTATED = 30

# PP-OCR confuses these on honest pages too (a slash for a 1); they prove no lie.
_ALIKE = str.maketrans({**dict.fromkeys("/|lI!i[]j", "1"), **dict.fromkeys("oOQ", "0")})


@dataclass(frozen=True, slots=True)
class Layer:
    """What of a page's stated words is believed: all that are `seen`, or none.

    `unstated` says that the page shows letters which no word covers.
    """

    seen: tuple[Word, ...]
    believed: bool
    unstated: bool


def check(sheet: Sheet) -> Layer:
    """Judge the stated words of a sheet that could be opened."""
    gray = sheet.gray
    if gray is None or not sheet.words:
        return Layer((), False, True)
    if sheet.certain:
        return Layer(sheet.words, True, False)
    ink = _ink(gray)
    seen = [index for index, word in enumerate(sheet.words) if _inked(ink, word.box)]
    words = [sheet.words[index] for index in seen]
    fonts = [sheet.fonts[index] if sheet.fonts else 0 for index in seen]
    stated = [*words, *sheet.values]
    letters = sum(len(word.text) for word in stated)
    unstated = _letters_beside(ink, stated) > min(_UNSTATED, max(8, 0.08 * letters))
    agrees = _drawn_agrees(gray, words, fonts) if sheet.kind == "drawn" else _scan_agrees(gray, words)
    return Layer(tuple(words), bool(words) and agrees, unstated)


def _ink(gray: Gray) -> Gray:
    """Return, at half the page's size, 1 where something is darker or lighter than its surroundings."""
    small = cv2.resize(gray, None, fx=0.5, fy=0.5, interpolation=cv2.INTER_AREA)
    ground = cv2.medianBlur(cv2.resize(small, None, fx=0.25, fy=0.25, interpolation=cv2.INTER_AREA), 15)
    ground = cv2.resize(ground, (small.shape[1], small.shape[0]), interpolation=cv2.INTER_LINEAR)
    return (cv2.absdiff(small, ground) > 30).astype(np.uint8)


def _cut(box: Box, shape: tuple[int, ...], pad: float = 0.0) -> tuple[slice, slice]:
    height, width = shape[:2]
    margin = pad * box.height * height
    x0, x1 = max(0, int(box.x0 * width - margin)), min(width, int(np.ceil(box.x1 * width + margin)))
    y0, y1 = max(0, int(box.y0 * height - margin)), min(height, int(np.ceil(box.y1 * height + margin)))
    return slice(y0, max(y0, y1)), slice(x0, max(x0, x1))


def _inked(ink: Gray, box: Box) -> bool:
    part = ink[_cut(box, ink.shape)]
    return part.size > 0 and float(part.mean()) > 0.015


def _letters_beside(ink: Gray, words: Sequence[Word]) -> int:
    """Count the components of letter size that lie outside all stated words.

    Rules are taken out first; a letter is 4 to 35 pixels high at 100 dpi and
    has two neighbours of its size on its line, so that ticks, boxes, logos and
    signatures do not count.
    """
    rest = ink.copy()
    for word in words:
        rest[_cut(word.box, ink.shape, 0.25)] = 0
    for kernel in (np.ones((1, 45), np.uint8), np.ones((45, 1), np.uint8)):
        rules = cv2.dilate(cv2.morphologyEx(rest, cv2.MORPH_OPEN, kernel), np.ones((3, 3), np.uint8))
        rest[rules > 0] = 0
    _, _, stats, middles = cv2.connectedComponentsWithStats(rest, connectivity=8)
    tall, wide = stats[:, cv2.CC_STAT_HEIGHT], stats[:, cv2.CC_STAT_WIDTH]
    letters = (tall >= 4) & (tall <= 35) & (wide <= 1.8 * tall + 3) & (stats[:, cv2.CC_STAT_AREA] > 5)
    letters[0] = False
    found = np.flatnonzero(letters)[:4000]
    if len(found) < 3:
        return 0
    x, y, h = middles[found, 0], middles[found, 1], tall[found]
    order = np.lexsort((x, np.round(y / 6)))
    x, y, h = x[order], y[order], h[order]
    beside = (np.diff(x) > 0) & (np.diff(x) < 2.2 * h[:-1]) & (np.abs(np.diff(y)) < 0.5 * h[:-1])
    beside &= np.abs(np.diff(h)) < 0.6 * h[:-1]
    return int((beside[:-1] & beside[1:]).sum())


def _drawn_agrees(gray: Gray, words: Sequence[Word], fonts: Sequence[int]) -> bool:
    """A page drawn from fonts: two lines of each font are read; every font must agree once at least."""
    common = sorted(set(fonts), key=lambda font: -fonts.count(font))[:_FONTS]
    for font in common:
        runs = _runs([word for word, own in zip(words, fonts, strict=True) if own == font], gray.shape)
        runs = [run for run in runs if sum(len(word.text) for word in run) >= 5]
        picked = sorted(runs, key=lambda run: abs(sum(len(word.text) + 1 for word in run) - 18))[:_PER_FONT]
        if picked and not any(_similarity(gray, run) >= _LINE_AGREES for run in picked):
            return False
    return True


def _scan_agrees(gray: Gray, words: Sequence[Word]) -> bool:
    """A scan's unseen layer: of up to fourteen lines, those with most digits first, the surely read words must agree.

    What the recogniser is not sure of proves nothing; a layer of which it is
    sure of less than a third is not believed.
    """
    runs = _runs(words, gray.shape)
    runs.sort(key=lambda run: -sum(character.isdigit() for word in run for character in word.text))
    half = _OF_SCAN // 2
    picked = runs[:half] + runs[half :: max(1, len(runs) // half)][:half]
    every = sum(len(word.text) for run in picked for word in run)
    sure = alike = 0
    for run in picked:
        for word, read in _sure_words(gray, run):
            sure += len(word.text)
            alike += len(word.text) if _plain(read) == _plain(word.text) else 0
    return sure > every / 3 and alike >= _SCAN_AGREES * sure


def _sure_words(gray: Gray, run: Sequence[Word]) -> list[tuple[Word, str]]:
    """Return a line's stated words, each with what is surely read in its place."""
    box = Box.around(word.box for word in run)
    rows, columns = _cut(box, gray.shape, 0.15)
    part = gray[rows, columns]
    if not part.size:
        return []
    width, wide = gray.shape[1], part.shape[1]
    spans = [
        ((columns.start + token.start * wide) / width, (columns.start + token.end * wide) / width, token)
        for token in ocr.recognise(part).tokens
    ]
    slack = 0.6 * box.height * gray.shape[0] / width
    found = []
    for word in run:
        over = [span for span in spans if word.box.x0 < (span[0] + span[1]) / 2 < word.box.x1]
        # A token that runs on into the next word says nothing of either.
        within = all(x0 > word.box.x0 - slack and x1 < word.box.x1 + slack for x0, x1, _ in over)
        if over and within and len(_plain(word.text)) > 1 and min(token.confidence for _, _, token in over) >= _SURE:
            found.append((word, "".join(token.text for _, _, token in over)))
    return found


def _runs(words: Sequence[Word], shape: tuple[int, ...]) -> list[list[Word]]:
    runs: dict[int, list[Word]] = {}
    for word in layout.in_lines(([word] for word in words), shape[1] / shape[0]):
        runs.setdefault(word.line, []).append(word)
    return list(runs.values())


def _similarity(gray: Gray, run: Sequence[Word]) -> float:
    """Return the share of a line's characters that are read as stated.

    Spaces, case and the reader's known confusions do not count.
    """
    box = Box.around(word.box for word in run)
    part = gray[_cut(box, gray.shape, 0.15)]
    if not part.size:
        return 0.0
    if float(part.mean()) < 110:
        part = 255 - part
    read, stated = _plain(ocr.recognise(part).text), _plain("".join(word.text for word in run))
    return float(Levenshtein.normalized_similarity(read, stated))


def _plain(text: str) -> str:
    """Return the letters and digits only: specks read as points and dashes prove nothing."""
    return "".join(character for character in text.translate(_ALIKE).casefold() if character.isalnum())
