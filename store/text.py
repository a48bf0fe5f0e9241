"""What every database can keep: PostgreSQL refuses NUL and half a character, which file names and PDFs may hold."""

from __future__ import annotations

from typing import Any


def storable(value: Any) -> Any:
    """Return `value` (text, or JSON with text in it) with what cannot be kept replaced by U+FFFD."""
    if isinstance(value, str):
        return value.encode("utf-8", "replace").decode().replace("\0", "\ufffd")
    if isinstance(value, dict):
        return {storable(key): storable(each) for key, each in value.items()}
    if isinstance(value, list | tuple):
        return [storable(each) for each in value]
    return value
