"""The exams that an order asks for: written, ticked in a grid, or asked for in a sentence.

How an exam's words are read is the classifiers' knowledge; it is handed in as
`ExamReader`. Here is where the words stand: at a label, in a table's column, at
a ticked box under a modality's heading, or on a line of their own.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from functools import cache
from typing import Protocol
from unicodedata import normalize

from extractors.choices import Choice, choices_on, options, role_of
from extractors.entries import Entry
from extractors.letterhead import letterhead
from extractors.menus import is_menu, menu_lines, numbered, written_in
from extractors.prose import asking
from extractors.sheet import Token, mark_evidence
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


@cache
def unaccented(read: ExamReader) -> ExamReader:
    """Return a reader to which accents mean nothing: specks of a fax over a letter; spans stay as they are."""

    def read_bare(text: str, default_modality: str | None = None) -> Sequence[ExamParts]:
        return read("".join(normalize("NFKD", character)[0] for character in text), default_modality)

    return read_bare


# Words that say that something is wanted and not what.
_EMPTY = frozenset(
    [
        "scan",
        "scans",
        "study",
        "exam",
        "examination",
        "imaging",
        "test",
        "as",
        "discussed",
        "per",
        "protocol",
        "please",
        "same",
        "usual",
        "before",
        "again",
        "repeat",
        "we",
        "spoke",
        "agreed",
        "about",
        "recommended",
        "suggested",
        "by",
        "radiologist",
        "needed",
        "patient",
        "for",
        "the",
        "of",
        "a",
        "an",
    ]
)
_FIELD_NUMBER = re.compile(r"\d{1,2}[.):]+")
_CHOICES = 4  # modalities in a line that no one asks for all at once
MOST = 6  # places that one order names

_PAST = re.compile(
    r"\b(prior|previous|last|recent|comparison|compared?|showed|shows|revealed|demonstrated|"
    r"was (?:negative|normal|positive)|neg(?:ative)? for|were (?:negative|normal)|on (?:plain )?film|"
    r"dated|in (?:19|20)\d\d|done (?:on|in)|report)\b",
    re.I,
)


def _printed_to_choose(tokens: Sequence[Token], read: ExamReader) -> bool:
    """Whether words are modalities printed one after the other: "CT / MRI / X-ray"."""
    words = [token for token in tokens if any(character.isalpha() for character in token.text)]
    bare = {part.modality for token in words for part in read(token.text, None) if not part.body_region}
    return len(bare - {None}) >= _CHOICES and len(words) <= 3 * len(bare)


def written(view: View, read: ExamReader, modalities: Sequence[Asked] = (), chosen: bool = False) -> Iterator[Asked]:
    """Yield the exams written at exam labels, down a table's column included.

    Where exams were `chosen` by mark, what stands under a bare heading is
    printed to choose from. `modalities` are ticks of a modality alone; the nearest gives its modality
    to words that name none.
    """
    printed = options(view)
    seen: set[int] = set(printed)
    for entry in view.whole("exam.text", "exam.region"):
        if (chosen or is_menu(view, read)) and entry.place != "beside" and entry.label.strength < 0.6:
            continue  # a heading over printed options
        score = 0.95 * entry.score / max(entry.label.strength, 0.5)
        rows = [row for row in _column(view, entry) if not any(token.index in printed for token in row)]
        if is_menu(view, read) and entry.place != "beside" and len(_listed(view, rows, read)) > 2:
            continue  # the list under its title
        if any(_printed_to_choose(row, read) for row in rows):
            continue
        for tokens in _items(iter(rows), read):
            if any(token.index in seen for token in tokens):
                continue
            modality = _nearest(modalities, tokens)
            how = f"label {entry.label.text}"
            made = list(_asked(view, tokens, read, score, how, modality))
            if not made and entry.place != "under":
                made = list(_place_asked(view, tokens, read, how))
            if made:
                seen.update(token.index for token in tokens)
                for asked in made:
                    own = [token for token in tokens if _stands_in(token, asked)]
                    yield replace(asked, marked=_marked_beside(view, own or tokens))
    further = [*numbered(view), *written_in(view, is_menu(view, read))]
    for tokens in further:
        if tokens and not any(token.index in seen for token in tokens):
            seen.update(token.index for token in tokens)
            modality = _nearest(modalities, tokens)
            how = "written in as another exam"
            made = list(_asked(view, tokens, read, 0.9, how, modality)) or list(_place_asked(view, tokens, read, how))
            yield from made


def _listed(view: View, rows: Sequence[tuple[Token, ...]], read: ExamReader) -> set[int]:
    """Return which of the rows hold lines of a form's list of exams."""
    lines = {token.index for segment in menu_lines(view, read) for token in segment.tokens}
    return {row[0].row for row in rows if any(token.index in lines for token in row)}


