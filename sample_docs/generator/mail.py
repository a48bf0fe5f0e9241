"""E-mails that carry an order in their text, in attachments, or not at all."""

from __future__ import annotations

import io
import random
import zipfile
from datetime import datetime, timedelta, timezone
from email.message import EmailMessage
from email.utils import format_datetime

from sample_docs.generator.case import Case
from sample_docs.generator.fonts import faces
from sample_docs.generator.ink import Piece, Said, Sheet, Type, text_of
from sample_docs.generator.made import MadePage, MadeWord, Printout
from sample_docs.generator.parts import sections
from sample_docs.generator.style import Style, fill

_TYPES = {".pdf": ("application", "pdf"), ".tif": ("image", "tiff"), ".jpg": ("image", "jpeg")}


def body(rng: random.Random, case: Case, style: Style, whole: bool) -> tuple[Sheet, str]:
    """Return the message's text as a sheet and as plain text; with `whole` it holds the order itself."""
    sheet = Sheet("order" if whole else "cover", rng)
    lines: list[Said] = [
        (Piece(rng.choice(["Hello,", "Good morning,", "Hi scheduling team,", "To whom it may concern,"])),),
        (),
    ]
    if whole:
        lines += _order_lines(rng, case, style)
    else:
        lines.append(
            (
                Piece(
                    rng.choice(
                        [
                            "Please see the attached order.",
                            "New imaging order attached. Please call the patient to schedule.",
                            "Attached is a referral from our office.",
                        ]
                    )
                ),
            )
        )
    lines += [
        (),
        (Piece("Thank you,"),),
        fill("{provider.practice}", case, style),
        fill("<Phone {provider.phone}>< Fax {provider.fax}>", case, style),
    ]
    if whole and case.signature != "none":
        case.signature = "electronic"
        name = fill("{provider.given} {provider.family}, " + case.credential, case, style)
        lines.append((Piece("Electronically signed by ", "signed"), *name))
        sheet.state("signed")
    kind = Type(faces("sans")[0].regular, 10)
    y = 60.0
    for line in lines:
        if line:
            sheet.write(50, y, line, kind)
        y += 14
    return sheet, "\n".join(text_of(line) for line in lines) + "\n"


def _order_lines(rng: random.Random, case: Case, style: Style) -> list[Said]:
    """Return the order as a list of labelled lines."""
    rows = [
        *sections.patient(rng, case, style, split=False),
        *sections.exams(rng, case, style),
        *sections.indication(rng, case, style),
        *sections.coverage(rng, case, style),
        *sections.provider(rng, case, style, contact=False),
        *sections.order(rng, case, style),
    ]
    lines: list[Said] = []
    for row in rows:
        said = row.said
        if row.choice and row.choice.chosen is not None:
            said = (Piece(row.choice.options[row.choice.chosen], row.choice.field),)
        lines.append((Piece(f"{row.label}: "), *said))
    statements = sections.answers(rng, case, style)
    return [*lines, statements] if statements else lines


def message(
    rng: random.Random, case: Case, text: str | None, files: list[Printout], names: list[str], html: bool
) -> bytes:
    """Return an e-mail with `text` as its body (None for none) and the files attached under `names`."""
    mail = EmailMessage()
    domain = "".join(char for char in case.practice.name.lower() if char.isalpha())[:18]
    mail["From"] = f"Front Desk <orders@{domain}.example>"
    mail["To"] = "intake@imagingcenter.example"
    mail["Subject"] = rng.choice(["Imaging order", "Referral", "New order", "Order for scheduling", "FW: order"])
    sent = datetime(case.ordered.year, case.ordered.month, case.ordered.day, 9, tzinfo=timezone(timedelta(hours=-5)))
    mail["Date"] = format_datetime(sent + timedelta(minutes=rng.randint(0, 500)))
    mail["Message-ID"] = f"<{rng.getrandbits(64):016x}@{domain}.example>"
    mail.set_content(text or "")
    if text and html:
        paragraphs = "".join(f"<p>{_escaped(line) or '&nbsp;'}</p>" for line in text.splitlines())
        mail.add_alternative(f"<html><body style='font-family:sans-serif'>{paragraphs}</body></html>", subtype="html")
    packed = rng.random() < 0.1
    for file, name in zip(files, names, strict=True):
        if packed:
            data = _zipped(name + file.suffix, file.data)
            mail.add_attachment(data, maintype="application", subtype="zip", filename=f"{name}.zip")
            continue
        main, sub = _TYPES[file.suffix]
        mail.add_attachment(file.data, maintype=main, subtype=sub, filename=name + file.suffix)
    boundary = rng.getrandbits(64)
    for place, part in enumerate(mail.walk()):
        if part.is_multipart():
            part.set_boundary(f"=={boundary:016x}{place}==")
    return mail.as_bytes()


def body_page(sheet: Sheet, number: int) -> tuple[MadePage, list[MadeWord]]:
    """Return the message's text as a page without a picture, its words without boxes."""
    words = [MadeWord(word.text, None, number, word.field, word.order, False) for word in sheet.words]
    return MadePage(number, sheet.type, None if sheet.type == "cover" else sheet.order, None), words


def _zipped(name: str, data: bytes) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr(zipfile.ZipInfo(name, (2026, 1, 1, 0, 0, 0)), data)
    return out.getvalue()


def _escaped(line: str) -> str:
    return line.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
