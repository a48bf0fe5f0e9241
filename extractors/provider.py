"""The ordering provider: name, NPI, practice, telephone, fax."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from extractors.labels import Label
from extractors.letterhead import Letterhead, is_prose, letterhead, organisation_kind
from extractors.names import CREDENTIALS, PersonName, parse_name
from extractors.patient import phones_in
from extractors.sheet import Token, plain
from extractors.views import View, joined
from orders.codes import NPI
from orders.order import Finding

_NAME = r"((?-i:(?:Dr\.?\s+)?[A-Z][\w'’.-]*(?:,?\s+[A-Z][\w'’.-]*){1,4}))"
_ESIGNED = re.compile(
    r"\b(?:(?:electronically|digitally|e-?)\s*-?\s*(?:signed|authenticated|approved|authorized)|"
    r"signed electronically|authenticated|e-?signature|/s/)(?:\s+(?:by|on file))?\s*[:;]?\s*" + _NAME,
    re.I,
)
_CREDENTIAL = "|".join(
    sorted(
        (re.escape(word) for word in CREDENTIALS if len(word) >= 2 and word not in ("ma", "ms", "bc", "od", "pt")),
        key=len,
        reverse=True,
    )
)
_WITH_CREDENTIAL = re.compile(
    rf"(?<![A-Za-z.])(?:Dr\.?[ ]+)?((?:[A-Z][a-zA-Z'’-]*\.?,?[ ]+){{1,4}}?[A-Z][a-zA-Z'’-]+),?\s+((?i:(?:{_CREDENTIAL}|"
    rf"M\.D|D\.O|N\.P|P\.A)\.?(?:-C)?))(?![A-Za-z])"
)
_NPI = re.compile(r"\bNP[I1l](?:\s*(?:#|no\.?|number|id))?\s*[:#.]?\s*((?:\d\s?){10})(?!\d)", re.I)
_DOCTOR = re.compile(r"\bDr\.?[ ]+((?:[A-Z][\w'’.-]+[ ]+){0,2}[A-Z][\w'’-]+)")
_CLOSING = re.compile(
    r"\b(sincerely|regards|respectfully|yours truly|thank you|cordially|best wishes|warmly|"
    r"with thanks|yours faithfully)\b",
    re.I,
)
_OTHER_PERSON = re.compile(
    r"\b(cc|c\.c\.|pcp|primary care|copy|copies|supervis\w+|collaborat\w+|attn|attention|report(?:ed|"
    r"ing)|dictated|interpret\w+|radiologist|read by|dear|reading|"
    r"(?:draft|created|viewed|sent|printed|entered|scheduled|opened|modified|edited)\b.{0,24}\bby)\b",
    re.I,
)
# Words of an organisation's name that are no part of the body or field of medicine as well.
_ORGANISED = re.compile(
    r"\b(clinics?|associates?|physicians?|medical|medicine|health\w*|group|cent(?:er|re)s?|partners|institute|hospital|"
    r"specialists?|practice|care|doctors|orthop\w*|pediatrics?|\w+logy|surg\w+|p\.?c\.?|llc|pllc|llp|inc|p\.a\.)\b",
    re.I,
)
_IN_PROSE = {
    "phone": re.compile(
        r"\b(?:call|questions?|phone|telephone|reach(?:ed)?|contact|tel)\b[^.\n\d(]{0,40}?(?=\(?\d{3})", re.I
    ),
    "fax": re.compile(r"\b(?:fax(?:ed|es)?|facsimile)\b[^.\n\d(]{0,30}?(?=\(?\d{3})", re.I),
}
_FAX_IN_TEXT = re.compile(r"\b(?:fax|facsimile|fx|f)\b\.?\s*(?:no\.?|number|#)?\s*[:;.]?\s*$", re.I)


def find_provider(view: View) -> Iterator[Finding]:
    """Yield findings for every `provider.` field on one page."""
    head = letterhead(view)
    yield from _names(view, head)
    yield from _npis(view, head)
    yield from _practices(view, head)
    yield from _lines(view, head, "phone")
    yield from _lines(view, head, "fax")


def _names(view: View, head: Letterhead) -> Iterator[Finding]:
    for entry in view.of("provider.name", "provider.any.name"):
        if entry.label.section in ("facility", "other", "secondary") and "provider.name" not in entry.label.concepts:
            continue
        if plain(entry.label.text) == "dr" and _is_anothers(view, entry.label):
            continue
        ordered = "last" in entry.label.text.lower() and "first" in entry.label.text.lower()
        name = parse_name(re.split(r"\s(?:NPI|Phone|Tel|Fax|\()", joined(entry.tokens))[0], ordered)
        if name and not organisation_kind(entry.text):
            score = entry.proven if name.family and name.given else entry.score
            yield from _name_findings(view, name, entry.tokens, score, f"label {entry.label.text}")
    for entry in view.of("decoy.person"):
        sender = plain(entry.label.text) == "from" and view.sheet.type in ("order", "cover")
        name = parse_name(re.split(r"\s(?:NPI|Phone|Tel|Fax|\()", joined(entry.tokens))[0]) if sender else None
        if name and name.credentials and not organisation_kind(entry.text):
            yield from _name_findings(view, name, entry.tokens, 0.85 * entry.score, "the sender")
    for part in ("family", "given"):
        concept = "patient." + part
        for entry in view.of(f"provider.{part}", concept):
            if (
                concept in entry.label.concepts
                and (
                    view.owner(entry.label) != "provider"
                    or entry.label.section != "provider"
                    or view.is_patients(entry.label)
                )
                and not view.in_provider_row(entry.label)
            ):
                continue
            if re.fullmatch(r"[A-Za-zÀ-ÿ][A-Za-zÀ-ÿ'’. -]{1,40}", entry.text):
                yield view.finding(
                    f"provider.{part}", entry.text, entry.tokens, entry.score, f"label {entry.label.text}"
                )
    yield from _before_npi(view)
    for hit in view.find(_ESIGNED):
        name = parse_name(
            re.split(
                r"\s(?i:on|at|dated?|time|(?:Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec)[a-z]*\.?)\b", hit.match[1]
            )[0]
        )
        if name:
            yield from _name_findings(view, name, hit.group_tokens(view), 0.85, "signed electronically")
    for hit in view.find(_WITH_CREDENTIAL):
        name = parse_name(hit.match[1])
        if name and name.given:
            yield from _name_findings(
                view, name, hit.group_tokens(view), _standing(view, hit.tokens, head), "a name with credentials"
            )
    for hit in view.find(_DOCTOR):
        name = parse_name(hit.match[1])
        if name and name.family:
            yield from _name_findings(
                view,
                name,
                hit.group_tokens(view),
                0.6 * _standing(view, hit.tokens, head),
                "a doctor named in the text",
            )


def _before_npi(view: View) -> Iterator[Finding]:
    """Yield the name that an NPI follows on its line: under a signature, "Petrakis, Miriam  NPI 1743518064"."""
    for label in view.labels:
        if "provider.npi" not in label.concepts:
            continue
        row = [token for token in view.sheet.rows[label.row] if token.box.x1 <= label.box.x0 + 1e-6]
        if not row or any(view.grid.label_of(token) for token in row) or len(row) > 8:
            continue
        text = " ".join(token.text for token in row)
        name = parse_name(text)
        if name and name.family and name.given and not _OTHER_PERSON.search(text) and not organisation_kind(text):
            yield from _name_findings(view, name, row, 0.82, "a name before its NPI")


def _is_anothers(view: View, title: Label) -> bool:
    """Whether a "Dr." stands beside or under the label of somebody else: a family doctor, whoever gets a copy."""
    return any(
        label.concepts[0] == "decoy.person"
        and label.box.x0 < title.box.x1
        and (
            label.row == title.row
            or (0 < view.sheet.down(title.box.y0 - label.box.y0) < 3 and label.box.x1 > title.box.x0)
        )
        for label in view.labels
    )


def _standing(view: View, tokens: Sequence[Token], head: Letterhead) -> float:
    """How much a name with credentials looks like the one who orders, by where it stands."""
    if not tokens:
        return 0.0
    first = tokens[0]
    before = " ".join(token.text for token in view.sheet.rows[first.row] if token.box.x0 < first.box.x0)
    label = next((view.grid.label_of(token) for token in tokens if view.grid.label_of(token)), None)
    if _OTHER_PERSON.search(before) or (label and label.concepts[0] == "decoy.person"):
        return 0.08
    if any(first in entry.tokens for entry in view.of("decoy.person") if plain(entry.label.text) != "from"):
        return 0.08
    ticked = _ticked(view, first)
    if ticked is not None:
        return 0.9 if ticked else 0.05
    owners = [other for other in view.labels if other.row == first.row and other.box.x1 <= first.box.x0 + 1e-6]
    if owners and owners[-1].concepts[0].startswith("decoy"):
        return 0.1
    above = list(view.sheet.rows[max(0, first.row - 8) : first.row])
    if any(_CLOSING.search(" ".join(token.text for token in row)) for row in above) and first.box.y > 0.3:
        return 0.86
    if first.box.y < head.bottom and head.kind == "practice":
        return 0.55
    if any(
        mark.kind == "signature" and abs(view.sheet.down(mark.box.y - first.box.y)) < 5 for mark in view.sheet.marks
    ):
        return 0.7
    return 0.35


def _ticked(view: View, token: Token) -> bool | None:
    """Whether the name is one of a list of providers with boxes, and its box is ticked."""
    for mark in view.sheet.marks:
        if (
            mark.kind == "choice"
            and abs(view.sheet.down(mark.box.y - token.box.y)) < 0.7
            and -0.3 < view.sheet.across(token.box.x0 - mark.box.x1) < 1.5
        ):
            return mark.state == "on"
    return None


def _name_findings(
    view: View, name: PersonName, tokens: Sequence[Token], score: float, reason: str
) -> Iterator[Finding]:
    for part in ("family", "given"):
        value = getattr(name, part)
        if value:
            wanted = {plain(word) for word in value.split()}
            own = [token for token in tokens if token.plain and token.plain in wanted] or tokens
            yield view.finding(
                f"provider.{part}", value, own, score * name.sure * (1.05 if name.credentials else 1.0), reason
            )


def _npis(view: View, head: Letterhead) -> Iterator[Finding]:
    for entry in view.of("provider.npi"):
        text = joined(entry.tokens)
        plain_run = re.search(r"(?<!\d)[12]\d{9}(?!\d)", text)
        digits = plain_run[0] if plain_run else re.sub(r"\D", "", _as_digits(text))[:10]
        if len(digits) == 10 and digits[0] in "12":
            right = NPI.parse(digits) is not None
            yield view.finding(
                "provider.npi",
                digits,
                entry.tokens,
                entry.score * (1.0 if right else 0.7),
                "label NPI, check digit " + ("right" if right else "wrong"),
            )
    for hit in view.find(_NPI):
        digits = re.sub(r"\D", "", hit.match[1])
        right = NPI.parse(digits) is not None
        standing = 0.75 if right else 0.5
        before = view.text[max(0, hit.match.start() - 40) : hit.match.start()].split("\n")[-1]
        if _OTHER_PERSON.search(before) or re.search(r"group|facility|organi[sz]ation|clinic", before[-14:], re.I):
            standing *= 0.3
        yield view.finding(
            "provider.npi",
            digits,
            hit.group_tokens(view),
            standing,
            "NPI in the text, check digit " + ("right" if right else "wrong"),
        )


def _as_digits(text: str) -> str:
    """Repair letters read for digits; only the ten-digit form keeps what comes of it."""
    return text.translate(
        str.maketrans({"O": "0", "o": "0", "l": "1", "I": "1", "|": "1", "S": "5", "B": "8", "Z": "2"})
    )


def _practices(view: View, head: Letterhead) -> Iterator[Finding]:
    for entry in view.whole("provider.practice"):
        if entry.label.section in ("facility", "other", "coverage", "secondary", "patient"):
            continue
        text = re.split(r"\s(?:NPI|Phone|Ph|Tel|Fax|Address)\b|\s\(?\d{3}\)?[ ./-]{1,2}\d{3}", entry.text)[0].strip(
            " ,.;:-"
        )
        kind = organisation_kind(text)
        vague = plain(entry.label.text) in (
            "facility",
            "location",
            "department",
            "dept",
            "company",
            "office",
            "sitename",
            "organization",
            "facilityname",
        )
        if sum(character.isalpha() for character in text) < 4 or kind == "imaging" or (vague and kind != "practice"):
            continue
        # A name that runs on over a second line is longer by a word or two, not by another entry.
        place = 1.03 if entry.place == "wrapped" and kind == "practice" and len(text.split()) <= 8 else 1.0
        yield view.finding(
            "provider.practice",
            text,
            entry.tokens,
            entry.score * place * (1.0 if kind else 0.8),
            f"label {entry.label.text}",
        )
    if head.kind == "practice" and view.sheet.type in ("order", "cover"):
        # On a form the head may be the imaging centre's under any name; a practice entered at its label is surer.
        labelled = any(entry.text for entry in view.of("provider.practice"))
        base = 0.45 if labelled or view.sheet.type != "order" else 0.72
        yield view.finding("provider.practice", head.text, head.tokens, base, "heads the page")
    for segment in view.sheet.segments:
        if (
            segment.tokens[0] not in head.tokens
            and segment.box.y > head.bottom
            and organisation_kind(segment.text) == "practice"
            and _ORGANISED.search(segment.text)
        ):
            owner = [
                label for label in view.labels if label.row == segment.row and label.box.x1 <= segment.box.x0 + 1e-6
            ]
            near = view.section_of(segment.box) == "provider" or any(
                label.concepts[0].startswith("provider.") and 0 <= segment.row - label.row <= 3 for label in view.labels
            )
            if not owner and near and len(segment.tokens) >= 2 and not view.grid.label_of(segment.tokens[0]):
                yield view.finding(
                    "provider.practice",
                    segment.text.strip(" ,.;:-"),
                    segment.tokens,
                    0.5,
                    "an organisation near the provider",
                )


def _lines(view: View, head: Letterhead, kind: str) -> Iterator[Finding]:
    """Telephone or fax numbers of the provider or the practice."""
    field = f"provider.{kind}"
    for entry in view.of(field, f"provider.any.{kind}", "provider.any.phone_fax"):
        both = any("phone_fax" in concept for concept in entry.label.concepts)
        numbers = phones_in(joined(entry.tokens))
        numbers = numbers[1:2] if both and kind == "fax" else numbers[:1]
        for number, _, _ in numbers:
            yield view.finding(
                field, number, _digits_of(number, entry.tokens), entry.score, f"label {entry.label.text}"
            )
    if is_prose(view):
        for hit in view.find(_IN_PROSE[kind]):
            end = hit.match.end()
            for number, start, stop in phones_in(view.text[end : end + 20])[:1]:
                tokens = view.tokens_between(end + start, end + stop)
                if not any(view.grid.label_of(token) for token in hit.tokens):
                    yield view.finding(field, number, tokens, 0.62, "given in running text")
    if head.kind == "imaging" or view.sheet.type in ("insurance_card", "authorization", "prior_report", "lab_result"):
        return
    for entry in view.of(f"letterhead.any.{kind}"):
        for number, _, _ in phones_in(joined(entry.tokens))[:1]:
            yield view.finding(
                field, number, _digits_of(number, entry.tokens), 0.72 * entry.score, "in the practice's letterhead"
            )
    for row in view.sheet.rows:
        if not row or row[0].box.y > head.bottom:
            break
        yield from _unlabelled(view, row, field, kind)


def _unlabelled(view: View, row: Sequence[Token], field: str, kind: str) -> Iterator[Finding]:
    """Numbers of a letterhead whose label is a letter or stands glued to them: `T 865 555 0120 F 865 555 0121`."""
    text = " ".join(token.text for token in row)
    for number, start, _ in phones_in(text):
        is_fax = bool(_FAX_IN_TEXT.search(text[max(0, start - 14) : start].rstrip("( +1-")))
        if is_fax == (kind == "fax"):
            yield view.finding(field, number, _digits_of(number, row), 0.5, "a number in the practice's letterhead")


def _digits_of(number: str, tokens: Sequence[Token]) -> Sequence[Token]:
    """Return the tokens that spell the digits of `number`."""
    own = [
        token
        for token in tokens
        if any(character.isdigit() for character in token.plain) and re.sub(r"\D", "", token.plain) in number
    ]
    return own or tokens
