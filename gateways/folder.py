"""A watched folder: files that have arrived whole are handed in, then moved out of the way.

A file is offered when it has stood still for a while and its end parses; one
whose end never parses is offered in the end as well, because a damaged fax must
reach a person too. Where the sender lays a marker file beside each finished
file, that decides instead. It works on NFS and SMB: nothing but listing, size,
time of change and renaming within the folder is asked of the file system.
"""

from __future__ import annotations

import os
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from gateways.endings import whole
from gateways.settling import Settling
from gateways.source import Away, NotYet, Offer, Opened, TooLarge

DONE = ".done"
# The names that programs give to files they are still writing.
PARTIAL = (".tmp", ".temp", ".part", ".partial", ".filepart", ".crdownload", ".writing")
# Files offered a look: what is left over is offered by the next.
BATCH = 500


class WatchedFolder:
    """Watches `folder` and what lies in it, but for hidden names.

    `marker` is the ending of the empty file that says another one is finished
    (`fax.tif.ok` for `.ok`); empty where the sender lays none.
    """

    kind = "folder"
    stays = False

    def __init__(
        self,
        name: str,
        folder: Path,
        settle_seconds: float,
        marker: str = "",
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self.name = name
        self.folder = folder
        self._marker = marker
        self._settling = Settling(settle_seconds, clock)

    def offers(self) -> list[Offer]:
        """Look once; return the files that have arrived, the oldest first."""
        try:
            found = {self._key(path): said for path in self._files() if (said := _plain(path))}
        except FileNotFoundError:
            raise Away("gone") from None
        except PermissionError:
            raise Away("credentials") from None
        except OSError:
            raise Away("unreachable") from None
        stamps = {key: _stamp(said) for key, said in found.items()}
        ready = [key for key in self._settling.settled(stamps) if self._arrived(key)]
        ready.sort(key=lambda key: (found[key].st_mtime_ns, key))
        return [Offer(key, stamps[key], found[key].st_size) for key in ready[:BATCH]]

    @contextmanager
    def open(self, offer: Offer, max_bytes: int) -> Iterator[Opened]:
        """Open it; raises NotYet when it is not the file that was offered, TooLarge, or OSError."""
        if offer.size > max_bytes:
            raise TooLarge
        path = self.folder / offer.key
        try:
            file = path.open("rb")
        except FileNotFoundError:
            raise NotYet from None
        with file:
            if _stamp(os.fstat(file.fileno())) != offer.stamp:
                raise NotYet
            yield Opened(file, path.name)

    def put_away(self, offer: Offer, opaque: str) -> None:
        """Move it to `.done`, unless it was written to meanwhile and is a new file. Raises OSError when refused."""
        path, done = self.folder / offer.key, self.folder / DONE
        said = _plain(path)
        if said and _stamp(said) == offer.stamp:
            done.mkdir(exist_ok=True)
            try:
                path.replace(done / opaque)
            except FileNotFoundError:
                # Over NFS a rename that was done may be answered so when the answer before was lost.
                if not (done / opaque).exists():
                    raise
        if self._marker:
            path.with_name(path.name + self._marker).unlink(missing_ok=True)

    def _arrived(self, key: str) -> bool:
        path = self.folder / key
        try:
            if self._marker:
                return path.with_name(path.name + self._marker).exists()
            return whole(path) or self._settling.impatient(key)
        except OSError:
            # Not to be read: opening it will fail, and be seen to.
            return True

    def _files(self) -> Iterator[Path]:
        # The folder itself must be there: os.walk says nothing of one that is away.
        self.folder.stat()
        for folder, folders, names in os.walk(self.folder):
            folders[:] = [name for name in folders if not name.startswith(".")]
            for name in names:
                marked = self._marker and name.endswith(self._marker)
                if not name.startswith((".", "~")) and not name.lower().endswith(PARTIAL) and not marked:
                    yield Path(folder, name)

    def _key(self, path: Path) -> str:
        return path.relative_to(self.folder).as_posix()


def _plain(path: Path) -> os.stat_result | None:
    """What is said of a plain file; None for what is none, or has gone since the folder was listed."""
    try:
        return path.stat() if path.is_file() and not path.is_symlink() else None
    except OSError:
        return None


def _stamp(said: os.stat_result) -> str:
    # No inode: on SMB it may be another one at every look.
    return f"{said.st_size}-{said.st_mtime_ns}"
