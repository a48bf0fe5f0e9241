"""API tokens: made and revoked by an administrator, shown once, kept as a hash, ending by themselves."""

from __future__ import annotations

import hashlib
import re
import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from types import MappingProxyType
from typing import Final

from django.db import transaction
from django.utils import timezone

from store import audit
from store.models import ApiToken, Document
from store.refusal import Refused
from store.scope import narrowed
from store.sites import site_given

SCOPES: Final[Mapping[str, str]] = MappingProxyType(
    {
        "orders:read": "read orders and their history",
        "orders:write": "correct orders and move them on",
        "documents:read": "read documents: state, bytes as received, pages",
        "documents:write": "hand documents in",
        "status:read": "read the counts",
    }
)
LONGEST_DAYS: Final = 366
PREFIX: Final = "clr_"
_NAME: Final = re.compile(r"[a-z0-9][a-z0-9-]{0,58}[a-z0-9]")
# When a token was last used is told to the minute: a write for each request would queue at the database's lock.
_USED_EVERY: Final = timedelta(minutes=1)


@dataclass(frozen=True, slots=True)
class TokenRow:
    """A token as lists show it; the audit trail knows who uses it as `actor`. Without a `site` it is for all."""

    id: int
    name: str
    site: str
    site_id: int | None
    scopes: tuple[str, ...]
    made_by: str
    made_at: datetime
    expires_at: datetime
    revoked_at: datetime | None
    used_at: datetime | None

    @property
    def actor(self) -> str:
        return f"api:{self.name}"

    @property
    def live(self) -> bool:
        return self.revoked_at is None and self.expires_at > timezone.now()


def make_token(name: str, scopes: tuple[str, ...], days: int, actor: str, site: str = "") -> tuple[TokenRow, str]:
    """Make a token that holds for `days`; return it and its secret, which is nowhere to be had again.

    It sees the site with the slug `site`, all of them where that is empty. Raises
    Refused for a name that is taken or no word of lower-case letters, digits and
    hyphens, for no or unknown scopes, for more than a year, and for what `site_given` refuses.
    """
    if not _NAME.fullmatch(name) or not scopes or not set(scopes) <= set(SCOPES) or not 1 <= days <= LONGEST_DAYS:
        raise Refused("value", "token")
    secret, now = PREFIX + secrets.token_urlsafe(32), timezone.now()
    with transaction.atomic():
        if ApiToken.objects.filter(name=name).exists():
            raise Refused("name_taken", name)
        made = ApiToken.objects.create(
            name=name,
            site=site_given(site),
            hash=_hash(secret),
            scopes=sorted(set(scopes)),
            made_by=actor,
            made_at=now,
            expires_at=now + timedelta(days=days),
        )
        audit.record(actor, "token_made", detail={"token": name, "scopes": " ".join(made.scopes), "days": days})
    return _row(made), secret


def token_of(secret: str) -> TokenRow | None:
    """Return the live token with this secret, None where there is none, and note that it was used."""
    found = (
        ApiToken.objects.select_related("site").filter(hash=_hash(secret)).first()
        if secret.startswith(PREFIX)
        else None
    )
    if found is None or not _row(found).live:
        return None
    now = timezone.now()
    if found.used_at is None or now - found.used_at > _USED_EVERY:
        ApiToken.objects.filter(id=found.id).update(used_at=now)
    return _row(found)


def revoke_token(token_id: int, actor: str) -> None:
    """End the token at once; doing so twice changes nothing. Raises Refused when there is none."""
    with transaction.atomic():
        found = narrowed(ApiToken.objects.select_for_update()).filter(id=token_id).first()
        if found is None:
            raise Refused("unknown", "token")
        if found.revoked_at is None:
            found.revoked_at = timezone.now()
            found.save()
            audit.record(actor, "token_revoked", detail={"token": found.name})


def tokens() -> list[TokenRow]:
    """Return the tokens in sight, the newest first."""
    return [_row(each) for each in narrowed(ApiToken.objects.select_related("site")).order_by("-id")]


def note_listed(actor: str, state: str, count: int) -> None:
    """Note in the audit trail that `actor` was given a list of `count` orders."""
    with transaction.atomic():
        audit.record(actor, "orders_listed", detail={"state": state, "count": count})


def note_document_seen(document_id: str, what: str, actor: str) -> None:
    """Note that `actor` was given a part of the document; raises Refused where there is no such document."""
    with transaction.atomic():
        if not Document.objects.filter(sha256=document_id).exists():
            raise Refused("unknown", document_id)
        audit.record(actor, "document_viewed", document=document_id, detail={"what": what})


def _hash(secret: str) -> str:
    return hashlib.sha256(secret.encode()).hexdigest()


def _row(row: ApiToken) -> TokenRow:
    return TokenRow(
        row.id,
        row.name,
        row.site.slug if row.site else "",
        row.site_id,
        tuple(row.scopes),
        row.made_by,
        row.made_at,
        row.expires_at,
        row.revoked_at,
        row.used_at,
    )
