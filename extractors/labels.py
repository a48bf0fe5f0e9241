"""Find the labels of a page, and the section that each stands in.

A label is a phrase of `labels.toml`, read tolerantly: case, spacing and
punctuation do not count, and a long label may hold a misread letter. A word
that is also plain English ("patient", "history") is a label only where it
looks like one: with a colon, alone in its segment, or at its segment's start.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace

from documents.page import Box
from extractors.headings import NUMBERED, find_headings, section_at
from extractors.lists import words
from extractors.sheet import Segment, Sheet, Token, label_form
from extractors.wordings import composite, goes_on, is_qualifier, leads_to, meaning, more, shaped

FORM = 6  # clear labels that make a page a form
LONGEST = 9  # tokens in the longest label looked for
_DOUBT = 0.85  # words read less surely may be labels with more letters misread
_ENDS = re.compile(r"[:#?]$|[:#?]_*$|_{2,}$|[:#]\)$")
_DASHES = ("-", "–", "—", "->", "»")

_ENUMERATOR = re.compile(r"[\[(|]?(\d{1,2}[a-z]?[.)]{0,2}|[A-Z][.)]{1,2}):?")
_NAMED = ("patient", "provider", "any")
_NAME_PARTS = {
    "last": "family",
    "surname": "family",
    "family": "family",
    "first": "given",
    "given": "given",
    "middle": "middle",
    "mi": "middle",
}

# Abbreviations that mean a field wherever they stand, colon or not.
_CLEAR = words("labels", "clear")
# Words so common that without a colon they are never a label unless they stand alone.
_COMMON = words("labels", "common")


@dataclass(frozen=True, slots=True)
class Label:
    """A label found on a page: its `concepts` (keys of labels.toml) and how surely it is one (0..1)."""

    concepts: tuple[str, ...]
    tokens: tuple[Token, ...]
    box: Box
    strength: float
    section: str = ""

    @property
    def text(self) -> str:
        return NUMBERED.sub("", " ".join(token.text for token in self.tokens)).rstrip(" :#_")

    @property
    def row(self) -> int:
        return self.tokens[0].row

    @property
    def last_row(self) -> int:
        return self.tokens[-1].row


def find_labels(sheet: Sheet) -> tuple[Label, ...]:
    """Return the labels of a page in reading order, each with the section it stands in."""
    headings = find_headings(sheet)
    stacked = _stacked(sheet)
    taken = {token.index for label in stacked for token in label.tokens}
    asked = [label for segment in sheet.segments if (label := _question(segment))]
    taken |= {token.index for label in asked for token in label.tokens}
    stacked = [
        label
        for label in stacked
        if not any(token.index in {t.index for a in asked for t in a.tokens} for token in label.tokens)
    ] + asked
    single = [label for segment in sheet.segments for label in _labels_of(segment)]
    found = [*stacked, *(label for label in single if not any(token.index in taken for token in label.tokens))]
    found.sort(key=lambda label: label.tokens[0].index)
    if sum(label.strength >= 0.85 for label in found) >= FORM:
        # On a form a common word that stands apart at its segment's start is a label like the others.
        found = [replace(label, strength=0.75) if 0.4 < label.strength < 0.5 else label for label in found]
    heads = {heading.box for heading in headings}
    found = [replace(label, strength=label.strength * 0.6) if label.box in heads else label for label in found]
    return tuple(
        Label(label.concepts, label.tokens, label.box, label.strength, section_at(label.box, headings, sheet))
        for label in found
    )


_IMPLANTS = (
    r"pace-?maker|(?<!breast )(?<!dental )\bimplant|defibrillator|neuro-?stim|stimulator|cochlear|aneurysm clip"
    r"|\bAICD\b|marcapasos|infusion pump|insulin pump|loop recorder"
)
_AGENTS = r"(contrast|dye|iodine|gadolin)"
_QUESTIONS = (
    ("safety.pregnant", re.compile(r"pregnan|embaraz", re.I)),
    ("safety.implant", re.compile(_IMPLANTS, re.I)),
    (
        "safety.contrast_allergy",
        re.compile(rf"(allerg|reaction|alergi)\w*[^?]*{_AGENTS}|{_AGENTS}\w*[^?]*(allerg|reaction)", re.I),
    ),
    (
        "safety.kidney_disease",
        re.compile(
            r"(kidney|renal)\W+(\w+\W+){0,2}?(disease|failure|insufficien|problem|impair|dysfunction|function)"
            r"|dialysis|\bCKD\b",
            re.I,
        ),
    ),
)
_ANSWERS = frozenset(["yes", "no", "y", "n", "none", "not", "answered", "unknown", "na", "n/a"])


def _question(segment: Segment) -> Label | None:
    """A safety question in whatever words: a short segment that names the hazard before its answers."""
    tokens = list(segment.tokens)
    ends = [place for place, token in enumerate(tokens) if token.text.rstrip()[-1:] in ("?", ":")]
    if ends:
        tokens = tokens[: ends[0] + 1]
    else:
        while tokens and (tokens[-1].plain in _ANSWERS or len(tokens[-1].plain) <= 1):
            tokens.pop()
    if not tokens or len(tokens) > 16 or len(segment.tokens) > 22:
        return None
    text = " ".join(token.text for token in tokens)
    if re.search(r"[.;]\s", text):
        return None
    concepts = tuple(concept for concept, pattern in _QUESTIONS if pattern.search(text))
    if len(concepts) != 1 or (not ends and len(tokens) > 9 and not text[0].isupper()):
        return None
    return Label(concepts, tuple(tokens), Box.around(token.box for token in tokens), 0.9 if ends else 0.8)


def _stacked(sheet: Sheet) -> list[Label]:
    """Labels that a narrow column broke over two or three lines, one under the other."""
    found: list[Label] = []
    written = [segment for segment in sheet.segments if any(token.plain for token in segment.tokens)]  # no rules
    for place, top in enumerate(written):
        pile = [top]
        for under in written[place + 1 : place + 24]:
            last = pile[-1]
            aligned = abs(sheet.across(under.box.x0 - top.box.x0)) < 1.2
            if under.row > last.row and aligned and sheet.down(under.box.y0 - last.box.y1) < 0.7:
                pile.append(under)
                tokens = tuple(token for segment in pile for token in segment.tokens)
                text = "".join(label_form(token.text) for token in tokens)
                if len(text) > 60 or ":" in "".join(token.text for token in tokens[:-1]):
                    break
                concepts, fit = meaning(text)
                whole = meaning("".join(label_form(token.text) for token in top.tokens))[1]
                if fit < 1 and whole == 1:
                    break  # a short value under its label, not a misread letter
                apart = all(
                    meaning("".join(label_form(token.text) for token in part.tokens))[1] == 1.0 for part in pile
                )
                if concepts and not apart and not concepts[0].startswith("decoy.text"):
                    found.append(Label(concepts, tokens, Box.around(token.box for token in tokens), 0.9 * fit))
                    break
                if len(pile) == 3:
                    break
    return found


def _labels_of(segment: Segment) -> list[Label]:
    number = 1 if len(segment.tokens) > 1 and _ENUMERATOR.fullmatch(segment.tokens[0].text) else 0
    if number and segment.tokens[0].text.isdigit() and not _is_label(segment.tokens[1:]):
        number = 0  # a number that is no running number: it stands before a value
    tokens = segment.tokens[number:]
    if heads := _tiled(tokens):
        return heads
    found: list[Label] = []
    start = 0
    while start < len(tokens):
        label = (found and start and _name_part(found[-1], tokens, start)) or _longest(tokens, start, segment)
        if not label:
            start += 1
            continue
        start += len(label.tokens)
        if found and start == len(tokens) and _part_of(found[-1], label):
            label = _as_one(found.pop(), label)
        if number and not found and label.tokens[0] is tokens[0]:
            # The form's running number belongs to its label.
            label = replace(label, tokens=segment.tokens[:1] + label.tokens)
            label = replace(label, box=Box.around(token.box for token in label.tokens))
        found.append(label)
    return found


def _is_label(tokens: Sequence[Token]) -> bool:
    return meaning("".join(label_form(token.text) for token in tokens))[1] == 1.0


def _tiled(tokens: Sequence[Token]) -> list[Label]:
    """The heads of a table that stand so close that they are one segment: it is made up of labels and nothing else."""
    found: list[Label] = []
    start = 0
    while start < len(tokens):
        ends = [end for end in range(min(len(tokens), start + LONGEST), start, -1) if not _two_heads(tokens[start:end])]
        forms = (("".join(label_form(token.text) for token in tokens[start:end]), end) for end in ends)
        concepts, end = next(((meaning(form)[0], end) for form, end in forms if meaning(form)[1] == 1.0), ((), 0))
        part = tuple(tokens[start:end])
        short = len(part) == 1 and len(part[0].plain) <= 2 and part[0].plain not in ("mi", "st", "id", "dx")
        if not concepts or short or concepts[0].startswith("safety") or not part[0].text[:1].isupper():
            return []
        found.append(Label(concepts, part, Box.around(token.box for token in part), 0.85))
        start = end
    return found if len(found) >= 3 and not any(":" in token.text for token in tokens) else []


def _two_heads(tokens: Sequence[Token]) -> bool:
    """Whether "Last Name First Name" is meant as two heads: no comma or slash says that it is one."""
    parts = [token.plain for token in tokens if token.plain != "name"]
    return len(parts) >= 2 and set(parts) <= set(_NAME_PARTS) and not any(token.text[-1:] in ",/" for token in tokens)


def _name_part(before: Label, tokens: Sequence[Token], start: int) -> Label | None:
    """The part that a name's label asks for next: "Name: Last ____ First ____ MI ____", "Name - last"."""
    group, kind = before.concepts[0].split(".", 1)
    if kind == "name":
        if group not in _NAMED or before.tokens[-1].index + 2 < tokens[start].index:
            return None
    elif group not in _NAMED or kind not in _NAME_PARTS.values():
        return None
    at = start + 1 if tokens[start].text in _DASHES and start + 1 < len(tokens) else start
    part = _NAME_PARTS.get(tokens[at].plain)
    follows = tokens[at + 1].plain if at + 1 < len(tokens) else ""
    # "Last, First" is one label for the whole name, "First name" one that the vocabulary knows.
    listed = tokens[at].text[-1:] in ",/" and follows in _NAME_PARTS
    if part is None or listed or follows in ("name", "initial"):
        return None
    own = tuple(tokens[start : at + 1])
    concept = f"{'patient' if group == 'any' else group}.{part}"
    return Label((concept,), own, Box.around(token.box for token in own), 0.9)


