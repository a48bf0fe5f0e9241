"""Forms that are ruled tables: contrast and side as columns, numbered cells, rows of orders."""

from __future__ import annotations

import random
from dataclasses import replace

from orders.vocabulary import PAIRED_REGIONS
from sample_docs.generator import clinical
from sample_docs.generator.case import Case
from sample_docs.generator.ink import Piece, Said, Sheet, plain
from sample_docs.generator.parts import furniture, marks, rows, sections
from sample_docs.generator.parts.fields import Entry, entries
from sample_docs.generator.parts.furniture import LEFT, RIGHT
from sample_docs.generator.style import Style, fill


def contrast_table(rng: random.Random, case: Case, style: Style) -> list[Sheet]:
    """A form whose exams are rows and whose sides and contrasts are columns of one ruled table."""
    sheet = Sheet("order", rng)
    y = furniture.centre_head(rng, sheet, style, case.centre, style.word("titles", "document"))
    how = rng.choice(["boxed", "line", "table"])
    y = entries(sheet, style, LEFT, RIGHT, y, sections.patient(rng, case, style), how) + 6
    modality = next((exam.modality for exam in case.exams if rows.told(exam) and exam.modality in ("CT", "MR")), None)
    shown = [modality or rng.choice(["CT", "MR"])]
    shown += [exam.modality for exam in case.exams if rows.told(exam) and exam.modality and exam.modality not in shown]
    y, written = _table(rng, sheet, style, case, y, shown)
    y = rows.other_line(rng, sheet, style, case, LEFT, RIGHT, y, written)
    below = sections.indication(rng, case, style) + sections.safety(rng, case, style)
    below += (
        sections.provider(rng, case, style) + sections.coverage(rng, case, style) + sections.order(rng, case, style)
    )
    y = entries(sheet, style, LEFT, RIGHT, y, below, how)
    marks.signature(sheet, style, case, LEFT, y + 26, RIGHT - LEFT)
    furniture.footer(rng, sheet, style, case)
    return [sheet]


def _table(
    rng: random.Random, sheet: Sheet, style: Style, case: Case, y: float, shown: list[str]
) -> tuple[float, list[int]]:
    """Draw the table; return the y below and the places of the exams that it has no cell for."""
    heads, letters = rng.choice(rows.CONTRAST_HEADS[:2]), rng.choice(rows.SIDE_LETTERS[:2])
    sides = ["right", "left"] + (["bilateral"] if rng.random() < 0.4 else [])
    columns = [*(letters[side] for side in sides), *(heads[kind] for kind in rows.CONTRASTS)]
    if rng.random() < 0.3:
        columns, sides_first = [*columns[len(sides) :], *columns[: len(sides)]], False
    else:
        sides_first = True
    width = 30.0
    edge = RIGHT - width * len(columns)
    step = style.size * 1.6
    written = [place for place, exam in enumerate(case.exams) if not rows.told(exam)]
    for modality in shown:
        heading = rng.choice(rows.HEADINGS[modality])
        _head_row(sheet, style, heading, columns, edge, width, y, step)
        y += step
        ordered = [place for place, exam in enumerate(case.exams) if rows.told(exam) and exam.modality == modality]
        keys: list[tuple[str, int | None]] = [(case.exams[place].key, place) for place in ordered]
        fill_up = rng.randint(3, 9) if modality in ("CT", "MR") else rng.randint(1, 3)
        keys += [(key, None) for key in rows.others(rng, modality, fill_up, [key for key, _ in keys])]
        rng.shuffle(keys)
        for key, place in keys:
            text = rows.label(rng, key)
            exam = case.exams[place] if place is not None else None
            where = f"exams.{place}.text" if exam else None
            on = _cells(exam, sides, sides_first)
            sheet.box(LEFT, y, edge, y + step, 0.5)
            sheet.write(
                LEFT + 5 + step, y + step * 0.72, (Piece(text, where),), style.label, limit=edge - LEFT - step - 8
            )
            if exam is None or not on:
                marks.tick_box(sheet, replace(style, choice="box"), LEFT + 4, y + step * 0.8, step * 0.55, bool(exam))
            for column in range(len(columns)):
                x = edge + column * width
                grey = _closed(key, column, sides, sides_first)
                sheet.box(x, y, x + width, y + step, 0.5, fill=170 if grey else None)
                if column in on:
                    marks.tick(sheet, style, x + width * 0.32, y + step * 0.2, x + width * 0.68, y + step * 0.85)
            if exam and where and place is not None:
                sheet.state(where)
                rows.reworded(case, place, heading, text, *(columns[column] for column in on))
            y += step
    return y + 4, written


