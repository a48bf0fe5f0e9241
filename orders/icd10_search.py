"""ICD-10-CM codes by what a person types: the start of a code, or words of its title."""

from __future__ import annotations

import re
from functools import cache

from orders.codes import dotted

LEAST = 2


@cache
def _titles() -> tuple[tuple[str, str, str], ...]:
    # Here, because the code set takes 180 MB and 1.5 CPU seconds, and most processes never ask for a code.
    import simple_icd_10_cm as codes

    # Only leaves can be billed (ICD-10-CM Official Guidelines, I.B.2): a code is used to its full length.
    billable = (code for code in codes.get_all_codes(True) if codes.is_leaf(code))
    named = ((code, codes.get_description(code)) for code in billable)
    return tuple((code, title, f" {title.lower()}") for code, title in named)


def icd10_search(text: str, limit: int = 8) -> list[tuple[str, str]]:
    """Return up to `limit` pairs of code and title for what was typed; codes that start so first, then short titles.

    Every word must start a word of the title. Fewer than two characters find nothing.
    """
    words = re.findall(r"[a-z0-9.]+", text.lower())
    if len("".join(words)) < LEAST:
        return []
    if len(words) == 1 and re.fullmatch(r"[a-z]\d[0-9a-z.]*", words[0]):
        start = dotted(words[0])
        return [(code, title) for code, title, _ in _titles() if code.startswith(start)][:limit]
    starts = [re.compile(rf"[^a-z0-9]{re.escape(word)}") for word in words]
    found = [
        (len(title), code, title)
        for code, title, lower in _titles()
        if all(word in lower for word in words) and all(start.search(lower) for start in starts)
    ]
    return [(code, title) for _, code, title in sorted(found)[:limit]]
