"""Marks: boxes ticked, words circled, lines signed."""

from __future__ import annotations

import math
from dataclasses import dataclass

from sample_docs.generator.case import Case
from sample_docs.generator.fonts import faces
from sample_docs.generator.ink import Blank, Piece, Sheet, Type, plain
from sample_docs.generator.style import Style, fill, shown


@dataclass(frozen=True, slots=True)
class Choice:
    """Options of which at most one is chosen; `field` is what the chosen one states."""

    options: tuple[str, ...]
    chosen: int | None
    field: str


def choice(sheet: Sheet, style: Style, x: float, y: float, what: Choice, kind: Type, limit: float = 500) -> float:
    """Draw the options of `what` in a row from baseline (x, y), in the document's way; return where they end."""
    gap = kind.size * 0.9
    wide = sum(kind.width(option) + 3.2 * kind.size for option in what.options)
    if wide > limit > 0:
        kind, gap = kind.at(kind.size * max(0.7, limit / wide)), gap * 0.7
    for place, option in enumerate(what.options):
        on = place == what.chosen
        where = what.field if on else None
        if style.choice == "circle":
            if place:
                x = sheet.write(x, y, plain("/"), kind) + gap * 0.6
            end = sheet.write(x, y, (Piece(option, where),), kind)
            if on:
                circled(sheet, x, y, end, kind.size)
            x = end + gap * 0.6
            continue
        if style.choice == "bracket":
            x = sheet.write(x, y, plain("[X]" if on else "[ ]"), kind) + gap * 0.4
        elif style.choice == "underscore":
            x = underscore(sheet, style, x, y, kind, on)
        else:
            x = tick_box(sheet, style, x, y, kind.size * 0.85, on) + gap * 0.4
        x = sheet.write(x, y, (Piece(option, where),), kind) + gap
    return x


def tick_box(sheet: Sheet, style: Style, x: float, y: float, size: float, on: bool) -> float:
    """Draw a box (or bubble) on baseline y, ticked or not, and return its right edge."""
    if style.live and style.choice == "box":
        sheet.blanks.append(Blank(x, y - size, x + size, y, on, size))
        sheet.filling = True
    if style.choice == "bubble":
        sheet.ellipse(x, y - size, x + size, y, 0.8)
    else:
        sheet.box(x, y - size, x + size, y, 0.8)
    if on:
        tick(sheet, style, x, y - size, x + size, y)
    sheet.filling = False
    return x + size


def tick(sheet: Sheet, style: Style, x0: float, y0: float, x1: float, y1: float) -> None:
    """Mark the box: a cross or check by hand, a clean one otherwise."""
    rng = sheet.rng
    loose = 0.28 * (x1 - x0) if style.fill == "hand" else 0.0
    pen = rng.uniform(1.0, 1.9) if style.fill == "hand" else 1.1

    def near(x: float, y: float) -> tuple[float, float]:
        return x + rng.uniform(-loose, loose), y + rng.uniform(-loose, loose)

    shape = style.memo.setdefault("tick", rng.choice(["cross", "cross", "check", "fill"]))
    if shape == "check":
        lift = (y1 - y0) * (0.5 if style.fill == "hand" else 0.0)
        sheet.path([near(x0 + 1, (y0 + y1) / 2), near((x0 + x1) / 2, y1 - 1), near(x1 + lift * 0.7, y0 - lift)], pen)
    elif shape == "fill" and style.fill != "hand":
        sheet.box(x0 + 1.4, y0 + 1.4, x1 - 1.4, y1 - 1.4, 0, fill=0)
    else:
        inset = 0.0 if style.fill == "hand" else 1.3
        sheet.path([near(x0 + inset, y0 + inset), near(x1 - inset, y1 - inset)], pen)
        sheet.path([near(x1 - inset, y0 + inset), near(x0 + inset, y1 - inset)], pen)


def underscore(sheet: Sheet, style: Style, x: float, y: float, kind: Type, on: bool) -> float:
    """Draw a short line with an X on it or without; return where what follows may start."""
    end = x + kind.size * 1.8
    sheet.line(x, y + 1.5, end, y + 1.5, 0.7)
    if on:
        middle, half = (x + end) / 2, kind.size * 0.32
        tick(sheet, style, middle - half, y - 2 * half - 0.5, middle + half, y - 0.5)
    return end + kind.size * 0.4


def circled(sheet: Sheet, x0: float, y: float, x1: float, size: float) -> None:
    """Draw a ring by hand around words on baseline y."""
    spill = sheet.rng.uniform(1.5, 3.5)
    sheet.ellipse(x0 - spill, y - size * 0.95 - spill * 0.6, x1 + spill, y + size * 0.3 + spill * 0.4, 1.3, wobble=3)


