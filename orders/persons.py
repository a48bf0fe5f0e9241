"""Are two orders about one person? By how much each field that agrees or differs speaks for it.

Record linkage after Fellegi and Sunter (J Am Stat Assoc 64, 1969): a field that
agrees adds the logarithm of how much likelier that is for one person than for
two, one that differs takes it away. Names count as alike where a reader may
have mistaken letters (Jaro-Winkler; Winkler 1990), dates where one digit differs.
Fields of a household (a family name, a telephone, a policy) do not tell twins
apart, nor a father from a son of his name: for these the given name and the
birth date have a veto, which only one record number takes away.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from rapidfuzz.distance import JaroWinkler

# Logarithms to base 2: that two orders which share a key are about one person at all.
PRIOR: Final = -15.0
FAMILY: Final = {"same": 8.0, "alike": 5.0, "differs": -8.0}
GIVEN: Final = {"same": 6.0, "alike": 4.0, "initial": 2.0, "differs": -6.0}
BIRTH: Final = {"same": 14.0, "digit": 5.0, "differs": -10.0}
OTHERS: Final = {"phone": (9.0, -1.0), "mrn": (10.0, -1.0), "member_id": (8.0, -1.0), "sex": (1.0, -5.0)}
# How people call what agrees.
WORDS: Final = {
    "name": "name",
    "birth_date": "birth date",
    "phone": "telephone",
    "mrn": "record number",
    "member_id": "member number",
}
ALIKE: Final = 0.88
VETOED: Final = 0.2


@dataclass(frozen=True, slots=True)
class Person:
    """Whom an order is for, as far as it says; the empty string for what it does not. `birth_date` is ISO 8601."""

    family: str = ""
    given: str = ""
    birth_date: str = ""
    sex: str = ""
    phone: str = ""
    mrn: str = ""
    member_id: str = ""


@dataclass(frozen=True, slots=True)
class Sameness:
    """How probable one person is (0..1), which fields agree, as people call them, whether a name or date differs."""

    probability: float
    agree: tuple[str, ...]
    against: bool = False


def same_person(one: Person, other: Person, besides: float = 0.0) -> Sameness:
    """Return how probable it is that both are one person; `besides` is other evidence (logarithm to base 2)."""
    family, given = _names(one, other)
    birth = _dates(one.birth_date, other.birth_date)
    total = PRIOR + besides + FAMILY.get(family, 0.0) + GIVEN.get(given, 0.0) + BIRTH.get(birth, 0.0)
    told = dict(_others(one, other))
    total += sum(OTHERS[name][0 if agrees else 1] for name, agrees in told.items())
    probability = 1.0 / (1.0 + 2.0 ** -max(-60.0, min(60.0, total)))
    if "differs" in (given, birth) and not told.get("mrn"):
        probability = min(probability, VETOED)
    agree = ["name"] if family in ("same", "alike") and given in ("same", "alike", "initial") else []
    agree += ["birth_date"] if birth == "same" else []
    agree += [name for name, agrees in told.items() if agrees and name in WORDS]
    return Sameness(probability, tuple(WORDS[name] for name in agree), "differs" in (family, given, birth))


def letters(text: str) -> str:
    """Return the letters and digits of `text`, without case, accents, punctuation and spacing."""
    apart = unicodedata.normalize("NFKD", text).casefold()
    return "".join(character for character in apart if character.isalnum())


def _names(one: Person, other: Person) -> tuple[str, str]:
    """Return how family and given names agree; a form filled in the wrong way round counts as filled in rightly."""
    straight = _name(one.family, other.family), _given(one.given, other.given)
    crossed = _name(one.family, other.given), _given(one.given, other.family)
    if "differs" in straight and set(crossed) <= {"same", "alike"}:
        return crossed
    return straight


def _name(one: str, other: str) -> str:
    mine, theirs = letters(one), letters(other)
    if not mine or not theirs:
        return ""
    if mine == theirs:
        return "same"
    # One of two family names, or one without the other's suffix.
    parts, others = set(re.findall(r"\w{3,}", one.casefold())), set(re.findall(r"\w{3,}", other.casefold()))
    return "alike" if parts & others or JaroWinkler.similarity(mine, theirs) >= ALIKE else "differs"


def _given(one: str, other: str) -> str:
    mine, theirs = letters(one), letters(other)
    if mine and theirs and mine != theirs and 1 in (len(mine), len(theirs)):
        return "initial" if mine[0] == theirs[0] else "differs"
    return _name(one, other)


def _dates(one: str, other: str) -> str:
    if not one or not other:
        return ""
    if one == other:
        return "same"
    wrong = sum(a != b for a, b in zip(one, other, strict=False))
    turned = one[:4] == other[:4] and one[5:7] == other[8:] and one[8:] == other[5:7]
    return "digit" if len(one) == len(other) and (wrong == 1 or turned) else "differs"


def _others(one: Person, other: Person) -> Iterator[tuple[str, bool]]:
    for name in OTHERS:
        mine, theirs = letters(getattr(one, name)), letters(getattr(other, name))
        if mine and theirs:
            yield name, mine == theirs