def _part_of(name: Label, part: Label) -> bool:
    """Whether a segment ends in "Name: First": then nothing is entered between the two, and they are one label."""
    kind = part.concepts[0].split(".")[-1]
    close = name.tokens[-1].index + 1 == part.tokens[0].index
    return close and name.concepts[0].split(".")[-1] == "name" and kind in _NAME_PARTS.values()


def _as_one(name: Label, part: Label) -> Label:
    tokens = (*name.tokens, *part.tokens)
    return Label(part.concepts, tokens, Box.around(token.box for token in tokens), part.strength)


def _longest(tokens: Sequence[Token], start: int, segment: Segment) -> Label | None:
    """Return the longest label that begins at token `start`, if it looks like a label there."""
    best: Label | None = None
    text, exact = "", 0
    for end in range(start, min(len(tokens), start + LONGEST)):
        form = label_form(tokens[end].text)
        text += form
        if len(text) > 48:
            break
        ended = bool(_ENDS.search(tokens[end].text)) or (
            end + 1 < len(tokens) and tokens[end + 1].text[:1] in (":", "#", "?") and len(tokens[end + 1].text) <= 2
        )
        spelled = " ".join(token.text for token in tokens[start : end + 1])
        doubtful = start == 0 and any(token.confidence < _DOUBT for token in tokens[start : end + 1])
        concepts, fit = _meant(text, spelled, doubtful)
        if not concepts and doubtful and end == start:
            concepts, fit = shaped(text), 0.9
        if fit == 1:
            exact = len(text)
        # Words too many, taken for misread letters, are no better than the phrase without them.
        misread = goes_on(text, exact, doubtful) if exact else _is_misread(tokens[start : end + 1], doubtful)
        if concepts and (fit == 1 or misread):
            last = end + 1 if ended and not _ENDS.search(tokens[end].text) else end
            last = _qualified(tokens, last)
            ended = ended or bool(_ENDS.search(tokens[last].text))
            strength = _strength(tokens, start, last if last > end and not ended else end, ended, segment) * fit
            if strength < 0.7 and start > 0 and concepts[0].startswith("decoy"):
                strength = 0.0  # in the middle of a value: "Wildwood Primary Care Associates"
            if strength > 0:
                part = tuple(tokens[start : last + 1])
                best = Label(concepts, part, Box.around(token.box for token in part), strength)
        if ended and tokens[end].text.endswith(":"):
            break
    return best


