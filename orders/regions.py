"""Which body regions a procedure code or an authorisation cannot tell apart (`regions.toml`)."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from functools import cache
from importlib.resources import files

from orders.vocabulary import BODY_REGIONS

Family = frozenset[str]


@dataclass(frozen=True, slots=True)
class _Table:
    parts: dict[str, Family]
    limbs: dict[str, Family]
    families: dict[str, tuple[Family, ...]]
    whole_body_but: dict[str, Family]


def may_mean(modality: str | None, words: str, code: str) -> bool:
    """Whether a code (or authorisation) for region `code` can stand for an exam whose words say region `words`."""
    table = _table()
    if words == code or code in table.parts.get(words, ()):
        return True
    if code in table.limbs.get(words, ()) or words in table.limbs.get(code, ()):
        return True
    pair = {words, code}
    if any(pair <= family for family in (*table.families["any"], *table.families.get(modality or "", ()))):
        return True
    apart = table.whole_body_but.get(modality or "")
    return "whole_body" in pair and apart is not None and not pair & apart


@cache
def _table() -> _Table:
    data = tomllib.loads(files("orders").joinpath("regions.toml").read_text("utf-8"))
    return _Table(
        {words: _family(line) for words, line in data["parts"].items()},
        {limb: _family(line) for limb, line in data["limbs"].items()},
        {modality: tuple(map(_family, lines)) for modality, lines in data["families"].items()},
        {modality: _family(line) for modality, line in data["whole_body_but"].items()},
    )


def _family(line: str) -> Family:
    """Return the regions of a line; raises ValueError for a name that is no region."""
    family = frozenset(line.split())
    if unknown := family - BODY_REGIONS.keys():
        raise ValueError(f"regions.toml: no such region: {', '.join(sorted(unknown))}")
    return family
