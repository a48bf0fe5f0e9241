"""The truth about what was drawn, in the contract's shape, with the problems that follow from it."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from orders.codes import NPI
from orders.vocabulary import PAIRED_REGIONS
from sample_docs.generator.case import Case

Json = dict[str, Any]

_ADDRESS = ("line", "city", "state", "postal_code")
_GROUPS = {
    "patient": ("family", "given", "middle", "birth_date", "sex", "phone", "mrn"),
    "coverage": ("payer", "member_id", "group_number", "authorization_number"),
    "provider": ("family", "given", "npi", "practice", "phone", "fax"),
    "safety": ("pregnant", "implant", "contrast_allergy", "kidney_disease", "egfr"),
}


def order_truth(case: Case, stated: set[str], pages: Iterable[int], opposed: bool = False) -> Json:
    """Return the truth of one order of which the fields `stated` were drawn on `pages` (1-based).

    A fact that was not drawn is null. `opposed` says that another page (an
    authorisation, a box ticked) contradicts the exam; a case's own `opposed`
    statement counts when it was drawn.
    """

    def leaf(path: str) -> Any:
        return (case.facts.get(path) or None) if path in stated else None

    groups = {group: {name: leaf(f"{group}.{name}") for name in names} for group, names in _GROUPS.items()}
    groups["patient"]["address"] = {name: leaf(f"patient.address.{name}") for name in _ADDRESS}
    order: Json = {
        "pages": sorted(pages),
        "patient": groups["patient"],
        "coverage": groups["coverage"],
        "exams": [
            {
                "text": exam.text,
                "modality": exam.modality,
                "body_region": exam.body_region,
                "laterality": exam.laterality,
                "contrast": exam.contrast,
                "technique": exam.technique,
                "procedure_code": exam.procedure_code if f"exams.{place}.procedure_code" in stated else None,
            }
            for place, exam in enumerate(case.exams)
            if f"exams.{place}.text" in stated
        ],
        "indication": {
            "text": leaf("indication.text"),
            "icd10": [code for place, code in enumerate(case.codes) if f"indication.icd10.{place}" in stated],
        },
        "priority": leaf("priority"),
        "provider": groups["provider"],
        "signed": "signed" in stated,
        "order_date": leaf("order_date"),
        "safety": groups["safety"],
    }
    conflict = opposed or (case.opposed is not None and case.opposed in stated)
    order["problems"] = problems(order, conflict)
    blocked = any(problem["severity"] == "blocking" for problem in order["problems"])
    order["route"] = "clarification" if blocked else "ready"
    return order


def problems(order: Json, exam_conflict: bool = False) -> list[Json]:
    """Return what the contract's default checklist finds in `order`, in the contract's order.

    `exam_conflict` cannot be told from the truth alone and is handed in.
    """
    patient, coverage, provider = order["patient"], order["coverage"], order["provider"]
    exams, safety = order["exams"], order["safety"]
    blocking = {
        "patient_name": not (patient["family"] and patient["given"]),
        "patient_birth_date": not patient["birth_date"],
        "exam": not exams or any(not (exam["modality"] and exam["body_region"]) for exam in exams),
        "laterality": any(_needs_side(exam) and not exam["laterality"] for exam in exams),
        "indication": not (order["indication"]["text"] or order["indication"]["icd10"]),
        "provider_name": not provider["family"],
        "provider_contact": not (provider["phone"] or provider["fax"]),
        "signature": not order["signed"],
        "exam_conflict": exam_conflict,
        "safety_conflict": any(_dangerous(exam, safety) for exam in exams),
    }
    magnetic = any(exam["modality"] == "MR" for exam in exams)
    follow_up = {
        "patient_phone": not patient["phone"],
        "contrast": any(_contrast_open(exam) for exam in exams),
        "diagnosis_code": not order["indication"]["icd10"],
        "coverage": not (coverage["payer"] and coverage["member_id"]),
        "authorization": any(exam["modality"] in ("CT", "MR", "PT", "NM") for exam in exams)
        and order["priority"] != "stat"
        and not coverage["authorization_number"],
        "safety_screening": (magnetic and not safety["implant"])
        or (any(_contrast(exam) for exam in exams) and not safety["contrast_allergy"]),
        "provider_npi": not provider["npi"] or NPI.parse(provider["npi"]) is None,
        "order_date": not order["order_date"],
    }
    return [
        {"code": code, "severity": severity}
        for severity, found in (("blocking", blocking), ("follow_up", follow_up))
        for code, holds in found.items()
        if holds
    ]


def _needs_side(exam: Json) -> bool:
    spared = exam["modality"] == "MG" and exam["technique"] == "screening"
    return exam["body_region"] in PAIRED_REGIONS and not spared


def _contrast(exam: Json) -> bool:
    return exam["contrast"] in ("with", "with_and_without")


def _contrast_open(exam: Json) -> bool:
    bound = exam["technique"] in ("angiography", "venography", "arthrography", "calcium_score")
    return exam["modality"] in ("CT", "MR") and not exam["contrast"] and not bound


def _dangerous(exam: Json, safety: Json) -> bool:
    """Whether an answer speaks against the exam. Only CT and MR use iodine or gadolinium."""
    agent = exam["modality"] in ("CT", "MR") and _contrast(exam)
    return (
        (exam["modality"] == "MR" and safety["implant"] == "yes")
        or (agent and safety["contrast_allergy"] == "yes")
        or (agent and safety["egfr"] is not None and safety["egfr"] < 30)
        or (exam["modality"] in ("CT", "XR", "NM", "PT", "RF") and safety["pregnant"] == "yes")
    )
