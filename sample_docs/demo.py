"""The demonstration: start everything on a throw-away folder, drop the samples in, show where each went.

    make demo

It is started by the command line, as a site would, and looks into the ledger as
the desk does. With a terminal it stays up until Ctrl-C, so that one can look
around; without one it stops by itself.
"""

from __future__ import annotations

import os
import secrets
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from hashlib import sha256
from pathlib import Path

from rich.console import Console
from rich.markup import escape
from rich.progress import BarColumn, Progress, TextColumn, TimeElapsedColumn, TimeRemainingColumn
from rich.table import Table

SAMPLES = Path(__file__).parent
COMMAND = Path(sys.executable).parent / "clearorder"
PATIENCE = 1800.0  # seconds that the samples may take on a slow machine
TERMINAL = sys.stdin.isatty() and sys.stdout.isatty()
console = Console(width=None if sys.stdout.isatty() else 160, highlight=False)
_COLOURS = {"ready": "[green]", "review": "[yellow]", "clarification": "[magenta]"}


def samples() -> list[Path]:
    """Return the sample documents, good and bad, in the order of their names."""
    good = [path for path in SAMPLES.iterdir() if path.with_name(f"{path.stem}.truth.json").exists()]
    bad = [path for path in (SAMPLES / "bad").iterdir() if path.is_file()]
    return sorted(path for path in good if not path.name.endswith(".truth.json")) + sorted(bad)


def named(path: Path) -> str:
    return str(path.relative_to(SAMPLES))


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def waited(paths: dict[str, Path], process: subprocess.Popen[bytes], log: Path) -> None:
    """Name each document as it reaches a final state; raises SystemExit when one does not come to it."""
    from store import ledger

    bar = Progress(
        TextColumn("{task.description}"),
        BarColumn(),
        TextColumn("{task.completed} of {task.total}"),
        TimeElapsedColumn(),
        TextColumn("left"),
        TimeRemainingColumn(),
        console=console,
        transient=True,
    )
    with bar:
        reading = bar.add_task("Reading the samples", total=len(paths))
        left = set(paths)
        deadline = time.monotonic() + PATIENCE
        while left:
            final = {row.id for state in ("read", "failed") for row in ledger.documents(state)}
            for document_id in sorted(left & final, key=lambda each: paths[each]):
                left.discard(document_id)
                console.print(f"{len(paths) - len(left):>3} of {len(paths)}  {named(paths[document_id])}")
            bar.update(reading, completed=len(paths) - len(left))
            if process.poll() is not None:
                raise SystemExit(f"clearorder stopped by itself:\n{log.read_text()}")
            if time.monotonic() > deadline:
                raise SystemExit(f"Not read in time: {', '.join(sorted(named(paths[each]) for each in left))}")
            time.sleep(1.0)


def shown(paths: dict[str, Path]) -> Table:
    """Return the table of what became of each sample: pages, order, exam, route, and the reason in words."""
    table = Table(title="What became of the samples")
    for head in ("document", "pages", "order", "exam", "route", "reason"):
        table.add_column(head, overflow="fold", no_wrap=head == "order")
    for document_id, path in paths.items():
        name = named(path)
        for row in outcomes(document_id):
            table.add_row(name, *row)
            name = ""
    return table


def outcomes(document_id: str) -> Iterator[tuple[str, str, str, str, str]]:
    """Yield pages, order, exam, route and reason for each order of a document, or once where it holds none."""
    from store import ledger

    referral = ledger.view_document(document_id, "demo").referral
    if referral.error:
        yield "", "", "", "[red]failed", escape(referral.error.message)
    elif not referral.orders:
        pages = ", ".join(str(page.number) for page in referral.pages)
        yield pages, "", "", "not an order", "No page of it asks for an exam."
    for order in referral.orders:
        exams = "; ".join(exam.text.value or "?" for exam in order.exams) or "none read"
        route = _COLOURS.get(order.route, "") + order.route
        yield ", ".join(map(str, order.pages)), order.id, escape(exams), route, escape(order.route_reason)


def environment(folder: Path, desk: int, prefect: int, password: str) -> dict[str, str]:
    """Return the environment of a site on `folder`, whatever settings this machine may have."""
    bare = {name: value for name, value in os.environ.items() if not name.startswith("CLEARORDER_")}
    return bare | {
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


def stopped(process: subprocess.Popen[bytes]) -> None:
    """Stop clearorder, with everything it started, as Ctrl-C would."""
    if process.poll() is None:
        console.print("Stopping …")
        process.send_signal(signal.SIGINT)
    process.wait(timeout=120)


def looked_at(folder: Path, process: subprocess.Popen[bytes]) -> bool:
    """Hand the samples in, wait for them, print what became of them; return whether the books balance."""
    from store import ledger

    found = samples()
    paths = {sha256(path.read_bytes()).hexdigest(): path for path in found}
    for path in found:
        shutil.copy(path, folder / "inbox" / f"{path.parent.name}-{path.name}")
    waited(paths, process, folder / "up.log")
    console.print(shown(paths))
    balanced = not ledger.verify()
    console.print(f"The books {'balance' if balanced else 'do not balance'}.")
    return balanced


def main() -> int:
    """Run the demonstration; returns the exit code."""
    # Being ended is to end what was started, too.
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    folder = Path(tempfile.mkdtemp(prefix="clearorder-demo-"))
    password = secrets.token_urlsafe(9)
    desk, prefect = free_port(), free_port()
    os.environ.clear()
    os.environ.update(environment(folder, desk, prefect, password))
    console.print(f"Data folder {folder} (thrown away at the end). Starting desk, Prefect server and two workers …")
    subprocess.run([COMMAND, "init"], check=True, stdout=subprocess.DEVNULL)
    with (folder / "up.log").open("wb") as log:
        process = subprocess.Popen([COMMAND, "up"], stdout=log, stderr=subprocess.STDOUT, start_new_session=True)
    try:
        balanced = looked_at(folder, process)
        console.print(f"Desk:    http://127.0.0.1:{desk}/   name admin, password {password}")
        console.print(f"Prefect: http://127.0.0.1:{prefect}/")
        if TERMINAL:
            console.print("Look around; Ctrl-C stops it.")
            process.wait()
        return 0 if balanced else 1
    except KeyboardInterrupt:
        return 0
    finally:
        stopped(process)
        shutil.rmtree(folder, ignore_errors=True)
        console.print("Stopped.")


if __name__ == "__main__":
    sys.exit(main())
