"""The command line: one thin function a command. Data goes to stdout, progress to stderr.

Exit codes: 0 done, 1 done but something failed (each named), 2 wrong usage or
settings, 3 a service that is needed is away.
"""

from __future__ import annotations

import getpass
import json
import sys
from collections.abc import Callable
from dataclasses import asdict
from pathlib import Path
from typing import Annotated, Any

import typer
from rich.progress import Progress, track
from rich.table import Table

from config import Settings, settings_in_force
from console import (
    FAILED,
    USAGE,
    AsJson,
    end,
    files_in,
    out,
    print_json,
    progress,
    safe,
    services,
    site_settings,
    with_ledger,
    with_rules,
)
from upkeep import upkeep

app = typer.Typer(
    help="Reads faxed and e-mailed imaging orders, checks them, and routes them.",
    no_args_is_help=True,
    pretty_exceptions_enable=False,
)
app.add_typer(upkeep)


# --- setting up and running ---------------------------------------------------------------------------------------


@app.command()
def init(
    admin: Annotated[str, typer.Option(envvar="CLEARORDER_ADMIN", help="Name of the first administrator.")] = "admin",
    password: Annotated[
        str, typer.Option(envvar="CLEARORDER_ADMIN_PASSWORD", help="Its password; made up and shown once by default.")
    ] = "",
    as_json: AsJson = False,
) -> None:
    """Create the database and the first administrator; harmless where both are there."""
    site = site_settings()
    from store.setup import first_administrator, ledger_state, make_ledger

    if ledger_state() in ("newer", "away"):
        with_ledger()
    make_ledger()
    try:
        account = first_administrator(admin, password)
    except ValueError as refusal:
        end(USAGE, f"This password is refused: {refusal}")
    where = "PostgreSQL" if site.database_url else str(site.database)
    if as_json:
        print_json({"database": where, "admin": account.name, "password": account.password})
    elif account.new:
        out.print(f"database       {where}\nadministrator  {account.name}")
        out.print(f"password       {account.password}   (shown this once)" if account.password else "")
    else:
        out.print(f"database       {where}\nadministrator  {account.name}   (was there already)")


@app.command()
def up() -> None:
    """Run all of it on this machine: desk, orchestrator, workers, schedules. Ctrl-C stops it."""
    site = safe(with_rules(with_ledger()))
    from flows.environment import server_url
    from flows.supervisor import everything, free_ports

    def ready() -> None:
        out.print(f"desk     http://{site.host}:{site.port}/\nprefect  {server_url(site)}/")
        sys.stdout.flush()

    with services():
        free_ports(site)
        _supervise(everything(site), site, ready)


@app.command()
def work(
    processes: Annotated[int | None, typer.Option(min=1, max=64, help="Worker processes.")] = None,
) -> None:
    """Run workers only, on this machine, against the ledger that the settings name. Ctrl-C stops them."""
    site = safe(with_rules(with_ledger()))
    from flows.supervisor import workers

    number = processes or site.workers
    with services():
        _supervise(workers(number), site, lambda: out.print(f"{number} working"))


# --- reading, without a ledger ------------------------------------------------------------------------------------


@app.command()
def read(
    paths: Annotated[list[Path], typer.Argument(help="Documents, or folders of documents.", exists=True)],
    to: Annotated[Path, typer.Option("--out", help="Folder for the JSON files.", file_okay=False)],
    jobs: Annotated[int, typer.Option(min=1, max=64, help="Documents read side by side.")] = 1,
    as_json: AsJson = False,
) -> None:
    """Read documents and write one JSON file each, in the contract's shape; keeps nothing."""
    site = with_rules(site_settings())
    from batch import read_files, write_json

    files = [path for path in files_in(paths) if not path.name.endswith(".json")]
    to.mkdir(parents=True, exist_ok=True)
    rows, failed = [], []
    with Progress(console=progress, transient=True) as bar:
        for path, referral in bar.track(read_files(files, site.limits, jobs), total=len(files), description="reading"):
            target = to / f"{path.stem}.json"
            write_json(target, referral)
            rows.append({"document": path.name, "file": str(target), "error": referral.get("error")})
            if "error" in referral:
                failed.append(f"{path}: {referral['error']['message']}")
    if as_json:
        print_json(rows)
    else:
        print("\n".join(row["file"] for row in rows))
    if failed:
        end(FAILED, "\n".join(failed))


