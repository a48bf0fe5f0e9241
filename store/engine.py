"""The database engine that the settings name, as Django asks for it."""

from __future__ import annotations

from typing import Any

from config import Settings

# A server that is gone without a word must be noticed within half a minute, not after two hours.
LIVELY = {
    "connect_timeout": "10",
    "keepalives_idle": "10",
    "keepalives_interval": "5",
    "keepalives_count": "3",
    "tcp_user_timeout": "30000",
}
# Nobody waits for a lock, or holds one in a transaction that has stopped, longer than a clerk would.
BOUNDS = "-c lock_timeout=20s -c idle_in_transaction_session_timeout=60s"


def database(settings: Settings) -> dict[str, Any]:
    """Return Django's entry for the ledger: PostgreSQL where `database_url` is set, else SQLite in the data folder."""
    if settings.database_url is None:
        return _sqlite(settings)
    return _postgresql(settings.database_url.get_secret_value())


def _sqlite(settings: Settings) -> dict[str, Any]:
    return {
        "ENGINE": "django.db.backends.sqlite3",
        "NAME": settings.database,
        "OPTIONS": {
            # A transaction takes the write lock at its start, so it waits for its turn instead of failing half way.
            "transaction_mode": "IMMEDIATE",
            "timeout": 20,
            # FULL: a source is touched after the commit, so a commit must outlive a power cut.
            "init_command": "PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL",
        },
    }


def _postgresql(url: str) -> dict[str, Any]:
    # Imported here, so that an installation on SQLite needs no client library of PostgreSQL.
    from psycopg.conninfo import conninfo_to_dict

    said = conninfo_to_dict(url)
    options = {**LIVELY, **said, "options": f"{BOUNDS} {said.get('options', '')}".strip()}
    return {
        "ENGINE": "django.db.backends.postgresql",
        "NAME": options.pop("dbname", "clearorder"),
        "USER": options.pop("user", ""),
        "PASSWORD": options.pop("password", ""),
        "HOST": options.pop("host", ""),
        "PORT": options.pop("port", ""),
        "CONN_MAX_AGE": 60,
        "CONN_HEALTH_CHECKS": True,
        "OPTIONS": options,
    }
