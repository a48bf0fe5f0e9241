"""Forms laid out at random: grids of tick boxes, questions, tables, combs, lists to circle, signature lines."""

from __future__ import annotations

import random
from collections.abc import Callable
from dataclasses import dataclass

from benchmarks.marked.pen import TICKS, circle, square, strike, tick
from benchmarks.marked.sheet import HEIGHT, SCALE, WIDTH, Sheet
from benchmarks.marked.signing import person, signing

_NOUNS = (
    "Brain", "Neck", "Chest", "Spine", "Pelvis", "Shoulder", "Hand", "Knee", "Foot", "Liver", "Kidneys", "Bladder",
    "Heart", "Breast", "Elbow", "Wrist", "Hip", "Ankle", "Billing", "Delivery", "Window", "Garden", "Harbor",
    "Ticket", "Ledger", "Kettle", "Lantern", "Meadow", "Orchard", "Paper", "River", "Station", "Valley", "Account",
    "Blanket", "Carpet", "Dinner", "Engine", "Folder", "Grocery", "Hotel", "Island", "Jacket", "Ladder", "Mirror",
    "Number", "Office", "Pencil",
)  # fmt: skip
_SIDES = (("R", "L"), ("R", "L", "B"), ("Rt", "Lt", "Bil"), ("Right", "Left"), ("RT", "LT", "BILAT"))
_ANSWERS = (("Yes", "No"), ("Y", "N"), ("YES", "NO"), ("Male", "Female"), ("Routine", "Urgent", "STAT"))
_BOXES = ("plain",) * 8 + ("soft", "shadow", "gray", "round")
# No block reaches below; signatures stand there or higher.
_FLOOR = HEIGHT - 280


@dataclass
class Style:
    """What is alike over a whole form."""

    print: str
    size: float
    side: float
    box: str
    pen: float
    tick: str
    share: float
    left: bool
    gap: float


def form(seed: int) -> Sheet:
    """Return a form drawn from `seed`, always the same for one seed on one machine's fonts."""
    rng = random.Random(seed)
    sheet = Sheet(rng)
    style = _style(sheet)
    y = _header(sheet, style)
    while y < _FLOOR - 300 and rng.random() < 0.95:
        block = rng.choice(_BLOCKS)
        y = block(sheet, style, y) + rng.uniform(8, 30)
    signing(sheet, style.print, style.size, min(y + rng.uniform(40, 90), _FLOOR))
    if rng.random() < 0.25:
        _stamp(sheet)
    return sheet


def ringed(seed: int) -> Sheet:
    """Return a short sheet of lists, answers and entries with many of them circled."""
    rng = random.Random(seed)
    sheet = Sheet(rng, 1100)
    style = _style(sheet)
    y = 60.0
    while y < 800:
        block = rng.choice((_circles, _circles, _table, _table, _prose, _fields, _questions))
        y = block(sheet, style, y) + rng.uniform(8, 30)
    return sheet


def _style(sheet: Sheet) -> Style:
    rng = sheet.rng
    size = rng.uniform(20, 33)
    return Style(
        print=sheet.font("print", 20).path,
        size=size,
        side=min(48, max(15, size * rng.uniform(0.6, 1.3))),
        box=rng.choice(_BOXES),
        pen=rng.choice((1.5, 1.5, 2, 2, 2, 2.5, 3, 4)),
        tick=rng.choice(TICKS),
        share=rng.choice((0.04, 0.1, 0.25)),
        left=rng.random() < 0.12,
        gap=rng.uniform(2, 14),
    )


def _label(rng: random.Random, words: int = 3) -> str:
    return " ".join(rng.choice(_NOUNS) for _ in range(rng.randint(1, words)))


def _mark_style(rng: random.Random, style: Style) -> str:
    return style.tick if rng.random() < 0.8 else rng.choice(TICKS)


