"""How one document looks and words things: fonts, forms of dates and numbers, its choice of labels."""

from __future__ import annotations

import random
import re
from dataclasses import dataclass, field, replace
from datetime import date

from sample_docs.generator.case import Case
from sample_docs.generator.fonts import Face, faces
from sample_docs.generator.ink import Piece, Said, Type
from sample_docs.generator.people import data

_DATES = (
    "%m/%d/%Y",
    "%m/%d/%Y",
    "%m/%d/%Y",
    "%-m/%-d/%Y",
    "%m-%d-%Y",
    "%B %-d, %Y",
    "%b %d, %Y",
    "%d-%b-%Y",
    "%Y-%m-%d",
    "%m.%d.%Y",
)
_SHORT_DATES = ("%m/%d/%y", "%-m/%-d/%y", "%m-%d-%y")
_PHONES = (
    "({0}) {1}-{2}",
    "({0}) {1}-{2}",
    "{0}-{1}-{2}",
    "{0}.{1}.{2}",
    "({0}){1}-{2}",
    "{0} {1} {2}",
    "{0}/{1}-{2}",
    "+1 {0}-{1}-{2}",
)
_PLACEHOLDER = re.compile(r"\{([a-z_.0-9]+)(!u)?\}")
_OPTIONAL = re.compile(r"<([^<>]*)>")
_LONG_SEX = {"F": "Female", "M": "Male", "X": "Nonbinary"}


@dataclass(slots=True)
class Style:
    """The hand of one document. `fill` is typed or hand, `choice` how marks are drawn.

    `drift` is by how many points entries miss their place, as where a typewriter
    or a printer fills in a form. A `live` form has PDF form fields where it leaves as a file, print where it is faxed.
    """

    rng: random.Random
    fill: str
    face: Face
    entry_face: Face
    size: float
    dates: str
    phones: str
    entry_upper: bool
    colon: str
    choice: str
    title: str
    name_order: str
    sex_long: bool
    live: bool
    drift: tuple[float, float]
    hand_size: float
    loose: float
    track: float
    memo: dict[str, str] = field(default_factory=dict)

    @property
    def label(self) -> Type:
        return Type(self.face.regular, self.size)

    @property
    def bold(self) -> Type:
        return Type(self.face.bold, self.size)

    @property
    def entry(self) -> Type:
        if self.fill == "hand":
            size = self.size * 1.32 * self.entry_face.scale * self.hand_size
            return Type(self.entry_face.regular, size, hand=True, loose=self.loose, track=self.track)
        return Type(self.entry_face.regular, self.size)

    def head(self, grow: float = 1.5) -> Type:
        return Type(self.face.bold, self.size * grow)

    def word(self, group: str, name: str) -> str:
        """Return this document's word for a label of data/labels.toml."""
        key = f"{group}.{name}"
        if key not in self.memo:
            self.memo[key] = self.rng.choice(data("labels")[group][name]).rstrip(":")
        return self.memo[key]

    def day(self, iso: str) -> str:
        when = date.fromisoformat(iso)
        # Two digits of a year would leave a birth in this century open.
        return when.strftime(self.dates.replace("%y", "%Y") if 2000 <= when.year < 2020 else self.dates)

    def phone(self, digits: str) -> str:
        return self.phones.format(digits[:3], digits[3:6], digits[6:])


def a_style(rng: random.Random, fill: str, kinds: tuple[str, ...] = ("sans", "sans", "serif")) -> Style:
    """Return a look drawn at random; `kinds` are the typefaces that suit the layout."""
    face = rng.choice(faces(rng.choice(kinds)))
    if fill == "hand":
        entry = rng.choice(faces("hand"))
    else:
        entry = rng.choice([face, face, rng.choice(faces(rng.choice(["mono", "type", "sans", "serif"])))])
    return Style(
        rng,
        fill,
        face,
        entry,
        rng.choice([8.5, 9.0, 9.0, 9.5, 10.0, 10.5]),
        rng.choice(_SHORT_DATES if rng.random() < 0.08 else _DATES[:5] if fill == "hand" else _DATES),
        rng.choice(_PHONES),
        rng.random() < 0.25,
        rng.choice([":", ":", ":", "", " -"]),
        rng.choice(["box", "box", "box", "bracket", "circle", "underscore", "bubble"]),
        rng.choice(["bar", "rule", "plain", "caps", "boxed"]),
        rng.choice(["last_first", "last_first", "first_last"]),
        rng.random() < 0.6,
        fill == "typed" and rng.random() < 0.25,
        (rng.uniform(-2, 5), rng.uniform(-3.5, 2.5)) if rng.random() < 0.3 else (0.0, 0.0),
        rng.uniform(0.8, 1.12),
        rng.uniform(0.6, 2.4),
        rng.uniform(0.03, 0.09),
    )


def shown(case: Case, style: Style, path: str) -> str:
    """Return the fact at `path` as this document writes it, "" when the order does not state it."""
    if path.startswith("exams."):
        _, number, name = path.split(".")
        exam = case.exams[int(number)] if int(number) < len(case.exams) else None
        return str(getattr(exam, name) or "") if exam else ""
    if path.startswith("indication.icd10."):
        place = int(path.rsplit(".", 1)[1])
        return case.codes[place] if place < len(case.codes) else ""
    if path.startswith("other."):
        value = case.others[path.removeprefix("other.")]
    else:
        fact = case.facts.get(path, "")
        value = f"{fact:g}" if isinstance(fact, float) else str(fact)
    if not value:
        return ""
    if path.endswith(("date",)):
        return style.day(value)
    if path.endswith(("phone", "fax")):
        return style.phone(value)
    if path == "patient.sex":
        return _LONG_SEX[value] if style.sex_long else value
    return value


def fill(template: str, case: Case, style: Style, upper: bool = False) -> Said:
    """Return `template` with each `{path}` filled in and tagged with its path.

    What stands between `<` and `>` falls away when a path in it is not stated;
    outside of them such a path leaves nothing. `{path!u}` writes capitals, as
    `upper` does for all.
    """

    def keep(match: re.Match[str]) -> str:
        paths = _PLACEHOLDER.findall(match[1])
        return match[1] if all(shown(case, style, path) for path, _ in paths) else ""

    while _OPTIONAL.search(template):
        template = _OPTIONAL.sub(keep, template)
    pieces, end = [], 0
    for match in _PLACEHOLDER.finditer(template):
        if match.start() > end:
            pieces.append(Piece(template[end : match.start()]))
        value = shown(case, style, match[1])
        if value:
            pieces.append(Piece(value.upper() if match[2] or upper else value, match[1]))
        end = match.end()
    if end < len(template):
        pieces.append(Piece(template[end:]))
    return tuple(pieces)


def capitals(said: Said) -> Said:
    return tuple(replace(piece, text=piece.text.upper()) for piece in said)
