"""The catalogue of exam words: which written words state which modality, region, side or technique.

The knowledge lies in `catalogue/*.toml`, a block a meaning. A site's own folder
lies over it: its words, and the names of its exams, count before ours. A word,
place or code that cannot be right is refused at load with the file, the line
and what to do; the last good catalogue stays in force.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Any

from orders import vocabulary
from orders.knowledge import FileFault, Source, misfit

FOLDER = Path(__file__).parent / "catalogue"
# What a site's own file may hold; `preparation` and `screening` are for `orders.exam_entries`.
SITE_KEYS = {"version", "term", "exam", "same", "contrast", "preparation", "screening"}
_SHAPES = {"term": "blocks", "exam": "blocks", "same": "table", "contrast": "table"}
_SHAPES |= {"preparation": "table", "screening": "table"}
_TERM_SHAPES = {"words": "texts", "only": "texts", "modality": "text", "region": "text", "technique": "text"}
_TERM_SHAPES |= {"laterality": "text", "implied": "flag", "hint": "flag", "weak": "flag", "capital": "flag"}
KEYS = {"words", "modality", "region", "technique", "laterality", "implied", "hint", "weak", "only", "capital"}


class CatalogueError(FileFault):
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
    """The loaded words: a phrase (a tuple of words) to its terms, and the rules between places.

    `same` holds abbreviations that stand for one word wherever they occur;
    phrases are kept, and looked up, with those words put for them. Only the
    phrases in `listed`, which the catalogue writes with commas, are found
    across one ("spine, entire").
    """

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
    same: dict[str, str] = field(default_factory=dict)
    listed: frozenset[tuple[str, ...]] = field(default=frozenset())
    words: frozenset[str] = field(default=frozenset())
    longest: int = 1

    def is_narrower(self, wide: str, narrow: str) -> bool:
        """Whether the region `narrow` lies in `wide` as exam names use them."""
        return narrow in self.narrower.get(wide, ())

    def is_wider(self, wide: str, narrow: str) -> bool:
        """Whether a modality `wide` is a department's word for studies of the modality `narrow`."""
        return narrow in self.wider.get(wide, ())


def catalogue(folder: Path = FOLDER) -> Catalogue:
    """Return the catalogue in `folder` with the site's words over it; raises CatalogueError for a senseless one."""
    return _Site.book if _Site.book and folder == FOLDER else load(folder)


class _Site:
    """Our words under the site's own, None where it has none."""

    book: Catalogue | None = None


def set_site(site: Path | None) -> None:
    """Put the words in the folder `site` over ours, or take them away; raises CatalogueError, and then changes nothing.

    What was read before is not forgotten here: call `exam.use_site`.
    """
    _Site.book = _loaded(FOLDER, site) if site else None


@cache
def load(folder: Path) -> Catalogue:
    """Return the catalogue in `folder` alone, read once; raises CatalogueError."""
    return _loaded(folder, None)


def _loaded(folder: Path, site: Path | None) -> Catalogue:
    """Return the catalogue in `folder` under that of `site`; raises CatalogueError."""
    files = {path: _load(path) for path in sorted(folder.glob("*.toml"))}
    theirs = {path: _load(path) for path in sorted(site.glob("*.toml"))} if site else {}
    _refuse_keys(theirs)
    same = _same(files | theirs)
    phrases, listed = _phrases(files, same)
    over, listed_over = _phrases(theirs, same)
    phrases |= over
    rules: dict[str, Any] = {}
    for data in files.values():
        rules |= data
    contrast = dict(rules["contrast"])
    for path, data in theirs.items():
        contrast |= _roles(path, data.get("contrast", {}), set(contrast.values()))
    return Catalogue(
        phrases={phrase: tuple(terms) for phrase, terms in phrases.items()},
        narrower={wide: frozenset(inner) for wide, inner in rules["narrower"].items()},
        together=tuple(
            Together(block["region"], frozenset(block["others"]), frozenset(block.get("only", ())))
            for block in rules["together"]
        ),
        wider={wide: frozenset(inner) for wide, inner in rules["wider"].items()},
        default_region=rules["default_region"],
        contrast=contrast,
        other=frozenset(rules["other"]),
        uncorrected=frozenset(rules["uncorrected"]),
        apart=frozenset(rules["apart"]),
        units=frozenset(rules["units"]),
        short=frozenset(rules["short"]),
        past=frozenset(rules["past"]),
        same=same,
        listed=frozenset(listed | listed_over),
        words=frozenset({word for phrase in phrases for word in phrase} | set(contrast) | set(same)),
        longest=max(map(len, phrases)),
    )


