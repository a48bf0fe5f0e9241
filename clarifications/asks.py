"""What a referrer is asked: each problem of an order as a sentence with something to tick or to write on."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Any

from orders.order import Check

Texts = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Cell:
    """A piece of an answer row: a box to tick, a label, and a line to write on.

    `line` is the line's length in characters of the text's size; 0 for none.
    """

    tick: bool
    label: str
    line: int


@dataclass(frozen=True, slots=True)
class Ask:
    """One thing asked. `request` is the plain sentence, `rows` what to fill in below it."""

    code: str
    severity: str
    request: str
    rows: tuple[tuple[Cell, ...], ...]


@cache
def texts(language: str = "en") -> Texts:
    """Return the letter's texts in `language`; raises FileNotFoundError for a language there is no file for."""
    return tomllib.loads(files("clarifications").joinpath("texts", f"{language}.toml").read_text("utf-8"))


def asks(problems: tuple[Check, ...], wording: Texts) -> tuple[Ask, ...]:
    """Return what to ask for `problems`, blocking ones first, otherwise in the checklist's order."""
    ordered = sorted(problems, key=lambda check: check.severity != "blocking")
    return tuple(Ask(check.code, check.severity, check.request, _rows(check, wording)) for check in ordered)


def _rows(check: Check, wording: Texts) -> tuple[tuple[Cell, ...], ...]:
    """Return the answer rows of `check`: those of the leaves it rests on where the texts tell them apart.

    A code that the texts do not know is a site's own rule: its answer is a line to write on.
    """
    by_leaf: Mapping[str, list[list[str]]] = wording["answers_by_path"].get(check.code, {})
    named = [row for path in check.paths for row in by_leaf.get(path.rsplit(".", 1)[-1], ())]
    rows = named or wording["answers"].get(check.code) or wording["answers"]["other"]
    return tuple(cells(row) for row in rows)


def cells(row: list[str]) -> tuple[Cell, ...]:
    """Return a row of the texts file as cells."""
    out = []
    for text in row:
        tick = text.startswith("[] ")
        bare = text.removeprefix("[] ")
        line = len(bare) - len(bare.rstrip("_"))
        out.append(Cell(tick, re.sub(r"_+$", "", bare).strip(), line))
    return tuple(out)
