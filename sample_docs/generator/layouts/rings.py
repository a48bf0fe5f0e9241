"""Forms on which answers are circled, and forms that are mostly questions."""

from __future__ import annotations

import random

from orders.vocabulary import PAIRED_REGIONS
from sample_docs.generator import clinical
from sample_docs.generator.case import Case
from sample_docs.generator.ink import Piece, Sheet, plain
from sample_docs.generator.parts import furniture, marks, rows, sections
from sample_docs.generator.parts.fields import Entry, entries
from sample_docs.generator.parts.furniture import LEFT, RIGHT
from sample_docs.generator.style import Style

_QUESTIONS = (
    "Asthma?",
    "Diabetes?",
    "Taking metformin?",
    "Claustrophobic?",
    "Previous surgery to this area?",
    "Prior imaging of this area?",
    "Needs an interpreter?",
    "Uses a wheelchair?",
    "Work or auto related?",
    "Latex allergy?",
    "Breastfeeding?",
    "On blood thinners?",
)


def circle_form(rng: random.Random, case: Case, style: Style) -> list[Sheet]:
    """A form that lists parts in running lines, to be circled, with sides and contrast at each line's end."""
    style.choice = "circle"
    sheet = Sheet("order", rng)
    y = furniture.centre_head(rng, sheet, style, case.centre, style.word("titles", "document"))
    y = entries(sheet, style, LEFT, RIGHT, y, sections.patient(rng, case, style), rng.choice(["line", "beside"]))
    sheet.write(
        LEFT,
        y + style.size * 1.6,
        plain(rng.choice(["Circle exam, side and contrast", "PLEASE CIRCLE", "Circle one:"])),
        style.bold,
    )
    y += style.size * 2
    usual = rng.sample(["CT", "MR", "US", "XR", "NM", "RF", "MG"], 4)
    ordered = [exam.modality for exam in case.exams if rows.told(exam)]
    shown = [modality for modality in rows.HEADINGS if modality in usual or modality in ordered]
    heads, letters = rng.choice(rows.CONTRAST_HEADS[:3]), rng.choice(rows.SIDE_LETTERS)
    done: set[int] = set()
    for modality in shown:
        y = _line(rng, sheet, style, case, str(modality), y, heads, letters, done)
    y = rows.other_line(
        rng, sheet, style, case, LEFT, RIGHT, y + 4, [place for place in range(len(case.exams)) if place not in done]
    )
    groups = [
        sections.indication(rng, case, style),
        sections.safety(rng, case, style),
        sections.coverage(rng, case, style),
    ]
    rng.shuffle(groups)
    rest = [entry for group in groups for entry in group]
    rest += sections.provider(rng, case, style) + sections.order(rng, case, style)
    y = entries(sheet, style, LEFT, RIGHT, y, rest, rng.choice(["line", "beside", "boxed"]))
    marks.signature(sheet, style, case, LEFT, y + 26, RIGHT - LEFT)
    furniture.footer(rng, sheet, style, case)
    return [sheet]


