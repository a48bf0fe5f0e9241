"""Taking back: the order reads as before, step by step, and only one's own steps."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from documents.page import Page
from orders.order import Conflict, Evidence, Exam, Finding, Order, PageType, Patient, Referral, Value
from store import ledger
from store.ledger import Refused

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("data")]

BOX = Evidence(1, (0.1, 0.1, 0.2, 0.12), "Abbott")
LOST = Finding("patient.family", "Abbot", (BOX,), 0.4, "second reader")
SIDES = Conflict("exam_conflict", "The box says left, the words right.", (BOX,), 0.9, ("exams.0.laterality",))
ORDER = Order(
    id="",
    pages=(1,),
    patient=Patient(family=Value("Abbott", 0.7, (BOX,), "stated", "label", (LOST,)), given=Value("Anna", 0.9)),
    exams=(Exam(text=Value("MRI left knee", 0.9, (), "stated"), laterality=Value("left", 0.8, (BOX,), "stated")),),
    conflicts=(SIDES,),
    route="review",
)
Act = Callable[[str, int], object]


def opened() -> str:
    document_id = ledger.receive(b"fax", "fax.tif", "folder", "fax.tif").document_id
    ledger.lease("w")
    pages = [Page(1, 1700, 2200, 0, "ocr", (), (), b"picture")]
    referral = Referral("fax.tif", document_id, (PageType(1, "order"),), (ORDER,))
    return ledger.record_reading(document_id, "w", referral, pages)[0]


def correct(path: str, value: str, evidence: Evidence | None = None) -> Act:
    return lambda case_id, version: ledger.correct(case_id, path, value, "anna", version, evidence)


def accept(*paths: str) -> Act:
    return lambda case_id, version: ledger.accept(case_id, list(paths), "anna", version)


@pytest.mark.parametrize(
    "acts",
    [
        [correct("patient.family", "Abbot")],
        [correct("patient.family", "Abbot", Evidence(1, (0.5, 0.5, 0.6, 0.6), "Abbot"))],
        [correct("patient.family", "")],
        [correct("patient.middle", "Maria")],
        [correct("exams.0.laterality", "right")],
        [correct("exams.1.text", "XR knee"), correct("exams.1.modality", "XR")],
        [correct("indication.icd10.0", "M25.562"), correct("indication.icd10.1", "M25.561")],
        [accept("patient.family")],
        [accept("patient.family", "patient.given")],
        [accept("patient.family"), correct("patient.family", "Abbot"), accept("patient.family")],
    ],
)
def test_taking_everything_back_leaves_the_order_as_it_was(acts: list[Act]) -> None:
    case_id = opened()
    first = ledger.correct(case_id, "patient.sex", "F", "bert", 1).order
    for act in acts:
        act(case_id, ledger.case(case_id).version)
    changed = ledger.case(case_id).order
    assert changed != first
    with pytest.raises(Refused) as refusal:
        while True:
            ledger.undo(case_id, "anna", ledger.case(case_id).version)
    assert refusal.value.code == "nothing_to_undo"
    assert ledger.case(case_id).order == first
    assert ledger.verify() == []


def test_what_was_taken_back_is_named_and_told_in_the_trail() -> None:
    case_id = opened()
    ledger.correct(case_id, "patient.family", "Abbot", "anna", 1)
    view, path = ledger.undo(case_id, "anna", 2)
    assert (view.version, path, view.order.patient.family.value) == (3, "patient.family", "Abbott")
    assert [row.verb for row in ledger.history(case_id)][-2:] == ["case_corrected", "case_undone"]
    assert ledger.queue("review", filters=ledger.Filters(text="abbott"))


@pytest.mark.parametrize(
    ("actor", "version", "code"), [("bert", 2, "nothing_to_undo"), ("anna", 1, "stale"), ("anna", 2, "")]
)
def test_nobody_takes_back_what_another_did(actor: str, version: int, code: str) -> None:
    case_id = opened()
    ledger.accept(case_id, ["patient.family"], "anna", 1)
    if code:
        with pytest.raises(Refused) as refusal:
            ledger.undo(case_id, actor, version)
        assert refusal.value.code == code
    else:
        assert ledger.undo(case_id, actor, version)[0].order.patient.family.confidence == 0.7
