"""The block at the top of a page: whose paper is it, a practice's or the imaging centre's?"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Literal

from documents.page import Box
from extractors.sheet import Segment, Sheet, Token, plain
from extractors.views import View

Kind = Literal["practice", "imaging", ""]

_IMAGING = re.compile(
    r"\b(imaging|radiolog\w*|mri|open mri|ct|x-?ray|diagnostics?|scans?|mammograph\w*|ultrasound|pet|"
    r"tomography|breast cent\w+|nuclear|vascular lab\w*)\b",
    re.I,
)
_PRACTICE = re.compile(
    r"\b(clinics?|associates?|physicians?|medical|medicine|health|healthcare|orthop\w*|family|practice|pediatrics?|paediatrics?|cardiolog\w*|oncolog\w*|urolog\w*|neurolog\w*|surg\w+|"
    r"gastro\w*|gynecolog\w*|ob[/-]?gyn|women'?s|primary|internal|care|group|center|centre|partners|institute|hospital|specialists?|wellness|podiatry|foot|ankle|spine|pain|sports|rheumatolog\w*|"
    r"endocrin\w*|dermatolog\w*|pulmon\w*|nephrolog\w*|hematolog\w*|ent|otolaryngolog\w*|urgent care|"
    r"chiropractic|rehab\w*|community|county|ear|nose|throat|kidney|heart|bone|joint|eye|digestive|"
    r"thyroid|sleep|headache|cancer|brain|breast|skin|lung|hospitalists?|doctors?|obstetric\w*|pc|"
    r"p\.c\.|p\.a\.|llc|pllc|llp|inc)\b",
    re.I,
)
_TITLE = re.compile(
    r"\b(order|orders|referral|request|requisition|prescription|form|report|summary|authorization|notice|results?|worksheet|fax|cover|transmittal|confidential|page|printed|status|priority|"
    r"patient|name|dob|date|phone|tel|telephone|insurance|information)\b",
    re.I,
)
_ADDRESS = re.compile(
    r"\d{5}(-\d{4})?\b|^\d+\s|\b(suite|ste|floor|p\.?o\.? box)\b|@|www\.|\.(com|org|example)\b|"
    r"\(\d{3}\)|\d{3}[.-]\d{3}[.-]\d{4}",
    re.I,
)


@dataclass(frozen=True, slots=True)
class Letterhead:
    """The organisation whose paper the page is, the tokens of its name, and where its block ends (y, a fraction)."""

    kind: Kind
    tokens: tuple[Token, ...]
    bottom: float

    @property
    def text(self) -> str:
        return " ".join(token.text for token in self.tokens).strip(" ,.;:-•|·")


def organisation_kind(text: str) -> Kind:
    """Say whether `text` is the name of an imaging centre, of another practice, or of neither."""
    if _ADDRESS.search(text) or len(text) > 70 or len(text) < 4:
        return ""
    spaced = plain(text)
    if any(word in spaced for word in ("imaging", "radiolog", "diagnosticcent", "openmri", "mrict", "mri&ct")):
        return "imaging" if not re.search(r"(request|order|referral|requisition|form)s?$", spaced) else ""
    if _IMAGING.search(text) and not re.search(
        r"\b(request|order|referral|requisition|form|exam|report|cd)s?\b", text, re.I
    ):
        return "imaging"
    if _PRACTICE.search(text) and not _TITLE.search(text):
        return "practice"
    return ""


def letterhead(view: View) -> Letterhead:
    """Return the letterhead of a page: the first organisation named above the first label of a patient's."""
    sheet = view.sheet
    bottom = min(
        (label.box.y0 for label in view.labels if label.concepts[0].startswith(("patient.", "exam.", "order."))),
        default=0.3,
    )
    bottom = min(bottom, 0.3)
    top = _joined([segment for segment in sheet.segments if segment.box.y0 < bottom], sheet)
    best: Segment | None = None
    kind: Kind = ""
    for segment in top:
        found = organisation_kind(segment.text)
        if found and (best is None or segment.box.height > 1.25 * best.box.height):
            best, kind = segment, found
    if best is None:
        best = _above_an_address(top)
        kind = "practice" if best is not None else ""
    return Letterhead(kind, _whole_name(best, top, sheet) if best else (), bottom)


def _joined(segments: list[Segment], sheet: Sheet) -> list[Segment]:
    """Join neighbours of a row: the large type of a letterhead has wide spaces."""
    joined: list[Segment] = []
    for segment in segments:
        last = joined[-1] if joined else None
        alike = (
            last is not None
            and abs(last.box.height - segment.box.height) < 0.25 * last.box.height
            and not _TITLE.search(segment.text)
        )
        if last and alike and last.row == segment.row and 0 <= sheet.across(segment.box.x0 - last.box.x1) < 3.0:
            tokens = last.tokens + segment.tokens
            joined[-1] = Segment(tokens, Box.around((last.box, segment.box)))
        else:
            joined.append(segment)
    return joined


def _above_an_address(top: list[Segment]) -> Segment | None:
    """A first line that an address follows is a name, whatever it is called."""
    for segment in top[:3]:
        below = [other for other in top if 0 < other.row - segment.row <= 3]
        plain_name = len(segment.text) >= 6 and not _TITLE.search(segment.text) and not _ADDRESS.search(segment.text)
        if plain_name and any(_ADDRESS.search(other.text) for other in below):
            return segment
    return None


def _whole_name(name: Segment, top: list[Segment], sheet: Sheet) -> tuple[Token, ...]:
    """The name with its second line, where the first ends in an ampersand or a comma."""
    if name.text.rstrip().endswith(("&", ",", " and", " of")):
        for other in top:
            if (
                other.row == name.row + 1
                and abs(sheet.across(other.box.x - name.box.x)) < 12
                and not _ADDRESS.search(other.text)
            ):
                return name.tokens + other.tokens
    return name.tokens


def is_prose(view: View) -> bool:
    """Whether a page is a letter or a note: several rows of running text, and no form of many boxes."""
    boxes = sum(mark.kind in ("choice", "field") for mark in view.sheet.marks)
    running = [
        row for row in view.sheet.rows if len(row) >= 9 and not any(view.grid.label_of(token) for token in row[:1])
    ]
    return boxes < 8 and len(running) >= 3
