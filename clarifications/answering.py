"""A page of ours that came back: what stands at its places, as answers, or what keeps them from being taken."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Final

from clarifications.sheet import Meaning, Sheet
from documents.page import Page
from documents.placed import Seen, read_places
from orders.answer import Answer
from orders.codes import ICD10, NPI, PhoneNumber, dotted
from orders.order import Scalar
from orders.vocabulary import BODY_REGIONS

# A place is filled in above the first, empty below the second; between them a person looks.
ON, OFF = 0.6, 0.4
# A hand's words are never taken for surer than this: an order that rests on them alone is looked at.
BY_HAND: Final = 0.9
LEAST: Final = 0.5
_DAYS: Final = ("%m/%d/%Y", "%m-%d-%Y", "%m/%d/%y", "%m.%d.%Y", "%Y-%m-%d", "%B %d, %Y", "%b %d %Y")


@dataclass(frozen=True, slots=True)
class PageRead:
    """What a returned page says: its answers, and a state of `REPLY_STATES`, `merged` where they can be taken."""

    state: str
    answers: tuple[Answer, ...] = ()


def read_page(page: Page, sheet: Sheet, today: date) -> PageRead:
    """Return what stands on a page that was laid out as `sheet`; `today` bounds the dates.

    Two boxes ticked where one is wanted, writing that cannot be read, and
    words that only a person can weigh each keep the whole page from being
    taken by itself; what was read stands in the answers all the same.
    """
    seen = read_places(page, sheet.plan)
    if seen is None:
        return PageRead("not_straight")
    pairs = list(zip(seen, sheet.meanings, strict=True))
    answers = tuple(_answers(pairs, today))
    states = set(_against(pairs, answers))
    for state in ("both_ticked", "unreadable", "words"):
        if state in states:
            return PageRead(state, answers)
    return PageRead("merged" if any(answer.path for answer in answers) else "empty", answers)


def _against(pairs: Sequence[tuple[Seen, Meaning]], answers: Sequence[Answer]) -> Iterator[str]:
    """Yield what speaks against taking the page by itself."""
    ticked: dict[tuple[int, str], int] = {}
    taken = {(answer.order, answer.code, answer.box) for answer in answers}
    for seen, meaning in pairs:
        if meaning.path in ("", "-"):
            continue
        sure = seen.on >= ON
        if seen.place.kind == "tick":
            key = meaning.group, meaning.path
            ticked[key] = ticked.get(key, 0) + sure
            if OFF < seen.on < ON:
                yield "unreadable"
            if sure and meaning.path == "?":
                yield "words"
        elif sure and meaning.path == "?":
            yield "words"
        elif seen.on > OFF and (meaning.order, meaning.code, _edges(seen)) not in taken:
            yield "unreadable"
    if any(count > 1 for (_, path), count in ticked.items() if path != "?"):
        yield "both_ticked"


def _answers(pairs: Sequence[tuple[Seen, Meaning]], today: date) -> Iterator[Answer]:
    for seen, meaning in pairs:
        if meaning.path in ("", "-") or seen.on < ON:
            continue
        path = "" if meaning.path == "?" else meaning.path
        if seen.place.kind == "signature":
            yield _answer(seen, meaning, path, True, "signed", seen.on)
        elif seen.place.kind == "tick":
            yield _answer(seen, meaning, path, meaning.value or "ticked", "ticked", min(0.999, 0.5 + seen.on / 2))
        elif not path:
            yield _answer(seen, meaning, "", seen.text, seen.text, seen.confidence)
        elif seen.confidence >= LEAST and (value := written(path, seen.text, today)) is not None:
            yield _answer(seen, meaning, path, value, seen.text, min(BY_HAND, seen.confidence))


def _answer(seen: Seen, meaning: Meaning, path: str, value: Scalar, text: str, confidence: float) -> Answer:
    return Answer(meaning.order, meaning.code, path, value, text, round(confidence, 4), _edges(seen))


def _edges(seen: Seen) -> tuple[float, float, float, float]:
    return round(seen.box.x0, 4), round(seen.box.y0, 4), round(seen.box.x1, 4), round(seen.box.y1, 4)


def written(path: str, text: str, today: date) -> Scalar:
    """Return the value of the leaf at `path` that is written as `text`; None where it is none.

    A date of the future is none; a birth date in two digits is the latest one that is past.
    """
    said = " ".join(text.split()).strip(" _.,:;")
    leaf = re.sub(r"\.\d+(?=\.|$)", "", path)
    if not said:
        return None
    if leaf in ("patient.birth_date", "order_date"):
        return _day(said, today)
    if leaf.endswith((".phone", ".fax")):
        return PhoneNumber.parse(said)
    if leaf == "provider.npi":
        return _npi(said)
    if leaf.startswith("indication.icd10"):
        return _code(said)
    if leaf == "exams.body_region":
        word = said.lower().replace(" ", "_")
        return word if word in BODY_REGIONS else None
    return said


def _day(said: str, today: date) -> str | None:
    for form in _DAYS:
        try:
            day = datetime.strptime(said, form).date()
        except ValueError:
            continue
        if day > today and "%y" in form:
            day = day.replace(year=day.year - 100)
        return day.isoformat() if date(1900, 1, 1) <= day <= today else None
    return None


def _npi(said: str) -> str | None:
    digits = re.sub(r"\D", "", said)
    try:
        return str(NPI(digits))
    except ValueError:
        return None


def _code(said: str) -> str | None:
    try:
        return str(ICD10(dotted(said.replace(" ", ""))))
    except ValueError:
        return None
