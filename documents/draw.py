"""A page with what was seen on it drawn over it, for people who look for mistakes."""

from __future__ import annotations

from io import BytesIO

from PIL import Image, ImageDraw, ImageFont

from documents.page import Box, Page

_SURE, _DOUBTFUL, _HAND = (0, 128, 64), (210, 60, 30), (120, 60, 190)
_MARKS = {
    "choice": (0, 90, 200),
    "circle": (200, 0, 160),
    "signature": (0, 140, 170),
    "barcode": (90, 90, 90),
    "field": (0, 90, 200),
    "strike": (200, 0, 0),
}
_DOUBT = 0.9


def drawn(page: Page) -> bytes:
    """Return the page as a PNG with its words and marks drawn on it.

    Words are boxed green, red under a confidence of 0.9, violet where a hand
    wrote them, and their text stands above them in small letters; marks carry
    kind and state, filled when on or present.
    """
    with Image.open(BytesIO(page.image)) as picture:
        sheet = picture.convert("RGB")
    pen = ImageDraw.Draw(sheet, "RGBA")
    font = ImageFont.load_default(13)
    for word in page.words:
        colour = _HAND if word.handwritten > 0.5 else _SURE if word.confidence >= _DOUBT else _DOUBTFUL
        x0, y0, x1, y1 = _pixels(word.box, page)
        pen.rectangle((x0, y0, x1, y1), outline=(*colour, 200))
        pen.text((x0, y0 - 13), word.text, font=font, fill=(*colour, 255))
    for mark in page.marks:
        colour = _MARKS[mark.kind]
        on = mark.state not in ("off", "absent")
        x0, y0, x1, y1 = _pixels(mark.box, page)
        pen.rectangle((x0, y0, x1, y1), outline=(*colour, 255), width=3, fill=(*colour, 60) if on else None)
        pen.text((x1 + 2, y0), f"{mark.kind} {mark.state} {mark.confidence:.2f}", font=font, fill=(*colour, 255))
    out = BytesIO()
    sheet.save(out, "PNG", compress_level=3)
    return out.getvalue()


def _pixels(box: Box, page: Page) -> tuple[float, float, float, float]:
    return box.x0 * page.width, box.y0 * page.height, box.x1 * page.width, box.y1 * page.height