@app.command()
def words(
    file: Annotated[Path, typer.Argument(help="A document.", exists=True, dir_okay=False)],
    image: Annotated[
        Path | None, typer.Option(help="Folder for each page as a picture, words and marks drawn on it.")
    ] = None,
    as_json: AsJson = False,
) -> None:
    """Print what was seen on each page: words and marks with boxes and confidences, as JSON."""
    site = site_settings()
    from batch import words_json

    with progress.status("reading"):
        seen = words_json(file, site.limits, image)
    print_json(seen)
    if "error" in seen:
        end(FAILED, f"{file}: {seen['error']['message']}")


@app.command()
def evaluate(
    folder: Annotated[
        Path, typer.Argument(help="Documents with a .truth.json beside them.", exists=True, file_okay=False)
    ],
    to: Annotated[Path | None, typer.Option("--out", help="File for the figures as JSON.", dir_okay=False)] = None,
    jobs: Annotated[int, typer.Option(min=1, max=64, help="Documents read side by side.")] = 1,
    as_json: AsJson = False,
) -> None:
    """Read the documents of a folder and print the contract's figures against their truths."""
    site = with_rules(site_settings())
    from batch import documents_in, read_files, write_json
    from orders.report import report, report_json

    found = documents_in(folder)
    if not found:
        end(USAGE, f"No document in {folder} has a .truth.json beside it.")
    truths = {document: json.loads(truth.read_text("utf-8")) for document, truth in found}
    with Progress(console=progress, transient=True) as bar:
        readings = read_files(list(truths), site.limits, jobs, whole=True)
        pairs = [
            (truths[path], referral) for path, referral in bar.track(readings, total=len(truths), description="reading")
        ]
    if to:
        write_json(to, report_json(pairs))
    if as_json:
        print_json(report_json(pairs))
    else:
        print(report(pairs))
    failed = [f"{reading['document']}: {reading['error']['message']}" for _, reading in pairs if "error" in reading]
    if failed:
        end(FAILED, "\n".join(failed))


# --- the ledger ---------------------------------------------------------------------------------------------------


@app.command()
def ingest(
    paths: Annotated[list[Path], typer.Argument(help="Files, or folders of files.", exists=True)],
    site: Annotated[str, typer.Option(help="Short name of the site that they came to.")] = "default",
    as_json: AsJson = False,
) -> None:
    """Hand files in as a source would; print an id for each, and whether it was known already."""
    with_ledger()
    from store import ledger

    rows, failed = [], []
    for path in track(list(files_in(paths)), "handing in", console=progress, transient=True):
        try:
            with path.open("rb") as file:
                receipt = ledger.receive(file, path.name, "cli", str(path.absolute()), site)
        except ledger.Refused as refusal:
            end(USAGE, refusal.sentence)
        except OSError as error:
            failed.append(f"{path}: {error.strerror}")
            continue
        rows.append({"id": receipt.document_id, "known": receipt.known, "file": str(path)})
    _print_rows(rows, as_json)
    if failed:
        end(FAILED, "\n".join(failed))


@app.command()
def status(as_json: AsJson = False) -> None:
    """Documents, pages and orders by state, the oldest wait of each queue, workers, sources, outbox."""
    with_ledger()
    from store import ledger

    found = ledger.counts()
    running, blind, sources = ledger.processes(), ledger.blind_figures(), ledger.sources()
    if as_json:
        print_json(
            {
                **asdict(found),
                "processes": [asdict(row) for row in running],
                "blind": asdict(blind),
                "watched": [asdict(row) for row in sources],
            }
        )
        return
    table = Table("what", "state", "number", "oldest wait", box=None)
    for what, tally in (("documents", found.documents), ("orders", found.cases)):
        for state, number in tally.items():
            table.add_row(what, state, str(number), _wait(found.oldest_wait.get(state)))
    table.add_row("pages", "read", str(found.pages), "")
    for what, tally in (("outbox", found.outbox), ("files seen", found.sources)):
        for state, number in tally.items():
            table.add_row(what, state, str(number), "")
    for state in ("waiting", "checked", "wrong"):
        table.add_row("blind checks", state, str(getattr(blind, state)), "")
    for source in sources:
        table.add_row(
            "source", source.failure or "answers", source.name, f"{source.aside} set aside" if source.aside else ""
        )
    for row in running:
        table.add_row(row.kind, f"reading {row.document_id[:12]}" if row.document_id else "idle", row.name, "")
    out.print(table)


