"""Imaging centres' own forms, filled in by a practice: grids to tick, columns of contrast, rings, combs, tables."""

from __future__ import annotations

import random
from dataclasses import replace

from orders.vocabulary import PAIRED_REGIONS
from sample_docs.generator import clinical
from sample_docs.generator.case import Case
from sample_docs.generator.ink import Said, Sheet
from sample_docs.generator.parts import furniture, grid, marks, rows, sections
from sample_docs.generator.parts.fields import Entry, entries
from sample_docs.generator.parts.furniture import LEFT, RIGHT
from sample_docs.generator.style import Style, fill


def grid_form(rng: random.Random, case: Case, style: Style) -> list[Sheet]:
    """A full-page requisition: patient above, a grid of exams in columns, safety and signature below or between."""
    sheet = Sheet("order", rng)
    y = furniture.centre_head(rng, sheet, style, case.centre, style.word("titles", "document"))
    how = rng.choice(["line", "line", "boxed", "beside"])
    y = entries(
        sheet, style, LEFT, RIGHT, y, sections.patient(rng, case, style) + sections.coverage(rng, case, style), how
    )
    above = rng.random() < 0.4
    if above:
        y = _clinical(rng, sheet, style, case, y, how)
    y = exam_grid(rng, sheet, style, case, y + 4, rng.choice([2, 3, 3, 4]), rng.uniform(180, 300))
    if not above:
        y = _clinical(rng, sheet, style, case, y, how)
    rows = sections.safety(rng, case, style) + sections.provider(rng, case, style) + sections.order(rng, case, style)
    y = entries(sheet, style, LEFT, RIGHT, y, rows, how)
    marks.signature(sheet, style, case, LEFT, y + 26, RIGHT - LEFT)
    furniture.footer(rng, sheet, style, case)
    return [sheet]


def _clinical(rng: random.Random, sheet: Sheet, style: Style, case: Case, y: float, how: str) -> float:
    return entries(sheet, style, LEFT, RIGHT, y, sections.indication(rng, case, style), how)


def exam_grid(
    rng: random.Random, sheet: Sheet, style: Style, case: Case, y: float, columns: int, height: float
) -> float:
    """Draw the grid, what it asks apart, and the line for other exams; return the y below."""
    plan = grid.a_plan(rng, case, columns)
    written = _write_in(rng, case)
    ticked = [exam for exam in case.exams if exam.modality and exam.body_region]
    step = style.size * 0.9 * 1.42
    found = grid.groups(rng, case, plan, int(height / step * columns * 0.8))
    if written:
        found = _unticked(rng, case, found)
    y = grid.draw(sheet, style, case, plan, found, LEFT, RIGHT, y, y + height, columns)
    if ticked and not written:
        y = grid.apart(sheet, style, case, plan, LEFT, RIGHT, y)
    said: Said = ()
    if written or len(ticked) < len(case.exams):
        said = fill("{exams.0.text}", case, style)
    if said or rng.random() < 0.4:
        label = rng.choice(
            ["Other", "Other exam", "Other (specify)", "Exam not listed", "Special instructions / other", "Notes"]
        )
        y = entries(sheet, style, LEFT, RIGHT, y, [Entry(label, said, 12)], "line")
    codes = [exam.procedure_code for exam in case.exams]
    if case.opposed == "exams.0.procedure_code" or (any(codes) and rng.random() < 0.2):
        y = entries(
            sheet,
            style,
            LEFT,
            RIGHT,
            y,
            [Entry(style.word("exam", "procedure_code"), fill("{exams.0.procedure_code}", case, style), 6)],
            "line",
        )
    return y


def _write_in(rng: random.Random, case: Case) -> bool:
    """Whether the exam is written in words here: a few complete ones, and where a ticked box will contradict it."""
    if len(case.exams) != 1 or not (case.exams[0].modality and case.exams[0].body_region):
        return False
    if case.opposed == "exams.0.procedure_code" and rng.random() < 0.6:
        case.opposed = "other.exam"
        case.exams[0] = replace(case.exams[0], procedure_code=None)
        case.notes = "the box ticked is another exam's"
        return True
    return case.opposed is None and rng.random() < 0.08


def _unticked(rng: random.Random, case: Case, found: list[grid.Group]) -> list[grid.Group]:
    """Word the exam freely again; leave the boxes empty, or tick another exam's where that is the conflict."""
    exam = case.exams[0]
    text = clinical.wording(rng, clinical.catalogue()[exam.key], exam.laterality, exam.contrast)
    case.exams[0] = replace(exam, text=text)
    for group in found:
        group.items = [item for item in group.items if item.ticked is None]
    found = [group for group in found if group.items]
    if case.opposed == "other.exam":
        rivals = [item for group in found for item in group.items if _contradicts(item.key, exam)]
        if not rivals:
            key = rng.choice([key for key in clinical.catalogue() if _contradicts(key, exam)])
            modality = clinical.catalogue()[key]["modality"]
            rivals = [grid.Item(rows.label(rng, key), key)]
            found.append(grid.Group(rng.choice(rows.HEADINGS[modality]), modality, rivals))
        rng.choice(rivals).rival = True
    return found


def _contradicts(key: str, exam: clinical.Ordered) -> bool:
    """Whether a tick for the catalogue's exam `key` asks for another part, and none that needs a side."""
    region = clinical.catalogue()[key]["region"]
    return region != exam.body_region and region not in PAIRED_REGIONS
