"""Where a page is to be signed."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from string import ascii_letters

from rapidfuzz import fuzz

from documents.marks.ink import Rect
from documents.marks.papers import ENDS, Placed, Sheet, crossed, paper_for, titled

_BEFORE = {"electronically", "electronic", "digitally", "digital", "esigned", "vital", "esignature", "no", "without"}
_AFTER = {
    "symptoms", "symptom", "on", "is", "required", "below", "above", "not", "must", "will", "and", "electronically",
    "digitally", "off",
}  # fmt: skip
_CLOSING = {
    "sincerely", "regards", "thank", "thanks", "respectfully", "yours", "best", "kind", "cordially", "warmly",
    "faithfully", "truly",
}  # fmt: skip
# What stands after the name of one who may sign.
_TITLES = {
    "md", "do", "np", "pa", "pac", "fnp", "fnpc", "fnpbc", "dnp", "aprn", "arnp", "crnp", "cnp", "cnm", "dpm", "dds",
    "dc", "facp", "faafp", "facog",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Spot:
    """A place to sign: the words that ask for it, the papers one of which is to be signed, and words not to look at.

    A `tacit` spot is no request: without a signature it means nothing.
    """

    label: str
    papers: tuple[Rect, ...]
    ignored: tuple[Rect, ...]
    tacit: bool = False


def places(sheet: Sheet) -> list[Spot]:
    """Return the places to sign: lines, boxes and bare labels that ask for it, and the gap after a letter's closing.

    Where a closing stands over a line that asks, the line is signed. A page
    without any gives the gaps over short rows that end in a title, as letters
    end that have no closing.
    """
    found: list[Spot] = []
    closings: list[Spot] = []
    for row in sheet.rows:
        for place, here in enumerate(row):
            spot = None
            if _asks(row, place, sheet.line):
                spot = _labelled(row, place, sheet)
            elif here.text.strip(" :_-–").upper() == "X":
                spot = _spot("X", here.rect, crossed(here.rect, sheet), sheet)
            elif place == 0 and here.letters in _CLOSING and len(row) <= 4 and row[-1].text.endswith((",", ".")):
                closings += [closed] if (closed := _closing(row, sheet)) else []
            elif place == 0 and _only_titles(row):
                spot = _spot(_text(row), _around(row), titled(_around(row), sheet), sheet)
            if spot and not any(_same(spot, other) for other in found):
                found.append(spot)
    found += [spot for spot in closings if not any(_same(spot, other, 0.0) for other in found)]
    return found or [spot for row in sheet.rows if (spot := _over_name(row, sheet))]


def _same(one: Spot, other: Spot, least: float = 0.3) -> bool:
    """Whether two spots share more than the `least` part of a paper."""
    return any(a.shared(b) > least * a.width * a.height for a in one.papers for b in other.papers)


def _text(row: Sequence[Placed]) -> str:
    return " ".join(each.text for each in row)


def _around(row: Sequence[Placed]) -> Rect:
    return Rect(row[0].rect.x0, min(each.rect.y0 for each in row), row[-1].rect.x1, max(each.rect.y1 for each in row))


def _spot(label: str, around: Rect, paper: Rect | None, sheet: Sheet) -> Spot | None:
    """Return the spot of a paper; its label and the words of the rows above do not count as written there."""
    if paper is None:
        return None
    high = [
        each.rect
        for row in sheet.rows
        if not _may_sign(row, paper)
        for each in row
        if each.rect.y < paper.y and each.rect.y1 < paper.y1 - 1.2 * sheet.line and each.rect.shared(paper) > 0
    ]
    return Spot(label, (paper,), (around, *high))


def _may_sign(row: Sequence[Placed], paper: Rect) -> bool:
    """Whether a row may be the signature as read: a word or two, wholly over the paper."""
    return len(row) <= 2 and row[0].rect.x0 >= paper.x0 and row[-1].rect.x1 <= paper.x1


def _asks(row: Sequence[Placed], place: int, line: float) -> bool:
    """Whether a word asks for a signature: no sentence about signatures, no statement of an electronic one."""
    here = row[place]
    before = {each.letters for each in row[max(0, place - 2) : place]}
    after = row[place + 1] if place + 1 < len(row) else None
    if before & _BEFORE:
        return False
    followed = after is not None and after.letters in _AFTER and not after.text.startswith("(")
    if "signature" in here.letters or (7 <= len(here.letters) <= 11 and fuzz.ratio(here.letters, "signature") >= 80):
        return not followed or here.text.endswith(":")
    if here.letters in ("sign", "signed"):
        near = [each for each in row if abs(each.rect.x - here.rect.x) < 9 * line]
        return not followed and len(near) <= 5 and (here.text[:1].isupper() or ":" in here.text)
    return False


def _labelled(row: Sequence[Placed], place: int, sheet: Sheet) -> Spot | None:
    phrase = _phrase(row, place, sheet.line)
    around = _around(phrase)
    named = "signature" in row[place].letters and len(phrase) <= 4
    bare = len(phrase) <= 6 and (named or row[place].text.endswith((":", "_")))
    return _spot(_text(phrase), around, paper_for(around, row[place].rect, sheet, bare), sheet)


def _phrase(row: Sequence[Placed], place: int, line: float) -> Sequence[Placed]:
    """Return the words of the label around the one that asks."""
    start = end = place
    while start and place - start < 5 and row[start].rect.x0 - row[start - 1].rect.x1 < 0.8 * line:
        if row[start - 1].text.endswith((":", "_", ";", ".")) or row[start - 1].letters in ENDS:
            break
        start -= 1
    while end + 1 < len(row) and end - place < 4 and row[end + 1].rect.x0 - row[end].rect.x1 < 0.8 * line:
        if row[end].text.endswith((":", "_")) or row[end + 1].letters in ENDS:
            break
        end += 1
    return row[start : end + 1]


def _only_titles(row: Sequence[Placed]) -> bool:
    letters = [each.letters for each in row if each.letters]
    plain = all(set(each.text) <= set(ascii_letters + "./,|-_ ") for each in row)
    return plain and bool(letters) and all(each in _TITLES for each in letters)


def _closing(row: Sequence[Placed], sheet: Sheet) -> Spot | None:
    """Return the gap between a letter's closing and the row under it, and that row: it may be the signature as read."""
    here = _around(row)
    left, right = here.x0 - sheet.line, here.x0 + 13 * sheet.line
    below = sorted((_around(each) for each in sheet.rows), key=lambda rect: rect.y0)
    below = [rect for rect in below if rect.y > here.y1 and abs(rect.x0 - here.x0) < 3 * sheet.line]
    if not below or below[0].y0 - here.y1 > 7 * sheet.line:
        return None
    papers = [Rect(left, here.y1, right, below[0].y0 + 0.2 * sheet.line)]
    if len(below) > 1 and below[1].y0 - here.y1 < 7 * sheet.line:
        papers.append(Rect(left, below[0].y0 - 0.6 * sheet.line, right, below[1].y0 + 0.2 * sheet.line))
    papers = [paper for paper in papers if paper.height >= 0.8 * sheet.line]
    return Spot(_text(row), tuple(papers), (here,)) if papers else None


