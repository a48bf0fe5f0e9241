"""The operational commands as a script sees them: what they print, where, and how they exit."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from click.testing import Result
from typer.testing import CliRunner

from clearorder import app
from config import settings

ROOT = Path(__file__).parents[2]


def clearorder(data: Path, *words: str, **environment: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "clearorder", *words],
        cwd=ROOT,
        env={**os.environ, "CLEARORDER_DATA": str(data), **environment},
        capture_output=True,
        text=True,
        timeout=60,
    )


@pytest.fixture(scope="module")
def ledger(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A data folder with a ledger and one document received twice."""
    folder = tmp_path_factory.mktemp("data")
    made = clearorder(folder, "init", "--json")
    assert made.returncode == 0, made.stderr
    said = json.loads(made.stdout)
    assert said["admin"] == "admin" and len(said["password"]) >= 12
    (folder / "fax.tif").write_bytes(b"a fax")
    return folder


def test_init_again_changes_nothing_and_shows_no_password(ledger: Path) -> None:
    again = clearorder(ledger, "init", "--json")
    assert (again.returncode, json.loads(again.stdout)["password"]) == (0, "")


def test_a_weak_password_is_refused(tmp_path: Path) -> None:
    refused = clearorder(tmp_path, "init", CLEARORDER_ADMIN_PASSWORD="12345678")
    assert refused.returncode == 2 and "password" in refused.stderr and not refused.stdout


def test_what_comes_in_is_counted_and_balances(ledger: Path) -> None:
    first = json.loads(clearorder(ledger, "ingest", str(ledger / "fax.tif"), "--json").stdout)
    assert [row["known"] for row in first] == [False]
    again = clearorder(ledger, "ingest", str(ledger / "fax.tif"))
    assert again.stdout.split()[:2] == [first[0]["id"], "known"]
    status = json.loads(clearorder(ledger, "status", "--json").stdout)
    assert (status["documents"], status["sources"]) == ({"received": 1}, {"cli": 2})
    assert (status["blind"]["checked"], status["blind"]["upper"]) == (0, 1.0)
    assert "received" in clearorder(ledger, "status").stdout
    shown = json.loads(clearorder(ledger, "show", first[0]["id"], "--json", "--history").stdout)
    assert (shown["document"], shown["state"], shown["orders"]) == ("fax.tif", "received", [])
    assert "route" not in shown
    assert [event["verb"] for event in shown["history"]] == ["received", "seen_again", "document_viewed"]
    assert clearorder(ledger, "show", "NOSUCHID").returncode == 2
    assert clearorder(ledger, "verify").stdout == "balanced\n"


def test_books_that_do_not_balance_exit_with_1(tmp_path: Path) -> None:
    clearorder(tmp_path, "init")
    (tmp_path / "fax.tif").write_bytes(b"a fax")
    (row,) = json.loads(clearorder(tmp_path, "ingest", str(tmp_path / "fax.tif"), "--json").stdout)
    (tmp_path / "documents" / row["id"][:2] / row["id"]).unlink()
    found = clearorder(tmp_path, "verify", "--json")
    assert found.returncode == 1
    assert json.loads(found.stdout) == {
        "balanced": False,
        "faults": [f"document {row['id']}: its bytes are missing or changed"],
    }


def test_a_file_that_cannot_be_read_is_named_and_the_others_are_taken(ledger: Path, tmp_path: Path) -> None:
    (tmp_path / "gone.tif").symlink_to(tmp_path / "nowhere")
    (tmp_path / "good.tif").write_bytes(b"another fax")
    mixed = clearorder(ledger, "ingest", str(tmp_path / "good.tif"), str(tmp_path))
    assert mixed.returncode == 0 and len(mixed.stdout.splitlines()) == 2
    assert clearorder(ledger, "ingest", str(tmp_path / "gone.tif")).returncode == 2


@pytest.fixture
def here(data: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[..., Result]:
    """Run a command in this process: quicker, where the database is not needed."""

    def run(*words: str, **environment: str) -> Result:
        for name, value in environment.items():
            monkeypatch.setenv(name, value)
        settings.cache_clear()
        return CliRunner().invoke(app, words)

    return run


@pytest.mark.parametrize(
    ("words", "environment", "said"),
    [
        (["ingest", "/nowhere/at/all"], {}, "does not exist"),
        (["status"], {"CLEARORDER_PORT": "eighty"}, "port"),
        (["work", "--processes", "0"], {}, "processes"),
        (["nonsense"], {}, "nonsense"),
    ],
)
def test_wrong_usage(here: Callable[..., Result], words: list[str], environment: dict[str, str], said: str) -> None:
    done = here(*words, **environment)
    assert (done.exit_code, done.stdout) == (2, "")
    assert said in done.stderr
    assert "Traceback" not in done.stderr


@pytest.mark.parametrize("words", [["status"], ["verify"], ["up"], ["work"], ["show", "X"]])
def test_without_a_ledger_the_way_out_is_named(here: Callable[..., Result], words: list[str]) -> None:
    done = here(*words)
    assert (done.exit_code, done.stdout) == (3, "")
    assert "clearorder init" in done.stderr


def test_settings_hide_secrets_and_name_their_source(here: Callable[..., Result], data: Path) -> None:
    (data / "site.toml").write_text('port = 8123\nsecret_key = "hush"\n')
    done = here("settings", "--json", CLEARORDER_CONFIG=str(data / "site.toml"))
    rows = {row["name"]: (row["value"], row["source"]) for row in json.loads(done.stdout)}
    assert rows["port"] == ("8123", str(data / "site.toml"))
    assert rows["data"] == (str(data), "environment")
    assert rows["attempts"] == ("3", "default")
    assert "hush" not in done.output + here("settings", CLEARORDER_SECRET_KEY="hush").output


def test_settings_that_make_no_sense_are_not_repeated(here: Callable[..., Result], data: Path) -> None:
    (data / "site.toml").write_text('secret_key = ["hush"]\nnonsense = 1\n')
    done = here("settings", CLEARORDER_CONFIG=str(data / "site.toml"))
    assert done.exit_code == 2 and "secret_key" in done.stderr and "nonsense" in done.stderr
    assert "hush" not in done.output
