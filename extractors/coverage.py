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
from extractors.lexicon import Lexicon
from extractors.patient import phones_in
from extractors.sheet import Token, plain
from extractors.views import View, joined
from orders.order import Finding

_ID = re.compile(r"(?<![\w/])([A-Z0-9][A-Z0-9-]{3,24}(?:\s\d{2,6}(?![\d/]))*)(?![\w/])", re.I)
_BARE_DIGITS = re.compile(r"\d{8,}(-\d{1,3})?")
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
    r"\b(?:ins\w*|plan|pay[eo]r|carrier|coverage)\b\.?:?[ ]+[^\n:]{2,45}?(?<!payer )(?<!payor )\bID\s*(?:#|"
    r"no\.?)?\s*:?\s*([A-Z0-9]{0,5}\d[A-Z0-9-]{4,18})",
    re.I,
)
# "Oxford Health Plans ID 846101250", "Aetna PPO, policy W758567166", "covered by GEHA (member ID …)": a payer's name
# and its number, with no other label.
_PAYER_AND_ID = re.compile(
    r"([A-Z][\w&.'/ -]{1,44}?)[,;]?\s*\(?\s*\b(?:(?:member|subscriber|mem\.?|sub\.?|mbr)\s*)?"
    r"(?:ID|policy|pol\.?|member|subscriber)"
    r"\s*(?:number|no\.?|#|ID)?\s*[:#]?\s*(?=[A-Z0-9-]*\d)([A-Z0-9][A-Z0-9-]{4,18})(?![\w/])",
    re.I,
)
# What runs up to a payer's name in a sentence or a list.
_LEAD = re.compile(
    r"^.*\b(?:insur\w*|coverage|covered|carrier|pay[eo]r|plan|has|with|by|through|under|is|are|primary|ins|for)\b[\s:.-]*(?=\S)",
    re.I,
)
_GROUP = re.compile(r"\b(?:group|grp)\s*(?:number|no\.?|#|id)?\s*(?:is)?\s*[:#]?\s*([A-Z]{0,4}\d[A-Z0-9-]{2,14})", re.I)
_AUTH = re.compile(
    r"\b(?:(?:prior\s+)?auth(?:orization|orisation)?|pre-?cert(?:ification)?|approval|pre-?auth(?:orization)?|referral|certification|\bPA(?=\s*(?:#|:|no\b|number)))\s*(?:number|no\.?|#|id|code|ref(?:erence)?)?\s*(?:is|:|#|of)?\s*[:#]?\s*([A-Z]{0,5}\d[A-Z0-9-]{4,18})",
    re.I,
)
# `Auth # PJ-0987083`, `pre-cert PW-3376702`: letters and a hyphen before the digits.
_AUTH_LETTERED = re.compile(r"\b(?:auth\w*|pre-?cert|pre-?auth|approval)[ .#:]{1,4}([A-Z]{1,3}-\d{4,14})(?!\d)", re.I)
_INSURED_BY = re.compile(
    r"\b(?:insur(?:ance|ed|er)(?:\s+(?:is|with|by|through|carrier|company|plan))*|covered\s+(?:by|"
    r"under|through)|coverage\s+(?:is|with|through)|health plan\s+is|has|payer\s+is|"
    r"plan\s+is)\s*[:;]?\s+([A-Z][\w&.' /-]{2,40}?)(?=[,.;\n(]|\s+(?:member|id|ID|policy|and|with|"
    r"group|#|insurance|no\b)|$)"
)


_MORE = {"coverage.member_id": (_PLAN_ID,), "coverage.authorization_number": (_AUTH_LETTERED,)}

# Short names that are no plain English words: one of them makes a phrase a payer's.
_SHORT = frozenset(["bcbs", "bcbst", "uhc", "umr", "geha", "hmsa", "cdphp", "ghi", "mvp", "nalc", "mhbp", "upmc"])


@cache
def payers() -> tuple[str, ...]:
    """Return the payers' names that `payers.toml` lists, in plain form."""
    listed = tomllib.loads(files("extractors").joinpath("payers.toml").read_text("utf-8"))["payers"]
    return tuple(dict.fromkeys(plain(name) for name in listed))


@cache
def _words() -> Lexicon:
    """Return the words that payers' names and plans are made of."""
    listed = tomllib.loads(files("extractors").joinpath("payers.toml").read_text("utf-8"))
    every = (word for name in (*listed["payers"], *listed["plans"]) for word in re.findall(r"[a-z]{4,}", name.lower()))
    return Lexicon(dict.fromkeys(every, 2))


