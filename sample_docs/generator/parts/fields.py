"""Labelled entries, and the ways a page arranges them."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, replace

from sample_docs.generator.ink import Blank, Piece, Said, Sheet, Type, plain, text_of
from sample_docs.generator.parts.marks import Choice, choice
from sample_docs.generator.style import Style

ARRANGEMENTS = ("beside", "aligned", "line", "boxed", "stacked", "table")


@dataclass(frozen=True, slots=True)
class Entry:
    """A label and what is entered for it. `width` is in twelfths of the area; a long entry may take more `lines`."""

    label: str
    said: Said = ()
    width: int = 6
    choice: Choice | None = None
    lines: int = 1


def entries(sheet: Sheet, style: Style, x0: float, x1: float, y: float, rows: Sequence[Entry], how: str) -> float:
    """Draw the entries between x0 and x1 from top y down, arranged as `how`; return the y where they end."""
    for row in packed([_fitted(style, entry, x1 - x0, how) for entry in rows]):
        units = sum(entry.width for entry in row)
        row = [_grown(style, entry, (x1 - x0) * entry.width / max(units, 12), how) for entry in row]
        height = row_height(style, how, max(entry.lines for entry in row))
        x = x0
        for entry in row:
            width = (x1 - x0) * entry.width / max(units, 12)
            if entry is row[-1] and units <= 12 and how in ("boxed", "table"):
                width = x1 - x
            bottom = _DRAW[how](sheet, style, x, y, x + width, y + height, entry)
            if how not in ("boxed", "table"):
                height = max(height, bottom - y)
            x += width
        y += height
    return y


def _fitted(style: Style, entry: Entry, area: float, how: str) -> Entry:
    """Widen an entry whose label and value would have to be set much smaller to fit."""
    label = style.bold.width(entry.label + "  ")
    if entry.choice:
        given = sum(style.label.width(option) + 3.2 * style.size for option in entry.choice.options)
    else:
        given = style.entry.width(text_of(entry.said))
    if how in ("boxed", "stacked"):
        needed = max(label * 0.8, given) + 12
    elif how == "table":
        needed = max(label / 0.36, given / 0.64)
    else:
        needed = label + given + 16
    width = entry.width
    while width < 12 and area * width / 12 < needed * 0.85:
        width += 1
    return replace(entry, width=width)


def _grown(style: Style, entry: Entry, width: float, how: str) -> Entry:
    """Give an entry that may wrap as many lines as its text needs in a cell of `width`."""
    if entry.lines == 1 or not entry.said:
        return entry
    if how == "table":
        usable = width - min(max(width * 0.36, 60), 130) - 8
    elif how == "aligned":
        usable = width - min(width * 0.42, 118) - 6
    elif how in ("boxed", "stacked"):
        usable = width - 10
    else:
        usable = width - min(style.bold.width(entry.label + "  "), width * 0.55) - 14
    # Words do not break, so lines end up a little short.
    needed = math.ceil(style.entry.width(text_of(entry.said)) * 1.12 / max(usable, 40))
    return replace(entry, lines=max(entry.lines, needed))


def packed(rows: Sequence[Entry]) -> list[list[Entry]]:
    """Return the entries in rows of at most twelve twelfths."""
    out: list[list[Entry]] = []
    for entry in rows:
        if out and sum(each.width for each in out[-1]) + entry.width <= 12:
            out[-1].append(entry)
        else:
            out.append([entry])
    return out


def row_height(style: Style, how: str, lines: int) -> float:
    entry = style.entry.size
    line = max(style.size, entry) * 1.25
    return {
        "beside": line * lines + 4,
        "aligned": line * lines + 4,
        "line": line * lines + 8,
        "boxed": style.size * 0.8 + line * lines + 7,
        "stacked": style.size + line * lines + 6,
        "table": line * lines + 6,
    }[how]


def value(sheet: Sheet, style: Style, x: float, y: float, x1: float, entry: Entry) -> float:
    """Write what is entered from baseline (x, y), wrapped where it may take lines; return the last baseline."""
    if entry.choice:
        choice(sheet, style, x, y, entry.choice, style.label, x1 - x)
        return y
    if style.live:
        high = max(style.size, style.entry.size)
        text = text_of(entry.said).upper() if style.entry_upper else text_of(entry.said)
        sheet.blanks.append(Blank(x, y - high, x1, y + high * (entry.lines - 1) * 1.1 + 2, text, style.entry.size))
        sheet.filling = True
    end = _written(sheet, style, x, y, x1, entry) if entry.said else y
    sheet.filling = False
    return end


def _written(sheet: Sheet, style: Style, x: float, y: float, x1: float, entry: Entry) -> float:
    said = entry.said
    if style.entry_upper:
        said = tuple(Piece(piece.text.upper(), piece.field) for piece in said)
    kind = style.entry
    dx, dy = style.drift
    if style.fill == "hand" and entry.lines == 1 and sheet.rng.random() < 0.025:
        x = struck(sheet, style, x, y, x1, said)
    if entry.lines > 1 and kind.width(text_of(said)) > x1 - x:
        return sheet.paragraph(x + dx, y + dy, x1 - x, said, kind, 1.2) - kind.size * 1.2
    sheet.write(x + dx, y + dy, said, kind, limit=x1 - x)
    return y


def struck(sheet: Sheet, style: Style, x: float, y: float, x1: float, said: Said) -> float:
    """Write something wrong and strike it out where there is room; return where the right value may start."""
    kind = style.entry
    wrong = "".join(
        sheet.rng.choice("0123456789") if char.isdigit() else char for char in text_of(said)[: sheet.rng.randint(3, 9)]
    )
    if x + kind.width(wrong + "  " + text_of(said)) > x1 or not wrong.strip():
        return x
    end = sheet.write(x, y, (Piece(wrong, "other.struck"),), kind)
    for _ in range(sheet.rng.choice([1, 1, 2])):
        rise = kind.size * 0.28
        sheet.line(x - 2, y - rise + sheet.rng.uniform(-2, 2), end + 2, y - rise + sheet.rng.uniform(-2, 2), 1.3)
    return end + kind.size * 0.5


def _beside(sheet: Sheet, style: Style, x0: float, y0: float, x1: float, y1: float, entry: Entry) -> float:
    base = y0 + max(style.size, style.entry.size) * 1.1
    kind = _label_type(style)
    at = sheet.write(x0, base, plain(entry.label + style.colon), kind, limit=(x1 - x0) * 0.6) + style.size * 0.5
    return value(sheet, style, at, base, x1 - 6, entry) + 4


def _aligned(sheet: Sheet, style: Style, x0: float, y0: float, x1: float, y1: float, entry: Entry) -> float:
    base = y0 + max(style.size, style.entry.size) * 1.1
    tab = x0 + min((x1 - x0) * 0.42, 118)
    sheet.write(x0, base, plain(entry.label + style.colon), _label_type(style), limit=tab - x0 - 4)
    return value(sheet, style, tab, base, x1 - 6, entry) + 4


def _line(sheet: Sheet, style: Style, x0: float, y0: float, x1: float, y1: float, entry: Entry) -> float:
    base = y0 + max(style.size, style.entry.size) * 1.2
    at = sheet.write(x0, base, plain(entry.label + style.colon), _label_type(style), limit=(x1 - x0) * 0.55) + 4
    if not entry.choice:
        step = max(style.size, style.entry.size) * 1.2
        for line in range(entry.lines):
            sheet.line(at if line == 0 else x0, base + 2 + line * step, x1 - 8, base + 2 + line * step, 0.6)
    return value(sheet, style, at + 3, base, x1 - 10, entry) + 8


def _boxed(sheet: Sheet, style: Style, x0: float, y0: float, x1: float, y1: float, entry: Entry) -> float:
    sheet.box(x0, y0, x1, y1, 0.7)
    small = style.label.at(style.size * 0.72)
    sheet.write(x0 + 3, y0 + small.size + 1.5, plain(entry.label), small, limit=x1 - x0 - 6)
    base = y0 + small.size + max(style.size, style.entry.size) * 1.05 + 3
    return value(sheet, style, x0 + 5, base, x1 - 4, entry)


def _stacked(sheet: Sheet, style: Style, x0: float, y0: float, x1: float, y1: float, entry: Entry) -> float:
    small = style.label.at(style.size * 0.85)
    sheet.write(x0, y0 + small.size, plain(entry.label), Type(small.path, small.size, grey=60), limit=x1 - x0 - 6)
    base = y0 + small.size + max(style.size, style.entry.size) * 1.15 + 1
    return value(sheet, style, x0, base, x1 - 8, entry) + 6


def _table(sheet: Sheet, style: Style, x0: float, y0: float, x1: float, y1: float, entry: Entry) -> float:
    split = x0 + min(max((x1 - x0) * 0.36, 60), 130)
    shade = int(style.memo.setdefault("shade", style.rng.choice(["255", "232", "218"])))
    sheet.box(x0, y0, split, y1, 0.6, fill=shade if shade < 255 else None)
    sheet.box(split, y0, x1, y1, 0.6)
    base = y0 + max(style.size, style.entry.size) * 1.1 + 1
    sheet.write(x0 + 3, base, plain(entry.label), _label_type(style), limit=split - x0 - 6)
    return value(sheet, style, split + 4, base, x1 - 4, entry)


def comb(sheet: Sheet, style: Style, x0: float, y0: float, x1: float, label: str, text: Said, cells: int) -> float:
    """Draw a label above a row of boxes with one character each; return the y below."""
    small = style.label.at(style.size * 0.8)
    sheet.write(x0, y0 + small.size, plain(label), small, limit=x1 - x0)
    width = min((x1 - x0 - 4) / cells, style.size * 1.75)
    top, bottom = y0 + small.size + 3, y0 + small.size + 3 + style.size * 1.8
    for cell in range(cells + 1):
        sheet.line(x0 + cell * width, top, x0 + cell * width, bottom, 0.7)
    sheet.line(x0, top, x0 + cells * width, top, 0.7)
    sheet.line(x0, bottom, x0 + cells * width, bottom, 0.7)
    kind = style.entry if style.fill != "hand" else style.entry.at(min(style.entry.size, width * 1.5))
    place = 0
    for piece in text:
        for char in piece.text.upper():
            if char != " " and place < cells:
                at = x0 + (place + 0.5) * width
                sheet.write(at, bottom - style.size * 0.42, (Piece(char, piece.field),), kind, align="centre")
            place += 1
    return bottom + 5


def _label_type(style: Style) -> Type:
    weight = style.memo.setdefault("label_weight", style.rng.choice(["bold", "plain", "bold"]))
    return style.bold if weight == "bold" else style.label


_DRAW = {"beside": _beside, "aligned": _aligned, "line": _line, "boxed": _boxed, "stacked": _stacked, "table": _table}
