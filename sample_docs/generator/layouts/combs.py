"""Forms read by machines: combs of one box a letter, and slips of one modality with reasons to tick."""

from __future__ import annotations

import random

from orders.vocabulary import PAIRED_REGIONS
from sample_docs.generator import clinical
from sample_docs.generator.case import Case
from sample_docs.generator.ink import Piece, Said, Sheet, plain
from sample_docs.generator.layouts.forms import grid_form
from sample_docs.generator.parts import furniture, marks, rows, sections
from sample_docs.generator.parts.fields import Entry, comb, entries
from sample_docs.generator.parts.furniture import LEFT, RIGHT
from sample_docs.generator.people import data
from sample_docs.generator.style import Style, fill, shown


def comb_form(rng: random.Random, case: Case, style: Style) -> list[Sheet]:
    """A form with one box a letter for names, days and numbers, and the exam put together from parts."""
    sheet = Sheet("order", rng)
    style.size = min(style.size, 9.5)
    # Fonts of a hand that writes capitals small sit in the boxes like any other.
    y = furniture.centre_head(rng, sheet, style, case.centre, style.word("titles", "document")) + 4
    half = (LEFT + RIGHT) / 2
    digits = {"phone": 10, "npi": 10}
    pairs: list[tuple[tuple[str, str, int], tuple[str, str, int]]] = [
        (("patient", "family", 17), ("patient", "given", 15)),
        (("patient", "birth_date", 10), ("patient", "phone", digits["phone"])),
        (("coverage", "member_id", 14), ("coverage", "authorization_number", 14)),
    ]
    if rng.random() < 0.5:
        pairs.append((("patient", "mrn", 10), ("coverage", "group_number", 10)))
    for left, right in pairs:
        below = [
            comb(sheet, style, x0, y, x1, style.word(group, name), _cells(case, style, f"{group}.{name}"), cells)
            for x0, x1, (group, name, cells) in ((LEFT, half - 6, left), (half + 6, RIGHT, right))
        ]
        y = max(below) + 4
    more = [entry for entry in sections.patient(rng, case, style, split=False)[2:] if "phone" not in _paths(entry)]
    more = [entry for entry in more if not _paths(entry) & {"patient.mrn", "patient.phone"}]
    more.append(Entry(style.word("coverage", "payer"), fill("{coverage.payer}", case, style), 12))
    y = entries(sheet, style, LEFT, RIGHT, y, more, "boxed") + 6
    y = _exam_parts(rng, sheet, style, case, y)
    rest = sections.indication(rng, case, style) + sections.safety(rng, case, style)
    rest += sections.provider(rng, case, style) + sections.order(rng, case, style)
    y = entries(sheet, style, LEFT, RIGHT, y, rest, rng.choice(["boxed", "line"]))
    marks.signature(sheet, style, case, LEFT, y + 26, RIGHT - LEFT)
    furniture.footer(rng, sheet, style, case)
    return [sheet]


def _paths(entry: Entry) -> set[str | None]:
    return {piece.field for piece in entry.said}


def _cells(case: Case, style: Style, path: str) -> Said:
    """Return what goes into the boxes: a day with its strokes, a telephone as bare digits."""
    value = str(case.facts.get(path, ""))
    if not value:
        return ()
    if path.endswith("birth_date"):
        year, month, day = value.split("-")
        return (Piece(f"{month}/{day}/{year}", path),)
    return (Piece(value, path),)