def _head_row(
    sheet: Sheet, style: Style, heading: str, columns: list[str], edge: float, width: float, y: float, step: float
) -> None:
    sheet.box(LEFT, y, RIGHT, y + step, 0.7, fill=225)
    sheet.write(LEFT + 4, y + step * 0.72, plain(heading), style.bold, limit=edge - LEFT - 8)
    for column, head in enumerate(columns):
        kind = style.label.at(style.size * 0.75)
        sheet.write(edge + (column + 0.5) * width, y + step * 0.7, plain(head), kind, "centre", limit=width - 2)


def _cells(exam: clinical.Ordered | None, sides: list[str], sides_first: bool) -> list[int]:
    """Return the columns that the exam's side and contrast tick."""
    if exam is None:
        return []
    side_at, contrast_at = (0, len(sides)) if sides_first else (len(rows.CONTRASTS), 0)
    on = []
    if exam.laterality == "bilateral" and "bilateral" not in sides:
        on += [side_at, side_at + 1]
    elif exam.laterality:
        on.append(side_at + sides.index(exam.laterality))
    if exam.contrast:
        on.append(contrast_at + rows.CONTRASTS.index(exam.contrast))
    return on


def _closed(key: str, column: int, sides: list[str], sides_first: bool) -> bool:
    """Whether the column does not apply to the exam, its cell greyed."""
    known = clinical.catalogue()[key]
    side = column < len(sides) if sides_first else column >= len(rows.CONTRASTS)
    if side:
        return known["region"] not in PAIRED_REGIONS
    return known["modality"] not in ("CT", "MR")


def cell_form(rng: random.Random, case: Case, style: Style) -> list[Sheet]:
    """A form of numbered cells from edge to edge, as payers and hospitals like them."""
    sheet = Sheet("order", rng)
    y = furniture.centre_head(rng, sheet, style, case.centre, style.word("titles", "document"))
    modalities = rng.sample(list(rows.HEADINGS), 6)
    ordered = next((exam.modality for exam in case.exams if exam.modality), None)
    if ordered and ordered not in modalities:
        modalities[0] = ordered
    modality_row = _modality_row(rng, case, modalities) if rng.random() < 0.5 else []
    groups = [
        sections.patient(rng, case, style, split=True),
        sections.coverage(rng, case, style),
        modality_row + sections.exams(rng, case, style) + sections.indication(rng, case, style),
        sections.safety(rng, case, style),
        sections.provider(rng, case, style) + sections.order(rng, case, style),
    ]
    if rng.random() < 0.3:
        groups[0], groups[-1] = groups[-1], groups[0]
    number = 0
    for group in groups:
        numbered = []
        for entry in group:
            number += 1
            numbered.append(replace(entry, label=f"{number}. {entry.label}"))
        if rng.random() < 0.4:
            y = furniture.heading(
                sheet, style, LEFT, RIGHT, y, rng.choice(["PART", "SECTION"]) + f" {groups.index(group) + 1}"
            )
        y = entries(sheet, style, LEFT, RIGHT, y, numbered, "boxed")
    marks.signature(sheet, style, case, LEFT, y + 30, RIGHT - LEFT)
    furniture.footer(rng, sheet, style, case)
    return [sheet]


