"""The procedure code (CPT, HCPCS level II) of each exam: beside it, in its column, in brackets, or at a label.

A number is a procedure code because a label says so, or because it stands by
the exam and the table of numbers knows it as one of the exam's modality: five
digits alone may be a postal code. A code that contradicts the words is kept
all the same (the contract's `exam_conflict`), so agreement only helps to tell
which exam a code belongs to.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace

from extractors.sheet import Token
from extractors.views import View
from orders.order import Exam, Value
from orders.procedures import procedure

_NUMBER = re.compile(r"(?<![\w.-])([0-9]{5}|[AGJQCS][0-9]{4}|[0-9]{4}T)(?![\w.]\w|\w|-\d)", re.I)
_MISREAD = str.maketrans("IL|OQZSB", "11100258")
_SAYS_SO = re.compile(
    r"\b(cpt|hcpcs|procedure code|proc\.? code|exam code|billing code)\b[\W_]*(code|no|#)?[\W_]*$", re.I
)
_OVER = 0.5  # how sure a code over its exam is to be that exam's, where the two differ
_BY = 3.2  # ems from an exam to an unlabelled code below it


@dataclass(frozen=True, slots=True)
class _Code:
    text: str
    token: Token
    view: View
    labelled: bool
    sure: float


def with_codes(exams: Sequence[Exam], views: Sequence[View]) -> list[Exam]:
    """Return the exams, each with the procedure code that belongs to it, where the pages state one."""
    coded = list(exams)
    codes = [code for view in views for code in _codes_on(view)]
    pairs = sorted(
        (
            (fit, -number, -place)
            for place, exam in enumerate(coded)
            for number, code in enumerate(codes)
            if (fit := _fit(exam, code, alone=len(coded) == 1)) is not None
        ),
        reverse=True,
    )
    used: set[int] = set()
    for _, number, place in pairs:
        exam, code = coded[-place], codes[-number]
        if exam.procedure_code or -number in used:
            continue
        used |= {
            other
            for other, same in enumerate(codes)
            if other == -number or (same.text == code.text and not code.labelled)
        }
        how = "a procedure code at its label" if code.labelled else "a procedure code beside the exam"
        sure = code.sure * code.token.confidence * (_OVER if _of_another(exam, code) else 1.0)
        value = Value(code.text, sure, code.view.evidence([code.token]), "stated", how)
        coded[-place] = replace(exam, procedure_code=value)
    return coded


def _of_another(exam: Exam, code: _Code) -> bool:
    """Whether a code may be of an exam that was not read: it stands over this one and names another modality."""
    known = procedure(code.text)
    if known is None or known.modality == exam.modality.value:
        return False
    places = [item for item in exam.text.evidence if item.page == code.view.sheet.number]
    return any(_gap(code.token, item.box) < -0.8 * code.view.sheet.em for item in places)


def _codes_on(view: View) -> list[_Code]:
    found = []
    for row in view.sheet.rows:
        for place, token in enumerate(row):
            text = token.text.strip("()[]{}.,;:")
            match = _NUMBER.search(text)
            labelled = _is_labelled(view, row, place)
            if match and (labelled or not _is_another_number(view, row[:place])):
                known = procedure(match[1]) is not None
                found.append(_Code(match[1].upper(), token, view, labelled, 0.95 if labelled and known else 0.8))
            elif labelled and (misread := _mended(text)):
                found.append(_Code(misread, token, view, True, 0.5))
    return found


def _is_another_number(view: View, before: Sequence[Token]) -> bool:
    """Whether the nearest label to the left asks for something else than an exam."""
    labels = [label for token in before if (label := view.grid.label_of(token))]
    return bool(labels) and not any(concept.startswith("exam.") for concept in labels[-1].concepts)


def _mended(text: str) -> str | None:
    """Return the code that a misread one stands for: letters taken for digits, where the table knows the number."""
    bare = re.sub(r"\W", "", text).upper().translate(_MISREAD)
    return bare if re.fullmatch(r"[0-9]{5}", bare) and any(c.isdigit() for c in text) and procedure(bare) else None


def _is_labelled(view: View, row: Sequence[Token], place: int) -> bool:
    """Whether a label says that the token is a procedure code: before it, glued to it, or over its column."""
    token = row[place]
    before = " ".join(other.text for other in row[max(0, place - 4) : place])
    if _SAYS_SO.search(before) or re.match(r"\W*(cpt|hcpcs)", token.text, re.I):
        return True
    left = [label for other in row[:place] if (label := view.grid.label_of(other))]
    if left and "exam.procedure_code" in left[-1].concepts:
        return all(
            not other.plain or view.grid.label_of(other) or _NUMBER.search(other.text)
            for other in row[max(0, place - 2) : place]
        )
    return any(
        "exam.procedure_code" in label.concepts
        and label.row < token.row
        and label.box.x0 - 0.03 <= token.box.x <= label.box.x1 + 0.06
        and view.sheet.down(token.box.y - label.box.y) < 14
        for label in view.labels
    )


def _fit(exam: Exam, code: _Code, *, alone: bool) -> float | None:
    """Return how well a code belongs to an exam, or None where it does not."""
    known = procedure(code.text)
    modality = known is not None and known.modality == exam.modality.value
    region = modality and known is not None and known.body_region == exam.body_region.value
    places = [item for item in exam.text.evidence if item.page == code.view.sheet.number]
    em = code.view.sheet.em
    below = min((_gap(code.token, item.box) / em for item in places), key=abs, default=None)
    if not code.labelled and not (known is not None and any(_in_brackets_after(code, item.box) for item in places)):
        if not modality or below is None or not -0.8 < below < _BY or (below and _in_an_address(code)):
            return None
    elif below is None and not alone:
        return 1.0 + 2 * modality + 2 * region if modality else None
    away = min(abs(below), 40.0) if below is not None else 40.0
    # A code stands beside its exam or under it, seldom over it.
    return (
        5.0 * code.labelled
        + 2 * modality
        + 2 * region
        - 0.12 * away
        - (1.0 if below is not None and below < -0.8 else 0.0)
    )


def _gap(token: Token, box: tuple[float, float, float, float]) -> float:
    """Return how far the token stands below a place (negative above), 0 on its rows."""
    y = token.box.y
    return y - box[3] if y > box[3] else min(0.0, y - box[1])


def _in_brackets_after(code: _Code, box: tuple[float, float, float, float]) -> bool:
    """Whether a number in brackets ends the words of an exam: "MRI brain (70551)"."""
    sheet = code.view.sheet
    beside = box[1] - 0.5 * sheet.em < code.token.box.y < box[3] + 0.5 * sheet.em
    close = -0.5 < sheet.across(code.token.box.x0 - box[2]) < 1.5 or box[0] < code.token.box.x0 < box[2]
    return beside and close and bool(re.fullmatch(r"[(\[]\w{5}[)\]][.,;]?", code.token.text))


def _in_an_address(code: _Code) -> bool:
    """Whether a state's two letters stand before the number."""
    row = code.view.sheet.rows[code.token.row]
    before = [other for other in row if other.box.x1 <= code.token.box.x0 + 1e-6]
    return bool(before) and re.fullmatch(r"[A-Z]{2},?", before[-1].text) is not None and len(before) > 2
