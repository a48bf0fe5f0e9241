"""The patient: name, birth date, sex, telephone, record number, address."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import Final

from rapidfuzz import fuzz, process

from extractors.address import LOOKALIKE, addresses, tokens_of
from extractors.dates import find_dates
from extractors.entries import Entry
from extractors.labels import Label
from extractors.letterhead import is_prose
from extractors.names import PersonName, is_no_name, parse_name
from extractors.narrative import is_clinical
from extractors.sheet import Token, mark_evidence, plain
from extractors.views import View, joined
from orders.codes import PhoneNumber
from orders.order import Finding

_SEX: Final = {
    "lady": "F", "girl": "F", "gentleman": "M", "boy": "M",
    "f": "F", "female": "F", "femenino": "F", "fem": "F", "woman": "F",
    "m": "M", "male": "M", "masculino": "M", "man": "M",
    "x": "X", "nonbinary": "X", "other": "X",
}  # fmt: skip
_SEX_WORD = re.compile(r"\b(female|male|non-?binary)\b|(?<![A-Za-z0-9'.])([FMX])(?![A-Za-z0-9'])", re.I)
_PHONE = re.compile(
    r"(?<![\d-])(?:\+?1[\s.-]?)?\(?\s?([2-9]\d{2})\s?\)?[\s.\-–/]{0,3}([2-9]\d{2})[\s.\-–]{0,3}(\d{4})(?!\d)"
)
# Letters read for digits in a number: kept only when ten digits of a telephone number come of it.
_NEAR_DIGITS = re.compile(r"[0-9OoSslIBZ|]{3,}")
_MRN = re.compile(r"(?<![\w.])([A-Z]{0,4}[-#]?\d[\dA-Z-]{2,14})(?![\w/])", re.I)
_MRN_IN_TEXT = re.compile(
    r"(?<!number )\b(?:MRN|medical\s+record(?:\s+(?:no\.?|number))?)[ ]*[#:.)]*[ ]*"
    r"([A-Z]{0,4}-?\d[\dA-Z-]{2,14})(?![\w/])",
    re.I,
)
_ORDERS_YEARS: Final = 3  # the dates of orders, visits and injuries are younger
_BLOCK: Final = 9.0  # ems from one of the patient's labels
_VAGUE: Final = ("for", "re", "regarding")
# The border of a box read as a letter before a name in capitals.
_BORDER = re.compile(r"^[I|l]\s+(?=[A-Z]{2,})")
# "RE: Jane Roe", "Mr. Roe", "my patient Jane Roe": how letters name the patient.
_NAME = r"((?:[A-Z][\w'’.-]*,?\s+){1,4}[A-Z][\w'’-]+)"
_ON_A_LINE = _NAME.replace(r"\s+", "[ ]+")
_RE_LINE = re.compile(
    rf"(?:^|\n|\s)(?:RE|Re|Regarding|Patient|PATIENT|PT|Pt|SUBJECT|Subject|Reference)\s*[:;.]\s*{_ON_A_LINE}"
)
_TITLED = re.compile(r"\b(?:Mr|Mrs|Ms|Miss|Sra?|Srta)\.?\s+((?:[A-Z][a-zA-Z'’-]*\.?\s+){0,3}[A-Z][a-zA-Z'’-]+)")
_MENTIONED = re.compile(
    r"\b(?:(?:my|our|this|mutual|the)\s+(?:mutual\s+)?patients?,?|seeing|following|see|evaluat\w+|"
    r"referring|refer|sending you|regarding|on behalf of)\s+"
    rf"(?:Mr\.?|Mrs\.?|Ms\.?|Miss)?\s*{_NAME}"
)
_BORN = re.compile(
    r"\b(?:D\.?\s?[O0]\.?\s?B\.?|[Dd]ate of [Bb]irth|[Bb]irth\s?[Dd]ate|[Bb]orn(?: on)?|BORN|"
    r"BIRTHDATE|BIRTH DATE)[\s:;.,]*(.{4,24})"
)
_OLD = re.compile(
    r"\b\d{1,3}\s?-?\s?(?:years?|yrs?|y)[\s./-]*(?:old|o)?\b[\s,./-]*(?:[a-z-]+\s+){0,2}?(woman|man|female|male|lady|gentleman|girl|boy|F|M)\b",
    re.I,
)
_REACHED = re.compile(
    r"\b(?:patient|she|he|they|Mrs?\.?|Ms\.?)\b[^.\n]{0,40}?"
    r"\b(?:reached|called|contacted|phone|telephone|cell|number is)\b[^\d(+]{0,20}"
    r"([(+]?\d[\d() .\-+]{8,18}\d)",
    re.I,
)


def find_patient(view: View) -> Iterator[Finding]:
    """Yield findings for every `patient.` field on one page."""
    yield from _names(view)
    yield from _birth_dates(view)
    yield from _lone_birth_date(view)
    yield from _sexes(view)
    yield from _phones(view)
    yield from _records(view)
    yield from addresses(view, "patient")


def _names(view: View) -> Iterator[Finding]:
    for entry in view.of("patient.name", "patient.any.name"):
        ordered = "last" in entry.label.text.lower() and "first" in entry.label.text.lower()
        text = _clipped(joined(entry.tokens))
        name = parse_name(text, ordered)
        # "For:" leads to what an exam is for as often as to whom it is for.
        if name and not (plain(entry.label.text) in _VAGUE and is_clinical(text)):
            direct = "patient.name" in entry.label.concepts
            score = entry.proven if name.family and name.given else entry.score
            yield from _name_findings(
                view, name, entry.tokens, score * (1.0 if direct else 0.85), f"beside the label {entry.label.text}"
            )
    yield from _beside_birth_date(view)
    for part in ("family", "given", "middle"):
        for entry in view.of(f"patient.{part}"):
            in_provider = view.owner(entry.label) == "provider" and entry.label.section == "provider"
            if view.in_provider_row(entry.label) or (in_provider and not view.is_patients(entry.label)):
                continue
            text = _BORDER.sub("", _clipped(joined(entry.tokens)).strip(" ,.;:_|"))
            limit = 12 if part == "middle" else 40
            if re.fullmatch(r"[A-Za-zÀ-ÿ][A-Za-zÀ-ÿ'’. -]*", text) and len(text) <= limit and not is_no_name(text):
                yield view.finding(
                    f"patient.{part}", text.strip(". "), entry.tokens, entry.score, f"label {entry.label.text}"
                )
    mentioned = ((_MENTIONED, 0.62, "named in running text"),) if is_prose(view) else ()
    for pattern, score, why in (
        (_RE_LINE, 0.8, "a line that begins with Re"),
        (_TITLED, 0.5, "a title before the name"),
        *mentioned,
    ):
        for hit in view.find(pattern):
            name = parse_name(hit.match[1])
            if name and name.given and name.family:
                yield from _name_findings(view, name, hit.group_tokens(view), score, why)


def _beside_birth_date(view: View) -> Iterator[Finding]:
    """Yield the name that heads a chart's line without a label: "Alderson, June M   64 y old, DOB: 3/14/1962"."""
    for label in view.labels:
        if not {"patient.birth_date", "patient.mrn"} & set(label.concepts) or label.strength < 0.85:
            continue
        row = [token for token in view.sheet.rows[label.row] if token.box.x1 <= label.box.x0 + 1e-6]
        if not row or any(view.grid.label_of(token) for token in row):
            continue
        own: list[Token] = []
        for token in row:
            if token.text[:1] in "(|•·-" or token.text[:1].isdigit():
                break
            own.append(token)
        name = parse_name(" ".join(token.text for token in own))
        if name and name.family and name.given and name.sure >= 0.9 and len(own) >= 2:
            yield from _name_findings(view, name, own, 0.7, "heads the line of the birth date")


