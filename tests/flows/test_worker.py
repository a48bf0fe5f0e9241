"""Workers as processes: races, deaths, endings. Every document ends in one state, once."""

from __future__ import annotations

import json
import os
import signal

from flows_site import HERE, Site, alive, eventually

RACER = """
import sys
from store import ledger
while leased := ledger.lease(sys.argv[1]):
    ledger.record_failure(leased.document_id, sys.argv[1], "damaged")
    print(leased.document_id)
"""
STUCK = """
import time
from flows.heart import Heart
from store import ledger
leased = ledger.lease("w")
with Heart("w", "worker", 1.0, 0.1).beating(leased.document_id):
    time.sleep(30)
"""


def final(site: Site) -> bool:
    return not site.rows("SELECT sha256 FROM store_document WHERE state NOT IN ('read', 'failed')")


def done(site: Site) -> list[tuple[str, int]]:
    """How often each document came to an end, by the audit trail."""
    return site.rows(
        "SELECT document, count(*) FROM store_event"
        " WHERE verb = 'document_read' OR verb = 'document_failed' GROUP BY document"
    )


def test_two_racing_workers_share_the_documents_without_one_twice(site: Site) -> None:
    site.ingest(*(f"0 review N{number}" for number in range(25)))
    racers = [site.python("-c", RACER, name) for name in ("w1", "w2")]
    printed = [(racer.communicate(timeout=60)[0].split(), racer.returncode) for racer in racers]
    assert [code for _, code in printed] == [0, 0]
    shares = [share for share, _ in printed]
    assert len(shares[0]) + len(shares[1]) == len({*shares[0], *shares[1]}) == 25
    assert all(count == 1 for _, count in done(site))
    assert site.faults() == []


def test_a_worker_killed_in_the_middle_is_replaced_and_every_document_ends_once(site: Site) -> None:
    site.environment |= {"CLEARORDER_MAX_BYTES": "1000"}
    # Reading takes longer than a lease: those that are not killed live on their heartbeats.
    slow = [f"2.5 review Zanzibar{number}" for number in range(3)]
    site.ingest(*slow, "0 encrypted Zanzibar", "0 bug Zanzibar", "0 review " + "Z" * 1000)
    supervisor = site.supervise("work")
    eventually(lambda: site.rows("SELECT lease_worker FROM store_document WHERE lease_worker != ''"))
    victim = site.rows("SELECT lease_worker FROM store_document WHERE lease_worker != ''")[0]
    os.kill(site.children()[victim], signal.SIGKILL)
    eventually(lambda: final(site))
    supervisor.terminate()
    assert supervisor.wait(30) == 0

    assert sorted(site.rows("SELECT attempts FROM store_document WHERE state = 'read'")) == [1, 1, 2]
    failures = site.rows("SELECT failure FROM store_document WHERE state = 'failed'")
    assert sorted(failures) == ["crashed", "encrypted", "too_large"]
    assert all(count == 1 for _, count in done(site))
    assert set(site.rows("SELECT timings FROM store_document WHERE state = 'read'")) == {'{"read": 0.5}'}
    assert len(site.rows("SELECT id FROM store_case")) == 3
    assert site.faults() == []

    logs = "".join(path.read_text() for path in (site.data / "logs").iterdir())
    bugs = [json.loads(line) for line in logs.splitlines() if '"RuntimeError"' in line]
    assert len(bugs) == 3 and "toy_worker.py" in bugs[0]["place"]
    assert "Zanzibar" not in logs


def test_a_worker_asked_to_end_gives_its_document_back(site: Site) -> None:
    site.ingest("30 review Zanzibar")
    worker = site.python(str(HERE / "toy_worker.py"), "w1")
    eventually(lambda: site.rows("SELECT sha256 FROM store_document WHERE state = 'reading'"))
    worker.send_signal(signal.SIGTERM)
    assert worker.wait(10) == 0
    assert site.rows("SELECT state, attempts, lease_worker FROM store_document") == [("received", 0, "")]
    assert site.rows("SELECT name FROM store_process") == []
    assert site.faults() == []


def test_a_worker_stuck_where_no_exception_reaches_it_ends_itself(site: Site) -> None:
    site.ingest("0 review Zanzibar")
    assert site.python("-c", STUCK).wait(20) == 1
    assert site.rows("SELECT detail FROM store_event WHERE verb = 'document_received'") == [
        '{"code": "timeout", "attempt": 1}'
    ]


def test_a_killed_supervisor_leaves_no_orphans(site: Site) -> None:
    supervisor = site.supervise("work")
    pids = site.children().values()
    assert all(alive(pid) for pid in pids)
    supervisor.kill()
    supervisor.wait()
    eventually(lambda: not any(alive(pid) for pid in pids), 15)
