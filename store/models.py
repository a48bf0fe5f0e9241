"""The tables. Nothing outside `store` touches them but through `store.ledger`."""

from __future__ import annotations

from typing import Any

from django.db import models

from store.fact_models import Arrival, Fault, Stay
from store.outside_models import ApiToken, Call, Webhook
from store.scope import InSight
from store.site_models import Membership, Site

__all__ = [
    "AgainKey",
    "ApiToken",
    "Arrival",
    "AuditHead",
    "BlindCheck",
    "Call",
    "Case",
    "Document",
    "Event",
    "Fault",
    "Membership",
    "OutboxItem",
    "PageRecord",
    "Process",
    "Relation",
    "Run",
    "Salt",
    "Sighting",
    "Site",
    "Stay",
    "Webhook",
]


class Document(models.Model):
    """A file as it arrived, known by the SHA-256 of its bytes.

    `name` is the name that the file came with; it may hold a patient's name and
    never leaves the ledger and the desk. It belongs to the site that it came to
    first; `everywhere` reads past the sites that a person sees (`store.scope`).
    `haste` is 0 for what a source of urgent documents showed. Of one that was
    purged the row stays; one that is `held` is not purged (legal hold).
    """

    site = models.ForeignKey(Site, on_delete=models.PROTECT, related_name="documents")
    sha256 = models.CharField(max_length=64, primary_key=True)
    name = models.TextField()
    media_type = models.CharField(max_length=100)
    size = models.PositiveBigIntegerField()
    state = models.CharField(max_length=20)
    failure = models.CharField(max_length=40, blank=True)
    notices = models.JSONField(default=list)
    pages = models.PositiveIntegerField(default=0)
    orders = models.PositiveIntegerField(default=0)
    haste = models.PositiveSmallIntegerField(default=1)
    held = models.BooleanField(default=False)
    purged_at = models.DateTimeField(null=True)
    attempts = models.PositiveSmallIntegerField(default=0)
    lease_worker = models.CharField(max_length=100, blank=True)
    lease_until = models.DateTimeField(null=True)
    received_at = models.DateTimeField()
    read_at = models.DateTimeField(null=True)
    timings = models.JSONField(default=dict)
    layout = models.JSONField(default=dict)

    objects = InSight()
    everywhere = models.Manager()

    class Meta:
        indexes = [  # noqa: RUF012
            models.Index(fields=["state", "haste", "site", "attempts", "received_at"], name="document_next"),
            models.Index(fields=["received_at"], name="document_received"),
        ]


class Sighting(models.Model):
    """One time that a source showed a file; the same bytes may be seen many times."""

    source = models.CharField(max_length=40)
    key = models.TextField()
    document = models.ForeignKey(Document, on_delete=models.PROTECT, related_name="sightings")
    at = models.DateTimeField()

    objects = InSight("document__site")


class PageRecord(models.Model):
    """A page of a read document; its picture and its words lie in the document store."""

    document = models.ForeignKey(Document, on_delete=models.PROTECT, related_name="page_records")
    number = models.PositiveIntegerField()
    type = models.CharField(max_length=40)
    type_confidence = models.FloatField()
    width = models.PositiveIntegerField()
    height = models.PositiveIntegerField()
    rotation = models.PositiveSmallIntegerField()
    image_sha256 = models.CharField(max_length=64)
    words_sha256 = models.CharField(max_length=64)

    objects = InSight("document__site")

    class Meta:
        constraints = [  # noqa: RUF012
            models.UniqueConstraint(fields=["document", "number"], name="one_record_a_page"),
        ]


