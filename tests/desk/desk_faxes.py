"""Faxes drawn for the desk's tests, and the orders that a careful reader would make of them."""

from __future__ import annotations

import io
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from functools import cache

import pytest
from PIL import Image, ImageDraw, ImageFont

from config import settings
from documents.page import Box, Page, Word
from orders.order import (
    Address,
    Check,
    Coverage,
    Evidence,
    Exam,
    Finding,
    Indication,
    Order,
    PageType,
    Patient,
    Provider,
    Referral,
    Safety,
    Scalar,
    Value,
)
from store import ledger

WIDTH, HEIGHT = 1224, 1584


@cache
def font(size: int) -> ImageFont.FreeTypeFont:
    return ImageFont.load_default(size)


@dataclass
class Fax:
    """A page that is written line by line, and remembers where each value stands."""

    number: int = 1
    image: Image.Image = field(default_factory=lambda: Image.new("L", (WIDTH, HEIGHT), 255))
    words: list[Word] = field(default_factory=list)
    y: int = 110

    def write(
        self,
        label: str,
        text: str,
        value: Scalar = None,
        sure: float = 0.98,
        gap: int = 0,
        reason: str = "",
        others: tuple[Finding, ...] = (),
    ) -> Value:
        """Write label and text on the next line; return the value with its evidence."""
        self.y += 46 + gap
        pen = ImageDraw.Draw(self.image)
        pen.text((120, self.y), label, 0, font(24))
        start, big = (430 if label else 120), font(28)
        pen.text((start, self.y - 3), text, 0, big)
        box = pen.textbbox((start, self.y - 3), text, big)
        x = float(start)
        for word in text.split():
            width = pen.textlength(word, big)
            place = Box(x / WIDTH, box[1] / HEIGHT, (x + width) / WIDTH, box[3] / HEIGHT)
            self.words.append(Word(word, place, sure, len(self.words)))
            x += width + pen.textlength(" ", big)
        return Value(
            text if value is None else value,
            sure,
            (Evidence(self.number, (box[0] / WIDTH, box[1] / HEIGHT, box[2] / WIDTH, box[3] / HEIGHT), text),),
            "stated",
            reason or f"stands right of “{label}”",
            others,
        )

    def title(self, text: str) -> None:
        ImageDraw.Draw(self.image).text((120, self.y), text, 0, font(38))
        self.y += 50

    def page(self) -> Page:
        out = io.BytesIO()
        self.image.save(out, "PNG", compress_level=1)
        return Page(self.number, WIDTH, HEIGHT, 0, "ocr", tuple(self.words), (), out.getvalue())


def other(path: str, value: Scalar, reason: str, score: float = 0.4, evidence: tuple[Evidence, ...] = ()) -> Finding:
    return Finding(path, value, evidence, score, reason)


LETTERHEAD = Evidence(1, (0.098, 0.07, 0.28, 0.1), "Riverbend")
UNSIGNED = Check(
    "signature",
    "blocking",
    "The order is not signed.",
    "Please sign the order.",
    ("signed",),
    0.97,
    "42 CFR 410.32(a): diagnostic tests are ordered by the treating physician",
)
NO_SIDE = Check(
    "laterality",
    "blocking",
    "The knee is one of a pair, and no side is stated.",
    "Please tell us which side.",
    ("exams.0.laterality",),
    0.95,
    "ACR practice parameter for communication, 2020",
)
NO_POLICY = Check(
    "coverage", "follow_up", "The member number is not stated.", "Member number?", ("coverage.member_id",), 0.9
)


def knee(family: str = "Paredes", given: str = "Lucia", **changes: object) -> tuple[Order, list[Page]]:
    """An MR of a knee without a side, unsigned, with a doubtful name and birth date."""
    order, pages = _knee(family, given)
    return replace(order, **changes), list(pages)


