"""Cases of before: their place in the queue, their red flags, and the keys of their patients."""

from django.db import migrations
from django.db.models import F

from orders.again_keys import person_keys
from orders.contract import order_from_json
from orders.red_flags import read_red_flags


def fill(apps, schema_editor):
    cases = apps.get_model("store", "Case")
    keys = apps.get_model("store", "AgainKey")
    cases.objects.filter(urgency__gt=0).update(urgency=F("urgency") + 1)
    for case in cases.objects.exclude(state="not_an_order").iterator(chunk_size=500):
        order = order_from_json(case.order)
        keys.objects.bulk_create(keys(key=key, case=case) for key in person_keys(order))
        flags = read_red_flags(str(order.indication.text.value or ""))
        if flags:
            case.order["red_flags"] = [{"name": flag.name, "title": flag.title, "words": flag.words} for flag in flags]
            case.red_flags = [{"title": flag.title, "words": flag.words} for flag in flags]
            case.urgency = min(case.urgency, 1)
            case.save(update_fields=["order", "red_flags", "urgency"])


def empty(apps, schema_editor):
    apps.get_model("store", "AgainKey").objects.all().delete()
    cases = apps.get_model("store", "Case")
    cases.objects.filter(urgency=1).exclude(priority="urgent").update(urgency=3)
    cases.objects.filter(priority="urgent").update(urgency=2)
    cases.objects.filter(urgency__gt=0).update(urgency=F("urgency") - 1)


class Migration(migrations.Migration):
    dependencies = [("store", "0003_again_and_checks")]  # noqa: RUF012

    operations = [migrations.RunPython(fill, empty)]  # noqa: RUF012
