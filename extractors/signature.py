"""Whether the order is signed: a mark on the signature line, or an electronic-signature statement.

A name typed on the line is no signature, nor is a statement that a signature is
pending (contract, "How values are compared").
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from extractors.sheet import mark_evidence
from extractors.views import View
from orders.order import Finding

_STATEMENT = re.compile(
    r"\b(?:electronically|digitally)\s*(?:signed|authenticated|approved|authorized|verified|"
    r"ordered and signed)(?:\s+(?:by|on))?|\be-?\s?signed(?:\s+by)?|\bsigned\s+electronically|"
    r"(?<![\w/])/ ?e?s ?/(?!\w)|"
    r"\be-?\s?signature(?:\s+on file)?\s*[:;]?\s*(?:by\s+)?[A-Z]|\bauthenticated\s+by\b|"
    r"\belectronic(?:ally)? signature\s*(?:by|of|on file|:)|"
    r"\bsigned\s*(?:by)?\s*[:;]?\s*[A-Z][\w'.-]+,?\s+[^\n]{0,40}\b\d{1,2}[:.]\d{2}\b",
    re.I,
)
_PENDING = re.compile(
    r"\b(pending|awaiting|unsigned|not (?:yet )?signed|needs? signature|signature (?:required|needed|"
    r"pending)|to be signed|requires? (?:co-?)?signature|not valid (?:until|unless|without)|draft|"
    r"unless (?:electronically )?signed|if (?:electronically )?signed|must be)\b",
    re.I,
)


def find_signature(view: View) -> Iterator[Finding]:
    """Yield findings for `signed` on one page."""
    for mark in view.sheet.marks:
        if mark.kind == "signature":
            present = mark.state == "present"
            found = mark_evidence(view.sheet.number, mark, mark.text or "signature")
            yield Finding(
                "signed",
                present,
                found,
                mark.confidence * (0.95 if present else 0.6),
                "a mark on the signature line" if present else "the signature line is blank",
            )
    for hit in view.find(_STATEMENT):
        line = _around(view, hit.match.start(), hit.match.end())
        if _PENDING.search(line):
            continue
        yield view.finding("signed", True, hit.tokens, 0.97, "an electronic-signature statement")


def _around(view: View, start: int, end: int) -> str:
    """Return the row of the running text that holds start..end."""
    first = view.text.rfind("\n", 0, start) + 1
    last = view.text.find("\n", end)
    return view.text[first : last if last >= 0 else len(view.text)]