@cache
def _knee(family: str, given: str) -> tuple[Order, tuple[Page, ...]]:
    fax = Fax()
    fax.title("Riverbend Orthopaedics · Imaging order")
    patient = Patient(
        family=fax.write(
            "Patient", family, sure=0.71, gap=40, reason="the two readers disagree",
            others=(
                other("patient.family", f"{family[:-1]}z", "second reader", 0.5),
                other("patient.family", "Riverbend", "stands in the letterhead", 0.1, (LETTERHEAD,)),
            ),
        ),
        given=fax.write("", given),
        birth_date=fax.write(
            "Date of birth", "03/14/1961", "1961-03-14", 0.66, reason="a 1 may be a slash",
            others=(other("patient.birth_date", "1964-03-11", "second reader", 0.3),),
        ),
        sex=fax.write("Sex", "F"),
        phone=fax.write("Telephone", "(865) 555-0142", "8655550142"),
        mrn=fax.write("Record", "RB-20934"),
        address=Address(
            fax.write("Address", "118 Alder Street", gap=14),
            fax.write("", "Knoxville"),
            Value("TN", 0.97, (), "stated"),
            Value("37902", 0.96, (), "stated"),
        ),
    )  # fmt: skip
    exam = Exam(
        text=fax.write("Exam", "MRI knee without contrast", gap=40),
        modality=Value("MR", 0.99, (), "stated", "“MRI”"),
        body_region=Value("knee", 0.98, (), "stated", "“knee”"),
        contrast=Value("without", 0.97, (), "stated", "“without contrast”"),
        procedure_code=fax.write("CPT", "73721", sure=0.93),
    )
    indication = Indication(
        fax.write("Reason", "Pain after a fall, locking, suspected meniscal tear"),
        (fax.write("ICD-10", "M25.561", sure=0.94),),
    )
    provider = Provider(
        family=fax.write("Ordered by", "Whitcombe", gap=40),
        given=Value("Harriet", 0.95, (), "stated"),
        npi=fax.write("NPI", "1245319599", sure=0.97),
        practice=Value("Riverbend Orthopaedics", 0.9, (), "stated", "letterhead"),
        phone=fax.write("Telephone", "(865) 555-0110", "8655550110"),
        fax=fax.write("Fax", "(865) 555-0111", "8655550111"),
    )
    coverage = Coverage(payer=fax.write("Insurance", "Blue Ridge Health", gap=40))
    order = Order(
        "",
        (1,),
        patient=patient,
        coverage=coverage,
        exams=(exam,),
        indication=indication,
        priority=fax.write("Priority", "Urgent", "urgent"),
        provider=provider,
        order_date=fax.write("Date", "11/20/2026", "2026-11-20"),
        safety=Safety(implant=Value("no", 0.92, (), "stated")),
        problems=(NO_SIDE, UNSIGNED, NO_POLICY),
        route="review",
        route_reason="The family name and the birth date are not read surely enough.",
    )
    return order, (fax.page(),)


def clear(family: str = "Okafor", given: str = "Benedict", **changes: object) -> tuple[Order, list[Page]]:
    """A radiograph of the chest with nothing to complain of, every value sure."""
    order, pages = knee(family, given)
    patient = replace(order.patient, family=replace(order.patient.family, confidence=0.999, others=()))
    patient = replace(patient, birth_date=replace(patient.birth_date, confidence=0.999, others=()))
    exam = Exam(*(Value(each, 0.999, (), "stated") for each in ("Chest 2 views", "XR", "chest")))
    order = replace(
        order, patient=patient, exams=(exam,), problems=(), signed=Value(True, 0.999, (), "stated"),
        priority=Value(), route="ready", route_reason="",
    )  # fmt: skip
    return replace(order, **changes), pages


def note(number: int, words: str) -> Page:
    """Another page of a packet."""
    fax = Fax(number)
    fax.title(words)
    fax.write("", "The knee locks on stairs. Conservative treatment for six weeks without relief.")
    return fax.page()


def arrive(
    orders: list[Order], pages: list[Page], name: str = "fax.tif", data: bytes | None = None, site: str = "default"
) -> list[str]:
    """Hand a file in to a site, have it read as `orders`; return the cases' ids."""
    data = data if data is not None else b"".join(page.image for page in pages) + name.encode()
    document_id = ledger.receive(data, name, "folder", name, site).document_id
    leased = ledger.lease("worker-1")
    assert leased and leased.document_id == document_id
    types = tuple(PageType(page.number, "order" if page.number == 1 else "clinical_note", 0.95) for page in pages)
    referral = Referral(name, document_id, types, tuple(orders))
    return ledger.record_reading(document_id, "worker-1", referral, pages, {"read": 3.1})


def one(make: Callable[..., tuple[Order, list[Page]]] = knee, name: str = "fax.tif", **changes: object) -> str:
    """One order of one fax; return its case's id."""
    order, pages = make(**changes)
    return arrive([order], pages, name)[0]


def blind(make: Callable[..., tuple[Order, list[Page]]] = clear, name: str = "blind.tif", **changes: object) -> str:
    """One cleared order that waits for its blind check; return its case's id."""
    site = settings()
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(site, "blind_share", 1.0)
        return one(make, name, **changes)


def broken(name: str = "scan.tif", data: bytes = b"II*\x00 cut off", code: str = "damaged") -> str:
    """A document that could not be read; return its id."""
    document_id = ledger.receive(data, name, "folder", name).document_id
    assert ledger.lease("worker-1")
    ledger.record_failure(document_id, "worker-1", code)
    return document_id