def _choice(sheet: Sheet, style: Style, x: float, y: float, label: str, on: bool | None = None) -> float:
    """Draw a box with its label on one line whose top is y, and return where it ends."""
    rng = sheet.rng
    font = sheet.font("print", style.size, style.print)
    ascent, _ = font.getmetrics()
    top = y + ascent / SCALE * 0.62 - style.side / 2 + rng.uniform(-1, 1)
    width = font.getlength(label) / SCALE
    if style.left:
        sheet.text(x, y, label, font)
        corners = square(sheet, x + width + style.gap, top, style.side, style.box, style.pen)
        end = corners[2]
    else:
        corners = square(sheet, x, top, style.side, style.box, style.pen)
        sheet.text(x + style.side + style.gap, y, label, font)
        end = x + style.side + style.gap + width
    ticked = rng.random() < style.share if on is None else on
    how = _mark_style(rng, style) if ticked else ""
    if ticked:
        tick(sheet, corners, how)
    sheet.mark("choice", "on" if ticked else "off", corners, label, how)
    if not style.left and rng.random() < 0.25:
        _misread(sheet, corners, label, ticked)
    return end


def _misread(sheet: Sheet, corners: tuple[float, float, float, float], label: str, ticked: bool) -> None:
    """Let the reader take the box for a letter, of its own or of the label's first word."""
    at = len(sheet.words) - len(label.split(" "))
    text, (_, y0, x1, y1), line = sheet.words[at]
    glyph = sheet.rng.choice("XVM☑" if ticked else "□□□OD[L")
    if sheet.rng.random() < 0.5:
        sheet.words[at] = (glyph + text, (corners[0] - 2, y0, x1, y1), line)
    else:
        sheet.words.insert(at, (glyph, (corners[0] - 3, y0, corners[2] + 3, y1), line))


def _header(sheet: Sheet, style: Style) -> float:
    rng = sheet.rng
    y = rng.uniform(60, 130)
    sheet.text(100, y, _label(rng), sheet.font("print", style.size * 1.7, style.print))
    sheet.text(1000, y, _label(rng).upper(), sheet.font("print", style.size * 1.2))
    y += style.size * 2.4
    if rng.random() < 0.7:
        sheet.rule(90, y, 1610, y, rng.choice((2, 4)))
    if rng.random() < 0.4:
        sheet.draw.ellipse([edge * SCALE for edge in (30, 60, 85, 115)], outline=0, width=8)
    return y + 20


def _bar(sheet: Sheet, style: Style, x: float, y: float, width: float) -> float:
    high = style.size * 1.5
    font = sheet.font("print", style.size, style.print)
    if sheet.rng.random() < 0.5:
        sheet.draw.rectangle([edge * SCALE for edge in (x, y, x + width, y + high)], fill=0)
        sheet.text(x + 10, y + 3, _label(sheet.rng).upper(), font, fill=255)
    else:
        fill = sheet.rng.choice((255, 255, 215))
        sheet.draw.rectangle([edge * SCALE for edge in (x, y, x + width, y + high)], outline=0, width=3, fill=fill)
        sheet.text(x + 10, y + 3, _label(sheet.rng).upper(), font)
    return y + high + 6


def _columns(sheet: Sheet, style: Style, y: float) -> float:
    """A grid of boxes in columns, some rows with letters for the side to circle."""
    rng = sheet.rng
    count = rng.choice((2, 3, 3, 4))
    pitch = max(style.size * rng.uniform(1.25, 1.8), style.side * 1.12)
    rows = max(2, min(rng.randint(4, 16), int((_FLOOR - y) / pitch)))
    width = 1520 / count
    bottom = y
    sides = rng.choice(_SIDES)
    for column in range(count):
        x = 90 + column * width
        top = _bar(sheet, style, x, y, width - 16) if rng.random() < 0.8 else y
        for row in range(rows - rng.randint(0, 2)):
            end = _choice(sheet, style, x, top + row * pitch, _label(rng, 2))
            if rng.random() < 0.35 and end < x + width - 180:
                _letters(sheet, style, x + width - 30, top + row * pitch, sides)
        bottom = max(bottom, top + rows * pitch)
    return bottom