class Case(models.Model):
    """One order, or one document without an order, that somebody sees through.

    `order` is the whole order with its losing findings; the columns beside it
    repeat what queues are searched and sorted by, and are written with it.
    `site` is the document's.
    `entered_version` is the version at which the case came into its state, so
    that what a state sends out is sent once for each time it is entered.
    `again` is the kind of an earlier order that a person has yet to decide about,
    `blind` that the case waits for a check in which its values are not shown,
    `sheet` the tokens of its fingerprint (`orders.sheets`), `grade` that of its
    reason (`orders.adequacy`), `due_at` when it should have left the desk,
    `source` the first that showed its document.
    """

    id = models.CharField(max_length=12, primary_key=True)
    document = models.ForeignKey(Document, on_delete=models.PROTECT, related_name="cases")
    site = models.ForeignKey(Site, on_delete=models.PROTECT, related_name="cases", db_index=False)
    ordinal = models.PositiveSmallIntegerField()
    state = models.CharField(max_length=20)
    order = models.JSONField()
    version = models.PositiveIntegerField(default=1)
    entered_version = models.PositiveIntegerField(default=1)
    route = models.CharField(max_length=20)
    received_at = models.DateTimeField()
    due_at = models.DateTimeField()
    source = models.CharField(max_length=40, blank=True)
    snoozed_until = models.DateTimeField(null=True)
    urgency = models.PositiveSmallIntegerField()
    priority = models.CharField(max_length=20, blank=True)
    family = models.TextField(blank=True, db_index=True)
    given = models.TextField(blank=True)
    birth_date = models.TextField(blank=True, db_index=True)
    phone = models.TextField(blank=True, db_index=True)
    npi = models.TextField(blank=True, db_index=True)
    provider = models.TextField(blank=True)
    practice = models.TextField(blank=True)
    modalities = models.TextField(blank=True)
    exams = models.TextField(blank=True)
    problems = models.TextField(blank=True)
    red_flags = models.JSONField(default=list)
    grade = models.CharField(max_length=1, blank=True)
    again = models.CharField(max_length=20, blank=True)
    blind = models.BooleanField(default=False)
    sheet = models.TextField(blank=True)
    claimed_by = models.CharField(max_length=150, blank=True)
    claimed_until = models.DateTimeField(null=True)
    assigned = models.CharField(max_length=150, blank=True)
    purged = models.BooleanField(default=False)

    objects = InSight()

    class Meta:
        constraints = [  # noqa: RUF012
            models.UniqueConstraint(fields=["document", "ordinal"], name="one_case_an_order"),
        ]
        indexes = [  # noqa: RUF012
            models.Index(fields=["state", "urgency", "due_at", "id"], name="case_queue"),
            models.Index(fields=["site", "state", "urgency", "due_at", "id"], name="case_site_queue"),
            models.Index(fields=["assigned", "state"], name="case_assigned"),
            models.Index(fields=["claimed_by", "state"], name="case_claimed"),
            # Holds all that the counts by referrer need, so that they read no order.
            models.Index(fields=["npi", "provider", "practice", "grade"], name="case_grades"),
        ]


class AgainKey(models.Model):
    """A key under which a case is found when its order comes again (`orders.again_keys`, `orders.sheets`)."""

    key = models.BigIntegerField()
    case = models.ForeignKey(Case, on_delete=models.CASCADE, related_name="again_keys", db_index=False)

    class Meta:
        indexes = [models.Index(fields=["key", "-id"], name="again_key")]  # noqa: RUF012


class Relation(models.Model):
    """What the order of one case is to that of an earlier one, as recognised, and what a person decided about it.

    `verdict` is empty until then, and stays so for `another`, about which there is nothing to decide.
    """

    later = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="earlier_ones")
    earlier = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="later_ones")
    kind = models.CharField(max_length=20)
    confidence = models.FloatField()
    reasons = models.JSONField()
    verdict = models.CharField(max_length=20, blank=True)
    decided_by = models.CharField(max_length=150, blank=True)
    decided_at = models.DateTimeField(null=True)

    objects = InSight("later__site")

    class Meta:
        constraints = [  # noqa: RUF012
            models.UniqueConstraint(fields=["later", "earlier"], name="one_relation_a_pair"),
        ]


class BlindCheck(models.Model):
    """A cleared order that a person reads without seeing what was read.

    `doubt` is the expected number of wrong values with which it cleared.
    `entered` is what the person wrote first, `differs` the paths at which that
    is not what was read, `wrong` those at which the reading was wrong, as the
    person said on seeing both. `outcome` is empty until the check is over.
    """

    case = models.OneToOneField(Case, on_delete=models.PROTECT, primary_key=True, related_name="blind_check")
    chosen_at = models.DateTimeField()
    doubt = models.FloatField()
    entered = models.JSONField(default=dict)
    differs = models.JSONField(default=list)
    wrong = models.JSONField(default=list)
    outcome = models.CharField(max_length=12, blank=True, db_index=True)
    clerk = models.CharField(max_length=150, blank=True)
    done_at = models.DateTimeField(null=True)

    objects = InSight("case__site")


class SavedFilter(models.Model):
    """What a person narrows a queue to, kept under a name of their own."""

    person = models.CharField(max_length=150)
    state = models.CharField(max_length=20)
    name = models.CharField(max_length=40)
    filters = models.JSONField()

    class Meta:
        constraints = [  # noqa: RUF012
            models.UniqueConstraint(fields=["person", "state", "name"], name="one_filter_a_name"),
        ]


