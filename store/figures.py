"""What dashboards show: counts over a span of days, made in the database, and the orders behind each of them."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Final

from django.contrib.auth import get_user_model
from django.db.models import Count, Exists, Max, Min, OuterRef, Q, QuerySet
from django.utils import timezone

from orders.exact_bound import upper_bound
from store.facts import STAGES, length
from store.grades import GRADES
from store.models import Arrival, BlindCheck, Case, Fault, Stay
from store.waiting import QueueRow, queue_row

# Where an age begins, hours.
AGES: Final = (0, 1, 4, 24, 72)
OPEN: Final = ("review", "clarification", "ready")
# What people decide about; `ready` is left by the outbox.
DECIDED: Final = ("review", "clarification")


@dataclass(frozen=True, slots=True)
class Span:
    """A span of the site's days, both ends included."""

    first: date
    last: date


@dataclass(frozen=True, slots=True)
class StageTimes:
    """How long documents and orders stayed in a stage that they left within the span: seconds, to within 5 %."""

    stage: str
    count: int
    median: float
    p90: float
    longest: float


@dataclass(frozen=True, slots=True)
class DayOrders:
    """The orders that came in on a day: all, those that cleared untouched, those whose referrer was asked."""

    day: date
    orders: int
    cleared: int
    asked: int


@dataclass(frozen=True, slots=True)
class Checked:
    """What the blind checks of the span found; `upper` is not exceeded with 95 % sureness (Clopper and Pearson)."""

    checked: int
    wrong: int
    upper: float


@dataclass(frozen=True, slots=True)
class Backlog:
    """The orders that wait in a state, counted by age in the order of `AGES`; `oldest` is None where none waits."""

    state: str
    counts: tuple[int, ...]
    oldest: datetime | None

    @property
    def all(self) -> int:
        return sum(self.counts)


@dataclass(frozen=True, slots=True)
class Cause:
    """A problem, how many orders had it, and how many referrers were asked about it."""

    code: str
    blocking: bool
    orders: int
    asked: int


@dataclass(frozen=True, slots=True)
class ReferrerRow:
    """A referrer's orders within the span; `key` stands for them in addresses."""

    key: str
    name: str
    practice: str
    orders: int
    cleared: int
    asked: int


@dataclass(frozen=True, slots=True)
class Scorecard:
    """What one referrer's orders lacked, how well they say why (counts in the order of `GRADES`), the wait for answers.

    `answers` is None where nothing was asked and answered within the span.
    """

    referrer: ReferrerRow
    causes: tuple[Cause, ...]
    grades: tuple[int, ...]
    answers: StageTimes | None


@dataclass(frozen=True, slots=True)
class PersonWork:
    """How many orders a person moved on from review or clarification, and on how many days."""

    person: str
    orders: int
    days: int


@dataclass(frozen=True, slots=True)
class Selection:
    """Which orders to show behind a figure; an empty field narrows nothing.

    `share` is `cleared`, `held` (not cleared) or `asked`; `stage` those that left
    it within the span, with `slow` only the slowest tenth; `person` those that they moved on.
    """

    span: Span
    share: str = ""
    cause: str = ""
    referrer: str = ""
    stage: str = ""
    slow: bool = False
    person: str = ""


def stage_times(span: Span) -> tuple[StageTimes, ...]:
    """Return the stages that anything left within the span, in the order in which orders go through them."""
    return _times(Stay.objects.filter(**_within(span)))


def days(span: Span) -> tuple[DayOrders, ...]:
    """Return the orders by the day on which they came in, days without any among them."""
    counted = Arrival.objects.filter(**_within(span)).order_by("day").values("day").annotate(**_SHARES)
    found = {row["day"]: DayOrders(row["day"], row["n"], row["n_cleared"], row["n_asked"]) for row in counted}
    every = (span.first + timedelta(days=each) for each in range((span.last - span.first).days + 1))
    return tuple(found.get(day, DayOrders(day, 0, 0, 0)) for day in every)


