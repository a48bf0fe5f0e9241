"""`read`, `words` and `evaluate` as a script sees them: what they write and print, and how they exit."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from click.testing import Result
from typer.testing import CliRunner

from classifiers.exam import use_site
from clearorder import app
from config import settings

SAMPLES = Path(__file__).parents[2] / "sample_docs"
MAIL = SAMPLES / "email_order_in_text.eml"
LOCKED = SAMPLES / "bad" / "locked.pdf"


@pytest.fixture
def run(data: Path) -> Callable[..., Result]:
    """Run a command in this process, which keeps the reader warm."""
    return lambda *words: CliRunner().invoke(app, [str(word) for word in words])


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A folder with a document that has a truth, one that is locked, and what is no document."""
    made = tmp_path / "in"
    made.mkdir()
    for path in (MAIL, MAIL.with_suffix(".truth.json"), LOCKED):
        shutil.copy(path, made)
    return made


def leaves(order: dict[str, Any]) -> dict[str, Any]:
    return {**order["patient"], "exam": order["exams"][0]["modality"], "signed": order["signed"]}


def test_read_writes_the_contracts_shape_for_each_and_exits_with_1_where_one_failed(
    run: Callable[..., Result], folder: Path, tmp_path: Path
) -> None:
    done = run("read", folder, "--out", tmp_path / "out")
    assert done.exit_code == 1
    assert done.stdout.split() == [str(tmp_path / "out" / name) for name in (f"{MAIL.stem}.json", "locked.json")]
    assert "locked.pdf" in done.stderr and "password" in done.stderr
    assert sorted(path.name for path in (tmp_path / "out").iterdir()) == [f"{MAIL.stem}.json", "locked.json"]

    good = json.loads((tmp_path / "out" / f"{MAIL.stem}.json").read_text())
    assert (good["document"], [page["type"] for page in good["pages"]]) == (MAIL.name, ["order"])
    assert {"id", "pages", "problems", "route"} <= set(good["orders"][0])
    for name, leaf in leaves(good["orders"][0]).items():
        if name != "address":
            assert set(leaf) == {"value", "confidence", "evidence"}, name
    assert set(good["orders"][0]["patient"]["family"]["evidence"][0]) == {"page", "box", "text"}

    bad = json.loads((tmp_path / "out" / "locked.json").read_text())
    assert (bad["document"], bad["error"]["code"], bad["pages"], bad["orders"]) == ("locked.pdf", "encrypted", [], [])


def test_read_side_by_side_reads_the_same(run: Callable[..., Result], folder: Path, tmp_path: Path) -> None:
    assert run("read", MAIL, "--out", tmp_path / "one").exit_code == 0
    done = run("read", folder, "--out", tmp_path / "two", "--jobs", "2", "--json")
    assert done.exit_code == 1
    assert [(row["document"], bool(row["error"])) for row in json.loads(done.stdout)] == [
        (MAIL.name, False),
        ("locked.pdf", True),
    ]
    one, two = (json.loads((tmp_path / each / f"{MAIL.stem}.json").read_text()) for each in ("one", "two"))
    assert one == two


def test_words_prints_what_was_seen(run: Callable[..., Result], tmp_path: Path) -> None:
    done = run("words", MAIL, "--image", tmp_path / "seen")
    assert done.exit_code == 0
    (page,) = json.loads(done.stdout)["pages"]
    assert {"number", "width", "height", "rotation", "source", "words", "marks"} <= set(page)
    assert (page["number"], page["source"]) == (1, "text")
    assert {"text", "box", "confidence"} <= set(page["words"][0])
    assert "Rasmussen" in {word["text"].strip(",") for word in page["words"]}
    assert all(0 <= edge <= 1 for word in page["words"] for edge in word["box"])
    assert (tmp_path / "seen" / f"{MAIL.stem}-1.png").read_bytes().startswith(b"\x89PNG")


def test_words_of_what_cannot_be_read_name_why(run: Callable[..., Result]) -> None:
    done = run("words", LOCKED)
    assert done.exit_code == 1
    assert json.loads(done.stdout)["error"]["code"] == "encrypted"
    assert "password" in done.stderr


