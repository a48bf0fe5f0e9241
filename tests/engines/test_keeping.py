"""Backup, restore and moving between engines: on live ledgers, interrupted, and checked by the books."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from benchmarks.servers import S3_KEYS, PostgreSQL, postgresql, s3_server

ROOT = Path(__file__).parents[2]
# Documents received, read and sent out, and a person's correction; prints the first order's id.
FILL = """
import sys
sys.path.insert(0, "tests/store")
from store import ledger
from ledger_made import opened, order, BLOCKED
for number in range(4):
    orders = order("ready", f"Zq{number}"), order("clarification", problems=(BLOCKED,))
    ready, asked = opened(*orders, data=b"fax %d" % number)
    ledger.correct(asked, "patient.given", "Ann", "anna", 1)
for due in ledger.due():
    ledger.mark_sent(ledger.enqueue_outbox(due, b"{} " + due.case_id.encode(), "follow_up"), "follow_up")
print(ready)
"""


class Installation:
    """A data folder with its settings, used through the command line only."""

    def __init__(self, data: Path, **said: str) -> None:
        self.data = data
        self._environment = {**os.environ, **S3_KEYS, "CLEARORDER_DATA": str(data)}
        self._environment |= {f"CLEARORDER_{name}": value for name, value in said.items()}

    def run(self, *words: str, code: int = 0) -> str:
        done = subprocess.run(
            [sys.executable, *words], cwd=ROOT, env=self._environment, capture_output=True, text=True, timeout=120
        )
        assert done.returncode == code, done.stdout + done.stderr
        return done.stdout if code == 0 else done.stderr

    def clearorder(self, *words: str, code: int = 0) -> str:
        return self.run("-m", "clearorder", *words, code=code)

    def filled(self) -> str:
        self.clearorder("init")
        return self.run("-c", FILL).strip()

    def history(self, case_id: str) -> list[str]:
        return [each["verb"] for each in json.loads(self.clearorder("show", case_id, "--history"))["history"]]


@pytest.fixture(scope="module")
def server() -> Iterator[PostgreSQL]:
    with postgresql() as running:
        yield running


def test_a_backup_of_sqlite_is_renewed_and_brought_back(tmp_path: Path) -> None:
    here, there = Installation(tmp_path / "here"), Installation(tmp_path / "there")
    case_id = here.filled()
    (here.data / "secret").write_text("the desk's")
    (here.data / "secret").chmod(0o600)
    first = json.loads(here.clearorder("backup", str(tmp_path / "kept"), "--json"))
    assert first["copied"] == first["objects"] > 5
    (tmp_path / "late.txt").write_text("late")
    here.clearorder("ingest", str(tmp_path / "late.txt"))
    assert json.loads(here.clearorder("backup", str(tmp_path / "kept"), "--json"))["copied"] == 1
    assert "balanced" in there.clearorder("restore", str(tmp_path / "kept"))
    assert there.history(case_id)[:2] == here.history(case_id)[:2]
    assert "ledger already" in there.clearorder("restore", str(tmp_path / "kept"), code=2)
    assert (there.data / "secret").read_bytes() == (here.data / "secret").read_bytes()
    assert (there.data / "secret").stat().st_mode & 0o077 == 0


@pytest.mark.parametrize("harm", ["ledger.sqlite3", "document"])
def test_a_backup_with_a_fault_is_not_taken_for_good(tmp_path: Path, harm: str) -> None:
    here, there = Installation(tmp_path / "here"), Installation(tmp_path / "there")
    here.filled()
    here.clearorder("backup", str(tmp_path / "kept"))
    path = next((tmp_path / "kept" / "documents").glob("??/*")) if harm == "document" else tmp_path / "kept" / harm
    path.write_bytes(path.read_bytes()[:-1] + b"~")
    there.clearorder("restore", str(tmp_path / "kept"), code=1)


def test_from_sqlite_and_a_folder_to_postgresql_and_a_bucket_and_back_from_a_backup(
    tmp_path: Path, server: PostgreSQL
) -> None:
    small, target = Installation(tmp_path / "small"), server.create("large")
    case_id = small.filled()
    with s3_server("documents") as address:
        small = Installation(tmp_path / "small", S3_ENDPOINT=address)
        words = ("move", "--database-url", target, "--documents-s3", "s3://documents/a", "--json")
        assert json.loads(small.clearorder(*words))["objects"] > 5
        assert json.loads(small.clearorder(*words)) == {"rows": 0, "objects": 0}
        where = {"S3_ENDPOINT": address, "DOCUMENTS_S3": "s3://documents/a", "DATABASE_URL": target}
        large = Installation(tmp_path / "large", **where)
        assert large.clearorder("verify") == small.clearorder("verify") == "balanced\n"
        assert large.history(case_id) == small.history(case_id)
        # New rows are numbered after those that came along.
        (tmp_path / "late.txt").write_text("late")
        large.clearorder("ingest", str(tmp_path / "late.txt"))
        large.clearorder("backup", str(tmp_path / "kept"))
        where |= {"DATABASE_URL": server.create("back"), "DOCUMENTS_S3": "s3://documents/b"}
        back = Installation(tmp_path / "back", **where)
        assert "balanced" in back.clearorder("restore", str(tmp_path / "kept"))
        assert "received" in back.clearorder("status")


def test_a_move_that_was_stopped_goes_on(tmp_path: Path, server: PostgreSQL) -> None:
    small, target = Installation(tmp_path / "small"), server.create("stopped")
    small.filled()
    large = Installation(tmp_path / "large", DATABASE_URL=target)
    half = (
        "from store import ready; import store.moving as m; real = m._copy\n"
        "def _copy(model):\n    if model.__name__ == 'Case':\n        raise SystemExit(9)\n    return real(model)\n"
        f"m._copy = _copy\nm.move_to({target!r}, '')"
    )
    small.run("-c", half, code=9)
    shutil.copytree(small.data / "documents", large.data / "documents")
    assert "no source ever showed it" not in large.clearorder("verify", code=1)
    assert json.loads(small.clearorder("move", "--database-url", target, "--json"))["rows"] > 10
    assert large.clearorder("verify") == "balanced\n"


def test_a_move_to_nowhere_names_it(tmp_path: Path) -> None:
    small = Installation(tmp_path / "small")
    small.filled()
    said = small.clearorder("move", "--database-url", "postgresql://a:hush@127.0.0.1:1/x", code=3)
    assert "cannot be had" in said and "hush" not in said
