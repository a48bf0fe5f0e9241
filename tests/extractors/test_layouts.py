"""Orders in the layouts that US practices send: what each states, and whose numbers and names it must not take."""

from __future__ import annotations

import pytest
from drawn_layouts import (
    ATHENA,
    CAPTIONS,
    COMPOSITE,
    DASHES,
    DATES,
    DOTTED,
    ECW,
    EPIC,
    FOR_PAD,
    GLUED,
    HEADS_CLOSE,
    HEALTH_PLAN,
    LETTER,
    MRN_LIKE,
    NAME_OVER_CELLS,
    NAME_PARTS,
    NUMBERED,
    PORTAL,
    REASON_BESIDE,
    REASON_UNDER,
    RX_PAD,
    SECOND_ADDRESSES,
    SPANISH,
    VETERANS,
    WORKLIST,
)
from drawn_views import Drawn

from classifiers.exam import read_exams
from classifiers.priority import read_priority
from extractors.extract import Knowledge, extract
from orders.order import Scalar

JUNE = {"patient.family": "Alderson", "patient.given": "June", "patient.birth_date": "1962-03-14"}
BELL = {"provider.family": "Bell", "provider.given": "Omar"}
OFFICE = {"provider.phone": "9375550114", "provider.fax": "9375550115"}
NPI = {"provider.npi": "1234567893"}
HOME = {
    "patient.address.line": "77 Quiet Ln",
    "patient.address.city": "Dayton",
    "patient.address.state": "OH",
}
ZIP = {"patient.address.postal_code": "45420"}
PHONE = {"patient.phone": "9375550163"}
CIGNA = {"coverage.payer": "Cigna", "coverage.member_id": "U1234567802"}
HIP = {"indication.text": "Right hip pain and limp"}

