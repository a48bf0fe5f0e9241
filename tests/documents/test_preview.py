"""The picture of a PDF of our own: the right size, and what is drawn is seen."""

import io

import pytest
from PIL import Image
from pypdfium2 import PdfiumError
from reportlab.lib.pagesizes import letter
from reportlab.pdfgen.canvas import Canvas

from documents.preview import first_page_png


def test_the_first_page_is_drawn_at_the_width_asked_for():
    out = io.BytesIO()
    canvas = Canvas(out, pagesize=letter)
    canvas.rect(0, 0, 306, 792, fill=1)
    canvas.showPage()
    canvas.showPage()
    canvas.save()
    picture = Image.open(io.BytesIO(first_page_png(out.getvalue(), 850)))
    assert picture.size == (850, 1100)
    assert (picture.getpixel((200, 500)), picture.getpixel((700, 500))) == (0, 255)


def test_what_is_no_pdf_is_refused():
    with pytest.raises(PdfiumError):
        first_page_png(b"not a pdf", 850)
