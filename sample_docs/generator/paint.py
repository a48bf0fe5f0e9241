"""A sheet painted as a picture, and printed as a PDF page with real text."""

from __future__ import annotations

import io
from collections.abc import Sequence

from PIL import Image, ImageDraw
from reportlab.lib.colors import white
from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.ttfonts import TTFont
from reportlab.pdfgen.canvas import Canvas

from sample_docs.generator.fonts import embeddable, pillow_font, thin
from sample_docs.generator.ink import Blank, Sheet, Stroke, Word

DPI = 204


def painted(sheet: Sheet, dpi: int = DPI) -> Image.Image:
    """Return the sheet as a grey picture at `dpi` both ways."""
    scale = dpi / 72
    picture = Image.new("L", (round(sheet.width * scale), round(sheet.height * scale)), 255)
    draw = ImageDraw.Draw(picture)
    for stroke in sheet.strokes:
        _stroke(draw, stroke, scale)
    for word in sheet.words:
        _word(picture, draw, word, scale)
    return picture


def _stroke(draw: ImageDraw.ImageDraw, stroke: Stroke, scale: float) -> None:
    points = [(x * scale, y * scale) for x, y in stroke.points]
    if stroke.fill is not None:
        draw.polygon(points, fill=stroke.fill)
    if stroke.closed:
        points.append(points[0])
    if stroke.width > 0:
        draw.line(points, fill=stroke.grey, width=max(1, round(stroke.width * scale)), joint="curve")


def _word(picture: Image.Image, draw: ImageDraw.ImageDraw, word: Word, scale: float) -> None:
    font = pillow_font(word.type.path, max(4, round(word.type.size * scale)))
    bold = 1 if word.type.hand and thin(word.type.path) else 0
    if not word.angle:
        draw.text((word.x * scale, word.y * scale), word.text, word.type.grey, font, anchor="ls", stroke_width=bold)
        return
    _, y0, x1, y1 = font.getbbox(word.text, anchor="ls")
    reach = round(max(x1, word.type.width(word.text) * scale, -y0, y1 - y0, 1)) + 8
    mask = Image.new("L", (2 * reach, 2 * reach), 0)
    pen = ImageDraw.Draw(mask)
    at = float(reach)
    for letter in word.text if word.type.track else (word.text,):
        pen.text((at, reach), letter, 255, font, anchor="ls", stroke_width=bold)
        at += (font.getlength(letter) if word.type.track else 0) + word.type.track * font.size
    mask = mask.rotate(word.angle, Image.Resampling.BILINEAR, center=(reach, reach))
    picture.paste(word.type.grey, (round(word.x * scale) - reach, round(word.y * scale) - reach), mask)


def printed(sheets: Sequence[Sheet]) -> bytes:
    """Return the sheets as a PDF with a text layer; every font must be embeddable."""
    out = io.BytesIO()
    canvas = Canvas(out, invariant=True)
    for number, sheet in enumerate(sheets, 1):
        canvas.setPageSize((sheet.width, sheet.height))
        for stroke in sheet.strokes:
            if not stroke.live:
                _pdf_stroke(canvas, stroke, sheet.height)
        for word in sheet.words:
            if word.live:
                continue
            canvas.setFont(_registered(word.type.path), word.type.size)
            canvas.setFillGray(word.type.grey / 255)
            canvas.drawString(word.x, sheet.height - word.y, word.text)
        for place, blank in enumerate(sheet.blanks):
            _live_field(canvas, blank, f"page{number}field{place}", sheet.height)
        canvas.showPage()
    canvas.save()
    return out.getvalue()


def printable(sheets: Sequence[Sheet]) -> bool:
    """Whether `printed` can draw the sheets."""
    return all(embeddable(word.type.path) and not word.angle for sheet in sheets for word in sheet.words)


def _live_field(canvas: Canvas, blank: Blank, name: str, height: float) -> None:
    """Draw a form field; its name tells nothing, as in most forms."""
    if isinstance(blank.value, bool):
        canvas.acroForm.checkbox(
            checked=blank.value,
            name=name,
            x=blank.x0,
            y=height - blank.y1,
            size=blank.size,
            borderWidth=1,
            fieldFlags="",
        )
        return
    canvas.acroForm.textfield(
        value=blank.value,
        name=name,
        x=blank.x0,
        y=height - blank.y1,
        width=max(blank.x1 - blank.x0, 10),
        height=blank.y1 - blank.y0,
        fontName="Helvetica",
        fontSize=round(blank.size, 1),
        borderWidth=0,
        fillColor=white,
        fieldFlags="multiline" if blank.y1 - blank.y0 > 2.4 * blank.size else "",
    )


def _pdf_stroke(canvas: Canvas, stroke: Stroke, height: float) -> None:
    path = canvas.beginPath()
    (x, y), *rest = stroke.points
    path.moveTo(x, height - y)
    for x, y in rest:
        path.lineTo(x, height - y)
    if stroke.closed:
        path.close()
    canvas.setLineWidth(stroke.width)
    canvas.setStrokeGray(stroke.grey / 255)
    if stroke.fill is not None:
        canvas.setFillGray(stroke.fill / 255)
    canvas.drawPath(path, stroke=int(stroke.width > 0), fill=int(stroke.fill is not None))


def _registered(path: str) -> str:
    if path not in pdfmetrics.getRegisteredFontNames():
        pdfmetrics.registerFont(TTFont(path, path))
    return path
