from __future__ import annotations

import os
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from dataclasses import replace

import numpy as np
import pytest

from documents.faults import fault
from documents.limits import Limits
from documents.page import Box, FaxHeader, Mark, Page, Unreadable, Word
from documents.reader import read
from documents.sandbox import RESTING, Reader
from documents.wire import pack, pack_seconds, unpack, with_seconds


@pytest.fixture(scope="module")
def reader() -> Iterator[Reader]:
    made = Reader()
    yield made
    made.close()


@pytest.fixture(scope="module")
def fax(drawn_page: Callable[..., np.ndarray], fax_tiff: Callable[..., bytes]) -> bytes:
    return fax_tiff([drawn_page([("Rosalind Okafor, born 04-17-1969",)], 320)])


def test_same_result_as_in_this_process(reader: Reader, fax: bytes) -> None:
    seen: list[int] = []
    there, here = reader.read(fax, "a.tif", on_page=seen.append), read(fax, "a.tif")
    assert [word.text for word in there.pages[0].words] == [word.text for word in here.pages[0].words]
    assert there.pages[0].image == here.pages[0].image
    assert (there.id, there.media_type, there.faults, seen) == (here.id, here.media_type, here.faults, [1])


@pytest.mark.parametrize(
    ("data", "code"),
    [
        (b"", "empty"),
        (b"plain words", "mislabelled"),
        (b"%PDF-1.4 nothing", "damaged"),
        (b"%PDF-" + b"x" * 5000, "too_large"),
    ],
)
def test_named_states_pass_through_and_the_child_lives_on(reader: Reader, fax: bytes, data: bytes, code: str) -> None:
    with pytest.raises(Unreadable) as refused:
        reader.read(data, "a.pdf", Limits(max_bytes=3000))
    assert refused.value.code == code
    assert reader.read(fax, "a.tif").pages[0].words


def test_death_of_the_child_is_a_state_and_the_next_document_is_read(fax: bytes) -> None:
    mortal = Reader()
    mortal.read(fax, "a.tif")
    assert mortal.child is not None
    os.kill(mortal.child, signal.SIGSTOP)
    with pytest.raises(Unreadable) as refused:
        mortal.read(fax, "a.tif", Limits(seconds=-4.5))
    assert refused.value.code == "timeout"
    assert mortal.read(fax, "a.tif").pages
    mortal.close()


def test_a_child_without_memory_is_a_state(fax: bytes) -> None:
    starved = Reader(memory=180 * 2**20)
    with pytest.raises(Unreadable) as refused:
        starved.read(fax, "a.tif")
    assert refused.value.code in ("crashed", "too_large")
    starved.close()


def test_children_are_replaced_after_use(fax: bytes) -> None:
    short = Reader(uses=1)
    short.read(fax, "a.tif")
    assert short.child is None
    short.close()


def test_nothing_of_an_interrupted_document_is_taken_for_the_next(
    drawn_page: Callable[..., np.ndarray], fax_tiff: Callable[..., bytes], fax: bytes
) -> None:
    def interrupted(number: int) -> None:
        raise KeyboardInterrupt

    reader = Reader()
    pages = [drawn_page([(name,)], 320) for name in ("Zanzibar", "Quimby")]
    with pytest.raises(KeyboardInterrupt):
        reader.read(fax_tiff(pages), "b.tif", on_page=interrupted)
    found = reader.read(fax, "a.tif").pages
    assert [page.number for page in found] == [1]
    assert "Rosalind" in {word.text for word in found[0].words}
    reader.close()


def test_a_child_is_judged_by_its_own_memory_not_by_its_parents(fax: bytes) -> None:
    ballast = np.ones(RESTING, np.uint8)
    warm = Reader()
    warm.read(fax, "a.tif")
    child = warm.child
    assert child and ballast.any()
    assert warm.read(fax, "a.tif").pages
    assert warm.child == child
    warm.close()


def test_a_second_reading_that_takes_too_long_leaves_the_page_as_it_was(fax: bytes) -> None:
    reader = Reader()
    page = reader.read(fax, "a.tif").pages[0]
    again = reader.reread(page, [0])
    assert reader.child is not None
    assert [word.second for word in again.words] == [word.text for word in page.words]
    os.kill(reader.child, signal.SIGSTOP)
    assert reader.reread(page, [0], seconds=-4.5) == page
    assert reader.child is None
    assert reader.read(fax, "a.tif").pages
    reader.close()


def test_nothing_of_the_document_on_stderr(fax: bytes) -> None:
    """A library that complains about a file must not write its content anywhere."""
    code = "import sys; from documents.sandbox import read_safely as r; r(sys.stdin.buffer.read(), 'a.tif')"
    done = subprocess.run([sys.executable, "-c", code], input=fax, capture_output=True, timeout=60)
    assert (done.returncode, done.stdout, done.stderr) == (0, b"", b"")


PAGE = Page(
    number=2,
    width=1700,
    height=2200,
    rotation=90,
    source="ocr",
    words=(Word("Ünïcode", Box(0.1, 0.2, 0.3, 0.4), 0.5, 3, "second", 0.25),),
    marks=(Mark("choice", Box(0.1, 0.2, 0.3, 0.4), "on", "MRI", 0.75),),
    image=b"\x89PNG\n\n\x00",
    origin="page 2",
    header=FaxHeader("FAX", "2125550143", 1, 2),
)


@pytest.mark.parametrize("item", [PAGE, fault("damaged_page", 3), fault("too_many_pages")])
def test_wire_round_trip(item: object) -> None:
    assert unpack(pack(item)) == item  # type: ignore[arg-type]


@pytest.mark.parametrize(
    "data", [b"", b"[]", b'{"fault": "no such code", "page": null}', b'{"number": 1}', b"\xff\xfe"]
)
def test_wire_refuses_nonsense(data: bytes) -> None:
    with pytest.raises((ValueError, KeyError, TypeError)):
        unpack(data)


def test_wire_carries_second_readings() -> None:
    assert with_seconds(replace(PAGE, words=(replace(PAGE.words[0], second=None),)), pack_seconds(PAGE)) == PAGE


@pytest.mark.parametrize("data", [b"", b"[]", b'["a", "b"]', b"7", b"\xff"])
def test_wire_refuses_other_second_readings(data: bytes) -> None:
    with pytest.raises((ValueError, TypeError)):
        with_seconds(PAGE, data)
