"""Red flags in the reason for an exam: what is suspected that cannot wait, and the words that say so.

They lift a case in the queue and change nothing else; how soon an exam is
asked for is read apart (`priority.py`), from what the order states. Words that
are denied, of the past or of the family raise none; a question ("r/o", "concern
for") does, for the exam is asked to answer it. The words and their authority
are data (`red_flags.toml`).
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cache, lru_cache
from pathlib import Path
from typing import Any

from orders.order import RedFlag

LONGEST_TEXT = 4000
TABLE = Path(__file__).parent / "red_flags.toml"
_KEYS = {"name", "title", "authority", "words", "capitals", "together", "except_before", "except_after"}
_CLAUSE = re.compile(r"[.;\n]+(?=\s|$)|(?<=\w)\s+-\s+")


class FlagsError(ValueError):
    """A table of red flags that makes no sense; the text names file, flag and remedy."""


@dataclass(frozen=True, slots=True)
class Flag:
    """A suspicion, the pattern of its words, and words that make it one only when they stand together."""

    name: str
    title: str
    authority: str
    words: re.Pattern[str]
    capitals: re.Pattern[str] | None
    together: tuple[tuple[re.Pattern[str], ...], ...]


@dataclass(frozen=True, slots=True)
class _Denials:
    before: re.Pattern[str]
    after: re.Pattern[str]
    past: re.Pattern[str]
    family: re.Pattern[str]
    fresh: re.Pattern[str]
    ends: re.Pattern[str]
    asks: re.Pattern[str]
    reach: int


@lru_cache(maxsize=4096)
def read_red_flags(text: str) -> tuple[RedFlag, ...]:
    """Return the red flags of a reason for an exam, one a suspicion, in the table's order.

    `words` of a flag are those of the text that made it one. Characters after
    the first 4,000 are not looked at.
    """
    text = text[:LONGEST_TEXT]
    table, denials = flags()
    found = ((flag, _said(flag, text, denials)) for flag in table)
    return tuple(RedFlag(flag.name, flag.title, words) for flag, words in found if words)


def _said(flag: Flag, text: str, denials: _Denials) -> str:
    """The words of `text` that raise `flag`, "" when none do."""
    for pattern in (flag.words, flag.capitals):
        if pattern and (words := _first(pattern, text, denials)):
            return words
    for parts in flag.together:
        places = [_first(pattern, text, denials) for pattern in parts]
        if all(places):
            return " … ".join(places)
    return ""


def _first(pattern: re.Pattern[str], text: str, denials: _Denials) -> str:
    for start, clause in _clauses(text):
        for match in pattern.finditer(clause):
            if _stands(clause, match.start(), match.end(), denials):
                return text[start + match.start() : start + match.end()]
    return ""


def _clauses(text: str) -> Iterator[tuple[int, str]]:
    start = 0
    for cut in _CLAUSE.finditer(text):
        yield start, text[start : cut.start()]
        start = cut.end()
    yield start, text[start:]


def _stands(clause: str, start: int, end: int, denials: _Denials) -> bool:
    """Whether words at `start`..`end` of a clause are said of the patient and of today."""
    before, after = clause[:start].lower(), clause[end:].lower()
    cut = max((match.end() for match in denials.ends.finditer(before)), default=0)
    near = " ".join(before[cut:].split()[-denials.reach :])
    if denials.asks.search(near):
        return True
    if denials.before.search(near) or denials.family.search(" ".join(before.split()[-3:])):
        return False
    behind = " ".join(after.split()[:4])
    if denials.after.match(behind):
        return False
    return not denials.past.search(near) or bool(denials.fresh.search(near))


@cache
def flags(path: Path = TABLE) -> tuple[tuple[Flag, ...], _Denials]:
    """Return the table of flags and of denials; raises FlagsError for one that makes no sense."""
    try:
        data = tomllib.loads(path.read_text("utf-8"))
    except tomllib.TOMLDecodeError as fault:
        raise FlagsError(f"{path.name}: {fault}; correct the line or take it out") from None
    table = tuple(_flag(path, block) for block in data["flag"])
    names = [flag.name for flag in table]
    if twice := sorted({name for name in names if names.count(name) > 1}):
        raise FlagsError(f"{path.name}: the flag {twice[0]!r} stands twice; keep one of the two")
    words = data["negation"]
    return table, _Denials(
        before=_any(words["before"]),
        after=re.compile(rf"[\s(]*(?:is |was |are |were |has been )?(?:{_joined(words['after'])})"),
        past=_any(words["past"]),
        family=_any(words["family"]),
        fresh=_any(words["fresh"]),
        ends=_any(words["ends"]),
        asks=_any(words["asks"]),
        reach=words["reach"],
    )


def _flag(path: Path, block: dict[str, Any]) -> Flag:
    name = block.get("name", "a flag without a name")
    if unknown := set(block) - _KEYS:
        raise FlagsError(f"{path.name}: {name}: no such key {min(unknown)!r}; use one of {', '.join(sorted(_KEYS))}")
    if missing := {"name", "title", "authority", "words"} - set(block):
        raise FlagsError(f"{path.name}: {name}: no {min(missing)}; give it one or take the flag out")
    after, before = block.get("except_after", []), block.get("except_before", [])
    return Flag(
        name=name,
        title=block["title"],
        authority=block["authority"],
        words=_guarded(block["words"], after, before, re.IGNORECASE),
        capitals=_guarded(block["capitals"], after, before) if "capitals" in block else None,
        together=tuple(
            tuple(_guarded([part], [], [], re.IGNORECASE) for part in parts) for parts in block.get("together", [])
        ),
    )


def _guarded(words: Sequence[str], after: Sequence[str], before: Sequence[str], flags_: int = 0) -> re.Pattern[str]:
    """Whole words, unless one of `after` stands right before them or one of `before` right behind."""
    ahead = "".join(rf"(?<!(?i:{re.escape(word)})[\s-])" for word in after)
    behind = rf"(?![\s-]+(?i:{_joined(before)})\b)" if before else ""
    colon = r"(?!\s*:)"
    return re.compile(rf"{ahead}(?<![\w/])(?:{_joined(words)})(?![\w]){colon}{behind}", flags_)


def _any(words: Sequence[str]) -> re.Pattern[str]:
    return re.compile(rf"(?<!\w)(?:{_joined(words)})(?!\w)")


def _joined(words: Sequence[str]) -> str:
    longest_first = sorted(words, key=len, reverse=True)
    return "|".join(re.escape(word).replace(r"\ ", r"[\s-]+") for word in longest_first)
