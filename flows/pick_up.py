"""Picking files up from the inbox into the ledger."""

from __future__ import annotations

from pathlib import Path
from typing import BinaryIO

from flows.outcome import Outcome
from gateways.folder import WatchedFolder
from store import ledger

SOURCE = "folder"


def pick_up(watched: WatchedFolder, files: list[Path]) -> Outcome:
    """Hand the files that have arrived to the ledger; those that the disk refuses stay where they are."""
    done = watched.pick_up(_receive, files)
    if done.failed:
        return Outcome(f"{len(done.received)} received, {done.failed} refused", good=False)
    return Outcome(f"{len(done.received)} received")


def _receive(file: BinaryIO, name: str, key: str) -> str:
    return ledger.receive(file, name, SOURCE, key).document_id
