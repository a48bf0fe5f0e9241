"""People of the desk: their roles, their sites, what a role may do. Every change is audited and ends their sessions."""

from __future__ import annotations

import secrets
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from typing import Any, Final

from django.contrib.auth import SESSION_KEY, get_user_model
from django.contrib.auth.models import Group, Permission
from django.contrib.sessions.models import Session
from django.db import transaction
from django.utils import timezone

from store import audit
from store.models import Membership, Site
from store.refusal import Refused
from store.scope import in_sight

# What can be allowed, and how a refusal names it. The names are permissions of the app `store`.
RIGHTS: Final = {
    "work_orders": "see and work on orders",
    "see_figures": "see figures and dashboards",
    "see_status": "see the state of the installation",
    "read_trail": "read the audit trail",
    "manage_people": "manage people and roles",
    "change_setup": "change the set-up",
}
# What the roles may do at first; a site changes it on the roles page.
ROLES: Final = {
    "clerk": ("work_orders", "see_status"),
    "lead": ("work_orders", "see_figures", "see_status", "change_setup"),
    "data scientist": ("see_figures", "see_status"),
    "auditor": ("read_trail", "see_figures", "see_status"),
    "administrator": tuple(RIGHTS),
}


@dataclass(frozen=True, slots=True)
class PersonRow:
    """A person of the desk; `everywhere` for one who sees every site whatever the memberships say."""

    id: int
    name: str
    full_name: str
    roles: tuple[str, ...]
    sites: tuple[int, ...]
    active: bool
    everywhere: bool
    last_login: Any


@dataclass(frozen=True, slots=True)
class RoleRow:
    """A role, the rights that it gives, and how many people have it."""

    name: str
    rights: tuple[str, ...]
    people: int


def make_roles(**_: object) -> None:
    """Make the roles that are missing; people who used the desk before there were roles become clerks."""
    if not Permission.objects.filter(content_type__app_label="store", codename__in=RIGHTS).exists():
        return
    first = not Group.objects.filter(name__in=ROLES).exists()
    for name, rights in ROLES.items():
        role, new = Group.objects.get_or_create(name=name)
        if new:
            role.permissions.set(_permissions(rights))
    if first:
        clerks = Group.objects.get(name="clerk")
        clerks.user_set.add(*get_user_model().objects.filter(is_staff=True, is_superuser=False))


def people() -> list[PersonRow]:
    """Return everybody, active ones first, by name."""
    users = get_user_model().objects.prefetch_related("groups", "memberships").order_by("-is_active", "username")
    return [_row(user) for user in users]


def person(person_id: int) -> PersonRow:
    """Return one person; raises Refused for none."""
    return _row(_user(person_id))


def roles() -> list[RoleRow]:
    """Return the roles with what each allows."""
    found = Group.objects.prefetch_related("permissions", "user_set").order_by("id")
    return [
        RoleRow(
            role.name,
            tuple(each.codename for each in role.permissions.all() if each.codename in RIGHTS),
            role.user_set.count(),
        )
        for role in found
    ]


def add_person(name: str, full_name: str, role: str, sites: Collection[int], actor: str) -> tuple[PersonRow, str]:
    """Add a person with a password that is made up; return both. Raises Refused for a name that is taken or none."""
    users = get_user_model()
    if not name or len(name) > 150 or not all(sign.isalnum() or sign in "@.+-_" for sign in name):
        raise Refused("value", "name")
    if users.objects.filter(username__iexact=name).exists():
        raise Refused("name_taken", name)
    password = secrets.token_urlsafe(12)
    with transaction.atomic():
        made = users.objects.create_user(name, password=password, is_staff=True, first_name=full_name[:150])
        made.groups.set([_role(role)])
        _join(made, sites)
        detail: audit.Detail = {"person": name, "role": role, "sites": _slugs(made)}
        audit.record(actor, "person_added", detail=detail)
    return person(made.pk), password


