"""Whom a page is about: a name, a birth date, a record number, and whether two pages are about one person.

Only to tell pages apart and to join them; the values of an order come from the
extractors, which may hand their own findings in.
"""

from __future__ import annotations

import datetime
import re
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass

from rapidfuzz import fuzz

from classifiers.lines import plain
from documents.page import Page, Word


@dataclass(frozen=True, slots=True)
class Identity:
    """Whom a page names, as far as that was found; `birth_date` is ISO 8601."""

    family: str | None = None
    given: str | None = None
    birth_date: str | None = None
    mrn: str | None = None

    @property
    def known(self) -> bool:
        return any((self.family, self.given, self.birth_date, self.mrn))


_MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
_NUMERIC = re.compile(r"(?<!\d)(\d{1,2})[-/. ](\d{1,2})[-/. ]((?:19|20)?\d{2})(?!\d)")
_ISO = re.compile(r"(?<!\d)((?:19|20)\d{2})-(\d{1,2})-(\d{1,2})(?!\d)")
_DAY_FIRST = re.compile(r"(?<!\d)(\d{1,2})[- ]?([a-z]{3})[a-z]*[-,. ]*((?:19|20)?\d{2})(?!\d)", re.IGNORECASE)
_MONTH_FIRST = re.compile(r"\b([a-z]{3})[a-z]*[-. ]*(\d{1,2})[-,. ]+((?:19|20)?\d{2})(?!\d)", re.IGNORECASE)

_NAME_LABEL = re.compile(
    r"^(?:pt |patient |patient s |patients |member |subscriber |insured )?(?:full )?name(?: of (?:the )?patient)?"
    r"(?: last(?: name)? first(?: name)?)?$|^(?:patient|pt|member|for|re|regarding)(?: last first)?$"
)
_BIRTH_LABEL = re.compile(r"(?:^|\s)(?:dob|d o b|d\.?o\.?b|date of birth|birth ?date|born|birthday)$")
_MRN_LABEL = re.compile(r"^(?:mrn|mr|med rec|medical record(?: no| number)?|chart(?: no)?|mr no)$")
# Words of labels and titles that stand where a name might.
_NO_NAME = frozenset(
    re.findall(
        r"\w+",
        """patient name dob date birth born sex gender phone mrn address last first member id age male female
        information demographics cell home imaging order request insurance group plan yes no exam mri ct health fax
        radiology referral records registration printed schedule scheduling diagnostic tel""",
    )
)
_BARE = frozenset(("name", "for", "re", "regarding"))
_NAME_BAND = 0.45
_CREDENTIALS = frozenset(
    ("md", "do", "np", "pa", "aprn", "cnp", "fnp", "dpm", "dc", "crnp", "arnp", "dnp", "dds", "rn")
)
_TITLES = frozenset(("mr", "mrs", "ms", "miss", "jr", "sr", "ii", "iii"))
_SAME_NAME = 82
_OTHER_NAME = 60


def identity_of(page: Page) -> Identity:
    """Return whom a page names, by the labels of a name, a birth date and a record number."""
    grouped: dict[int, list[Word]] = defaultdict(list)
    for word in page.words:
        grouped[word.line].append(word)
    lines = list(grouped.values())
    name: tuple[str, str] | None = None
    birth = mrn = None
    for place, words in enumerate(lines):
        below = lines[place + 1] if place + 1 < len(lines) else []
        for end in range(len(words)):
            label = plain(" ".join(word.text for word in words[max(0, end - 3) : end + 1]))
            after = _value(words, end, below)
            birth = birth or (_first_date(after) if _BIRTH_LABEL.search(label) else None)
            if name is None and _labels(words, end, label):
                name = _name(after)
            if mrn is None and any(_MRN_LABEL.match(tail) for tail in _tails(label)):
                mrn = _number(after)
    family, given = name or (None, None)
    return Identity(family, given, birth, mrn)


def likeness(one: Identity, other: Identity) -> int:
    """Return how much speaks for one person (above 0) or for two (below 0); 0 when nothing tells.

    A name and a birth date weigh 2, a record number 1. A date that differs in a
    single digit may be a misreading and tells nothing.
    """
    total = 2 * _names_agree(one, other)
    if one.birth_date and other.birth_date:
        total += 2 * _dates_agree(one.birth_date, other.birth_date)
    if one.mrn and other.mrn:
        total += 1 if _bare(one.mrn) == _bare(other.mrn) else -1
    return total


@dataclass(frozen=True, slots=True)
class Shown:
    """What of a page people may be looked for in: its words, the dates on it, and all of it without case."""

    words: frozenset[str]
    dates: frozenset[str]
    text: str

    @staticmethod
    def on(page: Page) -> Shown:
        text = " ".join(word.text for word in page.words)
        return Shown(frozenset(plain(text).split()), frozenset(dates_in(text)), text.casefold())


def presence(person: Identity, shown: Shown) -> int:
    """Return how much of `person` stands anywhere on a page: family 2, given 1, birth date 2, record number 2."""
    total = 2 * _stands(person.family, shown.words) + _stands(person.given, shown.words)
    if person.birth_date:
        total += 2 * (person.birth_date in shown.dates)
    if person.mrn and len(person.mrn) >= 4:
        total += 2 * (person.mrn.casefold() in shown.text)
    return total


