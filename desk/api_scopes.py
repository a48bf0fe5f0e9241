"""Who asks the API: a token, and whether its scopes allow what it asks for."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps

from django.http import HttpRequest, HttpResponseBase
from ninja.errors import HttpError
from ninja.security import HttpBearer

from store import ledger


class Token(HttpBearer):
    """`Authorization: Bearer clr_…` with `scope`; the token's row is `request.auth`."""

    def __init__(self, scope: str) -> None:
        super().__init__()
        self.scope = scope

    def authenticate(self, request: HttpRequest, token: str) -> ledger.TokenRow | None:
        """Return the live token, None for any other text (401); raises HttpError 403 without the scope."""
        found: ledger.TokenRow | None = getattr(request, "token", None)
        if found and self.scope not in found.scopes:
            raise HttpError(403, f"This token may not: {self.scope} is missing.")
        return found


View = Callable[..., HttpResponseBase]


def within_site(view: View) -> View:
    """Answer the request in sight of the site that its token is for, and of nothing where it has no live token."""

    @wraps(view)
    def seen(request: HttpRequest, *args: object, **kwargs: object) -> HttpResponseBase:
        kind, _, secret = request.headers.get("Authorization", "").partition(" ")
        request.token = ledger.token_of(secret.strip()) if kind.lower() == "bearer" else None
        sites = () if request.token is None else None if request.token.site_id is None else (request.token.site_id,)
        with ledger.sees(sites):
            return view(request, *args, **kwargs)

    return seen
