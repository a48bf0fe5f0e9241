"""What speaks for or against a value: the figures from which its confidence is told.

Every leaf of an order gets one row of figures, whatever its kind, so that one
table serves all the models of `extractors.confidence`. Nothing here is keyed to
a layout: a figure says how the value was found, how well its words were read,
whether a second reader saw the same, what else proposes itself, and whether
the rest of the order agrees.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from rapidfuzz.distance import JaroWinkler

from documents.opinion import Claim, opinion
from documents.page import Box, Page, Word
from extractors.known_names import known, nearly
from extractors.sheet import plain
from orders.compare import EXAM_PARTS
from orders.order import Evidence, Exam, Order, PageType, Value
from orders.procedures import procedure
from orders.regions import may_mean

NAMES: Final = (
    "field",
    "rank",
    "rival",
    "rivals",
    "weakest_word",
    "mean_word",
    "second",
    "by_hand",
    "words",
    "characters",
    "digits",
    "typed_text",
    "on_order_page",
    "elsewhere",
    "page_clear",
    "page_by_hand",
    "labelled",
    "running_text",
    "recognised",
    "ticked",
    "letters_only",
    "shape",
    "part",
    "exams",
    "open_parts",
    "weakest_part",
    "code_agrees",
    "hinted",
    "row_hints",
    "stray_marks",
    "tokens",
    "same_as_other",
    "unclaimed",
    "left_over",
    "right_over",
    "boxes",
    "known_name",
    "near_name",
    "chosen",
    "alike",
)
_PARTS: Final = (*EXAM_PARTS, "text", "procedure_code")
_FIELDS: Final = tuple(path for path, _ in Order("", ()).leaves())
# What a value of a field looks like: such words that no value rests on may be the one that was overlooked.
_LOOKS: Final = {
    "birth_date": re.compile(r"\d{1,4}[/.-]\d{1,2}[/.-]\d{2,4}"),
    "order_date": re.compile(r"\d{1,4}[/.-]\d{1,2}[/.-]\d{2,4}"),
    "phone": re.compile(r"\d{3}\W{0,2}\d{4}"),
    "fax": re.compile(r"\d{3}\W{0,2}\d{4}"),
    "npi": re.compile(r"\b[12]\d{9}\b"),
    "mrn": re.compile(r"\b[A-Z-]*\d{5,}"),
    "member_id": re.compile(r"\b[A-Z]*\d{6,}"),
    "group_number": re.compile(r"\b[A-Z-]*\d{4,}"),
    "authorization_number": re.compile(r"\b[A-Z-]*\d{5,}"),
    "postal_code": re.compile(r"\b\d{5}\b"),
    "family": re.compile(r"^[A-Z][a-z]+,$|^[A-Z]{3,},$"),
    "given": re.compile(r"^[A-Z][a-z]+,$|^[A-Z]{3,},$"),
}
_SIDES: Final = re.compile(r"\b(left|right|lt|rt|bilat\w*|both|l|r)\b", re.I)
_CONTRAST: Final = re.compile(r"\b(contrast|with|without|w/?o?|wwo|gad\w*|iv)\b", re.I)
_HINTS: Final = {"laterality": _SIDES, "contrast": _CONTRAST}
_VERDICTS: Final = {"agrees": 1.0, "unknown": 0.5, "disagrees": 0.0}
_SURE: Final = 0.8
_LIKELY: Final = 0.5
_SHORT: Final = 4
_UNDER: Final = 0.4
_FAR: Final = 5.0


@dataclass(frozen=True, slots=True)
class Paper:
    """An order's pages as the figures need them: `paper_of` makes it."""

    pages: Mapping[int, Page]
    order_pages: frozenset[int]
    typed: frozenset[int]
    clear: float
    by_hand: float
    tokens: int
    plain: str
    strays: int
    boxes: int
    unclaimed: tuple[str, ...]
    taken: Mapping[int, Sequence[Box]]


def features(order: Order, pages: Sequence[Page], types: Sequence[PageType]) -> Iterator[tuple[str, tuple[float, ...]]]:
    """Yield each leaf's path with its figures, in the order of `NAMES`.

    `pages` and `types` are those of the whole document; -1 stands for a figure
    that a leaf does not have.
    """
    paper = paper_of(order, pages, types)
    for path, value in order.leaves():
        yield path, figures_of(order, path, value, paper)


