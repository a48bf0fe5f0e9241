"""PDFs made here with reportlab: honest, lying, locked, turned, with live fields."""

from __future__ import annotations

from collections.abc import Callable
from io import BytesIO

import numpy as np
import pytest
from PIL import Image
from reportlab.lib.pdfencrypt import StandardEncryption
from reportlab.lib.utils import ImageReader
from reportlab.pdfgen.canvas import Canvas

from documents.page import Unreadable
from documents.reader import read

LINES = [
    "Northgate Family Practice",
    "Patient: Rosalind Okafor",
    "Born 04-17-1969",
    "MRI right knee without contrast",
    "Member ID KX44719082",
]


def pdf(draw: Callable[[Canvas], None], height: float = 792, **options: object) -> bytes:
    out = BytesIO()
    canvas = Canvas(out, pagesize=(612, height), **options)
    draw(canvas)
    canvas.showPage()
    canvas.save()
    return out.getvalue()


def write(canvas: Canvas, lines: list[str] = LINES, mode: int = 0) -> None:
    text = canvas.beginText(72, 700)
    text.setFont("Helvetica", 12)
    text.setTextRenderMode(mode)
    for line in lines:
        text.textLine(line)
    canvas.drawText(text)


def words(data: bytes) -> list[str]:
    return [word.text for page in read(data, "a.pdf").pages for word in page.words]


def test_born_digital_is_believed() -> None:
    (page,) = read(pdf(write), "a.pdf").pages
    assert page.source == "text"
    assert [word.text for word in page.words] == " ".join(LINES).split()
    assert {word.confidence for word in page.words} == {1.0}


@pytest.mark.parametrize(
    ("turn", "shift", "angle"), [(0, (0, 0), 0), (90, (792, 0), 90), (180, (612, 792), 180), (270, (0, 612), -90)]
)
@pytest.mark.parametrize("straight", [True, False])
def test_pages_with_a_rotation(turn: int, shift: tuple[int, int], angle: int, straight: bool) -> None:
    """A viewer turns the page; what then stands upright is text, what does not is turned by the reader."""

    def draw(canvas: Canvas) -> None:
        canvas.setPageRotation(turn)
        canvas.translate(*shift)
        canvas.rotate(angle)
        if not straight:
            canvas.translate(-200, 792)
            canvas.rotate(-90)
        write(canvas)

    (page,) = read(pdf(draw), "a.pdf").pages
    first = next(word for word in page.words if "Northgate" in word.text)
    assert first.box.y < 0.2 and first.box.x < 0.35
    assert (page.source, page.rotation) == (("text", 0) if straight else ("ocr", 270))
    assert "Okafor" in [word.text for word in page.words]


def shown(lines: list[str], drawn_page: Callable[..., np.ndarray]) -> ImageReader:
    return ImageReader(Image.fromarray(drawn_page([(line,) for line in lines], 880)))


@pytest.mark.parametrize(
    "layer", [LINES, [line.translate(str.maketrans("0123456789", "1832460975")) for line in LINES]]
)
def test_unseen_layer_over_a_scan(layer: list[str], drawn_page: Callable[..., np.ndarray]) -> None:
    """The layer stands elsewhere than the picture's words: it is not believed, whatever it says."""

    def draw(canvas: Canvas) -> None:
        canvas.drawImage(shown(LINES, drawn_page), 0, 0, 612, 316.8)
        canvas.translate(0, -450)
        write(canvas, layer, mode=3)

    (page,) = read(pdf(draw, 316.8), "a.pdf").pages
    assert page.source == "ocr"
    assert "KX44719082" in [word.text for word in page.words]


def placed_layer(canvas: Canvas, page: np.ndarray, change: dict[int, str]) -> None:
    """Lay unseen text exactly over a drawn page's words, as an OCR program would, changed by `change`."""
    from documents.unpack import letter

    sheet = next(letter.sheets([(line,) for line in LINES], ""))
    canvas.drawImage(ImageReader(Image.fromarray(page)), 0, 0, 612, 316.8)
    for word in sheet.words:
        text = canvas.beginText(word.box.x0 * 612, 316.8 - word.box.y1 * 792 + 2)
        text.setFont("Helvetica", 10)
        text.setTextRenderMode(3)
        text.setHorizScale(100 * word.box.width * 612 / canvas.stringWidth(word.text, "Helvetica", 10))
        text.textOut(word.text.translate(change))
        canvas.drawText(text)


@pytest.mark.parametrize(
    ("change", "source"),
    [({}, "text"), (str.maketrans("149", "783"), "ocr"), (str.maketrans("aeiou", "xyzwv"), "ocr")],
)
def test_layer_of_an_ocr_program(change: dict[int, str], source: str, drawn_page: Callable[..., np.ndarray]) -> None:
    page = drawn_page([(line,) for line in LINES], 880)
    (found,) = read(pdf(lambda canvas: placed_layer(canvas, page, change), 316.8), "a.pdf").pages
    assert found.source == source
    assert "KX44719082" in [word.text for word in found.words]


def test_text_that_nobody_sees_is_no_text() -> None:
    def draw(canvas: Canvas) -> None:
        write(canvas)
        canvas.setFillColorRGB(1, 1, 1)
        canvas.drawString(72, 300, "Exam: CT brain with contrast")

    assert "brain" not in words(pdf(draw))


def test_picture_of_text_beside_text(drawn_page: Callable[..., np.ndarray]) -> None:
    def draw(canvas: Canvas) -> None:
        write(canvas)
        picture = drawn_page([("Reason for the examination: persistent pain after a fall, suspected meniscal tear",)])
        canvas.drawImage(ImageReader(Image.fromarray(picture[100:260])), 0, 300, 612, 58)

    found = words(pdf(draw))
    assert "meniscal" in found and "Okafor" in found


@pytest.mark.parametrize(("password", "opens"), [("", True), ("secret", False)])
def test_locked(password: str, opens: bool) -> None:
    data = pdf(write, encrypt=StandardEncryption(password, ownerPassword="owner", canPrint=0))
    if opens:
        assert "Okafor" in words(data)
        return
    with pytest.raises(Unreadable) as refused:
        read(data, "a.pdf")
    assert refused.value.code == "encrypted"


def test_live_fields_are_words_and_marks() -> None:
    def draw(canvas: Canvas) -> None:
        canvas.drawString(72, 700, "Last name")
        canvas.acroForm.textfield(name="last", value="Okafor", x=150, y=694, width=160, height=20)
        canvas.acroForm.textfield(name="first", value="", x=330, y=694, width=160, height=20)
        for at, (label, on) in enumerate([("MRI", True), ("CT", False), ("X-ray", False)]):
            canvas.acroForm.checkbox(name=label, checked=on, x=72 + 90 * at, y=640, size=14)
            canvas.drawString(92 + 90 * at, 643, label)

    (page,) = read(pdf(draw), "a.pdf").pages
    ticks = {mark.text: mark.state for mark in page.marks if mark.kind == "field" and mark.state != "text"}
    assert ticks == {"MRI": "on", "CT": "off", "X-ray": "off"}
    assert [mark.text for mark in page.marks if mark.state == "text"] == ["Okafor", ""]
    value = next(word for word in page.words if word.text == "Okafor")
    assert value.confidence == 1.0 and 150 / 612 < value.box.x0 < 200 / 612
    assert page.source == "form"
