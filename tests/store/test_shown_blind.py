"""What `clearorder show` prints of an order that waits for its blind check: nothing of what was read."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import pytest
from ledger_made import opened, order
from typer.testing import CliRunner

from clearorder import app
from config import settings
from store import ledger
from store.ledger import Entered

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("every_one")]

RIGHT = Entered("abbott", "ANNA", "1970-02-03", (("MR", "knee", "left", "", ""),))


@pytest.fixture
def every_one(data: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Every cleared order is drawn; the ledger is the test's own."""
    monkeypatch.setenv("CLEARORDER_BLIND_SHARE", "1")
    settings.cache_clear()
    (data / "ledger.sqlite3").touch()
    yield
    settings.cache_clear()


def show(*words: str) -> dict[str, object]:
    result = CliRunner().invoke(app, ["show", *words])
    assert result.exit_code == 0, result.output
    return dict(json.loads(result.stdout))


def test_nothing_read_is_printed_of_an_order_before_its_blind_check_is_done() -> None:
    (case_id,) = opened(order("ready"))
    shown = show(case_id)
    assert set(shown) == {"document", "state", "id", "pages", "withheld"}
    assert "blind check" in str(shown["withheld"])
    assert ledger.history(case_id)[-1].verb == "case_viewed"
    assert "patient" in show(case_id, "--read")
    ledger.enter_blind(case_id, RIGHT, "anna", 1)
    assert show(case_id)["patient"]["family"]["value"] == "Abbott"  # type: ignore[index]


def test_nor_is_it_among_the_orders_of_its_document() -> None:
    document = ledger.case(opened(order("ready"))[0]).document_id
    (drawn,) = show(document)["orders"]  # type: ignore[misc]
    assert set(drawn) == {"id", "pages", "withheld"}
    (read,) = show(document, "--read")["orders"]  # type: ignore[misc]
    assert "patient" in read
