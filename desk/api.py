"""The API for programs: django-ninja, one token a program, scopes, the ledger's refusals as answers.

A token's name stands in the audit trail with whatever it reads or changes. No
address holds anything of a patient: what is searched for is posted.
"""

from __future__ import annotations

from http import HTTPStatus
from typing import Any, Final

from django.http import HttpRequest, HttpResponse
from django.urls import URLPattern, URLResolver
from ninja import NinjaAPI
from ninja.throttling import SimpleRateThrottle

from desk import api_documents, api_orders
from desk.api_scopes import within_site
from desk.api_shapes import Problem
from store import ledger

# Requests a minute, of one token in one process of the desk.
RATE: Final = "600/min"
STATUS: Final = {
    "unknown": HTTPStatus.NOT_FOUND,
    "value": HTTPStatus.UNPROCESSABLE_ENTITY,
    "no_field": HTTPStatus.UNPROCESSABLE_ENTITY,
}


class EachToken(SimpleRateThrottle):
    """So many requests a minute for each token."""

    def get_cache_key(self, request: HttpRequest) -> str | None:
        """Return the key under which the token's requests are counted."""
        return f"api:{request.auth.id}" if getattr(request, "auth", None) else None


api = NinjaAPI(
    title="clearorder",
    version="1",
    description="Imaging orders as read, checked and worked on. Each order and document is in the shape that "
    "`clearorder read` writes; what a token reads or changes stands in the audit trail.",
    docs_url=None,
    throttle=[EachToken(RATE)],
    urls_namespace="api",
)
api.add_router("", api_documents.router)
api.add_router("", api_orders.router)


@api.exception_handler(ledger.Refused)
def refused(request: HttpRequest, refusal: ledger.Refused) -> HttpResponse:
    """The ledger's refusal with its sentence: 404, 422, or 409 where the order's state or version speaks against it."""
    status = STATUS.get(refusal.code, HTTPStatus.CONFLICT)
    return api.create_response(request, Problem(code=refusal.code, message=refusal.sentence).dict(), status=status)


def routes() -> list[URLPattern | URLResolver]:
    """Return the API's addresses; they ask for a token instead of a log-in."""
    found: list[Any] = api.urls[0]
    for each in found:
        each.callback = within_site(each.callback)
        each.callback.login_required = False
    return found
