"""Families of layouts. Each is drawn anew from parts, so two documents of a family seldom look alike."""

from __future__ import annotations

import random
from collections.abc import Callable
from dataclasses import dataclass

from sample_docs.generator.case import Case
from sample_docs.generator.ink import Sheet
from sample_docs.generator.layouts import combs, forms, portal, practice, rings, tables
from sample_docs.generator.style import Style

Draw = Callable[[random.Random, Case, Style], list[Sheet]]


@dataclass(frozen=True, slots=True)
class Layout:
    """A family: how to draw it, the typefaces and ways of filling in that it comes in, and how often."""

    draw: Draw
    faces: tuple[str, ...] = ("sans", "sans", "serif")
    fills: tuple[str, ...] = ("typed",)
    weight: float = 1.0


LAYOUTS: dict[str, Layout] = {
    "ehr_order": Layout(practice.ehr_order, weight=1.5),
    "letter": Layout(practice.letter, ("serif", "sans", "type"), ("typed", "typed", "typed", "hand")),
    "template": Layout(practice.template, fills=("typed", "hand")),
    "pad": Layout(practice.pad, fills=("hand", "hand", "typed")),
    "grid_form": Layout(forms.grid_form, fills=("typed", "hand", "hand"), weight=3),
    "contrast_table": Layout(tables.contrast_table, fills=("typed", "hand"), weight=1.5),
    "cell_form": Layout(tables.cell_form, fills=("typed", "hand"), weight=1.2),
    "order_table": Layout(tables.order_table),
    "circle_form": Layout(rings.circle_form, fills=("hand", "hand", "typed"), weight=1.5),
    "questionnaire": Layout(rings.questionnaire, fills=("typed", "hand")),
    "comb_form": Layout(combs.comb_form, fills=("typed", "hand"), weight=1.2),
    "modality_slip": Layout(combs.modality_slip, fills=("typed", "hand"), weight=1.5),
    "portal": Layout(portal.portal),
    "columns_sheet": Layout(portal.columns_sheet, fills=("typed", "hand")),
    "line_printer": Layout(practice.line_printer, ("mono", "type")),
}


def drawn(rng: random.Random, layout: Layout, case: Case, style: Style) -> list[Sheet]:
    """Draw the case, smaller and smaller until it fits on its pages; what was worded stays worded."""
    before = rng.getstate()
    exams, opposed, notes, size = list(case.exams), case.opposed, case.notes, style.size
    for shrink in (1.0, 0.93, 0.87, 0.8, 0.74, 0.68):
        rng.setstate(before)
        case.exams, case.opposed, case.notes = list(exams), opposed, notes
        style.size = size * shrink
        sheets = layout.draw(rng, case, style)
        if all(sheet.bottom < sheet.height - 46 for sheet in sheets):
            break
    return sheets
