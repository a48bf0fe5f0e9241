"""Files that are out to harm, and good ones gone bad: each ends in a named state, and the next one is read."""

from __future__ import annotations

import json
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from documents.faults import MESSAGES
from documents.limits import Limits
from documents.page import Unreadable
from documents.sandbox import Reader

HOSTILE = Path(__file__).parent / "hostile"
OUTCOMES: dict[str, list[str]] = json.loads((HOSTILE / "outcomes.json").read_text("utf-8"))
LIMITS = Limits(max_bytes=20_000_000, max_pages=20, max_pixels=20_000_000, seconds=30)


@pytest.fixture(scope="module")
def reader() -> Iterator[Reader]:
    made = Reader(page_seconds=5)
    yield made
    made.close()


def outcome(reader: Reader, data: bytes, name: str) -> str:
    try:
        document = reader.read(data, name, LIMITS)
    except Unreadable as error:
        return error.code
    assert document.pages
    assert all(fault.code in MESSAGES for fault in document.faults)
    return "pages"


@pytest.mark.parametrize("name", OUTCOMES)
def test_hostile_files_end_in_a_named_state(reader: Reader, name: str) -> None:
    started = time.monotonic()
    found = outcome(reader, (HOSTILE / name).read_bytes(), name)
    assert found in OUTCOMES[name]
    assert time.monotonic() - started < 20


def test_there_are_enough_of_them() -> None:
    assert len(OUTCOMES) >= 60
    assert {path.name for path in HOSTILE.iterdir()} >= set(OUTCOMES)


@settings(max_examples=15, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    name=st.sampled_from(
        ["fax_90.tif", "no_suffix", "mail_90.eml", "crowd.eml", "climbing.zip", "film.gif", "fields.pdf"]
    ),
    changes=st.lists(st.tuples(st.floats(0, 1), st.integers(0, 255)), min_size=1, max_size=30),
)
def test_corrupted_files_end_in_a_named_state(reader: Reader, name: str, changes: list[tuple[float, int]]) -> None:
    data = bytearray((HOSTILE / name).read_bytes())
    for place, value in changes:
        data[min(len(data) - 1, int(place * len(data)))] = value
    assert outcome(reader, bytes(data), name) in {"pages", *MESSAGES}
