"""What surrounds the order: letterheads, section titles, footers, other people's names, stamps."""

from __future__ import annotations

import random

from sample_docs.generator.case import Case
from sample_docs.generator.ink import Piece, Sheet, Type, plain
from sample_docs.generator.people import Office, data
from sample_docs.generator.style import Style, fill, shown

LEFT, RIGHT = 46.0, 566.0


def letterhead(rng: random.Random, sheet: Sheet, style: Style, case: Case, y: float = 46) -> float:
    """Draw the practice's letterhead; return the y below. Numbers that the order leaves out stay out."""
    grow = style.head(rng.uniform(1.4, 2.0))
    where, at = rng.choice([("left", LEFT), ("centre", 306.0), ("centre", 306.0), ("right", RIGHT)])
    practice = fill("{provider.practice}", case, style, upper=rng.random() < 0.2)
    sheet.write(at, y + 8, practice, grow, where, limit=RIGHT - LEFT)
    y += 8 + grow.size * 0.9
    if rng.random() < 0.35 and shown(case, style, "provider.family"):
        doctors = fill(f"{{provider.given}} {{provider.family}}, {case.credential}", case, style)
        if rng.random() < 0.5:
            doctors = (
                *doctors,
                Piece("   "),
                Piece(case.others["copy_to"].replace("Dr. ", "") + ", MD", "other.person"),
            )
        sheet.write(at, y, doctors, style.label, where)
        y += style.size * 1.3
    place = case.practice.place
    sheet.write(at, y, (Piece(str(place), "other.address"),), style.label, where, limit=RIGHT - LEFT)
    y += style.size * 1.3
    phone, fax = rng.choice(
        [("Phone: ", "Fax: "), ("Tel ", "Fax "), ("P: ", "F: "), ("Ph. ", "Fx. "), ("Office ", "Fax ")]
    )
    contact = fill(f"<{phone}{{provider.phone}}   ><{fax}{{provider.fax}}>", case, style)
    if contact:
        sheet.write(at, y, contact, style.label, where)
    y += style.size * 0.8
    if rng.random() < 0.7:
        sheet.line(LEFT, y, RIGHT, y, rng.choice([0.6, 1.0, 2.0]))
    return y + 6


def centre_head(rng: random.Random, sheet: Sheet, style: Style, centre: Office, title: str, y: float = 40) -> float:
    """Draw the head of an imaging centre's own form; its numbers are nobody's on the order."""
    grow = style.head(rng.uniform(1.5, 2.0))
    layout = rng.choice(["left", "centre", "split"])
    phone, fax = rng.choice([("Scheduling", "Fax orders to"), ("Phone", "Fax"), ("Tel", "FAX"), ("Ph", "Fx")])
    contact = f"{phone}: {style.phone(centre.phone)}   {fax}: {style.phone(centre.fax)}"
    said = (Piece(centre.name, "other.centre"),)
    if layout == "split":
        sheet.write(LEFT, y + 10, said, grow, limit=270)
        sheet.write(
            RIGHT, y + 4, (Piece(contact, "other.phone"),), style.label.at(style.size * 0.9), "right", limit=240
        )
        sheet.write(
            RIGHT,
            y + 4 + style.size * 1.2,
            (Piece(str(centre.place), "other.address"),),
            style.label.at(style.size * 0.9),
            "right",
            limit=240,
        )
        sheet.write(LEFT, y + 10 + grow.size, plain(title), style.head(1.2))
        y += 14 + grow.size
    else:
        at = LEFT if layout == "left" else 306.0
        sheet.write(at, y + 10, said, grow, layout)
        y += 10 + style.size * 1.3
        for line, tag in ((str(centre.place), "other.address"), (contact, "other.phone")):
            sheet.write(at, y, (Piece(line, tag),), style.label.at(style.size * 0.9), layout)
            y += style.size * 1.15
        sheet.write(
            at, y + style.size * 0.6, plain(title.upper() if rng.random() < 0.5 else title), style.head(1.25), layout
        )
        y += style.size * 0.8
    return y + 10


def heading(sheet: Sheet, style: Style, x0: float, x1: float, y: float, text: str) -> float:
    """Draw a section's title in the document's way; return the y below."""
    kind = style.head(1.1)
    if style.title == "bar":
        dark = style.memo.setdefault("bar", style.rng.choice(["0", "70", "215"]))
        sheet.box(x0, y, x1, y + kind.size * 1.4, 0, fill=int(dark))
        ink = Type(kind.path, kind.size, grey=255 if int(dark) < 100 else 0)
        sheet.write(x0 + 4, y + kind.size * 1.07, plain(text), ink)
        return y + kind.size * 1.4 + 3
    if style.title == "boxed":
        sheet.box(x0, y, x1, y + kind.size * 1.4, 0.8)
        sheet.write((x0 + x1) / 2, y + kind.size * 1.07, plain(text), kind, "centre")
        return y + kind.size * 1.4 + 3
    shown_text = text.upper() if style.title == "caps" else text
    sheet.write(x0, y + kind.size * 1.05, plain(shown_text), kind)
    if style.title == "rule":
        sheet.line(x0, y + kind.size * 1.3, x1, y + kind.size * 1.3, 0.8)
    return y + kind.size * 1.4 + 3


def footer(rng: random.Random, sheet: Sheet, style: Style, case: Case, number: int = 1, of: int = 1) -> None:
    """Draw small print at the foot: a notice, when it was printed, which page it is."""
    sheet.end()
    if rng.random() < 0.12:
        barcode(rng, sheet, RIGHT - 130, 714, 130, 22)
    small = style.label.at(6.5)
    if rng.random() < 0.5:
        text = rng.choice(data("texts")["small_print"]["lines"]).format(
            n=rng.randint(100, 9999), m=rng.randint(1, 12), y=rng.randint(15, 25)
        )
        sheet.paragraph(LEFT, 762, RIGHT - LEFT, plain(text), small)
    if rng.random() < 0.4:
        sheet.write(LEFT, 750, fill("Printed {other.print_date}", case, style), small)
    if of > 1 or rng.random() < 0.3:
        sheet.write(RIGHT, 750, plain(f"Page {number} of {of}"), small, "right")


def barcode(rng: random.Random, sheet: Sheet, x0: float, y0: float, width: float, height: float) -> None:
    """Draw bars such as record systems print; they say nothing."""
    x = x0
    while x < x0 + width - 4:
        thick = rng.choice([0.9, 0.9, 2.0, 2.8])
        sheet.box(x, y0, x + thick, y0 + height, 0, fill=0)
        x += thick + rng.choice([0.9, 1.8, 2.6])


def stamp(rng: random.Random, sheet: Sheet, style: Style, case: Case) -> None:
    """Draw a rubber stamp over the page: received, faxed, or the like, with a day that is not the order's."""
    x, y = rng.uniform(330, 440), rng.uniform(60, 700)
    kind = Type(style.face.bold, rng.uniform(12, 17), grey=rng.choice([40, 90, 120]))
    text = rng.choice(["RECEIVED", "FAXED", "SCANNED", "COPY", "ENTERED", "SENT"])
    said = fill(f"{text} {{other.print_date}}", case, style)
    end = sheet.write(x, y, said, kind, limit=566 - x)
    if rng.random() < 0.6:
        sheet.box(x - 6, y - kind.size - 2, end + 6, y + 6, 1.6, grey=kind.grey)