def checked_within(span: Span) -> Checked:
    """Return what the blind checks that ended within the span found."""
    zone = timezone.get_current_timezone()
    first = datetime.combine(span.first, datetime.min.time(), zone)
    end = datetime.combine(span.last + timedelta(days=1), datetime.min.time(), zone)
    ended = BlindCheck.objects.filter(outcome__in=("right", "wrong"), done_at__gte=first, done_at__lt=end)
    told = ended.aggregate(n=Count("*"), wrong=Count("outcome", filter=Q(outcome="wrong")))
    return Checked(told["n"], told["wrong"], upper_bound(told["wrong"], told["n"]))


def backlog(now: datetime | None = None) -> tuple[Backlog, ...]:
    """Return what waits in each state that waits for somebody, by age."""
    now = now or timezone.now()
    ends = (*AGES[1:], None)
    counts = {
        f"age_{start}": Count("state", filter=_aged(now, start, end)) for start, end in zip(AGES, ends, strict=True)
    }
    rows = Case.objects.filter(state__in=OPEN).order_by().values("state")
    found = {row["state"]: row for row in rows.annotate(oldest=Min("received_at"), **counts)}
    return tuple(
        Backlog(state, tuple(found[state][f"age_{start}"] for start in AGES), found[state]["oldest"])
        if state in found
        else Backlog(state, (0,) * len(AGES), None)
        for state in OPEN
    )


def causes(span: Span, referrer: str = "") -> tuple[Cause, ...]:
    """Return the problems of the orders that came in within the span, the most frequent first."""
    faults = Fault.objects.filter(**_within(span))
    if referrer:
        faults = faults.filter(referrer=referrer)
    counted = faults.order_by().values("code", "blocking").annotate(n=Count("*"), n_asked=Count("day", filter=_ASKED))
    found = [Cause(row["code"], row["blocking"], row["n"], row["n_asked"]) for row in counted]
    return tuple(sorted(found, key=lambda each: (-each.orders, each.code)))


def referrers(span: Span, most: int = 30) -> tuple[ReferrerRow, ...]:
    """Return the referrers who had to be asked about most orders, then those with most orders."""
    arrived = Arrival.objects.filter(**_within(span)).exclude(referrer="")
    counted = arrived.order_by().values("referrer").annotate(**_SHARES).order_by("-n_asked", "-n", "referrer")[:most]
    rows = list(counted)
    named = _names(arrived, [row["referrer"] for row in rows])
    return tuple(
        ReferrerRow(row["referrer"], *named[row["referrer"]], row["n"], row["n_cleared"], row["n_asked"])
        for row in rows
    )


def scorecard(key: str, span: Span) -> Scorecard | None:
    """Return the referrer's scorecard, None where no order of theirs came in within the span."""
    arrived = Arrival.objects.filter(referrer=key, **_within(span))
    told = arrived.aggregate(**_SHARES)
    if not told["n"]:
        return None
    row = ReferrerRow(key, *_names(arrived, [key])[key], told["n"], told["n_cleared"], told["n_asked"])
    graded = arrived.order_by().values("case__grade").annotate(n=Count("*")).values_list("case__grade", "n")
    grades = dict(graded)
    answered = Stay.objects.filter(stage="clarification", case__arrival__referrer=key, **_within(span))
    return Scorecard(
        row,
        causes(span, key),
        tuple(grades.get(grade, 0) for grade in GRADES),
        next(iter(_times(answered)), None),
    )


def throughput(span: Span) -> tuple[PersonWork, ...]:
    """Return what people did within the span, by their names and not by what they did."""
    people = get_user_model().objects.values("username")
    done = Stay.objects.filter(stage__in=DECIDED, left_by__in=people, **_within(span)).order_by().values("left_by")
    counted = done.annotate(n=Count("*"), n_days=Count("day", distinct=True)).order_by("left_by")
    return tuple(PersonWork(row["left_by"], row["n"], row["n_days"]) for row in counted)


