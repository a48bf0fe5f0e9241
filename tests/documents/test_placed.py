"""Pages laid out here are put straight and read at their places, whatever the way back did to them."""

from __future__ import annotations

import io
from dataclasses import replace

import numpy as np
import pytest
from PIL import Image, ImageDraw

from documents.page import Box, Page, Word
from documents.placed import Place, Plan, Seen, read_places

SIZE = (1734, 2244)
CORNERS = tuple(Box(x, y, x + 0.018, y + 0.014) for x in (0.05, 0.93) for y in (0.04, 0.945))
BOXES = tuple(Place(f"b{n}", "tick", Box(0.2 + 0.1 * n, 0.5, 0.22 + 0.1 * n, 0.5155)) for n in range(4))
LINE = Place("line", "line", Box(0.2, 0.6, 0.5, 0.62))
SIGN = Place("sign", "signature", Box(0.2, 0.7, 0.6, 0.72))
PLAN = Plan(CORNERS, None, (*BOXES, LINE, SIGN))


def pixels(box: Box) -> tuple[float, float, float, float]:
    return box.x0 * SIZE[0], box.y0 * SIZE[1], box.x1 * SIZE[0], box.y1 * SIZE[1]


def blank() -> Image.Image:
    image = Image.new("L", SIZE, 255)
    draw = ImageDraw.Draw(image)
    for corner in CORNERS:
        draw.rectangle(pixels(corner), fill=0)
    for place in BOXES:
        draw.rectangle(pixels(place.box), outline=0, width=3)
    for place in (LINE, SIGN):
        x0, _, x1, y1 = pixels(place.box)
        draw.line((x0, y1, x1, y1), 0, 3)
    return image


def filled(*names: str) -> Image.Image:
    image = blank()
    draw = ImageDraw.Draw(image)
    for place in PLAN.places:
        if place.name in names:
            x0, y0, x1, y1 = pixels(place.box)
            if place.kind == "tick":
                draw.line((x0 + 4, y0 + 4, x1 - 4, y1 - 4), 0, 4)
                draw.line((x1 - 4, y0 + 4, x0 + 4, y1 - 4), 0, 4)
            else:
                points = [(x0 + 12 * step, y0 + (8 if step % 2 else 30)) for step in range(20)]
                draw.line(points, 0, 4)
    return image


def page(image: Image.Image, *words: Word) -> Page:
    out = io.BytesIO()
    image.save(out, "PNG")
    return Page(1, image.width, image.height, 0, "ocr", words, (), out.getvalue())


def small(image: Image.Image) -> Image.Image:
    out = Image.new("L", SIZE, 255)
    out.paste(image.resize((round(SIZE[0] * 0.92), round(SIZE[1] * 0.92))), (70, 90))
    return out


def coarse(image: Image.Image) -> Image.Image:
    half = image.resize((SIZE[0], SIZE[1] // 2)).point(lambda value: 255 if value > 140 else 0)
    return half.resize(SIZE)


def without_a_corner(image: Image.Image) -> Image.Image:
    ImageDraw.Draw(image).rectangle((0, 0, SIZE[0] * 0.2, SIZE[1] * 0.1), fill=255)
    return image


def on(seen: tuple[Seen, ...] | None) -> set[str]:
    assert seen is not None
    return {each.place.name for each in seen if each.on > 0.5}


@pytest.mark.parametrize(
    "way",
    [
        lambda image: image,
        lambda image: image.rotate(1.2, fillcolor=255),
        lambda image: image.resize((1280, 1656)),
        lambda image: image.transform(SIZE, Image.Transform.AFFINE, (1, 0, -25, 0, 1, 18), fillcolor=255),
        small,
        coarse,
        without_a_corner,
    ],
    ids=["as it went", "skewed", "smaller", "moved", "92 percent", "standard resolution", "a corner cut"],
)
@pytest.mark.parametrize("names", [(), ("b1",), ("b0", "b3", "line"), ("sign",)])
def test_what_was_filled_in_is_seen(way, names: tuple[str, ...]) -> None:  # type: ignore[no-untyped-def]
    assert on(read_places(page(way(filled(*names))), PLAN)) == set(names)


def test_words_on_a_line_are_its_text_and_those_beside_it_are_not() -> None:
    mine = Word("M25.561", Box(0.22, 0.603, 0.3, 0.617), 0.91, 0)
    beside = Word("ICD-10", Box(0.1, 0.603, 0.17, 0.617), 0.99, 0)
    below = Word("Date", Box(0.22, 0.64, 0.3, 0.66), 0.99, 1)
    seen = read_places(page(filled("line"), mine, beside, below), PLAN)
    assert seen
    (line,) = (each for each in seen if each.place.name == "line")
    assert (line.text, line.confidence) == ("M25.561", 0.91)


@pytest.mark.parametrize("share", [0.0, 0.3])
def test_a_page_that_is_none_of_ours_is_not_forced_into_place(share: float) -> None:
    noise = np.random.default_rng(1).random((SIZE[1], SIZE[0])) < share
    image = Image.fromarray(np.where(noise, 0, 255).astype(np.uint8))
    assert read_places(page(image), PLAN) is None


def test_two_corners_are_too_few() -> None:
    image = filled("b1")
    ImageDraw.Draw(image).rectangle((0, 0, SIZE[0], SIZE[1] * 0.1), fill=255)
    assert read_places(page(image), PLAN) is None
    assert read_places(replace(page(image), image=b"no picture"), PLAN) is None
