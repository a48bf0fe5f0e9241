"""A page prepared for extraction: tokens, rows and segments, in units that suit reading.

Words become tokens (a label glued to its value is cut at the colon), tokens on
one height become rows, and a row is cut into segments where the gap between
two tokens is wider than a space. Distances are given in ems: the median height
of the page's words.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass, replace
from statistics import median

from documents.page import Box, Mark, Page, Word
from orders.order import Evidence

# A wider gap than this many ems between two words of a row is a new column or a new entry.
SEGMENT_GAP = 1.6
_GLUED = re.compile(r"^([A-Za-z][A-Za-z./()#' -]*[:#?])(?=[^\s:/\\])(.+)$")
# A label's last word tied to its value by a dash: `Phone-(360)555-0144`, `City-DAYTON`.
_DASHED = re.compile(
    r"^((?:[A-Za-z#/()']*[./])?(?i:name|phone|cell|mobile|tel|fax|city|state|zip|sex|gender|dob|birth|address|"
    r"addr|street|date|id|no|number|code|npi|mrn|plan|insurance|carrier|payer|group|dx|diagnosis|indication|reason|history|"
    r"exam|auth|st|#)[.#)]?[-–—]+)(?=[A-Za-z(\d])(.+)$"
)
# A value that runs into the next label: `04/12/1961MRN:123`.
_VALUE_GLUED = re.compile(r"^(.*\d)((?i:DOB|MRN|NPI|FAX|PH|TEL|PHONE|ID|SEX|GRP|GROUP|CELL|AUTH|ZIP|DATE)[:#].*)$")
# A form's running number that stands against its label: `22.DOB`.
_NUMBER_GLUED = re.compile(r"^(\(?\d{1,2}[.)]{1,2})([A-Z][A-Za-z'/.]+.*)$")
_PLAIN = re.compile(r"[^0-9a-z]")


@dataclass(frozen=True, slots=True)
class Token:
    """A word, or a part of one, with its place among the page's tokens."""

    index: int
    text: str
    plain: str
    box: Box
    confidence: float
    handwritten: float
    second: str | None
    row: int = 0


@dataclass(frozen=True, slots=True)
class Segment:
    """Tokens that follow each other on a row without a wide gap."""

    tokens: tuple[Token, ...]
    box: Box

    @property
    def text(self) -> str:
        return " ".join(token.text for token in self.tokens)

    @property
    def row(self) -> int:
        return self.tokens[0].row


@dataclass(frozen=True, slots=True)
class Sheet:
    """A page of `number` with its `rows` of tokens from top to bottom and left to right.

    `em` is the median word height and `aspect` the page's height over its width,
    which turn differences of fractions into ems: `dx / (em * aspect)`, `dy / em`.
    """

    number: int
    type: str
    rows: tuple[tuple[Token, ...], ...]
    segments: tuple[Segment, ...]
    marks: tuple[Mark, ...]
    em: float
    aspect: float

    @property
    def tokens(self) -> tuple[Token, ...]:
        return tuple(token for row in self.rows for token in row)

    @property
    def text(self) -> str:
        return "\n".join(" ".join(token.text for token in row) for row in self.rows)

    def across(self, fraction: float) -> float:
        """Return a horizontal distance, given as a fraction of the width, in ems."""
        return fraction / (self.em * self.aspect)

    def down(self, fraction: float) -> float:
        """Return a vertical distance, given as a fraction of the height, in ems."""
        return fraction / self.em


def plain(text: str) -> str:
    """Return the letters and digits of `text` in lower case, without accents."""
    if not text.isascii():
        text = unicodedata.normalize("NFKD", text)
    return _PLAIN.sub("", text.lower())


def label_form(text: str) -> str:
    """Return `text` as labels are compared: its letters and digits in lower case, a # and "number" read as "no"."""
    return plain(text.replace("#", "no")).replace("number", "no")


def sheet_of(page: Page, page_type: str = "order") -> Sheet:
    """Return `page` prepared for extraction; a page without words gives a sheet without rows."""
    aspect = page.height / page.width if page.width else 1.0
    words = [word for word in page.words if word.text.strip()]
    em = median(word.box.height for word in words) if words else 0.01
    em = min(max(em, 0.004), 0.04)
    rows = _rows(words, aspect)
    numbered: list[tuple[Token, ...]] = []
    index = 0
    for row_number, row in enumerate(rows):
        tokens: list[Token] = []
        for word in row:
            for text, box in _cut(word):
                tokens.append(
                    Token(index, text, plain(text), box, word.confidence, word.handwritten, word.second, row_number)
                )
                index += 1
        numbered.append(tuple(tokens))
    segments = tuple(segment for row in numbered for segment in _segments(row, em * aspect))
    marks = tuple(mark for mark in page.marks if mark.kind != "choice" or not _inside_a_word(mark, words))
    return Sheet(page.number, page_type, tuple(numbered), segments, marks, em, aspect)


