"""What the field extractors look at: sheets with their labels, entries and running text.

Everything here is found once a page; each extractor then asks for the entries
of its labels, or searches the running text by pattern, and gets tokens back,
so that every finding can show where it stands.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from statistics import median

from documents.page import Box
from extractors.entries import Entry, Grid, entries
from extractors.headings import find_headings, section_at
from extractors.labels import Label, find_labels
from extractors.sheet import Sheet, Token, evidence
from orders.order import Evidence, Finding, Scalar

_BARS = re.compile(r"[|\[\]¦]")
# Whose block a label of an unclear kind (`any.phone`) stands in.
_OWNERS = {
    "patient": "patient",
    "provider": "provider",
    "signature": "provider",
    "coverage": "coverage",
    "secondary": "other",
    "facility": "other",
    "other": "other",
}
_PERSONAL = ("patient", "provider", "coverage", "decoy")
_OF_PATIENTS_ONLY = ("patient.birth_date", "patient.age_dob", "patient.sex", "patient.mrn")
_OTHERS_SECTIONS = ("other", "coverage", "secondary")
_DETAILS = (
    "decoy.vitals",
    "decoy.date",
    "decoy.text",
    "decoy.id",
    "decoy.workphone",
    "provider.signature",
)


@dataclass(frozen=True, slots=True)
class Hit:
    """A pattern's match in the running text, with the tokens it covers."""

    match: re.Match[str]
    tokens: tuple[Token, ...]

    def group_tokens(self, view: View, group: int | str = 1) -> tuple[Token, ...]:
        """Return the tokens that `group` of the match covers."""
        return view.tokens_between(self.match.start(group), self.match.end(group))


