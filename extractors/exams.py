"""The exams that an order asks for: written, ticked in a grid, or asked for in a sentence.

How an exam's words are read is the classifiers' knowledge; it is handed in as
`ExamReader`. Here is where the words stand: at a label, in a table's column, at
a ticked box under a modality's heading, or on a line of their own.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Protocol

from documents.page import Mark
from extractors.choices import (
    Choice,
    choices_on,
    in_running_text,
    options,
    role_of,
    row_segments,
    same_row,
    token_at,
    words_of,
)
from extractors.entries import Entry
from extractors.letterhead import is_prose, letterhead
from extractors.sheet import Segment, Token, mark_evidence, plain
from extractors.views import View
from orders.order import ABSENT, Evidence, Exam, Value

PARTS = ("modality", "body_region", "laterality", "contrast", "technique")


class ExamParts(Protocol):
    """What a reader makes of an exam's words: coded parts (None where not stated), the span, and how sure."""

    @property
    def modality(self) -> str | None: ...
    @property
    def body_region(self) -> str | None: ...
    @property
    def laterality(self) -> str | None: ...
    @property
    def contrast(self) -> str | None: ...
    @property
    def technique(self) -> str | None: ...
    @property
    def start(self) -> int: ...
    @property
    def end(self) -> int: ...
    @property
    def score(self) -> float: ...


class ExamReader(Protocol):
    """Read the exams that `text` names; `default_modality` is what the form's heading says."""

    def __call__(self, text: str, default_modality: str | None = None) -> Sequence[ExamParts]: ...


@dataclass(frozen=True, slots=True)
class Asked:
    """An exam as one statement asks for it; `how` says where it stood.

    `marked` are a side and a contrast ticked on the row of written words, which
    may add to them or contradict them.
    """

    exam: Exam
    how: str
    score: float
    marked: tuple[tuple[str, Value], ...] = ()

    def part(self, name: str) -> str | None:
        value = getattr(self.exam, name).value
        return None if value is None else str(value)


GRID = 14  # boxes that make a page a form: its printed lines name exams that nobody asked for

_REQUEST = re.compile(
    r"\b(grateful|appreciate|please|kindly|would you|could you|schedule|arrange|perform|obtain|request\w*|order(?:ing|ed)?|refer(?:ring|red)?|would like|for an?|get an?|needs?|recommend\w*|evaluat\w+ with)\b",
    re.I,
)
_PAST = re.compile(
    r"\b(prior|previous|last|recent|comparison|compared?|showed|shows|revealed|demonstrated|was (?:negative|normal|positive)|neg(?:ative)? for|were (?:negative|normal)|on (?:plain )?film|dated|in (?:19|20)\d\d|done (?:on|in)|report)\b",
    re.I,
)
_CPT = re.compile(r"(?<![\d.-])([0-9]{5}|[AGJQC][0-9]{4})(?![\d-]|\.\d)")


def written(view: View, read: ExamReader, modalities: Sequence[Asked] = ()) -> Iterator[Asked]:
    """Yield the exams written at exam labels, down a table's column included.

    `modalities` are ticks of a modality alone; the nearest gives its modality
    to words that name none.
    """
    printed = options(view)
    seen: set[int] = set(printed)
    for entry in view.whole("exam.text", "exam.region"):
        if is_grid(view) and entry.place != "beside" and entry.label.strength < 0.6:
            continue  # a heading over printed options
        score = 0.95 * entry.score / max(entry.label.strength, 0.5)
        rows = (row for row in _column(view, entry) if not any(token.index in printed for token in row))
        for tokens in _items(rows, read):
            if any(token.index in seen for token in tokens):
                continue
            modality = _nearest(modalities, tokens)
            made = list(_asked(view, tokens, read, score, f"label {entry.label.text}", modality))
            if made:
                seen.update(token.index for token in tokens)
                beside = _marked_beside(view, tokens)
                yield from (replace(asked, marked=beside) for asked in made)