def change_person(
    person_id: int, role: str, sites: Collection[int], active: bool, actor: str, full_name: str = ""
) -> PersonRow:
    """Give a person this role and these sites, or take the desk from them; their sessions end where that differs.

    Sites out of the actor's sight stay as they are. Raises Refused for the own
    account, for a superuser, and where nobody could manage people any more.
    """
    with transaction.atomic():
        user = _user(person_id, lock=True)
        if user.get_username() == actor:
            raise Refused("own_account")
        if user.is_superuser:
            raise Refused("superuser")
        before = _told(user)
        user.groups.set([_role(role)])
        _join(user, sites)
        user.is_active, user.first_name = active, full_name[:150]
        user.save(update_fields=["is_active", "first_name"])
        if not _managers():
            raise Refused("last_administrator")
        after = _told(user)
        if after != before:
            end_sessions(user.pk)
            audit.record(
                actor, "person_changed", detail={"person": user.get_username(), "before": before, "after": after}
            )
    return person(person_id)


def new_password(person_id: int, actor: str) -> str:
    """Give a person a made-up password, end their sessions, and return it to be shown once."""
    with transaction.atomic():
        user = _user(person_id, lock=True)
        if user.is_superuser and user.get_username() != actor:
            raise Refused("superuser")
        password = secrets.token_urlsafe(12)
        user.set_password(password)
        user.save(update_fields=["password"])
        end_sessions(user.pk)
        audit.record(actor, "password_reset", detail={"person": user.get_username()})
    return password


def change_role(name: str, rights: Iterable[str], actor: str) -> None:
    """Let a role allow `rights` and no other; raises Refused where nobody could manage people any more."""
    chosen = sorted(set(rights) & set(RIGHTS))
    with transaction.atomic():
        role = _role(name)
        before = " ".join(sorted(role.permissions.filter(codename__in=RIGHTS).values_list("codename", flat=True)))
        if before == " ".join(chosen):
            return
        role.permissions.set(_permissions(chosen))
        if "manage_people" in before and not _managers():
            raise Refused("last_administrator")
        for user_id in role.user_set.values_list("pk", flat=True):
            end_sessions(user_id)
        audit.record(actor, "role_changed", detail={"role": name, "before": before, "after": " ".join(chosen)})


def end_sessions(user_id: int) -> int:
    """End every session of the person; return how many there were."""
    ended = 0
    for session in Session.objects.filter(expire_date__gt=timezone.now()).iterator():
        if session.get_decoded().get(SESSION_KEY) == str(user_id):
            session.delete()
            ended += 1
    return ended


def note(actor: str, verb: str, **detail: str | int | bool | None) -> None:
    """Write a line about the desk itself (a sign-in, a second factor, a look at the trail) to the audit trail."""
    with transaction.atomic():
        audit.record(actor, verb, detail=dict(detail))


def _managers() -> bool:
    users = get_user_model().objects.filter(is_active=True)
    return (
        users.filter(is_superuser=True).exists() or users.filter(groups__permissions__codename="manage_people").exists()
    )


def _join(user: Any, sites: Collection[int]) -> None:
    sight = in_sight()
    mine = Membership.objects.filter(user=user)
    if sight is not None:
        mine, sites = mine.filter(site_id__in=sight), set(sites) & sight
    mine.delete()
    known = Site.objects.filter(id__in=list(sites))
    Membership.objects.bulk_create(Membership(user=user, site=each) for each in known)


def _told(user: Any) -> str:
    role = ", ".join(user.groups.order_by("name").values_list("name", flat=True)) or "no role"
    return f"{role}; {_slugs(user) or 'no site'}; {'active' if user.is_active else 'not active'}"


def _slugs(user: Any) -> str:
    return " ".join(Membership.objects.filter(user=user).order_by("site__slug").values_list("site__slug", flat=True))


def _role(name: str) -> Group:
    found = Group.objects.filter(name=name).first()
    if found is None:
        raise Refused("value", "role")
    return found


def _permissions(rights: Iterable[str]) -> list[Permission]:
    return list(Permission.objects.filter(content_type__app_label="store", codename__in=list(rights)))


def _user(person_id: int, lock: bool = False) -> Any:
    users = get_user_model().objects.select_for_update() if lock else get_user_model().objects
    found = users.filter(pk=person_id).first()
    if found is None:
        raise Refused("unknown_person", str(person_id))
    return found


def _row(user: Any) -> PersonRow:
    return PersonRow(
        user.pk,
        user.get_username(),
        user.get_full_name(),
        tuple(role.name for role in user.groups.all()),
        tuple(each.site_id for each in user.memberships.all()),
        user.is_active,
        user.is_superuser,
        user.last_login,
    )
