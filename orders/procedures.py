"""Procedure numbers (CPT, HCPCS level II) to what they say of an exam: for comparing, never for filling in.

The words on an order decide; a number that contradicts them is a conflict and
no correction (the contract's README; Medicare Benefit Policy Manual, chapter
15, §80.6). The table holds numbers only, no CPT descriptors.
"""

from __future__ import annotations

import re
import tomllib
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from orders import vocabulary
from orders.knowledge import FileFault

TABLE = Path(__file__).parent / "procedures.toml"
_CODE = re.compile(r"\d{4}[0-9T]|[A-V]\d{4}")
_CONTRASTS = {"codes": None, "without": "without", "with": "with", "with_and_without": "with_and_without"}


class TableError(FileFault):
    """A table of numbers that makes no sense; the text names file, line and remedy."""


@dataclass(frozen=True, slots=True)
class Procedure:
    """What a procedure number says of an exam; None where it leaves the part open."""

    code: str
    modality: str | None
    body_region: str | None
    contrast: str | None
    technique: str | None


def procedure(code: str) -> Procedure | None:
    """Return what `code` says, or None for a number that the table does not know.

    Spaces, case and a modifier ("73721-LT", "71046 26") do not matter.
    """
    bare = re.match(r"\s*([0-9A-Za-z]{5})(?![0-9A-Za-z])", code)
    return procedures().get(bare[1].upper()) if bare else None


@cache
def procedures(path: Path = TABLE) -> dict[str, Procedure]:
    """Return every known number; raises TableError for a table that makes no sense."""
    try:
        data = tomllib.loads(path.read_text("utf-8"))
    except tomllib.TOMLDecodeError as fault:
        raise TableError(f"{path.name}: {fault}; correct the line or take it out") from None
    known: dict[str, Procedure] = {}
    for group in data["group"]:
        _refuse(path, group)
        for key, contrast in _CONTRASTS.items():
            for code in group.get(key, ()):
                if not _CODE.fullmatch(code):
                    raise TableError(f"{_where(path, code)}: {code!r} is no CPT or HCPCS number; correct it")
                if code in known:
                    raise TableError(f"{_where(path, code)}: {code} stands twice; keep one of the two")
                known[code] = Procedure(code, group["modality"], group.get("region"), contrast, group.get("technique"))
    return known


def _refuse(path: Path, group: dict[str, Any]) -> None:
    """Raise TableError for a group with a key or a coded value that does not exist."""
    codes = {
        "modality": vocabulary.MODALITIES,
        "region": vocabulary.BODY_REGIONS,
        "technique": vocabulary.TECHNIQUES,
    }
    if "modality" not in group:
        raise TableError(f"{path.name}: a group without a modality; give it one or take the group out")
    for key, value in group.items():
        if key in codes and value not in codes[key]:
            raise TableError(f"{_where(path, value)}: no {key} {value!r}; use a code of the vocabulary")
        if key not in codes and key not in _CONTRASTS:
            raise TableError(f"{_where(path, key)}: no such key; use one of {', '.join((*codes, *_CONTRASTS))}")


def _where(path: Path, text: str) -> str:
    lines = path.read_text("utf-8").splitlines()
    numbers = [number for number, line in enumerate(lines, 1) if f'"{text}"' in line or line.startswith(f"{text} ")]
    return f"{path.name}, line {numbers[-1] if numbers else 1}"
