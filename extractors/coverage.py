"""Coverage: payer, member id, group number, authorisation number."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterator, Sequence
from datetime import date
from functools import cache
from importlib.resources import files

from rapidfuzz import fuzz, process

from extractors.dates import find_dates
from extractors.entries import Entry
from extractors.patient import phones_in
from extractors.sheet import Token, plain
from extractors.views import View, joined
from orders.order import Finding

_ID = re.compile(r"(?<![\w/])([A-Z0-9][A-Z0-9-]{3,24}(?:\s\d{2,6}(?![\d/]))*)(?![\w/])", re.I)
_NONE = re.compile(
    r"^(n/?a|none|pending|not (?:required|needed)|unknown|tbd|self.?pay|no auth\w*( required)?|nar|"
    r"requested|in process|submitted)\b",
    re.I,
)
_MEMBER = re.compile(
    r"\b(?:member|subscriber|policy|insurance|beneficiary|enrollee|medicare|medicaid)\s*(?:id|number|no|#|ID|identification)?\.?\s*(?:is|of|number|#|no\.?)?\s*[:#]?\s*([A-Z]{0,4}\d[A-Z0-9-]{4,18})",
    re.I,
)
_PLAN_ID = re.compile(
    r"\b(?:ins\w*|plan|pay[eo]r|carrier|coverage)\b\.?:?[ ]+[^\n:]{2,45}?\bID\s*(?:#|"
    r"no\.?)?\s*:?\s*([A-Z0-9]{0,5}\d[A-Z0-9-]{4,18})",
    re.I,
)
_GROUP = re.compile(r"\b(?:group|grp)\s*(?:number|no\.?|#|id)?\s*(?:is)?\s*[:#]?\s*([A-Z]{0,4}\d[A-Z0-9-]{2,14})", re.I)
_AUTH = re.compile(
    r"\b(?:(?:prior\s+)?auth(?:orization|orisation)?|pre-?cert(?:ification)?|approval|pre-?auth(?:orization)?|referral|certification|PA)\s*(?:number|no\.?|#|id|code|ref(?:erence)?)?\s*(?:is|:|#|of)?\s*[:#]?\s*([A-Z]{0,5}\d[A-Z0-9-]{4,18})",
    re.I,
)
_INSURED_BY = re.compile(
    r"\b(?:insur(?:ance|ed|er)(?:\s+(?:is|with|by|through|carrier|company|plan))*|covered\s+(?:by|"
    r"under|through)|coverage\s+(?:is|with|through)|health plan\s+is|has|payer\s+is|"
    r"plan\s+is)\s*[:;]?\s+([A-Z][\w&.' /-]{2,40}?)(?=[,.;\n(]|\s+(?:member|id|ID|policy|and|with|"
    r"group|#|insurance|no\b)|$)"
)


@cache
def payers() -> tuple[str, ...]:
    """Return the payers' names that `payers.toml` lists, in plain form."""
    listed = tomllib.loads(files("extractors").joinpath("payers.toml").read_text("utf-8"))["payers"]
    return tuple(dict.fromkeys(plain(name) for name in listed))


def payer_likeness(text: str) -> float:
    """Return how much `text` looks like a known payer's name or a plan of one, 0..1."""
    bare = plain(text)
    if len(bare) < 3:
        return 0.0
    if any(name in bare for name in payers() if len(name) >= 5) or bare in payers():
        return 1.0
    close = process.extractOne(bare, payers(), scorer=fuzz.ratio, score_cutoff=80)
    return close[1] / 100 if close else 0.0


def find_coverage(view: View) -> Iterator[Finding]:
    """Yield findings for every `coverage.` field on one page."""
    yield from _payers(view)
    fields = (
        ("coverage.member_id", ("coverage.member_id", "coverage.any.id"), _MEMBER),
        ("coverage.group_number", ("coverage.group_number",), _GROUP),
        ("coverage.authorization_number", ("coverage.authorization_number",), _AUTH),
    )
    for field, concepts, pattern in fields:
        for entry in view.of(*concepts):
            if entry.label.section in ("secondary", "other"):
                continue
            number = _number(entry, view.today)
            if number:
                yield view.finding(field, number[0], number[1], entry.score, f"label {entry.label.text}")
        patterns = (pattern, _PLAN_ID) if field == "coverage.member_id" else (pattern,)
        for hit in (hit for each in patterns for hit in view.find(each)):
            if not phones_in(hit.match[1], repair=False) and not find_dates(hit.match[1], view.today):
                tokens = hit.group_tokens(view)
                yield view.finding(field, hit.match[1].strip("-"), tokens, 0.6, "number after its name in running text")


def _number(entry: Entry, today: date) -> tuple[str, Sequence[Token]] | None:
    """Return the identifier that an entry begins with, and its tokens."""
    text = re.sub(r"(?<=\w)-\s(?=\w)", "-", joined(entry.tokens[:14]))
    if _NONE.match(text.strip()):
        return None
    for match in _ID.finditer(text):
        value = match[1]
        while value and not any(character.isdigit() for character in value.split()[-1]):
            value = " ".join(value.split()[:-1])
        if not value or not any(character.isdigit() for character in value):
            continue
        if phones_in(text[match.start() - 2 if match.start() > 1 else 0 : match.end() + 6]) or find_dates(
            text[match.start() : match.end() + 8], today
        ):
            continue
        tokens = [token for token in entry.tokens if token.plain and token.plain in plain(value)]
        return value, tokens or entry.tokens
    return None


def _payers(view: View) -> Iterator[Finding]:
    for entry in view.of("coverage.payer", "coverage.any.name"):
        if entry.label.section in ("secondary", "other"):
            continue
        text = re.split(r"\s(?:ID|Member|Policy|Group|Grp|#|Auth|Phone|Tel)\b|\s{2,}|\(|;", entry.text)[0].strip(
            " ,.:-"
        )
        letters = sum(character.isalpha() for character in text)
        if (
            letters < 3
            or letters < 0.6 * len(text.replace(" ", ""))
            or len(text) > 50
            or (_NONE.match(text) and "self" not in text.lower())
        ):
            continue
        tokens = [token for token in entry.tokens if token.plain and token.plain in plain(text)] or entry.tokens
        known = payer_likeness(text)
        # A plan's name that runs over two lines is better whole, if whole it is still a payer's.
        whole = 1.08 if entry.place == "wrapped" and known >= 0.9 else 1.0
        score = entry.score * whole * (0.75 + 0.25 * known)
        yield view.finding("coverage.payer", text, tokens, score, f"label {entry.label.text}")
    for hit in view.find(_INSURED_BY):
        text = hit.match[1].strip(" .")
        if payer_likeness(text) >= 0.85:
            yield view.finding("coverage.payer", text, hit.group_tokens(view), 0.7, "payer named in running text")
    if view.sheet.type in ("insurance_card", "authorization"):
        yield from _payer_heading(view)


def _payer_heading(view: View) -> Iterator[Finding]:
    """A card or an authorisation bears the payer's name at its top."""
    for segment in view.sheet.segments[:8]:
        if payer_likeness(segment.text) >= 0.9 and len(segment.text) <= 50:
            yield view.finding("coverage.payer", segment.text.strip(" :"), segment.tokens, 0.55, "heads the page")
            return
