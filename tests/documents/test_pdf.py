"""PDFs made here with reportlab: honest, lying, locked, turned, with live fields."""

from __future__ import annotations

import zlib
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


def laid(*objects: bytes, trailer: bytes = b"") -> bytes:
    """Lay numbered objects down as a PDF whose root is object 1."""
    out, places = bytearray(b"%PDF-1.7\n"), []
    for number, body in enumerate(objects, 1):
        places.append(len(out))
        out += b"%d 0 obj\n%s\nendobj\n" % (number, body)
    start = len(out)
    out += b"xref\n0 %d\n0000000000 65535 f \n" % (len(objects) + 1)
    out += b"".join(b"%010d 00000 n \n" % place for place in places)
    out += b"trailer\n<</Size %d /Root 1 0 R %s>>\nstartxref\n%d\n%%%%EOF" % (len(objects) + 1, trailer, start)
    return bytes(out)


CATALOG, TREE = b"<</Type/Catalog/Pages 2 0 R>>", b"<</Type/Pages/Kids[3 0 R]/Count 1>>"
FONT = b"/Resources<</Font<</F<</Type/Font/Subtype/Type1/BaseFont/Helvetica/Encoding/WinAnsiEncoding>>>>>>"


def stream(data: bytes, extra: bytes = b"") -> bytes:
    return b"<</Length %d%s>>stream\n%s\nendstream" % (len(data), extra, data)


def content(x: int = 72, y: int = 700) -> bytes:
    shown = b"".join(b"(%s) Tj T* " % line.encode() for line in LINES)
    return b"BT /F 12 Tf 20 TL %d %d Td %sET" % (x, y, shown)


def plain(keys: bytes = b"", drawn: bytes | None = None, *more: bytes, catalog: bytes = CATALOG) -> bytes:
    """A page whose dictionary has `keys` too (a MediaBox among them, else letter size)."""
    box = b"" if b"MediaBox" in keys else b"/MediaBox[0 0 612 792]"
    page = b"<</Type/Page/Parent 2 0 R" + box + FONT + b"/Contents 4 0 R" + keys + b">>"
    return laid(catalog, TREE, page, stream(content() if drawn is None else drawn), *more)


@pytest.mark.parametrize(
    ("keys", "x", "y"),
    [
        (b"", 72 / 612, 92 / 792),
        (b"/MediaBox[-50 -50 562 742]", 122 / 612, 42 / 792),
        (b"/CropBox[50 400 400 780]", 22 / 350, 80 / 380),
        (b"/MediaBox[-50 -50 562 742]/CropBox[0 300 562 742]", 72 / 562, 42 / 442),
        (b"/CropBox[-100 -100 800 900]", 72 / 612, 92 / 792),
        (b"/UserUnit 2", 72 / 612, 92 / 792),
    ],
)
def test_words_stand_where_they_are_seen(keys: bytes, x: float, y: float) -> None:
    (page,) = read(plain(keys), "a.pdf").pages
    assert (page.source, page.words[0].text) == ("text", "Northgate")
    assert page.words[0].box.x0 == pytest.approx(x, abs=0.005)
    assert page.words[0].box.y1 == pytest.approx(y + 3 / 792, abs=0.012)


def test_a_page_without_a_size_is_a_letter_page() -> None:
    (page,) = read(plain(b"/MediaBox null"), "a.pdf").pages
    assert "Okafor" in [word.text for word in page.words]


def widget(kind: bytes, rect: bytes, more: bytes) -> bytes:
    return b"<</Type/Annot/Subtype/Widget/F 4/FT/%s/Rect%s%s>>" % (kind, rect, more)


@pytest.mark.parametrize(
    ("tick", "state"),
    [
        (b"/AS/Yes/V/Yes", "on"),
        (b"/AS/Off/V/Off", "off"),
        (b"/V/Yes", "on"),
        (b"/V/Off", "off"),
        (b"", "off"),
        (b"/V/Yes/AP<</N<</Yes 7 0 R/Off 7 0 R>>>>", "on"),
        (b"/V/Other/AP<</N<</Yes 7 0 R/Off 7 0 R>>>>", "off"),
    ],
)
def test_fields_whose_look_is_left_to_the_viewer(tick: bytes, state: str) -> None:
    catalog = b"<</Type/Catalog/Pages 2 0 R/AcroForm<</NeedAppearances true/Fields[5 0 R 6 0 R]/DA(/Helv 12 Tf 0 g)>>>>"
    label = b" BT /F 12 Tf 1 0 0 1 92 543 Tm (Urgent) Tj ET"
    empty = stream(b"", b"/Type/XObject/Subtype/Form/BBox[0 0 14 14]")
    fields = widget(b"Tx", b"[150 494 310 514]", b"/V(Chest pain)"), widget(b"Btn", b"[72 540 86 554]", tick), empty
    data = plain(b"/Annots[5 0 R 6 0 R]", content() + label, *fields, catalog=catalog)
    (page,) = read(data, "a.pdf").pages
    assert [(mark.state, mark.text) for mark in page.marks] == [("text", "Chest pain"), (state, "Urgent")]
    assert "Chest" in [word.text for word in page.words]