def _name_findings(
    view: View, name: PersonName, tokens: Sequence[Token], score: float, reason: str
) -> Iterator[Finding]:
    for part in ("family", "given", "middle"):
        value = getattr(name, part)
        if value:
            own = tokens_of(value, tokens)
            yield view.finding(f"patient.{part}", value, own, score * name.sure, reason)


def _clipped(text: str) -> str:
    """Cut an entry where another field begins without a label of its own."""
    return re.split(r"\s(?:D\.?O\.?B|DOB|MRN|Sex|SEX|Age|AGE|Phone|DATE|Date)\b|\s\d{1,2}[/-]\d", text)[0]


def _birth_dates(view: View) -> Iterator[Finding]:
    for entry in view.of("patient.birth_date", "patient.age_dob"):
        others_section = entry.label.section in ("other", "coverage", "secondary")
        if view.owner(entry.label) in ("other", "coverage") and (others_section or _is_anothers(view, entry.label)):
            continue
        text = joined(entry.tokens)
        for date in find_dates(text, view.today, birth=True)[:1]:
            score = entry.score * (0.9 if date.repaired else 1.0) * (0.85 if date.ambiguous else 1.0)
            reason = f"label {entry.label.text}" + (", a slash was read as a digit" if date.repaired else "")
            yield view.finding("patient.birth_date", date.iso, _date_tokens(entry, text), score, reason)
    for hit in view.find(_BORN):
        owners = [label for token in hit.tokens if (label := view.grid.label_of(token))]
        if any(label.concepts[0].startswith("decoy") or _is_anothers(view, label) for label in owners):
            continue  # the policy holder's, not the patient's
        for date in find_dates(hit.match[1], view.today, birth=True)[:1]:
            tokens = view.tokens_between(hit.match.start(1) + date.start, hit.match.start(1) + date.end)
            yield view.finding(
                "patient.birth_date",
                date.iso,
                tokens,
                0.78 * (0.9 if date.repaired else 1.0),
                "birth date in running text",
            )


