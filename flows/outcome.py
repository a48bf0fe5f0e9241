"""How a piece of work ended, as Prefect may know it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Outcome:
    """A word, a code or a count, never a sentence that could quote a document."""

    code: str
    good: bool = True


Body = Callable[[], Outcome]
