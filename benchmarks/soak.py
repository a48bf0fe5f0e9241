"""A site under load and faults: nothing lost, nothing twice, nothing leaked.

    python -m benchmarks.soak --documents 10000 --engine postgresql --workers 3

Documents come from a folder, a bucket and a mailbox at once (real servers on
loopback) while, every few seconds, a process is killed with SIGKILL or a server
is stopped. Then the books must balance and no patient's name may stand in any
log, table of the orchestrator, metric, process argument or leftover file.
"""

from __future__ import annotations

import json
import os
import random
import signal
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated

import typer

from benchmarks.servers import (
    HOST,
    IMAP_PASSWORD,
    S3_KEYS,
    Dovecot,
    PostgreSQL,
    free_port,
    imap_server,
    postgresql,
    s3_client,
    s3_server,
)
from benchmarks.soaking.documents import Handed, hand_in

ROOT = Path(__file__).parents[1]
LEASE_SECONDS = 10.0
DOWN_SECONDS = 2.0
LOOK_SECONDS = 1.0
RARELY = 0.03


@dataclass(frozen=True, slots=True)
class Result:
    """What a soak found. All counts but the first three must be 0 and `faults` empty."""

    documents: int
    seconds: float
    struck: dict[str, int]
    lost: int
    read_twice: int
    sent_twice: int
    unfinished: int
    set_aside: int
    faults: tuple[str, ...]
    leaks: tuple[str, ...]
    sources: tuple[str, ...]

    @property
    def good(self) -> bool:
        wrong = self.lost + self.read_twice + self.sent_twice + self.unfinished + self.set_aside
        return not wrong and not self.faults and not self.leaks


class Soaked:
    """A site with its servers, in a throw-away folder."""

    def __init__(self, folder: Path, engine: str, workers: int, stack: ExitStack, prefect: bool) -> None:
        self.data = folder / "data"
        self.prefect = prefect
        self.s3 = stack.enter_context(s3_server("faxes", "documents"))
        self.mail: Dovecot = stack.enter_context(imap_server())
        self.postgres: PostgreSQL | None = stack.enter_context(postgresql()) if engine == "postgresql" else None
        port = free_port()
        sources = [
            {"kind": "s3", "name": "bucket", "bucket": "faxes", "prefix": "in/", "done_prefix": "done/",
             "endpoint": self.s3},
            {"kind": "imap", "name": "mail", "host": HOST, "port": self.mail.port, "security": "none", "user": "soak",
             "password": IMAP_PASSWORD, "done_folder": "Done"},
        ]  # fmt: skip
        said = {
            "DATA": str(self.data), "WORKERS": str(workers), "LEASE_SECONDS": str(LEASE_SECONDS),
            "POLL_SECONDS": "0.2", "SETTLE_SECONDS": "0.2", "SOURCE_SECONDS": "0.5", "BLIND_SHARE": "0",
            "SOURCE_ATTEMPTS": "50", "ATTEMPTS": "20", "MOST_WAITING": "1000", "PORT": str(port),
            "PREFECT_PORT": str(free_port()), "SOURCES": json.dumps(sources), "S3_ENDPOINT": self.s3,
        }  # fmt: skip
        if self.postgres:
            said |= {"DATABASE_URL": self.postgres.create("soak"), "DOCUMENTS_S3": "s3://documents/store"}
        self.environment = {**os.environ, **S3_KEYS, **{f"CLEARORDER_{name}": value for name, value in said.items()}}
        self.run("-m", "clearorder", "init")

    def run(self, *words: str) -> str:
        """Run a program of the site to its end; return what it printed."""
        done = subprocess.run(
            [sys.executable, *words], cwd=ROOT, env=self.environment, capture_output=True, text=True, check=False
        )
        if not done.stdout:
            raise RuntimeError(done.stderr[-2000:])
        return done.stdout

    @contextmanager
    def running(self) -> Iterator[subprocess.Popen[str]]:
        """Run the supervisor meanwhile."""
        words = ["-m", "benchmarks.soaking.site", *(["prefect"] if self.prefect else [])]
        with (self.data.parent / "supervisor.out").open("w+") as out:
            process = subprocess.Popen(
                [sys.executable, *words], cwd=ROOT, env=self.environment, stdout=out, stderr=out, text=True
            )
            try:
                yield process
            finally:
                process.send_signal(signal.SIGTERM)
                process.wait(90)

    def children(self) -> dict[str, int]:
        """The process ids of the supervisor's living children, by their names."""
        try:
            lines = (self.data / "logs" / "supervisor.log").read_text().splitlines()
        except FileNotFoundError:
            return {}
        started = [json.loads(line) for line in lines if '"child_started"' in line]
        return {each["child"]: each["pid"] for each in started if Path(f"/proc/{each['pid']}").exists()}


