"""Everything on one machine: starts the processes, replaces those that die, ends them all together."""

from __future__ import annotations

import secrets
import signal
import socket
import sys
import time
from collections.abc import Callable, Sequence
from types import FrameType

import structlog

from config import Settings
from flows.children import Child, Program
from flows.environment import HOST, answers, environment, server_up
from flows.logs import place
from store import ledger

log = structlog.get_logger()

START_SECONDS = 180.0
STOP_SECONDS = 20.0
# A program that dies younger than this is waited for before its next start, twice as long each time.
YOUNG_SECONDS = 10.0
LONGEST_PAUSE = 60.0
LOOK_SECONDS = 0.5
WORKER = (sys.executable, "-m", "flows.worker")


class Away(Exception):
    """Something needed is not there; the message is for whoever started the command."""


class Supervisor:
    """Runs programs until a signal comes. `report` is told, in words, what happens on the way."""

    def __init__(self, programs: Sequence[Program], settings: Settings, report: Callable[[str], None]) -> None:
        self._programs = programs
        self._settings = settings
        self._report = report
        self._logs = settings.data / "logs"
        self._children: dict[str, Child] = {}
        self._pauses: dict[str, float] = {}
        self._due: dict[str, float] = {}
        self._seen: set[str] = set()
        self._stopping = False

    def run(self, ready: Callable[[], None]) -> None:
        """Start all, call `ready` when all are healthy, return when all have ended after SIGINT or SIGTERM.

        Raises Away when they do not get healthy in time; none is left running then either.
        """
        self._logs.mkdir(parents=True, exist_ok=True)
        for each in (signal.SIGINT, signal.SIGTERM):
            signal.signal(each, self._stop)
        try:
            for program in self._programs:
                self._start(program)
            self._wait_until_healthy()
            if not self._stopping:
                ready()
            while not self._stopping:
                self._try_to_look_after()
                time.sleep(LOOK_SECONDS)
        finally:
            self._end_all()

    def _start(self, program: Program) -> None:
        name = f"{program.name}-{secrets.token_hex(4)}"
        child = Child(program, name, self._logs, environment(self._settings))
        self._children[program.name] = child
        log.info("child_started", child=name, pid=child.pid)

    def _wait_until_healthy(self) -> None:
        deadline = time.monotonic() + START_SECONDS
        waiting = {program.name for program in self._programs}
        while waiting and not self._stopping:
            for name in sorted(waiting):
                child = self._children.get(name)
                if child and child.program.healthy(child.name):
                    waiting.discard(name)
                    self._report(f"{name} is up")
            self._try_to_look_after()
            if waiting and time.monotonic() > deadline:
                raise Away(f"not up after {START_SECONDS:.0f} seconds: {', '.join(sorted(waiting))}; see {self._logs}")
            time.sleep(LOOK_SECONDS)

    def _try_to_look_after(self) -> None:
        try:
            self._look_after()
        except Exception as error:  # noqa: BLE001 - an edge: a busy ledger must not end all that runs
            log.error("supervisor", error=type(error).__name__, place=place(error))
            ledger.reconnect()

    def _look_after(self) -> None:
        now = time.monotonic()
        for program in self._programs:
            child = self._children.get(program.name)
            if child and child.ended:
                self._bury(child, now)
            elif child is None and now >= self._due[program.name]:
                self._start(program)
        self._kill_the_stuck()

    def _bury(self, child: Child, now: float) -> None:
        name = child.program.name
        log.error("child_died", child=child.name, exit_code=child.exit_code)
        self._report(f"{name} ended unexpectedly ({child.exit_code}) and is started again")
        child.reap(0)
        del self._children[name]
        young = now - child.started < YOUNG_SECONDS
        self._pauses[name] = min(LONGEST_PAUSE, max(1.0, 2 * self._pauses.get(name, 0.0))) if young else 0.0
        self._due[name] = now + self._pauses[name]
        ledger.gone(child.name)
        for document_id in ledger.sweep(dead=[child.name]):
            log.warning("lease_ended", document=document_id)

    def _kill_the_stuck(self) -> None:
        """End a process that was seen and is not seen any more: it hangs where its own watch cannot reach."""
        alive = {row.name for row in ledger.processes()}
        for child in self._children.values():
            if child.name in alive:
                self._seen.add(child.name)
            elif child.name in self._seen and not child.ended:
                log.error("child_stuck", child=child.name)
                child.reap(0)

    def _end_all(self) -> None:
        for last in (False, True):
            children = [child for child in self._children.values() if child.program.outlives == last]
            deadline = time.monotonic() + STOP_SECONDS
            for child in children:
                child.terminate()
            for child in children:
                child.reap(deadline - time.monotonic())
                log.info("child_stopped", child=child.name)

    def _stop(self, signum: int, frame: FrameType | None) -> None:
        if not self._stopping:
            self._report("stopping")
        self._stopping = True


def everything(settings: Settings, worker: Sequence[str] = WORKER) -> list[Program]:
    """Return the programs of `up`: Prefect's server, the desk, the schedules, and the workers."""
    own = "127.0.0.1" if settings.host in ("0.0.0.0", "::") else settings.host
    return [
        Program("prefect", lambda _: _prefect(settings), lambda _: server_up(settings), outlives=True),
        Program("desk", lambda _: _desk(settings), lambda _: answers(own, settings.port)),
        Program("schedules", lambda name: (sys.executable, "-m", "flows.schedules", name), _alive),
        *workers(settings.workers, worker),
    ]


def workers(number: int, worker: Sequence[str] = WORKER) -> list[Program]:
    """Return the programs of `work`."""
    return [Program(f"worker-{each}", lambda name: (*worker, name), _alive) for each in range(1, number + 1)]


def free_ports(settings: Settings) -> None:
    """Raise Away where a port that `up` needs is taken."""
    for host, port in ((settings.host, settings.port), (HOST, settings.prefect_port)):
        with socket.socket(socket.AF_INET6 if ":" in host else socket.AF_INET) as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            try:
                probe.bind((host, port))
            except OSError:
                raise Away(f"port {port} on {host} cannot be had; is another clearorder running?") from None


def _alive(name: str) -> bool:
    try:
        return any(row.name == name for row in ledger.processes())
    except ledger.LedgerAway:
        ledger.reconnect()
        return False


def _prefect(settings: Settings) -> Sequence[str]:
    # Its services schedule deployments and run automations; here the schedules process and the ledger do.
    address = ("--host", HOST, "--port", str(settings.prefect_port))
    return (sys.executable, "-m", "prefect", "server", "start", *address, "--no-services", "--log-level", "WARNING")


def _desk(settings: Settings) -> Sequence[str]:
    address = ("--host", settings.host, "--port", str(settings.port))
    quiet = ("--log-level", "warning", "--no-access-log", "--no-ws")
    # Each thread holds a connection to the database; a desk of a few clerks needs no more.
    size = ("--workers", "1", "--blocking-threads", "8")
    return (sys.executable, "-m", "granian", "--interface", "wsgi", *address, *size, *quiet, "desk.wsgi:application")