def _marked_beside(view: View, tokens: Sequence[Token]) -> tuple[tuple[str, Value], ...]:
    """Return the side and the contrast ticked to the right of written words, on their row of a table."""
    found: dict[str, Value] = {}
    for choice in choices_on(view):
        part = {"side": "laterality", "contrast": "contrast"}.get(choice.role)
        near = -0.9 < view.sheet.down(choice.mark.box.y - tokens[0].box.y) < 1.9
        if part and near and choice.mark.box.x0 > tokens[-1].box.x1 and part not in found:
            found[part] = _from_mark(view, choice)
    return tuple(found.items())


def _nearest(modalities: Sequence[Asked], tokens: Sequence[Token]) -> str | None:
    """Return the ticked modality closest in height to an entry, when there is one."""

    def away(asked: Asked) -> float:
        return abs(asked.exam.modality.evidence[0].box[1] - tokens[0].box.y0)

    nearest = min(modalities, key=away, default=None)
    return nearest.part("modality") if nearest is not None else None


def _items(rows: Iterator[tuple[Token, ...]], read: ExamReader) -> list[tuple[Token, ...]]:
    """Join a column's rows into exams: a row that names no modality goes on with the one above."""
    items: list[tuple[Token, ...]] = []
    for row in rows:
        tokens = _first_sentence(_without_number(row))
        if not tokens:
            continue
        if items and items[-1][-1].text.endswith(".") and len(items[-1][-1].plain) > 3:
            break  # the sentence that asked is over
        names = any(parts.modality for parts in read(_spelled(tokens)[0], None))
        if items and not names:
            items[-1] = items[-1] + tokens
        else:
            items.append(tokens)
    return items


def _without_number(tokens: Sequence[Token]) -> tuple[Token, ...]:
    """Drop the number that a table's row begins with; a reader takes a 1 for an l."""
    if len(tokens) > 1 and tokens[0].plain and tokens[0].text.strip(".)#|") in (*"0123456789li|", "10", "11", "12"):
        return tuple(tokens[1:])
    return tuple(tokens)


def _first_sentence(tokens: Sequence[Token]) -> tuple[Token, ...]:
    """Cut at the first full stop that a capital follows: what comes after tells of something else."""
    for place in range(4, len(tokens) - 1):
        if tokens[place].text.endswith(".") and len(tokens[place].plain) > 3 and tokens[place + 1].text[:1].isupper():
            return tuple(tokens[: place + 1])
    return tuple(tokens)


def _column(view: View, entry: Entry) -> Iterator[tuple[Token, ...]]:
    """Yield the rows of an entry: its own, and the rows of the table or list below it while they go on."""
    for row in sorted({token.row for token in entry.tokens}):
        yield tuple(token for token in entry.tokens if token.row == row)
    if entry.place == "beside":
        return
    em = view.sheet.em * view.sheet.aspect
    right = view.grid.next_label_x(entry.label)
    last = entry.tokens[-1]
    for row in view.sheet.rows[last.row + 1 : last.row + 16]:
        if view.sheet.down(row[0].box.y0 - last.box.y1) > 3.0:
            return
        near: list[Token] = []
        if any(view.grid.label_of(token) and token.box.x0 < entry.label.box.x1 for token in row):
            return
        for token in row:
            if not entry.label.box.x0 - 1.5 * em <= token.box.x0 < right - 0.3 * em:
                continue
            if view.grid.label_of(token):
                break
            near.append(token)
        if near:
            yield tuple(near)
            last = near[0]


def _asked(
    view: View, tokens: Sequence[Token], read: ExamReader, score: float, how: str, modality: str | None = None
) -> Iterator[Asked]:
    """Yield the exams that the words of `tokens` name."""
    text, spans = _spelled(tokens)
    for parts in read(text, modality):
        own = [token for start, end, token in spans if start < parts.end and end > parts.start]
        if not own:
            continue
        read_well = min(token.confidence for token in own)
        sure = score * parts.score * (0.6 + 0.4 * read_well)
        exam = _exam(view.evidence(own), text[parts.start : parts.end].strip(" ,;:.-"), parts, sure, how)
        code = _code_near(view, own)
        if code:
            exam = replace(exam, procedure_code=code)
        yield Asked(exam, how, sure)


def _spelled(tokens: Sequence[Token]) -> tuple[str, list[tuple[int, int, Token]]]:
    text, spans = "", []
    for token in tokens:
        spans.append((len(text), len(text) + len(token.text), token))
        text += token.text + " "
    return text.rstrip(), spans


