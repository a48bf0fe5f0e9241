"""What a referrer is asked: each problem of an order as a sentence with something to tick or to write on."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cache
from importlib.resources import files
from pathlib import Path
from typing import Any, Final

from orders.knowledge import KeyFault
from orders.order import Check, Order

Texts = Mapping[str, Any]

LANGUAGES: Final = ("en", "es")
_EXAM: Final = re.compile(r"exams\.(\d+)\.")


@dataclass(frozen=True, slots=True)
class Cell:
    """A piece of an answer row: a box to tick, a label, and a line to write on.

    `line` is the line's length in characters of the text's size; 0 for none.
    `ticked` and `written` are what the box and the line mean (`answers.toml`).
    """

    tick: bool
    label: str
    line: int
    ticked: str = ""
    written: str = ""


@dataclass(frozen=True, slots=True)
class Ask:
    """One thing asked. `request` is the plain sentence, `rows` what to fill in below it."""

    code: str
    severity: str
    request: str
    rows: tuple[tuple[Cell, ...], ...]


@cache
def texts(language: str = "en", site: Path | None = None) -> Texts:
    """Return the letter's texts in `language`, a site's `letters/<language>.toml` laid over ours.

    Raises FileNotFoundError for a language there is no file for, and KeyFault
    for a site's file with a text that is none of ours, or one whose variables
    in braces are not those of ours.
    """
    ours: dict[str, Any] = tomllib.loads(_file(f"texts/{language}.toml"))
    path = site / "letters" / f"{language}.toml" if site else None
    if path is None or not path.exists():
        return ours
    theirs = tomllib.loads(path.read_text("utf-8"))
    for block, said in theirs.items():
        for name, text in said.items():
            _checked(path.name, f"{block}.{name}", ours.get(block, {}).get(name), text)
            ours[block] = {**ours[block], name: text}
    return ours


def _checked(file: str, key: str, ours: object, theirs: object) -> None:
    if ours is None:
        raise KeyFault(file, key, "there is no such text in a letter; take it out")
    if type(ours) is not type(theirs):
        raise KeyFault(file, key, "give it in the form of ours (clarifications/texts)")
    if isinstance(ours, str) and set(re.findall(r"{\w*}", ours)) != set(re.findall(r"{\w*}", str(theirs))):
        wanted = ", ".join(sorted(set(re.findall(r"{\w*}", ours)))) or "none"
        raise KeyFault(file, key, f"its variables must be: {wanted}")


def asks(problems: tuple[Check, ...], wording: Texts, order: Order | None = None) -> tuple[Ask, ...]:
    """Return what to ask for `problems`, blocking ones first, otherwise in the checklist's order.

    In a language other than the checklist's the sentence comes from the texts;
    `order` names the exams in it.
    """
    ordered = sorted(problems, key=lambda check: check.severity != "blocking")
    return tuple(
        Ask(check.code, check.severity, _request(check, wording, order), _rows(check, wording, order))
        for check in ordered
    )


def _request(check: Check, wording: Texts, order: Order | None) -> str:
    said = wording.get("requests", {}).get(check.code)
    if said is None:
        return check.request
    exams = "; ".join(_exam_words(order, place) for place in _places(check)) if order else ""
    detail = "; ".join(each.message for each in order.conflicts if each.code == check.code) if order else ""
    return str(said).format(exam=exams or wording["letter"]["not_stated"], detail=detail or check.message)


def _rows(check: Check, wording: Texts, order: Order | None) -> tuple[tuple[Cell, ...], ...]:
    """Return the answer rows of `check`: those of the leaves it rests on where the texts tell them apart.

    A code that the texts do not know is a site's own rule: its answer is a line to write on.
    """
    meanings = _meanings()
    by_leaf: Mapping[str, list[list[str]]] = wording["answers_by_path"].get(check.code, {})
    leaves = [leaf for path in check.paths if (leaf := path.rsplit(".", 1)[-1]) in by_leaf]
    known = check.code if check.code in wording["answers"] else "other"
    if leaves:
        rows = [row for leaf in leaves for row in by_leaf[leaf]]
        means = [each for leaf in leaves for each in meanings["answers_by_path"][check.code][leaf]]
    else:
        rows, means = wording["answers"][known], meanings["answers"][known]
    plain = list(_meant([cells(row) for row in rows], means))
    places = _places(check)
    if not any("*" in meant for meant in means):
        return tuple(plain)
    if len(places) < 2 or order is None:
        return tuple(_about(row, places[0] if places else 0) for row in plain)
    return tuple(
        (Cell(False, f"{_exam_words(order, place)}:", 0), *_about(row, place)) for place in places for row in plain
    )


def _places(check: Check) -> tuple[int, ...]:
    """Return the exams that a problem is about, by their places."""
    found = dict.fromkeys(int(match[1]) for path in check.paths if (match := _EXAM.match(path)))
    return tuple(found)


def _exam_words(order: Order | None, place: int) -> str:
    text = order.exams[place].text.value if order and place < len(order.exams) else None
    return str(text or "")


def _about(row: Sequence[Cell], place: int) -> tuple[Cell, ...]:
    return tuple(
        replace(cell, ticked=cell.ticked.replace("*", str(place)), written=cell.written.replace("*", str(place)))
        for cell in row
    )


def _meant(rows: Sequence[Sequence[Cell]], means: Sequence[str]) -> Iterator[tuple[Cell, ...]]:
    """Give each box and line its meaning, in reading order; what is left over without one is for a person to weigh."""
    left = iter(means)
    for row in rows:
        yield tuple(
            replace(cell, ticked=next(left, "?") if cell.tick else "", written=next(left, "?") if cell.line else "")
            for cell in row
        )


@cache
def _meanings() -> Mapping[str, Any]:
    return tomllib.loads(_file("answers.toml"))


def _file(name: str) -> str:
    return files("clarifications").joinpath(*name.split("/")).read_text("utf-8")


def cells(row: list[str]) -> tuple[Cell, ...]:
    """Return a row of the texts file as cells."""
    out = []
    for text in row:
        tick = text.startswith("[] ")
        bare = text.removeprefix("[] ")
        line = len(bare) - len(bare.rstrip("_"))
        out.append(Cell(tick, re.sub(r"_+$", "", bare).strip(), line))
    return tuple(out)
