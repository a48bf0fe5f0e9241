"""When an order is due, what source it came from, until when it is put off; filters that people keep."""

from datetime import UTC, datetime, timedelta

from django.db import migrations, models
from django.db.models import F, OuterRef, Subquery
from django.db.models.functions import Coalesce

# Minutes by place in the queue: stat, with a red flag, urgent, others. A site's own count from the next change on.
TARGETS = (30, 120, 120, 1440)


def fill(apps, schema_editor):
    cases = apps.get_model("store", "Case").objects
    for urgency, minutes in enumerate(TARGETS):
        cases.filter(urgency=urgency).update(due_at=F("received_at") + timedelta(minutes=minutes))
    seen = apps.get_model("store", "Sighting").objects.filter(document=OuterRef("document")).order_by("id")
    cases.update(source=Coalesce(Subquery(seen.values("source")[:1]), models.Value("")))


class Migration(migrations.Migration):
    dependencies = [("store", "0014_rights")]  # noqa: RUF012

    operations = [  # noqa: RUF012
        migrations.CreateModel(
            name="SavedFilter",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("person", models.CharField(max_length=150)),
                ("state", models.CharField(max_length=20)),
                ("name", models.CharField(max_length=40)),
                ("filters", models.JSONField()),
            ],
        ),
        migrations.AddConstraint(
            model_name="savedfilter",
            constraint=models.UniqueConstraint(fields=("person", "state", "name"), name="one_filter_a_name"),
        ),
        migrations.AddField(
            model_name="case",
            name="due_at",
            field=models.DateTimeField(default=datetime(2000, 1, 1, tzinfo=UTC)),
            preserve_default=False,
        ),
        migrations.AddField(
            model_name="case", name="source", field=models.CharField(blank=True, max_length=40, default="")
        ),
        migrations.AlterField(model_name="case", name="source", field=models.CharField(blank=True, max_length=40)),
        migrations.AddField(model_name="case", name="snoozed_until", field=models.DateTimeField(null=True)),
        migrations.RemoveIndex(model_name="case", name="case_queue"),
        migrations.RemoveIndex(model_name="case", name="case_site_queue"),
        migrations.AddIndex(
            model_name="case",
            index=models.Index(fields=["site", "state", "urgency", "due_at", "id"], name="case_site_queue"),
        ),
        migrations.AddIndex(
            model_name="case", index=models.Index(fields=["state", "urgency", "due_at", "id"], name="case_queue")
        ),
        migrations.AddIndex(
            model_name="case", index=models.Index(fields=["assigned", "state"], name="case_assigned")
        ),
        migrations.AddIndex(
            model_name="case", index=models.Index(fields=["claimed_by", "state"], name="case_claimed")
        ),
        # Last: PostgreSQL makes no index of a table whose rows were changed in the same transaction.
        migrations.RunPython(fill, migrations.RunPython.noop),
    ]
