"""Short notes to a practice: a case's code and a sentence, and nothing of a patient."""

from __future__ import annotations

import io
from dataclasses import dataclass
from pathlib import Path

from reportlab.lib.pagesizes import letter as LETTER
from reportlab.lib.utils import simpleSplit
from reportlab.pdfgen.canvas import Canvas

from clarifications.asks import texts
from clarifications.letter import Facility
from clarifications.pen import BOLD, LEFT, PLAIN, RIGHT, TOP, Pen, drawable
from orders.codes import PhoneNumber


@dataclass(frozen=True, slots=True)
class Note:
    """A note as it goes out: a mail's subject and text, and the same as a page to fax."""

    subject: str
    text: str
    pdf: bytes


def notice(kind: str, code: str, facility: Facility, language: str = "en", site: Path | None = None) -> Note:
    """Return the note of a `kind` (received, ready, scheduled, expired) about the case with `code`."""
    words = texts(language, site)["notices"]
    return _note(words["title"].format(code=code), words[kind], facility)


def link_mail(code: str, link: str, facility: Facility, language: str = "en", site: Path | None = None) -> Note:
    """Return the mail that leads a practice to the web form."""
    words = texts(language, site)["mail"]
    phone = PhoneNumber.parse(facility.phone)
    said = words["link"].format(link=link, phone=phone.pretty if phone else facility.phone)
    return _note(words["subject"].format(code=code), said, facility)


def one_time_mail(code: str, secret: str, minutes: int, facility: Facility, language: str, site: Path | None) -> Note:
    """Return the mail with a one-time code."""
    words = texts(language, site)["mail"]
    said = words["one_time"].format(code=code, secret=secret, minutes=minutes)
    return _note(words["subject"].format(code=code), said, facility)


def _note(subject: str, text: str, facility: Facility) -> Note:
    out = io.BytesIO()
    canvas = Canvas(out, pagesize=LETTER, invariant=True)
    canvas.setTitle(subject)
    pen = Pen(canvas)
    pen.text(LEFT, TOP - 20, facility.name, 17, BOLD)
    pen.text(LEFT, TOP - 60, subject, 14, BOLD)
    for place, line in enumerate(simpleSplit(drawable(text), PLAIN, 13, RIGHT - LEFT)):
        pen.text(LEFT, TOP - 95 - 18 * place, line, 13, PLAIN)
    canvas.showPage()
    canvas.save()
    return Note(subject, f"{facility.name}\n\n{text}\n", out.getvalue())
