"""Sites: the places that one installation works for, and who belongs to which."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any, Final

from django.contrib.auth import get_user_model
from django.db import transaction
from django.db.models import Exists, OuterRef

from config import settings
from store import audit
from store.models import Membership, Site
from store.refusal import Refused
from store.scope import in_sight

DEFAULT: Final = "default"
_SLUG = re.compile(r"[a-z0-9](?:[a-z0-9-]{0,38}[a-z0-9])?")


@dataclass(frozen=True, slots=True)
class SiteRow:
    """A site: `slug` names it in settings and addresses, `name` to people."""

    id: int
    slug: str
    name: str


def sites() -> list[SiteRow]:
    """Return every site, by name."""
    return [SiteRow(row.id, row.slug, row.name) for row in Site.objects.order_by("name", "slug")]


def site_called(slug: str) -> Site:
    """Return the site's row; `default` is made where it is missing, for any other Refused is raised."""
    found = Site.objects.filter(slug=slug).first()
    if found is None and slug == DEFAULT:
        found, _ = Site.objects.get_or_create(slug=DEFAULT, defaults={"name": settings().facility_name})
    if found is None:
        raise Refused("unknown_site", slug)
    return found


def site_given(slug: str) -> Site | None:
    """Return the site that a program is let into, None for all of them (no slug).

    Raises Refused for a site that is not there or not seen, and for all of them where they are not all seen.
    """
    seen = in_sight()
    if not slug and seen is None:
        return None
    found = site_called(slug)
    if seen is not None and found.id not in seen:
        raise Refused("unknown_site", slug)
    return found


def make_site(slug: str, name: str, actor: str) -> SiteRow:
    """Add a site. Where it is the second, everybody that there is belongs to the first from now on.

    Raises Refused for a slug that is no word of lower-case letters, digits and
    hyphens, or is taken.
    """
    if not _SLUG.fullmatch(slug) or not name.strip() or len(name) > 100:
        raise Refused("value", "site")
    with transaction.atomic():
        if Site.objects.filter(slug=slug).exists():
            raise Refused("site_taken", slug)
        only = site_called(DEFAULT) if not Site.objects.exists() else Site.objects.order_by("id").first()
        if Site.objects.count() == 1:
            people = get_user_model().objects.exclude(memberships__site=only)
            Membership.objects.bulk_create(Membership(user=each, site=only) for each in people)
        made = Site.objects.create(slug=slug, name=name.strip())
        audit.record(actor, "site_made", detail={"site": slug, "name": made.name})
    return SiteRow(made.id, made.slug, made.name)


def sites_of(user: Any) -> frozenset[int] | None:
    """Return the ids of the sites that `user` belongs to, None for all of them; one query.

    Where there is one site only, everybody belongs to it; a superuser belongs to all.
    """
    if user.is_superuser:
        return None
    mine = Membership.objects.filter(user=user, site=OuterRef("pk"))
    rows = list(Site.objects.annotate(mine=Exists(mine)).values_list("id", "mine"))
    if len(rows) <= 1 or all(belongs for _, belongs in rows):
        return None
    return frozenset(each for each, belongs in rows if belongs)
