"""Which exams an authorisation among the pages is for: its lines in words, and its procedure numbers.

An approval lists what it grants in a table or a sentence, seldom under a label
that an order would use; so every run of words is read as an exam, whatever
stands before it.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from extractors.exams import ExamReader, exam_of
from extractors.views import View
from orders.order import Conflict, Exam, Value
from orders.procedures import procedure

_NUMBER_SURE = 0.85
# Too little to ask anybody, enough for a person to look.
_UNREAD = 0.3
_NUMBER = re.compile(r"\b(\d{5}|[A-V]\d{4})\b")


def unread(pages: Iterable[View], exams: Iterable[Exam]) -> Conflict | None:
    """Return the doubt that an authorisation leaves whose exam could not be read, None where there is none."""
    if any(exams) or not any(view.sheet.type == "authorization" for view in pages):
        return None
    words = "An authorisation came with the order, but the exam that it is for could not be read"
    return Conflict("exam_conflict", words, (), _UNREAD)


def granted(view: View, read: ExamReader) -> Iterator[Exam]:
    """Yield every exam that the page names with its modality and place; by its number where no words name one.

    A number says less than words do: that of an MRI of any joint of the leg may mean either hip.
    """
    in_words = list(_in_words(view, read))
    yield from in_words or _by_number(view)


def _in_words(view: View, read: ExamReader) -> Iterator[Exam]:
    for segment in view.sheet.segments:
        for parts in read(segment.text):
            if parts.modality and parts.body_region:
                words = segment.text[parts.start : parts.end]
                yield exam_of(view.evidence(segment.tokens), words, parts, parts.score, "named by an authorisation")


def _by_number(view: View) -> Iterator[Exam]:
    for token in view.sheet.tokens:
        number = _NUMBER.search(token.text)
        known = procedure(number[1]) if number else None
        if known and known.modality and known.body_region:
            place = view.evidence((token,))
            leaves = {
                part: Value(said, _NUMBER_SURE, place, "stated", "the authorised number")
                for part, said in (("modality", known.modality), ("body_region", known.body_region))
            }
            yield Exam(text=Value(token.text, _NUMBER_SURE, place, "stated"), **leaves)
