"""Which request a page answers: by its QR code, else its printed code, else by who sent it about whom."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Final

from clarifications.case_code import read_code
from documents.page import Page

_QR: Final = re.compile(r"CO-[0-9A-Z]{5}-?[0-9A-Z]{5}")


@dataclass(frozen=True, slots=True)
class Waiting:
    """An open request as a page can be told to be its answer: its code, the number it went to, whom it is about."""

    id: str
    code: str
    fax: str
    patients: tuple[tuple[str, str, str], ...]


@dataclass(frozen=True, slots=True)
class Recognised:
    """The request that a page answers, with how sure that is; `how` is qr, code, near_code or sender."""

    id: str
    how: str
    confidence: float


def qr_code_of(page: Page) -> str | None:
    """Return the code in a QR code of ours on the page; None where there is none of our form."""
    contents = (mark.text.strip().upper() for mark in page.marks if mark.kind == "barcode")
    return next((code for text in contents if _QR.fullmatch(text) and (code := read_code(text))), None)


def printed_codes(page: Page) -> tuple[str, ...]:
    """Return what could be codes of ours among the page's words."""
    found = (read_code(word.text.strip(".:")) for word in page.words if len(word.text) >= 11 and "-" in word.text)
    return tuple(code for code in found if code)


def recognise(page: Page, by_code: Callable[[str], str | None], waiting: Sequence[Waiting]) -> Recognised | None:
    """Return which request `page` answers, None where nothing says so.

    `by_code` returns the id of the request with a code. A printed code with one
    character misread counts where one open request alone has it and its patient
    is named on the page; sender and patient count only together, and only where
    one open request alone has both.
    """
    code = qr_code_of(page)
    if code:
        known = by_code(code)
        return Recognised(known, "qr", 0.999) if known else None
    printed = printed_codes(page)
    for each in printed:
        if known := by_code(each):
            return Recognised(known, "code", 0.995)
    named = [each for each in waiting if _names(page, each)]
    near = [each for each in named for code in printed if _apart(code, each.code) <= 1]
    if len(near) == 1:
        return Recognised(near[0].id, "near_code", 0.98)
    sender = page.header.number if page.header else None
    sent = [each for each in named if sender and each.fax == sender]
    if len(sent) == 1:
        return Recognised(sent[0].id, "sender", 0.9)
    if len(sent) > 1 or (len(named) == 1 and printed):
        return Recognised((sent or named)[0].id, "sender", 0.5)
    return None


def _names(page: Page, request: Waiting) -> bool:
    """Whether the page names a patient of the request: family and given name, and the birth date where one is known."""
    words = {_bare(word.text) for word in page.words}
    digits = {re.sub(r"\D", "", word.text) for word in page.words}
    for family, given, born in request.patients:
        day = re.fullmatch(r"(\d{4})-(\d\d)-(\d\d)", born)
        dated = not day or f"{day[2]}{day[3]}{day[1]}" in digits
        if dated and family and all(_bare(part) in words for part in (*family.split(), *given.split()[:1])):
            return True
    return False


def _bare(text: str) -> str:
    return re.sub(r"[^a-z]", "", text.lower())


def _apart(one: str, other: str) -> int:
    return sum(a != b for a, b in zip(one, other, strict=False)) + abs(len(one) - len(other))