def behind(chosen: Selection, after: str = "", limit: int = 50) -> list[QueueRow]:
    """Return the orders behind a figure, the newest first; `after` is the id of the last one of the page before."""
    arrived = _chosen(chosen)
    last = Arrival.objects.filter(case=after).values_list("day", "case").first() if after else None
    if last:
        arrived = arrived.filter(Q(day__lt=last[0]) | Q(day=last[0], case__lt=last[1]))
    ids = list(arrived.order_by("-day", "-case").values_list("case", flat=True)[:limit])
    rows = {row.id: row for row in Case.objects.filter(id__in=ids).defer("order", "sheet")}
    now = timezone.now()
    return [queue_row(rows[each], now) for each in ids if each in rows]


def _chosen(chosen: Selection) -> QuerySet[Arrival]:
    if chosen.stage or chosen.person:
        stays = Stay.objects.filter(case=OuterRef("case"), **_within(chosen.span))
        if chosen.stage:
            stays = stays.filter(stage=chosen.stage)
        if chosen.slow:
            stays = stays.filter(bucket__gte=_slow_from(chosen))
        if chosen.person:
            stays = stays.filter(stage__in=DECIDED, left_by=chosen.person)
        arrived = Arrival.objects.filter(Exists(stays))
    else:
        arrived = Arrival.objects.filter(**_within(chosen.span))
    if chosen.cause:
        # That a list holds it would tell what was read of an order whose blind check waits.
        arrived = arrived.filter(Exists(Fault.objects.filter(case=OuterRef("case"), code=chosen.cause)), **_NOT_BLIND)
    if chosen.referrer:
        arrived = arrived.filter(referrer=chosen.referrer, **_NOT_BLIND)
    shares = {"cleared": Q(cleared=True), "held": Q(cleared=False), "asked": _ASKED}
    return arrived.filter(shares[chosen.share]) if chosen.share in shares else arrived


def _slow_from(chosen: Selection) -> int:
    counted = _buckets(Stay.objects.filter(stage=chosen.stage, **_within(chosen.span)))
    return _at([(place, count) for _, place, count in counted], 0.9)


def _times(stays: QuerySet[Stay]) -> tuple[StageTimes, ...]:
    counted: dict[str, list[tuple[int, int]]] = {}
    for stage, place, count in _buckets(stays):
        counted.setdefault(stage, []).append((place, count))
    return tuple(
        StageTimes(
            stage,
            sum(count for _, count in counted[stage]),
            length(_at(counted[stage], 0.5)),
            length(_at(counted[stage], 0.9)),
            length(counted[stage][-1][0]),
        )
        for stage in STAGES
        if stage in counted
    )


def _buckets(stays: QuerySet[Stay]) -> Iterable[tuple[str, int, int]]:
    counted = stays.order_by().values("stage", "bucket").annotate(n=Count("*"))
    return counted.order_by("stage", "bucket").values_list("stage", "bucket", "n")


def _at(counted: list[tuple[int, int]], share: float) -> int:
    """Return the bucket at or below which `share` of the counted are; `counted` is by rising bucket."""
    left = share * sum(count for _, count in counted)
    for place, count in counted:
        left -= count
        if left <= 0:
            return place
    return 0


def _names(arrived: QuerySet[Arrival], keys: list[str]) -> dict[str, tuple[str, str]]:
    named = arrived.filter(referrer__in=keys).order_by().values("referrer")
    rows = named.annotate(named=Max("name"), at=Max("practice")).values_list("referrer", "named", "at")
    return {key: (name, practice) for key, name, practice in rows}


def _aged(now: datetime, start: int, end: int | None) -> Q:
    younger = Q(received_at__lte=now - timedelta(hours=start)) if start else Q()
    return younger & Q(received_at__gt=now - timedelta(hours=end)) if end else younger


def _within(span: Span) -> dict[str, date]:
    return {"day__gte": span.first, "day__lte": span.last}


_ASKED: Final = Q(asked=True)
_NOT_BLIND: Final = {"case__blind": False}
_SHARES: Final = {
    "n": Count("*"),
    "n_cleared": Count("day", filter=Q(cleared=True)),
    "n_asked": Count("day", filter=_ASKED),
}
