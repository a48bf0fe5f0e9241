"""People, roles and sites: who may use the desk, for what, and where."""

from __future__ import annotations

from django.contrib import messages
from django.db import transaction
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_GET, require_http_methods, require_POST
from django_otp.plugins.otp_totp.models import TOTPDevice

from desk import factors
from store import ledger


@require_GET
def people(request: HttpRequest) -> HttpResponse:
    """Everybody with their role, sites and second factor."""
    return _people(request)


@require_POST
def person_new(request: HttpRequest) -> HttpResponse:
    """Add a person; the password that is made up is shown this once."""
    try:
        made, password = ledger.add_person(
            request.POST.get("name", "").strip(),
            request.POST.get("full_name", "").strip(),
            request.POST.get("role", ""),
            _sites(request),
            request.user.get_username(),
        )
    except ledger.Refused as refusal:
        return _people(request, wrong=_sentence(refusal), status=422)
    return _people(request, shown=(made.name, password))


@require_http_methods(["GET", "POST"])
def person(request: HttpRequest, person_id: int) -> HttpResponse:
    """One person: role, sites, whether they may sign in."""
    found = _person(person_id)
    if request.method == "POST":
        try:
            ledger.change_person(
                person_id,
                request.POST.get("role", ""),
                _sites(request),
                "active" in request.POST,
                request.user.get_username(),
                request.POST.get("full_name", "").strip(),
            )
        except ledger.Refused as refusal:
            messages.error(request, _sentence(refusal), extra_tags="stop")
            return redirect("desk:person", person_id)
        messages.success(request, f"{found.name} is changed.", extra_tags="good")
        return redirect("desk:people")
    return _page(request, found)


@require_POST
def person_password(request: HttpRequest, person_id: int) -> HttpResponse:
    """Give a person a new password, shown this once; their sessions end."""
    found = _person(person_id)
    try:
        password = ledger.new_password(person_id, request.user.get_username())
    except ledger.Refused as refusal:
        messages.error(request, refusal.sentence, extra_tags="stop")
        return redirect("desk:person", person_id)
    return _page(request, found, password)


@require_POST
def person_factor(request: HttpRequest, person_id: int) -> HttpResponse:
    """Drop a person's second factor, as when the telephone is lost; their sessions end."""
    found = _person(person_id)
    if found.everywhere and found.name != request.user.get_username():
        messages.error(request, ledger.Refused("superuser").sentence, extra_tags="stop")
        return redirect("desk:person", person_id)
    with transaction.atomic():
        factors.forget(person_id)
        ledger.end_sessions(person_id)
        ledger.note(request.user.get_username(), "second_factor_reset", person=found.name)
    messages.success(request, f"{found.name} sets up a new second factor.", extra_tags="good")
    return redirect("desk:people")


@require_http_methods(["GET", "POST"])
def roles(request: HttpRequest) -> HttpResponse:
    """What each role may do, as a table of boxes."""
    if request.method == "POST":
        try:
            with transaction.atomic():
                for role in ledger.roles():
                    chosen = request.POST.getlist(f"right-{role.name}")
                    ledger.change_role(role.name, chosen, request.user.get_username())
        except ledger.Refused as refusal:
            messages.error(request, refusal.sentence, extra_tags="stop")
        else:
            messages.success(request, "The roles are changed. Who has a changed one signs in anew.", extra_tags="good")
        return redirect("desk:roles")
    found = ledger.roles()
    rows = [
        (right, words, [(role.name, right in role.rights) for role in found]) for right, words in ledger.RIGHTS.items()
    ]
    return render(request, "desk/roles.html", {"here": "people", "roles": found, "rows": rows})


@require_POST
def sites(request: HttpRequest) -> HttpResponse:
    """Open a site."""
    try:
        made = ledger.make_site(
            request.POST.get("slug", "").strip(), request.POST.get("name", "").strip(), request.user.get_username()
        )
    except ledger.Refused as refusal:
        return _people(request, wrong=_sentence(refusal), status=422)
    messages.success(request, f"The site {made.name} is open. Say who belongs to it.", extra_tags="good")
    return redirect("desk:people")


def _people(
    request: HttpRequest, wrong: str = "", shown: tuple[str, str] | None = None, status: int = 200
) -> HttpResponse:
    names = {site.id: site.name for site in ledger.sites()}
    secured = set(TOTPDevice.objects.filter(confirmed=True).values_list("user_id", flat=True))
    rows = [
        (each, ", ".join(sorted(names[site] for site in each.sites)), each.id in secured) for each in ledger.people()
    ]
    context = {
        "here": "people",
        "rows": rows,
        "roles": ledger.roles(),
        "sites": _choices(request),
        "several": len(names) > 1,
        "wrong": wrong,
        "shown": shown,
    }
    return render(request, "desk/people.html", context, status=status)


def _page(request: HttpRequest, found: ledger.PersonRow, password: str = "") -> HttpResponse:
    context = {
        "here": "people",
        "person": found,
        "roles": ledger.roles(),
        "sites": [(site, site.id in found.sites) for site in _choices(request)],
        "several": len(ledger.sites()) > 1,
        "password": password,
        "secured": TOTPDevice.objects.filter(user_id=found.id, confirmed=True).exists(),
        "own": found.name == request.user.get_username(),
    }
    return render(request, "desk/person.html", context)


def _choices(request: HttpRequest) -> list[ledger.SiteRow]:
    """The sites that the person may give to others: their own."""
    sight = ledger.in_sight()
    return [site for site in ledger.sites() if sight is None or site.id in sight]


def _sites(request: HttpRequest) -> list[int]:
    chosen = request.POST.getlist("site")
    offered = _choices(request)
    if len(ledger.sites()) == 1:
        return [site.id for site in offered]
    return [site.id for site in offered if str(site.id) in chosen]


def _person(person_id: int) -> ledger.PersonRow:
    try:
        return ledger.person(person_id)
    except ledger.Refused:
        raise Http404 from None


def _sentence(refusal: ledger.Refused) -> str:
    return {
        "name": "A name is of letters, digits and @ . + - _ only, without spaces.",
        "role": "Choose one of the roles.",
        "site": "A site needs a short name of lower-case letters, digits and hyphens, and a name to be called by.",
    }.get(refusal.detail, refusal.sentence)
