"""Pages that the sending machine counted and that did not arrive."""

from __future__ import annotations

import pytest

from documents.assembly import assemble
from documents.page import FaxHeader, Page

Count = tuple[int, int] | None


def page(number: int, count: Count) -> Page:
    header = FaxHeader("10/14/2026 18:55", None, *count) if count else None
    return Page(number, 100, 100, 0, "ocr", (), (), b"", header=header)


@pytest.mark.parametrize(
    ("counts", "said"),
    [
        ([(1, 2), (2, 2)], []),
        ([(1, 3), (3, 3)], ["counted 3 pages, but page 2 did not arrive"]),
        ([(2, 4)], ["counted 4 pages, but pages 1, 3 and 4 did not arrive"]),
        # A header that could not be read stands for a page that arrived.
        ([(1, 3), None, (3, 3)], []),
        ([(1, 4), None, (4, 4)], ["counted 4 pages, but one page did not arrive"]),
        ([None, None], []),
        # Two faxes in one file.
        ([(1, 2), (2, 2), (1, 3), (2, 3)], ["counted 3 pages, but page 3 did not arrive"]),
        ([(1, 2), (2, 2), (1, 3), (2, 3), (3, 3)], []),
        # The same page sent twice does not make up for one that is missing, and does no harm.
        ([(1, 1), (1, 1)], []),
    ],
)
def test_lost_pages(counts: list[Count], said: list[str]) -> None:
    document = assemble(b"II*\0" + bytes(range(20)), "a.tif", [page(at, count) for at, count in enumerate(counts, 1)])
    assert [fault.code for fault in document.faults] == ["missing_page"] * len(said)
    assert all(words in fault.sentence for fault, words in zip(document.faults, said, strict=True))