def _exam_parts(rng: random.Random, sheet: Sheet, style: Style, case: Case, y: float) -> float:
    """Draw modality, part, side and contrast as questions of their own for the first exam; return the y below."""
    exam = case.exams[0] if case.exams else None
    heads, letters = rng.choice(rows.CONTRAST_HEADS), rng.choice(rows.SIDE_LETTERS)
    modalities = rng.sample(list(rows.HEADINGS), 6)
    if exam and exam.modality and exam.modality not in modalities:
        modalities[0] = exam.modality
    names = tuple(rows.HEADINGS[modality][0] for modality in modalities)
    where = "exams.0.text"
    part = ""
    if exam and exam.body_region:
        # A name with its views would tell the modality that the order leaves open.
        part = rows.label(rng, exam.key) if exam.modality else clinical.catalogue()[exam.key]["names"][0].capitalize()
    words = [
        names[modalities.index(exam.modality)] if exam and exam.modality else "",
        part,
        letters[exam.laterality] if exam and exam.laterality else "",
        heads[exam.contrast] if exam and exam.contrast else "",
    ]
    asked = [
        Entry(
            rng.choice(["Modality", "Exam type", "Study type"]),
            width=12,
            choice=marks.Choice(names, modalities.index(exam.modality) if exam and exam.modality else None, where),
        ),
        Entry(
            rng.choice(["Body part", "Part of body", "Region", "Area to be examined"]),
            (Piece(part, where),) if part else (),
            6,
        ),
        Entry(
            style.word("exam", "laterality"),
            width=6,
            choice=marks.Choice(
                tuple(letters.values()),
                list(letters).index(exam.laterality) if exam and exam.laterality else None,
                where,
            ),
        ),
        Entry(
            style.word("exam", "contrast"),
            width=8,
            choice=marks.Choice(
                tuple(heads.values()), list(heads).index(exam.contrast) if exam and exam.contrast else None, where
            ),
        ),
    ]
    if case.opposed == "exams.0.procedure_code" or rng.random() < 0.5:
        asked.append(Entry(style.word("exam", "procedure_code"), fill("{exams.0.procedure_code}", case, style), 4))
    if exam:
        rows.reworded(case, 0, *words)
    y = entries(sheet, style, LEFT, RIGHT, y, asked, rng.choice(["boxed", "line"]))
    if len(case.exams) > 1:
        more: Said = ()
        for place in range(1, len(case.exams)):
            more += fill(f"{'; ' if more else ''}{{exams.{place}.text}}", case, style)
        y = entries(sheet, style, LEFT, RIGHT, y, [Entry("Additional exam", more, 12, lines=2)], "line")
    return y


def modality_slip(rng: random.Random, case: Case, style: Style) -> list[Sheet]:
    """A slip for one modality, which stands in its title alone, with parts and reasons to tick."""
    exam = case.exams[0] if case.exams else None
    if exam is None or not rows.told(exam) or exam.modality is None:
        return grid_form(rng, case, style)
    sheet = Sheet("order", rng)
    heading = rng.choice(rows.HEADINGS[exam.modality])
    title = f"{heading} {rng.choice(['ORDER FORM', 'REQUEST', 'Referral', 'Requisition'])}"
    y = furniture.centre_head(rng, sheet, style, case.centre, title)
    how = rng.choice(["line", "boxed", "beside"])
    y = (
        entries(
            sheet, style, LEFT, RIGHT, y, sections.order(rng, case, style) + sections.patient(rng, case, style), how
        )
        + 6
    )
    y = _parts(rng, sheet, style, case, heading, y)
    y = rows.other_line(rng, sheet, style, case, LEFT, RIGHT, y, range(1, len(case.exams)))
    y = _reasons(rng, sheet, style, case, y)
    rest = sections.safety(rng, case, style) + sections.coverage(rng, case, style) + sections.provider(rng, case, style)
    y = entries(sheet, style, LEFT, RIGHT, y, rest, how)
    marks.signature(sheet, style, case, LEFT, y + 26, RIGHT - LEFT)
    furniture.footer(rng, sheet, style, case)
    return [sheet]


