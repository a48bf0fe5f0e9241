"""What each page of a document is: cover, order, note, report, card, …

Rules with scores: the phrases of `page_terms.toml` that a page shows, weighed
by how they are set (a heading counts more than the same words in a sentence),
its tick boxes, and whether it names an exam and a patient. The type with the
highest score wins, and its lead over the second becomes the confidence.
"""

from __future__ import annotations

import math
import re
import tomllib
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache, lru_cache
from importlib.resources import files

from rapidfuzz import fuzz
from rapidfuzz.distance import Levenshtein

from classifiers.lines import Line, page_lines, plain
from documents.page import Page
from orders.order import PageType
from orders.vocabulary import PAGE_TYPES

# Sums over weak signs are bounded, so that a long page does not win by its length.
_MOST = {"headings": 12.0, "starts": 11.0, "text": 8.0}
_BLANK_LETTERS = 12
_TITLE_WEIGHT = 2.5
# An order is for somebody: a page that names nobody has to look like something before it is taken for more.
_NOBODY = 1.5
_NOTHING = 0.8
_PAGE_COUNTS = frozenset(("pages", "page", "noofpages", "numberofpages", "totalpages", "ofpages", "pgs", "pagecount"))
_WHO = re.compile(r"\b(?:patient|pt|dob|d o b|born|birth date|birthdate|date of birth|mrn)\b")
_OF = re.compile(r"\b(?:page|pg|p|sheet)\s*(\d{1,2})\s*(?:of|/)\s*(\d{1,2})\b")
_CONTINUED = ("order", "clinical_note", "lab_result", "prior_report", "authorization", "other")


@dataclass(frozen=True, slots=True)
class _Phrase:
    spaced: str
    tight: str
    words: tuple[str, ...]
    weight: float


@dataclass(frozen=True, slots=True)
class _Terms:
    """The phrases of one page type by where they are looked for."""

    headings: tuple[_Phrase, ...]
    starts: tuple[_Phrase, ...]
    text: tuple[_Phrase, ...]


@dataclass(frozen=True, slots=True)
class _Said:
    """A page's words, prepared: its lines, all of them as one text, and the first words of each part."""

    lines: tuple[Line, ...]
    text: str
    starts: frozenset[str]


def page_types(pages: Sequence[Page]) -> tuple[PageType, ...]:
    """Return the type of each page, in order, with the confidence (0..1) and the signs that made it so."""
    found: list[PageType] = []
    for page in pages:
        said = _said(page)
        one = _classify(page, said)
        before = found[-1] if found else None
        if before and one.confidence < 0.75 and before.type in _CONTINUED and _carries_on(said, page):
            one = PageType(page.number, before.type, before.confidence * 0.9, f"goes on from page {before.number}")
        found.append(one)
    return tuple(found)


def scores(page: Page) -> dict[str, float]:
    """Return the score of each page type but `blank` for one page; higher is likelier."""
    return {name: total for name, (total, _) in _scores(page, _said(page)).items()}


def is_order_title(line: Line) -> bool:
    """Whether a line is set as the heading of an order."""
    weights = (phrase.weight for phrase in _terms()["order"].headings if _on_line(phrase, line))
    return _standing(line) >= 0.6 and max(weights, default=0.0) >= _TITLE_WEIGHT


def _said(page: Page) -> _Said:
    lines = page_lines(page)
    starts = frozenset(start for line in lines for start in line.starts)
    return _Said(lines, f" {' '.join(line.plain for line in lines)} ", starts)


def _classify(page: Page, said: _Said) -> PageType:
    letters = sum(len(line.tight) for line in said.lines)
    few = letters < _BLANK_LETTERS and not page.marks and page.origin != "message"
    if page.blank or not letters or few:
        return PageType(page.number, "blank", 0.97 if page.blank or not letters else 0.7, "hardly a word on it")
    ranked = sorted(_scores(page, said).items(), key=lambda item: -item[1][0])
    (best, (score, signs)), (_, (second, _)) = ranked[0], ranked[1]
    confidence = 1 / (1 + math.exp(-0.6 * (score - second))) * (1 - 0.5 * math.exp(-max(score, 0.0) / 3))
    return PageType(page.number, best, min(confidence, 0.995), ", ".join(signs[:4]))


