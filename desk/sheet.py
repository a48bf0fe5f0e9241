"""An order laid out for the order page: what to check first, then every field in its group.

Nothing here touches the ledger or a request: an `Order` goes in, frozen rows
come out, so that two versions of an order can be compared row by row.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Final

from config import settings
from desk.fields import FIELDS, Field, field_at, said, shown
from orders.decision import doubts
from orders.order import Evidence, Exam, Order, Value
from orders.rulebook import in_force

# Of values shown at 0.9 nine in ten are right: below it a person looks at each.
DOUBTFUL_BELOW: Final[float] = 0.9
ALTERNATIVES: Final[int] = 5


@dataclass(frozen=True, slots=True)
class Alternative:
    """A value that lost, one key away: what to post, how it reads, why it was proposed."""

    key: int
    typed: str
    text: str
    reason: str
    evidence: tuple[Evidence, ...]


@dataclass(frozen=True, slots=True)
class Row:
    """One field of the page. `typed` is what stands in the input, `percent` the confidence or None when not stated."""

    path: str
    field: Field
    whose: str
    typed: str
    text: str
    percent: int | None
    critical: bool
    doubtful: bool
    needed: bool
    settled: bool
    unreadable: bool
    reason: str
    evidence: tuple[Evidence, ...]
    alternatives: tuple[Alternative, ...]
    fresh: bool = False

    @property
    def slug(self) -> str:
        """The path as an HTML id."""
        return "leaf-" + self.path.replace(".", "-")

    @property
    def label(self) -> str:
        """The whole label: the field's own with whose it is."""
        return f"{self.whose} · {self.field.label}" if self.whose else self.field.label

    @property
    def first(self) -> Evidence | None:
        """The place that the fax goes to when the field has the focus."""
        return self.evidence[0] if self.evidence else None

    @property
    def look_up(self) -> str:
        """The dictionary that its input searches while somebody types, the empty string for none."""
        return "icd10" if self.field.kind == "icd10" else "exam" if re.fullmatch(r"exams\.\d+\.text", self.path) else ""

    @property
    def lines(self) -> int:
        """Lines of the input of a long text."""
        return min(4, 1 + len(self.typed) // 64)

    @property
    def to_check(self) -> bool:
        """Whether it keeps the order from going on: too unsure for that, or absent where it must not be."""
        return self.critical or self.needed


@dataclass(frozen=True, slots=True)
class Group:
    """Fields that belong together; `fresh` is a group that holds nothing yet and opens when asked for."""

    title: str
    rows: tuple[Row, ...]
    fresh: bool = False


@dataclass(frozen=True, slots=True)
class Mark:
    """A box on the fax that belongs to a field."""

    path: str
    label: str
    box: tuple[float, float, float, float]
    doubtful: bool


@dataclass(frozen=True, slots=True)
class Sheet:
    """The page: rows to check, groups of the others."""

    check: tuple[Row, ...]
    groups: tuple[Group, ...]

    def rows(self) -> Iterator[Row]:
        yield from self.check
        for group in self.groups:
            yield from group.rows

    def row(self, path: str) -> Row:
        """Return the row of the leaf at `path`; raises KeyError when the page has none."""
        for row in self.rows():
            if row.path == path:
                return row
        raise KeyError(path)

    def changed_since(self, before: Sheet) -> tuple[Row, ...]:
        """Return the rows that read otherwise than in `before`, the new ones among them."""
        old = {row.path: row for row in before.rows()}
        return tuple(row for row in self.rows() if old.get(row.path) != row)

    def marks(self, page: int) -> tuple[Mark, ...]:
        """Return the boxes of one page, doubtful ones last so that they lie on top."""
        found = [
            Mark(row.path, row.label, item.box, row.to_check)
            for row in self.rows()
            for item in row.evidence
            if item.page == page
        ]
        return tuple(sorted(found, key=lambda mark: mark.doubtful))


def sheet(order: Order) -> Sheet:
    """Lay out `order`: what keeps it from going on first, in the order of the fields, then the groups.

    A value that is doubtful and keeps nothing from going on, such as a street,
    is flagged where it stands.
    """
    needed = {path for check in order.problems if check.severity == "blocking" for path in check.paths}
    unsure = frozenset(doubts(order, pack=in_force(settings().site).pack_for(order)))
    several = len(order.exams) > 1
    rows: list[Row] = []
    for title, path, leaf in _leaves(order):
        field = field_at(path)
        row = _row(path, field, leaf, critical=path in unsure, needed=path in needed and leaf.value in (None, False))
        rows.append(replace(row, whose=_whose(title, field, several)))
    return Sheet(
        tuple(row for row in rows if row.to_check),
        tuple(_groups(order, [row for row in rows if not row.to_check])),
    )


def _row(path: str, field: Field, leaf: Value, critical: bool, needed: bool) -> Row:
    settled = leaf.confidence >= 1.0 and leaf.reason.startswith(("entered by", "accepted by"))
    unsure = leaf.state == "unreadable" or leaf.confidence < DOUBTFUL_BELOW
    told = bool(leaf) or leaf.state == "unreadable" or bool(leaf.others)
    doubtful = not settled and (critical or (unsure and told))
    return Row(
        path=path,
        field=field,
        whose="",
        typed=shown(leaf.value, field.kind),
        text=said(leaf.value, field),
        critical=critical,
        percent=round(leaf.confidence * 100) if leaf else None,
        doubtful=doubtful,
        needed=needed,
        settled=settled,
        unreadable=leaf.state == "unreadable",
        reason=leaf.reason,
        evidence=leaf.evidence,
        alternatives=tuple(_alternatives(leaf, field)),
    )


def _alternatives(leaf: Value, field: Field) -> Iterator[Alternative]:
    seen = {shown(leaf.value, field.kind).casefold()}
    key = 0
    for finding in sorted(leaf.others, key=lambda each: -each.score):
        typed = shown(finding.value, field.kind)
        if typed and typed.casefold() not in seen and key < ALTERNATIVES:
            seen.add(typed.casefold())
            key += 1
            yield Alternative(key, typed, said(finding.value, field), finding.reason, finding.evidence)


def _leaves(order: Order) -> Iterator[tuple[str, str, Value]]:
    """Yield group title, path and leaf in the page's order, with one blank exam and one blank code at the ends."""
    given = dict(order.leaves())
    for pattern, field in FIELDS.items():
        if not pattern.startswith("exams.") and "*" not in pattern:
            yield field.group, pattern, given[pattern]
        elif pattern == "indication.icd10.*":
            for index in range(len(order.indication.icd10) + 1):
                path = pattern.replace("*", str(index))
                yield field.group, path, given.get(path, Value())
        elif pattern == "exams.*.text":
            yield from _exam_leaves(order)


def _exam_leaves(order: Order) -> Iterator[tuple[str, str, Value]]:
    for index, exam in enumerate((*order.exams, Exam())):
        for name in ("text", "modality", "body_region", "laterality", "contrast", "technique", "procedure_code"):
            yield f"Exam {index + 1}", f"exams.{index}.{name}", getattr(exam, name)


def _groups(order: Order, rows: list[Row]) -> Iterator[Group]:
    titles: dict[str, list[Row]] = {}
    blank = f"exams.{len(order.exams)}."
    for row in rows:
        number = re.match(r"exams\.(\d+)", row.path)
        fresh = row.path.startswith(blank) and bool(order.exams)
        title = "Another exam" if fresh else row.field.group
        if number and len(order.exams) > 1 and not fresh:
            title = f"Exam {int(number[1]) + 1}"
        titles.setdefault(title, []).append(replace(row, fresh=fresh))
    for title, members in titles.items():
        yield Group(title, tuple(members), fresh=title == "Another exam")


def _whose(title: str, field: Field, several: bool) -> str:
    """Return the words that a field's label needs before it where it stands apart from its group."""
    if field.group == "Exam":
        return title if several else ""
    return "" if field.group in ("Indication", "Order") or field.label in ("Birth date", "Sex") else field.group
