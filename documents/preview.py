"""A look at a PDF that this house made itself, such as a letter before it goes out.

Foreign files are opened in `documents.reader`'s bounded child; this is for our own bytes only.
"""

from __future__ import annotations

import io
from threading import Lock

import pypdfium2 as pdfium

# pdfium is not made for threads, and a web server has several.
_one_at_a_time = Lock()


def first_page_png(pdf: bytes, width: int) -> bytes:
    """Return the first page of `pdf` as a PNG `width` pixels wide; raises pypdfium2.PdfiumError when it is no PDF."""
    with _one_at_a_time:
        document = pdfium.PdfDocument(pdf)
        try:
            page = document[0]
            picture = page.render(scale=width / page.get_width(), grayscale=True).to_pil()
        finally:
            document.close()
    out = io.BytesIO()
    # Looked at once: quick to make is worth more than small.
    picture.save(out, "PNG", compress_level=1)
    return out.getvalue()
