"""The same order again, a correction, or another order for the same patient."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from orders.again import compare
from orders.again_keys import person_keys
from orders.order import ABSENT, Coverage, Exam, Indication, Order, Patient, Provider, Safety, Value


def said(value: object, sure: float = 0.97) -> Value:
    return Value(value, sure, (), "stated")  # type: ignore[arg-type]


def exam(modality: str, region: str, side: str | None = None, contrast: str | None = None, sure: float = 0.97) -> Exam:
    parts = [said(part, sure) if part else Value(None, sure) for part in (side, contrast)]
    return Exam(said(f"{modality} {region}"), said(modality), said(region), *parts, technique=Value(None, sure))


KNEE = exam("MR", "knee", "left", "without")


def order(**changes: Any) -> Order:
    base = Order(
        "",
        (1,),
        Patient(said("Underhill"), said("Curtis"), birth_date=said("1978-08-20"), phone=said("9125550179")),
        Coverage(member_id=said("U8481263602")),
        (KNEE,),
        Indication(said("twisted knee playing soccer, effusion, r/o meniscal tear"), (said("M25.562"),)),
        provider=Provider(said("Villanueva"), npi=said("1439443080"), phone=said("9125550189")),
        signed=said(True),
        order_date=said("2026-08-14"),
    )
    return replace(base, **changes)


FIRST = order()
TWIN = Patient(said("Underhill"), said("Marcus"), birth_date=said("1978-08-20"), phone=said("9125550179"))
MISREAD = Patient(said("Underhi11", 0.5), said("Curtls", 0.5), birth_date=said("1978-08-20"), phone=ABSENT)
OTHER_DOCTOR = Provider(said("Young"), npi=said("1245319599"), phone=said("9125550101"))


@pytest.mark.parametrize(
    ("later", "sheet", "marked", "days", "kind"),
    [
        pytest.param(order(), 1.0, "", 6, "same_sheet", id="faxed again"),
        pytest.param(order(patient=MISREAD), 0.9, "", 6, "same_sheet", id="faxed again, name misread"),
        pytest.param(order(order_date=ABSENT), 0.9, "", 6, "same_sheet", id="faxed again, its date not read"),
        pytest.param(order(order_date=said("2026-08-19", 0.6)), 0.95, "", 6, "same_sheet", id="its date misread"),
        pytest.param(
            order(exams=(exam("MR", "knee", None, "without", 0.3),)), 0.95, "", 1, "same_sheet", id="its side not read"
        ),
        pytest.param(order(exams=()), 0.95, "", 1, "same_sheet", id="its exam not read"),
        pytest.param(order(), 0.3, "", 0, "same_order", id="by the portal too"),
        pytest.param(order(patient=MISREAD), 0.2, "", 0, "same_order", id="by the portal too, name misread"),
        pytest.param(order(order_date=said("2026-08-18")), 0.3, "", 4, "same_order", id="asked anew within a week"),
        pytest.param(order(exams=(exam("MR", "knee", "right", "without"),)), 0.95, "", 1, "correction", id="side"),
        pytest.param(order(exams=(exam("MR", "knee", "left", "with"),)), 0.3, "", 1, "correction", id="contrast"),
        pytest.param(
            order(exams=(exam("MR", "knee", "right", "without"),), order_date=said("2026-08-17")), 0.9, "", 3,
            "correction", id="side, dated three days later",
        ),
        pytest.param(order(exams=(KNEE, exam("XR", "knee", "left"))), 0.9, "", 0, "correction", id="one exam more"),
        pytest.param(order(), 0.97, "CORRECTED", 3, "correction", id="it says so and reads the same"),
        pytest.param(
            order(exams=(exam("CT", "knee", "left"),)), 0.9, "amended order", 3, "correction", id="and another kind"
        ),
        pytest.param(order(indication=Indication(icd10=(said("S83.2"),))), 0.9, "", 1, "correction", id="a code"),
        pytest.param(
            order(safety=Safety(implant=said("no"))), 0.9, "", 1, "correction", id="a safety answer was added"
        ),
        pytest.param(order(order_date=said("2026-11-20")), 0.85, "", 98, "another", id="a follow-up on the same form"),
        pytest.param(order(order_date=said("2027-08-14")), 0.4, "", 365, "another", id="a year later"),
        pytest.param(order(exams=(exam("US", "thyroid"),)), 0.5, "", 0, "another", id="another exam the same day"),
        pytest.param(order(exams=()), 0.3, "", 0, "another", id="an exam that was not read, on another sheet"),
        pytest.param(
            order(exams=(exam("MR", "knee", "right", "without"),), order_date=said("2026-11-20")), 0.5, "", 98,
            "another", id="the other knee, months later",
        ),
        pytest.param(
            order(exams=(exam("MR", "knee", "right"),), provider=OTHER_DOCTOR), 0.2, "", 1, "another",
            id="the other knee, for another doctor",
        ),
        pytest.param(
            order(order_date=said("2026-08-18"), provider=OTHER_DOCTOR), 0.2, "", 4, "another",
            id="the same exam for another doctor, days later",
        ),
        pytest.param(
            order(exams=(exam("US", "thyroid"),), order_date=said("2027-02-01")), 0.2, "CORRECTED", 170, "another",
            id="a correction of something else",
        ),
        pytest.param(order(patient=TWIN), 0.6, "", 0, None, id="the twin"),
        pytest.param(
            order(patient=Patient(said("Underhill"), said("Curtis"), birth_date=said("1951-02-03"))), 0.5, "", 0, None,
            id="the father of the same name",
        ),
        pytest.param(
            order(patient=Patient(said("Baker"), said("Nadia"), birth_date=said("1961-01-09")), coverage=Coverage()),
            0.6, "CORRECTED", 0, None, id="another patient on the same form",
        ),
        pytest.param(order(patient=Patient(), coverage=Coverage()), 0.5, "", 0, None, id="nobody is named"),
        pytest.param(
            order(patient=Patient(), coverage=Coverage()), 0.95, "", 0, "same_sheet", id="nobody is named on the sheet"
        ),
    ],
)  # fmt: skip
def test_what_it_is_to_the_earlier_one(later, sheet, marked, days, kind):
    found = compare(later, FIRST, sheet, marked, days)
    assert (found and found.kind) == kind
    if found:
        assert 0.5 <= found.confidence <= 1
        assert found.reasons and all(reason.endswith(".") for reason in found.reasons)


def test_a_correction_says_what_it_corrects():
    found = compare(order(exams=(exam("MR", "knee", "right", "without"),)), FIRST, 0.9, "CORRECTED ORDER", 1)
    assert found and "The exam is asked otherwise: the side is right, was left." in found.reasons
    assert "It says “CORRECTED ORDER”." in found.reasons


@pytest.mark.parametrize(
    ("later", "meets"),
    [
        (order(), True),
        (order(patient=MISREAD), True),
        (order(patient=replace(FIRST.patient, family=said("Unterhil1"), birth_date=said("1973-08-20"))), True),
        (order(patient=Patient(birth_date=said("1978-08-20"))), True),
        (order(patient=Patient(said("Curtis"), said("Underhill"), birth_date=said("1978-08-20"))), True),
        (
            order(patient=Patient(said("Baker"), said("Nadia"), birth_date=said("1961-01-09")), coverage=Coverage()),
            False,
        ),
        (order(patient=Patient(), coverage=Coverage()), False),
    ],
)
def test_orders_about_one_person_share_a_key(later, meets):
    assert bool(set(person_keys(later)) & set(person_keys(FIRST))) == meets