def _letters(sheet: Sheet, style: Style, right: float, y: float, options: tuple[str, ...]) -> None:
    """Options to circle, set flush right, one of them circled now and then."""
    font = sheet.font("print", style.size, style.print)
    chosen = sheet.rng.choice(options) if sheet.rng.random() < 0.15 else ""
    x = right
    for option in reversed(options):
        x -= font.getlength(option) / SCALE
        box = sheet.text(x, y, option, font)
        if option == chosen:
            sheet.mark("circle", "on", circle(sheet, box), option)
        x -= style.size * 0.7


def _questions(sheet: Sheet, style: Style, y: float) -> float:
    """Questions with answers to tick beside them."""
    rng = sheet.rng
    font = sheet.font("print", style.size, style.print)
    answers = rng.choice(_ANSWERS)
    aligned = rng.random() < 0.5
    for _ in range(rng.randint(1, 5)):
        x = 90.0
        for _ in range(rng.choice((1, 2))):
            question = _label(rng) + rng.choice(("?", ":", ""))
            end = sheet.text(x, y, question, font)[2]
            x = max(end + rng.uniform(10, 50), x + 420 if aligned else 0)
            chosen = rng.choice(answers) if rng.random() < 0.6 else ""
            for answer in answers:
                x = _choice(sheet, style, x, y, answer, answer == chosen) + rng.uniform(12, 40)
            x = max(x + 30, 850 if aligned else 0)
            if x > 1000:
                break
        y += max(style.size * rng.uniform(1.3, 1.7), style.side * 1.2)
    return y


def _table(sheet: Sheet, style: Style, y: float) -> float:
    """A ruled table whose cells hold boxes under the columns' heads."""
    rng = sheet.rng
    font = sheet.font("print", style.size, style.print)
    rows, heads = rng.randint(3, 9), [_label(rng, 1)[:6] for _ in range(rng.randint(2, 6))]
    high = max(style.size * 1.6, style.side * 1.3)
    first, cell = 420.0, rng.uniform(70, 150)
    lettered = rng.choice((0, 2, 3))
    for line in range(rows + 2):
        sheet.rule(90, y + line * high, 90 + first + cell * len(heads), y + line * high, 2)
    for line in range(len(heads) + 2):
        x = 90 if line == 0 else 90 + first + (line - 1) * cell
        sheet.rule(x, y, x, y + (rows + 1) * high, 2)
    for column, head in enumerate(heads):
        sheet.text(90 + first + column * cell + 6, y + 3, head, font)
    for row in range(1, rows + 1):
        sheet.text(100, y + row * high + 3, _label(rng, 2), font)
        for column, head in enumerate(heads):
            if column < lettered:
                box = sheet.text(90 + first + (column + 0.4) * cell, y + row * high + 3, "RLB"[column], font)
                if rng.random() < 0.15:
                    sheet.mark("circle", "on", circle(sheet, box), "RLB"[column])
            elif rng.random() < 0.85:
                x = 90 + first + (column + 0.5) * cell - style.side / 2
                corners = square(sheet, x, y + (row + 0.5) * high - style.side / 2, style.side, style.box, style.pen)
                ticked = rng.random() < style.share
                how = _mark_style(rng, style) if ticked else ""
                if ticked:
                    tick(sheet, corners, how)
                sheet.mark("choice", "on" if ticked else "off", corners, head, how)
    return y + (rows + 1) * high


def _fields(sheet: Sheet, style: Style, y: float) -> float:
    """Lines with typed or handwritten entries over them."""
    rng = sheet.rng
    font = sheet.font("print", style.size, style.print)
    entry = sheet.font(rng.choice(("print", "hand", "hand")), style.size * rng.uniform(1, 1.4))
    for _ in range(rng.randint(1, 4)):
        x = 90.0
        while x < 1300:
            end = sheet.text(x, y, _label(rng, 2) + rng.choice((":", "", " #")), font)[2] + 8
            room = rng.uniform(150, 600)
            base = y + style.size * 1.2
            sheet.rule(end, base, min(1610, end + room), base, rng.choice((1, 2, 3)))
            if rng.random() < 0.75:
                text = rng.choice((person(rng), f"{rng.randint(1, 12)}/{rng.randint(1, 28)}/{rng.randint(1930, 2020)}",
                                   str(rng.randint(10**7, 10**10)), _label(rng)))  # fmt: skip
                box = sheet.text(end + 6, y - style.size * 0.25, text, entry)
                if rng.random() < 0.05:
                    sheet.mark("strike", "on", strike(sheet, box), text)
            x = end + room + 20
        y += style.size * rng.uniform(1.7, 2.3)
    return y


