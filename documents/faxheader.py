"""The line that a sending fax machine prints over the top of each page.

It holds the machine's identity, a number, date and time, and often "page n of
m" (47 CFR 68.318(d) asks for date, time, sender and number). It is no statement
of the page's author and is kept apart from the words.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from documents.page import FaxHeader, Word

# The header stands above the page's own top margin.
BAND = 0.045

_TIME = re.compile(r"\b\d{1,2}[:.]\d{2}(?:[:.]\d{2})?\s*(?:[ap]\.?m\.?)?", re.I)
_DATE = re.compile(
    r"\b(?:\d{1,2}(?:[/.-]\d{1,2}[/.1l-]|[1l]\d{1,2}[/.-])(?:\d{4}|'?\d{2})(?!\d)"
    r"|\d{4}-\d{2}-\d{2}|\d{1,2}[- ]?[A-Z][a-z]{2,8}[-. ,]*\d{2,4}"
    r"|[A-Z][a-z]{2,8}[-. ]*\d{1,2}[-, ]+\d{2,4})\b"
)
_PHONE = re.compile(r"(?<!\d)\+?1?[-. ]?\(?\d{3}\)?[-. ]?\d{3}[-. ]?\d{4}(?!\d)")
_PAGES = (
    re.compile(r"\bP(?:age|g)?\s*[.:#]?\s*(\d{1,4})\s*(?:/|of|OF|1(?=\d{3}\b))\s*(\d{1,4})\b", re.I),
    re.compile(r"(?<![\d/])(\d{1,3})\s*(?:/|of)\s*(\d{1,3})(?![\d/])", re.I),
)
_PAGE_ALONE = re.compile(r"\bP(?:age|g)?\s*[.:#]?\s*(\d{1,3})\b", re.I)
# The number after this is the receiver's.
_TO = re.compile(r"\bto\b[\s.:>]*(?:fax)?[\s.:#+]*$", re.I)
_FROM = re.compile(r"\bfr(?:om)?\b[\s.:>]*(?:fax)?[\s.:#+]*$", re.I)
# A date and a time beside one of these stand in a form's first line.
_OF_A_FORM = re.compile(
    r"\b(?:d\.?o\.?b|birth|appointment|appt|exam|order|ordered|visit|patient|printed|signed|scheduled|date|https?)\b",
    re.I,
)
_WORDS = re.compile(r"\b(?:from|fax|sent|rcvd|received|tx|rx|station)\b", re.I)


def part(words: Sequence[Word]) -> tuple[FaxHeader | None, tuple[Word, ...]]:
    """Return the fax header, or None, and the words without it.

    Rule: of the topmost row of words (within 4.5 % of the page's height) it is
    a header when at least two of four are in it: a time of day, a date, a
    telephone number, a page count; or one of the first two and "from" or "fax".
    A letterhead has telephone and "fax", and is none; nor is a form's first
    line, which says what its date is of.
    """
    band = [word for word in words if word.box.y < BAND]
    if not band:
        return None, tuple(words)
    top = min(word.box.y for word in band)
    tall = max(word.box.height for word in band)
    row = sorted((word for word in band if word.box.y - top < 0.8 * tall), key=lambda word: word.box.x0)
    text = " ".join(word.text for word in row)
    if not is_header(text):
        return None, tuple(words)
    kept = set(map(id, row))
    return parse(text), tuple(word for word in words if id(word) not in kept)


def is_header(text: str) -> bool:
    """Whether a line at the head of a page is the sending machine's; see `part` for the rule."""
    moment = [_TIME.search(text), _DATE.search(text)]
    signs = [*moment, _PHONE.search(text), _counts(text)[0]]
    count = sum(sign is not None for sign in signs)
    spoken = any(moment) and _WORDS.search(text) is not None
    if _OF_A_FORM.search(text):
        return spoken and count >= 2
    return count >= 2 or spoken


def parse(text: str) -> FaxHeader:
    """Return the number and page count that a header's text states."""
    phones = [found for found in _PHONE.finditer(text) if not _TO.search(text[: found.start()])]
    phones.sort(key=lambda found: _FROM.search(text[: found.start()]) is None)
    number = "".join(filter(str.isdigit, phones[0].group()))[-10:] if phones else None
    page, pages = _counts(text)
    return FaxHeader(text, number, page, pages)


def _counts(text: str) -> tuple[int | None, int | None]:
    bare = _DATE.sub(" ", text)
    for pattern in _PAGES:
        for found in pattern.finditer(bare):
            page, pages = int(found.group(1)), int(found.group(2))
            if 1 <= page <= pages <= 500:
                return page, pages
    alone = _PAGE_ALONE.search(bare)
    return (int(alone.group(1)), None) if alone and int(alone.group(1)) else (None, None)