class Faults:
    """Strikes one thing after the other, by chance with a fixed seed, and counts what it did."""

    def __init__(self, site: Soaked, every: float) -> None:
        self.struck: Counter[str] = Counter()
        self._site, self._every = site, every
        self._chance = random.Random(88)
        self._next = time.monotonic() + every
        kinds: list[tuple[str, Callable[[], bool]]] = [
            ("worker killed", lambda: self._kill("worker")),
            ("worker killed", lambda: self._kill("worker")),
            ("schedules killed", lambda: self._kill("schedules")),
            ("mail server stopped", self._mail),
        ]
        if site.prefect:
            kinds.append(("Prefect server killed", lambda: self._kill("prefect")))
        if site.postgres:
            kinds.append(("PostgreSQL stopped at once", self._database))
        self._kinds = kinds

    def strike(self) -> None:
        """Strike if the time has come."""
        if time.monotonic() < self._next:
            return
        name, act = self._chance.choice(self._kinds)
        self.struck[name] += act()
        self._next = time.monotonic() + self._every * self._chance.uniform(0.5, 1.5)

    def _kill(self, kind: str) -> bool:
        pids = [pid for name, pid in self._site.children().items() if name.startswith(kind)]
        if pids:
            os.kill(self._chance.choice(pids), signal.SIGKILL)
        return bool(pids)

    def _mail(self) -> bool:
        self._site.mail.stop()
        time.sleep(DOWN_SECONDS)
        self._site.mail.start()
        return True

    def _database(self) -> bool:
        assert self._site.postgres
        self._site.postgres.kill()
        time.sleep(DOWN_SECONDS)
        self._site.postgres.start("fsync=off", "full_page_writes=off")
        return True


# What is asked of the ledger, in a process of its own with the site's settings.
STANDING = """
import json, sys
from store import ledger
from store.models import SourceItem
said = ledger.counts()
left = sum(said.documents.get(each, 0) for each in ("received", "reading")) + said.outbox.get("waiting", 0)
print(json.dumps([sum(said.documents.values()), left + len(ledger.due()),
                  SourceItem.objects.filter(state__in=("taken", "done")).count()]))
"""
BOOKS = """
import json
from django.db.models import Count
from store import ledger
from store.models import Document, Event, OutboxItem, SourceItem
verbs = lambda verb, by: Event.objects.filter(verb=verb).values(by).annotate(n=Count("*")).filter(n__gt=1).count()
print(json.dumps({
    "contents": list(Document.objects.values_list("sha256", flat=True)),
    "read_twice": verbs("document_read", "document"),
    "sent_twice": Event.objects.filter(verb="outbox_sent").count() - OutboxItem.objects.filter(state="sent").count(),
    "unfinished": Document.objects.exclude(state="read").count(),
    "set_aside": SourceItem.objects.filter(state="aside").count(),
    "faults": ledger.verify(),
    "sources": [f"{each.name}: {each.failure or 'answers'}, {each.failing} failing" for each in ledger.sources()],
}))
"""


