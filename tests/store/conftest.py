"""A ledger in a throw-away data folder."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from config import settings
from store.bytes import document_store


@pytest.fixture
def data(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """The data folder that settings and document store use during the test."""
    monkeypatch.setenv("CLEARORDER_DATA", str(tmp_path))
    settings.cache_clear()
    document_store.cache_clear()
    yield tmp_path
    settings.cache_clear()
    document_store.cache_clear()
