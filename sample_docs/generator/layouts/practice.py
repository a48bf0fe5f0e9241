"""What a practice prints or writes itself: EHR print-outs, letters, templates, pads, line-printer orders."""

from __future__ import annotations

import random

from sample_docs.generator.case import Case
from sample_docs.generator.ink import Piece, Said, Sheet, Type, plain
from sample_docs.generator.parts import furniture, marks, sections
from sample_docs.generator.parts.fields import Entry, entries
from sample_docs.generator.parts.furniture import LEFT, RIGHT
from sample_docs.generator.people import data
from sample_docs.generator.style import Style, fill


def ehr_order(rng: random.Random, case: Case, style: Style) -> list[Sheet]:
    """An electronic record's order print-out: patient strip, sections of label and value, signed by statement."""
    sheet = Sheet("order", rng)
    y = furniture.letterhead(rng, sheet, style, case)
    strip = [*sections.patient(rng, case, style, split=False)]
    if rng.random() < 0.5:
        sheet.box(LEFT - 4, y, RIGHT + 4, y + 2, 0, fill=120)
    y = entries(sheet, style, LEFT, RIGHT, y + 4, strip, rng.choice(["beside", "aligned", "stacked"])) + 6
    sheet.write(LEFT, y + style.size * 1.4, plain(style.word("titles", "document")), style.head(1.5))
    y += style.size * 2.4
    how = rng.choice(["aligned", "beside", "table", "stacked"])
    exam = sections.exams(rng, case, style) + sections.order(rng, case, style)
    if rng.random() < 0.4:
        exam.append(Entry("Order #", fill("{other.order_number}", case, style), 5))
    blocks = [("exam", exam), ("indication", sections.indication(rng, case, style))]
    if rng.random() < 0.9:
        blocks.append(("coverage", sections.coverage(rng, case, style)))
    statements = sections.answers(rng, case, style)
    if statements:
        blocks.append(("safety", [Entry(rng.choice(["Alerts", "Screening", "Precautions"]), statements, 12, lines=2)]))
    blocks.append(("provider", sections.provider(rng, case, style)))
    first, *rest = blocks
    rng.shuffle(rest)
    sheets = [sheet]
    cut = rng.randint(1, len(blocks) - 1) if rng.random() < 0.15 else 0
    for place, (title, rows) in enumerate([first, *rest]):
        if place and place == cut:
            furniture.footer(rng, sheet, style, case, 1, 2)
            sheet = Sheet("order", rng)
            sheets.append(sheet)
            y = _continued(sheet, style, case)
        y = furniture.heading(sheet, style, LEFT, RIGHT, y, style.word("titles", title))
        y = entries(sheet, style, LEFT, RIGHT, y, rows, how) + rng.uniform(4, 10)
    y = marks.signature(sheet, style, case, LEFT, y + 26, RIGHT - LEFT)
    furniture.footer(rng, sheet, style, case, len(sheets), len(sheets))
    return sheets


def _continued(sheet: Sheet, style: Style, case: Case) -> float:
    """Draw the head of a second page: whose order it is."""
    said = sections.name(case, style) + fill("<   DOB {patient.birth_date}><   MRN {patient.mrn}>", case, style)
    sheet.write(LEFT, 50, said, style.label)
    sheet.line(LEFT, 56, RIGHT, 56, 0.6)
    return 66.0


