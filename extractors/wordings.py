"""What a phrase means as a label: the wordings of `labels.toml`, and those put together from its parts.

A form says "Ordering provider's telephone no." in as many ways as there are
words for the provider, the telephone and the number. The lists name whole
phrases; `[compose]` names whose (`who`) and what, and every pair of them is a
wording too. A composite ("MRN / DOB") means all that its parts mean.
"""

from __future__ import annotations

import re
import tomllib
from functools import cache
from importlib.resources import files
from typing import Any

from rapidfuzz import fuzz, process

from extractors.sheet import label_form, plain

# What a label may say in brackets behind its name without meaning anything else.
_QUALIFIER = re.compile(
    r"\*+|[\[(]?\s*(required|requierd|optional|req'?d|please\s?print|print(ed)?|if\s?(any|known|applicable|available|different|needed|required)|"
    r"mm\W?dd\W?yy(yy)?|m\W?d\W?y|last\W*first(\W*(mi|m\.i\.|middle(\s?initial)?))?|10\W?digits?|include\s?area\s?code|"
    r"with\s?area\s?code|area\s?code|check\s?one|circle\s?one|select\s?one|must\s?be\s?(completed|provided)|legal|"
    r"as\s?on\s?(card|id)|see\s?card|be\s?specific|street|no\s?p\.?o\.?\s?box|including\s?area\s?code)\s*[\])]?[:*]?",
    re.I,
)
_COMPOSITE = re.compile(r"\s*(?:/|&|\+|\band\b|\|)\s*", re.I)
_NUMBERED_KINDS = ("mrn", "member_id", "group_number", "authorization_number", "npi", "phone", "fax", "id")
_NAMES_IN_ONE = ("coverage.payer", "patient.name", "any.name", "provider.name", "patient.birth_date")
# Labels whose wordings may stand together in one: those of exams and answers are options as often as labels.
_JOINABLE = ("patient", "provider", "coverage", "any", "indication", "order", "decoy")

# A phrase of so many letters is told with one misread.
_LONG = 7
_SURE = 0.88
# A wording's last word of so many letters is told apart from another word.
_TAIL = 5
# Characters that readers take for each other.
_LETTERS = str.maketrans({"0": "o", "q": "o", "1": "i", "l": "i", "5": "s", "8": "b"})

Concepts = tuple[str, ...]


@cache
def vocabulary() -> dict[str, Concepts]:
    """Return every label's plain form with the concepts it may mean."""
    found = dict(_listed())
    for family in _toml()["compose"].values():
        for who in family["who"]:
            for concept, things in family["what"].items():
                for thing in things:
                    for phrase in (f"{who} {thing}", f"{thing} of {who}", f"{thing} ({who})"):
                        found.setdefault(label_form(phrase), (concept,))
    return found


@cache
def _listed() -> dict[str, Concepts]:
    found: dict[str, list[str]] = {}
    for concept, phrases in _toml()["labels"].items():
        for phrase in phrases:
            concepts = found.setdefault(label_form(phrase), [])
            if concept not in concepts:
                concepts.append(concept)
    return {phrase: tuple(concepts) for phrase, concepts in found.items() if phrase}


@cache
def section_names() -> dict[str, str]:
    """Return every heading's plain form with its section."""
    return {plain(phrase): name for name, phrases in _toml()["sections"].items() for phrase in phrases}


@cache
def meaning(text: str, doubtful: bool = False) -> tuple[Concepts, float]:
    """Return the concepts of a plain phrase and how well it fits: 1.0 exactly, less with a misread letter.

    `doubtful` words may have more letters misread.
    """
    exact = vocabulary().get(text) or _numbered(text)
    if exact:
        return exact, 1.0
    close = _closest(text, doubtful)
    if close is None or (close[1] < _SURE and vocabulary()[close[0]][0].startswith("exam.")):
        return (), 0.0  # "right leg" is no "right/left" misread
    return vocabulary()[close[0]], close[1]


@cache
def shaped(word: str) -> Concepts:
    """Return the concepts of a short label whose letters were taken for others of their shape ("D0B", "Bom"), or ()."""
    phrase = _shapes().get(_shape(word)) if len(word) > 2 else None
    return vocabulary()[phrase] if phrase else ()


