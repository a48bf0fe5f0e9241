"""The document store: bytes kept under their SHA-256, written once and never changed.

One interface over a folder here and a bucket (`store.objects`): whoever keeps
bytes names them by hash and says they are durable only when they are.
"""

from __future__ import annotations

import hashlib
import io
import os
import tempfile
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import BinaryIO, Protocol

from config import settings

CHUNK = 1 << 20


class DocumentStore(Protocol):
    """Somewhere that keeps bytes under their hash."""

    def put(self, source: bytes | BinaryIO) -> tuple[str, int]:
        """Keep the bytes; return their SHA-256 (hexadecimal) and their number once they are durable."""

    def get(self, sha256: str) -> bytes:
        """Return the bytes; raises KeyError when they are not here."""

    def chunks(self, sha256: str) -> Iterator[bytes]:
        """Yield the bytes a megabyte at a time; raises KeyError when they are not here."""

    def has(self, sha256: str) -> bool:
        """Whether the bytes are here."""

    def remove(self, sha256: str) -> None:
        """Remove the bytes, if they are here."""


class FolderStore:
    """A document store in a folder: `ab/abcdef…`, each file written beside, synced, and renamed into place."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def put(self, source: bytes | BinaryIO) -> tuple[str, int]:
        """Keep the bytes; return their SHA-256 and their number. Raises OSError when the disk refuses."""
        stream = io.BytesIO(source) if isinstance(source, bytes) else source
        self.folder.mkdir(parents=True, exist_ok=True)
        digest, size = hashlib.sha256(), 0
        with tempfile.NamedTemporaryFile(dir=self.folder, prefix=".new-", delete=False) as draft:
            try:
                while chunk := stream.read(CHUNK):
                    draft.write(chunk)
                    digest.update(chunk)
                    size += len(chunk)
                draft.flush()
                target = self._path(digest.hexdigest())
                if target.exists():
                    Path(draft.name).unlink()
                else:
                    os.fsync(draft.fileno())
                    target.parent.mkdir(exist_ok=True)
                    Path(draft.name).rename(target)
                    sync_folder(target.parent)
                    sync_folder(self.folder)
            except OSError:
                Path(draft.name).unlink(missing_ok=True)
                raise
        return digest.hexdigest(), size

    def get(self, sha256: str) -> bytes:
        """Return the bytes; raises KeyError when they are not here."""
        return b"".join(self.chunks(sha256))

    def chunks(self, sha256: str) -> Iterator[bytes]:
        """Yield the bytes a megabyte at a time; raises KeyError when they are not here."""
        try:
            file = self._path(sha256).open("rb")
        except FileNotFoundError:
            raise KeyError(sha256) from None
        with file:
            while chunk := file.read(CHUNK):
                yield chunk

    def has(self, sha256: str) -> bool:
        """Whether the bytes are here."""
        return self._path(sha256).exists()

    def remove(self, sha256: str) -> None:
        """Remove the bytes, if they are here."""
        self._path(sha256).unlink(missing_ok=True)

    def _path(self, sha256: str) -> Path:
        return self.folder / sha256[:2] / sha256


def sync_folder(folder: Path) -> None:
    """Make the folder's entries durable: without it a renamed file may be lost in a power cut."""
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def intact(store: DocumentStore, sha256: str) -> bool:
    """Whether the bytes are here and still have their hash."""
    digest = hashlib.sha256()
    try:
        for chunk in store.chunks(sha256):
            digest.update(chunk)
    except KeyError:
        return False
    return digest.hexdigest() == sha256


@cache
def document_store() -> DocumentStore:
    """Return the document store that the settings name."""
    site = settings()
    if not site.documents_s3:
        return FolderStore(site.documents_folder)
    # Imported here: boto3 costs a third of a second, which an installation on a folder need not pay.
    from store.objects import ObjectStore

    return ObjectStore(site.documents_s3, site.s3_endpoint)
