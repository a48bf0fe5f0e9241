"""Our own pages as they come back: filled in by a hand, faxed well and badly, and read at their known places.

    python -m benchmarks.reply_pages [PAGES A WAY]

prints, for each way of faxing, the share of pages whose QR code or printed code
leads back, of pages put straight, of boxes read rightly, and CPU seconds a page.
"""

from __future__ import annotations

import io
import random
import sys
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Final

import pypdfium2
from PIL import Image, ImageDraw

from clarifications.case_code import case_code, read_code
from clarifications.letter import Facility, letter
from clarifications.sheet import Sheet
from documents.page import Box, Page
from documents.placed import read_places
from documents.reader import read
from orders.order import Check, Exam, Order, Patient, Provider, Value
from sample_docs.generator.fax import faxed
from sample_docs.generator.fonts import faces, pillow_font

SIZE: Final = (1734, 2244)
WAYS: Final = ("fine", "standard", "noisy fine", "noisy standard", "skewed", "upside down", "92 percent")
QUESTIONS: Final = (
    ("laterality", ("exams.0.laterality",)),
    ("signature", ("signed",)),
    ("contrast", ("exams.0.contrast",)),
    ("safety_screening", ("exams.0.modality",)),
    ("exam", ("exams.0.modality",)),
    ("safety_conflict", ("safety.implant",)),
    ("indication", ("indication.text",)),
    ("patient_birth_date", ("patient.birth_date",)),
)
FACILITY: Final = Facility("Riverbend Imaging", "4235550142", "4235550143")


@dataclass(frozen=True, slots=True)
class Filled:
    """A page of ours that a hand filled in: its picture at 204 dpi, what it asked, and the names of what was marked."""

    image: Image.Image
    sheet: Sheet
    code: str
    marked: frozenset[str]


@dataclass(slots=True)
class Tally:
    pages: int = 0
    known: int = 0
    straight: int = 0
    boxes: int = 0
    right: int = 0
    doubtful: int = 0
    seconds: float = 0.0


def filled(rng: random.Random, number: int) -> Filled:
    """Return a page with two to five questions, each row of boxes with one ticked, lines written on."""
    problems = tuple(
        Check(code, "blocking", code, f"A sentence of the usual length that asks about {code}.", paths, 1.0)
        for code, paths in rng.sample(QUESTIONS, rng.randint(2, 5))
    )
    order = Order(
        f"o{number}",
        (1,),
        Patient(_said("Okafor"), _said("Ada"), birth_date=_said("1971-02-03")),
        exams=(Exam(text=_said("MRI knee without contrast")),),
        provider=Provider(family=_said("Lindqvist"), given=_said("Maja"), fax=_said("4235550199")),
        problems=problems,
    )
    made = letter([order], f"request-{number}", FACILITY, date(2026, 3, 9), language=rng.choice(("en", "en", "es")))
    picture = pypdfium2.PdfDocument(made.pdf)[0].render(scale=204 / 72).to_pil().convert("L")
    marked = set()
    groups: dict[int, list[int]] = {}
    for place, meaning in enumerate(made.sheet.meanings):
        groups.setdefault(meaning.group, []).append(place)
    draw = ImageDraw.Draw(picture)
    for places in groups.values():
        boxes = [place for place in places if made.sheet.plan.places[place].kind == "tick"]
        chosen = {rng.choice(boxes)} if boxes and rng.random() < 0.9 else set()
        chosen |= {place for place in places if place not in boxes and rng.random() < 0.6}
        for place in sorted(chosen):
            spot = made.sheet.plan.places[place]
            _pen(rng, draw, picture.size, spot.box, spot.kind)
            marked.add(spot.name)
    return Filled(picture, made.sheet, case_code(f"request-{number}"), frozenset(marked))


def _said(value: str) -> Value:
    return Value(value, 1.0, (), "stated")


