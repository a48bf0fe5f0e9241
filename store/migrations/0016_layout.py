"""How a person laid out the pages of a document that is to be read so."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("store", "0015_queues")]  # noqa: RUF012

    operations = [  # noqa: RUF012
        migrations.AddField(model_name="document", name="layout", field=models.JSONField(default=dict)),
    ]
