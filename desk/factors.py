"""The second factor: a code of six digits from an app (TOTP, RFC 6238), or a recovery code that counts once."""

from __future__ import annotations

import io
import secrets
from typing import Any, Final

import segno
from django import forms
from django.contrib import messages
from django.contrib.auth import update_session_auth_hash
from django.contrib.auth.forms import PasswordChangeForm
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_GET, require_http_methods, require_POST
from django_otp import login as factor_given
from django_otp import match_token
from django_otp.plugins.otp_static.models import StaticDevice, StaticToken
from django_otp.plugins.otp_totp.models import TOTPDevice

from config import settings
from store import ledger

# What a person reaches who has yet to give, or to set up, their second factor.
DOOR: Final = frozenset({"second_factor", "factor_new", "factor_code", "login", "logout"})
RECOVERY_CODES: Final = 10
WRONG: Final = "This code is not right. Codes change every 30 seconds; after wrong ones wait a little longer each time."


def device(user: Any) -> TOTPDevice | None:
    """Return the confirmed device of `user`, None where they have set up no second factor."""
    return TOTPDevice.objects.filter(user=user, confirmed=True).first()


def required(user: Any) -> bool:
    """Whether a role of `user` must have a second factor at this site."""
    roles = settings().second_factor
    return bool(roles) and (
        user.groups.filter(name__in=roles).exists() or (user.is_superuser and "administrator" in roles)
    )


def passed(user: Any) -> bool:
    """Whether `user` needs no (more) second factor in this session."""
    return user.is_verified() or not (device(user) or required(user))


def door(user: Any) -> str:
    """Return the view that `user` has to go through first, the empty string for none."""
    if passed(user):
        return ""
    return "desk:second_factor" if device(user) else "desk:factor_new"


@require_http_methods(["GET", "POST"])
def second_factor(request: HttpRequest) -> HttpResponse:
    """Ask for the code after the password."""
    if passed(request.user):
        return redirect("desk:home")
    if request.method == "POST":
        code = "".join(request.POST.get("code", "")[:40].split())
        matched = match_token(request.user, code)
        if matched:
            factor_given(request, matched)
            request.session.cycle_key()
            kind = "recovery code" if isinstance(matched, StaticDevice) else "app"
            ledger.note(request.user.get_username(), "second_factor_given", by=kind)
            return redirect("desk:home")
        ledger.note(request.user.get_username(), "second_factor_wrong")
    context = {"wrong": WRONG if request.method == "POST" else ""}
    return render(request, "desk/second_factor.html", context, status=401 if request.method == "POST" else 200)


@require_http_methods(["GET", "POST"])
def factor_new(request: HttpRequest) -> HttpResponse:
    """Set up a second factor: show its secret as a picture, take the first code, give the recovery codes once."""
    if device(request.user) and not request.user.is_verified():
        return redirect("desk:second_factor")
    draft, _ = TOTPDevice.objects.get_or_create(user=request.user, confirmed=False, defaults={"name": "app"})
    wrong = ""
    if request.method == "POST":
        if draft.verify_token("".join(request.POST.get("code", "")[:12].split())):
            TOTPDevice.objects.filter(user=request.user, confirmed=True).delete()
            draft.confirmed = True
            draft.save()
            factor_given(request, draft)
            ledger.note(request.user.get_username(), "second_factor_set_up")
            return _codes(request)
        wrong = WRONG
    spelled = draft_secret(draft)
    context = {"wrong": wrong, "secret": " ".join(spelled[start : start + 4] for start in range(0, len(spelled), 4))}
    return render(request, "desk/factor_new.html", context)


@require_GET
def factor_code(request: HttpRequest) -> HttpResponse:
    """The secret that is being set up, as a QR code."""
    draft = TOTPDevice.objects.filter(user=request.user, confirmed=False).first()
    if draft is None:
        raise Http404
    drawn = io.BytesIO()
    segno.make(draft.config_url, error="m").save(drawn, kind="svg", scale=5, border=4, light="#fff")
    return HttpResponse(drawn.getvalue(), content_type="image/svg+xml")


@require_POST
def factor_codes(request: HttpRequest) -> HttpResponse:
    """Make new recovery codes in place of the old ones."""
    if not device(request.user):
        return redirect("desk:factor_new")
    ledger.note(request.user.get_username(), "recovery_codes_made")
    return _codes(request)


@require_GET
def account(request: HttpRequest) -> HttpResponse:
    """The person's own account."""
    return _account(request, PasswordChangeForm(request.user))


@require_POST
def password(request: HttpRequest) -> HttpResponse:
    """Change the own password; every other session of the person ends."""
    form = PasswordChangeForm(request.user, request.POST)
    if not form.is_valid():
        return _account(request, form, status=422)
    form.save()
    update_session_auth_hash(request, request.user)
    ledger.note(request.user.get_username(), "password_changed")
    messages.success(request, "Your password is changed. You are signed out everywhere else.", extra_tags="good")
    return redirect("desk:account")


def forget(user_id: int) -> None:
    """Drop the second factor of a person, recovery codes included: they set up a new one."""
    TOTPDevice.objects.filter(user_id=user_id).delete()
    StaticDevice.objects.filter(user_id=user_id).delete()


def draft_secret(draft: TOTPDevice) -> str:
    """Return the secret in base 32, as apps take it when typed."""
    return dict(part.split("=") for part in draft.config_url.split("?")[1].split("&"))["secret"]


def _account(request: HttpRequest, form: forms.Form, status: int = 200) -> HttpResponse:
    names = {site.id: site.name for site in ledger.sites()}
    me = ledger.person(request.user.pk)
    every = len(names) == 1 or me.everywhere
    context = {
        "here": "account",
        "me": me,
        "sites": sorted(names.values()) if every else sorted(names[each] for each in me.sites),
        "form": form,
        "device": device(request.user),
        "required": required(request.user),
        "codes_left": StaticToken.objects.filter(device__user=request.user).count(),
    }
    return render(request, "desk/account.html", context, status=status)


def _codes(request: HttpRequest) -> HttpResponse:
    StaticDevice.objects.filter(user=request.user).delete()
    kept = StaticDevice.objects.create(user=request.user, name="recovery")
    codes = [secrets.token_hex(5) for _ in range(RECOVERY_CODES)]
    StaticToken.objects.bulk_create(StaticToken(device=kept, token=code) for code in codes)
    return render(request, "desk/recovery_codes.html", {"codes": codes, "here": "account"})
