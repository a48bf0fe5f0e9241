"""Which sides of a paired body part a reason for an exam names.

Nothing is inferred from it for the exam; it serves only to see whether the
exam's own side is contradicted.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Any, Final, Literal

Side = Literal["left", "right"]

_EACH: Final[tuple[Side, ...]] = ("left", "right")
_CLAUSE: Final = re.compile(r"[,;:.\n]+(?=\s|$)|\s(?:and then|but|however|while|whereas)\s", re.IGNORECASE)
_TOKEN: Final = re.compile(r"[A-Za-z0-9][A-Za-z0-9'/>-]*|>")
# A single letter is a side in capitals only, and neither R/O nor L-spine nor L5.
_SIDES: Final = (
    (re.compile(r"^(?i:left|lt|left-sided|lt-sided|lft)$|^L$"), "left"),
    (re.compile(r"^(?i:right|rt|right-sided|rt-sided|rgt)$|^R$"), "right"),
    (re.compile(r"^(?i:bilat|bilateral|bilaterally|b/l|bil|both|r>l|l>r|l/r|r/l|rt>lt|lt>rt)$"), "both"),
)
_LIMB: Final = re.compile(r"\b([LR])([UL])E\b")
_AFTER: Final = 5
_BEFORE: Final = 3


@cache
def _terms() -> dict[str, Any]:
    return tomllib.loads(files("orders").joinpath("body_terms.toml").read_text("utf-8"))


@dataclass(frozen=True, slots=True)
class _Named:
    """A side in a text, and the parts of the body it is said of (empty: none was named)."""

    side: str
    parts: frozenset[str]


def sides_named(text: str, region: str) -> frozenset[Side]:
    """Return the sides that `text` names for `region`, a paired one, or for what lies near it on the same limb.

    Sides of something past or of the other side for comparison count only
    towards naming both: they never stand alone. Sides of other parts of the
    body do not count.
    """
    near = _near(region)
    current: set[Side] = set()
    for clause in _clauses(text):
        for named in _clause_sides(clause):
            if named.parts & near or not named.parts:
                current |= {side for side in _EACH if named.side in (side, "both")}
    return frozenset(current)


def mentions(text: str, side: Side) -> bool:
    """Whether `text` names `side` or both sides at all, of whatever and in whatever time."""
    found = {_side(token) for token in _TOKEN.findall(_LIMB.sub(_spelled_out, text))}
    return side in found or "both" in found


def code_sides(code: str, region: str) -> frozenset[Side]:
    """Return the sides that the ICD-10-CM code's own description names, if it is of `region` or near it."""
    # Here for the reason given in `orders.codes.icd10_exists`: most processes never ask for a code.
    import simple_icd_10_cm

    if not simple_icd_10_cm.is_valid_item(code):
        return frozenset()
    words = simple_icd_10_cm.get_description(code).lower()
    if not _parts_in(words.split()) & _near(region):
        return frozenset()
    return frozenset(side for side in _EACH if re.search(rf"\b{side}\b", words))


def _near(region: str) -> frozenset[str]:
    """The region, what lies at most `reach` steps from it on its limb, and the limb as a whole."""
    terms = _terms()
    for limb, parts in terms["limbs"].items():
        if region == f"{limb}_extremity":
            return frozenset((*parts, limb))
        if region in parts:
            place = parts.index(region)
            return frozenset((*parts[max(0, place - terms["reach"]) : place + terms["reach"] + 1], limb))
    return frozenset((region,))


def _clauses(text: str) -> Iterator[str]:
    """Yield the clauses of a text, a side that stands alone together with the clause before it."""
    held = ""
    for clause in _CLAUSE.split(_LIMB.sub(_spelled_out, text)):
        tokens = _TOKEN.findall(clause)
        if held and 0 < len(tokens) <= 2 and _side(tokens[0]):
            held = f"{held} {clause}"
            continue
        yield held
        held = clause
    yield held


def _spelled_out(match: re.Match[str]) -> str:
    side = "left" if match[1].upper() == "L" else "right"
    return f"{side} {'upper' if match[2].upper() == 'U' else 'lower'} extremity"


def _clause_sides(clause: str) -> Iterator[_Named]:
    tokens = [token for token in _TOKEN.findall(clause) if token.lower() not in ("side", "sided")]
    lower = [token.lower() for token in tokens]
    words = _terms()["words"]
    if set(lower) & set(words["compared"]):
        return
    for place, token in enumerate(tokens):
        side = _side(token)
        following = lower[place + 1 : place + 2]
        if not side or set(following) & set(words["idle"]) or _is_past(lower, place):
            continue
        if set(lower[place + 1 : place + 3]) & {"dominant", "handed"}:
            continue
        ends = next((at for at in range(place + 1, len(tokens)) if _side(tokens[at])), len(tokens))
        parts = _parts_in(lower[place + 1 : min(ends, place + 1 + _AFTER)]) or _parts_in(
            lower[max(0, place - _BEFORE) : place]
        )
        if parts:
            yield _Named(side, parts)
        elif set(following) & set(words["complaint"]):
            yield _Named(side, frozenset())


def _is_past(lower: list[str], place: int) -> bool:
    """Whether the side at `place` is said of something over, such as an operation."""
    words = _terms()["words"]
    if set(lower) & set(words["fresh"]):
        return False
    return bool(set(lower[:place]) & set(words["past"]) or set(lower[place + 1 : place + 5]) & set(words["past"]))


def _parts_in(lower: list[str]) -> frozenset[str]:
    """The parts of the body, and limbs as a whole, that words name."""
    padded = f" {' '.join(lower)} "
    return frozenset(part for part, pattern in _patterns().items() if pattern.search(padded))


@cache
def _patterns() -> dict[str, re.Pattern[str]]:
    terms = _terms()
    named = terms["terms"] | {limb: words for limb, words in terms["whole"].items() if words}
    return {
        part: re.compile("|".join(rf"(?<=\W){re.escape(word)}(?=\W)" for word in words))
        for part, words in named.items()
    }


def _side(token: str) -> str | None:
    return next((side for pattern, side in _SIDES if pattern.match(token)), None)
