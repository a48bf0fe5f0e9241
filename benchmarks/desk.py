"""The desk on a full ledger: `python -m benchmarks.desk --orders 100000`.

Makes ledgers of 1,000 and of `--orders` orders directly in the tables, on
SQLite or on a throw-away PostgreSQL (`--postgresql`), and prints for every page
and fragment the server's CPU (ms, median and 95th percentile) and the number of
queries on both; then 20 clerks at once on loopback: requests, errors, waiting.
"""

from __future__ import annotations

import argparse
import os
import secrets
import socket
import statistics
import subprocess
import sys
import tempfile
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager, nullcontext
from dataclasses import dataclass
from pathlib import Path

AIM_MEDIAN, AIM_P95, AIM_IMAGE = 50.0, 150.0, 300.0
SMALL = 1000
SECONDS = 30.0


@dataclass(frozen=True, slots=True)
class Measured:
    """A page: server CPU in milliseconds, queries, and the status it answered with."""

    name: str
    median: float
    p95: float
    queries: int
    status: int


def addresses(made: object) -> list[tuple[str, str, dict[str, str] | None]]:
    """Return every page and fragment: its name, address, and what is posted to it."""
    order, document = f"/orders/{made.review}/", f"/documents/{made.document}/"
    span = "days=90"
    return [
        *[(f"queue {state}", f"/queue/{state}/", None) for state in ("review", "clarification", "ready", "delivered")],
        ("queue, by name", "/queue/review/narrow", {"text": "Harlow"}),
        ("queue, by problem", "/queue/review/narrow", {"text": "", "problem": "signature"}),
        ("queue, as before", "/queue/review/narrow", {"text": ""}),
        ("counts", "/counts", None),
        ("order", order, None),
        ("field", f"{order}field", {"path": "patient.given", "typed": "Lucia"}),
        ("hold", f"{order}hold", {}),
        ("letter", f"{order}letter.png", None),
        ("page image", f"{document}pages/1.png", None),
        ("page words", f"{document}pages/1/words.json", None),
        ("document", document, None),
        ("failed", "/failed/", None),
        ("status", "/status/", None),
        ("figures", "/figures/", None),
        *[(f"dashboard {days} days", f"/dashboard/?days={days}", None) for days in (30, 90, 365)],
        ("problems", f"/dashboard/problems/?{span}", None),
        ("referrers", f"/dashboard/referrers/?{span}", None),
        ("scorecard", f"/dashboard/referrers/{made.referrer}/?{span}", None),
        ("sheet for the office", f"/dashboard/referrers/{made.referrer}/sheet.pdf?{span}", None),
        ("people", f"/dashboard/people/?{span}", None),
        ("behind a cause", f"/dashboard/orders/?{span}&cause=signature", None),
        ("behind the slowest", f"/dashboard/orders/?{span}&stage=review&slow=1", None),
        ("CSV", f"/dashboard/referrers.csv?{span}", None),
        ("programs", "/programs/", None),
    ]


def measure(made: object, rounds: int) -> list[Measured]:
    """Ask for each page `rounds` times with nothing kept from before, as the administrator."""
    from django.contrib.auth import get_user_model
    from django.core.cache import cache
    from django.db import connection
    from django.test import Client
    from django.test.utils import CaptureQueriesContext

    from store import ledger

    client = Client(SERVER_NAME="127.0.0.1")
    client.force_login(get_user_model().objects.get(username="root"))

    def ask(where: str, posted: dict[str, str] | None) -> int:
        cache.clear()
        if posted is None:
            return client.get(where).status_code
        if where.endswith("field"):
            posted = {**posted, "version": str(ledger.case(made.review).version)}
        return client.post(where, posted, headers={"HX-Request": "true"}).status_code

    found = []
    for name, where, posted in addresses(made):
        ask(where, posted)
        with CaptureQueriesContext(
            connection,
        ) as queries:
            status = ask(where, posted)
            asked = len(queries)
        times = []
        for _ in range(rounds):
            before = time.process_time()
            ask(where, posted)
            times.append(1000 * (time.process_time() - before))
        p95 = sorted(times)[int(0.95 * len(times))]
        found.append(Measured(name, statistics.median(times), p95, asked, status))
    return found


@contextmanager
def serving(port: int) -> Iterator[None]:
    """Run the desk as `up` does, on `port`."""
    address = ("--host", "127.0.0.1", "--port", str(port))
    size = ("--workers", "1", "--blocking-threads", "8", "--log-level", "warning", "--no-ws")
    command = [sys.executable, "-m", "granian", "--interface", "wsgi", *address, *size, "desk.wsgi:application"]
    process = subprocess.Popen(command, env=dict(os.environ))
    try:
        deadline = time.monotonic() + 60
        while time.monotonic() < deadline:
            with socket.socket() as probe:
                if probe.connect_ex(("127.0.0.1", port)) == 0:
                    break
            time.sleep(0.2)
        yield
    finally:
        process.terminate()
        process.wait(30)