class Salt(models.Model):
    """The secret with which the orders for blind checks are drawn; one row, made when it is first needed."""

    id = models.PositiveSmallIntegerField(primary_key=True, default=1)
    value = models.CharField(max_length=64)


class Event(models.Model):
    """One line of the audit trail: append only, each line bound to the one before by SHA-256."""

    sequence = models.PositiveBigIntegerField(primary_key=True)
    at = models.DateTimeField()
    actor = models.CharField(max_length=150)
    verb = models.CharField(max_length=40)
    document = models.CharField(max_length=64, blank=True, db_index=True)
    case = models.CharField(max_length=12, blank=True, db_index=True)
    detail = models.JSONField()
    previous = models.CharField(max_length=64)
    hash = models.CharField(max_length=64)

    def save(self, *args: Any, **kwargs: Any) -> None:
        super().save(*args, **{**kwargs, "force_insert": True})


class AuditHead(models.Model):
    """The last line of the audit trail: the lock that writers queue at, and the proof that none was cut off."""

    id = models.PositiveSmallIntegerField(primary_key=True, default=1)
    sequence = models.PositiveBigIntegerField()
    hash = models.CharField(max_length=64)


class OutboxItem(models.Model):
    """Something to hand to the outside, once for each time that its case entered the state that asks for it."""

    case = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="outbox")
    kind = models.CharField(max_length=20)
    version = models.PositiveIntegerField()
    sha256 = models.CharField(max_length=64)
    filename = models.CharField(max_length=80)
    state = models.CharField(max_length=10, db_index=True)
    made_at = models.DateTimeField()
    sent_at = models.DateTimeField(null=True)

    objects = InSight("case__site")

    class Meta:
        constraints = [  # noqa: RUF012
            models.UniqueConstraint(fields=["case", "kind", "version"], name="sent_once"),
        ]


class Run(models.Model):
    """What the orchestrator was told of one attempt at a document. It may forget; this says what it has yet to hear.

    `run_id` is null where it was away and knows nothing of the attempt yet.
    `state` is `open` while the worker sees to it, `left` where the worker could
    not, `ended` once the orchestrator has heard the end.
    """

    document = models.ForeignKey(Document, on_delete=models.PROTECT, related_name="runs")
    attempt = models.PositiveSmallIntegerField()
    run_id = models.CharField(max_length=36, unique=True, null=True)
    worker = models.CharField(max_length=100)
    state = models.CharField(max_length=10, db_index=True)


class Process(models.Model):
    """A worker or schedules process that was alive at `seen_at`."""

    name = models.CharField(max_length=100, primary_key=True)
    kind = models.CharField(max_length=20)
    seen_at = models.DateTimeField()


class SourceState(models.Model):
    """How a source fares. One process looks at it at a time, `holder`, for as long as it is alive.

    `failure` is a word of the gateway's, empty while it answers; `failures` how
    often in a row it did not, `not_before` when it is looked at again.
    """

    name = models.CharField(max_length=40, primary_key=True)
    kind = models.CharField(max_length=20)
    holder = models.CharField(max_length=100, blank=True)
    answered_at = models.DateTimeField(null=True)
    taken_at = models.DateTimeField(null=True)
    failure = models.CharField(max_length=20, blank=True)
    failures = models.PositiveIntegerField(default=0)
    not_before = models.DateTimeField(null=True)


class SourceItem(models.Model):
    """Something that a source showed, known by the SHA-256 of its key and stamp (`mark`).

    `state` is `failing` while it is tried again, `aside` once it is not any more,
    `taken` when its bytes are durable, `done` when the source has put it away.
    """

    source = models.CharField(max_length=40)
    mark = models.CharField(max_length=64)
    key = models.TextField()
    state = models.CharField(max_length=10)
    attempts = models.PositiveIntegerField(default=0)
    failure = models.CharField(max_length=20, blank=True)
    document = models.ForeignKey(Document, on_delete=models.PROTECT, null=True, related_name="source_items")
    at = models.DateTimeField()
    not_before = models.DateTimeField(null=True)

    class Meta:
        constraints = [  # noqa: RUF012
            models.UniqueConstraint(fields=["source", "mark"], name="one_row_an_item"),
        ]
        indexes = [models.Index(fields=["state"], name="source_item_state")]  # noqa: RUF012


class Tally(models.Model):
    """A number that only grows, for the metrics; kept here because it must outlive the processes."""

    name = models.CharField(max_length=40, primary_key=True)
    value = models.PositiveBigIntegerField(default=0)


from store.request_tables import Message, PortalCode, Reply, Request, RequestCase  # noqa: E402, F401  -  after what they point to