def _line(
    rng: random.Random,
    sheet: Sheet,
    style: Style,
    case: Case,
    modality: str,
    y: float,
    heads: dict[str, str],
    letters: dict[str, str],
    done: set[int],
) -> float:
    """Draw one modality's parts, and circle the first exam ordered of it; return the y below."""
    place = next(
        (place for place, exam in enumerate(case.exams) if rows.told(exam) and exam.modality == modality), None
    )
    exam = case.exams[place] if place is not None else None
    where = f"exams.{place}.text"
    keys = rows.others(rng, modality, rng.randint(4, 9), [exam.key] if exam else [])
    if exam:
        keys.insert(rng.randint(0, len(keys)), exam.key)
    heading = rng.choice(rows.HEADINGS[modality])
    step = style.size * 1.75
    y += step
    x = sheet.write(LEFT, y, plain(heading + ":"), style.bold) + style.size
    indent = LEFT + 18
    text = ""
    for key in keys:
        name = rows.label(rng, key)
        if x + style.label.width(name) > RIGHT - 8:
            x, y = indent, y + step
        ring = exam is not None and key == exam.key and not text
        end = sheet.write(x, y, (Piece(name, where if ring else None),), style.label)
        if ring:
            marks.circled(sheet, x, y, end, style.size)
            text = name
        x = end + style.size * 1.2
    asked = []
    if any(clinical.catalogue()[key]["region"] in PAIRED_REGIONS for key in keys):
        asked.append((list(letters), letters, exam.laterality if exam else None))
    if modality in ("CT", "MR"):
        asked.append((list(rows.CONTRASTS), heads, exam.contrast if exam else None))
    said = [heading, text]
    for names, words, stated in asked:
        options = tuple(words[name] for name in names)
        wide = sum(style.label.width(option) + style.size * 1.8 for option in options)
        if x + wide > RIGHT:
            x, y = indent, y + step
        what = marks.Choice(options, names.index(stated) if stated else None, where)
        x = marks.choice(sheet, style, x + 6, y, what, style.label) + style.size
        said.append(words[stated] if stated else "")
    if place is not None:
        rows.reworded(case, place, *said)
        done.add(place)
    return y + style.size * 0.5


def questionnaire(rng: random.Random, case: Case, style: Style) -> list[Sheet]:
    """Two columns: the order on one side, a long list of questions, most of them beside the point, on the other."""
    sheet = Sheet("order", rng)
    y = top = furniture.centre_head(rng, sheet, style, case.centre, style.word("titles", "document"))
    middle = rng.uniform(290, 350)
    swapped = rng.random() < 0.3
    left, right = ((LEFT, middle - 8), (middle + 8, RIGHT))
    order_side, question_side = (right, left) if swapped else (left, right)
    how = rng.choice(["line", "stacked", "boxed"])
    order = sections.order(rng, case, style) + sections.patient(rng, case, style)
    order += sections.exams(rng, case, style) + sections.indication(rng, case, style)
    order += sections.coverage(rng, case, style) + sections.provider(rng, case, style)
    wide = [
        Entry(entry.label, entry.said, max(entry.width, 12 if entry.width > 4 else 6), entry.choice, entry.lines)
        for entry in order
    ]
    lowest = entries(sheet, style, *order_side, top, wide, how)
    y = furniture.heading(sheet, style, *question_side, y, style.word("titles", "safety"))
    asked = [
        Entry(entry.label, entry.said, 12, entry.choice) for entry in sections.safety(rng, case, style, needed=True)
    ]
    for question in rng.sample(_QUESTIONS, rng.randint(4, 9)):
        answer = rng.choice([0, 1, 1, 1, None])
        asked.append(Entry(question, width=12, choice=marks.Choice(("Yes", "No"), answer, "other.answer")))
    rng.shuffle(asked)
    y = _questions(sheet, style, *question_side, y, asked)
    marks.signature(sheet, style, case, LEFT, max(y, lowest) + 24, RIGHT - LEFT)
    furniture.footer(rng, sheet, style, case)
    return [sheet]


def _questions(sheet: Sheet, style: Style, x0: float, x1: float, y: float, asked: list[Entry]) -> float:
    """Draw questions flush left and their answers flush right; return the y below."""
    step = style.size * 1.8
    answer_at = x1 - style.size * (9.5 if style.choice == "bracket" else 8.5)
    for entry in asked:
        y += step
        sheet.write(x0, y, plain(entry.label), style.label, limit=answer_at - x0 - 4)
        if entry.choice:
            marks.choice(sheet, style, answer_at, y, entry.choice, style.label, x1 - answer_at)
        else:
            sheet.line(answer_at, y + 2, x1, y + 2, 0.6)
            sheet.write(answer_at + 2, y, entry.said, style.entry, limit=x1 - answer_at)
    return y + step
