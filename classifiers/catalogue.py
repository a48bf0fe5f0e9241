"""The catalogue of exam words: which written words state which modality, region, side or technique.

The knowledge lies in `catalogue/*.toml`, a block a meaning; a site adds words
by adding lines. A word, place or code that cannot be right is refused at load
with the file, the line and what to do.
"""

from __future__ import annotations

import tomllib
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Any

from orders import vocabulary

FOLDER = Path(__file__).parent / "catalogue"
KEYS = {"words", "modality", "region", "technique", "laterality", "implied", "hint", "weak", "only", "capital"}


class CatalogueError(ValueError):
    """A catalogue file that makes no sense; the text names file, line and remedy."""


@dataclass(frozen=True, slots=True)
class Term:
    """What a phrase states. All of it empty: the phrase is noise in an exam's name.

    `implied`: the modality follows from the study's name, an explicit one beside
    it may win; `hint`: it counts only where nothing else tells the modality;
    `weak`: the region counts only where no other is named; `only`: the phrase
    means this beside one of these modalities; `capital`: the word is read only
    in capitals, or in a text of few words.
    """

    modality: str | None = None
    region: str | None = None
    technique: str | None = None
    laterality: str | None = None
    implied: bool = False
    hint: bool = False
    weak: bool = False
    only: frozenset[str] = frozenset()
    capital: bool = False


NOISE = Term()


@dataclass(frozen=True, slots=True)
class Together:
    """Places that are one study of `region` when named with it, on these modalities (none: on all)."""

    region: str
    others: frozenset[str]
    only: frozenset[str]

    def joins(self, one: str, other: str, modality: str | None) -> bool:
        """Whether `one` and `other`, in either order, are one study on `modality`."""
        fits = not self.only or modality in self.only
        return fits and any(a == self.region and b in self.others for a, b in ((one, other), (other, one)))


@dataclass(frozen=True, slots=True)
class Catalogue:
    """The loaded words: a phrase (a tuple of words) to its terms, and the rules between places."""

    phrases: dict[tuple[str, ...], tuple[Term, ...]]
    narrower: dict[str, frozenset[str]]
    together: tuple[Together, ...]
    wider: dict[str, frozenset[str]]
    default_region: dict[str, str]
    contrast: dict[str, str]
    other: frozenset[str]
    uncorrected: frozenset[str]
    apart: frozenset[str]
    units: frozenset[str]
    short: frozenset[str]
    past: frozenset[str]
    words: frozenset[str] = field(default=frozenset())
    longest: int = 1

    def is_narrower(self, wide: str, narrow: str) -> bool:
        """Whether the region `narrow` lies in `wide` as exam names use them."""
        return narrow in self.narrower.get(wide, ())

    def is_wider(self, wide: str, narrow: str) -> bool:
        """Whether a modality `wide` is a department's word for studies of the modality `narrow`."""
        return narrow in self.wider.get(wide, ())


@cache
def catalogue(folder: Path = FOLDER) -> Catalogue:
    """Return the catalogue in `folder`; raises CatalogueError for one that makes no sense."""
    phrases: dict[tuple[str, ...], list[Term]] = {}
    rules: dict[str, Any] = {}
    for path in sorted(folder.glob("*.toml")):
        data = _load(path)
        for block in data.pop("term", []):
            term = _term(path, block)
            for text in block["words"]:
                _add(phrases, term, path, text)
        rules |= data
    words = {word for phrase in phrases for word in phrase} | set(rules["contrast"])
    return Catalogue(
        phrases={phrase: tuple(terms) for phrase, terms in phrases.items()},
        narrower={wide: frozenset(inner) for wide, inner in rules["narrower"].items()},
        together=tuple(
            Together(block["region"], frozenset(block["others"]), frozenset(block.get("only", ())))
            for block in rules["together"]
        ),
        wider={wide: frozenset(inner) for wide, inner in rules["wider"].items()},
        default_region=rules["default_region"],
        contrast=rules["contrast"],
        other=frozenset(rules["other"]),
        uncorrected=frozenset(rules["uncorrected"]),
        apart=frozenset(rules["apart"]),
        units=frozenset(rules["units"]),
        short=frozenset(rules["short"]),
        past=frozenset(rules["past"]),
        words=frozenset(words),
        longest=max(map(len, phrases)),
    )


def _load(path: Path) -> dict[str, Any]:
    try:
        return tomllib.loads(path.read_text("utf-8"))
    except tomllib.TOMLDecodeError as fault:
        raise CatalogueError(f"{path.name}: {fault}; correct the line or take it out") from None


def _term(path: Path, block: dict[str, Any]) -> Term:
    if unknown := set(block) - KEYS:
        raise CatalogueError(f"{_where(path, min(unknown))}: no such key; use one of {', '.join(sorted(KEYS))}")
    if not block.get("words"):
        raise CatalogueError(f"{path.name}: a term without words; give it `words` or take the block out")
    known = {
        "modality": vocabulary.MODALITIES,
        "region": vocabulary.BODY_REGIONS,
        "technique": vocabulary.TECHNIQUES,
        "laterality": vocabulary.LATERALITIES,
    }
    for key, values in known.items():
        if key in block and block[key] not in values:
            raise CatalogueError(f"{_where(path, block[key])}: no {key} {block[key]!r}; use a code of the vocabulary")
    if wrong := set(block.get("only", ())) - set(vocabulary.MODALITIES):
        raise CatalogueError(f"{_where(path, min(wrong))}: no modality {min(wrong)!r}; use a code of the vocabulary")
    rest = {key: value for key, value in block.items() if key not in ("words", "only")}
    return Term(**rest, only=frozenset(block.get("only", ())))


def _add(phrases: dict[tuple[str, ...], list[Term]], term: Term, path: Path, text: str) -> None:
    held = phrases.setdefault(_phrase(text), [])
    for other in held:
        if other.only == term.only or other.only & term.only:
            raise CatalogueError(f"{_where(path, text)}: {text!r} stands twice; keep one of the two")
    held.append(term)


def _phrase(text: str) -> tuple[str, ...]:
    words = text.lower().replace("&", " and ").replace("-", " ").split()
    return tuple({"with": "w", "without": "wo"}.get(word, word) if len(words) > 1 else word for word in words)


def _where(path: Path, text: str) -> str:
    lines = path.read_text("utf-8").splitlines()
    numbers = [number for number, line in enumerate(lines, 1) if f'"{text}"' in line or line.startswith(f"{text} ")]
    return f"{path.name}, line {numbers[-1] if numbers else 1}"


def terms_of(book: Catalogue, phrase: tuple[str, ...], modalities: frozenset[str]) -> Iterator[Term]:
    """Yield what `phrase` means beside `modalities`, the narrowest meaning first."""
    held = book.phrases.get(phrase, ())
    yield from (term for term in held if term.only & modalities)
    yield from (term for term in held if not term.only)
