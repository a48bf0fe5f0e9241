"""What each page asks of a person's roles, and how a refusal is said."""

from __future__ import annotations

from typing import Any, Final

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse

from store import ledger

# For everybody who is signed in: their own account, the way in and out.
OWN: Final = frozenset(
    {"home", "account", "password", "second_factor", "factor_new", "factor_code", "factor_codes", "login", "logout"}
)
# What a view that is not named here asks for: nearly all of them show an order.
USUAL: Final = "work_orders"
_BY_RIGHT: Final = {
    "see_figures": (
        "figures", "dashboard", "dashboard_problems", "dashboard_referrers", "referrer", "referrer_sheet",
        "dashboard_people", "dashboard_csv",
    ),
    "see_status": ("status", "item_again"),
    "read_trail": ("trail", "trail_narrow", "trail_check", "trail_csv"),
    "change_setup": ("rules",),
    "manage_people": (
        "people", "person_new", "person", "person_password", "person_factor", "roles", "sites",
        "api_access", "token_make", "token_revoke", "webhook_make", "webhook_switch",
    ),
}  # fmt: skip
RIGHT_OF: Final = {view: right for right, views in _BY_RIGHT.items() for view in views}
# Where a person starts, by the first right that they have.
_STARTS: Final = (
    ("work_orders", "review"),
    ("read_trail", "trail"),
    ("see_figures", "dashboard"),
    ("manage_people", "people"),
    ("see_status", "status"),
)


def allowed(user: Any, right: str) -> bool:
    """Whether a role of `user` gives the right; a superuser has them all."""
    return bool(user.has_perm(f"store.{right}"))


def missing(user: Any, view: str) -> str:
    """Return the right that the view asks for and `user` lacks, the empty string where they may see it."""
    if view in OWN:
        return ""
    right = RIGHT_OF.get(view, USUAL)
    return "" if allowed(user, right) else right


def start(user: Any) -> str:
    """Return the address of the page where the person starts; their account where no role gives them a right."""
    for right, view in _STARTS:
        if allowed(user, right):
            return reverse("desk:queue", args=[view]) if view == "review" else reverse(f"desk:{view}")
    return reverse("desk:account")


def refusal(request: HttpRequest, right: str) -> HttpResponse:
    """Answer 403 with the right that is missing, the person's roles, and the roles that have it."""
    having = [role.name for role in ledger.roles() if right in role.rights]
    mine = [role.name for role in request.user.groups.all()]
    said = f"Your role ({', '.join(mine) or 'none'}) does not let you {ledger.RIGHTS[right]}."
    remedy = f"It is given by: {', '.join(having) or 'no role'}. Ask an administrator."
    if request.headers.get("HX-Request"):
        return HttpResponse(f"{said} {remedy}", status=403, content_type="text/plain; charset=utf-8")
    return render(request, "desk/refused.html", {"said": said, "remedy": remedy, "here": ""}, status=403)
