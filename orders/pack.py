"""Checklist packs: which rules a site asks for, how severe each is, and what people are told.

A pack is a TOML file:

    name = "knee_clinic"
    version = "3"
    base = "default"                  # optional: the pack it lies over
    without = ["provider_npi"]        # optional: rules of that pack it does not want

    [rules.laterality]
    severity = "blocking"             # blocking, follow_up, or note (for the clerk alone)
    authority = "what the rule rests on"
    clerk = "The side is missing: {exam}."
    referrer = "Tick left, right or both for: {exam}."

`clerk` and `referrer` are one sentence, or a table with a sentence for each of
the rule's cases. `{exam}` stands for the exams concerned, `{detail}` for the
two sides of a conflict. Over a base, a block says only what differs. A block
may set a rule's limits (`days = 90`), or declare a rule of its own
(`orders.declared`). A pack that names an unknown rule, field, key, case,
severity or placeholder is refused when it is loaded.
"""

from __future__ import annotations

import string
from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import cache
from pathlib import Path
from types import MappingProxyType
from typing import Any, Final, get_args

from orders import declared, rules, rules_patient, rules_payer
from orders.knowledge import Block, Source, layered
from orders.order import Order, Severity
from orders.rule import RULES, Rule, Verdict

# Where rules come from: importing a file registers its rules.
RULE_FILES: Final = (rules, rules_payer, rules_patient)
PACKS: Final = Path(__file__).parent / "packs"
SEVERITIES: Final[tuple[str, ...]] = get_args(Severity)
KEYS: Final = ("severity", "authority", "clerk", "referrer")
PLACEHOLDERS: Final = frozenset({"exam", "detail"})


@dataclass(frozen=True, slots=True)
class Sentences:
    """A sentence for each case of a rule; a rule without cases has one, under the empty name."""

    by_case: tuple[tuple[str, str], ...]

    def fill(self, case: str, exam: str, detail: str) -> str:
        """Return the sentence for `case` with its placeholders filled; raises KeyError for no such case."""
        return dict(self.by_case)[case].format(exam=exam, detail=detail)


@dataclass(frozen=True, slots=True)
class Entry:
    """A rule as a pack asks for it; `numbers` are the limits that it is judged by."""

    rule: Rule
    severity: Severity
    authority: str
    clerk: Sentences
    referrer: Sentences
    numbers: tuple[tuple[str, int], ...] = ()

    def judge(self, order: Order) -> Verdict:
        """Return how the rule comes out on `order`."""
        return self.rule.judge(order, **dict(self.numbers))


@dataclass(frozen=True, slots=True)
class Pack:
    """A checklist: its rules in the order in which their problems are listed."""

    name: str
    version: str
    entries: tuple[Entry, ...]


def default_pack() -> Pack:
    """Return the contract's default checklist."""
    return packs()["default"]


@cache
def packs() -> Mapping[str, Pack]:
    """Return our own packs by name."""
    return load_packs(PACKS, {})


def load_packs(folder: Path, under: Mapping[str, Pack]) -> Mapping[str, Pack]:
    """Return the packs in `folder` over those in `under`; one may be the base of another in whatever order.

    Raises KeyFault for a pack that cannot be used, or for two of one name.
    """
    made = layered(folder, parse, under)
    return MappingProxyType({**under, **made})


def parse_pack(text: str, file: str) -> Pack:
    """Return the pack written in TOML `text`; raises KeyFault naming `file`, the line, the key and the remedy."""
    source = Source(text, file)
    return parse(source, packs() if "base" in source.data else {})


def parse(source: Source, known: Mapping[str, Pack]) -> Pack:
    """Return the pack in `source`, which may lie over one of `known`; raises KeyFault."""
    data = source.block("", source.data, ("name", "version"), ("base", "without", "rules"))
    if "base" not in data and "without" in data:
        raise source.fault("without", "only a pack over a base can leave rules out; add `base`")
    base = known[data["base"]] if data.get("base") in known else None
    if "base" in data and base is None:
        raise source.fault("base", f"no such pack; use one of {', '.join(known)}")
    entries = {entry.rule.name: entry for entry in base.entries} if base else {}
    for name in source.listed("without", data["without"], entries) if "without" in data else ():
        del entries[name]
    blocks = data.get("rules", {})
    if not isinstance(blocks, dict) or not (blocks or entries):
        raise source.fault("rules", "give at least one [rules.<name>] block")
    for name, block in blocks.items():
        entries[name] = _entry(source, name, block, entries.get(name))
    return Pack(source.words("name", data["name"]), source.words("version", data["version"]), tuple(entries.values()))


def _entry(source: Source, name: str, block: Any, under: Entry | None) -> Entry:
    key = f"rules.{name}"
    if not isinstance(block, dict):
        raise source.fault(key, f"make it a block with {', '.join(KEYS)}")
    known = under.rule if under and not set(block) & set(declared.ASKS) else RULES.get(name)
    rule = known or declared.declared(source, key, name, block)
    limits = tuple(limit for limit, _ in rule.numbers)
    may = () if rule.name in RULES else declared.KEYS
    source.block(key, block, () if under else KEYS, (*KEYS, *limits, *may))
    made = under or Entry(rule, "note", "", Sentences(()), Sentences(()), rule.numbers)
    return replace(made, rule=rule, **_said(source, key, block, rule), numbers=_numbers(source, key, block, made))


def _said(source: Source, key: str, block: Block, rule: Rule) -> Block:
    """Return what a block says of its rule's severity, authority and sentences, checked."""
    said: Block = {}
    if "severity" in block:
        if block["severity"] not in SEVERITIES:
            raise source.fault(f"{key}.severity", f"no such severity; use {' or '.join(SEVERITIES)}")
        said["severity"] = block["severity"]
    if "authority" in block:
        said["authority"] = source.words(f"{key}.authority", block["authority"])
    for whom in ("clerk", "referrer"):
        if whom in block:
            said[whom] = _sentences(source, f"{key}.{whom}", block[whom], rule)
    return said


def _numbers(source: Source, key: str, block: Block, under: Entry) -> tuple[tuple[str, int], ...]:
    found = []
    for name, value in under.numbers:
        given = block.get(name, value)
        if isinstance(given, bool) or not isinstance(given, int) or given < 0:
            raise source.fault(f"{key}.{name}", "give a whole number, zero or more")
        found.append((name, given))
    return tuple(found)


def _sentences(source: Source, key: str, given: Any, rule: Rule) -> Sentences:
    cases = rule.cases or ("",)
    if isinstance(given, str):
        return Sentences(tuple((case, _sentence(source, key, given)) for case in cases))
    if not isinstance(given, dict) or not rule.cases:
        raise source.fault(key, "make it one sentence in quotes")
    source.block(key, given, rule.cases)
    return Sentences(tuple((case, _sentence(source, f"{key}.{case}", given[case])) for case in cases))


def _sentence(source: Source, key: str, given: Any) -> str:
    text = source.words(key, given)
    try:
        named = {name for _, name, _, _ in string.Formatter().parse(text) if name is not None}
    except ValueError:
        raise source.fault(key, "a brace is not closed; write {{ for a brace itself") from None
    if not named <= PLACEHOLDERS:
        raise source.fault(key, "no such placeholder; use {exam} or {detail}")
    return text
