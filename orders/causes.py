"""Why a field was read wrongly: the cause class of every error, which steers what to work on next.

| cause | what happened |
| --- | --- |
| not read | the true value is not among the words of the pages: the reader's error |
| not proposed | it was read, and no rule took it for this field |
| not chosen | a rule proposed it, and another value won |
| cut wrongly | the right place was chosen, and the value is longer, shorter or spelled otherwise |
| invented | the document states nothing, and a value was given |

What is ticked, circled or signed leaves no word; such a field (`ANSWERS`) is
*not proposed* where nothing proposed it, whoever overlooked the mark.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, Final

from orders.compare import FIELDS, INDICATION_F1, Count, Json, at, compare, plain, token_f1
from orders.score import match_orders

CAUSES: Final = ("not read", "not proposed", "not chosen", "cut wrongly", "invented")
ANSWERS: Final = ("patient.sex", "priority", "signed", "safety.")


@dataclass(frozen=True, slots=True)
class Error:
    """One field of one order that was read wrongly, with both values (None: states nothing) and the cause."""

    document: str
    field: str
    true: Any
    read: Any
    cause: str
    reason: str = ""


def errors(pairs: Iterable[tuple[Json, Json]]) -> Iterator[Error]:
    """Yield the errors of the (truth, reading) pairs, field by field.

    Readings are the contract's JSON with the losing findings (`referral_json(…, losing=True)`)
    and with all that was read of the document under `words`, in reading order;
    without them an error is put down to the reader.
    """
    for truth, reading in pairs:
        name, words = str(truth.get("document", "")), str(reading.get("words", ""))
        for true, read in match_orders(plain(truth["orders"]), _with_leaves(reading.get("orders", []))):
            leaves = read.get("_leaves", {})
            for field, same in FIELDS.items():
                stated, said = at(true, field), at(read, field)
                count = compare(stated, said, same)
                if count.correct or count == Count():
                    continue
                leaf = at(leaves, field)
                found = _cause(field, stated, said, leaf if isinstance(leaf, Mapping) else {}, words)
                reason = leaf.get("reason", "") if isinstance(leaf, Mapping) else ""
                yield Error(name, field, stated, said, found, reason)


def _with_leaves(orders: Sequence[Json]) -> list[Json]:
    return [{**plain(order), "_leaves": order} for order in orders]


def table(found: Iterable[Error]) -> dict[str, Counter[str]]:
    """Return how many errors of each cause every field has, the field with the most errors first."""
    counts: dict[str, Counter[str]] = {}
    for error in found:
        counts.setdefault(error.field, Counter())[error.cause] += 1
    return dict(sorted(counts.items(), key=lambda item: (-item[1].total(), item[0])))


def render_causes(found: Sequence[Error]) -> str:
    """Return the table of causes as text."""
    head = f"{'errors by cause':<34}" + "".join(f"{cause:>14}" for cause in CAUSES)
    rows = [
        f"  {field:<32}" + "".join(f"{counts[cause]:>14}" for cause in CAUSES) for field, counts in table(found).items()
    ]
    return "\n".join([head, *rows]) + "\n"


def _cause(field: str, true: Any, read: Any, leaf: Json, words: str) -> str:
    if true is None or true in ("", []):
        return "invented"
    same = FIELDS[field]
    if isinstance(true, list):
        wanted = [code for code in true if code not in (read or [])]
        there = all(_squeezed(code) in _squeezed(words) for code in wanted)
        return "not proposed" if there else "not read"
    if any(same(true, other["value"]) for other in leaf.get("others", [])):
        return "not chosen"
    if field.startswith(ANSWERS):
        return "not proposed"
    if not _was_read(field, true, words):
        return "not read"
    place = " ".join(item["text"] for item in leaf.get("evidence", []))
    if read is not None and (_was_read(field, true, place) or _overlap(str(true), str(read))):
        return "cut wrongly"
    return "not proposed"


def _was_read(field: str, true: Any, words: str) -> bool:
    """Whether the words hold the value in one of its spellings; of a reason, nearly all its words."""
    if field == "indication.text":
        wanted = Counter(re.findall(r"\w+", str(true).casefold()))
        shared = wanted & Counter(re.findall(r"\w+", words.casefold()))
        return shared.total() >= INDICATION_F1 * wanted.total()
    text = _squeezed(words)
    return any(form in text for form in _forms(field, str(true)))


def _forms(field: str, true: str) -> tuple[str, ...]:
    if not field.endswith("_date"):
        return (_squeezed(true),)
    day = date.fromisoformat(true)
    month, short, number, year = day.strftime("%B").lower(), day.strftime("%b").lower(), str(day.day), str(day.year)
    two = f"{day.day:02}"
    forms = [f"{day.month:02}{two}", f"{day.month}{number}", f"{day.month:02}{number}", f"{day.month}{two}"]
    named = [f"{name}{at}" for name in (month, short) for at in (two, number)]
    named += [f"{at}{name}" for name in (month, short) for at in (two, number)]
    endings = [f"{form}{end}" for form in forms + named for end in (year, year[2:])]
    return (*endings, f"{year}{day.month:02}{two}", f"{year}{day.month}{number}")


def _overlap(true: str, read: str) -> bool:
    one, other = _squeezed(true), _squeezed(read)
    return bool(one and other) and (one in other or other in one or token_f1(true, read) >= 0.5)


def _squeezed(text: str) -> str:
    return re.sub(r"[\W_]", "", text.casefold())
