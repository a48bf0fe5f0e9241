"""The request to a referrer: one page that a front desk can answer in a minute and fax back.

Black on white with the standard PDF fonts, sized for a fax at 204x98 dpi, the
coarsest that offices still send. It names the patient by name and birth date
only, the least that lets the office find the chart (45 CFR 164.502(b), minimum
necessary).
"""

from __future__ import annotations

import io
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Final

from reportlab.lib.pagesizes import letter as LETTER
from reportlab.lib.utils import simpleSplit
from reportlab.pdfbase.pdfmetrics import stringWidth
from reportlab.pdfgen.canvas import Canvas

from clarifications.asks import Ask, Texts, asks, cells, texts
from clarifications.case_code import case_code, qr_content
from clarifications.pen import BOLD, BOTTOM, LEFT, PLAIN, RIGHT, TOP, Pen, drawable
from clarifications.sheet import Sheet
from orders.codes import PhoneNumber
from orders.order import Order, Value

_SIZES: Final = (11.5, 11.0, 10.5, 10.0, 9.5, 9.0)
_QR: Final = 84.0
_THUMBNAIL: Final = 170.0


@dataclass(frozen=True, slots=True)
class Facility:
    """The imaging site that asks, as it stands on the letter."""

    name: str
    phone: str
    fax: str


@dataclass(frozen=True, slots=True)
class Original:
    """The page of the order behind the letter, and the boxes (fractions) to mark on it."""

    image: bytes
    boxes: tuple[tuple[float, float, float, float], ...] = ()


@dataclass(frozen=True, slots=True)
class Letter:
    """A letter as made: the PDF, what stands where on its first page, and how many points did not fit on that page."""

    pdf: bytes
    sheet: Sheet
    left_out: int


def letter_pdf(
    order: Order, request_id: str, facility: Facility, received: date, page_images: Sequence[bytes] = ()
) -> bytes:
    """Return the letter about `order.problems` alone as a PDF of exactly one page."""
    return letter([order], request_id, facility, received, page_images).pdf


def letter(
    orders: Sequence[Order],
    request_id: str,
    facility: Facility,
    received: date,
    page_images: Sequence[bytes] = (),
    *,
    language: str = "en",
    site: Path | None = None,
    reminder: int = 0,
    original: Original | None = None,
) -> Letter:
    """Return the letter about the problems of `orders`, all asked of one practice.

    `received` is the day the (first) order came in. Of `page_images` (PNG or
    JPEG) the first is shown small, as a reminder, where the page has room; the
    page `original` follows behind, marked, where there is one. However many
    problems there are, what is asked is one page: the text shrinks to 9 points,
    and what then does not fit is counted in a line that asks for a call.
    `reminder` counts the earlier times that this was asked.
    """
    wording = texts(language, site)
    out = io.BytesIO()
    canvas = Canvas(out, pagesize=LETTER, invariant=True, lang=language)
    canvas.setTitle(wording["letter"]["title"])
    canvas.setAuthor(facility.name)
    page = _Page(Pen(canvas), wording)
    page.head(facility, request_id, received, orders[0], reminder)
    left_out = page.body(orders, facility, page_images)
    page.foot()
    page.pen.corners()
    canvas.showPage()
    if original:
        _behind(page, original)
    canvas.save()
    return Letter(out.getvalue(), page.pen.sheet(), left_out)


