"""Django's settings, made from clearorder's own (`config.Settings`)."""

from __future__ import annotations

import contextlib
import os
import secrets
from pathlib import Path

from django.utils.functional import lazy

from config import settings

SITE = settings()


def kept_secret(path: Path) -> str:
    """Return the secret kept at `path`, made on the first call, readable by its owner only."""
    if not path.exists():
        path.parent.mkdir(parents=True, exist_ok=True)
        draft = path.with_name(f"{path.name}.{os.getpid()}")
        with os.fdopen(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as file:
            file.write(secrets.token_urlsafe(48))
        # A link fails where another process was first, and never shows half a secret.
        with contextlib.suppress(FileExistsError):
            os.link(draft, path)
        draft.unlink()
    return path.read_text()


# Lazy, so that importing the settings writes nothing.
SECRET_KEY = (
    SITE.secret_key.get_secret_value() if SITE.secret_key else lazy(lambda: kept_secret(SITE.data / "secret"), str)()
)
DEBUG = False
ALLOWED_HOSTS = SITE.allowed_hosts
INSTALLED_APPS = [
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "store",
    "desk",
]
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
USE_TZ = True
TIME_ZONE = SITE.time_zone
STATIC_URL = "static/"

DATABASES = {
    "default": {
        "ENGINE": "django.db.backends.sqlite3",
        "NAME": SITE.database,
        "OPTIONS": {
            # A transaction takes the write lock at its start, so it waits for its turn instead of failing half way.
            "transaction_mode": "IMMEDIATE",
            "timeout": 20,
            # FULL: a source is touched after the commit, so a commit must outlive a power cut.
            "init_command": "PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL",
        },
    }
}