@cache
def goes_on(text: str, exact: int, doubtful: bool = False) -> bool:
    """Whether `text`, a wording in its first `exact` letters, is a longer one with a letter misread: "Last, Fitst"."""
    close = _closest(text, doubtful) if len(text) - exact >= _TAIL else None
    return close is not None and close[0][:exact] == text[:exact] and fuzz.ratio(close[0][exact:], text[exact:]) >= 80


@cache
def leads_to(text: str, ending: str, doubtful: bool = False) -> bool:
    """Whether `text` is like a wording in what stands before its `ending` too: "imaging orders", not "none | fax"."""
    close = _closest(text, doubtful)
    return close is not None and fuzz.ratio(close[0][: -len(ending)], text[: -len(ending)]) >= 75


def _closest(text: str, doubtful: bool) -> tuple[str, float] | None:
    """Return the long phrase most like `text` and how alike they are (0..1), None where none is alike enough.

    A listed wording goes before one that was put together: "patent address" is the patient's, not the parent's.
    """
    if len(text) < _LONG:
        return None
    for cutoff, listed in ((80 if doubtful else 100 * _SURE, True), (94, False)):
        close = process.extractOne(text, _near(text, listed), scorer=fuzz.ratio, score_cutoff=cutoff)
        if close:
            return close[0], close[1] / 100
    return None


@cache
def _shapes() -> dict[str, str]:
    """Return the listed wordings by the shape of their letters; a shape that several meanings share is left out."""
    found: dict[str, str | None] = {}
    for phrase, concepts in _listed().items():
        shape = _shape(phrase)
        held = found.get(shape, phrase)
        found[shape] = held if held is not None and _listed()[held] == concepts else None
    return {shape: phrase for shape, phrase in found.items() if phrase is not None}


def _shape(text: str) -> str:
    return text.translate(_LETTERS).replace("rn", "m").replace("vv", "w")


def _near(text: str, listed: bool) -> list[str]:
    """The long phrases of about as many letters: a misread letter is tolerated, a word too many is not."""
    slack = 1 if len(text) < 12 else 2
    phrases = _long_phrases(listed)
    lengths = range(len(text) - slack, len(text) + slack + 1)
    return [phrase for length in lengths for phrase in phrases.get((length, _alike(text[0])), ())]


@cache
def composite(text: str) -> Concepts:
    """Return the concepts of a label that names several fields ("Name / DOB"), () when `text` is none."""
    if not _COMPOSITE.search(text):
        return ()
    parts = [label_form(part) for part in _COMPOSITE.split(text.strip(" :"))]
    if not 2 <= len(parts) <= 4 or not all(parts):
        return ()
    meant = [vocabulary().get(part) or _numbered(part) for part in parts]
    if not all(concepts and concepts[0].split(".")[0] in _JOINABLE for concepts in meant):
        return ()
    return tuple(dict.fromkeys(concept for concepts in meant for concept in concepts or ()))


def more(text: str, concepts: Concepts) -> Concepts:
    """Return the concepts of a known wording with the names that stand in it too: "Insurance / ID #" asks for both."""
    also = (concept for concept in composite(text) if concept in _NAMES_IN_ONE and concept not in concepts)
    return (*also, *concepts)


def is_qualifier(text: str) -> bool:
    """Whether `text` only says how a field is to be filled in: "(required)", "(mm/dd/yyyy)"."""
    return bool(_QUALIFIER.fullmatch(text.strip()))


def _numbered(text: str) -> Concepts | None:
    """The concepts of a wording without its "no.", where the field is a number."""
    concepts = vocabulary().get(text[:-2]) if text.endswith("no") and len(text) >= 5 else None
    if concepts and concepts[0].split(".")[-1] in _NUMBERED_KINDS:
        return concepts
    return None


@cache
def _toml() -> dict[str, Any]:
    return tomllib.loads(files("extractors").joinpath("labels.toml").read_text("utf-8"))


@cache
def _long_phrases(listed: bool) -> dict[tuple[int, str], list[str]]:
    """The phrases long enough to bear a misread letter, by their length and what their first letter looks like."""
    found: dict[tuple[int, str], list[str]] = {}
    for phrase in _listed() if listed else vocabulary():
        if len(phrase) >= _LONG:
            found.setdefault((len(phrase), _alike(phrase[0])), []).append(phrase)
    return found


def _alike(character: str) -> str:
    """Return the first of the characters that are easily misread for each other."""
    return next(
        (group[0] for group in ("o0qd", "il1t", "s5", "b8", "ce", "rnm", "uv") if character in group), character
    )
