"""A payer's answer: its status and its dates, with the near-misses that are neither."""

from __future__ import annotations

import pytest
from drawn_views import Drawn

from classifiers.exam import read_exams
from extractors.grants import grants_of
from orders.order import Grant


def the_grant(draw: Drawn, *lines: str, kind: str = "authorization") -> Grant | None:
    found = grants_of([draw("\n".join(lines), kind=kind)], read_exams)
    return found[0] if found else None


@pytest.mark.parametrize(
    ("line", "begins", "ends"),
    [
        ("Valid: 01/28/2026 - 03/29/2026", "2026-01-28", "2026-03-29"),
        ("Valid Oct 14, 2025 to Dec 13, 2025", "2025-10-14", "2025-12-13"),
        ("Effective 8/25/26 Expires 10/9/26", "2026-08-25", "2026-10-09"),
        ("72148 1 10/2/2026 to 12/1/2026", "2026-10-02", "2026-12-01"),
        ("Dates of service: 2026-03-01 through 2026-05-30", "2026-03-01", "2026-05-30"),
        ("Exp. date: 05/30/2026", None, "2026-05-30"),
        ("Authorization valid until 05/30/2026", None, "2026-05-30"),
        ("Start date 05/01/2026", "2026-05-01", None),
        ("Date of birth: 01/28/1960", None, None),
        ("Printed 05/01/2026", None, None),
        ("DOB 01/02/1960 Expires 10/09/2026", None, "2026-10-09"),
        ("Approved on 05/01/2026", None, None),
    ],
)
def test_from_when_until_when(draw: Drawn, line: str, begins: str | None, ends: str | None) -> None:
    grant = the_grant(draw, line)
    assert grant is not None
    assert (grant.valid_from.value, grant.valid_until.value) == (begins, ends)
    for value in (grant.valid_from, grant.valid_until):
        assert bool(value) == bool(value.evidence)


@pytest.mark.parametrize(
    ("lines", "status"),
    [
        (("NOTICE OF APPROVAL", "Claims may be denied without eligibility."), "approved"),
        (("Case status: APPROVED",), "approved"),
        (("Certification Letter",), "approved"),
        (("Request Not Approved", "You may appeal the denial."), "denied"),
        (("Your request was denied.",), "denied"),
        (("NOTICE: ADDITIONAL INFORMATION NEEDED", "until it is approved"), "pending"),
        (("Prior authorization status: pending",), "pending"),
        (("Prior Authorization Determination",), None),
    ],
)
def test_the_payers_answer(draw: Drawn, lines: tuple[str, ...], status: str | None) -> None:
    grant = the_grant(draw, *lines)
    assert grant is not None and grant.status.value == status


def test_an_answer_holds_its_exam_number_and_payer(draw: Drawn) -> None:
    grant = the_grant(draw, "Plan: Aetna", "Authorization #: A970082388", "Service: CT ABDOMEN AND PELVIS", "APPROVED")
    assert grant is not None
    assert (grant.number.value, grant.payer.value) == ("A970082388", "Aetna")
    assert [(exam.modality.value, exam.body_region.value) for exam in grant.exams] == [("CT", "abdomen_pelvis")]


@pytest.mark.parametrize(
    ("line", "ends"),
    [
        ("Auth # A97008 exp 10/09/2026", "2026-10-09"),
        ("Pre-cert A97008, valid 08/01/2026 - 10/09/2026", "2026-10-09"),
        ("Drivers license exp 10/09/2026", None),
        ("Order expires 10/09/2026", None),
        ("Auth # A97008, ordered 10/09/2026", None),
    ],
)
def test_an_orders_own_line_about_its_authorisation(draw: Drawn, line: str, ends: str | None) -> None:
    grant = the_grant(draw, line, kind="order")
    assert (grant.valid_until.value if grant else None) == ends


@pytest.mark.parametrize(
    ("lines", "ends"),
    [
        (("MR LUMBAR SPINE  72148   Aug 12, 2026 to Oct", "WITHOUT CONTRAST         11, 2026"), "2026-10-11"),
        (("MR LUMBAR SPINE  72148   08/12/2026 to", "WITHOUT CONTRAST         10/11/2026"), "2026-10-11"),
        (("MR LUMBAR SPINE  72148   08/12/2026 to", "10/11/2026"), None),
        (("MR LUMBAR SPINE  72148   08/12/2026", "WITHOUT CONTRAST         10/11/2026"), None),
        (("Please answer by 08/12/2026 to", "WITHOUT CONTRAST         our office"), None),
    ],
)
def test_a_range_that_goes_on_below_in_its_column(draw: Drawn, lines: tuple[str, str], ends: str | None) -> None:
    grant = the_grant(draw, *lines)
    assert grant is not None and grant.valid_until.value == ends
