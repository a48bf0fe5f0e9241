"""What the audit trail tells of the orders of before, as dashboards count it."""

from datetime import timedelta

from django.db import migrations
from django.utils import timezone

from store.facts import WAITING, bucket, referrer_key


def fill(apps, schema_editor):
    cases, events = apps.get_model("store", "Case"), apps.get_model("store", "Event")
    for case in cases.objects.select_related("document").iterator(chunk_size=500):
        told = events.objects.filter(case=case.id, verb__in=("case_opened", "case_moved")).order_by("sequence")
        _fill_case(apps, case, list(told))
    for document in apps.get_model("store", "Document").objects.exclude(read_at=None).iterator(chunk_size=500):
        since = max(document.received_at, document.read_at - timedelta(seconds=sum(document.timings.values())))
        _stay(apps, document.sha256, None, "received", document.received_at, since, "")
        _stay(apps, document.sha256, None, "reading", since, document.read_at, "")


def _fill_case(apps, case, told):
    for event, after in zip(told, [*told[1:], None], strict=False):
        if event.detail["to"] in WAITING:
            until, actor = (after.at, after.actor) if after else (None, "")
            _stay(apps, case.document_id, case, event.detail["to"], event.at, until, actor)
        if event.detail["to"] == "delivered":
            _stay(apps, case.document_id, case, "total", case.received_at, event.at, event.actor)
    if case.state in ("not_an_order", "duplicate") or not (case.exams or case.family or told[1:]):
        return
    asked = {event.detail["to"] for event in told} >= {"clarification"}
    day, referrer = timezone.localdate(case.received_at), referrer_key(case.npi, case.provider)
    cleared = bool(told) and told[0].detail["to"] == "ready"
    apps.get_model("store", "Arrival").objects.create(
        case=case, day=day, referrer=referrer, name=case.provider, practice=case.practice, cleared=cleared, asked=asked
    )
    faults = apps.get_model("store", "Fault")
    faults.objects.bulk_create(
        [
            faults(
                case=case, code=check["code"], blocking=check["severity"] == "blocking", asked=asked, day=day,
                referrer=referrer,
            )
            for check in case.order["problems"]
        ],
        ignore_conflicts=True,
    )  # fmt: skip


def _stay(apps, document_id, case, stage, since, until, actor):
    apps.get_model("store", "Stay").objects.create(
        document_id=document_id,
        case=case,
        stage=stage,
        since=since,
        until=until,
        bucket=bucket((until - since).total_seconds()) if until else None,
        day=timezone.localdate(until) if until else None,
        left_by=actor,
    )


class Migration(migrations.Migration):
    dependencies = [("store", "0007_figures")]  # noqa: RUF012

    operations = [migrations.RunPython(fill, migrations.RunPython.noop)]  # noqa: RUF012