def _pen(rng: random.Random, draw: ImageDraw.ImageDraw, size: tuple[int, int], box: Box, kind: str) -> None:
    """Mark a box with a tick, a cross, a stroke or a scribble; write or sign on a line."""
    x0, y0, x1, y1 = box.x0 * size[0], box.y0 * size[1], box.x1 * size[0], box.y1 * size[1]
    side, width = x1 - x0, rng.randint(2, 6)

    def at(x: float, y: float) -> tuple[float, float]:
        return x0 + (x + rng.gauss(0, 0.07)) * side, y0 + (y + rng.gauss(0, 0.07)) * (y1 - y0)

    if kind == "line":
        font = pillow_font(rng.choice(faces("hand")).regular, rng.randint(34, 44))
        draw.text((x0 + 6, y1 - 4), rng.choice(("knee pain", "3/14/1961", "M25.561", "fall 2 wks ago")), 0, font, "ls")
    elif kind == "signature":
        points = [at(0.1 + 0.6 * step / 24, 0.5 + rng.uniform(-0.4, 0.4)) for step in range(25)]
        draw.line(points, 0, width, "curve")
    else:
        way = rng.choice(("tick", "tick", "cross", "cross", "slash", "scribble", "wide"))
        if way == "tick":
            draw.line([at(0.15, 0.5), at(0.4, 0.85), at(rng.uniform(0.9, 1.4), rng.uniform(-0.4, 0.1))], 0, width)
        elif way == "wide":
            draw.line([at(-0.1, 0.4), at(0.4, 0.95), at(1.7, -0.8)], 0, width)
        elif way == "slash":
            draw.line([at(-0.1, 1.1), at(1.1, -0.1)], 0, width)
        elif way == "cross":
            draw.line([at(0.1, 0.1), at(0.9, 0.9)], 0, width)
            draw.line([at(0.9, 0.1), at(0.1, 0.9)], 0, width)
        else:
            draw.line([at(step % 2, 0.15 + 0.1 * step) for step in range(8)], 0, width)


def sent(rng: random.Random, picture: Image.Image, way: str) -> bytes:
    """Fax a picture one of the `WAYS`; return the TIFF that arrives."""
    page = picture.resize(SIZE, Image.Resampling.BILINEAR)
    if way == "92 percent":
        small = page.resize((round(SIZE[0] * 0.92), round(SIZE[1] * 0.92)), Image.Resampling.BILINEAR)
        page = Image.new("L", SIZE, 255)
        page.paste(small, ((SIZE[0] - small.width) // 2, (SIZE[1] - small.height) // 2))
    if way == "skewed":
        page = page.rotate(rng.choice((-1, 1)) * rng.uniform(1.5, 3.0), Image.Resampling.BICUBIC, fillcolor=255)
    if way == "upside down":
        page = page.transpose(Image.Transpose.ROTATE_180)
    coarse = "standard" in way
    arrived = faxed(rng, page, "noisy" in way, coarse, "NOV 24 2026 09:14 RIVERBEND ORTHO 8655550110 P.001")
    out = io.BytesIO()
    arrived.image.save(out, "TIFF", compression="group4", dpi=arrived.dpi)
    return out.getvalue()


def code_on(page: Page) -> str | None:
    """Return the code that a page's QR code or printed words give."""
    for mark in page.marks:
        if mark.kind == "barcode" and (code := read_code(mark.text)):
            return code
    return next((code for word in page.words if len(word.text) >= 11 and (code := read_code(word.text))), None)


def measure(pages: int, ways: Sequence[str] = WAYS, seed: int = 7) -> Iterator[tuple[str, Tally]]:
    """Yield what became of `pages` filled pages for each way of faxing."""
    for way in ways:
        rng, tally = random.Random(f"{seed}{way}"), Tally()
        for number in range(pages):
            page_of_ours = filled(rng, number)
            data = sent(rng, page_of_ours.image, way)
            started = time.process_time()
            (page,) = read(data, "reply.tif").pages
            seen = read_places(page, page_of_ours.sheet.plan)
            tally.seconds += time.process_time() - started
            tally.pages += 1
            tally.known += code_on(page) == page_of_ours.code
            tally.straight += seen is not None
            for each in seen or ():
                if each.place.kind == "tick":
                    tally.boxes += 1
                    tally.right += (each.on > 0.5) == (each.place.name in page_of_ours.marked)
                    tally.doubtful += 0.25 < each.on < 0.75
        yield way, tally


def main(pages: int) -> None:
    """Print the figures."""
    print("| way | pages | code % | put straight % | boxes | right % | doubtful % | CPU s a page |")
    print("| --- | --- | --- | --- | --- | --- | --- | --- |")
    for way, tally in measure(pages):
        boxes = max(1, tally.boxes)
        print(
            f"| {way} | {tally.pages} | {100 * tally.known / tally.pages:.1f} | "
            f"{100 * tally.straight / tally.pages:.1f} | {tally.boxes} | {100 * tally.right / boxes:.2f} | "
            f"{100 * tally.doubtful / boxes:.2f} | {tally.seconds / tally.pages:.1f} |",
            flush=True,
        )


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 15)