def _comb(sheet: Sheet, style: Style, y: float) -> float:
    """Cells for one letter each, closed or open at the top."""
    rng = sheet.rng
    font = sheet.font("print", style.size * 0.8, style.print)
    hand = sheet.font("hand", style.size * 1.1)
    sheet.text(90, y, _label(rng), font)
    y += style.size
    cell, high = rng.uniform(30, 55), style.size * rng.uniform(1.3, 1.7)
    filled = rng.randint(0, 20)
    closed = rng.random() < 0.5
    for index in range(rng.randint(8, 26)):
        x = 90 + index * cell
        sheet.rule(x, y if closed else y + high * rng.choice((0, 0.5)), x, y + high, 2)
        sheet.rule(x, y + high, x + cell, y + high, 2)
        if closed:
            sheet.rule(x, y, x + cell, y, 2)
        if index < filled:
            sheet.text(x + cell * 0.25, y + 2, rng.choice("ABCDEHKLMNOPRSTUX0123456789"), hand, read=index % 2 == 0)
    return y + high + 10


def _circles(sheet: Sheet, style: Style, y: float) -> float:
    """Lists whose items or answers are circled."""
    rng = sheet.rng
    font = sheet.font("print", style.size, style.print)
    pitch = style.size * rng.uniform(1.25, 2)
    sides = rng.choice((*_SIDES, ("Y", "N"), ("Yes", "No")))
    for row in range(rng.randint(3, 10)):
        for column in range(2):
            x = 90 + column * 780
            label = _label(rng, 2)
            box = sheet.text(x, y + row * pitch, label, font)
            if rng.random() < 0.18:
                sheet.mark("circle", "on", circle(sheet, box), label)
            if rng.random() < 0.6:
                _letters(sheet, style, x + 650, y + row * pitch, sides)
        bottom = y + (row + 1) * pitch
    return bottom


def _prose(sheet: Sheet, style: Style, y: float) -> float:
    rng = sheet.rng
    size = style.size * rng.choice((0.7, 0.9, 1.1, 1.3, 1.7))
    font = sheet.font(rng.choice(("print", "print", "hand")), size)
    for _ in range(rng.randint(1, 4)):
        text = " ".join(
            rng.choice((_label(rng), _label(rng).upper(), str(rng.randint(100, 10**7))))
            for _ in range(rng.randint(3, 5))
        )
        box = sheet.text(90, y, text, font)
        if rng.random() < 0.1:
            sheet.rule(box[0], box[3] + 2, box[2], box[3] + 2, 2)
        elif rng.random() < 0.08:
            sheet.mark("strike", "on", strike(sheet, box), text)
        y += size * 1.5
    return y


def _rows(sheet: Sheet, style: Style, y: float) -> float:
    """Boxes one after another along lines."""
    rng = sheet.rng
    for _ in range(rng.randint(1, 3)):
        x = 90.0
        while x < 1300:
            x = _choice(sheet, style, x, y, _label(rng, 2)) + rng.uniform(15, 60)
        y += max(style.size * 1.5, style.side * 1.2)
    return y


def _stamp(sheet: Sheet) -> None:
    rng = sheet.rng
    font = sheet.font("print", 34)
    x, y = rng.uniform(200, WIDTH - 500), rng.uniform(100, HEIGHT - 200)
    box = sheet.text(x, y, rng.choice(("RECEIVED", "SCANNED", "FAXED", "COPY")), font, fill=60)
    sheet.draw.rectangle(
        [edge * SCALE for edge in (box[0] - 12, box[1] - 10, box[2] + 12, box[3] + 10)], outline=60, width=6
    )


_BLOCKS: tuple[Callable[[Sheet, Style, float], float], ...] = (
    _columns, _columns, _questions, _questions, _table, _fields, _fields, _comb, _circles, _prose, _prose, _rows,
)  # fmt: skip
