"""Two orders beside each other, field by field: what an earlier one says and what came later."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from desk.fields import FIELDS, field_at, said
from orders.compare import FIELDS as SAME
from orders.order import Order, Value


@dataclass(frozen=True, slots=True)
class Pair:
    """A field of both orders, as words; `unsure` where one of the two was not read surely."""

    label: str
    earlier: str
    later: str
    differs: bool
    unsure: bool


def pairs(earlier: Order, later: Order) -> tuple[Pair, ...]:
    """Return the fields that either order states: those that differ first, each in the page's order."""
    found = [_pair(label, path, one, other) for label, path, one, other in _leaves(earlier, later) if one or other]
    return tuple(sorted(found, key=lambda pair: not pair.differs))


def _pair(label: str, path: str, one: Value, other: Value) -> Pair:
    same = SAME.get(path, _equal)
    differs = bool(one) != bool(other) or not same(one.value, other.value)
    unsure = differs and min(one.confidence, other.confidence) < 0.9
    field = field_at(path)
    return Pair(label, said(one.value, field), said(other.value, field), differs, unsure)


def _leaves(earlier: Order, later: Order) -> Iterator[tuple[str, str, Value, Value]]:
    mine, theirs = dict(earlier.leaves()), dict(later.leaves())
    several = max(len(earlier.exams), len(later.exams)) > 1
    for pattern, field in FIELDS.items():
        if "*" not in pattern:
            group = field.group if field.group in ("Referrer", "Patient") and field.label != "Birth date" else ""
            yield f"{group} {field.label.lower()}" if group else field.label, pattern, mine[pattern], theirs[pattern]
        else:
            longest = max(_count(earlier, pattern), _count(later, pattern))
            for index in range(longest):
                path = pattern.replace("*", str(index))
                number = f"Exam {index + 1} · " if several and pattern.startswith("exams.") else ""
                yield f"{number}{field.label}", path, mine.get(path, Value()), theirs.get(path, Value())


def _count(order: Order, pattern: str) -> int:
    return len(order.exams) if pattern.startswith("exams.") else len(order.indication.icd10)


def _equal(one: object, other: object) -> bool:
    return str(one).casefold() == str(other).casefold()