def payer_likeness(text: str) -> float:
    """Return how much `text` looks like a known payer's name or a plan of one, 0..1."""
    bare = plain(text)
    if len(bare) < 3:
        return 0.0
    if any(name in bare for name in payers() if len(name) >= 5) or bare in payers():
        return 1.0
    if any(plain(word) in _SHORT for word in text.split()[:4]):
        return 0.95
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
        patterns = (pattern, *_MORE.get(field, ()))
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
        # Ten digits without a sign between them are an identifier as often as a telephone number.
        around = text[match.start() - 2 if match.start() > 1 else 0 : match.end() + 6]
        is_phone = not _BARE_DIGITS.fullmatch(value) and phones_in(around, repair=False)
        if is_phone or find_dates(text[match.start() : match.end() + 8], today):
            continue
        tokens = [token for token in entry.tokens if token.plain and token.plain in plain(value)]
        return value, tokens or entry.tokens
    return None


def _payers(view: View) -> Iterator[Finding]:
    for entry in view.of("coverage.payer", "coverage.any.name"):
        if entry.label.section in ("secondary", "other"):
            continue
        told = _words().tell(entry.tokens)
        text = _payer_text(told.text)
        letters = sum(character.isalpha() for character in text)
        if (
            letters < 2
            or (letters < 3 and payer_likeness(text) < 1.0)
            or letters < 0.6 * len(text.replace(" ", ""))
            or len(text) > 50
            or (_NONE.match(text) and "self" not in text.lower())
        ):
            continue
        written = plain(_payer_text(entry.text))
        tokens = [token for token in entry.tokens if token.plain and token.plain in written] or entry.tokens
        known = payer_likeness(text)
        # A plan's name that runs over two lines is better whole, if whole it is still a payer's.
        whole = 1.08 if entry.place == "wrapped" and known >= 0.9 else 1.0
        score = entry.score * whole * (0.75 + 0.25 * known)
        yield view.finding("coverage.payer", text, tokens, score, f"label {entry.label.text}{told.how}")
    for hit in view.find(_INSURED_BY):
        text = hit.match[1].strip(" .")
        if payer_likeness(text) >= 0.85:
            yield view.finding("coverage.payer", text, hit.group_tokens(view), 0.7, "payer named in running text")
    yield from _named_with_id(view)
    yield from _standing_alone(view)
    if view.sheet.type in ("insurance_card", "authorization"):
        yield from _payer_heading(view)


def _payer_text(text: str) -> str:
    """Return an entry's words up to where another field begins without a label of its own."""
    text = re.sub(r"^(?:is|with|by|through|:|-)\s+", "", text.strip(), flags=re.I)
    cut = re.split(
        r",?\s*\b(?:ID|Member|Mem|Policy|Pol|Group|Grp|Auth|Phone|Tel|Subscriber|Effective|Eff|pre-?cert)\b|\s#|\s{2,}|\(|;|"
        r"[\s,/]+(?=[A-Z]{0,4}\d[A-Z0-9-]{4,})",
        text,
        flags=re.I,
    )[0]
    return cut.strip(" ,.:-/")


def _named_with_id(view: View) -> Iterator[Finding]:
    """Yield payer and member id where one follows the other: "Oxford Health Plans ID 846101250"."""
    score = 0.45 if any(entry.text for entry in view.of("coverage.payer")) else 0.7
    for hit in view.find(_PAYER_AND_ID):
        name = hit.match[1].strip(" ,.")
        shorter = _LEAD.sub("", name).strip(" ,.")
        name = shorter if payer_likeness(shorter) >= 0.9 else name
        number = hit.match[2]
        if payer_likeness(name) < 0.9 or find_dates(number, view.today) or name.lower().endswith(("payer", "payor")):
            continue  # a payer's own electronic id is nobody's member number
        tokens = hit.group_tokens(view)
        own = [token for token in tokens if token.plain and token.plain in plain(name)] or tokens
        if any(view.grid.label_of(token) for token in own):
            continue
        yield view.finding("coverage.payer", name, own, score, "a payer named before its member number")
        yield view.finding(
            "coverage.member_id", number.strip("-"), hit.group_tokens(view, 2), 0.66, "the number after a payer's name"
        )


def _standing_alone(view: View) -> Iterator[Finding]:
    """Yield a payer's name that stands on a line or in a column of its own; among several it says nothing."""
    choices = [mark.box for mark in view.sheet.marks if mark.kind in ("choice", "circle")]
    alone = [
        segment
        for segment in view.sheet.segments
        if plain(segment.text) in payers()
        and len(plain(segment.text)) >= 4
        and not any(view.grid.label_of(token) for token in segment.tokens)
        and not any(abs(box.y - segment.box.y) < segment.box.height and box.x < segment.box.x1 for box in choices)
    ]
    if len({plain(segment.text) for segment in alone}) == 1:
        segment = alone[0]
        yield view.finding("coverage.payer", segment.text.strip(" :"), segment.tokens, 0.45, "a payer's name by itself")


def _payer_heading(view: View) -> Iterator[Finding]:
    """A card or an authorisation bears the payer's name at its top."""
    for segment in view.sheet.segments[:8]:
        if payer_likeness(segment.text) >= 0.9 and len(segment.text) <= 50:
            yield view.finding("coverage.payer", segment.text.strip(" :"), segment.tokens, 0.55, "heads the page")
            return
