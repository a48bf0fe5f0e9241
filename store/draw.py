"""Which cleared orders go to a blind check: drawn by chance that nobody steers and whoever has the salt can repeat."""

from __future__ import annotations

import hmac
import secrets
from hashlib import sha256

from store.models import Salt


def drawn(case_id: str, share: float) -> bool:
    """Whether the case is one of the `share` (0..1) that are checked.

    The case's own number under a secret key decides: whoever sends an order
    knows neither, and the answer for a case is the same at any time.
    """
    number = int.from_bytes(hmac.digest(_salt().encode(), case_id.encode(), sha256)[:8], "big")
    return number < share * 2**64


def _salt() -> str:
    return Salt.objects.get_or_create(id=1, defaults={"value": secrets.token_hex(32)})[0].value