def _scores(page: Page, said: _Said) -> dict[str, tuple[float, list[str]]]:
    out: dict[str, tuple[float, list[str]]] = {}
    for name, terms in _terms().items():
        hits = {
            "headings": _headings(terms.headings, said),
            "starts": [(phrase.weight, phrase.spaced) for phrase in terms.starts if _begins(phrase, said)],
            "text": [(phrase.weight, phrase.spaced) for phrase in terms.text if f" {phrase.spaced} " in said.text],
        }
        total = sum(min(_MOST[kind], sum(weight for weight, _ in found)) for kind, found in hits.items())
        signs = sorted((hit for found in hits.values() for hit in found), reverse=True)
        out[name] = (total, [f'"{sign}"' for _, sign in signs])
    for name, weight, sign in _layout(page, said):
        total, signs = out[name]
        out[name] = (total + weight, [sign, *signs])
    return out


def _headings(phrases: Sequence[_Phrase], said: _Said) -> list[tuple[float, str]]:
    """The heading phrases on the page, each with its weight at its best place.

    Phrases that are part of a longer one on the same line count only through that one.
    """
    best: dict[str, float] = {}
    for line in said.lines:
        there = [phrase for phrase in phrases if _on_line(phrase, line)]
        for phrase in there:
            if any(phrase.spaced != other.spaced and phrase.spaced in other.spaced for other in there):
                continue
            weight = phrase.weight * _standing(line) * (1.0 if len(phrase.tight) > 0.3 * len(line.tight) else 0.5)
            best[phrase.spaced] = max(best.get(phrase.spaced, 0.0), weight)
    return [(weight, spaced) for spaced, weight in best.items()]


def _standing(line: Line) -> float:
    """How much a line stands out as a heading, 0..1."""
    figures = sum(character.isdigit() for character in line.tight)
    if line.words > 10 or figures > 0.25 * len(line.tight):
        # A sentence, or a label with its value.
        return 0.2
    if line.size >= 1.35 or (line.y < 0.25 and line.words <= 8 and (line.capitals or line.size >= 1.1)):
        return 1.0
    if line.y < 0.25 and line.words <= 6:
        return 0.8
    if line.size >= 1.15 or (line.capitals and line.words <= 6):
        return 0.6
    return 0.33


def _on_line(phrase: _Phrase, line: Line) -> bool:
    if len(phrase.tight) <= 4:
        # A short word is a heading only by itself: "Fax" tops a cover, and stands in every letterhead.
        return len(line.tight) <= len(phrase.tight) + 2 and phrase.tight in line.tight
    spread = line.words > 2 and len(line.tight) / line.words < 3
    if phrase.tight in line.tight and (spread or len(phrase.tight) >= 10):
        return True
    if spread and len(phrase.tight) >= 10:
        return fuzz.partial_ratio(phrase.tight, line.tight, score_cutoff=90) > 0
    there = line.plain.split()
    starts = range(len(there) - len(phrase.words) + 1)
    return any(all(map(_same, phrase.words, there[at : at + len(phrase.words)])) for at in starts)


@lru_cache(1 << 16)
def _same(wanted: str, there: str) -> bool:
    """Whether a word as read is `wanted`, a letter or so misread."""
    return wanted == there or _misread(wanted, there)


def _misread(wanted: str, there: str) -> bool:
    """Whether a long run of letters as read may be `wanted`: one letter in six or seven, two in more."""
    allowed = 2 if len(wanted) >= 9 else 1 if len(wanted) >= 6 else 0
    if not allowed or abs(len(wanted) - len(there)) > 2:
        return False
    # "rn" for "m" is the commonest misreading of all, and one.
    one, other = wanted.replace("rn", "m"), there.replace("rn", "m")
    return Levenshtein.distance(one, other, score_cutoff=allowed) <= allowed


