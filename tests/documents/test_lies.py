"""Text layers that lie in part, and what is drawn beside honest ones: pens, pictures, notes, stamps."""

from __future__ import annotations

import re
from collections.abc import Callable
from io import BytesIO

import pytest
from PIL import Image, ImageDraw, ImageFont
from reportlab.lib.utils import ImageReader
from reportlab.pdfgen.canvas import Canvas

from documents.page import Page
from documents.reader import read

Draw = Callable[[Canvas], None]
LINES = [
    "Northgate Family Practice",
    "Patient: Rosalind Okafor",
    "Born 04-17-1969",
    "MRI right knee without contrast",
    "Member ID KX44719082",
    "Please call 212-555-0143 to schedule",
]
# The baseline of the fourth line, 14.4 points to a line.
EXAM = 700 - 3 * 14.4


def page(*draws: Draw) -> Page:
    out = BytesIO()
    canvas = Canvas(out, pagesize=(612, 792))
    for draw in draws:
        canvas.saveState()
        draw(canvas)
        canvas.restoreState()
    canvas.showPage()
    canvas.save()
    (found,) = read(out.getvalue(), "a.pdf").pages
    return found


def texts(found: Page) -> list[str]:
    return [word.text for word in found.words]


def lines(canvas: Canvas, y: float = 700, size: float = 12, stated: list[str] = LINES) -> None:
    text = canvas.beginText(72, y)
    text.setFont("Helvetica", size)
    for line in stated:
        text.textLine(line)
    canvas.drawText(text)


def picture(text: str, size: int = 34, width: int = 900) -> ImageReader:
    image = Image.new("L", (width, 48), 255)
    ImageDraw.Draw(image).text((4, 2), text, 0, ImageFont.load_default(size))
    return ImageReader(image)


def scan(turned: int = 0) -> ImageReader:
    image = Image.new("L", (1700, 2200), 255)
    pen = ImageDraw.Draw(image)
    for row, line in enumerate(LINES):
        pen.text((200, 230 + 60 * row), line, 0, ImageFont.load_default(34))
    return ImageReader(image.rotate(turned))


def white_box(canvas: Canvas) -> None:
    canvas.setFillColorRGB(1, 1, 1)
    canvas.rect(70, EXAM - 4, 300, 14.4, stroke=0, fill=1)


def typed_over(canvas: Canvas) -> None:
    canvas.drawString(72, EXAM, "CT left shoulder with contrast")


def patched(canvas: Canvas) -> None:
    canvas.drawImage(picture("CT left shoulder with contrast"), 70, EXAM - 5, 324, 17)


@pytest.mark.parametrize("over", [(white_box, typed_over), (patched,), (white_box,)])
def test_what_was_laid_over_is_not_what_is_stated(over: tuple[Draw, ...]) -> None:
    found = texts(page(lines, *over))
    assert not {"MRI", "knee", "without"} & set(found)
    assert {"Okafor", "KX44719082"} <= set(found)
    assert over == (white_box,) or {"CT", "left", "shoulder", "with"} <= set(found)


def test_a_box_painted_before_its_words_hides_none() -> None:
    found = page(lambda canvas: (canvas.setFillColorRGB(0.9, 0.9, 0.9), canvas.rect(60, 600, 400, 120, 0, 1)), lines)
    assert found.source == "text" and texts(found) == " ".join(LINES).split()


def test_bold_made_by_drawing_twice_is_honest() -> None:
    found = page(lines, lambda canvas: (canvas.translate(0.3, 0), lines(canvas)))
    assert found.source == "text" and texts(found) == " ".join(LINES).split()


def test_letters_that_nobody_can_read_are_not_stated() -> None:
    found = texts(page(lines, lambda canvas: lines(canvas, 300, 1, ["CT brain with contrast"])))
    assert "brain" not in found and "knee" in found


@pytest.mark.parametrize("value", ["Rosalind Okafor", "04-17-1969", "CT leg"])
def test_a_value_drawn_beside_its_stated_label_is_read(value: str) -> None:
    def form(canvas: Canvas) -> None:
        lines(canvas, 700, 12, [f"Printed line {number} of this form, with its text" for number in range(12)])
        canvas.drawString(72, 730, "Entry:")
        canvas.drawImage(picture(value, width=20 * len(value)), 112, 726, 20 * len(value) * 0.36, 17)

    found = page(form)
    assert found.source == "text"
    entry = next(word.line for word in found.words if word.text == "Entry:")
    assert [word.text for word in found.words if word.line == entry] == ["Entry:", *value.split()]


def test_a_rule_a_box_and_a_tick_are_no_writing() -> None:
    def form(canvas: Canvas) -> None:
        lines(canvas)
        canvas.line(72, 500, 500, 500)
        canvas.rect(72, 520, 10, 10)
        canvas.rect(172, 520, 10, 10)
        canvas.line(172, 520, 182, 530)

    assert texts(page(form)) == " ".join(LINES).split()


@pytest.mark.parametrize("turned", [0, 180])
def test_a_stamp_over_a_scan_is_not_its_text(turned: int) -> None:
    def stamped(canvas: Canvas) -> None:
        canvas.drawImage(scan(turned), 0, 0, 612, 792)
        canvas.drawString(72, 40, "Received 10/14/2026 by the fax server")

    found = page(stamped)
    assert (found.source, found.rotation) == ("ocr", turned)
    assert {"Okafor", "KX44719082", "knee"} <= set(texts(found))


@pytest.mark.parametrize(("digits", "source"), [("0123456789", "text"), ("1350896724", "ocr")])
def test_a_font_whose_digits_alone_lie(digits: str, source: str) -> None:
    out = BytesIO()
    canvas = Canvas(out, pagesize=(612, 792), pageCompression=0)
    lines(canvas)
    canvas.showPage()
    canvas.save()
    # A ToUnicode map that mixes up the digits only.
    swaps = b"".join(b"<%02X> <%04X>\n" % (ord("0") + index, ord(digit)) for index, digit in enumerate(digits))
    cmap = (
        b"begincmap 1 begincodespacerange <00> <FF> endcodespacerange 10 beginbfchar\n" + swaps + b"endbfchar endcmap"
    )
    data = with_map(out.getvalue(), cmap)
    (found,) = read(data, "a.pdf").pages
    assert found.source == source
    assert "KX44719082" in texts(found)


def with_map(data: bytes, cmap: bytes) -> bytes:
    """Append an update that gives the file's font a ToUnicode map."""
    place = re.search(rb"(\d+) 0 obj\s*<<\s*/BaseFont /Helvetica(.*?)>>", data, re.S)
    assert place is not None
    size = int(re.findall(rb"/Size (\d+)", data)[-1])
    start = int(re.findall(rb"startxref\s+(\d+)", data)[-1])
    root = re.findall(rb"/Root (\d+ 0 R)", data)[-1]
    out = bytearray(data + b"\n")
    font_at = len(out)
    out += b"%s 0 obj\n<</BaseFont /Helvetica%s/ToUnicode %d 0 R>>\nendobj\n" % (place[1], place[2], size)
    map_at = len(out)
    out += b"%d 0 obj\n<</Length %d>>stream\n%s\nendstream\nendobj\n" % (size, len(cmap), cmap)
    xref = len(out)
    out += b"xref\n%s 1\n%010d 00000 n \n%d 1\n%010d 00000 n \n" % (place[1], font_at, size, map_at)
    out += b"trailer\n<</Size %d/Root %s/Prev %d>>\nstartxref\n%d\n%%%%EOF" % (size + 1, root, start, xref)
    return bytes(out)
