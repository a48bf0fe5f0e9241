"""What reading one file may cost."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Limits:
    """Bounds on one document; whatever passes them becomes a named fault.

    `max_pixels` is a page's, `max_depth` counts files within files (1 opens no
    attachment), `seconds` is wall time for the whole document.
    """

    max_bytes: int = 200_000_000
    max_pages: int = 200
    max_pixels: int = 60_000_000
    max_depth: int = 4
    seconds: float = 600.0
