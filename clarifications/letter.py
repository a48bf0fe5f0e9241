"""The request to a referrer: one page that a front desk can answer in a minute and fax back.

Black on white with the standard PDF fonts, sized for a fax at 204x98 dpi, the
coarsest that offices still send. It names the patient by name and birth date
only, the least that lets the office find the chart (45 CFR 164.502(b), minimum
necessary).
"""

from __future__ import annotations

import io
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from reportlab.graphics import renderPDF
from reportlab.graphics.barcode.qr import QrCodeWidget
from reportlab.graphics.shapes import Drawing
from reportlab.lib.pagesizes import letter as LETTER
from reportlab.lib.utils import ImageReader, simpleSplit
from reportlab.pdfbase.pdfmetrics import stringWidth
from reportlab.pdfgen.canvas import Canvas

from clarifications.asks import Ask, Cell, Texts, asks, cells, texts
from clarifications.case_code import case_code, qr_content
from orders.codes import PhoneNumber
from orders.order import Order, Value

_PLAIN, _BOLD = "Helvetica", "Helvetica-Bold"
_LEFT, _RIGHT, _TOP, _BOTTOM = 45.0, 567.0, 752.0, 74.0
_SIZES = (11.5, 11.0, 10.5, 10.0, 9.5, 9.0)
_QR = 92.0
_THUMBNAIL = 170.0


@dataclass(frozen=True, slots=True)
class Facility:
    """The imaging site that asks, as it stands on the letter."""

    name: str
    phone: str
    fax: str


def letter_pdf(
    order: Order, case_id: str, facility: Facility, received: date, page_images: Sequence[bytes] = ()
) -> bytes:
    """Return the letter about `order.problems` as a PDF of exactly one page.

    `received` is the day the order came in. Of `page_images` (PNG or JPEG) the
    first is shown small, as a reminder, where the page has room. However many
    problems there are, the page is one: the text shrinks to 9 points, and what
    then does not fit is counted in a line that asks for a call.
    """
    wording = texts()
    out = io.BytesIO()
    canvas = Canvas(out, pagesize=LETTER, invariant=True)
    canvas.setTitle(wording["letter"]["title"])
    pen = _Pen(canvas, wording)
    pen.head(facility, case_id, received, order)
    y = pen.subject(order)
    y = pen.how_to_answer(facility, y)
    y = pen.questions(asks(order.problems, wording), y)
    if page_images:
        pen.reminder(page_images[0], y)
    pen.foot()
    canvas.showPage()
    canvas.save()
    return out.getvalue()


