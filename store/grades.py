"""How well referrers say why they order: the grades of their reasons, counted (`orders.adequacy`)."""

from __future__ import annotations

from dataclasses import dataclass

from django.db.models import Count, Max, Q, QuerySet

from store.models import Case

GRADES = "ABCDX"


@dataclass(frozen=True, slots=True)
class ReferrerGrades:
    """A referrer, by NPI and else by name, and how many of the orders had which grade, in the order of `GRADES`."""

    npi: str
    name: str
    practice: str
    orders: int
    counts: tuple[int, ...]

    @property
    def poor(self) -> float:
        """The share of orders whose reason says little or nothing: grades C, D and X."""
        return sum(self.counts[2:]) / self.orders


def grades_by_referrer(most: int = 20) -> tuple[ReferrerGrades, ...]:
    """Return the referrers with the most graded orders, the most first.

    Orders without an NPI are counted under the referrer's name as read; those
    with neither are nobody's.
    """
    graded = Case.objects.exclude(grade="")
    found = [
        *_counted(graded.exclude(npi=""), "npi"),
        *_counted(graded.filter(npi="").exclude(provider=""), "provider"),
    ]
    return tuple(sorted(found, key=lambda each: (-each.orders, each.name))[:most])


def _counted(cases: QuerySet[Case], by: str) -> list[ReferrerGrades]:
    counts = {f"grade_{grade}": Count(by, filter=Q(grade=grade)) for grade in GRADES}
    rows = cases.values(by).annotate(all=Count(by), named=Max("provider"), at=Max("practice"), **counts)
    return [
        ReferrerGrades(
            row[by] if by == "npi" else "",
            row["named"],
            row["at"],
            row["all"],
            tuple(row[f"grade_{grade}"] for grade in GRADES),
        )
        for row in rows
    ]
