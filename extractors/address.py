"""Addresses as orders write them: street, city, state and ZIP code, in one entry or in fields of their own."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from extractors.entries import Entry
from extractors.lists import words
from extractors.sheet import Token, plain
from extractors.views import View, joined
from orders.order import Finding

LOOKALIKE = str.maketrans({"O": "0", "o": "0", "S": "5", "s": "5", "l": "1", "I": "1", "|": "1", "B": "8", "Z": "2"})
_CITY = re.compile(
    r"([A-Za-z][A-Za-z .'-]{1,28}?)\s*[,.]{0,2}\s*(?<![A-Za-z])([A-Z1]{2}|[A-Z][a-z])[\s,.:-]+"
    r"([\dOoCQlISB]{5})(?:-\d{4})?(?![\dA-Za-z])"
)
_WITHOUT_ZIP = re.compile(r"(?<=[A-Za-z\d.])[,.]\s*([A-Za-z][A-Za-z .'-]{2,28}?),?\s+([A-Z]{2})\.?\s*$")
_STOP = re.compile(r"(?<!\bSt)(?<!\bFt)(?<!\bMt)\.\s", re.I)  # no stop: St. Louis, Ft. Wayne, Mt. Vernon
_STREET_TYPE = re.compile(
    r"\b(?:st|street|ave|avenue|rd|road|dr|drive|ln|lane|ct|court|pl|place|blvd|boulevard|way|cir|circle|ter|terrace|"
    r"pkwy|parkway|hwy|highway|trl|trail|loop|sq|square|row|run|pike|path|xing|crossing|plaza|"
    r"apt\s*\S+|unit\s*\S+|ste\s*\S+|suite\s*\S+|#\s*\S+)\b\.?,?",
    re.I,
)
_STREET = re.compile(r"\b(\d{1,6}[A-Za-z]?[.,*·]?\s+[A-Za-z0-9][\w .'#,&-]*)|(\bP\.?\s?O\.?\s+Box\s+\d+)", re.I)
_STATES = words("address", "states")


def addresses(view: View, owner: str) -> Iterator[Finding]:
    """Yield findings for the address of `owner` (patient): from entries of address labels in its block."""
    for entry in view.of(f"{owner}.address", f"{owner}.any.address"):
        text = entry.text
        city = _city(text)
        end = city[0] if city else len(text)
        # A reader takes the l of "Pl" for an I; no street type is called PI.
        line = re.sub(r"\bPI\b", "Pl", text[:end]).strip(" ,.;")
        score = entry.score * (0.93 if entry.place == "wrapped" else 0.9)
        if _STREET.match(line) and len(line) <= 70:
            yield view.finding(f"{owner}.address.line", line, entry.tokens, score, f"label {entry.label.text}")
        if city:
            yield from _place(view, owner, entry, city[1:], score)
    for entry in view.of(f"{owner}.any.city_state_zip", f"{owner}.any.city"):
        city = _city("x, " + entry.text, strip=3) or _city(entry.text)
        if city:
            yield from _place(view, owner, entry, city[1:], entry.score)
        elif "any.city" in entry.label.concepts and re.fullmatch(r"[A-Za-z .'-]{3,30}", entry.text):
            yield view.finding(
                f"{owner}.address.city", entry.text, entry.tokens, entry.score, f"label {entry.label.text}"
            )
    for entry in view.of(f"{owner}.any.state"):
        word = entry.text[:2].upper()
        if word in _STATES and not entry.text[2:3].isalpha():
            yield view.finding(
                f"{owner}.address.state", word, entry.tokens[:1], entry.score, f"label {entry.label.text}"
            )
    for entry in view.of(f"{owner}.any.postal_code"):
        match = re.search(r"(?<!\d)\d{5}(?!\d)", joined(entry.tokens))
        if match:
            yield view.finding(
                f"{owner}.address.postal_code", match[0], entry.tokens[:1], entry.score, f"label {entry.label.text}"
            )


def _place(view: View, owner: str, entry: Entry, parts: Sequence[str], score: float) -> Iterator[Finding]:
    """Yield findings for the city, state and ZIP code in `parts`, "" where one is not stated."""
    for part, value in zip(("city", "state", "postal_code"), parts, strict=True):
        if value:
            where = tokens_of(value, entry.tokens)
            yield view.finding(f"{owner}.address.{part}", value, where, score, f"label {entry.label.text}")


def _city(text: str, strip: int = 0) -> tuple[int, str, str, str] | None:
    """Return where the city starts in `text`, and city, state and ZIP code (None where it is not stated)."""
    for match in (*_CITY.finditer(text), *_WITHOUT_ZIP.finditer(text)):
        state = match[2].upper().replace("1", "I")
        postal = match[3] if match.re is _CITY else None
        if postal:
            if sum(character.isdigit() for character in postal) < 4:
                continue
            postal = postal.translate(LOOKALIKE).replace("C", "0").replace("Q", "0")
        if state not in _STATES:
            continue
        before = match[1]
        # The street and the city may run together without a comma: the city is what follows the street's type.
        cut = max(before.rfind(","), *(stop.start() for stop in _STOP.finditer(before)), -1)
        kind = list(_STREET_TYPE.finditer(before))
        ends = [each.end() for each in kind if before[each.end() :].strip(" ,.") and not _is_saint(before, each, kind)]
        start = max(cut + 1, ends[-1] if ends else 0)
        city = before[start:].strip(" ,.")
        if not city:
            continue
        return match.start(1) + start - strip, city, state, postal or ""
    return None


def _is_saint(text: str, found: re.Match[str], kinds: Sequence[re.Match[str]]) -> bool:
    """Whether an "St." begins a city's name: it follows a comma, or the street's own type."""
    before = text[: found.start()].rstrip()
    return found[0].lower().startswith("st") and (
        before.endswith(",") or not before or any(len(text[: other.end()].rstrip()) == len(before) for other in kinds)
    )


def tokens_of(value: str, tokens: Sequence[Token]) -> Sequence[Token]:
    """Return the tokens that spell `value`, so that its box is no wider than need be."""
    wanted = {plain(word) for word in value.split()}
    own = [token for token in tokens if token.plain and token.plain in wanted]
    return own or tokens
