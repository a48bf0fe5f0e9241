"""The ledger on PostgreSQL: every test of the store once more, on a private server."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from benchmarks.servers import PostgreSQL, postgresql

ROOT = Path(__file__).parents[2]
RACER = """
import sys
from store import ledger
while leased := ledger.lease(sys.argv[1]):
    ledger.record_failure(leased.document_id, sys.argv[1], "damaged")
    print(leased.document_id)
"""


@pytest.fixture(scope="module")
def server() -> Iterator[PostgreSQL]:
    with postgresql() as running:
        yield running


def run(url: str, data: Path, *words: str) -> subprocess.CompletedProcess[str]:
    environment = {**os.environ, "CLEARORDER_DATABASE_URL": url, "CLEARORDER_DATA": str(data)}
    return subprocess.run(
        [sys.executable, *words], cwd=ROOT, env=environment, capture_output=True, text=True, timeout=300
    )


def test_the_store_behaves_the_same_on_postgresql(server: PostgreSQL, tmp_path: Path) -> None:
    done = run(server.url(), tmp_path, "-m", "pytest", "tests/store", "-p", "no:cacheprovider", "--tb=short")
    assert done.returncode == 0, done.stdout[-4000:]
    assert " passed" in done.stdout or "100%" in done.stdout


def test_racing_workers_share_the_documents_without_one_twice(server: PostgreSQL, tmp_path: Path) -> None:
    url = server.create("racing")
    (tmp_path / "in").mkdir()
    for number in range(40):
        (tmp_path / "in" / f"{number}.txt").write_text(f"fax {number}")
    assert run(url, tmp_path, "-m", "clearorder", "init").returncode == 0
    assert run(url, tmp_path, "-m", "clearorder", "ingest", str(tmp_path / "in")).returncode == 0
    environment = {**os.environ, "CLEARORDER_DATABASE_URL": url, "CLEARORDER_DATA": str(tmp_path)}
    racers = [
        subprocess.Popen([sys.executable, "-c", RACER, name], cwd=ROOT, env=environment, stdout=subprocess.PIPE)
        for name in ("w1", "w2", "w3")
    ]
    shares = [racer.communicate(timeout=60)[0].split() for racer in racers]
    assert [racer.returncode for racer in racers] == [0, 0, 0]
    assert sum(map(len, shares)) == len({each for share in shares for each in share}) == 40
    assert json.loads(run(url, tmp_path, "-m", "clearorder", "verify", "--json").stdout)["faults"] == []


@pytest.mark.parametrize(
    ("url", "code", "said"),
    [
        ("postgresql://clearorder@127.0.0.1:1/none", 3, "does not answer"),
        ("postgresql://clearorder:hush@127.0.0.1:port/none", 2, "not an address of PostgreSQL"),
        ("mysql://clearorder:hush@127.0.0.1/none", 2, "not an address of PostgreSQL"),
    ],
)
def test_a_ledger_that_cannot_be_had_is_named(tmp_path: Path, url: str, code: int, said: str) -> None:
    for command in ("status",) if code == 2 else ("status", "init"):
        done = run(url, tmp_path, "-m", "clearorder", command)
        assert done.returncode == code and said in done.stderr and not done.stdout, done.stderr
        assert "hush" not in done.stderr and "Traceback" not in done.stderr


def test_an_empty_database_and_one_of_a_newer_version_are_refused(server: PostgreSQL, tmp_path: Path) -> None:
    url = server.create("newer")
    empty = run(url, tmp_path, "-m", "clearorder", "status")
    assert empty.returncode == 3 and "clearorder init" in empty.stderr
    assert run(url, tmp_path, "-m", "clearorder", "init").returncode == 0
    later = (
        "from store import ready; from django.db import connection as c; from django.db.migrations.recorder import"
        " MigrationRecorder; MigrationRecorder(c).record_applied('store', '9999_later')"
    )
    assert run(url, tmp_path, "-c", later).returncode == 0
    for command in ("work", "init", "status"):
        done = run(url, tmp_path, "-m", "clearorder", command)
        assert done.returncode == 3 and "newer" in done.stderr, (command, done.stderr)
