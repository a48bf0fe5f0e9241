"""Reading foreign bytes in a child process, so that its death is a named state and never the caller's.

The child is warm (models loaded), is bound in memory, CPU time a page and open
files, and is replaced after a number of documents. Parent and child speak over
pipes in length-prefixed messages of `documents.wire`; a page arrives as soon
as it is read, so what was read before a crash is kept.
"""

from __future__ import annotations

import atexit
import contextlib
import json
import os
import resource
import selectors
import signal
import struct
import subprocess
import sys
import time
from collections.abc import Callable, Sequence
from dataclasses import asdict
from pathlib import Path
from typing import BinaryIO

from documents import wire
from documents.assembly import assemble
from documents.faults import MESSAGES, fault
from documents.limits import Limits
from documents.page import Document, Fault, Page, Unreadable

USES = 100
MEMORY = 3 * 2**29
PAGE_CPU_SECONDS = 15
PAGE_WALL_SECONDS = 90.0
REREAD_SECONDS = 20.0
MAX_MESSAGE = 200 * 2**20
RESTING = 900 * 2**20

_LENGTH = struct.Struct(">Q")
_ROOT = Path(__file__).parent.parent


class _Gone(Exception):
    """The child died, was killed, or spoke nonsense; `code` says which fault that is."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


class Reader:
    """A warm child that reads documents one after the other. Not for several threads at once."""

    def __init__(self, uses: int = USES, memory: int = MEMORY, page_seconds: int = PAGE_CPU_SECONDS) -> None:
        """`uses` documents a child, `memory` bytes of address space, `page_seconds` of CPU time a page."""
        self._uses = uses
        self._bounds = [str(memory), str(page_seconds)]
        self._child: subprocess.Popen[bytes] | None = None
        self._left = 0

    def read(
        self, data: bytes, name: str, limits: Limits | None = None, on_page: Callable[[int], None] | None = None
    ) -> Document:
        """Read a file; same result and errors as `documents.reader.read`.

        A child that dies or takes too long raises Unreadable("crashed") or
        Unreadable("timeout") when it had read no page, else the pages that it
        had read are kept and the fault says where it ended. `on_page` is told
        each page's number as it is done.
        """
        limits = limits or Limits()
        if len(data) > limits.max_bytes:
            raise Unreadable("too_large")
        found: list[Page | Fault] = []
        deadline = time.monotonic() + limits.seconds + 5
        try:
            child = self._ready()
            self._left -= 1
            _send(child, json.dumps({"name": name, **asdict(limits)}).encode(), deadline)
            _send(child, data, deadline)
            while (message := _receive(child, min(deadline, time.monotonic() + PAGE_WALL_SECONDS))) != b"":
                found.append(_understood(message))
                if on_page and isinstance(found[-1], Page):
                    on_page(found[-1].number)
        except _Gone as gone:
            self.close()
            if not any(isinstance(item, Page) for item in found):
                raise Unreadable(gone.code) from None
            found.append(fault(gone.code, _last(found) + 1))
        except Unreadable as error:
            if error.code == "timeout":
                # A program that it had started goes with it.
                self.close()
            raise
        except BaseException:
            # Interrupted: what the child still has to say would be taken for the next document's pages.
            self.close()
            raise
        if self._left <= 0 or _resting(child.pid) > RESTING:
            self.close()
        return assemble(data, name, found, limits)

    def reread(self, page: Page, lines: Sequence[int], seconds: float = REREAD_SECONDS) -> Page:
        """Return the page with its `lines` read by the second reader; see `documents.second.reread`.

        A child that dies or takes longer than `seconds` leaves the page as it
        was: its words' `second` says that nobody was asked.
        """
        deadline = time.monotonic() + seconds + 5
        try:
            child = self._ready()
            _send(child, json.dumps({"lines": list(lines), "seconds": seconds}).encode(), deadline)
            _send(child, wire.pack(page), deadline)
            return wire.with_seconds(page, _receive(child, deadline))
        except (_Gone, ValueError, TypeError):
            self.close()
            return page
        except BaseException:
            self.close()
            raise

    def _ready(self) -> subprocess.Popen[bytes]:
        if self._child is None or self._child.poll() is not None:
            self.close()
            environment = {key: value for key, value in os.environ.items() if key in ("PATH", "LANG", "LC_ALL", "HOME")}
            environment |= {"OMP_NUM_THREADS": "1", "OMP_THREAD_LIMIT": "1"}
            self._child = subprocess.Popen(
                [sys.executable, "-m", "documents.sandbox", *self._bounds],
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=subprocess.DEVNULL,
                cwd=_ROOT,
                env=environment,
                start_new_session=True,
            )
            self._left = self._uses
        return self._child

    @property
    def child(self) -> int | None:
        """The process id of the warm child, while there is one."""
        return self._child.pid if self._child else None

    def close(self) -> None:
        """End the child, if there is one."""
        if self._child is not None:
            with contextlib.suppress(ProcessLookupError):
                os.killpg(self._child.pid, signal.SIGKILL)
            self._child.wait()
            for pipe in (self._child.stdin, self._child.stdout):
                if pipe is not None:
                    with contextlib.suppress(OSError):
                        pipe.close()
            self._child = None


_reader: Reader | None = None


def read_safely(
    data: bytes, name: str, limits: Limits | None = None, on_page: Callable[[int], None] | None = None
) -> Document:
    """Read a file in this process's warm child; see `Reader.read`."""
    return _shared().read(data, name, limits, on_page)


def reread_safely(page: Page, lines: Sequence[int], seconds: float = REREAD_SECONDS) -> Page:
    """Have this process's warm child read lines again; see `Reader.reread`."""
    return _shared().reread(page, lines, seconds)


