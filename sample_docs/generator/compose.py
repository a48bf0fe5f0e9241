"""What a document is made of: one order, a packet, a batch of patients, or no order at all."""

from __future__ import annotations

import random
from collections.abc import Sequence
from dataclasses import dataclass, replace

from sample_docs.generator import clinical
from sample_docs.generator.case import Case, Fact, a_case
from sample_docs.generator.ink import Sheet
from sample_docs.generator.layouts import LAYOUTS, attachments, drawn, letters
from sample_docs.generator.parts import furniture
from sample_docs.generator.style import Style, a_style
from sample_docs.generator.truth import Json, order_truth

KINDS = ("single", "packet", "batch", "no_order")

_ATTACHMENTS = {
    "note": attachments.note,
    "laboratory": attachments.laboratory,
    "card": attachments.card,
    "authorization": letters.authorization,
    "face_sheet": attachments.face_sheet,
    "prior_report": letters.prior_report,
}
_ALONE = {
    **_ATTACHMENTS,
    "advert": letters.advert,
    "denial": letters.denial,
    "instructions": letters.instructions,
    "records_request": letters.records_request,
}

# What an attachment may state in the order's stead.
_ATTACHED = {
    "note": ("safety.implant", "safety.kidney_disease"),
    "laboratory": ("safety.egfr",),
    "card": ("coverage.payer", "coverage.member_id", "coverage.group_number"),
    "authorization": ("coverage.authorization_number",),
    "face_sheet": (
        "patient.phone",
        "patient.address.line",
        "patient.address.city",
        "patient.address.state",
        "patient.address.postal_code",
    ),
    "prior_report": (),
}


@dataclass(frozen=True, slots=True)
class Composed:
    """Sheets in their order of pages, the cases they state, and the look they share."""

    sheets: list[Sheet]
    cases: list[Case]
    family: str
    fill: str


def composed(
    rng: random.Random,
    kind: str,
    family: str | None = None,
    fill: str | None = None,
    defects: Sequence[str] | None = None,
) -> Composed:
    """Return the sheets of a document of `kind`; what is not given is drawn at random."""
    if kind == "no_order":
        return _no_order(rng)
    family_given, family = (
        family,
        family or rng.choices(list(LAYOUTS), [layout.weight for layout in LAYOUTS.values()])[0],
    )
    first_family, layout = family, LAYOUTS[family]
    fill = fill or rng.choice(layout.fills)
    count = rng.choices([2, 3, 4], [65, 25, 10])[0] if kind == "batch" else 1
    sheets: list[Sheet] = []
    cases: list[Case] = []
    shared = a_style(rng, fill, layout.faces)
    for place in range(count):
        case = a_case(rng, defects if place == 0 else None)
        if cases and rng.random() < 0.8:
            _same_practice(case, cases[0])
        style = shared if kind == "batch" and rng.random() < 0.6 else a_style(rng, fill, layout.faces)
        if place and rng.random() < 0.25 and not family_given:
            family = rng.choice([name for name in LAYOUTS if fill in LAYOUTS[name].fills])
        added = _order(rng, family, case, style, attach=kind == "packet" or (kind == "batch" and rng.random() < 0.2))
        for sheet in added:
            _assign(sheet, place)
        sheets += added
        cases.append(case)
    if (kind == "packet" and rng.random() < 0.75) or (kind == "batch" and rng.random() < 0.5):
        sheets.insert(0, attachments.cover(rng, cases, a_style(rng, fill, layout.faces), len(sheets) + 1))
    if kind == "packet" and rng.random() < 0.12:
        extra = rng.choice([letters.blank, letters.advert, letters.instructions])
        sheets.insert(rng.randint(1, len(sheets)), extra(rng, cases[0], shared))
    return Composed(sheets, cases, first_family, fill)


