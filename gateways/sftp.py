"""An SFTP drop as a source: files that stand still are fetched, then renamed out of the way on the server."""

from __future__ import annotations

import stat
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path, PurePosixPath
from tempfile import NamedTemporaryFile

import paramiko
from paramiko.sftp_attr import SFTPAttributes

from config import SftpSettings
from gateways.endings import whole
from gateways.folder import BATCH, DONE, PARTIAL
from gateways.settling import Settling
from gateways.source import Away, NotYet, Offer, Opened, TooLarge

TIMEOUT = 15.0
CHUNK = 1 << 18
# Levels of folders that are looked into: a server's links may go in a circle.
DEPTH = 5


class SftpDrop:
    """A folder on an SFTP server, whose key must be known beforehand."""

    kind = "sftp"
    stays = False

    def __init__(self, said: SftpSettings, settle_seconds: float, clock: Callable[[], float] = time.monotonic) -> None:
        self.name = said.name
        self._said = said
        self._settling = Settling(settle_seconds, clock)
        self._client: paramiko.SSHClient | None = None
        self._sftp: paramiko.SFTPClient | None = None

    def offers(self) -> list[Offer]:
        """Look once; return the files that stood still since the look before, the oldest first."""
        with self._asking() as sftp:
            found = dict(self._files(sftp, "", DEPTH))
        stamps = {key: _stamp(said) for key, said in found.items()}
        ready = sorted(self._settling.settled(stamps), key=lambda key: (found[key].st_mtime or 0, key))
        return [Offer(key, stamps[key], found[key].st_size or 0) for key in ready[:BATCH]]

    @contextmanager
    def open(self, offer: Offer, max_bytes: int) -> Iterator[Opened]:
        """Fetch it to a temporary file; raises NotYet when it has changed, or its end does not parse yet."""
        if offer.size > max_bytes:
            raise TooLarge
        with NamedTemporaryFile(suffix=PurePosixPath(offer.key).suffix) as file:
            with self._asking() as sftp:
                try:
                    with sftp.open(self._path(offer.key), "rb") as far:
                        far.prefetch(offer.size)
                        while chunk := far.read(CHUNK):
                            file.write(chunk)
                        if _stamp(far.stat()) != offer.stamp:
                            raise NotYet
                except FileNotFoundError:
                    raise NotYet from None
            file.flush()
            if not whole(Path(file.name)) and not self._settling.impatient(offer.key):
                raise NotYet
            file.seek(0)
            yield Opened(file, PurePosixPath(offer.key).name)

    def put_away(self, offer: Offer, opaque: str) -> None:
        """Rename it into `.done`, unless it was written to meanwhile: then it is a new file."""
        path, done = self._path(offer.key), self._path(DONE)
        with self._asking() as sftp:
            try:
                if _stamp(sftp.stat(path)) != offer.stamp:
                    return
            except FileNotFoundError:
                return
            with suppress(OSError):
                sftp.mkdir(done)
            sftp.posix_rename(path, f"{done}/{opaque}")

    def _files(self, sftp: paramiko.SFTPClient, under: str, depth: int) -> Iterator[tuple[str, SFTPAttributes]]:
        for each in sftp.listdir_attr(self._path(under)):
            name, mode = each.filename, each.st_mode or 0
            if name.startswith((".", "~")):
                continue
            key = f"{under}/{name}" if under else name
            if stat.S_ISDIR(mode) and depth:
                yield from self._files(sftp, key, depth - 1)
            elif stat.S_ISREG(mode) and not name.lower().endswith(PARTIAL):
                yield key, each

    def _path(self, key: str) -> str:
        return str(PurePosixPath(self._said.path, key))

    @contextmanager
    def _asking(self) -> Iterator[paramiko.SFTPClient]:
        try:
            if self._sftp is None:
                self._sftp = self._signed_in()
            yield self._sftp
        except (paramiko.AuthenticationException, paramiko.BadHostKeyException, PermissionError):
            self._drop()
            raise Away("credentials") from None
        except FileNotFoundError:
            raise Away("gone") from None
        except (paramiko.SSHException, EOFError, OSError) as error:
            self._drop()
            # A server whose key is not known is refused by us, with the same exception as one that breaks off.
            raise Away("credentials" if "not found in known_hosts" in str(error) else "unreachable") from None

    def _signed_in(self) -> paramiko.SFTPClient:
        said = self._said
        self._client = paramiko.SSHClient()
        self._client.load_host_keys(str(said.known_hosts))
        self._client.set_missing_host_key_policy(paramiko.RejectPolicy())
        self._client.connect(
            said.host, said.port, said.user,
            password=said.password.get_secret_value() if said.password else None,
            key_filename=str(said.key_file) if said.key_file else None,
            timeout=TIMEOUT, banner_timeout=TIMEOUT, auth_timeout=TIMEOUT, allow_agent=False, look_for_keys=False,
        )  # fmt: skip
        sftp = self._client.open_sftp()
        sftp.get_channel().settimeout(TIMEOUT)
        return sftp

    def _drop(self) -> None:
        if self._client:
            self._client.close()
        self._client = self._sftp = None


def _stamp(said: SFTPAttributes) -> str:
    return f"{said.st_size}-{said.st_mtime}"
