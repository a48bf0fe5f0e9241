"""A watched folder: files that have arrived whole are handed in, then moved out of the way.

A file is picked up when it has stood still for a while and its end parses; one
whose end never parses is picked up in the end as well, because a damaged fax
must reach a person too. The source is touched only after the receiver has said
that the bytes are durable, and only if the file is still the one it was given.
"""

from __future__ import annotations

import os
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO, Protocol

from gateways.endings import whole

DONE = ".done"
# The names that programs give to files they are still writing.
PARTIAL = (".tmp", ".temp", ".part", ".partial", ".filepart", ".crdownload", ".writing")
# How many times the settling time a file may stand still with an end that does not parse.
PATIENCE = 15
# Seconds until a file is tried again that could not be read or kept.
AGAIN_SECONDS = 60.0


class Receive(Protocol):
    """Keeps a file's bytes and returns an opaque id for them, once they are durable."""

    def __call__(self, file: BinaryIO, name: str, key: str) -> str: ...


@dataclass(frozen=True, slots=True)
class Stamp:
    """What changes when a file changes: its identity, size (bytes) and time of change (ns)."""

    inode: int
    size: int
    changed: int

    @staticmethod
    def of(path: Path) -> Stamp:
        said = path.stat()
        return Stamp(said.st_ino, said.st_size, said.st_mtime_ns)


@dataclass(frozen=True, slots=True)
class Round:
    """What one look at the folder brought: ids handed in, files that could not be, files left to settle."""

    received: tuple[str, ...]
    failed: int
    waiting: int


class WatchedFolder:
    """Watches `folder` and what lies in it, but for hidden names; remembers between two looks what stood still."""

    def __init__(self, folder: Path, settle_seconds: float, clock: Callable[[], float] = time.monotonic) -> None:
        self.folder = folder
        self.settle_seconds = settle_seconds
        self._clock = clock
        self._still: dict[Path, tuple[Stamp, float]] = {}
        self._not_before: dict[Path, float] = {}
        # Handed in, but not moved away: a folder that refuses must not make the same file come in again and again.
        self._handed: dict[Path, tuple[Stamp, str]] = {}

    def settled(self) -> list[Path]:
        """Look once; return the files that have arrived, the oldest first. Raises OSError when the folder is away."""
        now = self._clock()
        stamps = {path: stamp for path in self._files() if (stamp := _stamp(path))}
        self._put_away(stamps)
        self._still = {
            path: self._still[path] if self._still.get(path, (None,))[0] == stamp else (stamp, now)
            for path, stamp in stamps.items()
            if path not in self._handed
        }
        self._not_before = {path: when for path, when in self._not_before.items() if path in self._still and when > now}
        ready = [
            path
            for path, (_, since) in self._still.items()
            if path not in self._not_before and self._arrived(path, now - since)
        ]
        return sorted(ready, key=lambda path: (self._still[path][0].changed, path))

    def pick_up(self, receive: Receive, files: list[Path] | None = None) -> Round:
        """Hand in what has arrived (`files` of `settled`, else a new look); what fails is tried again after a while."""
        received, failed = [], 0
        files = self.settled() if files is None else files
        for path in files:
            try:
                received.append(self._hand_in(path, receive))
            except OSError:
                self._not_before[path] = self._clock() + AGAIN_SECONDS
                failed += 1
        self._put_away({path: stamp for path in self._handed if (stamp := _stamp(path))})
        return Round(tuple(received), failed, len(self._still))

    def _hand_in(self, path: Path, receive: Receive) -> str:
        stamp = self._still[path][0]
        with path.open("rb") as file:
            opaque = receive(file, path.name, path.relative_to(self.folder).as_posix())
        self._handed[path] = (stamp, opaque)
        del self._still[path]
        return opaque

    def _put_away(self, stamps: dict[Path, Stamp]) -> None:
        """Move what was handed in out of the way, unless it was written to meanwhile: then it is a new file."""
        done = self.folder / DONE
        for path, (stamp, opaque) in list(self._handed.items()):
            if stamps.get(path) == stamp:
                try:
                    done.mkdir(exist_ok=True)
                    path.replace(done / opaque)
                except OSError:
                    continue
                stamps.pop(path)
            del self._handed[path]

    def _arrived(self, path: Path, still: float) -> bool:
        if still < self.settle_seconds:
            return False
        try:
            return whole(path) or still >= PATIENCE * self.settle_seconds
        except OSError:
            # Not to be read: handing it in will fail, and be seen to.
            return True

    def _files(self) -> Iterator[Path]:
        # The folder itself must be there: os.walk says nothing of one that is away.
        self.folder.stat()
        for folder, folders, names in os.walk(self.folder):
            folders[:] = [name for name in folders if not name.startswith(".")]
            for name in names:
                if not name.startswith((".", "~")) and not name.lower().endswith(PARTIAL):
                    yield Path(folder, name)


def _stamp(path: Path) -> Stamp | None:
    """The stamp of a plain file; None for what is none, or has gone since the folder was listed."""
    try:
        return Stamp.of(path) if path.is_file() and not path.is_symlink() else None
    except OSError:
        return None
