"""What all tests share."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.db import connections

from config import settings
from store.bytes import document_store

# No order is drawn by chance for a blind check, but where a test asks for it; child processes inherit it.
os.environ["CLEARORDER_BLIND_SHARE"] = "0"


@pytest.fixture(scope="session")
def django_db_modify_db_settings(tmp_path_factory: pytest.TempPathFactory) -> None:
    """Test on a database file as in production: threads then wait for each other instead of sharing a connection."""
    if connections["default"].vendor == "sqlite":
        connections["default"].settings_dict["TEST"]["NAME"] = str(tmp_path_factory.mktemp("ledger") / "test.sqlite3")


@pytest.fixture
def data(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """A throw-away data folder, which settings and document store use during the test."""
    monkeypatch.setenv("CLEARORDER_DATA", str(tmp_path))
    settings.cache_clear()
    document_store.cache_clear()
    yield tmp_path
    settings.cache_clear()
    document_store.cache_clear()