def dates_in(text: str) -> tuple[str, ...]:
    """Return the dates in `text` as ISO 8601; two digits of a year are taken as of a person's birth."""
    found = [(m.start(), _iso(m[1], m[2], m[3])) for m in _ISO.finditer(text)]
    found += [(m.start(), _iso(m[3], m[1], m[2])) for m in _NUMERIC.finditer(text)]
    for pattern, month, day in ((_DAY_FIRST, 2, 1), (_MONTH_FIRST, 1, 2)):
        for match in pattern.finditer(text):
            if match[month].lower() in _MONTHS:
                number = str(_MONTHS.index(match[month].lower()) + 1)
                found.append((match.start(), _iso(match[3], number, match[day])))
    return tuple(date for _, date in sorted(found, key=lambda item: item[0]) if date)


def _iso(year: str, month: str, day: str) -> str | None:
    full = int(year) if len(year) == 4 else 2000 + int(year)
    today = datetime.date.today()
    try:
        date = datetime.date(full, int(month), int(day))
        return (date if date <= today or len(year) == 4 else date.replace(year=full - 100)).isoformat()
    except ValueError:
        return None


def _labels(words: list[Word], end: int, label: str) -> bool:
    """Whether the words up to `end` are the label of a name: at the head of a line or column, or with a colon."""
    for tail in _tails(label):
        first = words[end + 1 - len(tail.split())] if end + 1 >= len(tail.split()) else words[0]
        at = words.index(first)
        heads = at == 0 or first.box.x0 - words[at - 1].box.x1 > 1.6 * first.box.height
        if not _NAME_LABEL.match(tail):
            continue
        # A bare "name" further down, or after another word, is a provider's or a contact's.
        bare = tail in _BARE
        if (heads or (words[end].text.endswith(":") and not bare)) and (first.box.y < _NAME_BAND or not bare):
            return True
    return False


def _tails(label: str) -> list[str]:
    words = label.split()
    return [" ".join(words[at:]) for at in range(len(words))]


def _value(words: list[Word], end: int, below: list[Word]) -> list[Word]:
    """The words after a label on its line, else those under it."""
    label = words[end]
    after = words[end + 1 : end + 7]
    if after and after[0].box.x0 - label.box.x1 < 0.25 and plain(after[0].text) not in _NO_NAME:
        return after
    return [word for word in below if label.box.x0 - 0.12 < word.box.x0 < label.box.x0 + 0.3][:6]


def _first_date(words: Sequence[Word]) -> str | None:
    return next(iter(dates_in(" ".join(word.text for word in words[:4]))), None)


def _name(words: Sequence[Word]) -> tuple[str, str] | None:
    """Family and given name of the words after a label; `Last, First` where a comma says so."""
    taken: list[str] = []
    for word in words:
        bare = plain(word.text)
        if not re.fullmatch(r"[a-z' -]+", bare) or bare in _NO_NAME or not word.text[:1].isupper():
            break
        if bare not in _TITLES:
            taken.append(word.text)
        if len(taken) == 4:
            break
    long = [text for text in taken if len(plain(text)) > 1]
    if len(long) < 2 or any(set(plain(text).split()) & _CREDENTIALS for text in taken):
        return None
    if any(text.endswith(",") for text in taken[:2]):
        cut = next(at for at, text in enumerate(taken) if text.endswith(","))
        following = [text for text in taken[cut + 1 :] if len(plain(text)) > 1]
        return (plain(" ".join(taken[: cut + 1])), plain(following[0])) if following else None
    return plain(long[-1]), plain(long[0])


def _number(words: Sequence[Word]) -> str | None:
    first = next((word.text.strip(".,:#") for word in words[:2] if any(c.isdigit() for c in word.text)), None)
    return first if first and len(first) >= 4 else None


def _names_agree(one: Identity, other: Identity) -> int:
    """1 when the names are one, -1 when they are two, 0 when that is open; either order of names will do."""
    if not (one.family and other.family):
        return 0
    mine = plain(f"{one.family} {one.given or ''}")
    theirs = plain(f"{other.family} {other.given or ''}")
    if fuzz.token_set_ratio(mine, theirs) >= _SAME_NAME:
        return 1
    return -1 if fuzz.ratio(plain(one.family), plain(other.family)) < _OTHER_NAME else 0


def _dates_agree(one: str, other: str) -> int:
    if one == other:
        return 1
    return 0 if sum(a != b for a, b in zip(one, other, strict=False)) == 1 else -1


def _stands(name: str | None, words: frozenset[str]) -> bool:
    """Whether each part of a name stands among the words, a letter or so misread in a long one."""
    parts = [part for part in plain(name or "").split() if len(part) > 1]
    return bool(parts) and all(
        any(part == word or (len(part) >= 5 and fuzz.ratio(part, word) >= _SAME_NAME) for word in words)
        for part in parts
    )


def _bare(number: str) -> str:
    return plain(number).replace(" ", "")
