"""Headings of a page, and the section that a place stands in."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from documents.page import Box
from extractors.sheet import Segment, Sheet, plain
from extractors.wordings import section_names

NUMBERED = re.compile(r"^(section|part|step)?\s*([0-9]{1,2}|[a-h]|[ivx]{1,4})\s*[.):-]\s*", re.IGNORECASE)
_GENERIC = re.compile(
    r"(information|info|details?|data|section|ordered|requested|extract|summary|order|completewithpatient)+$"
)


@dataclass(frozen=True, slots=True)
class Heading:
    """A heading that says whose fields follow."""

    section: str
    box: Box


def find_headings(sheet: Sheet) -> tuple[Heading, ...]:
    """Return the headings of a page: segments that say a section's name and nothing else."""
    found = []
    for segment in sheet.segments:
        if len(segment.tokens) > 7 or segment.text.rstrip().endswith((",", ".")):
            continue
        name = _section_of(NUMBERED.sub("", segment.text))
        if name and not (segment.text.rstrip().endswith(":") and _has_neighbour(segment, sheet)):
            found.append(Heading(name, segment.box))
    return tuple(found)


def _section_of(text: str) -> str | None:
    """Return the section that a heading names; words such as "information" say nothing more.

    "Physician order" is a form's title, and no heading of the physician's fields.
    """
    bare = plain(text)
    if bare in section_names():
        return section_names()[bare]
    name = section_names().get(_GENERIC.sub("", bare))
    return None if name in ("provider", "patient") and bare.endswith("order") else name


def section_at(box: Box, headings: Sequence[Heading], sheet: Sheet) -> str:
    """Return the section that `box` stands in, or "" above the first heading.

    The heading is the nearest above; one to the left counts as further away by
    how far left it is, so that a neighbouring column's heading does not reach over.
    """
    best, distance = "", float("inf")
    for heading in headings:
        below = sheet.down(box.y - heading.box.y)
        if below < -0.3 or heading.box.x0 > box.x0 + 2 * sheet.em * sheet.aspect:
            continue
        if heading.section in ("facility", "other") and below > 10:
            continue
        away = max(0.0, below) + max(0.0, sheet.across(box.x0 - max(heading.box.x1, heading.box.x0)))
        if away < distance:
            best, distance = heading.section, away
    return best


def _has_neighbour(segment: Segment, sheet: Sheet) -> bool:
    """Whether other segments stand on the row: then a phrase with a colon is a label, not a heading."""
    return any(other.row == segment.row and other is not segment for other in sheet.segments)
