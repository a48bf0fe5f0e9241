"""What a ticked or circled choice says, and whose row and column it stands in.

A form's grid says little beside its boxes: the modality stands in a column's
heading, the side in a letter further along the row, the contrast over the
column. Here a mark gets its words; what they mean is for the extractors.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from typing import Literal

from documents.page import Box, Mark
from extractors.sheet import Segment, Token, plain
from extractors.views import View

Role = Literal["side", "contrast", "priority", "answer", "sex", "other"]

_SIDES = {
    **dict.fromkeys(("r", "rt", "ri", "right", "rgt", "der", "derecho"), "right"),
    **dict.fromkeys(("l", "lt", "li", "left", "lft", "izq", "izquierdo"), "left"),
    **dict.fromkeys(("b", "bil", "bilat", "bilateral", "both", "bl", "bi", "ambos"), "bilateral"),
}
_CONTRASTS = (
    (
        "with_and_without",
        re.compile(
            r"\bw(ith)?\b/?.{0,12}(&|and|\+|/).{0,12}\bw(ithout|/?\s?[o0])\b"
            r"|\bw(/[o0]|ithout)\b.{0,12}(&|and|\+|then).{0,12}\bw(ith)?\b|^both$|\bwwo\b|w&w/?o",
            re.I,
        ),
    ),
    (
        "without",
        re.compile(
            r"\b(w/?\s?[o0]|without|non-?\s?con(?:trast)?|none|no (?:iv )?con(?:trast)?|(?:un|non-?)enhanced|sin)\b",
            re.I,
        ),
    ),
    ("with", re.compile(r"\b(w/?|with|c\+|con|iv contrast|contrast)(?![a-z])", re.I)),
)
# A column's or a box's shorthand, whole; a reader takes the slash for a letter or loses it.
_SHORTHAND = (
    ("without", re.compile(r"w[/\\|il1v]?[o0]|w[/|il1]?out|c-", re.I)),
    ("with_and_without", re.compile(r"w[/\\|il1&+]{0,2}w[/\\|il1v]?[o0]|c\+/?c-|c?\+/-", re.I)),
)
# Side words of the boxes that follow, read as one with the label: "mammogramRightLeftBilateral".
_GLUED = re.compile(r"(?:\s*(?:right|left|bilateral|bilat|both|rt|lt|bil)){2,}$", re.I)
# A typed box of the option that follows: "Rt { ] Lt".
_NEXT_BOX = re.compile(r"\s+(?:[\[{]\s?[\]})Jl1I]|[\"|I1l\[{]*\s?[\]}])")
_BY_HAND, _PRINTED = 0.8, 0.3
# What a loop or a box cuts off these words, or joins to them, leaves enough to tell them by.
_OPTION_WORDS = ("without", "contrast", "bilateral")
_CUT_LETTERS = 2
_ANSWERS = {"yes": "yes", "y": "yes", "si": "yes", "no": "no", "n": "no"}
# A question run into the option before the box: "Contrast allergy? Y [ ]  N [ ]".
_ASKED = re.compile(r".*[?:]\s*(y|n|yes|no)$", re.I)


@dataclass(frozen=True, slots=True)
class Choice:
    """A mark that is on, with the words it stands for."""

    mark: Mark
    text: str
    role: Role
    value: str


def choices_on(view: View) -> Iterator[Choice]:
    """Yield the marks of a page that are on, each with its words and their role."""
    for mark in view.sheet.marks:
        if mark.kind in ("choice", "circle", "field") and mark.state == "on" and mark.confidence >= 0.5:
            text = words_of(view, mark)
            role, value = role_of(text)
            if value == "with" and _lost_an_o(view, mark, text):
                value = "without"
            yield Choice(mark, text, role, value)


def _lost_an_o(view: View, mark: Mark, text: str) -> bool:
    """Whether a "w/" stands beside a plain "w" or "with" on its row: then it was a "w/o" whose o ran into a box."""
    beside = [other for other in view.sheet.marks if other is not mark and same_row(view, other.box, mark.box)]
    return text.strip().lower() == "w/" and any(words_of(view, other).lower() in ("w", "with") for other in beside)


def role_of(text: str) -> tuple[Role, str]:
    """Return what a choice's words mean where they stand alone: a side, contrast, a priority, an answer."""
    bare = plain(text)
    if bare in _SIDES:
        return "side", _SIDES[bare]
    if bare in _ANSWERS:
        return "answer", _ANSWERS[bare]
    if bare in ("f", "female", "m", "male", "x"):
        return "sex", bare[0].upper()
    if bare in ("routine", "urgent", "stat", "asap", "emergent", "emergency"):
        return "priority", {"asap": "urgent", "emergent": "stat", "emergency": "stat"}.get(bare, bare)
    for value, pattern in _SHORTHAND:
        if pattern.fullmatch(text.strip(" .:_[](){}")):
            return "contrast", value
    if len(text) <= 34:
        text = re.sub(r"[A-Za-z]{5,}", _mended, text)
        rest = re.sub(
            r"\b(iv|contrast|w/?o?|with(out)?|and|both|&|c\+|c-|non-?\s?con(trast)?|(un|non-?)enhanced|sin|con|no|none|oral|"
            r"gadolinium|gad)\b|[^a-z]",
            "",
            text.lower(),
        )
        if len(rest) <= 1:
            for value, pattern in _CONTRASTS:
                if pattern.search(text):
                    return "contrast", value
    return "other", ""


def _mended(word: re.Match[str]) -> str:
    """Return the option's word of which `word` is all but a letter or two at one end."""
    cut = word[0].lower()
    for whole in _OPTION_WORDS:
        if (whole.startswith(cut) or whole.endswith(cut)) and len(whole) - len(cut) <= _CUT_LETTERS:
            return whole
    return word[0]


