"""A form's grid of exams: headings, rows to tick, each with its side letters and its contrast."""

from __future__ import annotations

import random
from dataclasses import dataclass, field

from orders.vocabulary import PAIRED_REGIONS
from sample_docs.generator import clinical
from sample_docs.generator.case import Case
from sample_docs.generator.clinical import Ordered
from sample_docs.generator.ink import Piece, Sheet, Type, plain
from sample_docs.generator.parts import marks
from sample_docs.generator.parts.rows import CONTRAST_HEADS, CONTRASTS, HEADINGS, SIDE_LETTERS, reworded, told
from sample_docs.generator.style import Style


@dataclass(slots=True)
class Item:
    """A row: its label, the catalogue's exam, and the place of the ordered exam that ticks it, if one does.

    A `rival` is ticked although the order's words ask for another exam.
    """

    label: str
    key: str
    ticked: int | None = None
    contrast: str | None = None
    rival: bool = False


@dataclass(slots=True)
class Group:
    heading: str
    modality: str
    items: list[Item] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Plan:
    """How this form asks for contrast (columns, group, item, apart) and for sides (two, three, ring, line, apart)."""

    contrast: str
    sides: str
    heads: dict[str, str]
    letters: dict[str, str]


def a_plan(rng: random.Random, case: Case, columns: int) -> Plan:
    """Return a way to ask that can hold what the order says and that a form of so many columns has room for."""
    cross = [exam for exam in case.exams if exam.modality in ("CT", "MR")]
    ways = ["item"]
    if all(exam.contrast for exam in cross):
        ways += ["columns"] * 3
    if len({exam.modality for exam in cross}) == len(cross):
        ways += ["group"] * 3
    if len(case.exams) < 2:
        ways += ["apart"]
    sides = ["two", "two", "three", "ring", "ring", "line"] + (["apart"] if len(case.exams) < 2 else [])
    letters = rng.choice(SIDE_LETTERS)
    way = rng.choice(ways)
    if columns > 2:
        letters = SIDE_LETTERS[0]
    if way == "columns":
        letters, sides = SIDE_LETTERS[0], [side for side in sides if side != "three" or columns < 3]
    return Plan(way, rng.choice(sides), rng.choice(CONTRAST_HEADS), letters)


def groups(rng: random.Random, case: Case, plan: Plan, capacity: int) -> list[Group]:
    """Return headings and rows for about `capacity` lines, the ordered exams among them and ticked.

    Each ordered exam is reworded to what the form says of it.
    """
    found: dict[str, Group] = {}
    for place, exam in enumerate(case.exams):
        if exam.modality and told(exam):
            group = found.setdefault(exam.modality, Group(rng.choice(HEADINGS[exam.modality]), exam.modality))
            item = _item(rng, exam.key, plan, exam.contrast, ordered=True)
            item.ticked = place
            group.items.append(item)
            reworded(case, place, *_words(exam, group, item, plan))
    others = rng.sample(list(HEADINGS), rng.randint(2, 7))
    for modality in others:
        found.setdefault(modality, Group(rng.choice(HEADINGS[modality]), modality))
    order = list(found.values())
    rng.shuffle(order)
    _pad(rng, order, plan, capacity)
    return [group for group in order if group.items]


def _pad(rng: random.Random, order: list[Group], plan: Plan, capacity: int) -> None:
    """Add rows that nobody ticks until the form is full."""
    used = sum(len(group.items) for group in order)
    room = capacity - used - 3 * len(order)
    for group in sorted(order, key=lambda group: not group.items):
        keys = [key for key, exam in clinical.catalogue().items() if exam["modality"] == group.modality]
        rng.shuffle(keys)
        for key in keys[: rng.randint(2, 11)]:
            item = _item(rng, key, plan, None)
            if room > 0 and item.label.lower() not in {each.label.lower() for each in group.items}:
                if key in {each.key for each in group.items if each.ticked is not None} and plan.contrast != "item":
                    continue
                group.items.append(item)
                room -= 1
        rng.shuffle(group.items)


