"""Dates as practices write them, and as readers misread them.

US order (month first) is assumed where both readings make sense, as the forms
of US practices print MM/DD/YYYY. A misreading is repaired only where the form
of a date proves it: a slash taken for a 1 (`9/28187`), a letter for a digit.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date

_MONTHS = {
    name: number
    for number, names in enumerate(
        (
            "january jan enero ene",
            "february feb febrero",
            "march mar marzo",
            "april apr abril abr",
            "may mayo",
            "june jun junio",
            "july jul julio",
            "august aug agosto ago",
            "september sep sept septiembre",
            "october oct octubre",
            "november nov noviembre",
            "december dec diciembre dic",
        ),
        1,
    )
    for name in names.split()
}
_MONTH = "(" + "|".join(sorted(_MONTHS, key=len, reverse=True)) + r")[a-z]{0,2}\.?"
_SEP = r"\s?[/\-.–,\\|]\s?"
_NUMERIC = re.compile(rf"(?<![\d/])(\d{{1,2}}){_SEP}(\d{{1,2}}){_SEP}((?:19|20)\d{{2}}|\d{{2}})(?!\d|[/\-.]\d)")
_ISO = re.compile(r"(?<!\d)((?:19|20)\d{2})[/\-.](\d{1,2})[/\-.](\d{1,2})(?!\d)")
_MONTH_FIRST = re.compile(
    rf"\b{_MONTH}[\s\-/,.]*(\d{{1,2}})(?:st|nd|rd|th)?[\s,.\-/]+((?:19|20)\d{{2}}|'?\d{{2}})(?![\w:]|[/\-.]\d)", re.I
)
_DAY_FIRST = re.compile(
    rf"(?<!\d)(\d{{1,2}})(?:st|nd|rd|th)?[\s\-/,.]*(?:de\s+)?{_MONTH}[\s,.\-/]*(?:de\s+)?((?:19|20)\d{{2}}|'?\d{{2}})(?![\w:])",
    re.I,
)
_SPACED = re.compile(r"(?<!\d)(\d{1,2})\s+(\d{1,2})\s+((?:19|20)\d{2})(?!\d)")
# DICOM's and HL7's form.
_COMPACT_ISO = re.compile(r"(?<!\d)((?:19|20)\d{2})(0[1-9]|1[0-2])([0-2]\d|3[01])(?!\d)")
_COMPACT = re.compile(r"(?<!\d)(\d{2})(\d{2})((?:19|20)\d{2})(?!\d)")
# A slash read as 1 (or l, I, 7, |): the digits still have the form of a date.
_LOST_SECOND = re.compile(r"(?<![\d/])(\d{1,2})[/\-.](\d{1,2})[1lI|7]((?:19|20)\d{2}|\d{2})(?!\d)")
_LOST_FIRST = re.compile(r"(?<![\d/])(\d{1,2})[1lI|7](\d{1,2})[/\-.]((?:19|20)\d{2}|\d{2})(?!\d)")
_LOST_BOTH = re.compile(r"(?<!\d)(\d{1,2})[1lI|](\d{2})[1lI|]((?:19|20)\d{2})(?!\d)")
# A slash that left no trace: 914/2026.
_MISSING = re.compile(r"(?<![\d/])(\d{1,2})(\d{2})[/\-.]((?:19|20)\d{2})(?!\d)")
# The border of a box read as a 1 before the day.
_BORDERED = re.compile(rf"(?<!\d)[1Il|](\d{{2}}[\s-]*{_MONTH}[\s-]*(?:19|20)\d{{2}})(?!\d)", re.I)
_AS_LETTERS = str.maketrans({"0": "o", "1": "l", "+": "t", "5": "s", "8": "b", "|": "l"})
_LOOKALIKE = str.maketrans(
    {
        "O": "0",
        "o": "0",
        "Q": "0",
        "D": "0",
        "l": "1",
        "I": "1",
        "|": "1",
        "i": "1",
        "S": "5",
        "s": "5",
        "B": "8",
        "Z": "2",
        "z": "2",
        "g": "9",
        "q": "9",
    }
)


@dataclass(frozen=True, slots=True)
class DateReading:
    """A date in a text: ISO 8601, where it stands, whether a misreading was repaired, and whether another fits too."""

    iso: str
    start: int
    end: int
    repaired: bool = False
    ambiguous: bool = False


def find_dates(text: str, today: date, birth: bool = False) -> tuple[DateReading, ...]:
    """Return the dates in `text`, in order.

    Two-digit years are read as the latest year that is not after `today`; with
    `birth`, dates in the future or over 120 years ago are no dates. Without it a
    year is within 15 years of `today`, or written out in full.
    """
    found = list(_plain(text, today, birth))
    if not found:
        found = list(_repaired(text, today, birth))
    kept: list[DateReading] = []
    for reading in sorted(found, key=lambda reading: (reading.start, reading.start - reading.end)):
        if not kept or reading.start >= kept[-1].end:
            kept.append(reading)
        elif reading.repaired and reading.iso != kept[-1].iso:
            kept[-1] = replace(kept[-1], ambiguous=True)  # two repairs fit: 914/2026 is the 4th or the 14th
    return tuple(kept)


def _plain(text: str, today: date, birth: bool) -> Iterator[DateReading]:
    for match in _ISO.finditer(text):
        yield from _made(match, match[1], match[2], match[3], today, birth)
    for match in _COMPACT_ISO.finditer(text):
        yield from _made(match, match[1], match[2], match[3], today, birth)
    for match in _NUMERIC.finditer(text):
        yield from _made(match, match[3], match[1], match[2], today, birth)
    for match in _MONTH_FIRST.finditer(text):
        yield from _made(match, match[3], str(_MONTHS[match[1].lower()]), match[2], today, birth)
    for match in _DAY_FIRST.finditer(text):
        yield from _made(match, match[3], str(_MONTHS[match[2].lower()]), match[1], today, birth)
    for pattern in (_SPACED, _COMPACT):
        for match in pattern.finditer(text):
            yield from _made(match, match[3], match[1], match[2], today, birth)


def _repaired(text: str, today: date, birth: bool) -> Iterator[DateReading]:
    for pattern in (_LOST_SECOND, _LOST_FIRST, _LOST_BOTH, _MISSING):
        for match in pattern.finditer(text):
            yield from _made(match, match[3], match[1], match[2], today, birth, repaired=True)
    # Letters among digits and digits among a month's letters, position by position.
    fixed = re.sub(r"[^\s/.,\-]+", _look_again, text)
    if fixed != text:
        for reading in _plain(fixed, today, birth):
            yield DateReading(reading.iso, reading.start, reading.end, True, reading.ambiguous)
    for match in _BORDERED.finditer(text):
        for reading in _plain(match[1], today, birth):
            yield DateReading(reading.iso, match.start(), match.end(), True, reading.ambiguous)


def _look_again(match: re.Match[str]) -> str:
    """Return a part of a date with its lookalikes put right: digits, or a month's name."""
    part = match[0]
    if any(character.isdigit() for character in part) and len(part) <= 4:
        digits = part.translate(_LOOKALIKE)
        if digits.isdigit():
            return digits
    letters = part.translate(_AS_LETTERS).lower()
    if 3 <= len(letters) <= 9 and letters[:3] in _MONTHS and letters != part.lower():
        return letters
    return part


def _made(
    match: re.Match[str], year: str, month: str, day: str, today: date, birth: bool, repaired: bool = False
) -> Iterator[DateReading]:
    """Yield the date if there is one; a first number over 12 can only be the day."""
    numbers = (int(month), int(day))
    swapped = numbers[0] > 12 >= numbers[1]
    if swapped:
        numbers = (numbers[1], numbers[0])
    full = _full_year(year.lstrip("'"), today, birth)
    try:
        made = date(full, *numbers)
    except ValueError:
        return
    if birth and not (today.year - 120 <= made.year and made <= today):
        return
    if not birth and not (today.year - 40 <= made.year <= today.year + 5):
        return
    yield DateReading(made.isoformat(), match.start(), match.end(), repaired, swapped)


def _full_year(year: str, today: date, birth: bool) -> int:
    if len(year) == 4:
        return int(year)
    number = int(year) + today.year // 100 * 100
    latest = today.year if birth else today.year + 5
    return number if number <= latest else number - 100