def _lone_birth_date(view: View) -> Iterator[Finding]:
    """Yield the one date by itself among the patient's fields that is too old for an order's: its label was not read.

    A date that any other label or section claims (an order's, a visit's, a policy holder's) is no such date.
    """
    others = [entry for entry in view.entered if _claims_dates(entry.label)]
    patients = [label for label in view.labels if label.concepts[0].startswith("patient.")]
    found: dict[str, tuple[Token, ...]] = {}
    for segment in view.sheet.segments:
        dates = find_dates(segment.text, view.today, birth=True)
        if len(dates) != 1 or dates[0].repaired or len(segment.tokens) > 4:
            continue
        rest = segment.text[: dates[0].start] + segment.text[dates[0].end :]
        if plain(rest) or view.today.year - int(dates[0].iso[:4]) < _ORDERS_YEARS:
            continue
        near = any(abs(view.sheet.down(label.box.y - segment.box.y)) < _BLOCK for label in patients)
        if near and not any(segment.tokens[0] in entry.tokens for entry in others):
            found[dates[0].iso] = segment.tokens
    if len(found) == 1 and view.sheet.type == "order":
        for iso, tokens in found.items():
            yield view.finding("patient.birth_date", iso, tokens, 0.55, "the one old date among the patient's fields")


def _is_anothers(view: View, label: Label) -> bool:
    """Whether the nearest label to the left asks for another person: "Policy holder: ____  DOB: ____"."""
    left = [other for other in view.labels if other.row == label.row and other.box.x1 <= label.box.x0 + 1e-6]
    return bool(left) and max(left, key=lambda other: other.box.x0).concepts[0] == "decoy.person"


def _claims_dates(label: Label) -> bool:
    """Whether a date at the label is not the patient's birth date; a telephone's or a name's label claims none."""
    concept = label.concepts[0]
    return concept.endswith("date") or concept in ("decoy.person", "decoy.text") or concept.startswith("order.")


def _date_tokens(entry: Entry, text: str) -> Sequence[Token]:
    own = [token for token in entry.tokens if any(character.isdigit() for character in token.text)]
    return own if own and " " in text else entry.tokens


def _sexes(view: View) -> Iterator[Finding]:
    for entry in view.of("patient.sex", "patient.age_dob"):
        text = joined(entry.tokens[:6])
        word = _SEX_WORD.search(text)
        if word is None and (misread := _misread_sex(entry.tokens[0].plain)):
            yield view.finding(
                "patient.sex", misread, entry.tokens[:1], 0.7 * entry.score, f"label {entry.label.text}, misread"
            )
        # Printed options ("F M X") are no answer: the ticks decide.
        options = [token for token in entry.tokens[:6] if token.plain in _SEX]
        if word and len(options) <= 1:
            value = _SEX[plain(word[0])]
            yield view.finding("patient.sex", value, options or entry.tokens, entry.score, f"label {entry.label.text}")
    for hit in view.find(_OLD):
        yield view.finding("patient.sex", _SEX[plain(hit.match[1])], hit.tokens, 0.7, "stated with the age")
    for row in view.sheet.rows:
        labels = {concept for token in row if (label := view.grid.label_of(token)) for concept in label.concepts}
        words = [token for token in row if token.plain in ("male", "female")]
        if len(words) == 1 and labels & {"patient.name", "patient.birth_date"} and "decoy.person" not in labels:
            yield view.finding("patient.sex", _SEX[words[0].plain], words, 0.75, "stated beside the name or birth date")
    for mark in view.sheet.marks:
        if (
            mark.kind in ("choice", "circle", "field")
            and mark.state == "on"
            and plain(mark.text) in _SEX
            and _near_sex_label(view, mark.box.y, mark.box.x0)
        ):
            found = mark_evidence(view.sheet.number, mark)
            yield Finding("patient.sex", _SEX[plain(mark.text)], found, 0.95 * mark.confidence, "ticked")


