"""The queues: orders that wait for somebody, in the order in which they should be worked on."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from datetime import datetime, timedelta

from django.db.models import Q, QuerySet
from django.utils import timezone

from orders.order import RedFlag
from store.models import Case, SavedFilter
from store.refusal import Refused

# States in which an order waits for a person; `mine` is drawn from them.
WAITING = ("review", "clarification", "ready")
SAVED_MOST = 20
NAME_MOST = 40


@dataclass(frozen=True, slots=True)
class Filters:
    """What a queue is narrowed to; an empty field narrows nothing.

    `text` is looked for at the start of names, in the practice's name, and as a
    case id, a telephone number, an NPI or a birth date; `referrer` in the
    provider's and the practice's names, and as an NPI. `age` is
    `late` (over its target), `day` or `week` (older than that) or `snoozed` (put off).
    """

    text: str = ""
    modality: str = ""
    priority: str = ""
    problem: str = ""
    assigned: str = ""
    referrer: str = ""
    source: str = ""
    age: str = ""


@dataclass(frozen=True, slots=True)
class QueueRow:
    """A line of a queue.

    `claimed_by` is empty where no claim is live, `snoozed_until` None where it is
    not put off, `again` empty where there is no earlier order to decide about;
    of a `blind` one nothing that was read is here.
    """

    id: str
    document_id: str
    state: str
    family: str
    given: str
    birth_date: str
    exams: str
    modalities: tuple[str, ...]
    priority: str
    provider: str
    practice: str
    problems: tuple[str, ...]
    received_at: datetime
    claimed_by: str
    assigned: str
    red_flags: tuple[RedFlag, ...] = ()
    again: str = ""
    blind: bool = False
    due_at: datetime | None = None
    snoozed_until: datetime | None = None


@dataclass(frozen=True, slots=True)
class Saved:
    """A person's own filter of a queue, by its name."""

    name: str
    filters: Filters


@dataclass(frozen=True, slots=True)
class Told:
    """Who has waiting orders assigned, and what sources waiting orders came from."""

    assigned: tuple[str, ...]
    sources: tuple[str, ...]


def queue(state: str, after: str = "", limit: int = 50, filters: Filters | None = None) -> list[QueueRow]:
    """Return the cases in `state`: stat, then red flags, urgent, the others; each the soonest due first.

    What somebody put off is left out until its time, but where it is searched
    for. `after` is the id of the last case of the page before; at most `limit` rows.
    """
    return _walked(Case.objects.filter(state=state), after, limit, filters or Filters())


def mine(person: str, after: str = "", limit: int = 50, filters: Filters | None = None) -> list[QueueRow]:
    """Return the cases that are assigned to `person` or that they have open now, whatever the queue, as `queue` does.

    Those that were put off are among them.
    """
    return _walked(_mine(person), after, limit, filters or Filters(), put_off=True)


def count_mine(person: str) -> int:
    """Return how many cases `mine` has in all."""
    return _mine(person).count()


def told_apart() -> Told:
    """Return by whom and by what source a queue can be narrowed at this moment."""
    waiting = Case.objects.filter(state__in=WAITING)
    return Told(*(_distinct(waiting, column) for column in ("assigned", "source")))


def save_filter(person: str, state: str, name: str, filters: Filters) -> None:
    """Keep what `person` narrows the queue `state` to under a name; a filter of that name is replaced.

    The `text` is not kept: it looks for one patient mostly, whose time may be over before the filter's is.
    Raises Refused for a name that is empty or too long, and for the twenty-first filter of a queue.
    """
    name = " ".join(name.split())
    if not 0 < len(name) <= NAME_MOST:
        raise Refused("value", "name")
    there = SavedFilter.objects.filter(person=person, state=state)
    if there.exclude(name=name).count() >= SAVED_MOST:
        raise Refused("value", "number")
    kept = {field: value for field, value in asdict(filters).items() if value and field != "text"}
    SavedFilter.objects.update_or_create(person=person, state=state, name=name, defaults={"filters": kept})


def saved_filters(person: str, state: str) -> list[Saved]:
    """Return the person's filters of the queue by name."""
    found = SavedFilter.objects.filter(person=person, state=state).order_by("name")
    return [Saved(each.name, Filters(**each.filters)) for each in found]


