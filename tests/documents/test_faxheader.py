from __future__ import annotations

import pytest

from documents.faxheader import parse, part
from documents.page import Box, Word


def row(text: str, y: float = 0.01) -> list[Word]:
    return [
        Word(piece, Box(0.05 + 0.06 * at, y, 0.1 + 0.06 * at, y + 0.01), 1.0, 0)
        for at, piece in enumerate(text.split())
    ]


@pytest.mark.parametrize(
    ("text", "number", "page", "pages"),
    [
        ("Sep-05-2026 15:54 From-HARROW LANE 3175550192 T-886 P.001/003 F-901", "3175550192", 1, 3),
        ("10/14/2026 18:55 PINE HOLLOW WALKIN FAX 937-555-0195 PAGE 2 OF 4", "9375550195", 2, 4),
        ("FROM: 260-555-0160 TO: (260) 555-0186 08-04-26 1:49p p. 3 of 3", "2605550160", 3, 3),
        ("2026-09-23 16:31:37 COPPERFIELD > (919) 555-0164 01/02", "9195550164", 1, 2),
        ("10/14/2026 18:55 From: NORTHGATE FP To: 12125550143 Page: 1/3", None, 1, 3),
        ("Page: 1 of 3 10/14/2026 6:55 PM TO:2125550143 FROM:2125550199", "2125550199", 1, 3),
        ("10-14-'26 18:55 FROM-NORTHGATE T-123 P0001/0003 F-456", None, 1, 3),
        ("RightFax C2-3 10/14/2026 6:55:12 PM PAGE 2/003 Fax Server", None, 2, 3),
        ("9/28187 14:02 NORTHGATE 212-555-0143", "2125550143", None, None),
        ("Received: Nov 17 2026 16:52 Fax Station: ORCHARD PARK 1", None, None, None),
    ],
)
def test_headers(text: str, number: str | None, page: int | None, pages: int | None) -> None:
    body = row("Imaging order for a patient", 0.1)
    header, kept = part(row(text) + body)
    assert header is not None
    assert (header.number, header.page, header.pages) == (number, page, pages)
    assert list(kept) == body


@pytest.mark.parametrize(
    "text",
    [
        "Northgate Family Practice",
        "IMAGING ORDER",
        "Phone (212) 555-0143",
        "Page 1 of the story",
        "Order date 10/14/2026",
        "Order Date: 10/14/2026 Page 1 of 2",
        "Exam date 10/14/2026 at 2:30 PM",
        "Appointment: 10/14/2026 2:30 PM",
        "Phone 212-555-0143 Fax 212-555-0144",
        "10/14/26, 6:55 PM Order details https://ehr.example/print 1/2",
    ],
)
def test_letterheads_are_no_headers(text: str) -> None:
    words = row(text)
    assert part(words) == (None, tuple(words))


def test_a_header_further_down_is_text() -> None:
    words = row("10/14/2026 18:55 FAX 937-555-0195", 0.2)
    assert part(words) == (None, tuple(words))


def test_page_beyond_its_count_is_no_count() -> None:
    assert parse("FAX 12:30 P.9/4").pages is None