def words_of(view: View, mark: Mark) -> str:
    """Return the words a mark stands for.

    A reader often joins the letters beside small boxes (`OYXN` for two boxes
    with Y and N, `RLB` for three letters): then the letter next to the mark, or
    the one inside a circle, is cut out by its place in the word.
    """
    text = _GLUED.sub("", _NEXT_BOX.split(mark.text.strip())[0])
    asked = _ASKED.match(text)
    if asked:
        return asked[1]
    if role_of(text)[0] != "other":
        return text
    token = token_at(view, mark.box)
    if token is None or len(token.plain) > 12:
        return text
    letters = _letters(token)
    if letters is None:
        return text
    if mark.kind == "circle":
        inside = [letter for letter, at in letters if mark.box.x0 <= at <= mark.box.x1]
        nearest = min(letters, key=lambda item: abs(item[1] - mark.box.x))[0]
        return inside[0] if len(inside) == 1 else nearest
    right = [letter for letter, at in letters if at > mark.box.x + 0.2 * mark.box.width]
    return right[0] if right else letters[-1][0]


def _letters(token: Token) -> list[tuple[str, float]] | None:
    """Return the option letters of a joined word with their x, or None when it is an ordinary word."""
    text = token.text
    found = [
        (character, token.box.x0 + token.box.width * (place + 0.5) / len(text))
        for place, character in enumerate(text)
        if character.upper() in "YNRLBFM"
    ]
    names = "".join(letter for letter, _ in found).upper()
    if names in ("YN", "RL", "LR", "RLB", "LRB", "FM", "MF", "Y", "N", "R", "L", "B", "BRL", "BLR"):
        rest = re.sub(r"[YNRLBFM0OoDXx□☐☑☒\W_1Il|]", "", text, flags=re.I)
        if not rest:
            return found
    return None


def token_at(view: View, box: Box) -> Token | None:
    """Return the token that the box lies in, or that follows it closely on its row."""
    em = view.sheet.em * view.sheet.aspect
    near = [
        token
        for token in view.sheet.tokens
        if abs(view.sheet.down(token.box.y - box.y)) < 0.8
        and token.box.x0 - 1.2 * em <= box.x <= token.box.x1 + 0.3 * em
    ]
    return min(near, key=lambda token: abs(token.box.x0 - box.x1), default=None)


def same_row(view: View, one: Box, other: Box) -> bool:
    """Whether two boxes stand on one row of a form."""
    return abs(view.sheet.down(one.y - other.y)) < 0.85


@lru_cache(maxsize=64)
def options(view: View) -> frozenset[int]:
    """Return the indexes of the tokens that label boxes: what a form prints to choose from, not what was entered.

    A lone box of its kind, and one in the middle of a line, is a loop of an O
    or a D more often than a choice.
    """
    marks = [mark for mark in view.sheet.marks if mark.kind in ("choice", "field") and mark.state in ("on", "off")]
    roles = {mark: role_of(words_of(view, mark))[0] for mark in marks}
    several = [
        mark
        for mark in marks
        if mark.kind == "field" or (list(roles.values()).count(roles[mark]) > 1 and not _in_a_line(view, mark))
    ]
    return frozenset(token.index for mark in several for token in option_of(view, mark))


def _in_a_line(view: View, mark: Mark) -> bool:
    """Whether words run up to a box and neither a label nor another box begins them."""
    em = view.sheet.em * view.sheet.aspect
    edge = mark.box.x0
    row = [token for token in view.sheet.tokens if same_row(view, token.box, mark.box) and token.box.x < mark.box.x0]
    run: list[Token] = []
    for token in sorted(row, key=lambda token: -token.box.x1):
        if edge - token.box.x1 > 1.0 * em:
            break
        run.append(token)
        edge = token.box.x0
    if not any(len(token.plain) > 1 for token in run) or any(view.grid.label_of(token) for token in run):
        return False
    return view.grid.choice_between(edge - 1.6 * em, mark.box.x0 - 0.2 * em, mark.box) is None


def option_of(view: View, mark: Mark) -> tuple[Token, ...]:
    """Return the tokens that follow a box closely, up to where a hand goes on: the words it stands for."""
    em = view.sheet.em * view.sheet.aspect
    found: list[Token] = []
    last = mark.box.x1
    for token in view.sheet.tokens:
        if not same_row(view, token.box, mark.box) or token.box.x1 <= mark.box.x0:
            continue
        if token.box.x0 - last > 0.8 * em or view.grid.choice_between(mark.box.x1 + 0.3 * em, token.box.x0, mark.box):
            break
        if found and token.handwritten > _BY_HAND and found[-1].handwritten < _PRINTED:
            break  # what was entered in the next cell
        found.append(token)
        last = token.box.x1
    return tuple(found)


def in_running_text(view: View, mark: Mark) -> bool:
    """Whether a box stands between words that follow each other: strokes of a hand, not a choice."""
    em = view.sheet.em * view.sheet.aspect
    printed = options(view)
    for token in view.sheet.tokens:
        close = -0.2 * em < mark.box.x0 - token.box.x1 < 0.6 * em and same_row(view, token.box, mark.box)
        if close and len(token.plain) >= 2 and token.index not in printed and not view.grid.label_of(token):
            return True
    return False


def row_segments(view: View, mark: Mark) -> list[Segment]:
    """Return the segments left of a mark on its row, the nearest first."""
    left = [
        segment
        for segment in view.sheet.segments
        if same_row(view, segment.box, mark.box) and segment.box.x1 <= mark.box.x0 + 0.004
    ]
    return sorted(left, key=lambda segment: -segment.box.x0)