def _item(rng: random.Random, key: str, plan: Plan, contrast: str | None, ordered: bool = False) -> Item:
    """Return a row; one that nobody ordered may name any contrast where rows do."""
    exam = clinical.catalogue()[key]
    label = rng.choice(exam["names"] if "names" in exam else exam["whole"])
    label = label[:1].upper() + label[1:]
    kinds = [kind for kind in CONTRASTS if kind in exam["codes"]]
    if plan.contrast == "item" and not ordered and kinds and rng.random() < 0.8:
        contrast = rng.choice(kinds)
        return Item(f"{label} {plan.heads[contrast]}", key, None, contrast)
    if plan.contrast == "item" and contrast:
        label = f"{label} {plan.heads[contrast]}"
    return Item(label, key, None, contrast)


def _words(exam: Ordered, group: Group, item: Item, plan: Plan) -> tuple[str, ...]:
    contrast = plan.heads[exam.contrast] if exam.contrast and plan.contrast != "item" else ""
    side = plan.letters[exam.laterality] if exam.laterality else ""
    return group.heading, item.label, side, contrast


def lines_of(group: Group, plan: Plan) -> float:
    """Return how many lines the group takes."""
    extra = 1 if plan.contrast == "group" and group.modality in ("CT", "MR") else 0
    return 1.6 + extra + len(group.items)


def draw(
    sheet: Sheet,
    style: Style,
    case: Case,
    plan: Plan,
    found: list[Group],
    x0: float,
    x1: float,
    y0: float,
    y1: float,
    columns: int,
) -> float:
    """Draw the groups in columns between the corners; return the y below the longest column."""
    gap = 12.0
    width = (x1 - x0 - gap * (columns - 1)) / columns
    size = style.size * 0.9
    step = size * 1.42
    ruled = style.memo.setdefault("grid_rules", style.rng.choice(["none", "none", "rows", "boxes"]))
    column, y, lowest = 0, y0, y0
    share = step * (sum(lines_of(group, plan) + 0.5 for group in found) / columns + 3)
    y1 = min(y1, y0 + share)
    for group in found:
        tall = lines_of(group, plan) * step
        if y + min(tall, 5 * step) > y1 and column < columns - 1:
            column, y = column + 1, y0
        x = x0 + column * (width + gap)
        y = _heading(sheet, style, group, plan, x, x + width, y, step)
        for item in group.items:
            if y + step > y1 + 1 and column < columns - 1:
                column, y = column + 1, y0 + step * 0.4
                x = x0 + column * (width + gap)
            y += step
            _row(sheet, style, case, plan, item, x, x + width, y, size)
            if ruled == "rows":
                sheet.line(x, y + size * 0.35, x + width, y + size * 0.35, 0.4)
            lowest = max(lowest, y)
        y += step * 0.5
    if ruled == "boxes":
        for place in range(columns):
            sheet.box(x0 + place * (width + gap) - 4, y0 - 2, x0 + place * (width + gap) + width + 4, lowest + 6, 0.6)
    return lowest + step * 0.6


def _heading(
    sheet: Sheet, style: Style, group: Group, plan: Plan, x0: float, x1: float, y: float, step: float
) -> float:
    """Draw a group's heading, over its columns or with its contrast options below; return the last baseline."""
    y += step * 1.1
    kind = Type(style.face.bold, style.size)
    sheet.write(x0, y, plain(group.heading), kind, limit=(x1 - x0) * 0.55)
    cross = group.modality in ("CT", "MR")
    if cross and plan.contrast == "columns":
        small = style.label.at(style.size * 0.68)
        for place, contrast in enumerate(CONTRASTS):
            sheet.write(_column(x0, x1, place), y, plain(plan.heads[contrast]), small, "centre", limit=(x1 - x0) * 0.13)
    ticked = [item for item in group.items if item.ticked is not None]
    if cross and plan.contrast == "group":
        y += step
        on = CONTRASTS.index(ticked[0].contrast) if ticked and ticked[0].contrast else None
        where = f"exams.{ticked[0].ticked if ticked else 0}.text"
        what = marks.Choice(tuple(plan.heads[kind] for kind in CONTRASTS), on, where)
        marks.choice(sheet, style, x0 + 4, y, what, style.label.at(style.size * 0.8), x1 - x0 - 4)
    return y


def _column(x0: float, x1: float, place: int) -> float:
    """Return the middle of a contrast column."""
    return x1 - (x1 - x0) * 0.14 * (2.5 - place)