def clerks(port: int, seconds: float) -> tuple[Counter[int], list[float], list[float]]:
    """Let 20 clerks work at once; return answers by status, and seconds waited for pages and for page images."""
    from benchmarks.desk_ledger import CLERKS
    from store import ledger

    rows = ledger.queue("review", limit=400)
    share = max(1, len(rows) // len(CLERKS))
    answers: Counter[int] = Counter()
    waits: list[float] = []
    images: list[float] = []
    until = time.monotonic() + seconds
    threads = [
        threading.Thread(
            target=_work,
            args=(
                port,
                name,
                rows[at * share : (at + 1) * share],
                until,
                lambda *told: _tell(answers, waits, images, told),
            ),
        )
        for at, name in enumerate(CLERKS)
    ]
    for each in threads:
        each.start()
    for each in threads:
        each.join()
    return answers, waits, images


def _tell(answers: Counter[int], waits: list[float], images: list[float], told: tuple[int, float, bool]) -> None:
    status, waited, image = told
    answers[status] += 1
    (images if image else waits).append(waited)


def _work(port: int, name: str, rows: list, until: float, tell: Callable[[int, float, bool], None]) -> None:
    """One clerk: the queue, an order, its fax, an acceptance, on to the next; a second's thought between."""
    import httpx

    token = secrets.token_hex(16)
    cookies = {"sessionid": _session(name), "csrftoken": token}
    headers = {"X-CSRFToken": token, "HX-Request": "true"}
    with httpx.Client(base_url=f"http://127.0.0.1:{port}", cookies=cookies, timeout=30) as web:

        def ask(method: str, where: str, image: bool = False, **more: object) -> None:
            started = time.monotonic()
            status = web.request(method, where, **more).status_code
            tell(status, time.monotonic() - started, image)

        while time.monotonic() < until:
            for row in rows:
                ask("GET", "/queue/review/")
                ask("GET", "/counts")
                ask("GET", f"/orders/{row.id}/")
                ask("GET", f"/documents/{row.document_id}/pages/1.png", True)
                page = web.get(f"/orders/{row.id}/").text
                version = page.partition('name="version" value="')[2].partition('"')[0] or "1"
                posted = {"path": "patient.given", "typed": f"{name} was here", "version": version}
                ask("POST", f"/orders/{row.id}/field", data=posted, headers=headers)
                ask("POST", f"/orders/{row.id}/leave", data={}, headers=headers)
                time.sleep(1)
                if time.monotonic() > until:
                    return


def _session(name: str) -> str:
    from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY, get_user_model
    from django.contrib.sessions.backends.db import SessionStore

    person = get_user_model().objects.get(username=name)
    session = SessionStore()
    session[SESSION_KEY], session[HASH_SESSION_KEY] = str(person.pk), person.get_session_auth_hash()
    session[BACKEND_SESSION_KEY] = "django.contrib.auth.backends.ModelBackend"
    session.save()
    return session.session_key


def one_ledger(orders: int, rounds: int, load: bool) -> None:
    """In a process of its own: make the ledger that the environment names, measure, print a line a page."""
    from store.setup import make_ledger

    make_ledger()
    from benchmarks.desk_ledger import make

    started = time.monotonic()
    made = make(orders)
    print(f"made {orders} orders in {time.monotonic() - started:.0f} s", file=sys.stderr)
    for each in measure(made, rounds):
        print(f"{each.name}\t{each.median:.1f}\t{each.p95:.1f}\t{each.queries}\t{each.status}", flush=True)
    if load:
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            port = free.getsockname()[1]
        with serving(port):
            answers, waits, images = clerks(port, SECONDS)
        told = " ".join(f"{status}: {count}" for status, count in sorted(answers.items()))
        print(f"20 clerks, {SECONDS:.0f} s\t{told}\tpages {_of(waits)}\timages {_of(images)}")


def _of(waits: list[float]) -> str:
    ordered = sorted(waits)
    return f"median {1000 * statistics.median(ordered):.0f} ms, p95 {1000 * ordered[int(0.95 * len(ordered))]:.0f} ms"


def _run(orders: int, rounds: int, load: bool, url: str) -> str:
    with tempfile.TemporaryDirectory(prefix="desk-bench-") as folder:
        none = str(Path(folder) / "none.toml")
        environment = {**os.environ, "CLEARORDER_DATA": folder, "CLEARORDER_CONFIG": none}
        if url:
            environment["CLEARORDER_DATABASE_URL"] = url
        command = [
            sys.executable,
            "-m",
            "benchmarks.desk",
            "--inside",
            "--orders",
            str(orders),
            "--rounds",
            str(rounds),
        ]
        command += ["--load"] if load else []
        return subprocess.run(
            command, env=environment, check=True, capture_output=False, stdout=subprocess.PIPE, text=True
        ).stdout


def main() -> None:
    """Measure both ledgers and print them side by side."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--orders", type=int, default=100_000)
    parser.add_argument("--rounds", type=int, default=21)
    parser.add_argument("--postgresql", action="store_true")
    parser.add_argument("--load", action="store_true", help=argparse.SUPPRESS)
    parser.add_argument("--inside", action="store_true", help=argparse.SUPPRESS)
    asked = parser.parse_args()
    if asked.inside:
        one_ledger(asked.orders, asked.rounds, asked.load)
        return
    from benchmarks.servers import postgresql

    said = []
    for orders, load in ((SMALL, False), (asked.orders, True)):
        with postgresql() if asked.postgresql else nullcontext() as server:
            said.append(_run(orders, asked.rounds, load, server.url() if server else ""))
    few, many = ([line.split("\t") for line in each.splitlines()] for each in said)
    print(f"{'page':24}{'CPU ms median':>14}{'p95':>8}{'queries':>9}{'with few':>9}")
    for small, (name, median, p95, queries, status) in zip(few, many[: len(few)], strict=True):
        missed = (
            float(median) > AIM_MEDIAN or float(p95) > AIM_P95 or queries != small[3] or status not in ("200", "304")
        )
        print(f"{name:24}{median:>14}{p95:>8}{queries:>9}{small[3]:>9}{'  <-- ' + status if missed else ''}")
    for line in many[len(few) :]:
        print("\n".join(line))


if __name__ == "__main__":
    main()
