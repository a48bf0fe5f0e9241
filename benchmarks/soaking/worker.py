"""A real worker with a light reader: what it "reads" is written in the document, so that the plumbing is what costs.

The last line of a document is `clearorder-soak <route> <family name>`.
"""

from __future__ import annotations

import io
import sys
from dataclasses import dataclass

from PIL import Image

from config import settings
from documents.limits import Limits
from documents.page import Box, Page, Unreadable, Word
from flows import logs
from flows.worker import work
from orders.order import Check, Order, PageType, Patient, Referral, Value

SIGN = "clearorder-soak"
BLOCKED = Check("laterality", "blocking", "The knee has no side.", "Which knee?", ("exams.0.laterality",), 0.9)


def _picture() -> bytes:
    out = io.BytesIO()
    Image.new("L", (60, 80), 255).save(out, "PNG")
    return out.getvalue()


PICTURE = _picture()


@dataclass(frozen=True)
class Reading:
    """What reading gives, as `flows.worker` asks for it."""

    referral: Referral
    pages: tuple[Page, ...]
    seconds: tuple[tuple[str, float], ...] = (("read", 0.01),)


def read(data: bytes, name: str, limits: Limits) -> Reading:
    """Read a document of the soak; raises Unreadable for any other."""
    found = [line.split() for line in data.decode(errors="replace").splitlines() if line.startswith(SIGN)]
    if not found or len(found[0]) != 3:
        raise Unreadable("damaged")
    _, route, family = found[0]
    page = Page(1, 60, 80, 0, "ocr", (Word(family, Box(0, 0, 1, 1), 1.0, 0),), (), PICTURE)
    order = Order(
        "",
        (1,),
        patient=Patient(family=Value(family, 0.9, (), "stated", "label")),
        route=route,
        problems=(BLOCKED,) if route == "clarification" else (),
    )
    return Reading(Referral(name, pages=(PageType(1, "order"),), orders=(order,)), (page,))


if __name__ == "__main__":
    logs.configure(sys.argv[1])
    work(sys.argv[1], read, settings())
