"""Has this order come before? Kept under keys, looked up by keys, so that the time does not grow with the ledger."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from django.db import connection
from django.utils import timezone

from documents.page import Page
from orders.again import DECIDED, Again, compare
from orders.again_keys import person_keys, person_of
from orders.contract import order_from_json
from orders.correction_words import correction_words
from orders.order import Order, PageType
from orders.persons import Person, same_person
from orders.sheets import sheet_keys, sheet_likeness, sheet_tokens
from store.models import AgainKey, Case, Relation

# The newest cases that are looked at under one key, and of all those the ones with most keys in common.
A_KEY: Final = 8
LOOKED_AT: Final = 16
# Relations that are kept of one order: those to decide about, and further orders for the patient.
TO_DECIDE: Final = 3
TOLD: Final = 5
# Probability of one person, by what queues show, under which an order is not looked at more closely.
HARDLY: Final = 0.001
SHEET: Final = 0.7
# Pages on which an order, or who sends it, says that it takes another's place.
SAYS: Final = ("order", "cover", "clarification_reply")


@dataclass(frozen=True, slots=True)
class Sheet:
    """What an order's own pages give to find it again: the tokens of its sheet, and words of a correction on it."""

    tokens: frozenset[str] = frozenset()
    marked: str = ""


@dataclass(frozen=True, slots=True)
class Earlier:
    """An earlier case, and what the order is to it."""

    case_id: str
    received_at: datetime
    again: Again


def sheet_of(order: Order, pages: Sequence[Page], types: Sequence[PageType], alone: bool) -> Sheet:
    """Return the sheet of `order`; a cover speaks for it where it is `alone` in its document."""
    kinds = {each.number: each.type for each in types}
    mine = [page for page in pages if page.number in order.pages]
    sheets = [page for page in mine if kinds.get(page.number) == "order"] or mine
    said = [
        page
        for page in pages
        if kinds.get(page.number) in SAYS and (page in mine or (alone and kinds.get(page.number) == "cover"))
    ]
    tokens = sheet_tokens(word.text for page in sheets for word in page.words)
    return Sheet(tokens, correction_words(tuple(line for page in said for line in _lines(page))))


def earlier_ones(
    order: Order, sheet: Sheet, received_at: datetime, document_id: str = "", site_id: int | None = None
) -> list[Earlier]:
    """Return the orders that this one repeats, corrects or follows; those to decide about first, the surest first.

    Looks under the keys of `order` and of its sheet; cases set aside as duplicates are passed over, their originals
    are under the same keys. With `site_id`, those of other sites are passed over as well: nobody may be shown there
    who belongs to this one only. Of an order on the same page of the same document, the sheet tells nothing.
    """
    hits = _under([*person_keys(order), *sheet_keys(sheet.tokens)])
    likely = [case_id for case_id, _ in hits.most_common(LOOKED_AT)]
    person = person_of(order)
    near = {}
    rows = Case.objects.filter(id__in=likely).exclude(state__in=("duplicate", "not_an_order"))
    if site_id is not None:
        rows = rows.filter(site_id=site_id)
    for row in rows.only("family", "given", "birth_date", "phone", "sheet", "received_at", "document_id"):
        likeness = sheet_likeness(sheet.tokens, frozenset(row.sheet.split()))
        shown = Person(row.family, row.given, row.birth_date, phone=row.phone)
        if likeness >= SHEET or same_person(person, shown).probability >= HARDLY:
            near[row.id] = row, likeness
    found = []
    # Whole orders are opened for these few only.
    for case_id, said in Case.objects.filter(id__in=near).values_list("id", "order"):
        row, likeness = near[case_id]
        if row.document_id == document_id and set(said["pages"]) & set(order.pages):
            likeness = 0.0
        days = (received_at - row.received_at).days
        again = compare(order, order_from_json(said), likeness, sheet.marked, days)
        if again is not None:
            found.append(Earlier(case_id, row.received_at, again))
    found.sort(key=lambda each: (-each.again.confidence, each.received_at))
    decided = [each for each in found if each.again.kind in DECIDED][:TO_DECIDE]
    return decided + [each for each in found if each.again.kind not in DECIDED][:TOLD]


def sentence(earlier: Earlier) -> str:
    """Return what is to be decided about, for a clerk."""
    came = f"order {earlier.case_id}, received {timezone.localtime(earlier.received_at):%m/%d/%Y}"
    return {
        "same_sheet": f"This looks like the same sheet as {came}.",
        "same_order": f"This looks like the same order as {came}, sent once more.",
        "correction": f"This looks like a correction of {came}.",
    }.get(earlier.again.kind, f"Another order for this patient: {came}.")


def keep(case: Case, order: Order, sheet: Sheet, earlier: Iterable[Earlier]) -> None:
    """Keep the keys of a new case and what it is to earlier ones; the case must be saved."""
    _add(case, [*person_keys(order), *sheet_keys(sheet.tokens)])
    Relation.objects.bulk_create(
        Relation(
            later=case,
            earlier_id=each.case_id,
            kind=each.again.kind,
            confidence=each.again.confidence,
            reasons=list(each.again.reasons),
        )
        for each in earlier
    )


def keep_keys(case: Case, order: Order) -> None:
    """Add the keys of an order that a person changed. The old ones stay: as it was misread, it may be misread again."""
    there = set(AgainKey.objects.filter(case=case).values_list("key", flat=True))
    _add(case, [key for key in person_keys(order) if key not in there])


def open_kind(case_id: str) -> str:
    """Return the kind of the surest relation of the case that nobody decided about, the empty string for none."""
    left = Relation.objects.filter(later_id=case_id, verdict="", kind__in=DECIDED).order_by("-confidence").first()
    return left.kind if left else ""


def reopen(case: Case) -> None:
    """Ask anew about a duplicate that is taken back to review; the caller saves the case."""
    Relation.objects.filter(later=case, verdict="duplicate").update(verdict="", decided_by="", decided_at=None)
    case.again = open_kind(case.id)


def _add(case: Case, keys: Iterable[int]) -> None:
    AgainKey.objects.bulk_create(AgainKey(key=key, case=case) for key in keys)


def _under(keys: Sequence[int]) -> Counter[str]:
    """Return how many of `keys` each of the newest cases under them has."""
    if not keys:
        return Counter()
    # One statement: a limit for each key is what keeps a form's many sheets from being read through.
    one = 'SELECT case_id FROM (SELECT case_id FROM store_againkey WHERE "key" = %s ORDER BY id DESC LIMIT %s) AS k'
    with connection.cursor() as cursor:
        cursor.execute(" UNION ALL ".join([one] * len(keys)), [part for key in keys for part in (key, A_KEY)])
        return Counter(row[0] for row in cursor.fetchall())


def _lines(page: Page) -> list[str]:
    lines: dict[int, list[str]] = {}
    for word in page.words:
        lines.setdefault(word.line, []).append(word.text)
    return [" ".join(words) for words in lines.values()]
