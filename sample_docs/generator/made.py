"""What the generator hands out, and how drawn sheets become a file."""

from __future__ import annotations

import random
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from PIL import Image

from sample_docs.generator.fax import Arrived, faxed, moved, photographed
from sample_docs.generator.ink import Sheet
from sample_docs.generator.paint import painted, printable, printed
from sample_docs.generator.scan import Layer, Picture, jpeg, scanned_pdf, tiff

QUALITIES = ("clean", "fine_fax", "standard_fax", "poor", "photo")
Box = tuple[float, float, float, float]
_IDENTITY = np.eye(3)


@dataclass(frozen=True, slots=True)
class MadeWord:
    """A word as drawn. `box` is in fractions of the upright page (of a photograph: of the sheet on
    it); None in the text of an e-mail.

    `field` is the contract's path that the word states (`patient.family`,
    `exams.0.text`, `indication.icd10.1`, `signed`), `other.…` for a person, number,
    day or exam that is not the one wanted, None for labels and the rest. `order`
    is the 0-based order that the field belongs to.
    """

    text: str
    box: Box | None
    page: int
    field: str | None
    order: int | None
    hand: bool


@dataclass(frozen=True, slots=True)
class MadePage:
    """A page as it arrived. `rotation` is by how many degrees clockwise it was turned away from upright."""

    number: int
    type: str
    order: int | None
    image: Image.Image | None
    rotation: int = 0


@dataclass(frozen=True, slots=True)
class Made:
    """A referral as a file with its truth in the contract's shape."""

    suffix: str
    data: bytes
    pages: tuple[MadePage, ...]
    words: tuple[MadeWord, ...]
    truth: dict[str, Any]
    family: str
    fill: str
    quality: str


@dataclass(frozen=True, slots=True)
class Printout:
    """Sheets turned into one file."""

    suffix: str
    data: bytes
    pages: tuple[MadePage, ...]
    words: tuple[MadeWord, ...]


def printout(
    rng: random.Random, sheets: Sequence[Sheet], quality: str, header: str | None, first: int = 1, turned: bool = False
) -> Printout:
    """Return the sheets as a file of `quality`, its pages numbered from `first`.

    `header` is the sending machine's line; {page} and {pages} in it are filled
    in. With `turned` one page lies upside down, or on its side in a PDF.
    """
    if quality == "clean" and printable(sheets):
        pages = [
            MadePage(first + place, sheet.type, _owner(sheet), painted(sheet)) for place, sheet in enumerate(sheets)
        ]
        words = [word for place, sheet in enumerate(sheets) for word in _words(sheet, first + place, None)]
        return Printout(".pdf", printed(sheets), tuple(pages), tuple(words))
    coarse = quality == "standard_fax" or (quality == "poor" and rng.random() < 0.4)
    arrived = [
        _sent(rng, sheet, quality, coarse, header and header.format(page=place + 1, pages=len(sheets)))
        for place, sheet in enumerate(sheets)
    ]
    suffix = _suffix(rng, quality, len(sheets))
    words = [word for place, sheet in enumerate(sheets) for word in _words(sheet, first + place, arrived[place])]
    turn_at = rng.randrange(len(sheets)) if turned else -1
    turn = rng.choice([90, 180, 270]) if suffix == ".pdf" else 180
    pages, pictures = [], []
    for place, (sheet, picture) in enumerate(zip(sheets, arrived, strict=True)):
        angle = turn if place == turn_at else 0
        image = picture.image.rotate(-angle, expand=True) if angle else picture.image
        dpi = picture.dpi[::-1] if angle in (90, 270) else picture.dpi
        pages.append(MadePage(first + place, sheet.type, _owner(sheet), image, angle))
        pictures.append((image, dpi))
    layers = None
    if suffix == ".pdf" and turn_at < 0 and rng.random() < 0.35:
        layers = [_layer(rng, [word for word in words if word.page == page.number]) for page in pages]
    return Printout(suffix, _file(rng, pictures, suffix, layers), tuple(pages), tuple(words))


def _owner(sheet: Sheet) -> int | None:
    """Return the order whose page this is; a cover is nobody's, whomever it names."""
    return None if sheet.type == "cover" else sheet.order


def _layer(rng: random.Random, words: list[MadeWord]) -> Layer:
    """Return what another program recognised on the page: nearly all of it right, or a good part wrong."""
    share = rng.choice([0.0, 0.02, 0.35])
    confused = str.maketrans("0158OSlIB6", "OIS80511B8")
    return [
        (word.text.translate(confused) if rng.random() < share else word.text, word.box) for word in words if word.box
    ]


def _sent(rng: random.Random, sheet: Sheet, quality: str, coarse: bool, header: str | None) -> Arrived:
    picture = painted(sheet)
    if quality == "clean":
        scale = 150 / 204
        small = picture.resize((round(picture.width * scale), round(picture.height * scale)), Image.Resampling.LANCZOS)
        return Arrived(small, _IDENTITY, (150, 150))
    if quality == "photo":
        return photographed(rng, picture)
    return faxed(rng, picture, quality == "poor", coarse, header)


def _suffix(rng: random.Random, quality: str, pages: int) -> str:
    if quality == "photo":
        return ".jpg" if pages == 1 else ".pdf"
    if quality == "clean":
        return ".pdf"
    return ".pdf" if rng.random() < 0.2 else ".tif"


def _file(rng: random.Random, pictures: list[Picture], suffix: str, layers: list[Layer] | None) -> bytes:
    if suffix == ".jpg":
        return jpeg(pictures[0][0], rng.randint(55, 85))
    if suffix == ".tif":
        return tiff(pictures, rng.choice(["group4"] * 5 + ["group3"]))
    return scanned_pdf(pictures, rng.randint(50, 75), layers)


def _words(sheet: Sheet, page: int, arrived: Arrived | None) -> list[MadeWord]:
    out = []
    for word in sheet.words:
        x0, y0, x1, y1 = word.box
        box = (x0 / sheet.width, y0 / sheet.height, x1 / sheet.width, y1 / sheet.height)
        out.append(
            MadeWord(
                word.text,
                moved(box, arrived.matrix if arrived else _IDENTITY),
                page,
                word.field,
                word.order,
                word.type.hand,
            )
        )
    return out
