"""Which exams an order asks for, when its pages say so in several ways.

The written words decide; a tick that says the same adds its side and contrast;
a tick that says otherwise is a contradiction (contract: the written words
stand, and the problem is `exam_conflict`).
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace

from extractors.choices import options, role_of
from extractors.entries import Entry
from extractors.exams import MOST, PARTS, Asked, ExamReader, exam_of, from_mark, on_lines, unaccented, written
from extractors.granted import granted, unread
from extractors.menus import is_menu, places
from extractors.procedure_codes import with_codes
from extractors.tables import among_others, marked
from extractors.ticks import ticked
from extractors.views import View
from orders.order import ABSENT, Conflict, Exam, Value
from orders.vocabulary import PAIRED_REGIONS

_ORDER_PAGES = ("order", "clarification_reply")


def exams_of(
    views: Sequence[View], read: ExamReader
) -> tuple[tuple[Exam, ...], tuple[Conflict, ...], tuple[Exam, ...]]:
    """Return the exams asked for, the contradictions among their statements, and the exams authorised elsewhere."""
    read = unaccented(read)
    pages = [view for view in views if view.sheet.type in _ORDER_PAGES]
    marked = [asked for view in pages for asked in ticked(view, read)]
    modalities = [asked for asked in marked if not asked.part("body_region") or _bare(asked)]
    words = _distinct([asked for view in pages for asked in _believable(written(view, read, modalities, bool(marked)))])
    told = {asked.part("modality") for asked in words if asked.part("body_region")}
    boxes = _distinct(
        [
            asked
            for asked in marked
            if asked.part("body_region") and not (_bare(asked) and asked.part("modality") in told)
        ]
    )
    complete = [asked for asked in words if asked.part("modality") and asked.part("body_region")]
    if not complete:
        lines = _distinct([asked for view in pages for asked in on_lines(view, read)])
        words = _better(lines, words)
    words = [asked for asked in words if asked.part("modality") or not boxes]
    if any(asked.part("modality") and asked.part("body_region") for asked in (*words, *boxes)):
        words = [asked for asked in words if asked.part("body_region")]
    exams, conflicts = _reconciled(_plausible(words), boxes)
    exams, clash = _with_modalities(exams, modalities)
    conflicts += clash
    exams = [_placed(exam, pages, read) if len(exams) == 1 else exam for exam in exams]
    exams = [_with_lone_ticks(exam, pages, read) if len(exams) == 1 else exam for exam in exams]
    exams = with_codes([_with_entries(exam, pages, len(exams)) for exam in exams], pages)
    authorized = [exam for view in views if view.sheet.type == "authorization" for exam in granted(view, read)]
    doubt = unread(views, authorized) if exams else None
    return tuple(exams), (*conflicts, *([doubt] if doubt else [])), tuple(authorized)


def _believable(asked: Iterable[Asked]) -> list[Asked]:
    """Return the statements of a page, or none where they name more places than anybody orders: a form's own words."""
    found = list(asked)
    return found if len({one.part("body_region") for one in found}) <= MOST else []


def _plausible(words: list[Asked]) -> list[Asked]:
    """Drop statements far less sure than the best: shreds of a page beside an exam that is written out."""
    best = max((asked.score for asked in words), default=0.0)
    return [asked for asked in words if asked.score >= 0.3 * best]


def _placed(exam: Exam, pages: Sequence[View], read: ExamReader) -> Exam:
    """Give an exam that names no place the one that stands on a line of its own: a field of unknown name."""
    if exam.body_region or not exam.modality:
        return exam
    for view in pages:
        for segment in () if is_menu(view, read) else places(view, read):
            parts = next(iter(read(segment.text, str(exam.modality.value))))
            found = exam_of(view.evidence(segment.tokens), segment.text, parts, 0.6, "a place on a line of its own")
            return _merged(Asked(found, "", 1.0), Asked(exam, "", 1.0)).exam
    return exam


def _with_lone_ticks(exam: Exam, pages: Sequence[View], read: ExamReader) -> Exam:
    """Give a lone exam the side and the contrast that are ticked, where all ticks of the kind agree."""
    ticks = [(view, choice) for view in pages for choice in marked(view, read)]
    for part, role in (("laterality", "side"), ("contrast", "contrast")):
        said = [(view, choice) for view, choice in ticks if choice.role == role and among_others(view, choice)]
        fits = exam.body_region.value in PAIRED_REGIONS if role == "side" else exam.modality.value in ("CT", "MR")
        if fits and not getattr(exam, part) and len({choice.value for _, choice in said}) == 1:
            view, choice = max(said, key=lambda item: item[1].mark.confidence)
            exam = replace(exam, **{part: replace(from_mark(view, choice), confidence=0.8 * choice.mark.confidence)})
    return exam


def _bare(asked: Asked) -> bool:
    """Whether a tick names only a modality that implies a region: mammography, densitometry."""
    return asked.part("modality") in ("MG", "BMD") and len(str(asked.exam.text.value).split()) == 1


def _better(lines: list[Asked], words: list[Asked]) -> list[Asked]:
    """Prefer lines that name both modality and region to entries that name less."""
    full = [asked for asked in lines if asked.part("body_region")]
    if full:
        return full
    return words or sorted(lines, key=lambda asked: -asked.score)[:1]