@app.command()
def verify(as_json: AsJson = False) -> None:
    """Balance the books; name what does not add up."""
    with_ledger()
    from store import ledger

    with Progress(console=progress, transient=True) as bar:
        task = bar.add_task("balancing the books", total=None)
        faults = ledger.verify(lambda done, total: bar.update(task, completed=done, total=total))
    if as_json:
        print_json({"balanced": not faults, "faults": faults})
    else:
        out.print("\n".join(faults) if faults else "balanced")
    if faults:
        raise typer.Exit(FAILED)


@app.command()
def show(
    shown_id: Annotated[
        str, typer.Argument(metavar="ID", help="The id of an order, or of a document with its orders.")
    ],
    history: Annotated[bool, typer.Option("--history", help="Add what happened to it.")] = False,
    read: Annotated[
        bool, typer.Option("--read", help="Show what was read of an order whose blind check waits, too.")
    ] = False,
    as_json: Annotated[bool, typer.Option("--json", help="JSON is what it prints in any case.")] = False,
) -> None:
    """Print an order, or a document with its orders, as JSON. That it was looked at is noted in the audit trail.

    Of an order whose blind check waits only its pages are shown: whoever checks it must not know what was read.
    """
    with_ledger()
    from orders.contract import order_json, referral_json
    from store import ledger

    actor = f"cli:{getpass.getuser()}"
    shown: dict[str, Any]
    try:
        if len(shown_id) == 64:
            document = ledger.view_document(shown_id.lower(), actor)
            shown = {"state": document.state, **referral_json(document.referral)}
            if document.state != "read":
                # Nothing is known yet of a document that was not read, not even that it holds no order.
                shown.pop("route", None)
            if not read:
                shown["orders"] = [
                    _withheld(order) if ledger.case(order["id"]).blind else order for order in shown["orders"]
                ]
            events = ledger.history(document_id=shown_id.lower()) if history else []
        else:
            case = ledger.view(shown_id.upper(), actor)
            order = order_json(case.order)
            hidden = case.blind and not read
            shown = {"document": case.document_id, "state": case.state, **(_withheld(order) if hidden else order)}
            if not hidden:
                shown["related"] = [asdict(row) for row in ledger.relations(case.id)]
            events = ledger.history(case.id) if history else []
    except ledger.Refused as refusal:
        end(USAGE, refusal.sentence)
    if history:
        shown["history"] = [asdict(row) for row in events]
    print_json(shown)


def _withheld(order: dict[str, Any]) -> dict[str, Any]:
    """What may be shown of an order before its blind check is done."""
    sentence = "Its blind check waits: what was read is shown once a person has read it themselves, or with --read."
    return {"id": order["id"], "pages": order["pages"], "withheld": sentence}


@app.command("settings")
def show_settings(as_json: AsJson = False) -> None:
    """Print the settings in force, secrets hidden, and where each came from."""
    site_settings()
    rows = [asdict(row) for row in settings_in_force()]
    if as_json:
        print_json(rows)
        return
    table = Table("setting", "value", "from", "what it is", box=None)
    for row in rows:
        table.add_row(row["name"], str(row["value"]), row["source"], row["description"])
    out.print(table)


# --- what the commands share --------------------------------------------------------------------------------------


def _supervise(programs: list[Any], site: Settings, ready: Callable[[], None]) -> None:
    from flows import logs
    from flows.supervisor import Supervisor

    (site.data / "logs").mkdir(parents=True, exist_ok=True)
    with (site.data / "logs" / "supervisor.log").open("a", encoding="utf-8") as log:
        logs.configure("supervisor", log)
        Supervisor(programs, site, progress.print).run(ready)


def _wait(seconds: float | None) -> str:
    if seconds is None:
        return ""
    minutes = int(seconds // 60)
    return f"{minutes // 60} h {minutes % 60:02} min" if minutes >= 60 else f"{minutes} min {int(seconds % 60):02} s"


def _print_rows(rows: list[dict[str, Any]], as_json: bool) -> None:
    if as_json:
        print_json(rows)
        return
    for row in rows:
        print(row["id"], "known" if row["known"] else "new", row["file"], sep="  ")


if __name__ == "__main__":
    app()