def _row(
    sheet: Sheet, style: Style, case: Case, plan: Plan, item: Item, x0: float, x1: float, y: float, size: float
) -> None:
    exam = clinical.catalogue()[item.key]
    ordered = case.exams[item.ticked] if item.ticked is not None else None
    where = "other.exam" if item.rival else f"exams.{item.ticked}.text" if ordered else None
    kind = style.label.at(size)
    right = x1
    if exam["modality"] in ("CT", "MR") and plan.contrast == "columns":
        right = _column(x0, x1, 0) - size
        for place, contrast in enumerate(CONTRASTS):
            if contrast in exam["codes"] or (ordered and ordered.contrast == contrast):
                on = bool(ordered and ordered.contrast == contrast)
                middle = _column(x0, x1, place)
                marks.tick_box(sheet, style, middle - size * 0.4, y, size * 0.8, on)
                if on and where:
                    sheet.state(where)
    if exam["region"] in PAIRED_REGIONS and not exam.get("sides") and plan.sides != "apart":
        right = _sides(sheet, style, plan, ordered.laterality if ordered else None, where, right, y, size)
    x = x0
    lead = style.memo.setdefault("lead", style.rng.choice(["mark", "mark", "mark", "none"]))
    silent = lead == "none" and ordered and (ordered.laterality and plan.sides in ("two", "three"))
    if style.choice == "circle":
        end = sheet.write(x, y, (Piece(item.label, where),), kind, limit=right - x)
        if where:
            marks.circled(sheet, x, y, end, size)
        return
    if style.choice == "underscore":
        x = marks.underscore(sheet, style, x, y, kind, bool(where))
    elif not (
        lead == "none" and exam["region"] in PAIRED_REGIONS and plan.sides in ("two", "three") and (silent or not where)
    ):
        x = marks.tick_box(sheet, style, x, y, size * 0.85, bool(where)) + size * 0.4
    sheet.write(x, y, (Piece(item.label, where),), kind, limit=right - x)


def _sides(
    sheet: Sheet, style: Style, plan: Plan, side: str | None, where: str | None, right: float, y: float, size: float
) -> float:
    """Draw a row's own side letters flush right; return where they begin."""
    letters = [plan.letters[name] for name in ("right", "left", "bilateral")]
    names = ["right", "left", "bilateral"]
    if plan.sides == "two":
        letters, names = letters[:2], names[:2]
    kind = style.label.at(size * 0.92)
    if plan.sides == "line":
        start = right - size * 3.4
        sheet.line(start, y + 1.5, right, y + 1.5, 0.6)
        if side and where:
            sheet.write(
                start + 2,
                y,
                (Piece(plan.letters[side], where),),
                style.entry.at(min(style.entry.size, size * 1.2)),
                limit=size * 3.2,
            )
        return start - 3
    both = side == "bilateral" and plan.sides == "two"
    boxed = plan.sides in ("two", "three")
    width = sum(kind.width(letter) + size * (1.35 if boxed else 0.9) for letter in letters)
    x = start = right - width
    for name, letter in zip(names, letters, strict=True):
        on = name == side or both
        if boxed:
            x = marks.tick_box(sheet, style, x, y, size * 0.75, on) + size * 0.2
        end = sheet.write(x, y, (Piece(letter, where if on else None),), kind)
        if on and not boxed:
            marks.circled(sheet, x, y, end, size * 0.9)
        x = end + size * (0.4 if boxed else 0.9)
    return start - 3


def apart(sheet: Sheet, style: Style, case: Case, plan: Plan, x0: float, x1: float, y: float) -> float:
    """Draw the contrast and side questions that the form asks once for all; return the y below."""
    exam = case.exams[0] if case.exams else None
    for way, name, group in (
        (plan.contrast, "contrast", list(CONTRASTS)),
        (plan.sides, "laterality", list(SIDE_LETTERS[0])),
    ):
        if way != "apart":
            continue
        stated = getattr(exam, name) if exam else None
        words = [plan.heads[kind] if name == "contrast" else plan.letters[kind] for kind in group]
        on = group.index(stated) if stated else None
        at = sheet.write(x0, y + style.size * 1.2, plain(style.word("exam", name) + style.colon), style.bold) + 6
        marks.choice(
            sheet, style, at, y + style.size * 1.2, marks.Choice(tuple(words), on, "exams.0.text"), style.label, x1 - at
        )
        y += style.size * 1.7
    return y
