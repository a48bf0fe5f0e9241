"""A child process: started in a group of its own, watched, and ended with everything it started."""

from __future__ import annotations

import contextlib
import ctypes
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

PR_SET_PDEATHSIG = 1


@dataclass(frozen=True, slots=True)
class Program:
    """What to run under `name`: `command` is asked afresh for each start, `healthy` once it runs, with its name.

    A worker gets a new name with every start, because a lease must tell a dead
    worker from the one that took its place. One that `outlives` the others is
    ended after them, because they still need it while they end.
    """

    name: str
    command: Callable[[str], Sequence[str]]
    healthy: Callable[[str], bool]
    outlives: bool = False


class Child:
    """One start of a program, its output appended to `logs/<program>.log`."""

    def __init__(self, program: Program, name: str, logs: Path, environment: Mapping[str, str]) -> None:
        self.program = program
        self.name = name
        self.started = time.monotonic()
        with (logs / f"{program.name}.log").open("ab") as log:
            self._process = subprocess.Popen(
                program.command(name),
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=subprocess.STDOUT,
                env={**os.environ, **environment},
                # A group of its own: Ctrl-C in the terminal reaches the supervisor only, which ends all in order.
                start_new_session=True,
                preexec_fn=_end_with_parent if sys.platform == "linux" else None,
            )

    @property
    def pid(self) -> int:
        return self._process.pid

    @property
    def ended(self) -> bool:
        return self._process.poll() is not None

    @property
    def exit_code(self) -> int | None:
        return self._process.poll()

    def terminate(self) -> None:
        """Ask it to end."""
        with contextlib.suppress(ProcessLookupError):
            self._process.send_signal(signal.SIGTERM)

    def reap(self, seconds: float) -> None:
        """Wait until it has ended; after `seconds`, and for what it may have left in its group, use force."""
        with contextlib.suppress(subprocess.TimeoutExpired):
            self._process.wait(max(0.0, seconds))
        with contextlib.suppress(ProcessLookupError):
            os.killpg(self.pid, signal.SIGKILL)
        self._process.wait()


def _end_with_parent() -> None:
    # The kernel ends the child when the supervisor is killed and cannot do it any more.
    ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, signal.SIGTERM)