def _order(rng: random.Random, family: str, case: Case, style: Style, attach: bool) -> list[Sheet]:
    """Draw the order and its attachments; what an attachment states may be missing on the order itself."""
    chosen = rng.sample(list(_ATTACHED), rng.choices([1, 2, 3], [55, 33, 12])[0]) if attach else []
    hidden = _hidden(rng, case, chosen)
    asked = _side_to_ask(rng, case) if attach else None
    sheets = drawn(rng, LAYOUTS[family], case, style)
    case.facts.update(hidden)
    other = a_style(rng, "typed")
    if asked:
        case.exams[0] = replace(case.exams[0], laterality=asked)
        case.notes = "the side stands on the reply to a question"
        sheets.append(letters.reply(rng, case, a_style(rng, style.fill)))
    for name in chosen:
        rival = name == "authorization" and case.opposed is None and case.exams != [] and rng.random() < 0.15
        if rival:
            sheets.append(letters.authorization(rng, case, other, rival=True))
            case.opposed = "other.authorized_exam"
            case.notes = "the authorisation is for another exam"
        else:
            sheets.append(_ATTACHMENTS[name](rng, case, other))
    if rng.random() < 0.1:
        furniture.stamp(rng, sheets[0], other, case)
    return sheets


def _hidden(rng: random.Random, case: Case, chosen: Sequence[str]) -> dict[str, Fact]:
    """Take away from the order some of what its attachments will state, and return it."""
    found: dict[str, Fact] = {}
    for name in chosen:
        for path in _ATTACHED[name]:
            if path in case.facts and rng.random() < 0.6:
                found[path] = case.facts[path]
                case.facts[path] = ""
    return found


def _side_to_ask(rng: random.Random, case: Case) -> str | None:
    """Take the first exam's side away now and then, for a reply to state it, and return it."""
    exam = case.exams[0] if case.exams else None
    if exam is None or not exam.paired or not exam.modality or case.opposed or rng.random() < 0.65:
        return None
    if exam.laterality:
        case.exams[0] = clinical.without_side(rng, exam)
    return exam.laterality


def _assign(sheet: Sheet, place: int) -> None:
    """Make the sheet, drawn as the document's first order, the `place`-th order's."""
    if sheet.order is None:
        return
    sheet.order = place
    sheet.words = [replace(word, order=place) if word.order is not None else word for word in sheet.words]
    sheet.stated = {(place, path) for _, path in sheet.stated}


def _same_practice(case: Case, first: Case) -> None:
    """Let the order come from the practice that sent the first one, its numbers with it unless they are missing."""
    case.practice, case.centre = first.practice, first.centre
    for path, value in (
        ("provider.practice", first.practice.name),
        ("provider.phone", first.practice.phone),
        ("provider.fax", first.practice.fax),
    ):
        if case.facts[path]:
            case.facts[path] = value


def _no_order(rng: random.Random) -> Composed:
    """Return a document that names exams, people or codes and asks for nothing."""
    case = a_case(rng, ())
    style = a_style(rng, "typed")
    name = rng.choice([*_ALONE, "advert"])
    sheets = [_ALONE[name](rng, case, style)]
    if rng.random() < 0.3:
        sheets.insert(0, attachments.cover(rng, [case], style, 2))
    for sheet in sheets:
        sheet.order = None
        sheet.stated.clear()
        sheet.words = [replace(word, order=None) for word in sheet.words]
    return Composed(sheets, [], f"no_order_{name}", "typed")


def truth(sheets: Sequence[Sheet], cases: Sequence[Case]) -> Json:
    """Return the truth of the pages in the contract's shape, without the file's name."""
    orders = []
    for place, case in enumerate(cases):
        stated = {path for sheet in sheets for order, path in sheet.stated if order == place}
        pages = [number for number, sheet in enumerate(sheets, 1) if sheet.order == place and sheet.type != "cover"]
        orders.append(order_truth(case, stated, pages))
    out: Json = {
        "pages": [{"number": number, "type": sheet.type} for number, sheet in enumerate(sheets, 1)],
        "orders": orders,
    }
    if not orders:
        out["route"] = "not_an_order"
    return out