def _is_misread(tokens: Sequence[Token], doubtful: bool) -> bool:
    """Whether no answer ends a phrase like a label, and no other label without misread letters stands at its end."""
    text = "".join(label_form(token.text) for token in tokens)
    ends = [tokens[start:] for start in range(1, len(tokens)) if _is_label(tokens[start:])]
    forms = ("".join(label_form(token.text) for token in end) for end in ends if len(end[0].plain) > 2)
    return tokens[-1].plain not in _ANSWERS and all(leads_to(text, form, doubtful) for form in forms)


def _meant(text: str, spelled: str, doubtful: bool) -> tuple[tuple[str, ...], float]:
    """Return what a phrase means: by its plain form, else as several fields in one ("Name / DOB")."""
    concepts, fit = meaning(text, doubtful) if text else ((), 0.0)
    if fit < 1 and (several := composite(spelled)):
        return several, 1.0
    return (more(spelled, concepts), fit) if concepts else ((), 0.0)


def _qualified(tokens: Sequence[Token], last: int) -> int:
    """Return the last token of a label with what follows in brackets: "(required)", "(mm/dd/yyyy)"."""
    for end in range(last + 1, min(len(tokens), last + 5)):
        spelled = " ".join(token.text for token in tokens[last + 1 : end + 1])
        if spelled[:1] not in "([*":
            return last
        if is_qualifier(spelled):
            return end
    return last


