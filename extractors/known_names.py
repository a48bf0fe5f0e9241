"""Whether a name is one that people bear: what a reader took for a name and misread by a letter mostly is none.

The names are those of the United States Census of 1990 (public domain), as the
`names` package carries them. A name that is not among them says little, since
many are not; one that is a letter away from a frequent one says more. They are
never used to correct a value.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache
from itertools import islice
from pathlib import Path
from string import ascii_lowercase
from typing import Final

from names import FILES

_FREQUENT: Final = 12_000
_SHORTEST: Final = 4
_PARTS: Final = re.compile(r"[^\W\d_]+")


def known(name: str, given: bool) -> float:
    """Return the share of a name's parts (0..1) that the census knows as a given name, or as a family name."""
    parts = _parts(name)
    borne = _given() if given else _family()
    return sum(part in borne for part in parts) / len(parts) if parts else 0.0


def nearly(name: str, given: bool) -> bool:
    """Whether a part of a name is unknown and a letter away from a frequent one: "Margelo", "Fajrbanks"."""
    borne, frequent = (_given(), _given()) if given else (_family(), _frequent())
    return any(
        len(part) >= _SHORTEST and part not in borne and any(other in frequent for other in _a_letter_away(part))
        for part in _parts(name)
    )


def _parts(name: str) -> list[str]:
    return [part.lower() for part in _PARTS.findall(name)]


def _a_letter_away(word: str) -> Iterator[str]:
    for place in range(len(word) + 1):
        head, tail = word[:place], word[place:]
        yield head + tail[1:]
        for letter in ascii_lowercase:
            yield head + letter + tail
            yield head + letter + tail[1:]


def _listed(file: str) -> Iterator[str]:
    for line in Path(FILES[file]).read_text("ascii").splitlines():
        yield line.split()[0].lower()


@cache
def _given() -> frozenset[str]:
    return frozenset((*_listed("first:male"), *_listed("first:female")))


@cache
def _family() -> frozenset[str]:
    return frozenset(_listed("last"))


@cache
def _frequent() -> frozenset[str]:
    return frozenset(islice(_listed("last"), _FREQUENT))