LAYOUTS: dict[str, tuple[str, dict[str, Scalar]]] = {
    "name over cells": (
        NAME_OVER_CELLS,
        {
            **JUNE, **BELL, **OFFICE, **NPI, **HOME, **ZIP, **PHONE, **CIGNA,
            "patient.middle": "M", "patient.mrn": "A-55812", "patient.sex": "F",
            "indication.text": "Right hip pain, limp since August",
        },
    ),
    "captions under lines": (CAPTIONS, {**JUNE, **HOME, **ZIP, **HIP, **BELL, **OFFICE, "patient.middle": "M"}),
    "hospital print": (
        EPIC,
        {
            **JUNE, **BELL, **NPI, **OFFICE, **PHONE, "patient.mrn": "A-55812", "patient.sex": "F",
            "order_date": "2026-11-02", "provider.practice": "Riverbend Family Medicine",
            "patient.address.line": "77 Quiet Ln", "indication.text": "Right hip pain and limp since August",
        },
    ),
    "practice print": (
        ATHENA,
        {
            **JUNE, **BELL, **NPI, **OFFICE, **HOME, **ZIP, **PHONE, **CIGNA, "patient.mrn": "55812",
            "order_date": "2026-11-02", "provider.practice": "Riverbend Family Medicine",
        },
    ),
    "chart print": (
        ECW,
        {**JUNE, **BELL, **NPI, **OFFICE, **PHONE, "patient.sex": "F", "coverage.payer": "Cigna",
         "coverage.member_id": None, "indication.text": "right hip pain and limp"},
    ),
    "pad": (
        RX_PAD,
        {**JUNE, **BELL, **NPI, **OFFICE, **HOME, "order_date": "2026-11-02",
         "provider.practice": "Riverbend Family Medicine", "indication.text": "right hip pain, limp"},
    ),
    "pad with for": (
        FOR_PAD,
        {**JUNE, **BELL, **OFFICE, "indication.text": "cough and weight loss, r/o mass",
         "coverage.payer": "Cigna PPO", "coverage.member_id": "U1234567802"},
    ),
    "health plan": (
        HEALTH_PLAN,
        {**JUNE, **BELL, **NPI, **OFFICE, **PHONE, "coverage.member_id": "U1234567802",
         "coverage.group_number": "77-4410", "patient.address.line": None,
         "indication.text": "Right hip pain and limp since August"},
    ),
    "worklist": (
        WORKLIST,
        {**JUNE, **BELL, **HIP, "patient.middle": "M", "patient.mrn": "A-55812", "patient.sex": "F"},
    ),
    "Spanish": (
        SPANISH,
        {**BELL, **NPI, **OFFICE, **HOME, **ZIP, **PHONE, "patient.family": "López Marín", "patient.given": "María",
         "patient.birth_date": "1962-03-14", "patient.sex": "F", "patient.mrn": "A-55812", "order_date": "2026-11-02",
         "coverage.payer": "Medicaid", "coverage.member_id": "1010203040",
         "indication.text": "dolor de cadera derecha desde agosto"},
    ),
    "composite labels": (COMPOSITE, {**JUNE, **BELL, **NPI, **OFFICE, **CIGNA, "indication.text": "right hip pain"}),
    "glued": (
        GLUED,
        {**JUNE, **BELL, **NPI, **PHONE, **CIGNA, "patient.mrn": "A-55812", "coverage.group_number": "77-4410",
         "indication.text": "RIGHT HIP PAIN"},
    ),
    "second addresses": (
        SECOND_ADDRESSES,
        {**JUNE, **BELL, **OFFICE, **PHONE, **HOME, **ZIP, **HIP, "coverage.payer": "Cigna"},
    ),
    "dates": (DATES, {**JUNE, "order_date": "2026-11-02"}),
    "reason under": (
        REASON_UNDER,
        {**JUNE, "indication.text": "Right hip pain since August, worse on stairs, with a limp. Failed six weeks of "
         "physical therapy. Rule out avascular necrosis of the femoral head."},
    ),
    "reason beside": (
        REASON_BESIDE,
        {**JUNE, **BELL,
         "indication.text": "Right hip pain since August, worse on stairs; rule out avascular necrosis"},
    ),
    "letter": (
        LETTER,
        {**JUNE, **BELL, **NPI, **OFFICE, **PHONE, "coverage.payer": "Aetna Medicare Advantage",
         "coverage.member_id": "W758567166", "coverage.group_number": "77-4410", "order_date": "2026-11-02",
         "coverage.authorization_number": "A99812345", "provider.practice": "Riverbend Family Medicine",
         "patient.address.line": None, "patient.sex": "F"},
    ),
    "numbered": (
        NUMBERED,
        {**BELL, **NPI, **OFFICE, **PHONE, **HIP, "patient.family": "Lopez Marin", "patient.given": "Ana",
         "patient.middle": "R", "patient.birth_date": "1962-03-14", "patient.sex": "F", "patient.mrn": "A-55812",
         "coverage.payer": "Blue Cross Blue Shield", "coverage.member_id": "XYZ123456789",
         "coverage.group_number": "77-4410"},
    ),
    "name parts": (NAME_PARTS, {**JUNE, **BELL, **NPI, **HIP, "patient.middle": "M"}),
    "heads close": (HEADS_CLOSE, {**JUNE, **BELL, "patient.sex": "F", "indication.text": "right hip pain and limp"}),
    "portal": (
        PORTAL,
        {**JUNE, **BELL, **OFFICE, **PHONE, **HIP, "patient.sex": "F", "coverage.payer": "United Healthcare",
         "coverage.member_id": "912345678", "coverage.group_number": "77-4410",
         "provider.practice": "Riverbend Family Medicine", "patient.address.line": None},
    ),
    "veterans": (
        VETERANS,
        {**JUNE, **BELL, **NPI, **OFFICE, "coverage.payer": "VA Community Care",
         "coverage.authorization_number": "VA0012345678"},
    ),
    "dotted": (
        DOTTED,
        {**JUNE, **BELL, **NPI, "coverage.payer": "CIGNA", "coverage.member_id": "3407451357",
         "coverage.authorization_number": "8572867085", "indication.text": "RIGHT HIP PAIN AND LIMP"},
    ),
    "dashes": (
        DASHES,
        {**JUNE, **BELL, **OFFICE, **PHONE, **HIP, "coverage.payer": "Humana Gold Plus",
         "coverage.member_id": "9403732130", "coverage.group_number": "77-4410"},
    ),
    "hospital numbers": (
        MRN_LIKE,
        {**JUNE, **BELL, "patient.mrn": "00-55-81", "patient.sex": "F", "indication.text": "RIGHT HIP PAIN"},
    ),
}  # fmt: skip


def same(one: Scalar, other: Scalar) -> bool:
    """Compare as the contract does: case aside."""
    return one == other or (one is not None and other is not None and str(one).casefold() == str(other).casefold())


@pytest.mark.parametrize("name", LAYOUTS)
def test_what_the_layout_states(draw: Drawn, name: str) -> None:
    page, wanted = LAYOUTS[name]
    order = extract("one", [draw(page)], Knowledge(read_exams, read_priority)).order
    read = {field: order.at(field).value for field in wanted}
    wrong = {field: (wanted[field], read[field]) for field in wanted if not same(read[field], wanted[field])}
    assert not wrong
