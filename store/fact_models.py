"""The tables that dashboards count: narrow rows beside the orders, written with them and never read to work on one."""

from __future__ import annotations

from django.db import models

from store.scope import InSight


class Stay(models.Model):
    """A time that a document or an order spent in a stage; `bucket` and `day` are null while it is there.

    `case` is null for the two stages before there are orders. `bucket` is the
    length on a logarithmic scale (`store.facts.bucket`), `day` the site's day on
    which it ended, `left_by` who ended it.
    """

    document = models.ForeignKey("store.Document", on_delete=models.CASCADE, related_name="stays", db_index=False)
    case = models.ForeignKey("store.Case", on_delete=models.CASCADE, related_name="stays", null=True)
    stage = models.CharField(max_length=20)
    since = models.DateTimeField()
    until = models.DateTimeField(null=True)
    bucket = models.PositiveSmallIntegerField(null=True)
    day = models.DateField(null=True)
    left_by = models.CharField(max_length=150, blank=True)

    objects = InSight("document__site")

    class Meta:
        indexes = [  # noqa: RUF012
            # Each holds all that its count needs, so that no row is read.
            models.Index(fields=["day", "stage", "bucket"], name="stay_lengths"),
            models.Index(fields=["day", "left_by", "stage"], name="stay_people"),
        ]


class Arrival(models.Model):
    """An order as it came in: the site's day, who sent it, whether it cleared untouched, whether somebody was asked.

    `referrer` is the NPI, else a digest of the name as read (`store.facts.referrer_key`).
    """

    case = models.OneToOneField("store.Case", on_delete=models.CASCADE, primary_key=True, related_name="arrival")
    day = models.DateField()
    referrer = models.CharField(max_length=16, blank=True)
    name = models.TextField(blank=True)
    practice = models.TextField(blank=True)
    cleared = models.BooleanField()
    asked = models.BooleanField(default=False)

    objects = InSight("case__site")

    class Meta:
        indexes = [  # noqa: RUF012
            models.Index(fields=["day", "cleared", "asked", "case"], name="arrival_days"),
            models.Index(fields=["day", "referrer", "cleared", "asked"], name="arrival_referrers"),
            models.Index(fields=["referrer", "day", "case"], name="arrival_of_one"),
        ]


class Fault(models.Model):
    """A problem that an order had: one that its referrer was asked about, or that stood when it last moved on."""

    case = models.ForeignKey("store.Case", on_delete=models.CASCADE, related_name="faults", db_index=False)
    code = models.CharField(max_length=60)
    blocking = models.BooleanField()
    asked = models.BooleanField(default=False)
    day = models.DateField()
    referrer = models.CharField(max_length=16, blank=True)

    objects = InSight("case__site")

    class Meta:
        constraints = [  # noqa: RUF012
            models.UniqueConstraint(fields=["case", "code"], name="one_fault_a_code"),
        ]
        indexes = [  # noqa: RUF012
            models.Index(fields=["day", "code", "blocking", "asked"], name="fault_causes"),
            models.Index(fields=["code", "day", "case"], name="fault_cases"),
            models.Index(fields=["referrer", "day", "code", "blocking", "asked"], name="fault_referrers"),
        ]