def _strength(tokens: Sequence[Token], start: int, end: int, ended: bool, segment: Segment) -> float:
    """How much the phrase tokens[start..end] looks like a label where it stands; 0 when it does not."""
    text = "".join(label_form(token.text) for token in tokens[start : end + 1])
    alone = start == 0 and end == len(tokens) - 1
    follows = tokens[end + 1] if end + 1 < len(tokens) else None
    # Some templates set a dash where others set a colon.
    colon = ":" in tokens[end].text or (follows is not None and (follows.text[0] == ":" or follows.text in _DASHES))
    if colon:
        return 1.0
    if alone:
        return 0.85 if len(text) > 1 else 0.0
    if ended or (text in _CLEAR and (start == 0 or (follows is not None and follows.text[:1] in "0123456789(+#"))):
        return 0.9
    if start > 0 and _runs_on(tokens[start - 1]):
        return 0.0
    capital = tokens[start].text[:1].isupper()
    if text in _COMMON or len(text) < 3:
        short = len(tokens) <= 6 and start == 0 and capital and follows is not None
        if text == "mr" and follows is not None and follows.plain.isalpha():
            return 0.0  # "MR ANGIOGRAM HEAD", "Mr Alderson": a record number has digits
        return 0.45 if short and _stands_apart(tokens[end], follows) else 0.0
    if start == 0 and capital and (len(tokens) <= 14):
        return 0.7 if end > start or _stands_apart(tokens[end], follows) else 0.6
    if end > start and capital and follows is not None:
        return 0.6
    return 0.0


def _runs_on(token: Token) -> bool:
    """Whether running text leads up to the next word: an article or preposition stands before it."""
    return token.text.lower() in (
        "the",
        "a",
        "an",
        "his",
        "her",
        "of",
        "with",
        "and",
        "for",
        "no",
        "in",
        "on",
        "to",
        "this",
        "my",
        "your",
    )


def _stands_apart(label: Token, follows: Token | None) -> bool:
    """Whether what follows looks entered: a wider gap, another hand, or capitals and digits after a plain word."""
    if follows is None:
        return False
    gap = follows.box.x0 - label.box.x1
    entered = follows.handwritten > 0.5 >= label.handwritten
    return entered or gap > 0.9 * label.box.height or follows.text[:1].isdigit() or follows.text[:1].isupper()
