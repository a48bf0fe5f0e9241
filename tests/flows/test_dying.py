"""The process killed between every two steps of sending: sent exactly once, or shown to a person as not known."""

from __future__ import annotations

import os
import shutil
import sqlite3
import subprocess
import sys
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

HERE = Path(__file__).parent
ROOT = HERE.parents[1]
STEPS = [
    "before make_request",
    "after make_request",
    "before enqueue_message",
    "after enqueue_message",
    "before take_message",
    "after take_message",
    "before the hand-over",
    "after the hand-over",
    "before message_sent",
    "after message_sent",
]
MADE = """
from clarify_site import knee, read
read(b"fax", knee())
"""


def run(data: Path, *words: str) -> int:
    environment = {**os.environ, "PYTHONPATH": f"{ROOT}{os.pathsep}{HERE}", "CLEARORDER_DATA": str(data)}
    return subprocess.run([sys.executable, *words], cwd=ROOT, env=environment, timeout=120).returncode


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A ledger with one order that has to be asked about."""
    folder = tmp_path_factory.mktemp("made")
    assert run(folder, "-m", "django", "migrate", "--settings", "desk.settings", "-v", "0") == 0
    assert run(folder, "-c", MADE) == 0
    return folder


@pytest.mark.parametrize("step", STEPS)
def test_sent_once_or_shown(made: Path, tmp_path: Path, step: str) -> None:
    data = tmp_path / "data"
    shutil.copytree(made, data)
    assert run(data, str(HERE / "dying_sender.py"), step) == 9
    with sqlite3.connect(data / "ledger.sqlite3") as connection:
        # As if the time had passed after which a hand-over is taken for dead.
        old = (datetime.now(UTC) - timedelta(hours=1)).strftime("%Y-%m-%d %H:%M:%S")
        connection.execute("UPDATE store_message SET taken_at = ? WHERE state = 'sending'", [old])
    connection.close()
    assert run(data, str(HERE / "dying_sender.py"), "never") == 0
    taken = (data / "taken.txt").read_text().split() if (data / "taken.txt").exists() else []
    with sqlite3.connect(data / "ledger.sqlite3") as connection:
        states = connection.execute(
            "SELECT m.state, r.state FROM store_message m JOIN store_request r ON r.id = m.request_id"
        ).fetchall()
    connection.close()
    assert len(states) == 1
    if states == [("sent", "asked")]:
        assert len(taken) == 1
    else:
        assert states == [("uncertain", "uncertain")] and len(taken) <= 1
        assert step in ("after take_message", "before the hand-over", "after the hand-over", "before message_sent")
