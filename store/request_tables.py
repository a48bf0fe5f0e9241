"""The tables of requests to referrers: what was asked, what was sent, what came back."""

from __future__ import annotations

from django.db import models


class Request(models.Model):
    """One request to a practice about one or more orders.

    `code` leads back to it; `sheet` is what stands where on its page
    (`clarifications.sheet`); `next_at` is null only in a final state. `round`
    counts the requests about the same orders, `reminders` how often this one
    was sent again, `tried` the channels that failed.
    """

    id = models.CharField(max_length=12, primary_key=True)
    code = models.CharField(max_length=11, unique=True)
    state = models.CharField(max_length=16)
    next_at = models.DateTimeField(null=True)
    made_at = models.DateTimeField()
    asked_at = models.DateTimeField(null=True)
    ended_at = models.DateTimeField(null=True)
    priority = models.CharField(max_length=20, blank=True)
    language = models.CharField(max_length=2)
    fax = models.CharField(max_length=20, blank=True, db_index=True)
    email = models.CharField(max_length=254, blank=True)
    practice = models.TextField(blank=True)
    round = models.PositiveSmallIntegerField(default=1)
    reminders = models.PositiveSmallIntegerField(default=0)
    channel = models.CharField(max_length=10, blank=True)
    tried = models.JSONField(default=list)
    reason = models.CharField(max_length=200, blank=True)
    sheet = models.JSONField(default=dict)

    class Meta:
        indexes = [models.Index(fields=["state", "next_at"], name="request_due")]  # noqa: RUF012


class RequestCase(models.Model):
    """An order that a request is about, as of the version at which it came into clarification."""

    request = models.ForeignKey(Request, on_delete=models.PROTECT, related_name="about")
    case = models.ForeignKey("store.Case", on_delete=models.PROTECT, related_name="requests")
    version = models.PositiveIntegerField()
    asked = models.JSONField(default=list)

    class Meta:
        constraints = [  # noqa: RUF012
            models.UniqueConstraint(fields=["request", "case"], name="asked_once_a_request"),
        ]


class Message(models.Model):
    """Something of a request that goes out by a channel; `number` counts those of a kind."""

    request = models.ForeignKey(Request, on_delete=models.PROTECT, related_name="messages")
    kind = models.CharField(max_length=12)
    number = models.PositiveSmallIntegerField()
    channel = models.CharField(max_length=10)
    address = models.CharField(max_length=254)
    sha256 = models.CharField(max_length=64)
    filename = models.CharField(max_length=80, unique=True)
    state = models.CharField(max_length=10)
    tries = models.PositiveSmallIntegerField(default=0)
    next_at = models.DateTimeField()
    made_at = models.DateTimeField()
    taken_at = models.DateTimeField(null=True)
    sent_at = models.DateTimeField(null=True)
    outcome = models.CharField(max_length=20, blank=True)

    class Meta:
        constraints = [  # noqa: RUF012
            models.UniqueConstraint(fields=["request", "kind", "number"], name="message_once"),
        ]
        indexes = [models.Index(fields=["state", "next_at"], name="message_due")]  # noqa: RUF012


class Reply(models.Model):
    """An answer that came: on a page, by telephone, on the web, or as a new order; `answers` as they were read."""

    request = models.ForeignKey(Request, on_delete=models.PROTECT, null=True, related_name="replies")
    document = models.ForeignKey("store.Document", on_delete=models.PROTECT, null=True, related_name="replies")
    page = models.PositiveIntegerField(default=0)
    source = models.CharField(max_length=10)
    state = models.CharField(max_length=20, db_index=True)
    confidence = models.FloatField(default=1.0)
    answers = models.JSONField(default=list)
    signer = models.TextField(blank=True)
    address = models.CharField(max_length=60, blank=True)
    at = models.DateTimeField()

    class Meta:
        constraints = [  # noqa: RUF012
            models.UniqueConstraint(fields=["document", "page"], name="one_reply_a_page"),
        ]


class PortalCode(models.Model):
    """A one-time code with which a practice opens its web form; only its hash is kept."""

    request = models.ForeignKey(Request, on_delete=models.CASCADE, related_name="portal_codes")
    hash = models.CharField(max_length=64)
    until = models.DateTimeField()
    tries = models.PositiveSmallIntegerField(default=0)
    used_at = models.DateTimeField(null=True)
