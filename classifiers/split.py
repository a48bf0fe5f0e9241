"""Which pages of a document make which order.

An order is its page or pages and what was sent along with it: notes, cards,
laboratory sheets, authorisations, a reply that clears a question. Covers and
blank pages belong to none. Pages are joined by whom they name, by order numbers
and page counts, else by where they lie.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field

from rapidfuzz.distance import Levenshtein

from classifiers.identity import Identity, Shown, identity_of, likeness, presence
from classifiers.lines import Line, page_lines
from classifiers.page_type import is_order_title
from documents.page import Page
from orders.order import PageType

__all__ = ["Identity", "split_orders"]

_NEVER = ("cover", "blank")
_ORDER_NUMBER = re.compile(
    r"\b(?:order|requisition|req|referral|accession|control)\s(?:id|no|number|num|nr)?\s?([a-z]{0,3}\s?\d{5,12})\b"
)
_COUNT = re.compile(r"\b(?:page|pg|sheet)\s?(\d{1,2})\s(?:of\s)?(\d{1,2})\b")
_EXAM = re.compile(r"\b(?:exam|examination|study|procedure|test|service)s?\b|\b(?:rx|px|dx|indications?|reason)\b")
_SIGNED = re.compile(r"\b(?:signature|signed|e signed|esigned|sincerely)\b")
_PERSON = frozenset(
    (
        "patient",
        "patientname",
        "ptname",
        "name",
        "lastname",
        "dob",
        "dateofbirth",
        "birthdate",
        "mrn",
        "birth",
        "emergencycontact",
        "maritalstatus",
    )
)
# A page without an order that names nobody and stands alone is no part of one: an advertisement, a notice.
_STRAY = "other"


@dataclass(frozen=True, slots=True)
class _Sheet:
    """A page with what tells it from others."""

    page: Page
    type: str
    who: Identity
    lines: tuple[Line, ...]
    text: str

    @property
    def numbers(self) -> frozenset[str]:
        return frozenset(number.replace(" ", "") for number in _ORDER_NUMBER.findall(self.text))

    @property
    def count(self) -> tuple[int, int] | None:
        """Which of how many sheets it says it is."""
        match = _COUNT.search(self.text)
        place = (int(match[1]), int(match[2])) if match else None
        return place if place and place[0] <= place[1] else None

    @property
    def personal(self) -> bool:
        """Whether it is about some person at all, read or not."""
        return self.who.known or any(line.starts & _PERSON for line in self.lines)

    @property
    def titled(self) -> bool:
        """Whether it opens something: with the heading of an order, or as a letter does."""
        return any(is_order_title(line) or line.plain.startswith("dear ") for line in self.lines if line.y < 0.4)


@dataclass(slots=True)
class _Group:
    sheets: list[_Sheet] = field(default_factory=list)
    attached: list[_Sheet] = field(default_factory=list)

    def likeness(self, who: Identity) -> int:
        return max((likeness(sheet.who, who) for sheet in self.sheets), default=0)

    def presence(self, shown: Shown) -> int:
        return max(presence(sheet.who, shown) for sheet in self.sheets)

    @property
    def numbers(self) -> tuple[int, ...]:
        return tuple(sorted(sheet.page.number for sheet in (*self.sheets, *self.attached)))


def split_orders(
    pages: Sequence[Page], types: Sequence[PageType], identities: Sequence[Identity] | None = None
) -> tuple[tuple[int, ...], ...]:
    """Return the page numbers of each order, in the order of their first order page; () where there is none.

    `types` are those of `pages`; `identities`, one a page, are whom the
    extractors found on it. Where they found nobody, the page's own labels are
    asked. Raises ValueError when the lengths differ.
    """
    found = identities or [Identity()] * len(pages)
    sheets = [
        _sheet(page, kind.type, who if who.known else identity_of(page))
        for page, kind, who in zip(pages, types, found, strict=True)
    ]
    groups: list[_Group] = []
    for sheet in sheets:
        if sheet.type != "order":
            continue
        if groups and _continues(groups[-1], sheet):
            groups[-1].sheets.append(sheet)
        else:
            groups.append(_Group([sheet]))
    for sheet in sheets:
        if sheet.type != "order" and sheet.type not in _NEVER and groups:
            home = _home(groups, sheet)
            if home is not None:
                home.attached.append(sheet)
    return tuple(group.numbers for group in groups)


def _sheet(page: Page, kind: str, who: Identity) -> _Sheet:
    lines = page_lines(page)
    return _Sheet(page, kind, who, lines, " ".join(line.plain for line in lines))


def _continues(group: _Group, sheet: _Sheet) -> bool:
    """Whether an order page goes on with the order before it, rather than opening another."""
    last = group.sheets[-1]
    alike = group.likeness(sheet.who)
    if alike < 0:
        return False
    numbers = frozenset(number for each in group.sheets for number in each.numbers)
    if numbers & sheet.numbers:
        return True
    if numbers and sheet.numbers and not _misread(numbers, sheet.numbers):
        return False
    if sheet.count and sheet.count[0] > 1:
        return last.count is None or last.count[1] == sheet.count[1]
    if last.page.origin == "message" and alike > 0:
        # A mail that states the order and brings the requisition along asks once.
        return True
    if sheet.titled or (sheet.count and sheet.count[0] == 1):
        return False
    return (alike > 0 or not sheet.who.known) and not (_complete(sheet) and _complete(last))


def _misread(some: frozenset[str], others: frozenset[str]) -> bool:
    """Whether two order numbers may be one, a figure or two misread; then they tell nothing."""
    return any(Levenshtein.distance(one, other) <= 2 for one in some for other in others)


def _complete(sheet: _Sheet) -> bool:
    """Whether an order page stands by itself: it names an exam or a reason, and is signed or has a place for it."""
    return bool(_EXAM.search(sheet.text)) and (bool(_SIGNED.search(sheet.text)) or _has_signature(sheet.page))


def _has_signature(page: Page) -> bool:
    return any(mark.kind == "signature" and mark.state == "present" for mark in page.marks)


def _home(groups: Sequence[_Group], sheet: _Sheet) -> _Group | None:
    """The order that an attachment belongs to: whose patient it names, else the one before it, else the one after."""
    shown = Shown.on(sheet.page)
    alike = [group.likeness(sheet.who) + group.presence(shown) for group in groups]
    best = max(alike)
    before = [group for group in groups if group.sheets[0].page.number < sheet.page.number]
    nearest = before[-1] if before else groups[0]
    if best >= 2:
        tied = [group for group, value in zip(groups, alike, strict=True) if value == best]
        return nearest if nearest in tied else tied[0]
    if all(group.likeness(sheet.who) <= -4 for group in groups):
        return None
    return None if sheet.type == _STRAY and not sheet.personal else nearest
