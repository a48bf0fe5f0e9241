"""The short code on a letter that leads back to its case."""

from __future__ import annotations

import hashlib
import re

# Crockford's base 32: no I, L, O, U, which are misread or misheard.
_ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
_MISREAD = str.maketrans("ILOU", "110V")
_PREFIX = "CO-"
_PATTERN = re.compile(r"(?:CO-?)?([0-9A-Z]{5})[- ]?([0-9A-Z]{5})")


def case_code(case_id: str) -> str:
    """Return ten characters in two groups, the same for the same `case_id`.

    They are drawn from its SHA-256 (50 bits: among a million cases two share a
    code with a chance of 1 in 2,000), so they tell an outsider nothing.
    """
    number = int.from_bytes(hashlib.sha256(case_id.encode()).digest()[:7]) >> 6
    code = "".join(_ALPHABET[(number >> 5 * place) & 31] for place in reversed(range(10)))
    return f"{code[:5]}-{code[5:]}"


def qr_content(case_id: str) -> str:
    """Return what the letter's QR code holds: the code, and nothing about anyone."""
    return _PREFIX + case_code(case_id)


def read_code(text: str) -> str | None:
    """Return the code that `text` (a QR code's content or what a person typed) holds, None when it holds none.

    Letters that the alphabet lacks are taken for the digits they look like.
    """
    found = _PATTERN.fullmatch(text.strip().upper())
    return f"{found[1]}-{found[2]}".translate(_MISREAD) if found else None
