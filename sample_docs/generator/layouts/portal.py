"""What referral portals export, and practices' sheets of several columns."""

from __future__ import annotations

import random

from sample_docs.generator.case import Case
from sample_docs.generator.ink import Piece, Sheet, Type, plain
from sample_docs.generator.parts import furniture, marks, sections
from sample_docs.generator.parts.fields import Entry, entries
from sample_docs.generator.parts.furniture import LEFT, RIGHT
from sample_docs.generator.style import Style, fill


def portal(rng: random.Random, case: Case, style: Style) -> list[Sheet]:
    """A web portal's export: cards of keys and values, a status, a history of events with days of their own."""
    sheet = Sheet("order", rng)
    name = rng.choice(["ReferralBridge", "OrderPoint", "CareRelay", "ImagingLink", "eRefer Portal", "ConnectOrders"])
    sheet.write(LEFT, 48, plain(name), style.head(1.3))
    number = fill(f"{rng.choice(['Referral', 'Request', 'Order'])} #{{other.order_number}}", case, style)
    sheet.write(RIGHT, 48, number, style.label, "right")
    sheet.line(LEFT, 56, RIGHT, 56, 0.6, grey=120)
    y = 64.0
    status = rng.choice(["Submitted", "Sent", "Awaiting scheduling", "New"])
    sheet.write(
        LEFT, y + 12, (*plain(f"Status: {status}    Submitted "), *fill("{other.print_date}", case, style)), style.label
    )
    y += 22
    cards = [
        ("patient", sections.patient(rng, case, style)),
        (
            "exam",
            sections.exams(rng, case, style) + sections.indication(rng, case, style) + sections.order(rng, case, style),
        ),
        ("coverage", sections.coverage(rng, case, style)),
        ("provider", sections.provider(rng, case, style)),
    ]
    statements = sections.answers(rng, case, style)
    if statements:
        cards.append(("safety", [Entry("Questionnaire", statements, 12, lines=2)]))
    rng.shuffle(cards)
    how = rng.choice(["stacked", "aligned", "stacked", "table"])
    if rng.random() < 0.45:
        y = _two_columns(sheet, style, cards, y, how)
    else:
        for title, rows in cards:
            y = _card(sheet, style, title, rows, LEFT, RIGHT, y, how)
    y = _history(rng, sheet, style, case, y)
    marks.signature(sheet, style, case, LEFT, y + 20, RIGHT - LEFT)
    furniture.footer(rng, sheet, style, case)
    return [sheet]


def _card(sheet: Sheet, style: Style, title: str, rows: list[Entry], x0: float, x1: float, y: float, how: str) -> float:
    top = y
    y = furniture.heading(sheet, style, x0 + 6, x1 - 6, y + 4, style.word("titles", title))
    y = entries(sheet, style, x0 + 8, x1 - 8, y, rows, how) + 4
    sheet.box(x0, top, x1, y, 0.5, grey=140)
    return y + 7


def _two_columns(sheet: Sheet, style: Style, cards: list[tuple[str, list[Entry]]], y: float, how: str) -> float:
    """Draw the cards in two columns, each next one under the shorter."""
    middle = (LEFT + RIGHT) / 2
    ends = [y, y]
    for title, rows in cards:
        column = 0 if ends[0] <= ends[1] else 1
        x0, x1 = ((LEFT, middle - 4), (middle + 4, RIGHT))[column]
        wide = [Entry(row.label, row.said, 12 if row.width > 3 else 6, row.choice, row.lines) for row in rows]
        ends[column] = _card(sheet, style, title, wide, x0, x1, ends[column], how)
    return max(ends)


def _history(rng: random.Random, sheet: Sheet, style: Style, case: Case, y: float) -> float:
    """Draw who did what on which day; none of the days is the order's."""
    if rng.random() < 0.4:
        return y
    small = Type(style.face.regular, style.size * 0.85)
    sheet.write(LEFT, y + 12, plain(rng.choice(["Activity", "History", "Audit trail", "Timeline"])), style.bold)
    y += 14
    for day, what in (
        ("other.visit_date", "Draft created"),
        ("other.print_date", "Sent to imaging center"),
        ("other.print_date", "Viewed"),
    ):
        y += small.size * 1.5
        who = (Piece(case.others["copy_to"], "other.person"),)
        sheet.write(LEFT + 4, y, (*fill(f"{{{day}}}", case, style), Piece(f"   {what} by "), *who), small)
    return y + 4


def columns_sheet(rng: random.Random, case: Case, style: Style) -> list[Sheet]:
    """A practice's own sheet in two columns: who on the left, what and why on the right."""
    sheet = Sheet("order", rng)
    y = furniture.letterhead(rng, sheet, style, case)
    sheet.write(306, y + 12, plain(style.word("titles", "document")), style.head(1.4), "centre")
    y += 24
    middle = rng.uniform(260, 350)
    left = sections.patient(rng, case, style) + sections.coverage(rng, case, style)
    right = sections.exams(rng, case, style) + sections.indication(rng, case, style)
    right += sections.safety(rng, case, style) + sections.order(rng, case, style)
    if rng.random() < 0.5:
        left += sections.provider(rng, case, style)
    else:
        right += sections.provider(rng, case, style)
    how = rng.choice(["line", "stacked", "boxed", "beside"])
    ends = []
    for rows, x0, x1 in ((left, LEFT, middle - 10), (right, middle + 10, RIGHT)):
        wide = [Entry(row.label, row.said, 12, row.choice, row.lines) for row in rows]
        ends.append(entries(sheet, style, x0, x1, y, wide, how))
    if rng.random() < 0.5:
        sheet.line(middle, y, middle, max(ends), 0.6)
    marks.signature(sheet, style, case, LEFT, max(ends) + 26, RIGHT - LEFT)
    furniture.footer(rng, sheet, style, case)
    return [sheet]