@dataclass(slots=True)
class _Pen:
    """Draws the letter's blocks downwards; each takes the y it may start at and returns where it ended."""

    canvas: Canvas
    wording: Texts

    def head(self, facility: Facility, case_id: str, received: date, order: Order) -> None:
        words = self.wording["letter"]
        self.text(_LEFT, _TOP - 16, facility.name, 17, _BOLD, _RIGHT - _LEFT - _QR - 10)
        contact = [(words["phone"], facility.phone), (words["fax"], facility.fax)]
        line = "    ".join(f"{label} {_phone(number)}" for label, number in contact if number)
        self.text(_LEFT, _TOP - 34, line, 11, _PLAIN)
        self.text(_LEFT, _TOP - 64, words["title"], 14, _BOLD)
        provider = order.provider
        person = " ".join(_said(value) for value in (provider.given, provider.family) if value)
        who = ", ".join(part for part in (person, _said(provider.practice)) if part) or words["unknown_recipient"]
        self.text(_LEFT, _TOP - 84, f"{words['to']}: {who}", 11, _PLAIN, _RIGHT - _LEFT - _QR - 10)
        fax = f"{words['fax']} {_phone(_said(provider.fax))}    " if provider.fax else ""
        self.text(_LEFT, _TOP - 100, f"{fax}{words['received']} {_day(received.isoformat())}", 11, _PLAIN)
        self.code(case_id)

    def code(self, case_id: str) -> None:
        widget = QrCodeWidget(qr_content(case_id), barLevel="Q", barWidth=_QR, barHeight=_QR, barBorder=2)
        drawing = Drawing(_QR, _QR)
        drawing.add(widget)
        renderPDF.draw(drawing, self.canvas, _RIGHT - _QR, _TOP - _QR + 6)
        self.canvas.setFont(_BOLD, 12)
        label = f"{self.wording['letter']['code']} {case_code(case_id)}"
        self.canvas.drawRightString(_RIGHT, _TOP - _QR - 6, label)

    def subject(self, order: Order) -> float:
        """Draw which patient and which exam."""
        words = self.wording["letter"]
        patient = order.patient
        name = ", ".join(part for part in (_said(patient.family), _said(patient.given)) if part)
        born = _day(_said(patient.birth_date)) if patient.birth_date else words["not_stated"]
        exams = [_said(exam.text) for exam in order.exams if exam.text] or [words["not_stated"]]
        rows = [
            f"{words['patient']}: {name or words['not_stated']}",
            f"{words['birth_date']}: {born}",
            *(f"{words['exam']}: {exam}" for exam in exams[:4]),
        ]
        lines = [line for row in rows for line in simpleSplit(_drawable(row), _BOLD, 12, _RIGHT - _LEFT - 16)[:2]]
        top = _TOP - 114
        height = 16 * len(lines) + 9
        self.canvas.setLineWidth(1.2)
        self.canvas.rect(_LEFT, top - height, _RIGHT - _LEFT, height)
        for place, line in enumerate(lines):
            self.text(_LEFT + 8, top - 16 * (place + 1), line, 12, _BOLD)
        return top - height

    def how_to_answer(self, facility: Facility, y: float) -> float:
        words = self.wording["letter"]
        line = f"{words['how']} {_phone(facility.fax)}" if facility.fax else words["how_no_fax"]
        self.text(_LEFT, y - 22, line, 13, _BOLD)
        return y - 28

    def questions(self, asked: tuple[Ask, ...], y: float) -> float:
        """Draw the asks at the largest size at which they fit, as many as fit at the smallest."""
        for size in _SIZES:
            end = self.blocks(asked, size, y, draw=False)
            if end >= _BOTTOM:
                return self.blocks(asked, size, y, draw=True)
        kept = next(
            count
            for count in range(len(asked) - 1, -1, -1)
            if self.blocks(asked[:count], _SIZES[-1], y, draw=False) - 14 >= _BOTTOM or not count
        )
        end = self.blocks(asked[:kept], _SIZES[-1], y, draw=True)
        more = self.wording["letter"]["more"].format(count=len(asked) - kept)
        self.text(_LEFT, end - 12, more, 10, _BOLD)
        return end - 14

    def blocks(self, asked: tuple[Ask, ...], size: float, y: float, draw: bool) -> float:
        """Lay out the asks under their headings from `y` down; with `draw` False only measure."""
        words = self.wording["letter"]
        blocking = any(ask.severity == "blocking" for ask in asked)
        heading = ""
        for number, ask in enumerate(asked, 1):
            due = (
                words["blocking"]
                if ask.severity == "blocking"
                else words["follow_up" if blocking else "only_follow_up"]
            )
            if due != heading:
                heading = due
                y -= size * 1.9
                if draw:
                    self.text(_LEFT, y, due, size + 1, _BOLD)
                    self.canvas.setLineWidth(0.8)
                    self.canvas.line(_LEFT, y - 3, _RIGHT, y - 3)
                y -= 3
            y = self.ask(number, ask, size, y, draw)
        return y

    def ask(self, number: int, ask: Ask, size: float, y: float, draw: bool) -> float:
        for place, line in enumerate(simpleSplit(_drawable(ask.request), _PLAIN, size, _RIGHT - _LEFT - 22)[:3]):
            y -= size * (1.45 if place == 0 else 1.2)
            if draw:
                if place == 0:
                    self.text(_LEFT, y, f"{number}.", size, _BOLD)
                self.text(_LEFT + 22, y, line, size, _PLAIN)
        for row in ask.rows:
            y = self.row(row, size, _LEFT + 22, y - size * 1.7, draw)
        return y - size * 0.2

    def row(self, row: tuple[Cell, ...], size: float, x0: float, y: float, draw: bool) -> float:
        """Draw boxes and lines from left to right, going on below where the row is full."""
        x = x0
        for cell in row:
            width = (size * 1.5 if cell.tick else 0) + stringWidth(cell.label, _PLAIN, size)
            line = cell.line * size * 0.95
            if x > x0 and x + width + min(line, 60) > _RIGHT:
                x, y = x0, y - size * 1.7
            line = min(line, _RIGHT - x - width - 4)
            if draw:
                self.cell(cell, size, x, y, line)
            x += width + line + size * 1.4
        return y

    def cell(self, cell: Cell, size: float, x: float, y: float, line: float) -> None:
        self.canvas.setLineWidth(1.1)
        if cell.tick:
            self.canvas.rect(x, y - 1, size * 0.95, size * 0.95)
            x += size * 1.5
        self.text(x, y, cell.label, size, _PLAIN)
        if line > 0:
            start = x + stringWidth(cell.label, _PLAIN, size) + (3 if cell.label else 0)
            self.canvas.line(start, y - 2, start + line, y - 2)

    def reminder(self, image: bytes, y: float) -> None:
        """Show the order's first page small where at least `_THUMBNAIL` points are free."""
        free = y - _BOTTOM - 26
        if free < _THUMBNAIL:
            return
        picture = ImageReader(io.BytesIO(image))
        width, height = picture.getSize()
        scale = min(free / height, 240 / width)
        self.canvas.drawImage(picture, _LEFT, _BOTTOM + 8, width * scale, height * scale)
        self.canvas.setLineWidth(0.8)
        self.canvas.rect(_LEFT, _BOTTOM + 8, width * scale, height * scale)
        self.text(_LEFT, _BOTTOM + 12 + height * scale, self.wording["letter"]["original"], 10, _PLAIN)

    def foot(self) -> None:
        words = self.wording["letter"]
        self.row(cells(words["answered_by"]), 11, _LEFT, 54, draw=True)
        for place, line in enumerate(simpleSplit(words["confidential"], _PLAIN, 8.5, _RIGHT - _LEFT)):
            self.text(_LEFT, 34 - 10 * place, line, 8.5, _PLAIN)

    def text(self, x: float, y: float, text: str, size: float, font: str, width: float | None = None) -> None:
        """Write one line; with `width` it is cut to it."""
        drawn = _drawable(text)
        while width and drawn and stringWidth(drawn, font, size) > width:
            drawn = drawn[:-1]
        self.canvas.setFont(font, size)
        self.canvas.drawString(x, y, drawn)


def _said(value: Value) -> str:
    return str(value.value) if value else ""


def _day(iso: str) -> str:
    """Return an ISO date as a US office writes it; what is no date stays as it is."""
    try:
        return date.fromisoformat(iso).strftime("%m/%d/%Y")
    except ValueError:
        return iso


def _phone(number: str) -> str:
    parsed = PhoneNumber.parse(number)
    return parsed.pretty if parsed else number


def _drawable(text: str) -> str:
    """Return `text` in what the standard PDF fonts can draw: accents they lack are dropped, control characters too."""
    out = []
    for char in text:
        if char.isspace():
            char = " "
        elif unicodedata.category(char).startswith("C"):
            continue
        if _in_font(char):
            out.append(char)
        else:
            bare = unicodedata.normalize("NFKD", char)
            out.append("".join(part for part in bare if _in_font(part)) or "?")
    return "".join(out)


def _in_font(char: str) -> bool:
    try:
        char.encode("cp1252")
    except UnicodeEncodeError:
        return False
    return True