class View:
    """One page as the extractors see it."""

    def __init__(self, sheet: Sheet, today: date) -> None:
        self.sheet = sheet
        self.today = today
        self.headings = find_headings(sheet)
        self.labels: tuple[Label, ...] = find_labels(sheet)
        self.grid = Grid(sheet, self.labels)

    @cached_property
    def entered(self) -> tuple[Entry, ...]:
        """Every candidate entry of every label."""
        return tuple(entry for label in self.labels for entry in entries(label, self.grid))

    @cached_property
    def text(self) -> str:
        """The page's running text, a row a line."""
        return self.sheet.text

    @cached_property
    def _starts(self) -> list[tuple[int, int, Token]]:
        spans = []
        at = 0
        for row in self.sheet.rows:
            for token in row:
                spans.append((at, at + len(token.text), token))
                at += len(token.text) + 1
        return spans

    def tokens_between(self, start: int, end: int) -> tuple[Token, ...]:
        """Return the tokens that characters start..end of `text` touch."""
        return tuple(token for first, last, token in self._starts if first < end and last > start)

    def find(self, pattern: re.Pattern[str]) -> Iterator[Hit]:
        """Yield the matches of `pattern` in the running text."""
        for match in pattern.finditer(self.text):
            yield Hit(match, self.tokens_between(match.start(), match.end()))

    def of(self, *concepts: str) -> Iterator[Entry]:
        """Yield the entries of labels that may mean one of `concepts`.

        A concept `any.x` is asked for by its owner: `patient.any.x` yields the
        entries of `any.x` labels that stand in the patient's block.
        """
        for entry in self.entered:
            for concept in entry.label.concepts:
                if concept in concepts or (
                    concept.startswith("any.") and f"{self.owner(entry.label)}.{concept}" in concepts
                ):
                    yield entry
                    break

    def whole(self, *concepts: str) -> Iterator[Entry]:
        """Yield entries like `of`, but where one runs over several lines only the whole of it."""
        found = list(self.of(*concepts))
        wrapped = {id(entry.label) for entry in found if entry.place == "wrapped"}
        yield from (entry for entry in found if entry.place == "wrapped" or id(entry.label) not in wrapped)

    def owner(self, label: Label) -> str:
        """Say whose block `label` stands in: patient, provider, coverage, other, letterhead or "".

        The nearest label that says whose it is decides: on the row to the left,
        else the section's heading, else on the row to the right, else above. A
        name's or an address's owner may also show on the row below.
        """
        telling = [
            other
            for other in self.labels
            if _group(other) in _PERSONAL and not _is_detail(other) and other is not label
        ]
        left = [other for other in telling if other.row == label.row and other.box.x1 <= label.box.x0 + 1e-6]
        if left:
            return _owner_of(max(left, key=lambda other: other.box.x0))
        if label.concepts[0] == "any.date" and any(
            other.concepts[0] == "provider.signature" and self._rows_apart(other, label) < 2.5 for other in self.labels
        ):
            return "provider"
        if label.concepts[0] == "any.id":
            near = [other for other in telling if other.row < label.row and self._rows_apart(other, label) < 3]
            if near and _group(max(near, key=lambda other: other.row)) == "coverage":
                return "coverage"
        names_whom = label.concepts[0] in ("any.name", "any.address") and label.section not in _OTHERS_SECTIONS
        if (names_whom or label.section == "provider") and self.is_patients(label):
            return "patient"
        if label.section in _OWNERS:
            return _OWNERS[label.section]
        right = [other for other in telling if other.row == label.row and _group(other) != "decoy"]
        over = [other for other in telling if other.row < label.row and self._rows_apart(other, label) < 2]
        if over and _group(over[-1]) == "patient" and not any(_group(other) == "patient" for other in right):
            return "patient"
        if right:
            return _owner_of(min(right, key=lambda other: other.box.x0))
        above = [other for other in telling if other.row < label.row and self._rows_apart(other, label) < 12]
        if above:
            return _owner_of(max(above, key=lambda other: (other.row, -abs(other.box.x0 - label.box.x0))))
        below = [other for other in telling if other.row > label.row and self._rows_apart(other, label) < 5]
        if below and label.concepts[0] in ("any.name", "any.address"):
            return _owner_of(min(below, key=lambda other: (other.row, abs(other.box.x0 - label.box.x0))))
        return "letterhead" if label.box.y < 0.25 else ""

    def section_of(self, box: Box) -> str:
        """Return the section that `box` stands in, "" above the first heading."""
        return section_at(box, self.headings, self.sheet)

    def is_patients(self, label: Label) -> bool:
        """Whether `label` stands close to a birth date's, a sex's or a record number's: only a patient has those."""
        return any(
            set(_OF_PATIENTS_ONLY) & set(other.concepts) and abs(self._rows_apart(other, label)) < 3
            for other in self.labels
        )

    def in_provider_row(self, label: Label) -> bool:
        """Whether a provider's name label stands to the left on the row: "Physician name: Last ___ First ___"."""
        return any(
            other.row == label.row
            and other.box.x1 <= label.box.x0 + 1e-6
            and other.concepts[0] in ("provider.name", "provider.family", "provider.given")
            for other in self.labels
        )

    def _rows_apart(self, one: Label, other: Label) -> float:
        return abs(self.sheet.down(one.box.y - other.box.y))

    def finding(self, field: str, value: Scalar, tokens: Sequence[Token], score: float, reason: str) -> Finding:
        """Return a finding on this page; its score is lowered by how badly the tokens were read."""
        read = median(token.confidence for token in tokens) if tokens else 1.0
        worst = min((token.confidence for token in tokens), default=1.0)
        return Finding(field, value, self.evidence(tokens), score * (0.35 + 0.2 * read + 0.45 * worst), reason)

    def evidence(self, tokens: Sequence[Token]) -> tuple[Evidence, ...]:
        """Return where `tokens` stand."""
        return evidence(self.sheet.number, tokens)


def joined(tokens: Sequence[Token]) -> str:
    """Return the tokens' text; characters entered one by one in a comb are joined."""
    text = " ".join(token.text for token in tokens)
    bars = sum(character in "|[]" for character in text)
    parts = _BARS.sub(" ", text).split()
    single = sum(len(part) <= 2 for part in parts)
    if (len(parts) >= 4 and single >= 0.7 * len(parts)) or bars >= 3:
        return "".join(parts)
    return text


def _group(label: Label) -> str:
    return label.concepts[0].split(".")[0]


def _is_detail(label: Label) -> bool:
    """Labels of a group that do not say whose block it is: a decoy date or weight beside a name."""
    return label.concepts[0] in _DETAILS


def _owner_of(label: Label) -> str:
    group = _group(label)
    if group != "decoy":
        return group
    return "other"