def _modality_row(rng: random.Random, case: Case, modalities: list[str]) -> list[Entry]:
    """Return a row of modalities to tick; it repeats what the exam's words say."""
    names = tuple(rng.choice(rows.HEADINGS[modality][:2]) for modality in modalities)
    ordered = {exam.modality for exam in case.exams}
    chosen = (
        modalities.index(case.exams[0].modality) if len(ordered) == 1 and case.exams[0].modality in modalities else None
    )
    label = rng.choice(["Modality", "Type of exam", "Service"])
    return [Entry(label, width=12, choice=marks.Choice(names, chosen, "exams.0.modality"))]


def order_table(rng: random.Random, case: Case, style: Style) -> list[Sheet]:
    """A print-out whose orders are rows of a table: exam, side, contrast, code, diagnosis."""
    sheet = Sheet("order", rng)
    y = furniture.letterhead(rng, sheet, style, case)
    y = entries(sheet, style, LEFT, RIGHT, y + 4, sections.patient(rng, case, style, split=False), "beside") + 8
    sheet.write(
        LEFT,
        y + style.size,
        plain(rng.choice(["Orders", "Active orders", "Imaging orders", "Order summary"])),
        style.head(1.4),
    )
    y += style.size * 1.8
    widths = {"order": 0.44, "side": 0.12, "code": 0.14, "dx": 0.3}
    heads = {
        "order": style.word("exam", "text"),
        "side": style.word("exam", "laterality"),
        "code": style.word("exam", "procedure_code"),
        "dx": style.word("indication", "icd10"),
    }
    cells: list[dict[str, Said]] = [{name: plain(head) for name, head in heads.items()}]
    for place, exam in enumerate(case.exams):
        bare = clinical.without_side(rng, exam).text if rows.told(exam) and exam.laterality else exam.text
        side = (
            rng.choice(["Left", "LEFT", "L"])
            if exam.laterality == "left"
            else rng.choice(["Right", "R"])
            if exam.laterality == "right"
            else "Bilateral"
        )
        split = bool(exam.laterality) and rows.told(exam)
        where = f"exams.{place}.text"
        if split:
            rows.reworded(case, place, bare, side)
        cells.append(
            {
                "order": (Piece(bare if split else exam.text, where),),
                "side": (Piece(side, where),) if split else (),
                "code": fill(f"{{exams.{place}.procedure_code}}", case, style),
                "dx": sections.code_list(case) if place == 0 else (),
            }
        )
    for number, row in enumerate(cells):
        y = _order_row(sheet, style, row, widths, y, number == 0)
    rest = [Entry(style.word("indication", "text"), fill("{indication.text}", case, style), 12, lines=2)]
    rest += sections.order(rng, case, style) + sections.coverage(rng, case, style)
    statements = sections.answers(rng, case, style)
    if statements:
        rest.append(Entry(rng.choice(["Alerts", "Screening"]), statements, 12, lines=2))
    rest += sections.provider(rng, case, style)
    y = entries(sheet, style, LEFT, RIGHT, y + 8, rest, rng.choice(["beside", "aligned"]))
    marks.signature(sheet, style, case, LEFT, y + 26, RIGHT - LEFT)
    furniture.footer(rng, sheet, style, case)
    return [sheet]


def _order_row(
    sheet: Sheet, style: Style, row: dict[str, Said], widths: dict[str, float], y: float, head: bool
) -> float:
    """Draw one row of the orders' table, as high as its longest cell; return the y below."""
    kind = style.bold if head else style.entry
    x, lowest, places = LEFT, y, []
    for name, share in widths.items():
        width = (RIGHT - LEFT) * share
        if row[name]:
            lowest = max(
                lowest, sheet.paragraph(x + 3, y + kind.size * 1.15, width - 6, row[name], kind) - kind.size * 0.9
            )
        places.append((x, x + width))
        x += width
    lowest = max(lowest, y + kind.size * 1.2) + 3
    for x0, x1 in places:
        sheet.box(x0, y, x1, lowest, 0.6)
    return lowest