def _exam(evidence: tuple[Evidence, ...], text: str, parts: ExamParts, sure: float, how: str) -> Exam:
    def leaf(value: str | None) -> Value:
        return ABSENT if value is None else Value(value, sure, evidence, "stated", how)

    return Exam(
        text=leaf(text or None),
        modality=leaf(parts.modality),
        body_region=leaf(parts.body_region),
        laterality=leaf(parts.laterality),
        contrast=leaf(parts.contrast),
        technique=leaf(parts.technique),
    )


def _code_near(view: View, tokens: Sequence[Token]) -> Value | None:
    """Return the procedure code on the exam's own row, where a label or its form says that it is one."""
    row = view.sheet.rows[tokens[0].row]
    labelled = any("exam.procedure_code" in label.concepts for label in view.labels)
    for token in row:
        match = _CPT.search(token.text)
        if not match or (token in tokens and not labelled):
            continue
        before = " ".join(other.text for other in row if other.box.x1 <= token.box.x0 + 1e-6)[-18:]
        if re.search(r"cpt|hcpcs|code|proc", before + token.text, re.I) or _under_code_label(view, token):
            return Value(
                match[1], 0.9 * token.confidence, view.evidence([token]), "stated", "a procedure code beside the exam"
            )
    return None


def _under_code_label(view: View, token: Token) -> bool:
    for label in view.labels:
        if (
            "exam.procedure_code" in label.concepts
            and label.row < token.row
            and label.box.x0 - 0.03 <= token.box.x <= label.box.x1 + 0.06
        ):
            return view.sheet.down(token.box.y - label.box.y) < 14
    return False


def is_grid(view: View) -> bool:
    """Whether a page is a form of many boxes."""
    return sum(mark.kind in ("choice", "field") for mark in view.sheet.marks) >= GRID


def on_lines(view: View, read: ExamReader) -> Iterator[Asked]:
    """Yield the exams named on lines of their own, and in the sentences of a letter that ask for something."""
    head = letterhead(view)
    if is_grid(view):
        return
    if is_prose(view.sheet):
        yield from _in_sentences(view, read)
    for segment in view.sheet.segments:
        tokens = [token for token in segment.tokens if not view.grid.label_of(token)]
        if not tokens or len(tokens) > 16 or segment.box.y1 < head.bottom * 0.6 or _is_entry_of_other(view, tokens[0]):
            continue
        if view.grid.choice_between(
            segment.box.x0 - 1.6 * view.sheet.em * view.sheet.aspect, segment.box.x1, segment.box
        ):
            continue
        if _PAST.search(segment.text):
            continue
        found = [
            asked for asked in _asked(view, tokens, read, 0.72, "a line that names an exam") if asked.part("modality")
        ]
        share = sum(len(str(asked.exam.text.value or "").split()) for asked in found) / len(tokens)
        if share >= 0.4:
            yield from (replace(asked, score=asked.score * min(1.0, 0.5 + share / 2)) for asked in found)


def _is_entry_of_other(view: View, token: Token) -> bool:
    """Whether the token was entered for a label that asks for something else than an exam."""
    for entry in view.entered:
        if entry.place == "beside" and entry.label.strength >= 0.6 and token in entry.tokens:
            return not any(concept.startswith(("exam.", "order.")) for concept in entry.label.concepts)
    return False


_SENTENCE = re.compile(r"[^.!?]+(?:\.(?=\S)[^.!?]*)*[.!?]?", re.S)


def _in_sentences(view: View, read: ExamReader) -> Iterator[Asked]:
    for hit in view.find(_SENTENCE):
        sentence = " ".join(hit.match[0].split())
        if any((label := view.grid.label_of(token)) and label.strength >= 0.9 for token in hit.tokens):
            continue
        if not _REQUEST.search(sentence) or (
            _PAST.search(sentence) and not re.search(r"please|grateful|kindly|schedule|request", sentence, re.I)
        ):
            continue
        for asked in _asked(view, hit.tokens, read, 0.85, "asked for in running text"):
            if asked.part("modality"):
                yield asked