def scribble(sheet: Sheet, x: float, y: float, width: float, height: float) -> None:
    """Draw a signature's strokes on baseline y: loops of uneven height, a slant, sometimes a flourish below."""
    rng = sheet.rng
    points = []
    loops = rng.randint(3, 7)
    tall = [1.0] + [rng.choice([0.2, 0.3, 0.45, 0.8]) for _ in range(loops)]
    wide = [rng.uniform(0.5, 1.6) for _ in range(loops + 1)]
    slant, phase, at = rng.uniform(0.1, 0.7), rng.uniform(1.6, 2.8), x
    for loop in range(loops):
        for step in range(14):
            turn = 2 * math.pi * step / 14
            rise = height * (tall[loop] + (tall[loop + 1] - tall[loop]) * step / 14) * (1 + math.cos(turn + phase)) / 2
            points.append((at + slant * rise + height * 0.3 * wide[loop] * math.sin(turn), y - rise + 1.5))
            at += width * wide[loop] / sum(wide) / 14
    sheet.path(points, rng.uniform(0.9, 1.7))
    if rng.random() < 0.5:
        sheet.path([(x + width * 0.1, y + 4), (x + width * 0.6, y + 2), (x + width * 1.05, y - height * 0.3)], 1.0)


def written_name(sheet: Sheet, case: Case, x: float, y: float, width: float) -> None:
    """Sign with the provider's name in a running hand."""
    rng = sheet.rng
    face = rng.choice(faces("hand"))
    given = case.provider.given if rng.random() < 0.4 else f"{case.provider.given[0]}."
    said = (Piece(f"{given} {case.provider.family}", "signed"),)
    sheet.write(x, y - 1, said, Type(face.regular, rng.uniform(15, 21) * face.scale, hand=True), limit=width)


def signature(sheet: Sheet, style: Style, case: Case, x: float, y: float, width: float) -> float:
    """Draw what stands for the provider's signature between x and x + width; return the baseline below."""
    if case.signature == "electronic":
        return statement(sheet, style, case, x, y, width, style.word("signature", "electronic"), "signed")
    if case.signature == "pending" and style.fill != "hand":
        return statement(sheet, style, case, x, y, width, style.word("signature", "pending"), None)
    label = style.word("signature", "line")
    short = style.label.width(label) > width * 0.4
    start = x if short else sheet.write(x, y, plain(label + style.colon), style.label) + 6
    end = x + width * (0.72 if sheet.rng.random() < 0.5 else 1.0)
    sheet.line(start, y + 2, end, y + 2)
    if short:
        sheet.write(x, y + style.size + 3, plain(label), style.label.at(style.size * 0.8))
    if case.signature == "hand":
        reach = min(end - start - 10, sheet.rng.uniform(70, 130))
        if shown(case, style, "provider.family") and sheet.rng.random() < 0.35:
            written_name(sheet, case, start + 6, y, end - start - 10)
        else:
            scribble(sheet, start + sheet.rng.uniform(4, 14), y, reach, sheet.rng.uniform(14, 22))
        sheet.state("signed")
    elif case.signature == "typed":
        sheet.write(start + 4, y, fill("{provider.given} {provider.family}", case, style), style.label)
    if end < x + width - 60 and sheet.rng.random() < 0.75:
        at = sheet.write(end + 8, y, plain("Date" + style.colon), style.label) + 4
        sheet.line(at, y + 2, x + width, y + 2)
        if case.signature == "hand":
            sheet.write(at + 2, y, fill(_signing_day(sheet), case, style), style.entry, limit=x + width - at)
    return y + style.size * (2.2 if short else 1.6)


def statement(
    sheet: Sheet, style: Style, case: Case, x: float, y: float, width: float, text: str, field: str | None
) -> float:
    """Write a printed statement about the signature, the signer's name and day in it."""
    time = f"{sheet.rng.randint(1, 12)}:{sheet.rng.randint(0, 59):02d} {sheet.rng.choice(['AM', 'PM'])}"
    template = text.replace("{name}", "{provider.given} {provider.family}, " + case.credential)
    template = template.replace("{date}", _signing_day(sheet)).replace("{time}", time)
    said = fill(template, case, style)
    if field:
        said = tuple(piece if piece.field else Piece(piece.text, field) for piece in said)
        sheet.state(field)
    return sheet.paragraph(x, y, width, said, style.label)


def _signing_day(sheet: Sheet) -> str:
    """Return the placeholder of the day beside a signature: the order's own day where no other stands on the page."""
    return "{other.signature_date}" if (sheet.order, "order_date") in sheet.stated else "{order_date}"