def letter(rng: random.Random, case: Case, style: Style) -> list[Sheet]:
    """A letter in prose on the practice's letterhead."""
    sheet = Sheet("order", rng)
    y = furniture.letterhead(rng, sheet, style, case) + 14
    body = style.entry if style.fill == "hand" else Type(style.face.regular, style.size * 1.15)
    leading = 1.35

    def para(said: Said, gap: float = 0.7) -> None:
        nonlocal y
        if said:
            y = sheet.paragraph(LEFT + 6, y, RIGHT - LEFT - 12, said, body, leading) + body.size * gap

    para(fill("{order_date}", case, style))
    if rng.random() < 0.6:
        para((Piece(case.centre.name, "other.centre"),), 0)
        para((Piece(str(case.centre.place), "other.address"),))
    if rng.random() < 0.65:
        para(
            fill(rng.choice(["RE: ", "Re: ", "Patient: ", "Regarding "]), case, style)
            + sections.name(case, style)
            + fill(
                rng.choice(
                    [
                        "<   DOB: {patient.birth_date}>",
                        "<, born {patient.birth_date}>",
                        "<  (DOB {patient.birth_date})>",
                    ]
                )
                + "<   MRN {patient.mrn}>",
                case,
                style,
            )
        )
    para(plain(rng.choice(data("texts")["letter"]["greetings"])))
    para(_request(rng, case, style, born=(0, "patient.birth_date") not in sheet.stated))
    story = list(rng.sample(data("texts")["letter"]["filler"], rng.randint(0, 2)))
    tail = [
        fill("<The patient can be reached at {patient.phone}.>", case, style),
        _insured(rng, case, style),
        sections.answers(rng, case, style),
        _when(case),
        *(plain(sentence) for sentence in story),
    ]
    rng.shuffle(tail)
    for said in tail:
        para(said, rng.choice([0.1, 0.7]))
    y += 6
    para(plain(rng.choice(data("texts")["letter"]["closings"])), 1.6)
    y = marks.signature(sheet, style, case, LEFT + 6, y + 14, 330)
    name = sections.provider_name(case, style)
    if name:
        para(name + fill("<   NPI {provider.npi}>", case, style), 0)
    furniture.footer(rng, sheet, style, case)
    return [sheet]


def _request(rng: random.Random, case: Case, style: Style, born: bool) -> Said:
    """Return the sentences that say who is to have which exam and why."""
    who = sections.name(case, style, "first_last") or plain("this patient")
    if born:
        who += fill(
            rng.choice(["< (DOB {patient.birth_date})>", "<, date of birth {patient.birth_date}>"]), case, style
        )
    said: list[Piece] = []
    exams: list[Piece] = []
    for place in range(len(case.exams)):
        exams += [Piece(" and ")] if place else []
        exams += fill(f"{{exams.{place}.text}}< (CPT {{exams.{place}.procedure_code}})>", case, style)
    parts = {"P": who, "E": tuple(exams) or plain("imaging"), "R": fill("{indication.text}", case, style)}
    said += _expand(rng.choice(data("texts")["letter"]["openings"]), parts)
    if parts["R"]:
        said += [Piece(" "), *_expand(rng.choice(data("texts")["letter"]["reasons"]), parts)]
    if case.codes:
        said += [
            Piece(rng.choice([" ICD-10: ", " Diagnosis code ", " (Dx "])),
            *sections.code_list(case),
            Piece(").") if said[-1].text.endswith("(Dx ") else Piece("."),
        ]
    return tuple(said)


def _expand(template: str, parts: dict[str, Said]) -> list[Piece]:
    out: list[Piece] = []
    for place, stretch in enumerate(template.replace("}", "{").split("{")):
        out += list(parts[stretch]) if place % 2 else [Piece(stretch)]
    return out


def _insured(rng: random.Random, case: Case, style: Style) -> Said:
    return fill(rng.choice(data("texts")["letter"]["insured"]), case, style)


def _when(case: Case) -> Said:
    stated = str(case.facts["priority"])
    sentence = {
        "routine": "This is a ROUTINE request.",
        "urgent": "This request is URGENT, please schedule within days.",
        "stat": "Please perform STAT and call with results.",
    }.get(stated, "")
    before, word, after = sentence.partition(stated.upper()) if stated else ("", "", "")
    return (Piece(before), Piece(word, "priority"), Piece(after)) if stated else ()


