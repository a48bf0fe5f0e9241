"""The request as plain text, for an e-mail that may carry it and for portals that take text."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from pathlib import Path

from clarifications.asks import Cell, asks, texts
from clarifications.case_code import case_code
from clarifications.letter import Facility
from orders.codes import PhoneNumber
from orders.order import Order


def plain_text(
    orders: Sequence[Order],
    request_id: str,
    facility: Facility,
    received: date,
    language: str = "en",
    site: Path | None = None,
) -> str:
    """Return what the letter about `orders` asks as text: the same points, to be answered below each."""
    wording = texts(language, site)
    words = wording["letter"]
    lines = [
        facility.name,
        words["title"],
        f"{words['code']} {case_code(request_id)}",
        f"{words['received']} {received:%m/%d/%Y}",
        "",
    ]
    number = 0
    for order in orders:
        name = ", ".join(str(leaf.value) for leaf in (order.patient.family, order.patient.given) if leaf)
        lines.append(f"{words['patient']}: {name or words['not_stated']}")
        lines.append(f"{words['birth_date']}: {order.patient.birth_date.value or words['not_stated']}")
        lines += [f"{words['exam']}: {exam.text.value}" for exam in order.exams if exam.text]
        for ask in asks(order.problems, wording, order):
            number += 1
            lines += ["", f"{number}. {ask.request}"]
            lines += ["   " + "   ".join(_cell(cell) for cell in row) for row in ask.rows]
        lines.append("")
    lines.append(_how(facility, words["how"], words["how_no_fax"]))
    return "\n".join([*lines, "", words["confidential"], ""])


def _cell(cell: Cell) -> str:
    line = "_" * cell.line
    return " ".join(part for part in ("[ ]" if cell.tick else "", cell.label, line) if part)


def _how(facility: Facility, by_fax: str, otherwise: str) -> str:
    number = PhoneNumber.parse(facility.fax)
    return f"{by_fax} {number.pretty}" if number else otherwise
