"""The contract's figures over documents that were read: fields, exams, problems, routes, pages, splits."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass, field
from typing import Any, Final

from orders.compare import Count, Json, at, compare_fields, exam_key, plain, ratio, same_name
from orders.vocabulary import BLOCKING, FOLLOW_UP

CRITICAL: Final = ("patient.family", "patient.given", "patient.birth_date", "exam")


@dataclass(frozen=True, slots=True)
class Share:
    """So many of so many; `share` is None for nothing of nothing."""

    part: int
    whole: int

    @property
    def share(self) -> float | None:
        return self.part / self.whole if self.whole else None


@dataclass(frozen=True, slots=True)
class Table:
    """Every figure of an evaluation.

    `cleared`: truly complete orders sent to ready. `silent_errors`: orders sent
    to ready with a critical field wrong. `missed_problems`: truly incomplete
    orders sent to ready. `needless_requests`: orders sent to clarification that
    ask for something blocking which is no problem of the true order.
    `needless_asks`: the same for each single thing asked in them, blocking or
    not. `caught`: true
    blocking problems that were named or whose order went to review.
    `exact_pages`: true orders read with exactly their pages. `splits`:
    documents whose orders are exactly the true ones, by their pages.
    """

    documents: int
    failed: tuple[str, ...]
    orders: int
    fields: tuple[tuple[str, Count], ...]
    problems: tuple[tuple[str, Count], ...]
    routes: tuple[tuple[str, str, int], ...]
    cleared: Share
    silent_errors: Share
    missed_problems: Share
    needless_requests: Share
    needless_asks: Share
    caught: Share
    page_types: Share
    page_confusions: tuple[tuple[str, str, int], ...]
    exact_pages: Share
    splits: Share

    def field(self, name: str) -> Count:
        """Return the count of the field `name`; raises KeyError when there is none."""
        return dict(self.fields)[name]

    @property
    def all_fields(self) -> Count:
        return sum((count for _, count in self.fields), Count())

    @property
    def critical(self) -> Count:
        counts = dict(self.fields)
        return sum((counts.get(name, Count()) for name in CRITICAL), Count())

    def problem_total(self, codes: Iterable[str]) -> Count:
        """Return the counts of the problems `codes`, added up."""
        chosen = set(codes)
        return sum((count for code, count in self.problems if code in chosen), Count())


@dataclass(slots=True)
class _Tally:
    """What is added up while the documents go by."""

    fields: dict[str, Count] = field(default_factory=dict)
    problems: dict[str, Count] = field(default_factory=dict)
    routes: dict[tuple[str, str], int] = field(default_factory=dict)
    confusions: dict[tuple[str, str], int] = field(default_factory=dict)
    shares: dict[str, tuple[int, int]] = field(default_factory=dict)

    def share(self, name: str, hit: bool) -> None:
        part, whole = self.shares.get(name, (0, 0))
        self.shares[name] = (part + hit, whole + 1)

    def counts(self, kind: dict[str, Count], name: str, count: Count) -> None:
        kind[name] = kind.get(name, Count()) + count

    def total(self, name: str) -> Share:
        return Share(*self.shares.get(name, (0, 0)))


def score(pairs: Iterable[tuple[Json, Json]]) -> Table:
    """Return the figures for pairs of (truth, reading), both in the contract's JSON.

    Readings may hold leaves or plain values. A document that failed counts as
    one without pages and orders, and is named in `failed`.
    """
    tally = _Tally()
    documents, orders, failed = 0, 0, []
    for true, read in ((plain(truth), plain(reading)) for truth, reading in pairs):
        documents += 1
        orders += len(true["orders"])
        if read.get("error"):
            failed.append(str(true.get("document", "")))
        _pages(tally, true, read)
        matched = match_orders(true["orders"], read.get("orders", []))
        tally.share("splits", all(a and b and set(a["pages"]) == set(b["pages"]) for a, b in matched))
        for one, other in matched:
            _order(tally, one, other)
    return Table(
        documents=documents,
        failed=tuple(failed),
        orders=orders,
        fields=tuple(tally.fields.items()),
        problems=tuple((code, tally.problems.get(code, Count())) for code in (*BLOCKING, *FOLLOW_UP)),
        routes=_sorted(tally.routes),
        cleared=tally.total("cleared"),
        silent_errors=tally.total("silent_errors"),
        missed_problems=tally.total("missed_problems"),
        needless_requests=tally.total("needless_requests"),
        needless_asks=tally.total("needless_asks"),
        caught=tally.total("caught"),
        page_types=tally.total("page_types"),
        page_confusions=_sorted(tally.confusions),
        exact_pages=tally.total("exact_pages"),
        splits=tally.total("splits"),
    )


def match_orders(true: Sequence[Json], read: Sequence[Json]) -> list[tuple[Json, Json]]:
    """Return pairs of (true order, order as read), `{}` standing for a missing side.

    Orders are matched by the pages they share and by patient and exams, the
    most alike first; orders that share neither page nor patient stay apart.
    """
    likeness = {(i, j): _likeness(a, b) for i, a in enumerate(true) for j, b in enumerate(read)}
    taken: dict[int, int] = {}
    for (i, j), value in sorted(likeness.items(), key=lambda item: (-item[1], item[0])):
        if value > 0 and i not in taken and j not in taken.values():
            taken[i] = j
    pairs: list[tuple[Json, Json]] = [(a, read[taken[i]] if i in taken else {}) for i, a in enumerate(true)]
    return pairs + [({}, b) for j, b in enumerate(read) if j not in taken.values()]


def _likeness(true: Json, read: Json) -> float:
    mine, theirs = set(true["pages"]), set(read["pages"])
    pages = ratio(len(mine & theirs), len(mine | theirs))
    name, other = at(true, "patient.family"), at(read, "patient.family")
    family = bool(name and other and same_name(name, other))
    born = at(true, "patient.birth_date")
    birth = bool(born and born == at(read, "patient.birth_date"))
    if not pages and not family and not birth:
        return 0.0
    shared = {exam_key(exam) for exam in true["exams"]} & {exam_key(exam) for exam in read["exams"]}
    return pages + 0.4 * family + 0.3 * birth + 0.2 * bool(shared)


def _pages(tally: _Tally, true: Json, read: Json) -> None:
    types = {page["number"]: page["type"] for page in read.get("pages", [])}
    for page in true["pages"]:
        said = types.get(page["number"], "missing")
        tally.share("page_types", said == page["type"])
        if said != page["type"]:
            key = (page["type"], said)
            tally.confusions[key] = tally.confusions.get(key, 0) + 1


def _order(tally: _Tally, true: Json, read: Json) -> None:
    counts = compare_fields(true, read)
    for name, count in counts.items():
        tally.counts(tally.fields, name, count)
    expected, said = _codes(true), _codes(read)
    for code in {*BLOCKING, *FOLLOW_UP}:
        count = Count(
            correct=code in expected and code in said,
            missed=code in expected and code not in said,
            invented=code in said and code not in expected,
        )
        tally.counts(tally.problems, code, count)
    route = read.get("route", "missing")
    key = (true.get("route", "no such order"), route)
    tally.routes[key] = tally.routes.get(key, 0) + 1
    if true:
        tally.share("exact_pages", set(true["pages"]) == set(read.get("pages", [])))
        tally.share("cleared" if true["route"] == "ready" else "missed_problems", route == "ready")
        for code in expected & set(BLOCKING):
            tally.share("caught", code in said or route == "review")
    if route == "ready":
        wrong = (counts[name] for name in CRITICAL)
        tally.share("silent_errors", any(count.wrong or count.missed or count.invented for count in wrong))
    if route == "clarification":
        tally.share("needless_requests", bool(said & set(BLOCKING) - expected))
        for code in said:
            tally.share("needless_asks", code not in expected)


def _codes(order: Json) -> set[str]:
    return {problem["code"] for problem in order.get("problems", [])}


def _sorted(counts: Mapping[tuple[str, str], int]) -> tuple[tuple[str, str, int], ...]:
    return tuple((one, other, number) for (one, other), number in sorted(counts.items()))


def as_json(table: Table) -> dict[str, Any]:
    """Return the figures as JSON: counts with their precision, recall and F1, shares with their parts."""
    out: dict[str, Any] = {"documents": table.documents, "failed": list(table.failed), "orders": table.orders}
    for name in SHARES:
        value: Share = getattr(table, name)
        out[name] = {"part": value.part, "whole": value.whole, "share": value.share}
    out["micro"] = {
        "critical": _count_json(table.critical),
        "all": _count_json(table.all_fields),
        "problems": _count_json(table.problem_total((*BLOCKING, *FOLLOW_UP))),
        "blocking": _count_json(table.problem_total(BLOCKING)),
    }
    out["fields"] = {name: _count_json(count) for name, count in table.fields}
    out["problems"] = {code: _count_json(count) for code, count in table.problems}
    out["routes"] = [list(row) for row in table.routes]
    out["page_confusions"] = [list(row) for row in table.page_confusions]
    return out


SHARES: Final = {
    "cleared": "complete orders cleared",
    "silent_errors": "cleared orders with a critical field wrong",
    "missed_problems": "incomplete orders cleared",
    "needless_requests": "requests that ask for what is stated",
    "needless_asks": "single things asked though stated",
    "caught": "blocking problems named or sent to review",
    "page_types": "page types right",
    "exact_pages": "orders with exactly their pages",
    "splits": "documents split exactly",
}


def render(table: Table) -> str:
    """Return the figures as text: headline shares, then fields, problems, routes and confusions."""
    lines = [f"{table.documents} documents, {table.orders} orders"]
    lines += [f"  could not be read: {name}" for name in table.failed]
    lines.append("")
    for name, words in SHARES.items():
        value: Share = getattr(table, name)
        shown = "     none" if value.share is None else f"{100 * value.share:6.1f} %"
        lines.append(f"{words:<46}{value.part:>5} of {value.whole:<5}{shown}")
    lines += ["", _HEAD.format("field")]
    lines += [_row("name, birth date, exams", table.critical), _row("all fields", table.all_fields)]
    lines += [_row(name, count) for name, count in table.fields]
    lines += ["", _HEAD.format("problem"), _row("all blocking", table.problem_total(BLOCKING))]
    lines += [_row("all to follow up", table.problem_total(FOLLOW_UP))]
    lines += [_row(code, count) for code, count in table.problems if count != Count()]
    lines += ["", "route: true, read, orders"]
    lines += [f"  {true:<16}{read:<16}{number:>4}" for true, read, number in table.routes]
    if table.page_confusions:
        lines += ["", "page types: true, read, pages"]
        lines += [f"  {true:<20}{read:<20}{number:>4}" for true, read, number in table.page_confusions]
    return "\n".join(lines) + "\n"


_HEAD: Final = "{:<30}  correct  wrong missed invented   prec.    rec.   F1 %"


def _row(name: str, count: Count) -> str:
    return (
        f"  {name:<28}{count.correct:>9}{count.wrong:>7}{count.missed:>7}{count.invented:>9}"
        f"{100 * count.precision:>8.1f}{100 * count.recall:>8.1f}{100 * count.f1:>7.1f}"
    )


def _count_json(count: Count) -> dict[str, Any]:
    return {
        **asdict(count),
        "precision": round(count.precision, 4),
        "recall": round(count.recall, 4),
        "f1": round(count.f1, 4),
    }
