"""An exam's written words to modality, place, side, contrast and technique.

Only what the words state is read, nothing is filled in and nothing corrected:
a facility may not substitute a test without a new order (Medicare Benefit
Policy Manual, chapter 15, §80.6). The words are the catalogue's; here are the
rules by which they combine, several exams on a line among them.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from classifiers import lexicon
from classifiers.catalogue import Catalogue, Term, catalogue, set_site, terms_of
from classifiers.contrast import BARE, ContrastRun, contrast_runs
from classifiers.drafts import Drafts, Event
from classifiers.lexicon import Token, tokens
from classifiers.settle import settled
from orders.exam_entries import exam_catalogue

LONGEST_TEXT = 2000
# Before a modality these say that the exam is not wanted, or was not done.
_DENIALS = frozenset({"no", "not", "cannot", "without"})
_SPINES = {
    "c": "cervical_spine",
    "t": "thoracic_spine",
    "d": "thoracic_spine",
    "l": "lumbar_spine",
    "ls": "lumbar_spine",
}


@dataclass(frozen=True, slots=True)
class ExamReading:
    """One exam as its words state it; a part that they leave open is None.

    `start` and `end` are the exam's span in the text; `score` (0..1) ranks how
    surely these words name an exam at all, and is no probability.
    """

    modality: str | None
    body_region: str | None
    laterality: str | None
    contrast: str | None
    technique: str | None
    start: int
    end: int
    score: float


@lru_cache(maxsize=8192)
def read_exams(text: str, default_modality: str | None = None) -> tuple[ExamReading, ...]:
    """Return the exams that `text` names, in their order; () when it names none.

    `default_modality` (a DICOM code) is what a form's heading says of the
    column; a modality in the words wins. A place without any modality is
    returned (with a low score) only when the text says nothing else.
    Characters after the first 2,000 are not looked at.
    """
    text = text[:LONGEST_TEXT]
    words = tokens(text)
    if not words:
        return ()
    events = tuple(_events(words, default_modality))
    drafts = Drafts(catalogue(), default_modality)
    for event in events:
        drafts.take(event)
    return tuple(ExamReading(*parts) for parts in settled(drafts.finish(), catalogue(), default_modality))


def use_site(folder: Path | None) -> None:
    """Read exams with the site's words in `folder` over ours from now on, or with ours alone.

    The files are read as they are now. Raises CatalogueError or EntriesError for
    a folder that makes no sense; what was in force stays.
    """
    exam_catalogue.cache_clear()
    exam_catalogue(folder)
    set_site(folder)
    read_exams.cache_clear()
    lexicon.forget()


def _events(words: Sequence[Token], default: str | None) -> Iterator[Event]:
    book = catalogue()
    few = len(words) < 5
    stated = frozenset({default} if default else ()) | _modalities(words, book, few)
    found: list[tuple[int, Term] | None] = [_longest(words, index, book, stated, few) for index in range(len(words))]
    bare = not stated or bool(stated & BARE)
    runs = {run.first: run for run in contrast_runs(words, bare, [hit and hit[1] for hit in found])}
    index = 0
    while index < len(words):
        word = words[index]
        yield from _separators(word)
        if (run := runs.get(index)) and not _in_a_name(run, found[index], word, book):
            last = words[run.last]
            yield Event("contrast", word.start, last.end, contrast=run.value)
            if hit := found[index]:
                yield Event("term", word.start, word.end, hit[1])
            index = run.last + 1
        elif (region := _spine_letter(words, index)) and not _spelled_out(words, index, found[index]):
            yield Event("term", word.start, word.end, Term(region=region))
            index += 1
        elif (hit := found[index]) and _is_side(words, index, hit, found):
            length, term = hit
            sure = min(each.sure for each in words[index : index + length])
            yield Event("term", word.start, words[index + length - 1].end, term, sure=sure)
            index += length
        elif word.word in _DENIALS and _names_modality(found, index + 1):
            yield Event("past", word.start, word.end)
            index += 1
        else:
            yield _plain(word, book)
            index += 1


def _in_a_name(run: ContrastRun, hit: tuple[int, Term] | None, word: Token, book: Catalogue) -> bool:
    """Whether a lone noun for contrast is part of a study's name ("contrast enema")."""
    lone = run.first == run.last and book.contrast.get(word.word) == "noun"
    return lone and hit is not None and hit[0] > 1


