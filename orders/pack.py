"""Checklist packs: which rules a site asks for, how severe each is, and what people are told.

A pack is a TOML file:

    name = "default"
    version = "1"

    [rules.laterality]
    severity = "blocking"
    authority = "what the rule rests on"
    clerk = "The side is missing: {exam}."
    referrer = "Tick left, right or both for: {exam}."

`clerk` and `referrer` are one sentence, or a table with a sentence for each of
the rule's cases. `{exam}` stands for the exams concerned, `{detail}` for the
two sides of a conflict. A pack that names an unknown rule, key, case, severity
or placeholder is refused when it is loaded.
"""

from __future__ import annotations

import string
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from pathlib import Path
from typing import Any, Final, Literal

from orders.rules import RULES, Rule

Severity = Literal["blocking", "follow_up"]
SEVERITIES: Final = ("blocking", "follow_up")
KEYS: Final = ("severity", "authority", "clerk", "referrer")
PLACEHOLDERS: Final = frozenset({"exam", "detail"})


class PackError(ValueError):
    """A pack that cannot be used: the file, the key in it that is wrong, and what to do about it."""

    def __init__(self, file: str, key: str, remedy: str) -> None:
        super().__init__(f"{file}: {key}: {remedy}")
        self.file, self.key, self.remedy = file, key, remedy


@dataclass(frozen=True, slots=True)
class Sentences:
    """A sentence for each case of a rule; a rule without cases has one, under the empty name."""

    by_case: tuple[tuple[str, str], ...]

    def fill(self, case: str, exam: str, detail: str) -> str:
        """Return the sentence for `case` with its placeholders filled; raises KeyError for no such case."""
        return dict(self.by_case)[case].format(exam=exam, detail=detail)


@dataclass(frozen=True, slots=True)
class Entry:
    """A rule as a pack asks for it."""

    rule: Rule
    severity: Severity
    authority: str
    clerk: Sentences
    referrer: Sentences


@dataclass(frozen=True, slots=True)
class Pack:
    """A checklist: its rules in the order in which their problems are listed."""

    name: str
    version: str
    entries: tuple[Entry, ...]


@cache
def default_pack() -> Pack:
    """Return the contract's default checklist."""
    source = files("orders").joinpath("packs", "default.toml")
    return parse_pack(source.read_text("utf-8"), "packs/default.toml")


def load_pack(path: Path) -> Pack:
    """Return the pack in the file `path`; raises PackError when it cannot be used, OSError when not read."""
    try:
        return parse_pack(path.read_text("utf-8"), str(path))
    except UnicodeDecodeError:
        raise PackError(str(path), "(file)", "save the file as UTF-8 text") from None


def parse_pack(text: str, file: str) -> Pack:
    """Return the pack written in TOML `text`; raises PackError naming `file`, the key and the remedy."""
    try:
        data = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise PackError(file, "(file)", f"this is no TOML: {error}") from None
    _known(file, "", data, ("name", "version", "rules"))
    rules = data["rules"]
    if not isinstance(rules, dict) or not rules:
        raise PackError(file, "rules", "give at least one [rules.<name>] block")
    entries = tuple(_entry(file, name, block) for name, block in rules.items())
    return Pack(_text(file, "name", data["name"]), _text(file, "version", data["version"]), entries)


def _entry(file: str, name: str, block: Any) -> Entry:
    key = f"rules.{name}"
    if name not in RULES:
        raise PackError(file, key, f"no such rule; use one of {', '.join(RULES)}")
    if not isinstance(block, dict):
        raise PackError(file, key, f"make it a block with {', '.join(KEYS)}")
    _known(file, f"{key}.", block, KEYS)
    severity = block["severity"]
    if severity not in SEVERITIES:
        raise PackError(file, f"{key}.severity", f"no such severity; use {' or '.join(SEVERITIES)}")
    return Entry(
        RULES[name],
        severity,
        _text(file, f"{key}.authority", block["authority"]),
        _sentences(file, f"{key}.clerk", block["clerk"], RULES[name]),
        _sentences(file, f"{key}.referrer", block["referrer"], RULES[name]),
    )


def _known(file: str, prefix: str, block: Mapping[str, Any], keys: tuple[str, ...]) -> None:
    """Refuse a block with a key too many or too few."""
    for key in block:
        if key not in keys:
            raise PackError(file, prefix + key, f"no such key; use {', '.join(keys)}")
    for key in keys:
        if key not in block:
            raise PackError(file, prefix + key, "this key is missing; add it")


def _sentences(file: str, key: str, given: Any, rule: Rule) -> Sentences:
    cases = rule.cases or ("",)
    if isinstance(given, str):
        return Sentences(tuple((case, _sentence(file, key, given)) for case in cases))
    if not isinstance(given, dict) or not rule.cases:
        raise PackError(file, key, "make it one sentence in quotes")
    _known(file, f"{key}.", given, rule.cases)
    return Sentences(tuple((case, _sentence(file, f"{key}.{case}", given[case])) for case in cases))


def _sentence(file: str, key: str, given: Any) -> str:
    text = _text(file, key, given)
    try:
        named = {name for _, name, _, _ in string.Formatter().parse(text) if name is not None}
    except ValueError:
        raise PackError(file, key, "a brace is not closed; write {{ for a brace itself") from None
    if not named <= PLACEHOLDERS:
        raise PackError(file, key, "no such placeholder; use {exam} or {detail}")
    return text


def _text(file: str, key: str, given: Any) -> str:
    if not isinstance(given, str) or not given.strip():
        raise PackError(file, key, "give a text in quotes")
    return given
