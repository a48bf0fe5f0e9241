"""The day the order was given: not the birth date, a visit's, a print's or the fax machine's."""

from __future__ import annotations

import re
from collections.abc import Iterator

from extractors.dates import find_dates
from extractors.labels import Label
from extractors.sheet import plain
from extractors.views import View, joined
from orders.order import Finding

_SIGNED_ON = re.compile(
    r"\b(?:electronically signed|e-?signed|digitally signed|signed|authenticated|ordered|written|"
    r"requested)\b[^\n]{0,60}?\b(?:on|at|date|:)?\s*(\d[^\n]{5,20}|"
    r"[A-Z][a-z]{2,8}\.?\s+\d{1,2},?\s+\d{4})",
    re.I,
)
_ALONE = re.compile(r"^\W*(?:date\W*)?([A-Za-z0-9,./ -]{6,24})\W*$", re.I)


def find_order_date(view: View) -> Iterator[Finding]:
    """Yield findings for `order_date` on one page."""
    for entry in view.of("order.date", "order.signature_date"):
        score = 1.0 if "order.date" in entry.label.concepts else 0.85
        yield from _dates(view, entry.tokens, entry.score * score, f"label {entry.label.text}")
    for entry in view.entered:
        if entry.label.concepts[0] != "any.date":
            continue
        if view.owner(entry.label) in ("other", "coverage") and not _in_a_letters_head(view, entry.label):
            continue
        signed = any(
            label.concepts[0] == "provider.signature" and abs(view.sheet.down(label.box.y - entry.label.box.y)) < 3
            for label in view.labels
        )
        yield from _dates(
            view,
            entry.tokens,
            entry.score * (0.85 if signed else 0.75),
            "label Date" + (" beside the signature" if signed else ""),
        )
    for hit in view.find(_SIGNED_ON):
        tokens = hit.group_tokens(view)
        yield from _dates(view, tokens, 0.68, "date of the electronic signature")
    for row in view.sheet.rows:
        text = " ".join(token.text for token in row)
        match = _ALONE.match(text)
        if (
            match
            and row[0].box.y < 0.45
            and not any(view.grid.label_of(token) for token in row)
            and find_dates(match[1], view.today)
        ):
            yield from _dates(view, row, 0.62, "a date on a line of its own")


def _in_a_letters_head(view: View, date: Label) -> bool:
    """Whether a "Date" stands among the lines that head a letter: "To", "From", "Re"."""
    near = {
        plain(label.text)
        for label in view.labels
        if label is not date and abs(view.sheet.down(label.box.y - date.box.y)) < 3 and label.box.x0 < date.box.x1
    }
    return {"from", "re"} <= near or {"to", "from"} <= near


def _dates(view: View, tokens: tuple, score: float, reason: str) -> Iterator[Finding]:
    for date in find_dates(joined(tokens), view.today)[:1]:
        own = [token for token in tokens if token.plain][:4]
        sure = score * (0.9 if date.repaired else 1.0) * (0.8 if date.ambiguous else 1.0)
        yield view.finding(
            "order_date", date.iso, own, sure, reason + (", a slash was read as a digit" if date.repaired else "")
        )
