"""Backup and restore: the ledger as of one moment, then every file that it names, while everything runs.

Files of documents are never changed, so what is in the backup already is not
copied again; the ledger is copied first, so no file that it names is missing.
"""

from __future__ import annotations

import hashlib
import json
import os
import shutil
import sqlite3
import subprocess
from collections.abc import Callable, Iterator
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

from django.db import connection

from config import settings
from store import ready  # noqa: F401  -  makes Django ready
from store.bytes import FolderStore, document_store, sync_folder
from store.models import Document, Message, OutboxItem, PageRecord

Progress = Callable[[int, int], None]

FORM = 1
SQLITE, POSTGRESQL = "ledger.sqlite3", "ledger.pgdump"


class BackupFault(Exception):
    """A backup that is not whole; the message says what is missing and holds ids only."""


@dataclass(frozen=True, slots=True)
class Backup:
    """What a backup holds: its ledger's file and hash, its files of documents, and how many were copied this time."""

    ledger: str
    ledger_sha256: str
    objects: int
    copied: int


def back_up(to: Path, progress: Progress = lambda done, total: None) -> Backup:
    """Make or renew the backup in `to`; raises BackupFault, or OSError when a disk refuses."""
    to.mkdir(parents=True, exist_ok=True, mode=0o700)
    ledger = to / (SQLITE if connection.vendor == "sqlite" else POSTGRESQL)
    draft = ledger.with_suffix(".new")
    draft.unlink(missing_ok=True)
    (_copy_sqlite if connection.vendor == "sqlite" else _dump_postgresql)(draft)
    names, kept, store, copied = sorted(set(named_bytes())), FolderStore(to / "documents"), document_store(), 0
    for number, sha256 in enumerate(names, 1):
        if not kept.has(sha256):
            try:
                kept_as, _ = kept.put(store.get(sha256))
            except KeyError:
                raise BackupFault(f"the bytes of {sha256} are missing") from None
            if kept_as != sha256:
                raise BackupFault(f"the bytes of {sha256} were changed")
            copied += 1
        progress(number, len(names))
    if (secret := settings().data / "secret").exists():
        shutil.copy2(secret, to / "secret")
    made = Backup(ledger.name, _sha256(draft), len(names), copied)
    draft.replace(ledger)
    said = {"form": FORM, "ledger": made.ledger, "ledger_sha256": made.ledger_sha256, "objects": made.objects}
    (to / "backup.json").write_text(json.dumps(said, indent=1))
    sync_folder(to)
    return made


def bring_back(source: Path) -> None:
    """Bring the backup in `source` back; the caller has seen that there is no ledger. Raises BackupFault, OSError."""
    try:
        said = json.loads((source / "backup.json").read_text())
        ledger = source / str(said["ledger"])
        whole = said["form"] == FORM and _sha256(ledger) == said["ledger_sha256"]
    except (OSError, ValueError, KeyError, TypeError):
        raise BackupFault(f"{source} holds no whole backup") from None
    if not whole:
        raise BackupFault("the ledger in it is not the one that was backed up")
    if ledger.name != (SQLITE if connection.vendor == "sqlite" else POSTGRESQL):
        raise BackupFault("it was made of another kind of database; restore it there, then use `clearorder move`")
    settings().data.mkdir(parents=True, exist_ok=True, mode=0o700)
    kept, store = FolderStore(source / "documents"), document_store()
    for path in sorted(kept.folder.glob("??/*")):
        # Under its hash: bytes that were changed in the backup are found missing by `verify`.
        store.put(kept.get(path.name))
    if (source / "secret").exists():
        shutil.copy2(source / "secret", settings().data / "secret")
    if connection.vendor == "sqlite":
        draft = settings().database.with_suffix(".new")
        shutil.copyfile(ledger, draft)
        draft.replace(settings().database)
    else:
        _postgresql(
            "pg_restore", "--exit-on-error", "--no-owner", "--single-transaction", "--dbname", _name(), str(ledger)
        )
    connection.close()


def _copy_sqlite(to: Path) -> None:
    with closing(sqlite3.connect(settings().database)) as live, closing(sqlite3.connect(to)) as copy:
        # A few pages at a time would begin anew with every write of a worker.
        live.backup(copy, pages=-1)


def _dump_postgresql(to: Path) -> None:
    _postgresql("pg_dump", "--format=custom", "--no-owner", "--file", str(to), _name())


def _postgresql(*words: str) -> None:
    """Run one of PostgreSQL's own programs against the ledger; the password goes by the environment."""
    said = connection.settings_dict
    places = {
        "PGHOST": said["HOST"],
        "PGPORT": str(said["PORT"]),
        "PGUSER": said["USER"],
        "PGPASSWORD": said["PASSWORD"],
    }
    found = {name: value for name, value in places.items() if value}
    if ssl := said["OPTIONS"].get("sslmode"):
        found["PGSSLMODE"] = ssl
    try:
        done = subprocess.run(words, env={**os.environ, **found}, capture_output=True, check=False)
    except FileNotFoundError:
        raise BackupFault(f"{words[0]} is not installed (Debian: postgresql-client)") from None
    if done.returncode:
        # What it says may quote rows.
        raise BackupFault(f"{words[0]} ended with {done.returncode}")


def _name() -> str:
    return str(connection.settings_dict["NAME"])


def named_bytes() -> Iterator[str]:
    """The hashes of all bytes that the ledger names."""
    yield from Document.objects.filter(purged_at__isnull=True).values_list("sha256", flat=True).iterator()
    for image, words in PageRecord.objects.values_list("image_sha256", "words_sha256").iterator():
        yield image
        yield words
    yield from OutboxItem.objects.filter(case__purged=False).values_list("sha256", flat=True).iterator()
    yield from Message.objects.exclude(sha256="").values_list("sha256", flat=True).iterator()


def _sha256(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
