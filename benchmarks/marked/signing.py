"""Places to sign: lines, cells, bare labels and letters' closings, signed or not, with what else gets there."""

from __future__ import annotations

import random

from benchmarks.marked.pen import signature, tick
from benchmarks.marked.sheet import SCALE, WIDTH, Sheet

_GIVEN = (
    "Ada", "Boris", "Clara", "Derek", "Elena", "Farid", "Gwen", "Hugo", "Iris", "Jonas", "Karla", "Leo", "Mina", "Noel",
    "Olga", "Petra", "Quinn", "Rosa",
)  # fmt: skip
_FAMILY = (
    "Abbott", "Brandt", "Castillo", "Dwyer", "Engel", "Fontaine", "Grady", "Holloway", "Ibarra", "Jansen", "Keller",
    "Lindqvist", "Moreau",
)  # fmt: skip
_LABELS = (
    "Signature:", "Signature", "Provider signature:", "Physician Signature:", "Authorized signature", "Sign:",
    "SIGNED:", "Ordering provider signature", "X", "Signature of referring physician:", "Practitioner's signature:",
    "SIGNATURE", "Signed by:", "MD Signature", "Referring Provider Signature (required):",
)  # fmt: skip
_CLOSINGS = ("Sincerely,", "Regards,", "Thank you,", "Best regards,", "Respectfully,", "Yours truly,")
_KINDS = ("line", "line", "line", "line", "below", "cell", "bare", "closing", "closing", "end", "end", "head")


def person(rng: random.Random) -> str:
    """Return a name that belongs to nobody."""
    return f"{rng.choice(_GIVEN)} {rng.choice(_FAMILY)}"


def signing(sheet: Sheet, face: str, size: float, y: float) -> None:
    """Draw one place to sign with its label's top at y, and remember whether it is signed."""
    rng = sheet.rng
    font = sheet.font("print", size, face)
    kind = rng.choice(_KINDS)
    x = rng.choice((90.0, 90.0, rng.uniform(90, 500)))
    if kind == "closing":
        _closing(sheet, face, size, x, y)
        return
    label = rng.choice(_LABELS)
    room = rng.uniform(380, 800)
    base = y + size * 1.25
    start = x
    if kind == "cell":
        label = label.strip(":").replace("X", "Signature")
        high = size * rng.uniform(1.8, 3)
        sheet.text(x + 8, y, label, sheet.font("print", size * 0.75, face))
        base = y + size * rng.choice((0, 0.95)) + high
        sheet.rule(x, base - high, x + room, base - high, 2)
        sheet.rule(x, base, x + room, base, 2)
        sheet.rule(x, base - high, x, base, 2)
        sheet.rule(x + room, base - high, x + room, base, 2)
        base -= size * 0.3
    elif kind == "head":
        sheet.text(x, y, label.replace("X", "Signature"), sheet.font("print", size * 0.8, face))
        base = y + size * rng.uniform(2.2, 3)
    elif kind == "end":
        label = label.strip(":").replace("X", rng.choice(("M.D.", "M.D. / N.P. / P.A.", "Signature")))
        sheet.text(x + room + 12, y, label, font)
    elif kind == "below":
        sheet.text(x + rng.choice((0, room * 0.3)), base + 6, label, font)
    else:
        start = sheet.text(x, y, label, font)[2] + rng.uniform(4, 16)
    if kind in ("line", "below", "end", "head"):
        sheet.rule(start, base, start + room, base, rng.choice((1.5, 2, 2, 3)))
    _entry(sheet, size, start, base, room, label)
    if kind not in ("cell", "end") and start + room < 1250:
        end = sheet.text(start + room + 25, y, rng.choice(("Date:", "Date", "DATE:", "Date signed")), font)[2]
        sheet.rule(end + 5, base, end + 220, base, 2)
        if rng.random() < 0.7:
            written = f"{rng.randint(1, 12)}/{rng.randint(1, 28)}/26"
            sheet.text(end + 10, y - 8, written, sheet.font("hand", size * 1.2))
    if rng.random() < 0.5:
        under = base + size * rng.uniform(1.2, 2.2)
        sheet.text(
            x, under + (size if kind == "below" else 0), person(rng) + rng.choice((", MD", ", DO", ", NP")), font
        )
    if kind != "cell" and rng.random() < 0.4:
        entry = sheet.font(rng.choice(("print", "hand")), size * 1.1)
        over = base - size * rng.uniform(3.1, 4)
        sheet.text(x, over, f"Practice: {person(rng)} {rng.randint(1000, 9999)}", entry)