def ticked(view: View, read: ExamReader) -> Iterator[Asked]:
    """Yield the exams ticked on a form, with the side and the contrast that their row and column give."""
    on = list(choices_on(view))
    sides = [choice for choice in on if choice.role == "side"]
    contrasts = [choice for choice in on if choice.role == "contrast"]
    for choice in on:
        if choice.role != "other" or not choice.text:
            continue
        made = _ticked_exam(view, choice, read)
        if made is None:
            continue
        exam, words = made
        side = _side_of(view, choice, sides)
        if side and not exam.laterality:
            exam = replace(exam, laterality=_from_mark(view, side))
            words = f"{words} {side.text}"
        contrast = _contrast_of(view, choice, contrasts)
        if contrast and not exam.contrast and exam.modality.value in ("CT", "MR"):
            exam = replace(exam, contrast=_from_mark(view, contrast))
            words = f"{words} {contrast.text}"
        exam = replace(exam, text=replace(exam.text, value=words))
        yield Asked(exam, "ticked", choice.mark.confidence)


def _from_mark(view: View, choice: Choice) -> Value:
    return Value(
        choice.value,
        0.97 * choice.mark.confidence,
        mark_evidence(view.sheet.number, choice.mark, choice.text),
        "stated",
        "ticked",
    )


def _ticked_exam(view: View, choice: Choice, read: ExamReader) -> tuple[Exam, str] | None:
    """Return the exam that a tick stands for, reading its label together with its row and heading."""
    if choice.text.endswith(":") or in_running_text(view, choice.mark):
        return None
    if len(choice.text.split()) > 9 or choice.mark.box.y < letterhead(view).bottom * 0.5:
        return None
    heading = heading_modality(view, choice.mark, read)
    own = next(iter(read(choice.text, heading)), None)
    words = choice.text
    if own is not None and own.modality and not own.body_region:
        for segment in row_segments(view, choice.mark):
            row = next(iter(read(f"{choice.text} {segment.text}", None)), None)
            if row is not None and row.body_region and role_of(segment.text)[0] == "other":
                own, words = row, f"{choice.text} {segment.text}"
                break
    if own is not None and not own.body_region and (below := _second_line(view, choice)):
        longer = next(iter(read(f"{choice.text} {below}", heading)), None)
        if longer is not None and longer.body_region:
            own, words = longer, f"{choice.text} {below}"
    if own is not None and (own.end - own.start) < 0.45 * len(words):
        return None
    if own is None or not own.modality:
        return None
    mark = choice.mark
    found = mark_evidence(view.sheet.number, mark, words)
    return _exam(found, words, own, 0.97 * mark.confidence * min(1.0, 0.4 + own.score), "ticked"), words


def _second_line(view: View, choice: Choice) -> str:
    """Return the second line of a box's label: the words just below its first, aligned with them."""
    first = token_at(view, choice.mark.box)
    if first is None:
        return ""
    for segment in view.sheet.segments:
        aligned = abs(view.sheet.across(segment.box.x0 - first.box.x0)) < 1.5
        if aligned and 0.3 < view.sheet.down(segment.box.y - first.box.y) < 1.9 and not _is_option(view, segment):
            return segment.text
    return ""


def heading_modality(view: View, mark: Mark, read: ExamReader) -> str | None:
    """Return the modality of the heading that a box stands under: the nearest above, a little to the left at most."""
    best, distance = None, 60.0
    for segment in view.sheet.segments:
        below = view.sheet.down(mark.box.y - segment.box.y)
        if (
            below <= 0.5
            or len(segment.tokens) > 6
            or segment.box.x0 > mark.box.x1 + view.sheet.em * view.sheet.aspect * 2
        ):
            continue
        modality = _heading(segment, read)
        if modality is None or _is_option(view, segment):
            continue
        away = below + 1.6 * max(0.0, view.sheet.across(mark.box.x0 - segment.box.x1))
        if away < distance:
            best, distance = modality, away
    return best


def _heading(segment: Segment, read: ExamReader) -> str | None:
    """Return the modality that a segment names alone, without a region."""
    text = re.sub(r"\([^)]*\)|[□☐]", " ", segment.text)
    found = list(read(text, None))
    if found and all(parts.modality and not parts.body_region for parts in found):
        return found[0].modality
    if (
        found
        and found[0].modality in ("MG", "BMD")
        and plain(text) in ("mammography", "mammogram", "mammo", "mammodexa", "dexa", "bonedensity", "mammography3d")
    ):
        return found[0].modality
    return None