def _place_asked(view: View, tokens: Sequence[Token], read: ExamReader, how: str) -> Iterator[Asked]:
    """Yield an exam of which only the place is told: "left ankle scan as discussed"."""
    telling = [token for token in tokens if token.plain not in _EMPTY]
    if 0 < len(telling) < min(5, len(tokens)):
        yield from (asked for asked in _asked(view, telling, read, 0.8, how) if asked.part("body_region"))


def _marked_beside(view: View, tokens: Sequence[Token]) -> tuple[tuple[str, Value], ...]:
    """Return the side and the contrast to the right of written words on their row of a table: ticked, or written."""
    found: dict[str, Value] = {}
    for choice in choices_on(view):
        part = {"side": "laterality", "contrast": "contrast"}.get(choice.role)
        near = -0.9 < view.sheet.down(choice.mark.box.y - tokens[0].box.y) < 1.9
        if part and near and choice.mark.box.x0 > tokens[-1].box.x1 and part not in found:
            found[part] = from_mark(view, choice)
    side = _side_cell(view, tokens)
    if side is not None and "laterality" not in found:
        value = role_of(side.text)[1]
        found["laterality"] = Value(
            value, 0.85 * side.confidence, view.evidence([side]), "stated", "a side in its column"
        )
    return tuple(found.items())


def _stands_in(token: Token, asked: Asked) -> bool:
    """Whether a token is among the words that an exam was read from: several may stand in a table's column."""
    where = asked.exam.text.evidence
    return any(
        found.box[0] <= token.box.x <= found.box[2] and found.box[1] <= token.box.y <= found.box[3] for found in where
    )


def _side_cell(view: View, tokens: Sequence[Token]) -> Token | None:
    """Return the one side that stands in a cell of its own further along the row."""
    printed = options(view)
    row = view.sheet.rows[tokens[0].row]
    last = max(token.box.x1 for token in tokens if token.row == tokens[0].row)
    cells = [
        segment.tokens[0]
        for segment in view.sheet.segments
        if segment.row == tokens[0].row and len(segment.tokens) == 1 and view.sheet.across(segment.box.x0 - last) > 1.5
    ]
    sides = [token for token in cells if role_of(token.text)[0] == "side" and token.index not in printed]
    others = [token for token in row if token.box.x0 > last and role_of(token.text.strip("[](){}_/"))[0] == "side"]
    return sides[0] if len(sides) == 1 and len(others) == 1 else None


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
        if sum(token.text[:1] in "□☐" for token in near) > 1:
            return  # a row of choices
        if near and _FIELD_NUMBER.fullmatch(near[0].text) and _FIELD_NUMBER.fullmatch(entry.label.tokens[0].text):
            return  # the next of a form's numbered fields
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
        sure = score * parts.score**0.4 * (0.35 + 0.65 * read_well)
        exam = exam_of(view.evidence(own), text[parts.start : parts.end].strip(" ,;:.-"), parts, sure, how)
        yield Asked(exam, how, sure)


def _spelled(tokens: Sequence[Token]) -> tuple[str, list[tuple[int, int, Token]]]:
    text, spans = "", []
    for token in tokens:
        spans.append((len(text), len(text) + len(token.text), token))
        text += token.text + " "
    return text.rstrip(), spans


def exam_of(evidence: tuple[Evidence, ...], text: str, parts: ExamParts, sure: float, how: str) -> Exam:
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


def on_lines(view: View, read: ExamReader) -> list[Asked]:
    """Return the exams named on lines of their own, and in the sentences of a letter that ask for something.

    More than anybody orders at a time are a form's own words.
    """
    if is_menu(view, read):
        return []
    found = [*_in_sentences(view, read), *_on_own_lines(view, read)]
    return found if len({asked.part("body_region") for asked in found}) <= MOST else []


def _on_own_lines(view: View, read: ExamReader) -> Iterator[Asked]:
    head = letterhead(view)
    printed = options(view)
    for segment in view.sheet.segments:
        tokens = [token for token in segment.tokens if not view.grid.label_of(token)]
        if not tokens or len(tokens) > 16 or segment.box.y1 < head.bottom * 0.6 or _is_entry_of_other(view, tokens[0]):
            continue
        if any(token.index in printed for token in tokens):
            continue
        if _PAST.search(segment.text) or _printed_to_choose(tokens, read):
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


def _in_sentences(view: View, read: ExamReader) -> Iterator[Asked]:
    for tokens in asking(view):
        for asked in _asked(view, tokens, read, 0.85, "asked for in running text"):
            if asked.part("modality") and asked.part("body_region") and len(str(asked.exam.text.value)) > 3:
                yield replace(asked, score=max(asked.score, 0.5))


def from_mark(view: View, choice: Choice) -> Value:
    """Return the coded value that a tick gives."""
    return Value(
        choice.value,
        0.97 * choice.mark.confidence,
        mark_evidence(view.sheet.number, choice.mark, choice.text),
        "stated",
        "ticked",
    )
