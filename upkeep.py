"""The commands that look after what is kept: backup, restore, moving, retention, a patient's record."""

from __future__ import annotations

import getpass
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


@upkeep.command()
def hold(
    document_id: Annotated[str, typer.Argument(metavar="DOCUMENT", help="The document's id.")],
    reason: Annotated[str, typer.Option(help="Why, for the audit trail; nothing of a patient.")],
    end_it: Annotated[bool, typer.Option("--end", help="End the hold.")] = False,
) -> None:
    """Keep a document from being purged (legal hold), or end that."""
    with_ledger()
    from store import ledger

    try:
        ledger.hold(document_id.lower(), not end_it, reason, f"cli:{getpass.getuser()}")
    except ledger.Refused as refusal:
        end(USAGE, refusal.sentence)


@upkeep.command()
def purge(
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Only say what would be purged.")] = False,
    as_json: AsJson = False,
) -> None:
    """Destroy documents whose time is over (keep_days), but those on hold; the trail keeps a certificate for each."""
    site = with_ledger()
    from store import ledger

    if site.keep_days is None:
        end(USAGE, "No retention is set (keep_days): everything is kept.")
    due = ledger.purgeable(site.keep_days)
    done = due if dry_run else [each for each in due if ledger.purge(each, f"cli:{getpass.getuser()}")]
    if as_json:
        print_json({"purged": not dry_run, "documents": done})
    else:
        out.print("\n".join([*done, f"{len(done)} {'to be purged' if dry_run else 'purged'}"]))


@upkeep.command()
def export(
    family: Annotated[str, typer.Option(help="The patient's family name.", prompt=True)],
    birth_date: Annotated[str, typer.Option(help="Birth date, YYYY-MM-DD.", prompt=True)],
    to: Annotated[Path, typer.Option("--out", help="Folder for the record; it must not be there yet.")],
) -> None:
    """Write all that is kept of a patient to a folder: documents as received, orders with their history."""
    with_ledger()
    from store import ledger

    try:
        number = ledger.export_record(family, birth_date, to, f"cli:{getpass.getuser()}")
    except FileExistsError:
        end(USAGE, f"{to} is there already.")
    except OSError as error:
        end(FAILED, f"The record could not be written: {error.strerror}")
    out.print(f"{number} orders")
    if not number:
        raise typer.Exit(FAILED)
