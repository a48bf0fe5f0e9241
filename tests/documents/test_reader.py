from __future__ import annotations

from collections.abc import Callable
from io import BytesIO

import numpy as np
import pytest
from PIL import Image

from documents.limits import Limits
from documents.page import Unreadable
from documents.reader import read

Draw = Callable[..., np.ndarray]
Write = Callable[..., bytes]

DECISIVE = ("Rosalind", "Okafor", "04-17-1969", "MRI", "right", "knee", "555-0143", "555-0167")


def png(gray: np.ndarray, **kept: object) -> bytes:
    out = BytesIO()
    Image.fromarray(gray).save(out, "PNG", **kept)
    return out.getvalue()


def text(data: bytes, name: str = "a.tif") -> str:
    return " ".join(word.text for page in read(data, name).pages for word in page.words)


@pytest.mark.parametrize("lines", [98, 196])
def test_a_fax_is_read(drawn_page: Draw, fax_tiff: Write, lines: int) -> None:
    found = text(fax_tiff([drawn_page()], lines))
    assert [token for token in DECISIVE if token not in found] == []


@pytest.mark.parametrize("quarter", [0, 1, 2, 3])
def test_any_way_up(drawn_page: Draw, quarter: int) -> None:
    turned = np.ascontiguousarray(np.rot90(drawn_page(), quarter))
    (page,) = read(png(turned, dpi=(200, 200)), "a.png").pages
    assert page.rotation == quarter * 90
    found = " ".join(word.text for word in page.words)
    assert [token for token in DECISIVE if token not in found] == []
    assert page.words[0].text == "Northgate"


def test_a_page_that_leans_is_straightened(drawn_page: Draw) -> None:
    leaning = np.asarray(Image.fromarray(drawn_page()).rotate(2.5, fillcolor=255, resample=Image.Resampling.BILINEAR))
    (page,) = read(png(leaning, dpi=(200, 200)), "a.png").pages
    lines = {word.line for word in page.words if word.text in ("Please", "contrast")}
    assert len(lines) == 1


def test_lines_and_columns(drawn_page: Draw) -> None:
    (page,) = read(png(drawn_page(), dpi=(200, 200)), "a.png").pages
    lines: dict[int, list[str]] = {}
    for word in page.words:
        lines.setdefault(word.line, []).append(word.text)
    assert "Please perform MRI of the right knee without contrast" in [" ".join(line) for line in lines.values()]
    assert all(0 <= word.box.x0 < word.box.x1 <= 1 and 0 <= word.box.y0 < word.box.y1 <= 1 for word in page.words)


def test_fax_header_is_kept_apart_and_a_lost_page_named(drawn_page: Draw, fax_tiff: Write) -> None:
    page = drawn_page(height=1600)
    head = drawn_page([("10/14/2026 18:55  NORTHGATE FP  FAX 212-555-0143  PAGE 1 OF 3",)])
    page = page.copy()
    page[20:70] = head[140:190]
    document = read(fax_tiff([page]), "a.tif")
    (found,) = document.pages
    assert found.header is not None
    assert (found.header.number, found.header.page, found.header.pages) == ("2125550143", 1, 3)
    assert "NORTHGATE" not in [word.text for word in found.words]
    assert [fault.code for fault in document.faults] == ["missing_page"]
    assert "counted 3 pages, but pages 2 and 3 did not arrive" in document.faults[0].sentence


@pytest.mark.parametrize(("quarters", "rotation"), [(2, 180), (1, 90), (3, 270)])
def test_header_of_a_page_that_was_fed_turned(drawn_page: Draw, quarters: int, rotation: int) -> None:
    """The machine prints its line over the sheet as it lies, whichever way that is."""
    page = np.rot90(drawn_page(height=1200), quarters).copy()
    head = drawn_page([("10/14/2026 18:55  NORTHGATE FP  FAX 212-555-0143  PAGE 1 OF 1",)])
    page[4:48] = 255
    page[4:48, :1100] = head[146:190, 100:1200]
    (found,) = read(png(page, dpi=(200, 200)), "a.png").pages
    assert found.rotation == rotation
    assert found.header is not None and found.header.number == "2125550143"
    assert "Okafor" in [word.text for word in found.words]
    assert not {"NORTHGATE", "FAX"} & {word.text for word in found.words}


@pytest.mark.parametrize(("gray", "blank"), [(255, True), (None, False)])
def test_blank_is_told_from_written(drawn_page: Draw, fax_tiff: Write, gray: int | None, blank: bool) -> None:
    page = drawn_page() if gray is None else np.full((2200, 1700), gray, np.uint8)
    assert read(fax_tiff([page]), "a.tif").pages[0].blank is blank


def test_faint_page_is_not_blank(drawn_page: Draw) -> None:
    faint = (255 - (255 - drawn_page().astype(int)) // 4).astype(np.uint8)
    (page,) = read(png(faint, dpi=(200, 200)), "a.png").pages
    assert not page.blank
    assert "Okafor" in [word.text for word in page.words]


def test_exif_turn(drawn_page: Draw) -> None:
    picture = Image.fromarray(drawn_page()).rotate(90, expand=True)
    exif = Image.Exif()
    exif[0x0112] = 6
    out = BytesIO()
    picture.save(out, "JPEG", quality=90, exif=exif, dpi=(200, 200))
    (page,) = read(out.getvalue(), "a.jpg").pages
    assert page.rotation == 0
    assert "Okafor" in [word.text for word in page.words]


def test_pages_beyond_the_limit_are_named(drawn_page: Draw, fax_tiff: Write) -> None:
    short = drawn_page([("One line of an order",)])
    document = read(fax_tiff([short] * 3), "a.tif", Limits(max_pages=2))
    assert len(document.pages) == 2
    assert [fault.code for fault in document.faults] == ["too_many_pages"]


@pytest.mark.parametrize(
    ("data", "name", "code"),
    [
        (b"From: a@b.example\nTo: c@d.example\nSubject: x\n\n\n", "a.eml", "no_content"),
        (b"%PDF-1.4\n%%EOF", "a.pdf", "damaged"),
    ],
)
def test_nothing_to_show(data: bytes, name: str, code: str) -> None:
    with pytest.raises(Unreadable) as refused:
        read(data, name)
    assert refused.value.code == code
