"""Which body regions a procedure code or an authorisation cannot tell apart (`regions.toml`)."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Final

from orders.knowledge import Source
from orders.vocabulary import BODY_REGIONS

Family = frozenset[str]
TABLE: Final = Path(__file__).parent / "regions.toml"


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
    return load_regions(TABLE)


def load_regions(path: Path) -> _Table:
    """Return the table in the file `path`; raises KeyFault for one that names a region that does not exist."""
    source = Source.read(path)
    data = source.block("", source.data, ("parts", "limbs", "families", "whole_body_but"))

    def family(table: str, key: str, line: str) -> Family:
        found = frozenset(line.split())
        if unknown := found - BODY_REGIONS.keys():
            raise source.fault(f"{table}.{key}", f"no such region: {', '.join(sorted(unknown))}; use a code")
        return found

    def families(table: str) -> dict[str, Family]:
        return {key: family(table, key, line) for key, line in data[table].items()}

    return _Table(
        families("parts"),
        families("limbs"),
        {key: tuple(family("families", key, line) for line in lines) for key, lines in data["families"].items()},
        families("whole_body_but"),
    )