def _over_name(row: Sequence[Placed], sheet: Sheet) -> Spot | None:
    """Return the gap over a short row that ends in a title, and the row over it: it may be the signature as read."""
    letters = [each.letters for each in row if each.letters]
    if not 2 <= len(letters) <= 5 or letters[-1] not in _TITLES or any(":" in each.text for each in row):
        return None
    here = _around(row)
    beside = sum(_around(other).rows(here) > 0.3 for other in sheet.rows)
    if beside > 1 or any("signed" in each for each in letters):
        return None
    left, right = here.x0 - sheet.line, here.x0 + 13 * sheet.line
    above = sorted((_around(each) for each in sheet.rows), key=lambda rect: -rect.y1)
    above = [rect for rect in above if rect.y < here.y0 and rect.x0 < right and rect.x1 > left]
    if not above:
        return None
    papers = [Rect(left, max(above[0].y1, here.y0 - 4 * sheet.line), right, here.y0)]
    before = [rect.y1 for rect in above[1:]]
    alone = not before or above[0].y0 - max(before) > 0.8 * sheet.line
    if alone and above[0].width < 12 * sheet.line and abs(above[0].x0 - here.x0) < 5 * sheet.line:
        papers.append(Rect(left, above[0].y0 - 0.5 * sheet.line, right, here.y0 + 0.1 * sheet.line))
    papers = [paper for paper in papers if paper.height >= 0.8 * sheet.line]
    return Spot(_text(row), tuple(papers), (here,), tacit=True) if papers else None
