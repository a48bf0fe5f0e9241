"""Whether the words that a file states are the words that a person sees.

A text layer may lie: fonts whose codes map to nonsense, an unseen layer of
another program's misreadings under a scan, text in white or behind a picture.
So it is believed only after sampled lines were read from the picture of the
page and agree, page by page, and only for words under which there is ink.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import cv2
import numpy as np
from rapidfuzz.distance import Levenshtein

from documents import beside, layout, ocr
from documents.ocr import Gray, Token
from documents.page import Box, Word
from documents.unpack.sheet import Sheet

# Fonts of a drawn page of which lines are sampled, and lines of a scan's layer in all.
_FONTS = 6
_OF_SCAN = 14

# Share of equal characters below which a sampled line of a drawn page disagrees.
_LINE_AGREES = 0.7
# Share of the surely read letters of a scan that must stand in words stated alike, and what "surely" is.
_SCAN_AGREES = 0.95
_SURE = 0.9
# Letters that are enough to go by on a page so poor that most of it cannot be surely read.
_ENOUGH = 100

# Share of equal characters below which a word that was painted over is not what is seen.
_COVERED_AGREES = 0.8

# In pixels at 200 dpi: nobody reads lower letters.
_LEAST = 7

# Letters beside the words for each of theirs, beyond which they are a stamp on a scan or a letterhead.
_STAMP, _LETTERHEAD = 0.5, 1.5

# Digits of a font that must have been read, and the share of them that must be right.
_DIGITS, _DIGITS_AGREE = 4, 0.75

# PP-OCR confuses these on honest pages too (a slash for a 1); they prove no lie.
_ALIKE = str.maketrans({**dict.fromkeys("/|lI!i[]j", "1"), **dict.fromkeys("oOQ", "0")})


@dataclass(frozen=True, slots=True)
class Layer:
    """What of a page's stated words is believed: all that are `seen`, or none.

    `unstated` is where the page shows something like writing that no word covers.
    """

    seen: tuple[Word, ...]
    believed: bool
    unstated: tuple[Box, ...] = ()


def check(sheet: Sheet) -> Layer:
    """Judge the stated words of a sheet that could be opened."""
    gray = sheet.gray
    if gray is None or not sheet.words:
        return Layer((), False)
    if sheet.certain:
        return Layer(sheet.words, True)
    ink = _ink(gray)
    least = _LEAST / gray.shape[0]
    shown = [index for index, word in enumerate(sheet.words) if word.box.height > least and _inked(ink, word.box)]
    hidden = _hidden(gray, [sheet.words[index] for index in shown], sheet.covers)
    seen = [index for index, gone in zip(shown, hidden, strict=True) if not gone]
    words = [sheet.words[index] for index in seen]
    fonts = [sheet.fonts[index] if sheet.fonts else 0 for index in seen]
    agrees = _drawn_agrees(gray, words, fonts) if sheet.kind == "drawn" else _scan_agrees(gray, words)
    if not words or not agrees:
        return Layer(tuple(words), False)
    return Layer(tuple(words), True, beside.areas(ink, stated(sheet, words)))


def outweighed(sheet: Sheet, layer: Layer, found: Iterable[Sequence[Word]]) -> bool:
    """Whether the words are only a stamp on a scan, or a letterhead over a picture of the rest.

    `found` was read beside them. Such a page is read as a whole, which turns
    and straightens it too.
    """
    letters = sum(len(word.text) for run in found for word in run)
    share = _LETTERHEAD if sheet.kind == "drawn" else _STAMP
    return letters > share * sum(len(word.text) for word in layer.seen)


def _hidden(gray: Gray, words: Sequence[Word], covers: Sequence[Box]) -> list[bool]:
    """Tell of each word whether something was painted over it: then it is seen only if it is read there."""
    doubted = [word for word in words if any(cover.overlap(word.box) > 0.3 for cover in covers)]
    gone = {
        (word.text, word.box)
        for run in _runs(doubted, gray.shape)
        if _similarity(_sampled(gray, run)) < _COVERED_AGREES
        for word in run
        if not _stands_alone(gray, word, doubted)
    }
    return [(word.text, word.box) in gone for word in words]


def _stands_alone(gray: Gray, word: Word, others: Sequence[Word]) -> bool:
    """Whether a word of a line that was painted over in part is itself seen: read there, and no other stated there."""
    beside_it = sum(word.box.overlap(other.box) > 0.3 for other in others)
    return beside_it == 1 and any(_plain(read) == _plain(word.text) for _, read in _sure_words(_sampled(gray, [word])))


def stated(sheet: Sheet, seen: Sequence[Word]) -> list[Box]:
    """Return the places of which the file says what stands there: the words, and the live fields that are not empty."""
    fields = [field.box for field in sheet.fields if field.state != "text" or field.text]
    return [*(word.box for word in seen), *fields]


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


def _drawn_agrees(gray: Gray, words: Sequence[Word], fonts: Sequence[int]) -> bool:
    """A page drawn from fonts: a line of each font must agree, and its digits; a second is read where the first fails.

    The first has many different digits: a font may map its letters rightly and
    its digits to others.
    """
    common = sorted(set(fonts), key=lambda font: -fonts.count(font))[:_FONTS]
    for font in common:
        runs = _runs([word for word, own in zip(words, fonts, strict=True) if own == font], gray.shape)
        runs = [run for run in runs if sum(len(word.text) for word in run) >= 5]
        if not runs:
            continue
        runs.sort(key=lambda run: abs(sum(len(word.text) + 1 for word in run) - 18))
        most = max(map(_digits, runs))
        first = next(run for run in runs if _digits(run) >= most - 2)
        second = next((run for run in runs if run is not first), first)
        sample = _sampled(gray, first)
        if not _digits_agree(sample):
            return False
        if _similarity(sample) < _LINE_AGREES and _similarity(_sampled(gray, second)) < _LINE_AGREES:
            return False
    return True


def _digits(run: Sequence[Word]) -> int:
    """Count the different digits of a line."""
    return len({character for word in run for character in word.text if character.isdigit()})


def _digits_agree(sample: _Sample) -> bool:
    right = every = 0
    for word, read in _sure_words(sample):
        stated, seen = _plain(word.text), _plain(read)
        if len(stated) == len(seen):
            digits = [one == other for one, other in zip(stated, seen, strict=True) if one.isdigit()]
            right, every = right + sum(digits), every + len(digits)
    return every < _DIGITS or right >= _DIGITS_AGREE * every


def _scan_agrees(gray: Gray, words: Sequence[Word]) -> bool:
    """A scan's unseen layer: of up to fourteen lines, those with most digits first, the surely read words must agree.

    What the recogniser is not sure of proves nothing; a layer of which it is
    sure of less than a third must agree in all of that, and in enough of it.
    """
    runs = _runs(words, gray.shape)
    runs.sort(key=lambda run: -sum(character.isdigit() for word in run for character in word.text))
    half = _OF_SCAN // 2
    picked = runs[:half] + runs[half :: max(1, len(runs) // half)][:half]
    every = sum(len(word.text) for run in picked for word in run)
    sure = alike = 0
    for run in picked:
        for word, read in _sure_words(_sampled(gray, run)):
            sure += len(word.text)
            alike += len(word.text) if _plain(read) == _plain(word.text) else 0
    if sure <= every / 3:
        return sure >= _ENOUGH and alike == sure
    return alike >= _SCAN_AGREES * sure


@dataclass(frozen=True, slots=True)
class _Sample:
    """A stated line and what is read in its place: tokens with their left and right edge, fractions of the page.

    `slack` is by how much a token may run over its word, in the same measure.
    """

    run: Sequence[Word]
    tokens: tuple[tuple[float, float, Token], ...] = ()
    slack: float = 0.0


def _sampled(gray: Gray, run: Sequence[Word]) -> _Sample:
    box = Box.around(word.box for word in run)
    rows, columns = _cut(box, gray.shape, 0.15)
    part = gray[rows, columns]
    if not part.size:
        return _Sample(run)
    if float(part.mean()) < 110:
        part = 255 - part
    width, wide = gray.shape[1], part.shape[1]
    tokens = tuple(
        ((columns.start + token.start * wide) / width, (columns.start + token.end * wide) / width, token)
        for token in ocr.recognise(part).tokens
    )
    return _Sample(run, tokens, 0.6 * box.height * gray.shape[0] / width)


def _sure_words(sample: _Sample) -> list[tuple[Word, str]]:
    """Return a line's stated words, each with what is surely read in its place."""
    found = []
    for word in sample.run:
        over = [token for token in sample.tokens if word.box.x0 < (token[0] + token[1]) / 2 < word.box.x1]
        # A token that runs on into the next word says nothing of either.
        within = all(x0 > word.box.x0 - sample.slack and x1 < word.box.x1 + sample.slack for x0, x1, _ in over)
        if over and within and len(_plain(word.text)) > 1 and min(token.confidence for _, _, token in over) >= _SURE:
            found.append((word, "".join(token.text for _, _, token in over)))
    return found


def _similarity(sample: _Sample) -> float:
    """Return the share of a line's characters that are read as stated.

    Spaces, case and the reader's known confusions do not count.
    """
    read = _plain("".join(token.text for _, _, token in sample.tokens))
    stated = _plain("".join(word.text for word in sample.run))
    return float(Levenshtein.normalized_similarity(read, stated)) if read else 0.0


def _runs(words: Sequence[Word], shape: tuple[int, ...]) -> list[list[Word]]:
    runs: dict[int, list[Word]] = {}
    for word in layout.in_lines(([word] for word in words), shape[1] / shape[0]):
        runs.setdefault(word.line, []).append(word)
    return list(runs.values())


def _plain(text: str) -> str:
    """Return the letters and digits only: specks read as points and dashes prove nothing."""
    return "".join(character for character in text.translate(_ALIKE).casefold() if character.isalnum())