def figures_of(order: Order, path: str, value: Value, paper: Paper, chosen: bool = True) -> tuple[float, ...]:
    """Return the figures of `value` at `path`, in the order of `NAMES`.

    What is not `chosen` is a value that the rules ranked lower.
    """
    row = _row(order, path, value, paper)
    row["chosen"] = float(chosen)
    return tuple(row[name] for name in NAMES)


def paper_of(order: Order, pages: Sequence[Page], types: Sequence[PageType]) -> Paper:
    """Return what the figures need of an order's pages; `pages` and `types` are those of the whole document."""
    mine = [page for page in pages if page.number in order.pages]
    kinds = {kind.number: kind.type for kind in types}
    homes = frozenset(page.number for page in mine if kinds.get(page.number) in ("order", "clarification_reply"))
    home = [page for page in mine if page.number in homes]
    read = [word for page in home for word in page.words if plain(word.text)]
    taken: dict[int, list[Box]] = defaultdict(list)
    for _, value in order.leaves():
        for item in value.evidence:
            taken[item.page].append(Box(*item.box))
    return Paper(
        pages={page.number: page for page in mine},
        order_pages=homes,
        typed=frozenset(page.number for page in mine if page.source != "ocr"),
        clear=sum(word.confidence >= _SURE for word in read) / len(read) if read else 0.0,
        by_hand=sum(word.handwritten > _LIKELY for word in read) / len(read) if read else 0.0,
        tokens=len(read),
        plain=" ".join(plain(word.text) for page in mine for word in page.words),
        strays=sum(_strays(page, taken[page.number]) for page in home),
        boxes=sum(mark.kind == "choice" for page in home for mark in page.marks),
        unclaimed=tuple(text for page in home for text in _unclaimed(page, taken[page.number])),
        taken=taken,
    )


def _row(order: Order, path: str, value: Value, paper: Paper) -> dict[str, float]:
    row = dict.fromkeys(NAMES, -1.0)
    last = path.rsplit(".", 1)[-1]
    row |= {
        "field": float(_FIELDS.index(path)) if path in _FIELDS else -1.0,
        "rank": value.confidence,
        "rival": max((other.score for other in value.others), default=0.0),
        "rivals": min(5.0, len(value.others)),
        "page_clear": paper.clear,
        "page_by_hand": paper.by_hand,
        "tokens": min(600.0, paper.tokens),
        "stray_marks": min(6.0, paper.strays),
        "exams": min(6.0, len(order.exams)),
        "boxes": min(60.0, paper.boxes),
        "labelled": float("label" in value.reason),
        "running_text": float("running text" in value.reason or "sentence" in value.reason),
        "recognised": float("recognised" in value.reason),
        "ticked": float("tick" in value.reason or "circle" in value.reason),
    }
    if last in _LOOKS:
        row["unclaimed"] = float(min(4, sum(bool(_LOOKS[last].search(text)) for text in paper.unclaimed)))
    if value.state == "stated":
        row |= _read(value, paper)
        row["alike"] = max((_alike(str(value.value), str(other.value)) for other in value.others), default=-1.0)
    if value.state == "stated" and last in ("family", "given"):
        row["known_name"] = known(str(value.value), last == "given")
        row["near_name"] = float(nearly(str(value.value), last == "given"))
    if path.startswith("exams."):
        _, index, part = path.split(".")
        row |= _exam(order, order.exams[int(index)], part, paper)
    return row


def _read(value: Value, paper: Paper) -> dict[str, float]:
    """How well the words of the evidence were read, and what the value looks like."""
    words = _words(value, paper)
    text = str(value.value)
    key = plain(text)
    letters = [word for word in words if plain(word.text)]
    left, right = _over(value, paper)
    return {
        "left_over": left,
        "right_over": right,
        "weakest_word": min((word.confidence for word in letters), default=-1.0),
        "mean_word": sum(word.confidence for word in letters) / len(letters) if letters else -1.0,
        "second": min((_second(paper.pages[item.page], item) for item in value.evidence), default=-1.0),
        "by_hand": max((word.handwritten for word in letters), default=0.0),
        "words": float(min(8, len(letters))),
        "characters": float(min(40, len(key))),
        "digits": sum(character.isdigit() for character in key) / len(key) if key else 0.0,
        "typed_text": float(any(item.page in paper.typed for item in value.evidence)),
        "on_order_page": float(any(item.page in paper.order_pages for item in value.evidence)),
        "elsewhere": float(min(3, paper.plain.count(key) - 1)) if len(key) >= _SHORT else -1.0,
        "letters_only": float(bool(re.fullmatch(r"[^\W\d_]+(?:[ '’-][^\W\d_]+)*\.?", text))),
        "shape": float(text.isupper()) + 2.0 * float(text.istitle()),
    }


