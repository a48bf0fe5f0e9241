"""A payer's answer among the pages: approved or not, its number, its payer, from when until when, for which exams.

Dates are told by the words before them ("effective", "expires") or by standing
in a range. An order's own line about its authorisation may state dates as well.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from extractors.coverage import find_coverage
from extractors.dates import DateReading, find_dates
from extractors.exams import ExamReader, unaccented
from extractors.granted import granted
from extractors.resolve import choose
from extractors.sheet import Token
from extractors.views import View
from orders.order import ABSENT, Finding, Grant, Value

_LINE = re.compile(r"\b(?:auth(?:oriz|oris)?\w*|pre-?cert\w*|pre-?auth\w*|approval)\b", re.I)
_RANGE = re.compile(r"^\s*(?:to|thru|through|until|-|–|—)\s*$", re.I)
# A range that breaks off at the end of a line, perhaps after the month.
_OPEN = re.compile(r"\d[\d,/ -]*\s(?:to|thru|through|until|-|–)\s*(?:[a-z]{3,9}\.?)?\s*$", re.I)
_UNTIL = re.compile(
    r"\b(?:expir\w*|exp\.?|through|thru|until|ends?|ending|end date|valid to|term\w*)[\s:.]*(?:on|date|dt)?[\s:.]*$",
    re.I,
)
_FROM = re.compile(
    r"\b(?:effective|eff\.?|valid|validity|from|start\w*|begin\w*|dates? of service|date span|approved dates?)"
    r"[\s:.|\-]*(?:from|on|dates?|period)?[\s:.|\-]*$",
    re.I,
)
# What comes first on the page is its answer; further down stands what may happen to a claim.
_STATUS = re.compile(
    r"(?P<denied>\bnot\s+(?:been\s+)?(?:approved|authorized|certified|medically\s+necessary)\b|\bdenied\b|\bdenial\b|"
    r"\badverse\s+determination\b|\bnon-?certif\w+)|"
    r"(?P<pending>\b(?:additional|more|further)\s+(?:clinical\s+)?information\s+(?:is\s+)?(?:needed|required|requested)\b|"
    r"\bpending\b|\bunder\s+review\b|\bnot\s+been\s+able\s+to\s+make\s+a\s+decision\b)|"
    r"(?P<approved>\bapproved\b|\bapproval\b|\bauthorized\b|\bcertified\b|\bcertification\s+letter\b)",
    re.I,
)
_MAY = re.compile(r"\b(?:may|can|could|will|if|be)\s+(?:be\s+)?$", re.I)
_STATUS_SURE = 0.9


def grants_of(views: Sequence[View], read: ExamReader) -> tuple[Grant, ...]:
    """Return the payer's answers that the pages hold, one for each page that says something of it."""
    return tuple(grant for view in views for grant in _on_page(view, unaccented(read)))


def _on_page(view: View, read: ExamReader) -> Iterator[Grant]:
    if view.sheet.type == "authorization":
        begins, ends = _validity(view, every=True)
        found = list(find_coverage(view))
        yield Grant(
            view.sheet.number,
            _status(view),
            _chosen("coverage.authorization_number", found),
            _chosen("coverage.payer", found),
            begins,
            ends,
            tuple(granted(view, read)),
        )
        return
    begins, ends = _validity(view, every=False)
    if begins or ends:
        yield Grant(view.sheet.number, valid_from=begins, valid_until=ends)


def _chosen(field: str, found: Sequence[Finding]) -> Value:
    return choose(field, [finding for finding in found if finding.field == field]) or ABSENT


def _status(view: View) -> Value:
    for hit in view.find(_STATUS):
        before = view.text[max(0, hit.match.start() - 20) : hit.match.start()]
        if not _MAY.search(before):
            status = str(hit.match.lastgroup)
            return Value(status, _STATUS_SURE, view.evidence(hit.tokens), "stated", "the payer's answer")
    return ABSENT


def _validity(view: View, every: bool) -> tuple[Value, Value]:
    """Return from when until when; of an order's page only lines about an authorisation count."""
    begins, ends = ABSENT, ABSENT
    start = 0
    for line in view.text.split("\n"):
        if every or _LINE.search(line):
            first, last = _range(line, find_dates(line, view.today))
            begins = begins or (_dated(view, "valid_from", first, start) if first else ABSENT)
            ends = ends or (_dated(view, "valid_until", last, start) if last else ABSENT)
        start += len(line) + 1
    if every and not ends:
        first, last = _wrapped(view)
        begins, ends = begins or first, last
    return begins, ends


def _wrapped(view: View) -> tuple[Value, Value]:
    """Return the dates of a range whose end stands on the next line of its column, as in a narrow table."""
    segments = view.sheet.segments
    for upper in segments:
        if not _OPEN.search(upper.text):
            continue
        for lower in segments:
            if lower.row == upper.row + 1 and lower.box.x0 < upper.box.x1 and upper.box.x0 < lower.box.x1:
                dates = find_dates(f"{upper.text} {lower.text}", view.today)
                first, last = _range(f"{upper.text} {lower.text}", dates)
                if first and last:
                    both = (*upper.tokens, *lower.tokens)
                    return _told(view, "valid_from", first, upper.tokens), _told(view, "valid_until", last, both)
    return ABSENT, ABSENT


def _range(line: str, dates: Sequence[DateReading]) -> tuple[DateReading | None, DateReading | None]:
    """Return the dates of a line from which and until which something holds."""
    first: DateReading | None = None
    last: DateReading | None = None
    at = 0
    for place, reading in enumerate(dates):
        before = line[at : reading.start]
        at = reading.end
        if place and _RANGE.match(before):
            first, last = first or dates[place - 1], last or reading
        elif _UNTIL.search(before):
            last = last or reading
        elif _FROM.search(before):
            first = first or reading
    return first, last


def _dated(view: View, field: str, reading: DateReading, start: int) -> Value:
    return _told(view, field, reading, view.tokens_between(start + reading.start, start + reading.end))


def _told(view: View, field: str, reading: DateReading, tokens: Sequence[Token]) -> Value:
    score = 0.6 if reading.repaired or reading.ambiguous else 0.9
    finding = view.finding(f"grants.{field}", reading.iso, tokens, score, "the dates of an authorisation")
    return Value.of(finding, finding.score)
