"""The short word lists of `words.toml`, by section and name."""

from __future__ import annotations

import tomllib
from functools import cache
from importlib.resources import files


@cache
def words(section: str, name: str) -> frozenset[str]:
    """Return a list of words as a set; raises KeyError when there is none of that name."""
    return frozenset(_lists()[section][name])


@cache
def _lists() -> dict[str, dict[str, list[str]]]:
    return tomllib.loads(files("extractors").joinpath("words.toml").read_text("utf-8"))