def _entry(sheet: Sheet, size: float, start: float, base: float, room: float, label: str) -> None:
    """Put something on the line: a hand's signature, a typed name, a stamp, dirt, or nothing."""
    rng = sheet.rng
    name = person(rng)
    if rng.random() < 0.5:
        if rng.random() < 0.05:
            font = sheet.font("hand", size * rng.uniform(1, 1.7))
            left = start + rng.uniform(0, 80)
            corners = sheet.text(left, base - size * rng.uniform(1.3, 1.7), name, font)
        else:
            corners = signature(sheet, start, base, room, name)
        sheet.mark("signature", "present", corners, label)
        return
    sheet.mark("signature", "absent", (start, base - size * 1.5, start + room, base), label)
    what = rng.choice(("nothing", "nothing", "nothing", "name", "name", "name", "electronic", "stamp", "cross", "dirt"))
    left = start + rng.uniform(4, 60)
    if what == "name":
        shown = rng.choice((name, name + ", MD", name.upper(), "Dr. " + name, f"{name} {rng.randint(1, 12)}/2026"))
        sheet.text(left, base - size * rng.uniform(1.0, 2.0), shown, sheet.font("print", size * rng.uniform(0.8, 1.3)))
    elif what == "electronic":
        shown = rng.choice(("Electronically signed by ", "e-signed: ", "Signed electronically by ")) + name
        sheet.text(left, base - size * 1.25, shown, sheet.font("print", size * rng.uniform(0.7, 1)))
    elif what == "stamp":
        font = sheet.font("print", 34)
        box = sheet.text(
            left, base - rng.uniform(30, 60), rng.choice(("RECEIVED", "SCANNED", "PENDING")), font, fill=40
        )
        frame = (box[0] - 12, box[1] - 10, box[2] + 12, box[3] + 10)
        sheet.draw.rectangle([edge * SCALE for edge in frame], outline=40, width=6)
    elif what == "cross":
        tick(sheet, (left, base - 26, left + 22, base - 4), "typed")
    elif what == "dirt":
        for _ in range(rng.randint(1, 4)):
            x, y = start + rng.uniform(0, room), base - rng.uniform(0, 40)
            sheet.stroke([(x, y), (x + rng.uniform(-12, 12), y + rng.uniform(-8, 8))], rng.uniform(2, 5))


def _closing(sheet: Sheet, face: str, size: float, x: float, y: float) -> None:
    rng = sheet.rng
    font = sheet.font("print", size, face)
    name = person(rng)
    label = rng.choice((*_CLOSINGS, "", ""))
    if label:
        sheet.text(x, y, label, font)
    gap = rng.uniform(3.5, 5)
    if rng.random() < 0.6:
        corners = signature(sheet, x, y + size * (gap - 0.8), 420, name)
        sheet.mark("signature", "present", corners, label)
    else:
        sheet.mark("signature", "absent", (x, y + size * 1.5, x + 420, y + size * gap), label)
    sheet.text(x, y + size * gap, f"{name}, MD", font)


def strip(seed: int) -> Sheet:
    """Return a short sheet with three places to sign between lines of print."""
    rng = random.Random(seed)
    sheet = Sheet(rng, 1100)
    face = sheet.font("print", 20).path
    size = rng.uniform(20, 33)
    font = sheet.font("print", size, face)
    for y in (160.0, 480.0, 800.0):
        signing(sheet, face, size, y)
    for y in (60.0, 1020.0):
        sheet.text(90, y, " ".join(person(rng) for _ in range(4)), font)
    if rng.random() < 0.2:
        sheet.rule(WIDTH / 2, 0, WIDTH / 2, 1100, 2)
    return sheet