def _misread_sex(text: str) -> str | None:
    """Return the sex whose word `text` is with a letter or two misread: "fenale", "rnale"."""
    if len(text) < 4:
        return None
    close = process.extractOne(text, ("female", "male"), scorer=fuzz.ratio, score_cutoff=74)
    return _SEX[close[0]] if close else None


def _near_sex_label(view: View, y: float, x: float) -> bool:
    """Whether a tick stands where sex is asked, or is one of an F/M pair beside the patient's fields."""
    for label in view.labels:
        near = abs(view.sheet.down(label.box.y - y)) < 2.5 and -3 < view.sheet.across(x - label.box.x1) < 14
        if near and label.concepts[0] in ("patient.sex", "patient.age_dob", "patient.birth_date", "patient.name"):
            return True
    pair = [
        mark
        for mark in view.sheet.marks
        if mark.kind == "choice" and plain(mark.text) in _SEX and abs(view.sheet.down(mark.box.y - y)) < 1.0
    ]
    return len({_SEX[plain(mark.text)] for mark in pair}) >= 2


def phones_in(text: str, repair: bool = True) -> list[tuple[str, int, int]]:
    """Return the telephone numbers in `text`: ten digits, start and end; with `repair`, letters read for digits too."""
    found = []
    for match in _PHONE.finditer(text):
        number = PhoneNumber.parse("".join(match.groups()))
        if number:
            found.append((str(number), match.start(), match.end()))
    if not found and repair:
        digits = _NEAR_DIGITS.sub(lambda match: match[0].translate(LOOKALIKE), text)
        if digits != text and sum(character.isdigit() for character in text) >= 6:
            return phones_in(digits, repair=False)
    return found


def _phones(view: View) -> Iterator[Finding]:
    for entry in view.of("patient.phone", "patient.any.phone"):
        if "patient.phone" in entry.label.concepts and entry.label.section in ("provider", "facility", "other"):
            continue
        for number, _, _ in phones_in(joined(entry.tokens))[:1]:
            direct = 1.0 if "patient.phone" in entry.label.concepts else 0.9
            yield view.finding("patient.phone", number, entry.tokens, entry.score * direct, f"label {entry.label.text}")
    for hit in view.find(_REACHED):
        for number, start, end in phones_in(hit.match[1])[:1]:
            tokens = view.tokens_between(hit.match.start(1) + start, hit.match.start(1) + end)
            yield view.finding("patient.phone", number, tokens, 0.7, "where the patient can be reached")


def _records(view: View) -> Iterator[Finding]:
    for entry in view.of("patient.mrn", "patient.any.id"):
        match = _MRN.search(joined(entry.tokens[:3]))
        if (
            match
            and (not find_dates(match[1], view.today) or "patient.mrn" in entry.label.concepts)
            and not phones_in(match[1], repair=False)
            and not re.fullmatch(r"(19|20)\d\d", match[1])
        ):
            tokens = [token for token in entry.tokens if token.plain and token.plain in plain(match[1])] or entry.tokens
            sure = 0.6 if find_dates(match[1], view.today) else 1.0
            yield view.finding("patient.mrn", match[1], tokens, entry.score * sure, f"label {entry.label.text}")
    for hit in view.find(_MRN_IN_TEXT):
        if not find_dates(hit.match[1], view.today) and not phones_in(hit.match[1], repair=False):
            yield view.finding(
                "patient.mrn", hit.match[1], hit.group_tokens(view), 0.6, "number after its name in running text"
            )