def soak(documents: int, engine: str, workers: int, every: float, limit: float, prefect: bool = False) -> Result:
    """Run a soak to its end; `every` is the seconds between two faults, 0 for none, `limit` when it is given up."""
    with tempfile.TemporaryDirectory(prefix="clearorder-soak-") as folder, ExitStack() as stack:
        site = Soaked(Path(folder), engine, workers, stack, prefect)
        handed = hand_in(documents, site.data / "inbox", site.s3, site.mail)
        arguments: set[str] = set()
        started = time.monotonic()
        with site.running():
            faults = Faults(site, every) if every else None
            asked = started
            while (now := time.monotonic()) - started < limit:
                if faults:
                    faults.strike()
                arguments |= _arguments()
                # Asking costs a second of a processor: the longer it lasts, the more seldom.
                if now - asked > (now - started) * RARELY + LOOK_SECONDS:
                    if _finished(site, handed):
                        break
                    asked = time.monotonic()
                time.sleep(LOOK_SECONDS)
            seconds = time.monotonic() - started
        books = json.loads(site.run("-c", BOOKS))
        return Result(
            len(handed.contents), seconds, dict(faults.struck) if faults else {},
            len(handed.contents - set(books["contents"])), books["read_twice"], books["sent_twice"],
            books["unfinished"], books["set_aside"], tuple(books["faults"]), tuple(_leaks(site, handed, arguments)),
            tuple(books["sources"]),
        )  # fmt: skip


def _finished(site: Soaked, handed: Handed) -> bool:
    try:
        there, left, taken = json.loads(site.run("-c", STANDING))
    except RuntimeError:
        return False
    at_source = s3_client(site.s3).list_objects_v2(Bucket="faxes", Prefix="in/").get("KeyCount", 0)
    inbox = any(not path.name.startswith(".") for path in (site.data / "inbox").iterdir())
    return there >= len(handed.contents) and not left and taken >= handed.things and not at_source and not inbox


def _arguments() -> set[str]:
    """The command lines of all processes there are."""
    found = set()
    for path in Path("/proc").glob("[0-9]*/cmdline"):
        try:
            found.add(path.read_bytes().replace(b"\0", b" ").decode(errors="replace"))
        except OSError:
            continue
    return found


def _leaks(site: Soaked, handed: Handed, arguments: set[str]) -> Iterator[str]:
    """Name each place outside ledger and document store where a patient's name stands."""
    names = [each.encode() for each in handed.families]
    metrics = site.run("-c", "from store import ledger; print(ledger.measures())")
    places = {"process arguments": " ".join(arguments).encode(), "metrics": metrics.encode()}
    for root in (site.data / "logs", site.data / "prefect", site.data / "tmp"):
        places |= {str(path.relative_to(site.data)): path.read_bytes() for path in root.rglob("*") if path.is_file()}
    places["supervisor's output"] = (site.data.parent / "supervisor.out").read_bytes()
    places["file names of the outbox"] = " ".join(map(str, (site.data / "outbox").rglob("*"))).encode()
    for place, said in places.items():
        if found := sum(name in said for name in names):
            yield f"{place}: {found} names"


def main(
    documents: Annotated[int, typer.Option(help="Documents handed in.")] = 10_000,
    engine: Annotated[str, typer.Option(help="sqlite (documents in a folder) or postgresql (in a bucket).")] = "sqlite",
    workers: Annotated[int, typer.Option(help="Worker processes.")] = 3,
    every: Annotated[float, typer.Option(help="Seconds between two faults, 0 for none.")] = 5.0,
    limit: Annotated[float, typer.Option(help="Seconds after which it is given up.")] = 3600.0,
    prefect: Annotated[bool, typer.Option(help="With Prefect's server and the desk.")] = False,
) -> None:
    """Soak a site and print what was found; exit code 1 where anything was lost, twice or leaked."""
    found = soak(documents, engine, workers, every, limit, prefect)
    print(json.dumps({name: getattr(found, name) for name in Result.__slots__}, indent=1))
    print(f"{found.documents / found.seconds:.1f} documents a second; {'good' if found.good else 'NOT GOOD'}")
    raise typer.Exit(0 if found.good else 1)


if __name__ == "__main__":
    typer.run(main)