def _is_option(view: View, segment: Segment) -> bool:
    """Whether the segment is itself the label of a box."""
    em = view.sheet.em * view.sheet.aspect
    return any(
        mark.kind == "choice"
        and same_row(view, mark.box, segment.box)
        and -0.3 * em <= segment.box.x0 - mark.box.x1 <= 1.2 * em
        for mark in view.sheet.marks
    )


def _side_of(view: View, choice: Choice, sides: Sequence[Choice]) -> Choice | None:
    """Return the side marked on the exam's row: in its own column for a grid, anywhere on the row in a table."""
    row = [side for side in sides if same_row(view, side.mark.box, choice.mark.box)]
    right = [side for side in row if side.mark.box.x0 >= choice.mark.box.x0]
    next_box = min(
        (
            mark.box.x0
            for mark in view.sheet.marks
            if mark.kind == "choice"
            and same_row(view, mark.box, choice.mark.box)
            and mark.box.x0 > choice.mark.box.x1 + 0.004
            and not _is_side_box(view, mark)
        ),
        default=1.0,
    )
    own = [side for side in right if side.mark.box.x0 < next_box]
    if own:
        return min(own, key=lambda side: side.mark.box.x0)
    # In a table the side's boxes may stand between the row's name and the modality's box.
    before = [side for side in row if side.mark.box.x0 < choice.mark.box.x0]
    nearer = [
        mark
        for mark in view.sheet.marks
        if mark.kind == "choice" and same_row(view, mark.box, choice.mark.box) and not _is_side_box(view, mark)
    ]
    if before and all(
        mark.box.x0 >= choice.mark.box.x0 - 1e-6 or mark.box.x0 < before[-1].mark.box.x0 for mark in nearer
    ):
        return max(before, key=lambda side: side.mark.box.x0)
    return (
        min(before, key=lambda side: choice.mark.box.x0 - side.mark.box.x0, default=None)
        if _is_table(view, choice)
        else None
    )


def _is_table(view: View, choice: Choice) -> bool:
    """Whether the box names only a column (a modality): then what else is marked on its row belongs to it."""
    return (
        len(choice.text.split()) <= 2 and role_of(choice.text)[0] == "other" and bool(row_segments(view, choice.mark))
    )


def _is_side_box(view: View, mark: Mark) -> bool:
    return role_of(words_of(view, mark))[0] == "side"


def _contrast_of(view: View, choice: Choice, contrasts: Sequence[Choice]) -> Choice | None:
    """Return the contrast ticked for the exam: on its row, else in its column's group, else the only one there is."""
    row = [item for item in contrasts if same_row(view, item.mark.box, choice.mark.box)]
    if row:
        return min(row, key=lambda item: abs(item.mark.box.x0 - choice.mark.box.x0))
    left, right = column_bounds(view, choice.mark)
    own = [item for item in contrasts if left - 0.02 <= item.mark.box.x0 < right]
    if own:
        return min(own, key=lambda item: abs(item.mark.box.y - choice.mark.box.y))
    groups = {round(item.mark.box.y, 2) for item in contrasts}
    return contrasts[0] if len(contrasts) == 1 and len(groups) == 1 else None


def column_bounds(view: View, mark: Mark) -> tuple[float, float]:
    """Return the left edges of the mark's column of boxes and of the next one to its right."""
    em = view.sheet.em * view.sheet.aspect
    columns: dict[float, int] = {}
    for other in view.sheet.marks:
        if other.kind != "choice":
            continue
        near = next((x for x in columns if abs(x - other.box.x0) < 0.8 * em), None)
        if near is None:
            columns[other.box.x0] = 1
        else:
            columns[near] += 1
    tall = sorted(x for x, count in columns.items() if count >= 5)
    left = max((x for x in tall if x <= mark.box.x0 + 0.8 * em), default=mark.box.x0)
    right = min((x for x in tall if x > mark.box.x0 + 4 * em), default=1.0)
    return left, right