def test_fields_of_a_page_on_its_side_stand_where_it_was_turned() -> None:
    fields = (widget(b"Tx", b"[150 594 310 614]", b"/V(Chest)"),)
    catalog = b"<</Type/Catalog/Pages 2 0 R/AcroForm<</Fields[5 0 R]/DA(/Helv 12 Tf 0 g)>>>>"
    (page,) = read(plain(b"/Annots[5 0 R]/Rotate 90", None, *fields, catalog=catalog), "a.pdf").pages
    (field,) = [mark for mark in page.marks if mark.kind == "field"]
    assert page.rotation == 270
    assert (field.box.x0, field.box.y0) == pytest.approx((150 / 612, (792 - 614) / 792), abs=0.01)


WAIT = b"BT /F 12 Tf 72 700 Td (Please wait... If this message is not eventually replaced by the proper) Tj ET"


@pytest.mark.parametrize(
    ("keys", "drawn", "opens"),
    [(b"/AcroForm<</XFA 5 0 R>>", WAIT, False), (b"/AcroForm<</XFA 5 0 R>>", content(), True), (b"", WAIT, True)],
)
def test_a_form_that_acrobat_makes_as_it_opens_is_named(keys: bytes, drawn: bytes, opens: bool) -> None:
    data = plain(b"", drawn, stream(b"<xdp/>"), catalog=b"<</Type/Catalog/Pages 2 0 R%s>>" % keys)
    if opens:
        assert read(data, "a.pdf").pages
        return
    with pytest.raises(Unreadable) as refused:
        read(data, "a.pdf")
    assert refused.value.code == "dynamic_form"


def test_files_of_a_portfolio_and_files_pinned_to_a_page_are_pages() -> None:
    names = b"/Names<</EmbeddedFiles<</Names[(a.pdf) 5 0 R (b.pdf) 7 0 R]>>>>"
    files = [
        b"<</Type/Filespec/F(a.pdf)/EF<</F 6 0 R>>>>",
        stream(plain(b"", content(72, 600)), b"/Type/EmbeddedFile"),
        b"<</Type/Filespec/F(b.pdf)/EF<</F 99 0 R>>>>",
        b"null",
        b"<</Type/Annot/Subtype/FileAttachment/Rect[10 10 30 30]/FS 10 0 R>>",
        b"<</Type/Filespec/F(c.pdf)/EF<</F 11 0 R>>>>",
        stream(plain(b"", content(72, 500)), b"/Type/EmbeddedFile"),
    ]
    catalog = b"<</Type/Catalog/Pages 2 0 R/Collection<</View/D>>" + names + b">>"
    document = read(plain(b"/Annots[9 0 R]", None, *files, catalog=catalog), "a.pdf")
    assert [page.origin for page in document.pages] == ["page 1", "a.pdf, page 1", "c.pdf, page 1"]


def pictured(data: bytes, filters: bytes, drawn_page: Callable[..., np.ndarray]) -> bytes:
    picture = b"/Type/XObject/Subtype/Image/Width 1700/Height 800/BitsPerComponent 8/ColorSpace/DeviceGray"
    page = b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 612 288]/Resources<</XObject<</I 5 0 R>>>>/Contents 4 0 R>>"
    drawing = stream(b"q 612 0 0 288 0 0 cm /I Do Q")
    return laid(CATALOG, TREE, page, drawing, stream(data, picture + b"/Filter/" + filters))


@pytest.mark.parametrize(
    ("share", "filters", "codes"),
    [
        (1.0, b"DCTDecode", []),
        (0.6, b"DCTDecode", ["damaged_part"]),
        (0.1, b"DCTDecode", ["damaged"]),
        (1.0, b"UnknownDecode", ["damaged"]),
        (0.0, b"DCTDecode", ["damaged"]),
    ],
)
def test_a_picture_that_cannot_be_decoded_is_no_blank_page(
    share: float, filters: bytes, codes: list[str], drawn_page: Callable[..., np.ndarray]
) -> None:
    out = BytesIO()
    lines = [(f"Line {number} of an order for an examination",) for number in range(14)]
    Image.fromarray(drawn_page(lines)).save(out, "JPEG", quality=85)
    data = out.getvalue()
    made = pictured(data[: round(len(data) * share)], filters, drawn_page)
    try:
        found = [fault.code for fault in read(made, "a.pdf").faults]
    except Unreadable as error:
        found = [error.code]
    assert found == codes


@pytest.mark.parametrize(("kept", "code"), [(1.0, None), (0.3, "damaged")])
def test_a_page_whose_drawing_is_cut_is_no_blank_page(kept: float, code: str | None) -> None:
    packed = zlib.compress(content())
    page = b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 612 792]" + FONT + b"/Contents 4 0 R>>"
    data = laid(CATALOG, TREE, page, stream(packed[: int(len(packed) * kept)], b"/Filter/FlateDecode"))
    if code is None:
        assert read(data, "a.pdf").faults == ()
        return
    with pytest.raises(Unreadable) as refused:
        read(data, "a.pdf")
    assert refused.value.code == code


def test_an_empty_page_is_blank_and_nothing_is_wrong_with_it() -> None:
    document = read(plain(b"", b""), "a.pdf")
    assert document.pages[0].blank and document.faults == ()
