"""Which words an order rests on: what the second reader is asked about, the most critical first."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from typing import Final

from documents.opinion import Claim, Rereader, opinions
from documents.page import Box, Page
from orders.order import Order

# A wrong exam or a wrong patient harms; a wrong number bounces. Words of reasons and addresses are for people.
_FIRST: Final = ("patient.family", "patient.given", "patient.birth_date", "exams.")
_THEN: Final = (
    "patient.mrn",
    "order_date",
    "provider.family",
    "provider.npi",
    "provider.phone",
    "provider.fax",
    "patient.phone",
    "coverage.member_id",
    "coverage.authorization_number",
    "safety.egfr",
)


def read_again(pages: Sequence[Page], orders: Iterable[Order], reread: Rereader) -> tuple[Page, ...]:
    """Return the pages with the second reader's strings on the words that `orders` rest on."""
    asked: dict[int, list[Claim]] = defaultdict(list)
    every = [leaf for order in orders for leaf in order.leaves()]
    for group in (_FIRST, _THEN):
        for path, value in every:
            if path.startswith(group) and value.state == "stated":
                for item in value.evidence:
                    asked[item.page].append(Claim(Box(*item.box), item.text))
    return tuple(opinions(page, asked[page.number], reread)[0] if page.number in asked else page for page in pages)
