"""What pens do on forms: ticks, crosses, circles, strokes through words, signatures."""

from __future__ import annotations

import math

from benchmarks.marked.sheet import SCALE, Sheet

Corners = tuple[float, float, float, float]

TICKS = (
    "tick",
    "tick",
    "tick",
    "cross",
    "cross",
    "slash",
    "fill",
    "scribble",
    "typed",
    "glyph",
    "dot",
    "wide",
    "small",
)


def square(sheet: Sheet, x: float, y: float, side: float, style: str, width: float) -> Corners:
    """Draw an empty box of `side` pixels with its top left at (x, y)."""
    box = (x * SCALE, y * SCALE, (x + side) * SCALE, (y + side) * SCALE)
    pen = max(1, round(width * SCALE))
    if style == "round":
        sheet.draw.ellipse(box, outline=0, width=pen)
    elif style == "soft":
        sheet.draw.rounded_rectangle(box, radius=side * 0.2 * SCALE, outline=0, width=pen)
    elif style == "shadow":
        sheet.draw.rectangle(box, outline=0, width=pen)
        sheet.rule(x + 3, y + side + 1, x + side + 1, y + side + 1, width)
        sheet.rule(x + side + 1, y + 3, x + side + 1, y + side + 1, width)
    elif style == "gray":
        sheet.draw.rectangle(box, outline=90, width=pen)
    else:
        sheet.draw.rectangle(box, outline=0, width=pen)
    return (x, y, x + side, y + side)


def tick(sheet: Sheet, corners: Corners, style: str) -> None:
    """Mark the box at `corners` in one of the styles of `TICKS`."""
    rng = sheet.rng
    x0, y0, x1, y1 = corners
    side = x1 - x0
    pen = rng.uniform(1.6, 5.0)

    def spot(u: float, v: float, slack: float = 0.1) -> tuple[float, float]:
        return x0 + side * (u + rng.gauss(0, slack)), y0 + side * (v + rng.gauss(0, slack))

    if style in ("tick", "wide", "small"):
        reach = {"tick": rng.uniform(0.9, 1.4), "wide": rng.uniform(1.4, 2.2), "small": rng.uniform(0.6, 0.85)}[style]
        low = spot(0.4, 0.85)
        sheet.stroke([spot(0.5 - reach * 0.4, 0.5), low, spot(0.4 + reach * 0.55, 0.85 - reach * 0.9)], pen)
    elif style == "cross":
        grow = rng.uniform(-0.2, 0.25)
        sheet.stroke([spot(-grow, -grow, 0.07), spot(0.5, 0.5, 0.04), spot(1 + grow, 1 + grow, 0.07)], pen)
        sheet.stroke([spot(1 + grow, -grow, 0.07), spot(0.5, 0.5, 0.04), spot(-grow, 1 + grow, 0.07)], pen)
    elif style == "slash":
        grow = rng.uniform(-0.1, 0.35)
        sheet.stroke([spot(-grow, 1 + grow), spot(1 + grow, -grow)], pen)
    elif style == "fill":
        inset = rng.uniform(0, 0.2) * side
        sheet.draw.rectangle([edge * SCALE for edge in (x0 + inset, y0 + inset, x1 - inset, y1 - inset)], fill=0)
    elif style == "scribble":
        sheet.stroke([spot(0.1 + 0.8 * i / 7, 0.1 + 0.8 * (i % 2), 0.08) for i in range(8)], pen)
    elif style == "dot":
        x, y = spot(0.5, 0.5, 0.06)
        radius = side * rng.uniform(0.2, 0.38)
        sheet.draw.ellipse([edge * SCALE for edge in (x - radius, y - radius, x + radius, y + radius)], fill=0)
    else:
        size = side * rng.uniform(0.8, 1.2)
        font = sheet.font(
            "print", size, None if style == "typed" else "/usr/share/fonts/truetype/dejavu/DejaVuSans.ttf"
        )
        glyph = rng.choice("XXXx") if style == "typed" else rng.choice("✓✔✗✘✕")
        left, top, right, bottom = font.getbbox(glyph)
        sheet.draw.text(
            ((x0 + x1) / 2 * SCALE - (left + right) / 2, (y0 + y1) / 2 * SCALE - (top + bottom) / 2), glyph, 0, font
        )


