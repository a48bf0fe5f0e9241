"""The tables of programs outside: who may ask the API, and who is told of what happens."""

from __future__ import annotations

from django.db import models


class ApiToken(models.Model):
    """A program's right to use the API. Of its secret only the SHA-256 is kept: 256 random bits need no slow hash."""

    name = models.CharField(max_length=60, unique=True)
    # Null for all sites.
    site = models.ForeignKey("store.Site", on_delete=models.PROTECT, related_name="+", null=True)
    hash = models.CharField(max_length=64, unique=True)
    scopes = models.JSONField()
    made_by = models.CharField(max_length=150)
    made_at = models.DateTimeField()
    expires_at = models.DateTimeField()
    revoked_at = models.DateTimeField(null=True)
    used_at = models.DateTimeField(null=True)


class Webhook(models.Model):
    """An address that is told of `events`. Its secret is made from the desk's own and `nonce`: it lies nowhere."""

    url = models.TextField()
    # Null for all sites.
    site = models.ForeignKey("store.Site", on_delete=models.PROTECT, related_name="+", null=True)
    events = models.JSONField()
    nonce = models.CharField(max_length=32)
    active = models.BooleanField(default=True)
    made_by = models.CharField(max_length=150)
    made_at = models.DateTimeField()


class Call(models.Model):
    """One thing to tell one webhook, written with the change that it tells of; `body` holds ids and states only."""

    webhook = models.ForeignKey(Webhook, on_delete=models.CASCADE, related_name="calls")
    message = models.CharField(max_length=40, unique=True)
    body = models.TextField()
    state = models.CharField(max_length=10)
    attempts = models.PositiveSmallIntegerField(default=0)
    made_at = models.DateTimeField()
    next_at = models.DateTimeField()
    sent_at = models.DateTimeField(null=True)
    answer = models.CharField(max_length=40, blank=True)

    class Meta:
        indexes = [models.Index(fields=["state", "next_at"], name="call_due")]  # noqa: RUF012
