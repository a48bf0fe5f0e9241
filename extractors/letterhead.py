"""The block at the top of a page: whose paper is it, a practice's or the imaging centre's?"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Literal

from extractors.sheet import Segment, Sheet
from extractors.views import View

Kind = Literal["practice", "imaging", ""]

_IMAGING = re.compile(
    r"\b(imaging|radiolog\w*|mri|open mri|ct|x-?ray|diagnostics?|scans?|mammograph\w*|ultrasound|pet|tomography|breast cent\w+|nuclear|vascular lab\w*)\b",
    re.I,
)
_PRACTICE = re.compile(
    r"\b(clinics?|associates?|physicians?|medical|medicine|health|healthcare|orthop\w*|family|practice|pediatrics?|paediatrics?|cardiolog\w*|oncolog\w*|urolog\w*|neurolog\w*|surg\w+|"
    r"gastro\w*|gynecolog\w*|ob[/-]?gyn|women'?s|primary|internal|care|group|center|centre|partners|institute|hospital|specialists?|wellness|podiatry|foot|ankle|spine|pain|sports|rheumatolog\w*|"
    r"endocrin\w*|dermatolog\w*|pulmon\w*|nephrolog\w*|hematolog\w*|ent|otolaryngolog\w*|urgent care|chiropractic|rehab\w*|community|county|md|pc|p\.c\.|pa|p\.a\.|llc|pllc|llp|inc|dr)\b",
    re.I,
)
_TITLE = re.compile(
    r"\b(order|orders|referral|request|requisition|prescription|form|report|summary|authorization|notice|results?|worksheet|fax|cover|transmittal|confidential|page|printed|status|priority|"
    r"patient|name|dob|date|phone|tel|telephone|insurance|information)\b",
    re.I,
)
_ADDRESS = re.compile(
    r"\d{5}(-\d{4})?\b|^\d+\s|\b(suite|ste|floor|p\.?o\.? box)\b|@|www\.|\.(com|org|example)\b|\(\d{3}\)|\d{3}[.-]\d{3}[.-]\d{4}",
    re.I,
)


@dataclass(frozen=True, slots=True)
class Letterhead:
    """The organisation whose paper the page is, and where its block ends (a fraction of the height)."""

    kind: Kind
    name: Segment | None
    bottom: float


def organisation_kind(text: str) -> Kind:
    """Say whether `text` is the name of an imaging centre, of another practice, or of neither."""
    if _ADDRESS.search(text) or len(text) > 70 or len(text) < 4:
        return ""
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
    best: Segment | None = None
    kind: Kind = ""
    for segment in sheet.segments:
        if segment.box.y0 >= bottom:
            break
        found = organisation_kind(segment.text)
        if found and (best is None or segment.box.height > 1.25 * best.box.height):
            best, kind = segment, found
    return Letterhead(kind, best, bottom)


def is_prose(sheet: Sheet) -> bool:
    """Whether a page is a letter: many rows of running text and few labels."""
    long = [row for row in sheet.rows if len(row) >= 9]
    return len(long) >= 3 and any(re.search(r"\bdear\b|\bto whom\b|sincerely|regards", sheet.text, re.I) for _ in (0,))