def _parts(rng: random.Random, sheet: Sheet, style: Style, case: Case, heading: str, y: float) -> float:
    """Draw the modality's parts in columns, each with its side, and the contrast below; return the y below."""
    exam = case.exams[0]
    modality = str(exam.modality)
    keys = [exam.key, *rows.others(rng, modality, rng.randint(6, 17), [exam.key])]
    rng.shuffle(keys)
    heads, letters = rng.choice(rows.CONTRAST_HEADS), rng.choice(rows.SIDE_LETTERS[:2])
    columns = rng.choice([2, 3])
    width, step = (RIGHT - LEFT) / columns, style.size * 1.6
    tall = -(-len(keys) // columns)
    text = ""
    for place, key in enumerate(keys):
        x, base = LEFT + width * (place // tall), y + step * (place % tall + 1)
        on = key == exam.key
        name = rows.label(rng, key)
        text = name if on else text
        where = "exams.0.text" if on else None
        edge = x + width - 8
        if clinical.catalogue()[key]["region"] in PAIRED_REGIONS and not clinical.catalogue()[key].get("sides"):
            wide = sum(style.label.width(letter) + 2.6 * style.size for letter in letters.values()) * 0.8
            side = list(letters).index(exam.laterality) if on and exam.laterality else None
            what = marks.Choice(tuple(letters.values()), side, "exams.0.text")
            marks.choice(sheet, style, edge - wide, base, what, style.label.at(style.size * 0.8), wide)
            edge -= wide + 4
        mark_and_name(sheet, style, x, base, edge, name, where)
    y += step * (tall + 0.6)
    if modality in ("CT", "MR"):
        at = sheet.write(LEFT, y + style.size, plain(style.word("exam", "contrast") + style.colon), style.bold) + 6
        on_contrast = rows.CONTRASTS.index(exam.contrast) if exam.contrast else None
        what = marks.Choice(tuple(heads[kind] for kind in rows.CONTRASTS), on_contrast, "exams.0.text")
        marks.choice(sheet, style, at, y + style.size, what, style.label, RIGHT - at)
        y += step * 1.2
    side_word = letters[exam.laterality] if exam.laterality else ""
    rows.reworded(case, 0, heading, text, side_word, heads[exam.contrast] if exam.contrast else "")
    return y + 4


def mark_and_name(sheet: Sheet, style: Style, x: float, y: float, x1: float, name: str, where: str | None) -> None:
    """Draw one row to tick in the document's way; `where` is what it states if it is ticked."""
    kind = style.label.at(style.size * 0.92)
    if style.choice == "circle":
        end = sheet.write(x, y, (Piece(name, where),), kind, limit=x1 - x)
        if where:
            marks.circled(sheet, x, y, end, kind.size)
        return
    if style.choice == "underscore":
        x = marks.underscore(sheet, style, x, y, kind, bool(where))
    elif style.choice == "bracket":
        x = sheet.write(x, y, plain("[X]" if where else "[ ]"), kind) + 4
    else:
        x = marks.tick_box(sheet, style, x, y, kind.size * 0.85, bool(where)) + 4
    sheet.write(x, y, (Piece(name, where),), kind, limit=x1 - x)


def _reasons(rng: random.Random, sheet: Sheet, style: Style, case: Case, y: float) -> float:
    """Draw usual reasons to tick, the order's own among them or written below; return the y below."""
    stated = shown(case, style, "indication.text")
    groups = data("reasons")["reasons"]
    usual = [
        item["text"].replace("{side} ", "").capitalize()
        for item in groups[clinical.catalogue()[case.exams[0].key]["reasons"]]
    ]
    usual += [item["text"].replace("{side} ", "").capitalize() for item in rng.choice(list(groups.values()))]
    usual = [text for text in dict.fromkeys(usual) if text.lower() != stated.lower()][: rng.randint(2, 4)]
    ticked = bool(stated) and rng.random() < 0.6
    listed = [*usual, stated] if ticked else usual
    rng.shuffle(listed)
    y = furniture.heading(sheet, style, LEFT, RIGHT, y, style.word("indication", "text"))
    for text in listed:
        y += style.size * 1.55
        mark_and_name(sheet, style, LEFT + 4, y, RIGHT, text, "indication.text" if ticked and text == stated else None)
    y += style.size * 0.6
    more = [Entry(style.word("indication", "icd10"), sections.code_list(case), 6)]
    if not ticked:
        more.insert(0, Entry("Other", fill("{indication.text}", case, style), 12, lines=2))
    return entries(sheet, style, LEFT, RIGHT, y, more, "line")