@dataclass(slots=True)
class _Page:
    """Lays the letter's blocks downwards; each takes the y it may start at and returns where it ended."""

    pen: Pen
    wording: Texts

    def head(self, facility: Facility, request_id: str, received: date, order: Order, reminder: int) -> None:
        words, text = self.wording["letter"], self.pen.text
        room = RIGHT - LEFT - _QR - 20
        text(LEFT, TOP - 16, facility.name, 17, BOLD, room)
        contact = [(words["phone"], facility.phone), (words["fax"], facility.fax)]
        line = "    ".join(f"{label} {_phone(number)}" for label, number in contact if number)
        text(LEFT, TOP - 34, line, 11, PLAIN)
        title = words["reminder"].format(count=reminder) if reminder else words["title"]
        text(LEFT, TOP - 60, title, 14, BOLD, room)
        provider = order.provider
        person = " ".join(_said(value) for value in (provider.given, provider.family) if value)
        who = ", ".join(part for part in (person, _said(provider.practice)) if part) or words["unknown_recipient"]
        text(LEFT, TOP - 80, f"{words['to']}: {who}", 11, PLAIN, room)
        fax = f"{words['fax']} {_phone(_said(provider.fax))}    " if provider.fax else ""
        text(LEFT, TOP - 96, f"{fax}{words['received']} {_day(received.isoformat())}", 11, PLAIN)
        self.pen.qr(qr_content(request_id), RIGHT - _QR, TOP - _QR - 4, _QR)
        label = f"{words['code']} {case_code(request_id)}"
        text(RIGHT - stringWidth(drawable(label), BOLD, 12), TOP - _QR - 20, label, 12, BOLD)

    def body(self, orders: Sequence[Order], facility: Facility, images: Sequence[bytes]) -> int:
        """Draw subjects and questions at the largest size at which all fit; return how many points did not."""
        asked = [asks(order.problems, self.wording, order) for order in orders]
        start = self.how_to_answer(facility, TOP - 112)
        for size in _SIZES:
            if self.all(orders, asked, size, start, draw=False) >= BOTTOM:
                end = self.all(orders, asked, size, start, draw=True)
                if images:
                    self.reminder(images[0], end)
                return 0
        return self.as_many(orders, asked, start)

    def as_many(self, orders: Sequence[Order], asked: list[tuple[Ask, ...]], start: float) -> int:
        """Draw what fits at the smallest size, and a line that counts the rest."""
        total = sum(len(each) for each in asked)
        for count in range(total - 1, -1, -1):
            kept = list(_first(asked, count))
            end = self.all(orders[: len(kept)], kept, _SIZES[-1], start, draw=False)
            if end - 14 >= BOTTOM or not count:
                break
        end = self.all(orders[: len(kept)], kept, _SIZES[-1], start, draw=True)
        self.pen.text(LEFT, end - 12, self.wording["letter"]["more"].format(count=total - count), 10, BOLD)
        return total - count

    def all(
        self, orders: Sequence[Order], asked: Sequence[tuple[Ask, ...]], size: float, y: float, draw: bool
    ) -> float:
        """Lay out each order's subject and questions from `y` down; with `draw` False only measure."""
        number = 1
        for order, mine in zip(orders, asked, strict=True):
            self.pen.order = order.id
            y = self.blocks(mine, size, self.subject(order, y, draw), number, draw)
            number += len(mine)
        return y

    def subject(self, order: Order, y: float, draw: bool) -> float:
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
        lines = [line for row in rows for line in simpleSplit(drawable(row), BOLD, 12, RIGHT - LEFT - 16)[:2]]
        top, height = y - 8, 16 * len(lines) + 9
        if draw:
            self.pen.canvas.setLineWidth(1.2)
            self.pen.canvas.rect(LEFT, top - height, RIGHT - LEFT, height)
            for place, line in enumerate(lines):
                self.pen.text(LEFT + 8, top - 16 * (place + 1), line, 12, BOLD)
        return top - height

    def how_to_answer(self, facility: Facility, y: float) -> float:
        words = self.wording["letter"]
        line = f"{words['how']} {_phone(facility.fax)}" if facility.fax else words["how_no_fax"]
        self.pen.text(LEFT, y - 10, line, 13, BOLD)
        return y - 16

    def blocks(self, asked: tuple[Ask, ...], size: float, y: float, number: int, draw: bool) -> float:
        words = self.wording["letter"]
        blocking = any(ask.severity == "blocking" for ask in asked)
        heading = ""
        for place, ask in enumerate(asked, number):
            due = (
                words["blocking"]
                if ask.severity == "blocking"
                else words["follow_up" if blocking else "only_follow_up"]
            )
            if due != heading:
                heading = due
                y -= size * 1.9
                if draw:
                    self.pen.text(LEFT, y, due, size + 1, BOLD)
                    self.pen.canvas.setLineWidth(0.8)
                    self.pen.canvas.line(LEFT, y - 3, RIGHT, y - 3)
                y -= 3
            y = self.ask(place, ask, size, y, draw)
        return y

    def ask(self, number: int, ask: Ask, size: float, y: float, draw: bool) -> float:
        self.pen.code = ask.code
        for place, line in enumerate(simpleSplit(drawable(ask.request), PLAIN, size, RIGHT - LEFT - 22)[:3]):
            y -= size * (1.45 if place == 0 else 1.2)
            if draw:
                if place == 0:
                    self.pen.text(LEFT, y, f"{number}.", size, BOLD)
                self.pen.text(LEFT + 22, y, line, size, PLAIN)
        for row in ask.rows:
            y = self.pen.row(row, size, LEFT + 22, y - size * 1.75, draw)
        return y - size * 0.25

    def reminder(self, image: bytes, y: float) -> None:
        """Show the order's first page small where at least `_THUMBNAIL` points are free."""
        free = y - BOTTOM - 26
        if free >= _THUMBNAIL:
            _, high = self.pen.picture(image, LEFT, BOTTOM + 8, 240, free)
            self.pen.text(LEFT, BOTTOM + 12 + high, self.wording["letter"]["original"], 10, PLAIN)

    def foot(self) -> None:
        words = self.wording["letter"]
        self.pen.order, self.pen.code = "", "answered_by"
        self.pen.row(cells(words["answered_by"]), 11, LEFT, 58, draw=True)
        for place, line in enumerate(simpleSplit(words["confidential"], PLAIN, 8, RIGHT - LEFT - 16)):
            self.pen.text(LEFT, 38 - 9.5 * place, line, 8, PLAIN)


def _behind(page: _Page, original: Original) -> None:
    """Draw the order's page behind the letter, with a frame about each place that is asked about."""
    pen = page.pen
    pen.text(LEFT, TOP, page.wording["letter"]["original_marked"], 12, BOLD)
    wide, high = pen.picture(original.image, LEFT, 40, RIGHT - LEFT, TOP - 60)
    pen.canvas.setLineWidth(2.5)
    for x0, y0, x1, y1 in original.boxes:
        pen.canvas.rect(LEFT + x0 * wide - 4, 40 + (1 - y1) * high - 4, (x1 - x0) * wide + 8, (y1 - y0) * high + 8)
    pen.canvas.showPage()


def _first(asked: Iterable[tuple[Ask, ...]], count: int) -> Iterable[tuple[Ask, ...]]:
    for mine in asked:
        yield mine[:count]
        count -= len(mine[:count])
        if not count:
            return


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