def template(rng: random.Random, case: Case, style: Style) -> list[Sheet]:
    """A practice's own word-processor template: labels with lines to fill in, one under another."""
    sheet = Sheet("order", rng)
    y = furniture.letterhead(rng, sheet, style, case)
    title = style.word("titles", "document")
    sheet.write(
        306, y + style.size * 1.8, plain(title.upper() if rng.random() < 0.6 else title), style.head(1.6), "centre"
    )
    y += style.size * 2.8
    rows = sections.patient(rng, case, style)
    exam = sections.exams(rng, case, style)
    groups = [exam, sections.indication(rng, case, style), sections.safety(rng, case, style)]
    if rng.random() < 0.8:
        groups.append(sections.coverage(rng, case, style))
    rng.shuffle(groups)
    rows = sections.order(rng, case, style) + rows if rng.random() < 0.4 else rows + sections.order(rng, case, style)
    for group in groups:
        rows += group
    rows += sections.provider(rng, case, style, contact=rng.random() < 0.5 or not _headed(sheet))
    y = entries(sheet, style, LEFT, RIGHT, y, rows, rng.choice(["line", "line", "beside", "boxed"]))
    marks.signature(sheet, style, case, LEFT, y + 28, RIGHT - LEFT)
    furniture.footer(rng, sheet, style, case)
    return [sheet]


def _headed(sheet: Sheet) -> bool:
    return (0, "provider.phone") in sheet.stated


def pad(rng: random.Random, case: Case, style: Style) -> list[Sheet]:
    """A prescription pad: a small sheet, little print, the order written freely."""
    small = rng.random() < 0.5
    sheet = Sheet("order", rng)
    left, right = (130.0, 482.0) if small else (LEFT + 20, RIGHT - 20)
    top = rng.uniform(40, 120) if small else 40
    if small:
        sheet.box(left - 16, top - 14, right + 16, top + 520, 0.8)
    y = _pad_head(rng, sheet, style, case, left, right, top)
    rows = [
        Entry(style.word("patient", "name"), sections.name(case, style), 8),
        Entry(style.word("patient", "birth_date"), fill("{patient.birth_date}", case, style), 4),
        Entry(
            style.word("patient", "line"),
            fill("<{patient.address.line}, ><{patient.address.city} ><{patient.address.state}>", case, style)
            if rng.random() < 0.5
            else (),
            8,
        ),
        Entry(style.word("order", "order_date"), fill("{order_date}", case, style), 4),
    ]
    if rng.random() < 0.6:
        rows.append(Entry(style.word("patient", "phone"), fill("{patient.phone}", case, style), 7))
    y = entries(sheet, style, left, right, y, rows, "line") + 10
    sheet.write(left, y + 26, plain("Rx" if rng.random() < 0.7 else style.word("exam", "text")), style.head(2.6))
    y += 44
    lines: list[Said] = [
        fill(f"{{exams.{place}.text}}<  {{exams.{place}.procedure_code}}>", case, style)
        for place in range(len(case.exams))
    ]
    prefix = rng.choice(["Dx: ", "For: ", "r/o - ", "", "Reason: "])
    lines.append(fill(f"<{prefix}{{indication.text}}>", case, style))
    lines.append((Piece(rng.choice(["ICD-10 ", "Dx code ", ""])), *sections.code_list(case)) if case.codes else ())
    lines.append(fill("<Auth # {coverage.authorization_number}>", case, style) if rng.random() < 0.6 else ())
    lines.append(fill("<{coverage.payer}>< ID {coverage.member_id}>", case, style) if rng.random() < 0.6 else ())
    lines.append(sections.answers(rng, case, style) if rng.random() < 0.6 else ())
    stated = str(case.facts["priority"])
    lines.append((Piece(stated.upper(), "priority"),) if stated in ("urgent", "stat") else ())
    for said in lines:
        if said:
            y = sheet.paragraph(left + rng.uniform(4, 24), y, right - left - 30, said, style.entry, 1.25) + rng.uniform(
                2, 8
            )
    y = marks.signature(sheet, style, case, left, max(y + 26, top + 420), right - left)
    sheet.write(left, y + 8, fill("<NPI {provider.npi}>", case, style), style.label)
    return [sheet]


