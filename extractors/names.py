"""People's names as orders write them: last name first or last, titles, credentials, particles.

The parts follow FHIR's HumanName: family, given (the first), middle (the rest).
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from extractors.lists import words

_TITLES = words("names", "titles")
_SUFFIXES = words("names", "suffixes")
CREDENTIALS = words("names", "credentials")
_PARTICLES = words("names", "particles")
_GIVEN = words("names", "given")
_STOP = re.compile(
    r"\b(d\.?o\.?b|dob|mrn|sex|age|phone|tel|date|born|npi|fax|gender|birth\s?date|member|id|ssn|acct|account|male|female|yo|y/o|year)\b.*",
    re.IGNORECASE,
)
_WORD = re.compile(r"[A-Za-zÀ-ž][A-Za-zÀ-ž'’.\-]*")
_NOT_NAMES = words("names", "never")


@dataclass(frozen=True, slots=True)
class PersonName:
    """The parts of a name; `sure` tells how well its form fixes which part is which (0..1)."""

    family: str | None
    given: str | None
    middle: str | None
    sure: float
    credentials: str = ""


def parse_name(text: str, last_first: bool = False) -> PersonName | None:
    """Return the name that `text` holds, or None when it does not look like a name.

    A comma after the first part means that the family name comes first; so
    does `last_first` (a label that says "Last, First") when there is no comma.
    A lone letter is no family name: a shred of one is likelier. A lone word is
    a family name, but for one that is known as a given name.
    """
    name = _parsed(text, last_first)
    return name if name and len(name.family or name.given or "") > 1 else None


def is_no_name(text: str) -> bool:
    """Whether `text` is made of words that name nobody, such as the options of the next question."""
    return all(word.lower().strip(".,") in _NOT_NAMES for word in text.split())


def _parsed(text: str, last_first: bool) -> PersonName | None:
    text = _STOP.sub("", text).strip(" :_-–,;|()[]*#")
    text = re.sub(r"\([^)]*\)", " ", text)
    text = text.replace("^", ", ", 1).replace("^", " ")  # DICOM's person name
    text = re.sub(r"^[I|l](?=[A-Z][a-z])", "", text)  # the border of a box read as a letter
    text = re.sub(r"(?<![A-Za-z])D\.?0\.?(?![A-Za-z0-9])", "D.O.", text)  # the letter of a degree read as a digit
    pieces = [part.strip() for part in re.split(r",|;", text)]
    if len(pieces) == 1:
        pieces = _lost_comma(text)
    pieces, credentials = _without_credentials(pieces)
    words = [_words(piece) for piece in pieces]
    words = [part for part in words if part]
    if not words or sum(len(part) for part in words) > 7:
        return None
    if any(word.lower().strip(".") in _NOT_NAMES for part in words for word in part) or _is_prose(words):
        return None
    if len(words) >= 2:
        family, rest = words[0], [word for part in words[1:] for word in part]
        return _built(family, rest[:1], rest[1:], 0.97 if len(words) == 2 else 0.8, credentials)
    only = words[0]
    if len(only) == 1:
        titled = bool(re.match(r"(?i)\s*(dr|mr|mrs|ms|miss)\b", text)) or bool(credentials)
        if not titled and _is_given(only[0]):
            return PersonName(None, only[0].strip("."), None, 0.7)
        return PersonName(only[0].strip("."), None, None, 0.85 if titled else 0.5, credentials)
    titled = bool(re.match(r"(?i)\s*(dr|mr|mrs|ms|miss|sra?|srta)\b", text))
    if not titled and _is_family_first(only, last_first):
        return _family_first(only, last_first, credentials)
    return _western(only, credentials)


def _is_prose(words: list[list[str]]) -> bool:
    """Whether most words begin small, particles aside: a sentence, "Which side is to be", "do not eat or drink"."""
    own = [word for part in words for word in part if word.lower() not in _PARTICLES]
    return len(own) > 2 and sum(word[0].islower() for word in own) > len(own) / 2


def _is_family_first(words: list[str], last_first: bool) -> bool:
    """Whether a name without a comma begins with the family name: by its label, or by the one given name it holds.

    A known given name in front, and none behind it, speaks against the label: "Last, First" is often not heeded.
    """
    known = [_is_given(word) for word in words]
    if last_first:
        return not known[0] or known[-1]
    rest = [len(word.strip(".")) == 1 or given for word, given in zip(words[1:], known[1:], strict=True)]
    return not known[0] and known[1] and all(rest) and len(words[0]) > 2


def _family_first(words: list[str], labelled: bool, credentials: str) -> PersonName:
    """Family first, without a comma: particles, and a word before a known given name, belong to the family name."""
    start = 1
    while start < len(words) - 1 and words[start - 1].lower().strip(".") in _PARTICLES:
        start += 1
    if len(words) - start >= 2 and not _is_given(words[start]) and _is_given(words[start + 1]):
        start += 1
    sure = (0.75 if len(words) == 2 else 0.6) if labelled else 0.7
    return _built(words[:start], words[start : start + 1], words[start + 1 :], sure, credentials)


def _western(words: list[str], credentials: str) -> PersonName:
    """Given first: particles and hyphens belong to the family name; a lone letter is a middle initial.

    Of three or more whole words, one in the middle that is no known given name is the first of two family names,
    as in Hispanic names and in many double names of married people.
    """
    start = len(words) - 1
    while start > 1 and words[start - 1].lower().strip(".") in _PARTICLES:
        start -= 1
    before = words[start - 1] if start > 1 else ""
    if len(before.strip(".")) > 2 and not before.endswith(".") and not _is_given(before):
        start -= 1
        while start > 1 and words[start - 1].lower().strip(".") in _PARTICLES:
            start -= 1
    middle = words[1:start]
    plain_form = all(len(word.strip(".")) == 1 for word in middle)
    sure = 0.95 if plain_form and (start == len(words) - 1) else 0.75
    return _built(words[start:], words[:1], middle, sure, credentials)


def _is_given(word: str) -> bool:
    return word.lower().strip(".").split("-")[0] in _GIVEN


def _built(family: list[str], given: list[str], middle: list[str], sure: float, credentials: str) -> PersonName:
    def joined(words: list[str]) -> str | None:
        return " ".join(word.strip(".,") for word in words) or None

    whole = given
    given, middle = _unglued(given, middle)
    if given != whole and whole[0].isupper():
        sure *= 0.6  # in capitals it may be a rarer name of its own
    return PersonName(joined(family), joined(given), joined(middle), sure, credentials)


def _unglued(given: list[str], middle: list[str]) -> tuple[list[str], list[str]]:
    """Part a given name from the initial that a reader ran into it (`GabrielaL`, `WALLACEN.`): the list proves it."""
    word = given[0].strip(".") if given else ""
    name, initial = word[:-1], word[-1:]
    glued = len(name) > 2 and initial.isupper() and _is_given(name) and not _is_given(word)
    return ([name], [initial, *middle]) if glued and not middle else (given, middle)


def _lost_comma(text: str) -> list[str]:
    """Split where a reader took a comma for a full stop: `CABRERA. BETTYE`."""
    match = re.match(r"^([A-Za-zÀ-ÿ'’\- ]{3,})\.\s+([A-Za-zÀ-ÿ].*)$", text)
    if (
        match
        and match[1].lower() not in _TITLES
        and match[1].split()[-1].lower() not in _PARTICLES
        and len(match[1].split()[-1]) > 2
    ):
        return [match[1], match[2]]
    return [text]


def _without_credentials(pieces: list[str]) -> tuple[list[str], str]:
    kept: list[str] = []
    found: list[str] = []
    for place, piece in enumerate(pieces):
        words = piece.split()
        while words and _is_credential(words[-1], first=place == 0 and len(words) <= 2):
            found.insert(0, words.pop())
        if words and not (len(words) == 1 and words[0].lower().strip(".") in _SUFFIXES):
            kept.append(" ".join(words))
    return kept, " ".join(found)


def _is_credential(word: str, first: bool) -> bool:
    bare = re.sub(r"[^a-z\-]", "", word.lower())
    bare = bare.strip("-")
    # Two-letter credentials in lower case or alone could be names ("Do", "Ma"): only capitals count there.
    return (
        bare in CREDENTIALS
        and (word.upper() == word or word[1:] != word[1:].lower() or "." in word or len(bare) > 3)
        and not (first and len(bare) > 4)
    )


def _words(piece: str) -> list[str]:
    found = _WORD.findall(piece)
    found = [word for word in found if word.lower().strip(".") not in _TITLES or len(found) == 1]
    while found and found[-1].lower().strip(".") in _SUFFIXES and len(found) > 1:
        found.pop()
    digits = sum(character.isdigit() for character in piece)
    return found if digits <= 1 else []