def evidence(number: int, tokens: Sequence[Token]) -> tuple[Evidence, ...]:
    """Return where `tokens` stand on page `number`: one piece of evidence a row; () for no token."""
    found = []
    for row in sorted({token.row for token in tokens}):
        part = [token for token in tokens if token.row == row]
        box = Box.around(token.box for token in part)
        found.append(Evidence(number, (box.x0, box.y0, box.x1, box.y1), " ".join(token.text for token in part)))
    return tuple(found)


def mark_evidence(number: int, mark: Mark, label: str = "") -> tuple[Evidence, ...]:
    """Return where `mark` stands on page `number`."""
    box = mark.box
    return (Evidence(number, (box.x0, box.y0, box.x1, box.y1), label or mark.text or mark.kind),)


_BOXY = frozenset("□☐☑☒■[](){}")
_LIKE_BOX = frozenset("OoDX0xVvQUuCcl|I1/")
_OPTIONS = re.compile(r"[OoDXx0□☐☑☒YNRLBFM\W_]+")


def _inside_a_word(mark: Mark, words: Sequence[Word]) -> bool:
    """Whether a tick box was seen where a reader found a letter of a word: strokes of writing, no box.

    A reader that takes a box for a letter puts it in front of the label
    (`OBrain`) or between option letters (`OYXN`); anywhere else it is print.
    """
    for word in words:
        box, text = word.box, word.text
        if not (box.y0 <= mark.box.y <= box.y1 and box.x0 <= mark.box.x <= box.x1) or box.width <= 0:
            continue
        place = min(len(text) - 1, int((mark.box.x - box.x0) / box.width * len(text)))
        letter, before, after = text[place], text[place - 1 : place], text[place + 1 : place + 2]
        if letter in _BOXY or _OPTIONS.fullmatch(text):
            continue
        if letter.isalnum() and letter not in _LIKE_BOX and len(text) > 1:
            return True
        if before.isalnum() or after.isdigit() or (after.islower() and len(text) > 2):
            return True
    return False


def _rows(words: Sequence[Word], aspect: float) -> list[list[Word]]:
    """Group words by height.

    A word joins the row whose running band it overlaps by half of the lower
    height; a reader's own line is not split, so ascenders do not tear it apart.
    """
    runs: dict[int, list[Word]] = {}
    for word in words:
        runs.setdefault(word.line, []).append(word)
    rows: list[tuple[float, float, list[Word]]] = []
    for run in sorted(runs.values(), key=lambda run: median(word.box.y for word in run)):
        top = median(word.box.y0 for word in run)
        bottom = median(word.box.y1 for word in run)
        for place in range(len(rows) - 1, max(-1, len(rows) - 12), -1):
            row_top, row_bottom, row = rows[place]
            shared = min(bottom, row_bottom) - max(top, row_top)
            if shared >= 0.5 * min(bottom - top, row_bottom - row_top) and not _collides(run, row):
                row.extend(run)
                break
        else:
            rows.append((top, bottom, list(run)))
    rows.sort(key=lambda row: (row[0] + row[1]) / 2)
    return [sorted(row, key=lambda word: word.box.x0) for _, _, row in rows]


def _collides(run: Sequence[Word], row: Sequence[Word]) -> bool:
    """Whether words of `run` lie over words of `row`: then they are lines of their own, close together."""
    for word in run:
        for other in row:
            shared = min(word.box.x1, other.box.x1) - max(word.box.x0, other.box.x0)
            if shared > 0.35 * min(word.box.width, other.box.width):
                return True
    return False


def _cut(word: Word) -> list[tuple[str, Box]]:
    """Cut `DOB:10/11/1981` into its label and its value, the box in proportion to the characters."""
    patterns = (_NUMBER_GLUED, _GLUED, _VALUE_GLUED, _DASHED)
    match = next((match for pattern in patterns if (match := pattern.match(word.text))), None)
    if not match:
        return [(word.text, word.box)]
    box = word.box
    at = box.x0 + box.width * len(match[1]) / len(word.text)
    rest = replace(word, text=match[2], box=Box(at, box.y0, box.x1, box.y1))
    return [(match[1], Box(box.x0, box.y0, at, box.y1)), *_cut(rest)]


def _segments(row: Sequence[Token], em: float) -> list[Segment]:
    found: list[list[Token]] = []
    for token in row:
        if found and token.box.x0 - found[-1][-1].box.x1 <= SEGMENT_GAP * em:
            found[-1].append(token)
        else:
            found.append([token])
    return [Segment(tuple(part), Box.around(token.box for token in part)) for part in found]
