"""From the small set-up to the large one: the ledger to PostgreSQL, the documents to a bucket.

It copies what is not there yet, so it may be stopped at any point and started
again; nothing is removed here. Both sides are checked with `verify`.
"""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass

from django.apps import apps
from django.core.management.color import no_style
from django.db import DatabaseError, connections, transaction
from django.db.models import Model

from config import Settings, settings
from store.backup import named_bytes
from store.bytes import DocumentStore, document_store
from store.engine import database
from store.models import Document, Event

Progress = Callable[[int, int], None]

THERE = "there"
BATCH = 500
# Made by `migrate` on the other side, under numbers of its own, and of no use there.
LEFT = {"sessions.Session", "contenttypes.ContentType", "auth.Permission", "admin.LogEntry"}
# Rows that name rows of those.
LEFT |= {"auth.Group_permissions", "auth.User_user_permissions"}


class MoveFault(Exception):
    """The other side cannot be had, or is not what it should be; the message holds no secret."""


@dataclass(frozen=True, slots=True)
class Moved:
    """What was missing on the other side and was copied this time."""

    rows: int
    objects: int


def move_to(database_url: str, documents_s3: str, progress: Progress = lambda done, total: None) -> Moved:
    """Copy what is not there yet; raises MoveFault. The caller has seen that nothing runs here."""
    try:
        target = Settings(database_url=database_url, documents_s3=documents_s3)
    except ValueError:
        raise MoveFault("The address of the database or of the bucket makes no sense.") from None
    connections.databases[THERE] = connections.configure_settings({"default": {}, THERE: database(target)})[THERE]
    try:
        objects = _objects(_store(target), progress) if documents_s3 else 0
        _make_tables(database_url)
        _empty_fresh()
        rows = sum(_copy(model) for model in _in_order())
        _renumber()
    except OSError as error:
        raise MoveFault(f"The bucket cannot be had: {error}") from None
    except DatabaseError as error:
        raise MoveFault(f"The database there refuses ({type(error).__name__}).") from None
    finally:
        connections[THERE].close()
    return Moved(rows, objects)


def _store(target: Settings) -> DocumentStore:
    from store.objects import ObjectStore

    return ObjectStore(target.documents_s3, settings().s3_endpoint)


def _objects(there: DocumentStore, progress: Progress) -> int:
    names, here, copied = sorted(set(named_bytes())), document_store(), 0
    for number, sha256 in enumerate(names, 1):
        if not there.has(sha256):
            there.put(here.get(sha256))
            copied += 1
        progress(number, len(names))
    return copied


def _make_tables(database_url: str) -> None:
    """Make the tables there in a process whose own ledger that is: migrations that fill tables know no other."""
    done = subprocess.run(
        [sys.executable, "-m", "django", "migrate", "--verbosity", "0", "--settings", "desk.settings"],
        env={**os.environ, "CLEARORDER_DATABASE_URL": database_url},
        capture_output=True,
        check=False,
    )
    if done.returncode:
        raise MoveFault("The database there cannot be had, or refuses to have tables made.")


def _empty_fresh() -> None:
    """Remove what the migrations put into a ledger that has no history yet: the same comes along from here."""
    if not Event.objects.using(THERE).exists() and not Document.objects.using(THERE).exists():
        with transaction.atomic(using=THERE):
            for model in reversed(list(_in_order())):
                model.objects.using(THERE).all().delete()


def _copy(model: type[Model]) -> int:
    """Copy the rows of a table whose keys are not there yet, a batch a transaction."""
    there = set(model.objects.using(THERE).values_list("pk", flat=True))
    missing = [pk for pk in model.objects.order_by("pk").values_list("pk", flat=True) if pk not in there]
    for start in range(0, len(missing), BATCH):
        rows = list(model.objects.filter(pk__in=missing[start : start + BATCH]).order_by("pk"))
        with transaction.atomic(using=THERE):
            model.objects.using(THERE).bulk_create(rows)
    return len(missing)


def _in_order() -> Iterator[type[Model]]:
    """The tables of the ledger and of its accounts, each after those that it refers to."""
    waiting = [model for model in apps.get_models(include_auto_created=True) if _wanted(model)]
    done: set[type[Model]] = set()
    while waiting:
        ready = [model for model in waiting if _refers_to(model) & set(waiting) <= {model}]
        for model in ready:
            yield model
            done.add(model)
        waiting = [model for model in waiting if model not in done]


def _wanted(model: type[Model]) -> bool:
    said = model._meta
    return said.managed and not said.proxy and f"{said.app_label}.{said.object_name}" not in LEFT


def _refers_to(model: type[Model]) -> set[type[Model]]:
    return {field.related_model for field in model._meta.concrete_fields if field.related_model}


def _renumber() -> None:
    """Let the other side number new rows after those that were copied with their numbers."""
    there = connections[THERE]
    with there.cursor() as cursor:
        for statement in there.ops.sequence_reset_sql(no_style(), list(_in_order())):
            cursor.execute(statement)
