"""Making a ledger: its tables, and the first administrator of the desk."""

from __future__ import annotations

import secrets
from dataclasses import dataclass

from django.contrib.auth import get_user_model
from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.core.management import call_command
from django.db import DatabaseError, close_old_connections, connection
from django.db import Error as LedgerAway  # noqa: F401  -  the name under which others catch it
from django.db.migrations.executor import MigrationExecutor

from config import settings
from store import ready  # noqa: F401  -  makes Django ready


@dataclass(frozen=True, slots=True)
class Administrator:
    """The first administrator; `password` is empty where the account was there already or the password was given."""

    name: str
    password: str
    new: bool


def make_ledger() -> None:
    """Make the folders and the database with all its tables; bring those of an older version up to date."""
    site = settings()
    site.data.mkdir(parents=True, exist_ok=True, mode=0o700)
    own = [] if site.documents_s3 else [site.documents_folder]
    for folder in (site.inbox_folder, site.outbox_folder, *own):
        folder.mkdir(parents=True, exist_ok=True)
    call_command("migrate", interactive=False, verbosity=0)


def first_administrator(name: str, password: str = "") -> Administrator:
    """Make the first account, or return the one there is.

    Without a password one is made up, to be shown once. Raises ValueError,
    saying why, for a password that the site's rules refuse.
    """
    users = get_user_model()
    there = users.objects.filter(is_superuser=True).order_by("pk").first()
    if there is not None:
        return Administrator(there.get_username(), "", new=False)
    made_up = "" if password else secrets.token_urlsafe(12)
    account = users(username=name)
    try:
        validate_password(password or made_up, account)
    except ValidationError as refusal:
        raise ValueError(" ".join(refusal.messages)) from None
    users.objects.create_superuser(name, password=password or made_up)
    return Administrator(name, made_up, new=True)


def ledger_state() -> str:
    """Say how the ledger stands: `ready`, `missing`, `older` or `newer` than this program, or `away`.

    `missing` is a database without tables, `away` one that does not answer.
    """
    if settings().database_url is None and not settings().database.exists():
        return "missing"
    try:
        executor = MigrationExecutor(connection)
        done = {name for name in executor.recorder.applied_migrations() if name[0] == "store"}
        if not done:
            return "missing"
        if done - set(executor.loader.graph.nodes):
            return "newer"
        return "older" if executor.migration_plan(executor.loader.graph.leaf_nodes()) else "ready"
    except DatabaseError:
        return "away"


def reconnect() -> None:
    """Drop this thread's connection to the database where it is broken, so that the next question opens another."""
    close_old_connections()
