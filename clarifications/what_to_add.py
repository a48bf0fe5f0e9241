"""The page for a referrer's office: what its orders most often lack. One page, to print or fax, without any patient."""

from __future__ import annotations

import io
import tomllib
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from functools import cache
from importlib.resources import files
from typing import Any, Final

from reportlab.lib.pagesizes import letter as LETTER
from reportlab.lib.utils import simpleSplit
from reportlab.pdfgen.canvas import Canvas

_PLAIN, _BOLD = "Helvetica", "Helvetica-Bold"
_LEFT, _RIGHT, _TOP, _BOTTOM = 54.0, 558.0, 742.0, 60.0
MOST: Final = 8


@dataclass(frozen=True, slots=True)
class Lacking:
    """A problem, by its code, and how many of the referrer's orders had it."""

    code: str
    orders: int


def what_to_add_pdf(
    facility: str,
    phone: str,
    name: str,
    practice: str,
    orders: int,
    days: tuple[date, date],
    lacking: Sequence[Lacking],
) -> bytes:
    """Return the page as PDF: the most frequent of `lacking` with what to write, of the `orders` of these `days`."""
    words = _words()
    out = io.BytesIO()
    canvas = Canvas(out, pagesize=LETTER, invariant=True)
    canvas.setTitle(words["title"])
    y = _line(canvas, _TOP, facility, _BOLD, 12) - 14
    y = _line(canvas, y, words["title"], _BOLD, 20) - 6
    who = ", ".join(part for part in (name, practice) if part)
    y = _text(canvas, y, f"{words['to']}: {who}" if who else "", 11.5) - 6
    said = sorted((each for each in lacking if each.code in words["advice"]), key=lambda each: -each.orders)[:MOST]
    if said:
        intro = words["intro"].format(orders=orders, first=_day(days[0]), last=_day(days[1]))
        y = _text(canvas, y, intro, 11.5) - 8
    else:
        y = _text(canvas, y, words["none"], 11.5)
    for each in said:
        y = _advice(canvas, y, each, orders, words)
    canvas.setLineWidth(0.6)
    canvas.line(_LEFT, _BOTTOM + 22, _RIGHT, _BOTTOM + 22)
    if phone:
        _line(canvas, _BOTTOM + 8, f"{words['questions']}: {phone}", _BOLD, 11)
    _line(canvas, _BOTTOM - 6, words["foot"], _PLAIN, 9)
    canvas.showPage()
    canvas.save()
    return out.getvalue()


def _advice(canvas: Canvas, y: float, each: Lacking, orders: int, words: dict[str, Any]) -> float:
    title, advice = words["advice"][each.code]
    canvas.setLineWidth(1)
    canvas.rect(_LEFT, y - 11, 10, 10)
    canvas.setFont(_PLAIN, 10)
    canvas.drawRightString(_RIGHT, y - 10, words["of"].format(count=each.orders, orders=orders))
    canvas.setFont(_BOLD, 12.5)
    canvas.drawString(_LEFT + 20, y - 10, _drawable(title))
    return _text(canvas, y - 16, advice, 11, _LEFT + 20) - 10


def _text(canvas: Canvas, y: float, said: str, size: float, left: float = _LEFT) -> float:
    for line in simpleSplit(_drawable(said), _PLAIN, size, _RIGHT - left):
        y = _line(canvas, y, line, _PLAIN, size, left)
    return y


def _line(canvas: Canvas, y: float, said: str, font: str, size: float, left: float = _LEFT) -> float:
    canvas.setFont(font, size)
    canvas.drawString(left, y - size, _drawable(said)[:110])
    return y - size * 1.3


def _drawable(said: str) -> str:
    # The standard fonts hold Latin-1 and a few signs more; another letter is drawn without its accent.
    flat = "".join(char if _fits(char) else unicodedata.normalize("NFKD", char)[:1] for char in said)
    return "".join(char if _fits(char) else "?" for char in flat if char.isprintable())


def _fits(char: str) -> bool:
    return bool(char.encode("cp1252", "ignore"))


def _day(day: date) -> str:
    return f"{day.month}/{day.day}/{day.year}"


@cache
def _words() -> dict[str, Any]:
    return tomllib.loads(files("clarifications").joinpath("what_to_add.toml").read_text("utf-8"))