def _pad_head(rng: random.Random, sheet: Sheet, style: Style, case: Case, left: float, right: float, y: float) -> float:
    """Draw the pad's printed head: doctor, practice, address, telephones."""
    middle = (left + right) / 2
    name = fill(f"<{{provider.given}} {{provider.family}}, {case.credential}>", case, style)
    if name:
        sheet.write(middle, y + 12, name, style.head(1.5), "centre")
    for said in (
        fill("{provider.practice}", case, style),
        (Piece(str(case.practice.place), "other.address"),),
        fill("<Tel {provider.phone}>    <Fax {provider.fax}>", case, style),
    ):
        y += style.size * 1.3
        if said:
            sheet.write(middle, y + 14, said, style.label, "centre", limit=right - left)
    sheet.line(left, y + 20, right, y + 20, 1)
    return y + 26


def line_printer(rng: random.Random, case: Case, style: Style) -> list[Sheet]:
    """An old system's print-out: one fixed-width font, labels in capitals, dots or colons between."""
    sheet = Sheet("order", rng)
    size = rng.choice([8.5, 9.0, 9.5])
    kind = Type(style.face.regular, size)
    columns = int((RIGHT - LEFT) / kind.width("0"))
    step = size * 1.22
    tab = rng.randint(20, 26)
    y = 52.0

    def put(said: Said, column: int = 0) -> None:
        sheet.write(LEFT + column * kind.width("0"), y, said, kind, limit=RIGHT - LEFT - column * kind.width("0"))

    def pair(label: str, said: Said) -> None:
        nonlocal y
        dots = "." * (tab - len(label) - 1) + ":" if style.memo.setdefault("dots", rng.choice("yn")) == "y" else ":"
        put(plain((label.upper() + dots)[: tab + 1]))
        wide = [Piece(piece.text.upper(), piece.field) for piece in said]
        y = (
            sheet.paragraph(
                LEFT + (tab + 2) * kind.width("0"), y, RIGHT - LEFT - (tab + 2) * kind.width("0"), tuple(wide), kind
            )
            if said
            else y + step
        )

    for said in (
        fill("{provider.practice!u}", case, style),
        (Piece(str(case.practice.place).upper(), "other.address"),),
        fill("<PHONE {provider.phone}>  <FAX {provider.fax}>", case, style),
    ):
        if said:
            put(said)
            y += step
    rule = rng.choice("=-*_") * columns
    for title, rows in (
        (style.word("titles", "document"), sections.order(rng, case, style)),
        (style.word("titles", "patient"), sections.patient(rng, case, style)),
        (style.word("titles", "exam"), sections.exams(rng, case, style) + sections.indication(rng, case, style)),
        (style.word("titles", "coverage"), sections.coverage(rng, case, style)),
        (style.word("titles", "provider"), sections.provider(rng, case, style)),
    ):
        put(plain(rule))
        y += step
        put(plain(title.upper()), rng.choice([0, 0, 24]))
        y += step * 1.3
        for row in rows:
            if row.choice:
                chosen = row.choice.options[row.choice.chosen] if row.choice.chosen is not None else ""
                pair(row.label, (Piece(chosen, row.choice.field),) if chosen else ())
            else:
                pair(row.label, row.said)
        y += step * 0.5
    statements = sections.answers(rng, case, style)
    if statements:
        pair("Alerts", statements)
    style.face, style.size = style.face, size
    marks.signature(sheet, style, case, LEFT, y + 22, RIGHT - LEFT)
    furniture.footer(rng, sheet, style, case)
    return [sheet]
