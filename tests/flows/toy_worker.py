"""A real worker with a toy reader: what it "reads" is written in the file, so that a test can say what happens.

`<seconds> <route or failure> <family name>`, for instance `0.2 ready Zanzibar`.
"""

from __future__ import annotations

import io
import sys
import time
from dataclasses import dataclass

from PIL import Image

from config import settings
from documents.limits import Limits
from documents.page import Box, Page, Unreadable, Word
from flows import logs
from flows.worker import work
from orders.order import Check, Order, PageType, Patient, Provider, Referral, Value

BLOCKED = Check("laterality", "blocking", "The knee has no side.", "Which knee?", ("exams.0.laterality",), 0.9)


@dataclass(frozen=True)
class Reading:
    referral: Referral
    pages: tuple[Page, ...]
    seconds: tuple[tuple[str, float], ...] = (("read", 0.5),)


def read(data: bytes, name: str, limits: Limits) -> Reading:
    seconds, what, family = data.decode().split()
    time.sleep(float(seconds))
    if what == "bug":
        raise RuntimeError(f"the patient {family} is too much for me")
    if what not in ("ready", "review", "clarification"):
        raise Unreadable(what)
    picture = io.BytesIO()
    Image.new("L", (60, 80), 255).save(picture, "PNG")
    page = Page(1, 60, 80, 0, "ocr", (Word(family, Box(0, 0, 1, 1), 1.0, 0),), (), picture.getvalue())
    order = Order(
        "",
        (1,),
        patient=Patient(family=Value(family, 0.9, (), "stated", "label")),
        provider=Provider(fax=Value("8655550111", 0.99, (), "stated")),
        route=what,
        problems=(BLOCKED,) if what == "clarification" else (),
    )
    return Reading(Referral(name, pages=(PageType(1, "order"),), orders=(order,)), (page,))


if __name__ == "__main__":
    logs.configure(sys.argv[1])
    work(sys.argv[1], read, settings())