def _distinct(asked: Sequence[Asked]) -> list[Asked]:
    """Return the statements with repetitions dropped: the fuller of two that agree stays."""
    kept: list[Asked] = []
    for one in sorted(asked, key=lambda item: -item.score):
        for place, other in enumerate(kept):
            if _compatible(one, other):
                kept[place] = _merged(other, one)
                break
        else:
            kept.append(one)
    return kept


def _compatible(one: Asked, other: Asked) -> bool:
    """Whether two statements can be of one exam: no part is stated differently by both, and the region agrees."""
    if one.part("body_region") != other.part("body_region") or one.part("modality") != other.part("modality"):
        return False
    return all(
        one.part(name) is None or other.part(name) is None or one.part(name) == other.part(name) for name in PARTS
    )


def _merged(first: Asked, second: Asked) -> Asked:
    exam = first.exam
    for name in (*PARTS, "procedure_code"):
        if not getattr(exam, name) and getattr(second.exam, name):
            exam = replace(exam, **{name: getattr(second.exam, name)})
    return Asked(exam, first.how, max(first.score, second.score))


def _reconciled(words: list[Asked], boxes: list[Asked]) -> tuple[list[Exam], list[Conflict]]:
    """Join written and ticked exams; where both speak of one region and differ, the words stand."""
    conflicts: list[Conflict] = []
    left = list(boxes)
    exams: list[Exam] = []
    for asked in words:
        asked, clash = _with_marks(asked)
        conflicts += clash
        partner = next((box for box in left if _same_exam(asked, box)), None)
        if partner is None:
            exams.append(asked.exam)
            continue
        left.remove(partner)
        for name in ("laterality", "contrast"):
            said, shown = asked.part(name), partner.part(name)
            if said and shown and said != shown:
                conflicts.append(_contradiction(asked, partner, name))
        exams.append(_merged(asked, partner).exam)
    return exams + [box.exam for box in left], conflicts


def _with_marks(asked: Asked) -> tuple[Asked, list[Conflict]]:
    """Add what was ticked beside the written words; where it differs, the words stand."""
    conflicts = []
    for name, value in asked.marked:
        if not getattr(asked.exam, name):
            asked = replace(asked, exam=replace(asked.exam, **{name: value}))
        elif asked.part(name) != value.value:
            box = Asked(replace(asked.exam, **{name: value}), "ticked", value.confidence)
            conflicts.append(_contradiction(asked, box, name))
    return asked, conflicts


def _with_modalities(exams: list[Exam], modalities: Sequence[Asked]) -> tuple[list[Exam], list[Conflict]]:
    """Use ticks of a modality alone: for an exam that names none, or as the whole of what is asked for.

    One that contradicts every exam written is a contradiction.
    """
    if not modalities:
        return exams, []
    first = modalities[0]
    if not exams:
        return [asked.exam for asked in _distinct(list(modalities))], []
    filled = [exam if exam.modality else _merged(Asked(exam, "", 1.0), first).exam for exam in exams]
    ticked_kinds = {asked.part("modality") for asked in modalities}
    if len(modalities) == 1 and all(str(exam.modality.value) not in ticked_kinds for exam in filled):
        return filled, [_contradiction(Asked(filled[0], "", 1.0), first, "modality")]
    if len(filled) == 1:
        filled = [_sided(filled[0], modalities)]
    return filled, []


def _sided(exam: Exam, modalities: Sequence[Asked]) -> Exam:
    """Take over side and contrast that were ticked in the row of the exam's modality."""
    for asked in modalities:
        for name in ("laterality", "contrast"):
            if not getattr(exam, name) and getattr(asked.exam, name):
                exam = replace(exam, **{name: getattr(asked.exam, name)})
    return exam


def _same_exam(asked: Asked, box: Asked) -> bool:
    modality = asked.part("modality")
    return asked.part("body_region") in (box.part("body_region"), None) and modality in (box.part("modality"), None)


def _contradiction(asked: Asked, box: Asked, name: str) -> Conflict:
    evidence = (*asked.exam.text.evidence, *getattr(box.exam, name).evidence)
    sure = min(getattr(asked.exam, name).confidence, getattr(box.exam, name).confidence)
    return Conflict(
        "exam_conflict",
        f"The box ticked says {box.part(name)}, the written words say {asked.part(name)}.",
        evidence,
        sure,
        (f"exams.0.{name}",),
    )


def _is_a_choice(view: View, entry: Entry, role: str) -> bool:
    """Whether an entry is one of several words of a kind on its row: what a form prints to choose from."""
    row = {token.row for token in entry.tokens}
    kin = [s for s in view.sheet.segments if s.row in row and role_of(s.text.strip("□☐ "))[0] == role]
    return len(kin) > 1


def _with_entries(exam: Exam, pages: Sequence[View], count: int) -> Exam:
    """Fill a lone exam's missing side from an entry that asks for it by label."""
    if count != 1:
        return exam
    for view in pages:
        for part, role in (("laterality", "side"), ("contrast", "contrast")):
            if getattr(exam, part) or (part == "contrast" and exam.modality.value not in ("CT", "MR")):
                continue
            printed = options(view)
            for entry in view.of(f"exam.{part}"):
                if any(token.index in printed for token in entry.tokens) or _is_a_choice(view, entry, role):
                    continue
                kind, value = role_of(entry.text)
                if kind == role and value:
                    exam = replace(
                        exam,
                        **{
                            part: Value(
                                value,
                                0.9 * entry.score,
                                view.evidence(entry.tokens),
                                "stated",
                                f"label {entry.label.text}",
                            )
                        },
                    )
                    break
    return exam if exam.text else replace(exam, text=ABSENT)