def test_evaluate_prints_the_figures_and_writes_them(run: Callable[..., Result], folder: Path, tmp_path: Path) -> None:
    done = run("evaluate", folder, "--out", tmp_path / "figures.json")
    assert done.exit_code == 0
    assert done.stdout.startswith("1 documents, 1 orders\n") and "complete orders cleared" in done.stdout
    figures = json.loads((tmp_path / "figures.json").read_text())
    assert (figures["documents"], figures["orders"]) == (1, 1)
    assert {"cleared", "silent_errors", "missed_problems", "needless_requests", "calibration"} <= set(figures)


def test_evaluate_counts_a_document_that_cannot_be_read(run: Callable[..., Result], folder: Path) -> None:
    truth = json.loads((folder / f"{MAIL.stem}.truth.json").read_text())
    (folder / "locked.truth.json").write_text(json.dumps({**truth, "document": "locked.pdf"}))
    done = run("evaluate", folder, "--json")
    assert done.exit_code == 1 and "locked.pdf" in done.stderr
    assert json.loads(done.stdout)["documents"] == 2


@pytest.mark.parametrize(
    "words",
    [
        ["read", "/nowhere/at/all", "--out", "/tmp"],
        ["read", str(MAIL)],
        ["read", str(MAIL), "--out", "/tmp", "--jobs", "0"],
        ["words", str(SAMPLES)],
        ["evaluate", str(SAMPLES / "bad")],
        ["evaluate", str(MAIL)],
    ],
)
def test_wrong_usage_exits_with_2_and_prints_no_data(run: Callable[..., Result], words: list[str]) -> None:
    done = run(*words)
    assert (done.exit_code, done.stdout) == (2, "")
    assert done.stderr and "Traceback" not in done.stderr


SITE_PACK = """
name = "ours"
version = "1"
base = "default"

[rules.record_number]
needs = ["patient.mrn"]
severity = "blocking"
authority = "site policy"
clerk = "No record number."
referrer = "Please write the record number."
"""


@pytest.fixture
def site(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, data: Path) -> Iterator[Path]:
    """A site's folder with a checklist of its own for every order, in the settings."""
    made = tmp_path / "site"
    (made / "checklists").mkdir(parents=True)
    (made / "checklists" / "ours.toml").write_text(SITE_PACK, "utf-8")
    (made / "selection.toml").write_text('[[choose]]\npack = "ours"\n', "utf-8")
    monkeypatch.setenv("CLEARORDER_SITE", str(made))
    settings.cache_clear()
    yield made
    use_site(None)


def test_a_sites_own_rules_are_those_that_orders_are_judged_by(
    run: Callable[..., Result], site: Path, tmp_path: Path
) -> None:
    assert run("read", MAIL, "--out", tmp_path / "out").exit_code == 0
    order = json.loads((tmp_path / "out" / f"{MAIL.stem}.json").read_text())["orders"][0]
    assert order["patient"]["mrn"]["value"] is None
    assert "record_number" in {problem["code"] for problem in order["problems"]} and order["route"] != "ready"


@pytest.mark.parametrize(
    ("name", "text", "said"),
    [
        ("checklists/ours.toml", SITE_PACK.replace("patient.mrn", "patient.nrm"), "ours.toml, line 7"),
        ("exams/words.toml", '[[term]]\nregion = "kneee"\nwords = ["genu"]\n', "words.toml, line 2: no region 'kneee'"),
        ("checklist.toml", SITE_PACK, "a file here is not read"),
    ],
)
def test_nothing_starts_on_rules_that_cannot_be_used(
    run: Callable[..., Result], site: Path, tmp_path: Path, name: str, text: str, said: str
) -> None:
    (site / name).parent.mkdir(exist_ok=True)
    (site / name).write_text(text, "utf-8")
    done = run("read", MAIL, "--out", tmp_path / "out")
    assert done.exit_code == 2 and said in done.stderr.replace("\n", " ")
    assert not (tmp_path / "out").exists()
