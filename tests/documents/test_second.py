from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from io import BytesIO

import numpy as np
import pytest
from PIL import Image

from documents import second
from documents.draw import drawn
from documents.page import Mark, Page
from documents.reader import read


@pytest.fixture(scope="module")
def page(drawn_page: Callable[..., np.ndarray]) -> Page:
    out = BytesIO()
    rows = [("Rosalind Okafor, born 04-17-1969",), ("Member number KX44719082",)]
    Image.fromarray(drawn_page(rows, 320)).save(out, "PNG", dpi=(200, 200))
    return read(out.getvalue(), "a.png").pages[0]


def test_only_the_lines_asked_about_get_a_second_opinion(page: Page) -> None:
    asked = second.reread(page, [1])
    assert [word.second for word in asked.words if word.line == 0] == [None] * 4
    assert [word.agreed for word in asked.words if word.line == 1] == [True] * 3


def test_disagreement_is_kept_as_both_strings(page: Page) -> None:
    misread = replace(page, words=tuple(replace(word, text=word.text.replace("19082", "19032")) for word in page.words))
    last = second.reread(misread, [1]).words[-1]
    assert (last.text, last.second, last.agreed) == ("KX44719032", "KX44719082", False)


def test_no_answer_is_no_disagreement(page: Page) -> None:
    assert second.reread(page, [0, 1], seconds=0.001) == page
    assert second.reread(page, []) is page


def test_entry_in_a_drawn_box(drawn_page: Callable[..., np.ndarray]) -> None:
    gray = drawn_page([("KX44719082",)], 320)
    gray[[140, 141, 142, 196, 197, 198], 140:700] = 0
    gray[140:199, [140, 141, 142, 698, 699, 700]] = 0
    out = BytesIO()
    Image.fromarray(gray).save(out, "PNG", dpi=(200, 200))
    boxed = second.reread(read(out.getvalue(), "a.png").pages[0], range(9))
    assert "KX44719082" in [word.second for word in boxed.words]


def test_whole_page(drawn_page: Callable[..., np.ndarray]) -> None:
    words = second.whole(drawn_page([("Rosalind Okafor",)], 320))
    assert words is not None
    assert [word.text for word in words] == ["Rosalind", "Okafor"]
    assert words[0].box.x0 == pytest.approx(150 / 1700, abs=0.01)


def test_drawing_shows_every_kind_of_mark(page: Page) -> None:
    box = page.words[0].box
    states = {"choice": "on", "circle": "on", "signature": "absent", "barcode": "qr", "field": "text", "strike": "on"}
    marks = tuple(Mark(kind, box, state, "x", 0.5) for kind, state in states.items())  # type: ignore[arg-type]
    picture = Image.open(BytesIO(drawn(replace(page, marks=marks))))
    assert picture.size == (page.width, page.height)
    plain, marked = np.asarray(picture.convert("RGB")), second.page_image(page)
    assert (plain.max(2).astype(int) - plain.min(2)).max() > 60
    assert marked.shape == (page.height, page.width)
