"""A call to a webhook: signed after the Standard Webhooks specification, bounded in time, following no redirect."""

from __future__ import annotations

import base64
import hmac
from dataclasses import dataclass
from hashlib import sha256

import httpx


@dataclass(frozen=True, slots=True)
class Answer:
    """What came of a call: `taken` for a 2xx status, `said` the status or a word for why there is none."""

    taken: bool
    said: str


def signature(secret: bytes, message: str, timestamp: int, body: str) -> str:
    """Return the `webhook-signature` header: HMAC-SHA-256 over id, timestamp (Unix seconds) and body."""
    signed = hmac.digest(secret, f"{message}.{timestamp}.{body}".encode(), sha256)
    return f"v1,{base64.b64encode(signed).decode()}"


def call(url: str, secret: bytes, message: str, timestamp: int, body: str, seconds: float = 10.0) -> Answer:
    """Post the body; nothing of the answer but its status is read, and no exception leaves here for a network's fault.

    `seconds` bounds each of connecting, writing and reading.
    """
    headers = {
        "content-type": "application/json",
        "webhook-id": message,
        "webhook-timestamp": str(timestamp),
        "webhook-signature": signature(secret, message, timestamp, body),
    }
    try:
        with httpx.stream("POST", url, content=body, headers=headers, timeout=seconds, follow_redirects=False) as got:
            return Answer(got.is_success, str(got.status_code))
    except httpx.TimeoutException:
        return Answer(False, "no answer in time")
    except (httpx.HTTPError, httpx.InvalidURL):
        return Answer(False, "not reached")
