"""Sites, who belongs to them, and the site that a ledger of before works for."""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

from config import settings as ours


def make_default(apps, schema_editor):
    apps.get_model("store", "Site").objects.get_or_create(slug="default", defaults={"name": ours().facility_name[:100]})


class Migration(migrations.Migration):
    dependencies = [  # noqa: RUF012
        ("store", "0008_fill_figures"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [  # noqa: RUF012
        migrations.CreateModel(
            name="Site",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("slug", models.CharField(max_length=40, unique=True)),
                ("name", models.CharField(max_length=100)),
            ],
        ),
        migrations.CreateModel(
            name="Membership",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "site",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="memberships", to="store.site"
                    ),
                ),
                (
                    "user",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="memberships",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
        ),
        migrations.AddConstraint(
            model_name="membership",
            constraint=models.UniqueConstraint(fields=("user", "site"), name="one_membership_a_site"),
        ),
        migrations.RunPython(make_default, migrations.RunPython.noop),
    ]
