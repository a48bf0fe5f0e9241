"""The demonstration: start everything on a throw-away folder, drop the samples in, show where each went.

    make demo

It uses the command line and nothing else, as a site would. With a terminal it
stays up until Ctrl-C, so that one can look around; without one it stops by itself.
"""

from __future__ import annotations

import json
import os
import secrets
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
from hashlib import sha256
from pathlib import Path
from typing import Any

from rich.console import Console
from rich.progress import BarColumn, Progress, TextColumn, TimeElapsedColumn
from rich.table import Table

SAMPLES = Path(__file__).parent
COMMAND = Path(sys.executable).parent / "clearorder"
PATIENCE = 900.0  # seconds that the samples may take on a slow machine
console = Console()
_COLOURS = {"ready": "[green]", "review": "[yellow]", "clarification": "[magenta]"}


def samples() -> list[Path]:
    """Return the sample documents, good and bad, in the order of their names."""
    good = [path for path in SAMPLES.iterdir() if path.with_name(f"{path.stem}.truth.json").exists()]
    bad = [path for path in (SAMPLES / "bad").iterdir() if path.is_file()]
    return sorted(path for path in good if not path.name.endswith(".truth.json")) + sorted(bad)


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def clearorder(*arguments: str, environment: dict[str, str]) -> Any:
    """Run a command of clearorder's that prints JSON and return what it printed."""
    done = subprocess.run([COMMAND, *arguments, "--json"], env=environment, capture_output=True, text=True, check=False)
    if done.returncode not in (0, 1):
        raise SystemExit(done.stderr.strip() or f"clearorder {arguments[0]} stopped with {done.returncode}")
    return json.loads(done.stdout)


def waited(environment: dict[str, str], total: int, process: subprocess.Popen[bytes]) -> None:
    """Show progress until every document has reached a final state; raises SystemExit when that does not come."""
    with Progress(
        TextColumn("{task.description}"),
        BarColumn(),
        TextColumn("{task.completed} of {task.total}"),
        TimeElapsedColumn(),
        console=console,
    ) as bar:
        reading = bar.add_task("Reading the samples", total=total)
        deadline = time.monotonic() + PATIENCE
        while time.monotonic() < deadline:
            states = clearorder("status", environment=environment)["documents"]
            final = sum(count for state, count in states.items() if state in ("read", "failed"))
            bar.update(reading, completed=final)
            if final >= total:
                return
            if process.poll() is not None:
                raise SystemExit(
                    "clearorder stopped by itself:\n" + (Path(environment["CLEARORDER_DATA"]) / "up.log").read_text()
                )
            time.sleep(1.0)
    raise SystemExit("The samples were not read in time.")


def shown(environment: dict[str, str], paths: list[Path]) -> Table:
    """Return the table of what became of each sample: pages, order, exam, route, and the reason in words."""
    table = Table("document", "pages", "order", "exam", "route", "reason", title="What became of the samples")
    for path in paths:
        held = clearorder("show", sha256(path.read_bytes()).hexdigest(), environment=environment)
        name = str(path.relative_to(SAMPLES))
        pages = str(len(held["pages"]) or "")
        if held.get("error"):
            table.add_row(name, pages, "", "", "[red]failed", held["error"]["message"])
        for order in held["orders"]:
            exams = "; ".join(exam["text"]["value"] or "?" for exam in order["exams"]) or "none stated"
            table.add_row(
                name,
                pages,
                order["id"],
                exams,
                _COLOURS.get(order["route"], "") + order["route"],
                order["route_reason"],
            )
            name = pages = ""
        if not held["orders"] and not held.get("error"):
            table.add_row(name, pages, "", "", "not an order", "No page of it asks for an exam.")
    return table


def stopped(process: subprocess.Popen[bytes]) -> int:
    """Stop clearorder as Ctrl-C would and return its exit code."""
    if process.poll() is None:
        process.send_signal(signal.SIGINT)
    return process.wait(timeout=90)


def main() -> int:
    """Run the demonstration; returns the exit code."""
    folder = Path(tempfile.mkdtemp(prefix="clearorder-demo-"))
    password = secrets.token_urlsafe(9)
    desk, prefect = free_port(), free_port()
    environment = os.environ | {
        "CLEARORDER_DATA": str(folder),
        "CLEARORDER_PORT": str(desk),
        "CLEARORDER_PREFECT_PORT": str(prefect),
        "CLEARORDER_ADMIN_PASSWORD": password,
        "CLEARORDER_CONFIG": str(folder / "clearorder.toml"),
        "CLEARORDER_WORKERS": "2",
        "CLEARORDER_FACILITY_NAME": "Demonstration Imaging",
        "CLEARORDER_FACILITY_PHONE": "202-555-0100",
        "CLEARORDER_FACILITY_FAX": "202-555-0101",
    }
    console.print(f"Data folder {folder} (thrown away at the end). Starting desk, Prefect server and two workers …")
    clearorder("init", environment=environment)
    log = (folder / "up.log").open("wb")
    process = subprocess.Popen(
        [COMMAND, "up"], env=environment, stdout=log, stderr=subprocess.STDOUT, start_new_session=True
    )
    try:
        paths = samples()
        for path in paths:
            shutil.copy(path, folder / "inbox" / f"{path.parent.name}-{path.name}")
        waited(environment, len({sha256(path.read_bytes()).hexdigest() for path in paths}), process)
        console.print(shown(environment, paths))
        balanced = clearorder("verify", environment=environment)["balanced"]
        console.print(f"The books {'balance' if balanced else 'do not balance'}.")
        console.print(f"Desk:    http://127.0.0.1:{desk}/   name admin, password {password}")
        console.print(f"Prefect: http://127.0.0.1:{prefect}/")
        if sys.stdin.isatty() and sys.stdout.isatty():
            console.print("Look around; Ctrl-C stops it.")
            process.wait()
        return 0 if balanced else 1
    except KeyboardInterrupt:
        return 0
    finally:
        stopped(process)
        log.close()
        shutil.rmtree(folder, ignore_errors=True)
        console.print("Stopped.")


if __name__ == "__main__":
    sys.exit(main())
