"""A site in a throw-away folder, its processes real ones, looked at from outside."""

from __future__ import annotations

import json
import os
import signal
import socket
import sqlite3
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

HERE = Path(__file__).parent
ROOT = HERE.parents[1]


class Site:
    """A site's data folder, the environment its processes run in, and what is in its ledger."""

    def __init__(self, data: Path) -> None:
        self.data = data
        self.prefect_port, self.port = free_port(), free_port()
        self.environment = {
            **os.environ,
            "PYTHONPATH": str(ROOT),
            "CLEARORDER_DATA": str(data),
            "CLEARORDER_PORT": str(self.port),
            "CLEARORDER_PREFECT_PORT": str(self.prefect_port),
            "CLEARORDER_POLL_SECONDS": "0.2",
            "CLEARORDER_SETTLE_SECONDS": "0.2",
            "CLEARORDER_LEASE_SECONDS": "2",
            "CLEARORDER_WORKERS": "2",
        }
        self._running: list[subprocess.Popen[str]] = []

    def python(self, *words: str, wait: bool = False) -> subprocess.Popen[str]:
        process = subprocess.Popen(
            [sys.executable, *words], cwd=ROOT, env=self.environment, stdout=subprocess.PIPE, text=True
        )
        self._running.append(process)
        if wait:
            process.wait(60)
        return process

    def supervise(self, what: str) -> subprocess.Popen[str]:
        process = self.python(str(HERE / "supervise.py"), what)
        assert process.stdout
        for line in process.stdout:
            if line == "ready\n":
                return process
        raise AssertionError("it ended before it was ready")

    def ingest(self, *texts: str) -> None:
        folder = self.data / "in"
        folder.mkdir(exist_ok=True)
        for number, text in enumerate(texts):
            (folder / f"{number}.txt").write_text(text)
        assert self.python("-m", "clearorder", "ingest", str(folder), wait=True).returncode == 0

    def rows(self, sql: str) -> list[Any]:
        with sqlite3.connect(self.data / "ledger.sqlite3") as connection:
            found = connection.execute(sql).fetchall()
        connection.close()
        return [row[0] if len(row) == 1 else row for row in found]

    def faults(self) -> list[str]:
        process = self.python("-m", "clearorder", "verify", "--json", wait=True)
        assert process.stdout
        return json.load(process.stdout)["faults"]

    def children(self) -> dict[str, int]:
        """The process ids of the supervisor's children so far, by their names."""
        log = (self.data / "logs" / "supervisor.log").read_text().splitlines()
        events = [json.loads(line) for line in log]
        return {event["child"]: event["pid"] for event in events if event["event"] == "child_started"}

    def close(self) -> None:
        for process in self._running:
            if process.poll() is None:
                process.send_signal(signal.SIGTERM)
                process.wait(60)
            if process.stdout:
                process.stdout.close()


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def eventually(holds: Callable[[], object], seconds: float = 60) -> None:
    """Wait until it holds; fail when it does not come about in time."""
    deadline = time.monotonic() + seconds
    while not holds():
        assert time.monotonic() < deadline, "it did not come about in time"
        time.sleep(0.1)


def alive(pid: int) -> bool:
    """Whether the process runs; one that has ended and was not collected yet does not."""
    try:
        return Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()[0] != "Z"
    except FileNotFoundError:
        return False
