"""How a process of `flows` is asked to end."""

from __future__ import annotations

import signal

from prefect.exceptions import TerminationSignal

# What ends a process in the middle of its work; in a flow run, Prefect turns SIGTERM into an exception of its own.
INTERRUPTS = (KeyboardInterrupt, SystemExit, TerminationSignal)


def end_on_sigterm() -> None:
    """Let SIGTERM raise SystemExit in the main thread, so that work in hand can be given back."""
    signal.signal(signal.SIGTERM, _end)


def masked(error: BaseException) -> bool:
    """Whether the process was asked to end and `error` came of it, for instance in telling a server that is away."""
    seen: BaseException | None = error
    while seen is not None:
        if isinstance(seen, INTERRUPTS):
            return True
        seen = seen.__cause__ or seen.__context__
    return False


def no_more() -> None:
    """Let a second SIGTERM not interrupt the ending itself."""
    signal.signal(signal.SIGTERM, signal.SIG_IGN)


def _end(signum: int, frame: object) -> None:
    raise SystemExit(0)
