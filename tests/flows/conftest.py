"""A fresh site for each test, ended with everything it started."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from flows_site import Site


@pytest.fixture(scope="session")
def empty_ledger(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A data folder as `init` leaves it, made once because it takes two seconds."""
    made = Site(tmp_path_factory.mktemp("ledger"))
    assert made.python("-m", "clearorder", "init", wait=True).returncode == 0
    made.close()
    return made.data


@pytest.fixture
def site(tmp_path: Path, empty_ledger: Path) -> Iterator[Site]:
    made = Site(shutil.copytree(empty_ledger, tmp_path / "data"))
    yield made
    made.close()