def _begins(phrase: _Phrase, said: _Said) -> bool:
    """Whether a part of some line begins with the phrase, a letter or so misread in a long one."""
    if phrase.tight in said.starts:
        return True
    return len(phrase.tight) >= 8 and any(_misread(phrase.tight, start) for start in said.starts)


def _layout(page: Page, said: _Said) -> list[tuple[str, float, str]]:
    """What a page's layout and the exams and patients it names speak for."""
    found: list[tuple[str, float, str]] = []
    exams = sum(f" {word} " in said.text for word in _lists()["exam"])
    patient = any(word in said.starts for word in _lists()["patient"]) or bool(_WHO.search(said.text))
    boxes = sum(mark.kind == "choice" for mark in page.marks)
    if exams and patient:
        found.append(("order", 2.0, "names an exam and a patient"))
        if exams >= 4:
            found.append(("order", 1.5, "lists exams"))
        if _asking().search(said.text):
            found.append(("order", 4.0, "asks for an exam"))
    if not patient:
        found.append(("other", _NOBODY, "names no patient"))
    elif not exams:
        found.append(("other", _NOTHING, "names no exam"))
    if boxes >= 8 and patient:
        found.append(("order", 2.0, "boxes to tick"))
    if {"to", "from"} <= said.starts and said.starts & _PAGE_COUNTS:
        found.append(("cover", 4.0, "to, from and a count of pages"))
    if page.origin == "message":
        found.append(_mail(said, exams, patient))
    return found


def _mail(said: _Said, exams: int, patient: bool) -> tuple[str, float, str]:
    """The body of a mail: an order if it asks for an exam of somebody, a cover if it points to what is attached."""
    asks = sum(f" {word} " in said.text for word in _lists()["asks"])
    if exams and patient and asks >= 2:
        return "order", 6.0, "a mail that asks for a patient's exam"
    if re.search(r"\b(?:attach|enclos)", said.text):
        return "cover", 6.0, "a mail that points to its attachment"
    return "other", 3.0, "a mail that asks for no exam"


def _carries_on(said: _Said, page: Page) -> bool:
    """Whether a page says that it is the second or a later sheet of something."""
    match = _OF.search(said.text)
    return bool(match and 1 < int(match[1]) <= int(match[2])) or " continued " in said.text


@cache
def _asking() -> re.Pattern[str]:
    """A sentence that asks for an exam: a verb of asking, and within a few words the exam."""
    data = _lists()
    verbs, exams = ("|".join(map(re.escape, data[kind])) for kind in ("verbs", "exam"))
    return re.compile(rf" (?:{verbs}) (?:\w+ ){{0,7}}(?:{exams}) ")


@cache
def _data() -> dict[str, dict[str, dict[str, float]]]:
    return tomllib.loads(files("classifiers").joinpath("page_terms.toml").read_text("utf-8"))


@cache
def _terms() -> dict[str, _Terms]:
    data = _data()
    return {name: _Terms(*(_phrases(data[name][kind]) for kind in _MOST)) for name in PAGE_TYPES if name in data}


@cache
def _lists() -> dict[str, tuple[str, ...]]:
    lists = _data()["exam"]
    words, patient, asks = lists["words"], lists["patient"], lists["asks"]
    return {
        "exam": tuple(map(plain, words)),
        "patient": tuple(plain(word).replace(" ", "") for word in patient),
        "asks": tuple(map(plain, asks)),
        "verbs": tuple(map(plain, lists["verbs"])),
    }


def _phrases(weights: dict[str, float]) -> tuple[_Phrase, ...]:
    spaced = ((plain(phrase), weight) for phrase, weight in weights.items())
    return tuple(_Phrase(phrase, phrase.replace(" ", ""), tuple(phrase.split()), weight) for phrase, weight in spaced)
