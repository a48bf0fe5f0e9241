"""All of it on one machine, with a real Prefect server: seen there without a word of a patient, gone at the end."""

from __future__ import annotations

import json
import os
import signal
import socket
import urllib.request
from pathlib import Path
from typing import Any

from flows_site import Site, alive, eventually

NAME = "Zanzibar"


def runs(site: Site) -> list[dict[str, Any]]:
    request = urllib.request.Request(
        f"http://127.0.0.1:{site.prefect_port}/api/flow_runs/filter",
        json.dumps({}).encode(),
        {"Content-Type": "application/json"},
    )
    with urllib.request.urlopen(request, timeout=10) as answer:
        return json.load(answer)


def endings(site: Site) -> dict[str, list[tuple[str, str]]]:
    """Each document's runs on Prefect's page: type of state and message."""
    found: dict[str, list[tuple[str, str]]] = {}
    for run in runs(site):
        if document_id := run["parameters"].get("document_id"):
            found.setdefault(document_id, []).append((run["state"]["type"], run["state"]["message"]))
    return found


def drop(site: Site, number: int, text: str) -> None:
    (site.data / "inbox" / f"{NAME}, Anna {number}.txt").write_text(text)


def states(site: Site) -> list[str]:
    return sorted(site.rows("SELECT state FROM store_document"))


def holding(folder: Path, word: str) -> list[Path]:
    return [path for path in folder.rglob("*") if path.is_file() and word.encode() in path.read_bytes()]


def test_a_dropped_file_is_read_followed_up_and_seen_on_prefects_page(site: Site) -> None:
    site.environment |= {"CLEARORDER_WORKERS": "1", "CLEARORDER_ATTEMPTS": "2"}
    supervisor = site.supervise("up")
    for path in ("/", "/api/health"):
        with urllib.request.urlopen(f"http://127.0.0.1:{site.prefect_port}{path}", timeout=5) as answer:
            assert answer.status == 200

    texts = [f"0 ready {NAME}", f"0 clarification {NAME}", f"0 encrypted {NAME}", f"0 bug {NAME}"]
    for number, text in enumerate(texts):
        drop(site, number, text)
    eventually(lambda: states(site) == ["failed", "failed", "read", "read"])
    eventually(lambda: site.rows("SELECT state FROM store_outboxitem") == ["sent"])
    eventually(lambda: site.rows("SELECT state FROM store_message") == ["sent"])
    expected = [
        ("COMPLETED", "read"),
        ("COMPLETED", "read"),
        ("FAILED", "crashed"),
        ("FAILED", "crashed"),
        ("FAILED", "encrypted"),
    ]
    eventually(lambda: sorted(each for ends in endings(site).values() for each in ends) == expected)
    assert set(endings(site)) == set(site.rows("SELECT sha256 FROM store_document"))
    assert not [path for path in (site.data / "inbox").iterdir() if path.name != ".done"]
    letters, orders = site.data / "outbox" / "letters", site.data / "outbox" / "orders"
    assert [path.read_bytes()[:5] for path in letters.glob("*.pdf")] == [b"%PDF-"]
    assert [json.loads(path.read_text())["orders"][0]["patient"]["family"]["value"] for path in orders.iterdir()] == [
        NAME
    ]
    assert sorted(site.rows("SELECT state FROM store_case")) == ["clarification", "delivered"]
    (delivered,) = site.rows("SELECT id FROM store_case WHERE state = 'delivered'")
    shown = site.python("-m", "clearorder", "show", delivered, "--history", wait=True)
    assert shown.stdout
    said = json.load(shown.stdout)
    assert said["patient"]["family"]["value"] == NAME
    verbs = ["case_opened", "outbox_made", "outbox_sent", "case_moved", "case_viewed"]
    assert [event["verb"] for event in said["history"]] == verbs

    # A worker dies: its run, which Prefect would show as running for good, is told to have crashed.
    drop(site, 8, f"3 review {NAME}")
    eventually(lambda: site.rows("SELECT 1 FROM store_run WHERE state = 'open'"))
    (broken, worker) = site.rows("SELECT sha256, lease_worker FROM store_document WHERE state = 'reading'")[0]
    os.kill(site.children()[worker], signal.SIGKILL)
    eventually(lambda: sorted(endings(site)[broken]) == [("COMPLETED", "read"), ("CRASHED", "crashed")])

    # The server dies: the work goes on, and the server hears of it when it is back.
    children, seen = site.children(), set(endings(site))
    os.kill(next(pid for name, pid in children.items() if name.startswith("prefect")), signal.SIGKILL)
    drop(site, 9, f"0 review {NAME}")
    eventually(lambda: states(site).count("read") == 4)
    missed = next(document for document in site.rows("SELECT sha256 FROM store_document") if document not in seen)
    eventually(lambda: len(site.children()) > len(children))
    eventually(lambda: not site.rows("SELECT 1 FROM store_run WHERE state != 'ended'"))
    assert endings(site)[missed] == [("COMPLETED", "read")]

    supervisor.send_signal(signal.SIGINT)
    assert supervisor.wait(60) == 0
    assert not [name for name, pid in site.children().items() if alive(pid)]
    assert site.faults() == []
    assert holding(site.data / "prefect", NAME) == holding(site.data / "logs", NAME) == []
    assert holding(site.data / "prefect", missed) and holding(site.data / "logs", missed)
    assert holding(site.data / "documents", NAME)


def test_a_taken_port_is_named_at_once(site: Site) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", site.prefect_port))
        taken.listen()
        process = site.python("-m", "clearorder", "up", wait=True)
    assert process.returncode == 3
    assert not (site.data / "logs").exists()