def drop_filter(person: str, state: str, name: str) -> None:
    """Forget a filter; does nothing where there is none of that name."""
    SavedFilter.objects.filter(person=person, state=state, name=name).delete()


def _distinct(cases: QuerySet[Case], column: str) -> tuple[str, ...]:
    found = cases.exclude(**{column: ""}).order_by(column).values_list(column, flat=True).distinct()
    return tuple(found)


def _mine(person: str) -> QuerySet[Case]:
    held = Q(claimed_by=person, claimed_until__gt=timezone.now())
    return Case.objects.filter(Q(assigned=person) | held, state__in=WAITING)


def _walked(cases: QuerySet[Case], after: str, limit: int, filters: Filters, put_off: bool = False) -> list[QueueRow]:
    now = timezone.now()
    cases = _narrowed(cases, filters, now)
    if filters.age != "snoozed" and not filters.text and not put_off:
        cases = cases.filter(Q(snoozed_until__isnull=True) | Q(snoozed_until__lte=now))
    last = Case.objects.filter(id=after).values_list("urgency", "due_at", "id").first() if after else None
    if last:
        urgency, due_at, case_id = last
        cases = cases.filter(
            Q(urgency__gt=urgency)
            | Q(urgency=urgency, due_at__gt=due_at)
            | Q(urgency=urgency, due_at=due_at, id__gt=case_id)
        )
    rows = cases.order_by("urgency", "due_at", "id").defer("order", "sheet")[:limit]
    return [queue_row(row, now) for row in rows]


def _narrowed(cases: QuerySet[Case], filters: Filters, now: datetime) -> QuerySet[Case]:
    if filters.text or filters.modality or filters.problem or filters.priority or filters.referrer:
        # That a search finds it would tell what was read.
        cases = cases.filter(blind=False)
    if filters.modality:
        cases = cases.filter(modalities__contains=f" {filters.modality} ")
    if filters.problem:
        cases = cases.filter(problems__contains=f" {filters.problem} ")
    exact = {"priority": filters.priority, "assigned": filters.assigned, "source": filters.source}
    cases = cases.filter(**{column: value for column, value in exact.items() if value})
    if filters.age:
        cases = cases.filter(_of_age(filters.age, now))
    for word in filters.referrer.split():
        cases = cases.filter(Q(npi=word) | Q(provider__icontains=word) | Q(practice__icontains=word))
    for word in filters.text.split():
        cases = cases.filter(_said(word))
    return cases


def _said(word: str) -> Q:
    exact = Q(id=word.upper()) | Q(npi=word) | Q(birth_date=word)
    digits = "".join(char for char in word if char.isdigit())
    if len(digits) >= 7:
        exact |= Q(phone__endswith=digits)
    return exact | Q(family__istartswith=word) | Q(given__istartswith=word) | Q(practice__icontains=word)


def _of_age(age: str, now: datetime) -> Q:
    return {
        "late": Q(due_at__lte=now),
        "day": Q(received_at__lte=now - timedelta(days=1)),
        "week": Q(received_at__lte=now - timedelta(days=7)),
        "snoozed": Q(snoozed_until__gt=now),
    }[age]


def queue_row(row: Case, now: datetime) -> QueueRow:
    """Return the case as a line of a list; of one whose blind check waits nothing that was read."""
    holder = row.claimed_by if row.claimed_until and row.claimed_until > now else ""
    until = row.snoozed_until if row.snoozed_until and row.snoozed_until > now else None
    if row.blind:
        unread = ("", "", "", "", (), "", "", "", ())
        return QueueRow(
            row.id, row.document_id, row.state, *unread, row.received_at, holder, row.assigned,
            blind=True, due_at=row.due_at, snoozed_until=until,
        )  # fmt: skip
    return QueueRow(
        row.id,
        row.document_id,
        row.state,
        row.family,
        row.given,
        row.birth_date,
        row.exams,
        tuple(row.modalities.split()),
        row.priority,
        row.provider,
        row.practice,
        tuple(row.problems.split()),
        row.received_at,
        holder,
        row.assigned,
        tuple(RedFlag("", flag["title"], flag["words"]) for flag in row.red_flags),
        row.again,
        due_at=row.due_at,
        snoozed_until=until,
    )
