"""What several forms share: which exams a box can be ticked for, and the lines for what no box says."""

from __future__ import annotations

import random
from collections.abc import Sequence
from dataclasses import replace

from sample_docs.generator import clinical
from sample_docs.generator.case import Case
from sample_docs.generator.clinical import Ordered
from sample_docs.generator.ink import Said, Sheet
from sample_docs.generator.parts.fields import Entry, entries
from sample_docs.generator.style import Style, fill

HEADINGS = {
    "CT": ("CT", "CT SCAN", "Computed Tomography (CT)", "CAT SCAN"),
    "MR": ("MRI", "MRI", "MR IMAGING", "Magnetic Resonance (MRI)"),
    "US": ("ULTRASOUND", "Ultrasound", "US", "SONOGRAPHY"),
    "XR": ("X-RAY", "Radiography (X-ray)", "GENERAL X-RAY", "Plain films (X-ray)"),
    "MG": ("MAMMOGRAPHY", "Breast imaging", "Women's imaging", "MAMMO"),
    "NM": ("NUCLEAR MEDICINE", "Nuclear Medicine", "NUC MED"),
    "PT": ("PET/CT", "PET / CT", "PET IMAGING"),
    "BMD": ("BONE DENSITY", "DEXA", "Bone Densitometry"),
    "RF": ("FLUOROSCOPY", "Fluoroscopy", "GI / FLUORO"),
}
CONTRASTS = ("without", "with", "with_and_without")
CONTRAST_HEADS = (
    {"without": "W/O", "with": "W", "with_and_without": "W/WO"},
    {"without": "Without", "with": "With", "with_and_without": "With & w/o"},
    {"without": "w/o contrast", "with": "w/ contrast", "with_and_without": "w/ & w/o"},
    {"without": "Non-con", "with": "With con", "with_and_without": "Both"},
    {"without": "No contrast", "with": "Contrast", "with_and_without": "Without & with"},
)
SIDE_LETTERS = (
    {"right": "R", "left": "L", "bilateral": "B"},
    {"right": "Rt", "left": "Lt", "bilateral": "Bil"},
    {"right": "Right", "left": "Left", "bilateral": "Both"},
)


def told(exam: Ordered) -> bool:
    """Whether the exam's modality and region are both known, so that a row can stand for it."""
    return bool(exam.modality and exam.body_region)


def label(rng: random.Random, key: str) -> str:
    """Return the catalogue's exam as a form's row names it, its modality left to the heading where it can be."""
    exam = clinical.catalogue()[key]
    words: str = rng.choice(exam["names"] if "names" in exam else exam["whole"])
    return words[:1].upper() + words[1:]


def others(rng: random.Random, modality: str, count: int, without: Sequence[str] = ()) -> list[str]:
    """Return up to `count` of the modality's other exams, of parts that `without` does not name."""
    exams = clinical.catalogue()
    taken = {exams[key]["region"] for key in without}
    keys = [key for key, exam in exams.items() if exam["modality"] == modality and exam["region"] not in taken]
    return rng.sample(keys, min(count, len(keys)))


def reworded(case: Case, place: int, *words: str) -> None:
    """Let the exam's text be what the form says of it."""
    case.exams[place] = replace(case.exams[place], text=" ".join(" ".join(words).split()))


def other_line(
    rng: random.Random, sheet: Sheet, style: Style, case: Case, x0: float, x1: float, y: float, written: Sequence[int]
) -> float:
    """Draw the line for exams that no row is ticked for, those at the places `written` on it; return the y below."""
    said: Said = ()
    for place in written:
        said += fill(f"{'; ' if said else ''}{{exams.{place}.text}}", case, style)
    rows = []
    if said or rng.random() < 0.5:
        name = rng.choice(["Other", "Other exam", "Other (specify)", "Not listed", "Special instructions / other"])
        rows.append(Entry(name, said, 12))
    if case.opposed == "exams.0.procedure_code" or rng.random() < 0.2:
        rows.append(Entry(style.word("exam", "procedure_code"), fill("{exams.0.procedure_code}", case, style), 6))
    return entries(sheet, style, x0, x1, y, rows, "line") if rows else y