def _shared() -> Reader:
    global _reader
    if _reader is None:
        _reader = Reader()
        atexit.register(_reader.close)
    return _reader


def _last(found: Sequence[Page | Fault]) -> int:
    """Return the number of the last page that was told of."""
    return max((item.number if isinstance(item, Page) else item.page or 0 for item in found), default=0)


def _understood(message: bytes) -> Page | Fault:
    try:
        if message.startswith(b"!"):
            code = message[1:].decode("ascii")
            raise Unreadable(code if code in MESSAGES else "crashed")
        return wire.unpack(message)
    except (ValueError, KeyError, TypeError) as error:
        raise _Gone("crashed") from error


def _send(child: subprocess.Popen[bytes], data: bytes, deadline: float) -> None:
    assert child.stdin is not None
    descriptor = child.stdin.fileno()
    os.set_blocking(descriptor, False)
    view = memoryview(_LENGTH.pack(len(data)) + data)
    while view:
        _wait(descriptor, selectors.EVENT_WRITE, deadline)
        try:
            view = view[os.write(descriptor, view[: 1 << 20]) :]
        except BlockingIOError:
            continue
        except OSError as error:
            raise _Gone(_cause(child)) from error


def _receive(child: subprocess.Popen[bytes], deadline: float) -> bytes:
    length = _LENGTH.unpack(_take(child, _LENGTH.size, deadline))[0]
    if length > MAX_MESSAGE:
        raise _Gone("crashed")
    return _take(child, length, deadline)


def _take(child: subprocess.Popen[bytes], count: int, deadline: float) -> bytes:
    assert child.stdout is not None
    parts = bytearray()
    while len(parts) < count:
        _wait(child.stdout.fileno(), selectors.EVENT_READ, deadline)
        part = os.read(child.stdout.fileno(), min(1 << 20, count - len(parts)))
        if not part:
            raise _Gone(_cause(child))
        parts += part
    return bytes(parts)


def _wait(descriptor: int, event: int, deadline: float) -> None:
    with selectors.DefaultSelector() as selector:
        selector.register(descriptor, event)
        if not selector.select(max(0.0, deadline - time.monotonic())):
            raise _Gone("timeout")


def _resting(child: int) -> int:
    """Return the bytes of memory that a process holds; 0 where the system does not tell."""
    # Its own ru_maxrss would not do: that starts with what its parent held.
    try:
        return int(Path(f"/proc/{child}/statm").read_text().split()[1]) * resource.getpagesize()
    except (OSError, IndexError):
        return 0


def _cause(child: subprocess.Popen[bytes]) -> str:
    """Return why a child has closed its pipes: the kernel ends one that used up its CPU time."""
    try:
        ended = child.wait(5)
    except subprocess.TimeoutExpired:
        return "crashed"
    return "timeout" if ended == -signal.SIGXCPU else "crashed"


def _allow_cpu(seconds: int) -> None:
    """Give the process another page's worth of CPU time."""
    used = resource.getrusage(resource.RUSAGE_SELF)
    hard = resource.getrlimit(resource.RLIMIT_CPU)[1]
    resource.setrlimit(resource.RLIMIT_CPU, (int(used.ru_utime + used.ru_stime) + seconds, hard))


def _serve(source: BinaryIO, sink: BinaryIO, page_seconds: int) -> None:
    """Answer requests until the parent hangs up."""
    from documents.reader import each

    while request := _asked(source):
        settings = json.loads(request)
        data = _asked(source)
        _allow_cpu(page_seconds)
        if "lines" in settings:
            _say(sink, _read_again(data, **settings))
            continue
        name = settings.pop("name")
        try:
            for item in each(data, name, Limits(**settings)):
                _say(sink, wire.pack(item))
                _allow_cpu(page_seconds)
        except Unreadable as error:
            _say(sink, b"!" + error.code.encode("ascii"))
        except MemoryError:
            _say(sink, b"!too_large")
        except Exception:  # noqa: BLE001 - the edge: whatever foreign bytes provoke is one named state
            _say(sink, b"!crashed")
        else:
            _say(sink, b"")


def _read_again(data: bytes, lines: Sequence[int], seconds: float) -> bytes:
    """Return what the second reader says of a page, or of its silence when it chokes on it."""
    from documents.second import reread

    page = wire.unpack(data)
    assert isinstance(page, Page)
    try:
        return wire.pack_seconds(reread(page, lines, seconds))
    except Exception:  # noqa: BLE001 - the edge: the picture came out of foreign bytes
        return wire.pack_seconds(page)


def _asked(source: BinaryIO) -> bytes:
    head = source.read(_LENGTH.size)
    return source.read(_LENGTH.unpack(head)[0]) if len(head) == _LENGTH.size else b""


def _say(sink: BinaryIO, message: bytes) -> None:
    sink.write(_LENGTH.pack(len(message)) + message)
    sink.flush()


def _main() -> None:
    memory, page_seconds = int(sys.argv[1]), int(sys.argv[2])
    resource.setrlimit(resource.RLIMIT_AS, (memory, memory))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    resource.setrlimit(resource.RLIMIT_NOFILE, (256, 256))
    resource.setrlimit(resource.RLIMIT_FSIZE, (256 * 2**20, 256 * 2**20))
    sys.setrecursionlimit(3000)
    source, sink = os.fdopen(os.dup(0), "rb"), os.fdopen(os.dup(1), "wb")
    # What a library prints must not mix with the answers.
    quiet = os.open(os.devnull, os.O_RDWR)
    for descriptor in (0, 1):
        os.dup2(quiet, descriptor)
    _serve(source, sink, page_seconds)


if __name__ == "__main__":
    _main()
