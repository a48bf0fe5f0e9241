from __future__ import annotations

from collections.abc import Callable
from io import BytesIO

import numpy as np
import pytest
from PIL import Image, ImageDraw, ImageFont

from documents import faint
from documents.reader import read


def sheet(level: int = 0, text: str = "", size: int = 30, paper: int = 255) -> np.ndarray:
    image = Image.new("L", (1728, 2200), paper)
    ImageDraw.Draw(image).text((300, 900), text, level, ImageFont.load_default(size))
    return np.asarray(image)


def specks(share: float) -> np.ndarray:
    page = np.full((2200, 1728), 255, np.uint8)
    page[np.random.default_rng(1).random(page.shape) < share] = 0
    return page


def edges() -> np.ndarray:
    page = np.full((2200, 1728), 255, np.uint8)
    page[:, :40] = page[2150:] = 0
    return page


@pytest.mark.parametrize(
    ("page", "blank"),
    [
        (lambda: sheet(), True),
        (lambda: sheet(paper=225), True),
        (lambda: specks(0.0005), True),
        (lambda: specks(0.01), True),
        (edges, True),
        (lambda: sheet(0, "CT", 24), False),
        (lambda: sheet(215, "Order: CT chest"), False),
        (lambda: sheet(228, "Order: CT chest"), False),
        (lambda: sheet(190, "Order: CT chest", paper=225), False),
    ],
)
def test_blank_is_told_from_faint(page: Callable[[], np.ndarray], blank: bool) -> None:
    assert faint.is_blank(page()) is blank


@pytest.mark.parametrize("level", [0, 215])
def test_a_lonely_line_is_read_however_faint(level: int) -> None:
    out = BytesIO()
    Image.fromarray(sheet(level, "Order: CT chest")).save(out, "PNG", dpi=(200, 200))
    (page,) = read(out.getvalue(), "a.png").pages
    assert [word.text for word in page.words] == ["Order:", "CT", "chest"]
    assert not page.blank
