"""How soon an exam is asked for, as the order states it: routine, urgent, stat.

Only stated words count; nothing is taken from the reason for the exam. A word
that is denied ("not urgent"), hangs on a condition ("STAT if abnormal"), names
a place ("urgent care") or is about something else ("routine labs") states
nothing of the exam.
"""

from __future__ import annotations

import re
import tomllib
from functools import cache, lru_cache
from pathlib import Path

LONGEST_TEXT = 2000
WORDS = Path(__file__).parent / "priority.toml"

_DENIED = re.compile(r"\b(?:non|not|no|isn'?t|never|if|unless|before)\b[\s-]*(?:an?\b\s*|marked\s*)?$")


@lru_cache(maxsize=4096)
def read_priority(text: str) -> str | None:
    """Return `routine`, `urgent` or `stat` as `text` states it, or None when it states none.

    Of two the more pressing one stands. Characters after the first 2,000 are
    not looked at.
    """
    words = " ".join(text[:LONGEST_TEXT].lower().split())
    for priority, pattern in _patterns():
        for match in pattern.finditer(words):
            if priority == "routine" or not _DENIED.search(words[: match.start()]):
                return priority
    return None


@cache
def _patterns() -> tuple[tuple[str, re.Pattern[str]], ...]:
    blocks = tomllib.loads(WORDS.read_text("utf-8"))["priority"]
    return tuple(
        (
            block["name"],
            re.compile(rf"\b(?:{_any(block['words'])})\b(?![\s-]*(?:{_any(block['except_before'])}|if|only if)\b)"),
        )
        for block in blocks
    )


def _any(words: list[str]) -> str:
    return "|".join(re.escape(word).replace(r"\ ", r"[\s-]+") for word in words)
