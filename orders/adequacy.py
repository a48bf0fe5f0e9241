"""How much the reason for an exam tells the radiologist: the RI-RADS grade, with the words of each of its parts.

RI-RADS (Abedi et al., European Journal of Radiology 2019; 120:108661) grades a
request by three parts: an impression, the clinical findings, and a diagnostic
question. The words are in `adequacy.toml`. A grade blocks nothing: it is shown
to the clerk and counted by referrer.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any, Final

from orders.knowledge import Source
from orders.order import Adequacy, Order

TABLE: Final = Path(__file__).parent / "adequacy.toml"
PARTS: Final = ("impression", "findings", "question")
# No more of a text than this is looked at; a reason that is longer has said enough.
LONGEST: Final = 2000
_LASTS: Final = re.compile(
    r"\b(?:x|for|since|past|last|over)\s*\d+\s*(?:d|days?|wks?|weeks?|mos?|months?|yrs?|years?)\b", re.IGNORECASE
)


@dataclass(frozen=True, slots=True)
class _Part:
    """What a part is found by: a pattern of its words, one of its endings, and first letters of codes."""

    words: re.Pattern[str]
    endings: re.Pattern[str] | None
    apart: frozenset[str]
    codes: str

    def found(self, text: str) -> Iterator[tuple[int, str]]:
        """Yield where the part's words stand, and the words."""
        yield from ((match.start(), match[0]) for match in self.words.finditer(text))
        for match in self.endings.finditer(text) if self.endings else ():
            if match[0].lower() not in self.apart:
                yield match.start(), match[0]


@dataclass(frozen=True, slots=True)
class Grading:
    """The table: the parts, the grade of each number of parts, and the title of each grade."""

    parts: dict[str, _Part]
    by_count: dict[int, str]
    titles: dict[str, str]


def adequacy(order: Order) -> Adequacy:
    """Return the grade of the order's reason: by its words, or by its codes where they say nothing known."""
    text = " ".join(str(order.indication.text.value or "").split())[:LONGEST]
    codes = [str(code.value) for code in order.indication.icd10 if code]
    table = grading()
    if not text.strip(" .,;:-/") and not codes:
        return Adequacy("X")
    said = _said(table, text)
    if not any(said.values()):
        said = {name: "; ".join(code for code in codes if code[:1] in part.codes) for name, part in table.parts.items()}
    return Adequacy(table.by_count[sum(bool(words) for words in said.values())], **said)


def title(grade: str) -> str:
    """Return what a grade means, in words; raises KeyError for a letter that is no grade."""
    return grading().titles[grade]


def _said(table: Grading, text: str) -> dict[str, str]:
    """Return the words of each part, each once, as written."""
    found = [(at, words, name) for name, part in table.parts.items() for at, words in part.found(text)]
    found += [(match.start(), match[0], "findings") for match in _LASTS.finditer(text)]
    found += [(at, "?", "question") for at, letter in enumerate(text) if letter == "?"]
    kept: list[tuple[int, int, str]] = []
    for at, words, name in sorted(found, key=lambda item: -len(item[1])):
        end = at + len(words)
        if not any(at < other and begin < end for begin, other, _ in kept):
            kept.append((at, end, name))
    return {
        name: "; ".join(dict.fromkeys(text[at:end] for at, end, part in sorted(kept) if part == name))
        for name in table.parts
    }


@cache
def grading(path: Path = TABLE) -> Grading:
    """Return the table; raises KeyFault for one that makes no sense."""
    source = Source.read(path)
    data = source.block("", source.data, ("grades", *PARTS))
    parts = {name: _part(source, name, data[name]) for name in PARTS}
    by_count: dict[int, str] = {}
    titles: dict[str, str] = {}
    for grade, given in source.block("grades", data["grades"], "ABCDX").items():
        block = source.block(f"grades.{grade}", given, ("title",) if grade == "X" else ("title", "parts"))
        titles[grade] = source.words(f"grades.{grade}.title", block["title"])
        if grade != "X":
            by_count[block["parts"]] = grade
    if set(by_count) != set(range(len(PARTS) + 1)):
        raise source.fault("grades", f"give one grade for each number of parts, 0 to {len(PARTS)}")
    return Grading(parts, by_count, titles)


def _part(source: Source, name: str, given: Any) -> _Part:
    block = source.block(name, given, ("words", "endings", "apart", "codes"))
    words = sorted(source.listed(f"{name}.words", block["words"]), key=len, reverse=True)
    phrases = "|".join(re.escape(word).replace(r"\ ", r"\s+") for word in words)
    endings = "|".join(map(re.escape, block["endings"]))
    return _Part(
        re.compile(rf"(?<![a-z0-9])(?:{phrases})(?![a-z0-9])", re.IGNORECASE),
        re.compile(rf"\b[a-z]{{2,}}(?:{endings})\b", re.IGNORECASE) if endings else None,
        frozenset(block["apart"]),
        block["codes"],
    )
