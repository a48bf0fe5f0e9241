"""The tables of sites and of who belongs to them."""

from __future__ import annotations

from django.conf import settings
from django.db import models


class Site(models.Model):
    """A place that the installation works for. One-site installations have the site `default` only."""

    slug = models.CharField(max_length=40, unique=True)
    name = models.CharField(max_length=100)

    class Meta:
        # The desk's rights (`store.people.RIGHTS`): they belong to no table of their own.
        permissions = [  # noqa: RUF012
            ("work_orders", "Can see and work on orders"),
            ("see_figures", "Can see figures and dashboards"),
            ("see_status", "Can see the state of the installation"),
            ("read_trail", "Can read the audit trail"),
            ("manage_people", "Can manage people and roles"),
            ("change_setup", "Can change the set-up"),
        ]


class Membership(models.Model):
    """That a person belongs to a site, and so sees its documents and orders."""

    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="memberships")
    site = models.ForeignKey(Site, on_delete=models.CASCADE, related_name="memberships")

    class Meta:
        constraints = [  # noqa: RUF012
            models.UniqueConstraint(fields=["user", "site"], name="one_membership_a_site"),
        ]
