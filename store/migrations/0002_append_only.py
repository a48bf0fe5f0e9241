"""The audit trail refuses changes in the database itself, whoever asks."""

from django.db import migrations

SQLITE = """
CREATE TRIGGER store_event_append_only BEFORE UPDATE ON store_event
BEGIN SELECT RAISE(ABORT, 'the audit trail is append only'); END
"""


POSTGRESQL = """
CREATE FUNCTION store_event_append_only() RETURNS trigger LANGUAGE plpgsql AS
$$ BEGIN RAISE EXCEPTION 'the audit trail is append only'; END $$;
CREATE TRIGGER store_event_append_only BEFORE UPDATE ON store_event
FOR EACH ROW EXECUTE FUNCTION store_event_append_only()
"""


def protect(apps, schema_editor):
    schema_editor.execute(SQLITE if schema_editor.connection.vendor == "sqlite" else POSTGRESQL)


def release(apps, schema_editor):
    if schema_editor.connection.vendor == "sqlite":
        schema_editor.execute("DROP TRIGGER store_event_append_only")
    else:
        schema_editor.execute("DROP FUNCTION store_event_append_only CASCADE")


class Migration(migrations.Migration):
    dependencies = [("store", "0001_initial")]  # noqa: RUF012

    operations = [migrations.RunPython(protect, release)]  # noqa: RUF012