def _names_modality(found: Sequence[tuple[int, Term] | None], index: int) -> bool:
    hit = found[index] if index < len(found) else None
    return hit is not None and hit[1].modality is not None and not hit[1].hint


def _is_side(
    words: Sequence[Token], index: int, hit: tuple[int, Term], found: Sequence[tuple[int, Term] | None]
) -> bool:
    """Whether a single letter is a side by its neighbours: "R knee", "hand B", but not "R Smith" or "type B"."""
    if not hit[1].laterality or hit[0] > 1 or len(words[index].word) > 1:
        return True
    before, after = (found[at] if 0 <= at < len(words) else None for at in (index - 1, index + 1))
    if any(beside and beside[1].region for beside in (before, after)):
        return True
    loose = index + 1 == len(words) or words[index + 1].gap.strip(" .") or words[index + 1].word in catalogue().words
    before_modality = after is not None and after[1].modality is not None
    return bool(loose) and (hit[1].laterality != "bilateral" or before_modality)


def _separators(word: Token) -> Iterator[Event]:
    link = 2 if any(sign in word.gap for sign in ";\n") else 1 if any(sign in word.gap for sign in ",/") else 0
    if link:
        yield Event("link", word.start, word.start, link=link)


def _plain(word: Token, book: Catalogue) -> Event:
    if word.word in ("and", "plus", "amd", "ond", "aud"):
        return Event("link", word.start, word.end, link=2)
    if word.word in ("with", "w", "w/"):
        return Event("with", word.start, word.end)
    if word.word in book.past:
        return Event("past", word.start, word.end)
    if word.word.isdigit() or len(word.word) == 1:
        return Event("noise", word.start, word.end)
    return Event("plain" if word.word in book.words else "unknown", word.start, word.end)


def _modalities(words: Sequence[Token], book: Catalogue, few: bool) -> frozenset[str]:
    """Every modality that the text states; where an explicit one is among them, implied ones are left out."""
    terms = [hit[1] for index in range(len(words)) if (hit := _longest(words, index, book, frozenset(), few))]
    explicit = frozenset(term.modality for term in terms if term.modality and not term.implied)
    return explicit or frozenset(term.modality for term in terms if term.modality)


def _longest(
    words: Sequence[Token], index: int, book: Catalogue, stated: frozenset[str], few: bool
) -> tuple[int, Term] | None:
    """Return the length and the meaning of the longest phrase that begins at `index`."""
    phrase: tuple[str, ...] = ()
    best: tuple[int, Term] | None = None
    commas = False
    for length in range(1, min(book.longest, len(words) - index) + 1):
        word = words[index + length - 1]
        if length > 1 and any(sign in word.gap for sign in ";:[]"):
            break
        commas |= length > 1 and "," in word.gap
        phrase = (*phrase, {"w/": "w", "w/o": "wo"}.get(word.word, word.word))
        if commas and phrase not in book.listed:
            continue
        for term in terms_of(book, phrase, stated):
            if _fits(term, words, index, length, few):
                best = length, term
                break
    return best


def _fits(term: Term, words: Sequence[Token], index: int, length: int, few: bool) -> bool:
    word = words[index]
    if word.unit and length == 1:
        return False
    if term.laterality and length == 1 and word.end - word.start < 3 and word.digit_near:
        return False
    return few or not term.capital or word.capital or _before_place(words, index + length)


def _before_place(words: Sequence[Token], index: int) -> bool:
    """Whether a place of the body follows at once ("us abdomen", but not "tell us about")."""
    after = words[index] if index < len(words) else None
    if after is None or after.gap.strip(" ,-:"):
        return False
    return any(term.region for term in catalogue().phrases.get((after.word,), ()))


def _spelled_out(words: Sequence[Token], index: int, hit: tuple[int, Term] | None) -> bool:
    """Whether the letter begins a longer name without a stroke in it ("T-L spine")."""
    return hit is not None and hit[0] > 2 and "/" not in words[index + 1].gap


def _spine_letter(words: Sequence[Token], index: int) -> str | None:
    """The region of a letter that shares its "spine" with later ones: "C- and L-spine", "C/T/L spine"."""
    region = _SPINES.get(words[index].word)
    if region is None or [word.word for word in words[index + 1 : index + 2]] in (["spine"], ["sp"]):
        return None
    for after in words[index + 1 : index + 8]:
        if after.word in ("spine", "spines", "sp"):
            return region
        if after.word not in _SPINES and after.word not in ("and", "s"):
            return None
    return None
