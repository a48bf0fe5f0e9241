"""Who comes in: signing in and out, and what a request without a log-in is answered."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable, Iterator

from django.contrib.admin.forms import AdminAuthenticationForm
from django.contrib.auth import logout
from django.contrib.auth.decorators import login_not_required
from django.contrib.auth.middleware import LoginRequiredMiddleware
from django.contrib.auth.views import LoginView, LogoutView
from django.http import HttpRequest, HttpResponse, HttpResponseBase, StreamingHttpResponse
from django.shortcuts import redirect, render
from django.utils.cache import add_never_cache_headers
from django.utils.decorators import method_decorator

from config import settings
from desk import factors, rights
from store import ledger

SIGNED_OUT = "You were signed out. Sign in again in another tab; what you typed stays here until you do."
TRIED_TOO_OFTEN = "Too many wrong passwords. Try again in a quarter of an hour, or ask your administrator."

# Requests that an open page sends without anybody doing anything.
BY_ITSELF = ("counts", "hold")
# Seconds between two notes in the session that the person is active.
NOTED_SECONDS = 30


class StaffOnlyMiddleware(LoginRequiredMiddleware):
    """Every view needs a signed-in member of staff with the right that it asks for, but those `login_not_required`.

    Who did nothing for too long is signed out; who has a second factor, or must have one, goes through that door.

    A fragment that a page asks for in the background is answered 401 with a
    sentence, not with the log-in page in its place: the page keeps what was typed.
    """

    def process_view(
        self, request: HttpRequest, view_func: object, view_args: object, view_kwargs: object
    ) -> HttpResponseBase | None:
        if not getattr(view_func, "login_required", True):
            return None
        if request.user.is_authenticated and _idle(request):
            ledger.note(request.user.get_username(), "signed_out", why="idle")
            logout(request)
        if not request.user.is_authenticated:
            if request.headers.get("HX-Request"):
                return HttpResponse(SIGNED_OUT, status=401, content_type="text/plain; charset=utf-8")
            return self.handle_no_permission(request, view_func)
        if not request.user.is_staff:
            return HttpResponse("This account may not use the desk.", status=403, content_type="text/plain")
        match = request.resolver_match
        if match.app_name != "desk" and match.namespace != "desk":
            return None if factors.passed(request.user) else redirect("desk:second_factor")
        if match.url_name not in factors.DOOR:
            door = factors.door(request.user)
            if door:
                return redirect(door)
        lacking = rights.missing(request.user, match.url_name)
        return rights.refusal(request, lacking) if lacking else None


def _idle(request: HttpRequest) -> bool:
    """Whether the person did nothing for too long; notes that they do something now. A page's own asking is nothing."""
    now = time.time()
    since = request.session.get("active_at", now)
    if now - since > 60 * settings().idle_minutes:
        return True
    asks_by_itself = request.resolver_match.url_name in BY_ITSELF and not request.POST.get("active")
    if not asks_by_itself and ("active_at" not in request.session or now - since > NOTED_SECONDS):
        request.session["active_at"] = now
    return False


class SitesMiddleware:
    """What a request sees and changes lies in the sites that its person belongs to (`store.scope`).

    An answer that is sent piece by piece is made after the view has returned, so its pieces are made in sight too.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        if not request.user.is_authenticated:
            return self.get_response(request)
        sites = ledger.sites_of(request.user)
        with ledger.sees(sites):
            response = self.get_response(request)
        if isinstance(response, StreamingHttpResponse):
            response.streaming_content = _in_sight(response.streaming_content, sites)
        return response


def _in_sight(pieces: Iterable[bytes], sites: frozenset[int] | None) -> Iterator[bytes]:
    made = iter(pieces)
    while True:
        with ledger.sees(sites):
            piece = next(made, None)
        if piece is None:
            return
        yield piece


class NothingKeptMiddleware:
    """Pages with patients on them are not kept by the browser, but where a view says how long."""

    def __init__(self, get_response: object) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        response = self.get_response(request)
        if not response.has_header("Cache-Control"):
            add_never_cache_headers(response)
        return response


class SignIn(LoginView):
    """The log-in page; a person who is signed in already goes on to the queues."""

    template_name = "desk/login.html"
    authentication_form = AdminAuthenticationForm
    redirect_authenticated_user = True


@method_decorator(login_not_required, name="dispatch")
class SignOut(LogoutView):
    """Ends the session and has the browser drop the faxes that it keeps."""

    def post(self, request: HttpRequest, *args: object, **kwargs: object) -> HttpResponse:
        response = super().post(request, *args, **kwargs)
        response["Clear-Site-Data"] = '"cache"'
        return response


def locked_out(request: HttpRequest, *_: object, **__: object) -> HttpResponse:
    """Answer a log-in that django-axes refuses after too many wrong passwords."""
    return render(request, "desk/login.html", {"locked": TRIED_TOO_OFTEN}, status=429)
