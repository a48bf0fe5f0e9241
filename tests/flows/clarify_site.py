"""Orders that have to be asked about, a clock to turn, ways out that remember, and pages as they come back."""

from __future__ import annotations

import io
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import cv2
import numpy as np
import pypdfium2
from PIL import Image, ImageDraw

from clarifications.clock import load_policy
from clarifications.sheet import Sheet, sheet_from_json
from config import settings
from documents.page import Box, FaxHeader, Mark, Page, Word
from flows.clarify import Clarify
from gateways.sending import Parcel
from orders.order import Check, Exam, Indication, Order, PageType, Patient, Provider, Referral, Value
from store import ledger

START = datetime.now(UTC)
POLICY = load_policy("America/New_York")
NO_SIDE = Check("laterality", "blocking", "The knee has no side.", "Which knee?", ("exams.0.laterality",), 0.99)
UNSIGNED = Check("signature", "blocking", "Not signed.", "Please sign.", ("signed",), 0.99)


@dataclass
class Clock:
    now: datetime = START

    def __call__(self) -> datetime:
        return self.now

    def turn(self, **by: float) -> None:
        self.now += timedelta(**by)


@dataclass
class Way:
    """A way out that remembers what it took; `fail` is raised in its place."""

    sent: list[Parcel] = field(default_factory=list)
    fail: list[Exception] = field(default_factory=list)

    def send(self, parcel: Parcel) -> None:
        if self.fail:
            raise self.fail.pop(0)
        self.sent.append(parcel)


def said(value: object) -> Value:
    return Value(value, 0.999, (), "stated")


def knee(family: str = "Okafor", **changes: object) -> Order:
    """An MR of the knee, complete but for its side."""
    order = Order(
        "",
        (1,),
        Patient(said(family), said("Ada"), birth_date=said("1971-02-03"), phone=said("8655550120")),
        exams=(Exam(said("MRI knee"), said("MR"), said("knee"), Value(), said("without")),),
        indication=Indication(said("pain after a fall"), (said("M25.562"),)),
        provider=Provider(said("Lindqvist"), said("Maja"), practice=said("Alder Ortho"), fax=said("8655550111")),
        signed=said(True),
        order_date=said("2026-11-20"),
        problems=(NO_SIDE,),
        route="clarification",
    )
    return replace(order, **changes)  # type: ignore[arg-type]


def picture() -> bytes:
    out = io.BytesIO()
    Image.new("L", (60, 80), 255).save(out, "PNG")
    return out.getvalue()


def read(data: bytes, *orders: Order) -> list[str]:
    """Have a document read as `orders`; return their cases' ids."""
    ledger.receive(data, "a.tif", "folder", "a.tif")
    held = ledger.lease("w")
    assert held
    referral = Referral("a.tif", pages=(PageType(1, "order"),), orders=orders)
    return ledger.record_reading(held.document_id, "w", referral, [Page(1, 60, 80, 0, "ocr", (), (), picture())])


def asking(clock: Clock, way: Way, policy: object = None) -> Clarify:
    return Clarify(settings(), clock, {"fax": way, "email": way, "portal": way}, policy or POLICY)  # type: ignore[arg-type]


def page_back(
    parcel: Parcel, request: ledger.RequestView, tick: Callable[[Sheet], list[str]], number: int = 1, qr: bool = True
) -> Page:
    """Return the page of a letter that was sent, with the places named by `tick` marked by a pen."""
    assert parcel.pdf
    image = pypdfium2.PdfDocument(parcel.pdf)[0].render(scale=200 / 72).to_pil().convert("L")
    sheet = sheet_from_json(request.sheet)
    draw = ImageDraw.Draw(image)
    for place in sheet.plan.places:
        if place.name in tick(sheet):
            x0, y0 = place.box.x0 * image.width, place.box.y0 * image.height
            x1, y1 = place.box.x1 * image.width, place.box.y1 * image.height
            steps = 12 if place.kind == "signature" else 1
            for step in range(steps):
                shift = (x1 - x0) * step / steps / 2
                draw.line((x0 + 4 + shift, y0 + 4, x0 + min(x1 - x0, 40) - 4 + shift, y1 - 4), 0, 4)
                draw.line((x0 + min(x1 - x0, 40) - 4 + shift, y0 + 4, x0 + 4 + shift, y1 - 4), 0, 4)
    done, encoded = cv2.imencode(".png", np.asarray(image))
    assert done
    marks = (Mark("barcode", Box(0.75, 0.05, 0.9, 0.15), "QR Code", f"CO-{request.code}", 1.0),) if qr else ()
    return Page(number, image.width, image.height, 0, "ocr", (), marks, encoded.tobytes())


def words(page: Page, text: str, sender: str = "") -> Page:
    """Return the page with words on it and the sending machine's number in its header."""
    placed = tuple(
        Word(each, Box(0.1, 0.02 * n, 0.3, 0.02 * n + 0.015), 0.97, n) for n, each in enumerate(text.split(), 1)
    )
    return replace(page, words=placed, header=FaxHeader(sender, sender) if sender else None)


def come_back(page: Page, data: bytes, name: str = "reply.tif") -> str:
    """Have the page read as a worker would; return its document's id."""
    from flows.replies import parted

    ledger.receive(data, name, "folder", name)
    held = ledger.lease("w")
    assert held
    referral = Referral(name, held.document_id, (PageType(page.number, "other"),), ())
    told = parted(referral, [page], settings())
    ledger.record_reading(held.document_id, "w", told.referral, [page], {}, told.replies)
    return held.document_id


def side(value: str, *others: str) -> Callable[[Sheet], list[str]]:
    wanted = {value, *others}
    return lambda sheet: [each.place for each in sheet.meanings if each.value in wanted]


def laid(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.rglob("*.*"))