def circle(sheet: Sheet, corners: Corners) -> Corners:
    """Draw a hand's loop around `corners`, and return the loop's own corners."""
    rng = sheet.rng
    x0, y0, x1, y1 = corners
    height = y1 - y0
    x, y = (x0 + x1) / 2 + rng.gauss(0, height * 0.12), (y0 + y1) / 2 + rng.gauss(0, height * 0.1)
    a = (x1 - x0) / 2 * rng.uniform(1.0, 1.15) + height * rng.uniform(0.2, 0.65)
    b = height / 2 * rng.uniform(1.1, 1.9) + rng.uniform(0, 5)
    start = rng.uniform(0, 2 * math.pi)
    turn = 2 * math.pi * rng.uniform(0.93, 1.15)
    tilt = rng.gauss(0, 0.06)
    growth = rng.gauss(0, 0.08)
    points = []
    for step in range(25):
        angle = start + turn * step / 24
        reach = 1 + growth * (step / 24 - 0.5) + rng.gauss(0, 0.02)
        u, v = a * reach * math.cos(angle), b * reach * math.sin(angle)
        points.append((x + u - tilt * v, y + v + tilt * u))
    sheet.stroke(points, rng.uniform(1.6, 4.5))
    return min(p[0] for p in points), min(p[1] for p in points), max(p[0] for p in points), max(p[1] for p in points)


def strike(sheet: Sheet, corners: Corners) -> Corners:
    """Strike out what stands at `corners` by hand or ruler, and return where."""
    rng = sheet.rng
    x0, y0, x1, y1 = corners
    height = y1 - y0
    y = y0 + height * rng.uniform(0.45, 0.62)
    pen = rng.uniform(1.8, 4.0)
    ends = (x0 - rng.uniform(0, height * 0.4), x1 + rng.uniform(0, height * 0.4))
    for _ in range(rng.choice((1, 1, 2))):
        if rng.random() < 0.3:
            sheet.rule(ends[0], y, ends[1], y, pen)
        else:
            slope = rng.gauss(0, height * 0.1)
            sheet.stroke(
                [(ends[0], y + slope), ((x0 + x1) / 2, y + rng.gauss(0, 2)), (ends[1], y - slope + rng.gauss(0, 2))],
                pen,
            )
        y += rng.uniform(3, 7)
    return ends[0], y0, ends[1], y1


def signature(sheet: Sheet, x: float, base: float, room: float, name: str) -> Corners:
    """Sign on the line whose height is `base`, from x to x + room, as a scrawl or in a script."""
    rng = sheet.rng
    pen = rng.uniform(1.8, 4.5)
    lift = rng.uniform(-8, 22)
    if rng.random() < 0.45:
        font = sheet.font("script", rng.uniform(38, 70))
        shown = name if rng.random() < 0.6 else name.split()[0][0] + ". " + name.split()[-1]
        width = font.getlength(shown) / SCALE
        left = x + rng.uniform(0, max(1, room - width))
        box = sheet.draw.textbbox((left * SCALE, 0), shown, font=font)
        top = base - lift - box[3] / SCALE + rng.uniform(0, 12)
        sheet.draw.text((left * SCALE, top * SCALE), shown, 0, font, stroke_width=rng.choice((0, 0, 1)))
        if rng.random() < 0.5:
            sheet.words.append((shown.replace(" ", ""), (left, top, left + width, base), sheet.line))
            sheet.hands.add(sheet.line)
            sheet.line += 1
        return left, top + box[1] / SCALE, left + width, top + box[3] / SCALE
    width = rng.uniform(0.25, 0.8) * min(room, 520)
    left = x + rng.uniform(0, max(1, room - width))
    high = rng.uniform(22, 60)
    middle = base - lift - high * 0.4
    count = rng.randint(5, 22)
    points = []
    for step in range(count):
        swing = high * (rng.uniform(0.5, 1) if step < 3 else rng.uniform(0.08, 0.5))
        sign = -1 if step % 2 else 1
        points.append((left + width * step / count + rng.gauss(0, width / count * 0.8), middle - sign * swing / 2))
    points.append((left + width, middle + rng.gauss(0, 5)))
    sheet.stroke(points, pen)
    if rng.random() < 0.3:
        sheet.stroke([(left, middle + high * 0.3), (left + width, middle + rng.gauss(0, 14))], pen)
    return left, min(p[1] for p in points), left + width, max(p[1] for p in points)
