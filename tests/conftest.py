"""What all tests share."""

from __future__ import annotations

import pytest
from django.db import connections


@pytest.fixture(scope="session")
def django_db_modify_db_settings(tmp_path_factory: pytest.TempPathFactory) -> None:
    """Test on a database file as in production: threads then wait for each other instead of sharing a connection."""
    connections["default"].settings_dict["TEST"]["NAME"] = str(tmp_path_factory.mktemp("ledger") / "test.sqlite3")
