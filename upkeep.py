"""The commands that look after what is kept: backup, restore, moving, retention, a patient's record."""

from __future__ import annotations

from dataclasses import asdict
from pathlib import Path
from typing import Annotated

import typer
from rich.progress import Progress

from console import AWAY, FAILED, USAGE, AsJson, end, out, print_json, progress, site_settings, with_ledger

upkeep = typer.Typer()


@upkeep.command()
def backup(
    to: Annotated[Path, typer.Argument(help="Folder of the backup; one that is there is brought up to date.")],
    as_json: AsJson = False,
) -> None:
    """Copy the ledger and the documents to a folder, while everything runs."""
    with_ledger()
    from store.backup import BackupFault, back_up

    try:
        with Progress(console=progress, transient=True) as bar:
            task = bar.add_task("backing up", total=None)
            made = back_up(to, lambda done, total: bar.update(task, completed=done, total=total))
    except (BackupFault, OSError) as fault:
        end(FAILED, f"The backup is not whole: {fault}")
    if as_json:
        print_json(asdict(made))
    else:
        out.print(f"{made.objects} files of documents, {made.copied} of them new; ledger {made.ledger_sha256[:12]}")


@upkeep.command()
def restore(
    source: Annotated[Path, typer.Argument(metavar="FROM", help="Folder of the backup.", exists=True, file_okay=False)],
) -> None:
    """Bring a backup back into an empty data folder or database, then balance the books."""
    site_settings()
    from store.backup import BackupFault, bring_back
    from store.books import verify
    from store.setup import ledger_state

    state = ledger_state()
    if state == "away":
        end(AWAY, "The database does not answer.")
    if state != "missing":
        end(USAGE, "There is a ledger already. A backup is brought back only where there is none.")
    try:
        bring_back(source)
    except (BackupFault, OSError) as fault:
        end(FAILED, f"The backup cannot be brought back: {fault}")
    if ledger_state() != "ready":
        end(FAILED, "Brought back, but of another version. Run `clearorder init`, then `clearorder verify`.")
    faults = verify()
    out.print("\n".join(faults) if faults else "brought back, balanced")
    if faults:
        raise typer.Exit(FAILED)


@upkeep.command()
def move(
    database_url: Annotated[str, typer.Option(envvar="CLEARORDER_MOVE_DATABASE_URL", help="PostgreSQL to move to.")],
    documents_s3: Annotated[str, typer.Option(help="Bucket to move documents to: s3://bucket/prefix.")] = "",
    as_json: AsJson = False,
) -> None:
    """Copy ledger and documents to PostgreSQL and a bucket; may be stopped and started again. Nothing is removed."""
    with_ledger()
    from store import ledger
    from store.moving import MoveFault, move_to

    if ledger.processes():
        end(USAGE, "Something still runs here. Stop it first: what comes in meanwhile would be left behind.")
    if faults := ledger.verify():
        end(FAILED, "\n".join(["The books do not balance; nothing was moved.", *faults]))
    try:
        with Progress(console=progress, transient=True) as bar:
            task = bar.add_task("moving", total=None)
            moved = move_to(
                database_url, documents_s3, lambda done, total: bar.update(task, completed=done, total=total)
            )
    except MoveFault as fault:
        end(AWAY, str(fault))
    if as_json:
        print_json(asdict(moved))
    else:
        out.print(f"{moved.rows} rows and {moved.objects} files were missing there, and are there now.")
        out.print("Set database_url (and documents_s3), then run `clearorder verify`.")
