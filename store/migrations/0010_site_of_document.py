"""Documents and orders belong to a site; those of before to the first one."""

import django.db.models.deletion
from django.db import migrations, models


def _to_site(related_name, **options):
    return models.ForeignKey(
        default=1, on_delete=django.db.models.deletion.PROTECT, related_name=related_name, to="store.site", **options
    )


class Migration(migrations.Migration):
    dependencies = [("store", "0009_sites")]  # noqa: RUF012

    operations = [  # noqa: RUF012
        # The default site is the first row of a table made a moment ago, so its id is 1.
        migrations.AddField("document", "site", _to_site("documents"), preserve_default=False),
        migrations.AddField("case", "site", _to_site("cases", db_index=False), preserve_default=False),
        migrations.AddIndex(
            "case", models.Index(fields=["site", "state", "urgency", "received_at", "id"], name="case_site_queue")
        ),
    ]