def _refuse_keys(theirs: dict[Path, dict[str, Any]]) -> None:
    for path, data in theirs.items():
        if unknown := set(data) - SITE_KEYS:
            known = ", ".join(sorted(SITE_KEYS))
            raise CatalogueError(f"{_where(path, min(unknown))}: a site has no {min(unknown)!r}; use one of {known}")


def _roles(path: Path, roles: dict[str, str], known: set[str]) -> dict[str, str]:
    for word, role in roles.items():
        if role not in known:
            raise CatalogueError(f"{_where(path, word)}: no role {role!r}; use one of {', '.join(sorted(known))}")
    return roles


def _phrases(
    files: dict[Path, dict[str, Any]], same: dict[str, str]
) -> tuple[dict[tuple[str, ...], list[Term]], set[tuple[str, ...]]]:
    """Return the phrases of one layer of files, and those of them that a comma may part."""
    phrases: dict[tuple[str, ...], list[Term]] = {}
    listed: set[tuple[str, ...]] = set()
    for path, data in files.items():
        terms = [(_term(path, block), block["words"]) for block in data.get("term", ())]
        for term, texts in [*terms, *map(_named, data.get("exam", ()))]:
            for text in texts:
                phrase = _phrase(text, same)
                if not phrase:
                    raise CatalogueError(f"{_where(path, text)}: {text!r} has no word in it; write one or take it out")
                _add(phrases, phrase, term, path, text)
                if "," in text:
                    listed.add(phrase)
    return phrases, listed


def _named(block: dict[str, Any]) -> tuple[Term, list[str]]:
    """A site's own exam (`orders.exam_entries`), which its name and synonyms state."""
    regions = block.get("regions", ())
    region = regions[0] if len(regions) == 1 else None
    term = Term(block.get("modality"), region, block.get("technique"), implied=True)
    return term, [block["name"], *block.get("synonyms", ())]


def _load(path: Path) -> dict[str, Any]:
    """Return what a file of words holds, every value of the kind that it has to be; raises CatalogueError."""
    try:
        data = Source.read(path).data
    except FileFault as fault:
        raise CatalogueError(f"{fault} or take it out") from None
    _refuse_misfit(path, data, _SHAPES)
    for block in data.get("term", ()):
        _refuse_misfit(path, block, _TERM_SHAPES)
    for block in data.get("exam", ()):
        _refuse_misfit(path, block, {"name": "text", "synonyms": "texts", "regions": "texts"})
    _refuse_misfit(path, data.get("same", {}), {"*": "texts"})
    _refuse_misfit(path, data.get("contrast", {}), {"*": "text"})
    return data


def _refuse_misfit(path: Path, block: dict[str, Any], kinds: dict[str, str]) -> None:
    if wrong := misfit(block, kinds):
        key, remedy = wrong
        raise CatalogueError(f"{_where(path, key)}: {remedy}")


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


def _same(files: dict[Path, dict[str, Any]]) -> dict[str, str]:
    """Return each abbreviation's word; refuses one that is given two, or that is itself spelled out."""
    same: dict[str, str] = {}
    for path, data in files.items():
        for word, short in data.get("same", {}).items():
            for abbreviation in short:
                if same.get(abbreviation, word) != word:
                    raise CatalogueError(f"{_where(path, abbreviation)}: {abbreviation!r} stands twice; keep one")
                same[abbreviation] = word
    if twice := sorted(set(same) & set(same.values())):
        path = next(path for path, data in files.items() if twice[0] in data.get("same", {}))
        raise CatalogueError(f"{_where(path, twice[0])}: {twice[0]!r} is short for another word; use that word")
    return same


def _add(
    phrases: dict[tuple[str, ...], list[Term]], phrase: tuple[str, ...], term: Term, path: Path, text: str
) -> None:
    held = phrases.setdefault(phrase, [])
    for other in held:
        if other != term and (other.only == term.only or other.only & term.only):
            raise CatalogueError(f"{_where(path, text)}: {text!r} stands twice; keep one of the two")
    if term not in held:
        held.append(term)


def _phrase(text: str, same: dict[str, str]) -> tuple[str, ...]:
    words = [same.get(word, word) for word in re.sub(r"[-,/'’]", " ", text.lower().replace("&", " and ")).split()]
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
