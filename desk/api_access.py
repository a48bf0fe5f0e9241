"""The page where an administrator gives programs their tokens and webhooks, of the sites that they see themselves."""

from __future__ import annotations

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_GET, require_POST

from store import ledger

DAYS = (30, 90, 180, 365)
TOKEN_RULE = (
    "A name of lower-case letters, digits and hyphens that no other token has, at least one right, up to a year."
)
WEBHOOK_RULE = "An https address of at most 500 characters without a user's name in it, and at least one event."


@require_GET
def show(request: HttpRequest) -> HttpResponse:
    """The tokens and webhooks there are."""
    return _page(request)


@require_POST
def make_token(request: HttpRequest) -> HttpResponse:
    """Make a token and show its secret, this once."""
    posted = request.POST
    try:
        days = int(posted.get("days", ""))
        row, secret = ledger.make_token(
            posted.get("name", "").strip(),
            tuple(posted.getlist("scopes")),
            days,
            request.user.get_username(),
            posted.get("site", ""),
        )
    except (ValueError, ledger.Refused):
        messages.error(request, TOKEN_RULE, extra_tags="stop")
        return redirect("desk:api_access")
    return _page(request, made=f"The token “{row.name}”", secret=secret)


@require_POST
def revoke_token(request: HttpRequest, token_id: int) -> HttpResponse:
    """End a token at once."""
    try:
        ledger.revoke_token(token_id, request.user.get_username())
    except ledger.Refused:
        raise Http404 from None
    messages.success(request, "The token is revoked.", extra_tags="good")
    return redirect("desk:api_access")


@require_POST
def make_webhook(request: HttpRequest) -> HttpResponse:
    """Add a webhook and show its secret, this once."""
    posted = request.POST
    try:
        _, secret = ledger.make_webhook(
            posted.get("url", "").strip(),
            tuple(posted.getlist("events")),
            request.user.get_username(),
            posted.get("site", ""),
        )
    except ledger.Refused:
        messages.error(request, WEBHOOK_RULE, extra_tags="stop")
        return redirect("desk:api_access")
    return _page(request, made="The webhook", secret=secret)


@require_POST
def switch_webhook(request: HttpRequest, webhook_id: int) -> HttpResponse:
    """Have a webhook told, or no more, or have its failed calls sent again."""
    actor, to = request.user.get_username(), request.POST.get("to", "")
    try:
        if to == "again":
            messages.success(request, f"{ledger.call_again(webhook_id, actor)} calls wait to be sent.")
        else:
            ledger.switch_webhook(webhook_id, to == "on", actor)
    except ledger.Refused:
        raise Http404 from None
    return redirect("desk:api_access")


def _page(request: HttpRequest, made: str = "", secret: str = "") -> HttpResponse:
    sees = ledger.in_sight()
    context = {
        "here": "status",
        "tokens": ledger.tokens(),
        "webhooks": ledger.webhooks(),
        "scopes": ledger.SCOPES.items(),
        "scope_words": ledger.SCOPES,
        "events": tuple(ledger.WEBHOOK_EVENTS),
        "days": DAYS,
        "sites": [site for site in ledger.sites() if sees is None or site.id in sees],
        "everywhere": sees is None,
        "made": made,
        "secret": secret,
    }
    return render(request, "desk/api_access.html", context)