def _alike(one: str, other: str) -> float:
    """Return how alike two readings are, 0..1: a name that stands twice on the paper is read twice, seldom the same."""
    return JaroWinkler.similarity(plain(one), plain(other))


def _words(value: Value, paper: Paper) -> list[Word]:
    """Return the words that lie under the evidence of `value`."""
    found = []
    for item in value.evidence:
        found += [word for word in paper.pages[item.page].words if word.box.overlap(Box(*item.box)) > _UNDER]
    return found


def _over(value: Value, paper: Paper) -> tuple[float, float]:
    """Return the ems (0..5) to the nearest word that no value rests on, left and right of the evidence on its row.

    A name that lost its particle, or a reason its end, has one close by.
    """
    left = right = _FAR
    for item in value.evidence:
        page, box = paper.pages[item.page], Box(*item.box)
        em = max(box.height, 0.004) * page.height / page.width
        for word in page.words:
            if not box.y0 < word.box.y < box.y1 or not plain(word.text):
                continue
            if any(word.box.overlap(one) > _UNDER for one in paper.taken[item.page]):
                continue
            if word.box.x1 <= box.x0 + 0.3 * em:
                left = min(left, max(0.0, (box.x0 - word.box.x1) / em))
            elif word.box.x0 >= box.x1 - 0.3 * em:
                right = min(right, max(0.0, (word.box.x0 - box.x1) / em))
    return left, right


def _second(page: Page, item: Evidence) -> float:
    """1 where the second reader read the same, 0 where another word, 0.5 where it cannot tell, -1 where not asked."""
    box = Box(*item.box)
    if all(word.second is None for word in page.words if word.box.overlap(box) > _UNDER):
        return -1.0
    return _VERDICTS[opinion(page, Claim(box, item.text)).verdict]


def _strays(page: Page, taken: Sequence[Box]) -> int:
    """How many marks of a pen lie under no value's evidence: something that was said and not understood."""
    return sum(
        mark.kind in ("choice", "circle")
        and mark.state == "on"
        and mark.confidence > _LIKELY
        and not any(mark.box.overlap(box) > 0 for box in taken)
        for mark in page.marks
    )


def _unclaimed(page: Page, taken: Sequence[Box]) -> Iterator[str]:
    """Yield the words that no value rests on."""
    for word in page.words:
        if not any(word.box.overlap(box) > _UNDER for box in taken):
            yield word.text


def _exam(order: Order, exam: Exam, part: str, paper: Paper) -> dict[str, float]:
    """How an exam hangs together: its open and its weakest part, its code, words nearby that hint at more."""
    parts = [getattr(exam, name) for name in EXAM_PARTS]
    ranks = [value.confidence for value in parts if value]
    text = str(exam.text.value or "")
    hints = _HINTS.get(part)
    return {
        "part": float(_PARTS.index(part)),
        "open_parts": float(sum(not value for value in parts)),
        "weakest_part": min(ranks, default=0.0),
        "code_agrees": _code_agrees(exam),
        "hinted": float(min(3, len(hints.findall(text)))) if hints else 0.0,
        "row_hints": float(min(3, _row_hints(exam, hints, paper))) if hints else 0.0,
        "words": float(min(12, len(text.split()))),
        "same_as_other": float(sum(other.body_region.value == exam.body_region.value for other in order.exams)),
    }


def _row_hints(exam: Exam, hints: re.Pattern[str], paper: Paper) -> int:
    """How many words that could state a part stand on the exam's rows, outside of its own words."""
    found = 0
    for item in exam.text.evidence:
        x0, y0, x1, y1 = item.box
        for word in paper.pages[item.page].words:
            beside = not x0 <= word.box.x <= x1 and y0 <= word.box.y <= y1
            found += bool(beside and hints.search(word.text))
    return found


def _code_agrees(exam: Exam) -> float:
    """1 where the procedure code states the same modality and region, 0 where another, -1 where there is none."""
    known = procedure(str(exam.procedure_code.value)) if exam.procedure_code else None
    if known is None:
        return -1.0
    modality, region = exam.modality.value, exam.body_region.value
    same = known.body_region is None or may_mean(str(modality), str(region), known.body_region)
    return float(known.modality in (None, modality) and same)
