"""The rules of the contract's default checklist: what each looks at, and when it finds something wrong.

They are written as the contract words them. A rule beyond it has a file of its
own (`orders.rules_payer`, `orders.rules_patient`).
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

from orders.codes import luhn_holds
from orders.order import Exam, Order
from orders.rule import Paths, Verdict, each_exam, exam_paths, one_stated, rule, stated
from orders.vocabulary import PAIRED_REGIONS

CONTRAST_GIVEN: Final = ("with", "with_and_without")
CROSS_SECTIONAL: Final = ("CT", "MR")
AUTHORIZED: Final = ("CT", "MR", "PT", "NM")
# The share of yes among safety answers: one in ten on synthetic referrals (sample_docs), doubled to be careful.
YES_SHARE: Final = 0.2
# Techniques whose contrast needs no word of its own: it is part of what they are.
CONTRAST_IMPLIED: Final = ("angiography", "venography", "arthrography", "calcium_score")


@rule("family", "given", "all", on=("patient.family", "patient.given"))
def patient_name(order: Order) -> Verdict:
    """Family or given name is not stated."""
    return stated(order, "patient.family", "patient.given")


@rule(on=("patient.birth_date",))
def patient_birth_date(order: Order) -> Verdict:
    """The birth date is not stated."""
    return stated(order, "patient.birth_date")


@rule("none", "modality", "body_region", "all", on=("exams.*.text", "exams.*.modality", "exams.*.body_region"))
def exam(order: Order) -> Verdict:
    """No exam is stated, or its modality or body region cannot be told."""
    if not order.exams:
        # No leaf says how sure that is, and an exam overlooked is likelier than an order without one.
        return Verdict(True, case="none", sure=0.5)
    cases: list[str] = []

    def judge(index: int, one: Exam) -> tuple[bool, Paths]:
        missing = tuple(part for part in ("modality", "body_region") if not getattr(one, part))
        if not missing:
            return False, (f"exams.{index}.modality", f"exams.{index}.body_region")
        cases.append("all" if len(missing) == 2 and one.text else "none" if len(missing) == 2 else missing[0])
        return True, exam_paths(one, index, *missing)

    verdict = each_exam(order, judge)
    if not verdict.problem:
        return verdict
    return Verdict(True, verdict.grounds, cases[0], verdict.exams)


@rule(on=("exams.*.text", "exams.*.modality", "exams.*.body_region", "exams.*.laterality", "exams.*.technique"))
def laterality(order: Order) -> Verdict:
    """An exam of a paired region states no side; screening mammography excepted."""

    def judge(index: int, one: Exam) -> tuple[bool, Paths]:
        region = f"exams.{index}.body_region"
        if one.body_region.value not in PAIRED_REGIONS:
            return False, (region,)
        if one.laterality:
            return False, (f"exams.{index}.laterality",)
        if one.modality.value == "MG" and one.technique.value == "screening":
            return False, (f"exams.{index}.modality", f"exams.{index}.technique")
        return True, exam_paths(one, index, "body_region", "laterality")

    return each_exam(order, judge)


@rule(on=("indication.text", "indication.icd10.*"))
def indication(order: Order) -> Verdict:
    """Neither a reason in words nor a diagnosis code is stated."""
    return one_stated(order, ("indication.text", *_icd10(order)))


@rule(on=("provider.family",))
def provider_name(order: Order) -> Verdict:
    """The ordering provider's family name is not stated."""
    return stated(order, "provider.family")


@rule(on=("provider.phone", "provider.fax"))
def provider_contact(order: Order) -> Verdict:
    """Neither a phone nor a fax of the provider or practice is stated."""
    return one_stated(order, ("provider.phone", "provider.fax"))


@rule(on=("signed",))
def signature(order: Order) -> Verdict:
    """No handwritten mark on the signature line and no electronic-signature statement."""
    return Verdict(order.signed.value is not True, (("signed",),))


@rule(on=("exams.*", "indication.text", "indication.icd10.*"))
def exam_conflict(order: Order) -> Verdict:
    """Two statements of the exam contradict each other (`orders.conflicts`)."""
    return _conflict(order, "exam_conflict") or Verdict(False)


@rule(on=("exams.*", "safety.implant", "safety.pregnant", "safety.contrast_allergy", "safety.egfr"))
def safety_conflict(order: Order) -> Verdict:
    """An answer speaks against the exam as ordered (`orders.conflicts`)."""
    found = _conflict(order, "safety_conflict")
    if found:
        return found
    paths: list[str] = []
    for one in order.exams:
        modality = one.modality.value
        if modality == "MR":
            paths.append("safety.implant")
        if modality in RADIATION:
            paths.append("safety.pregnant")
        if injects(one):
            paths += ["safety.contrast_allergy", "safety.egfr"]
    asked = tuple(dict.fromkeys(paths))
    if not asked:
        return Verdict(False)
    return Verdict(False, (asked,), sure=min(_harmless(order, path) for path in asked))


def _harmless(order: Order, path: str) -> float:
    """How sure it is that no answer at `path` forbids the exam: one overlooked may still be a no."""
    value = order.at(path)
    if value.state == "absent":
        return 1.0 - (1.0 - value.confidence) * YES_SHARE
    return value.confidence if value.state == "stated" else 1.0 - YES_SHARE


@rule(on=("patient.phone",))
def patient_phone(order: Order) -> Verdict:
    """The patient's phone is not stated."""
    return stated(order, "patient.phone")


@rule(on=("exams.*.text", "exams.*.modality", "exams.*.contrast", "exams.*.technique"))
def contrast(order: Order) -> Verdict:
    """A CT or MR states neither with nor without contrast, and its technique does not imply it."""

    def judge(index: int, one: Exam) -> tuple[bool, Paths]:
        if one.modality.value not in CROSS_SECTIONAL:
            return False, (f"exams.{index}.modality",)
        if one.contrast:
            return False, (f"exams.{index}.contrast",)
        if one.technique.value in CONTRAST_IMPLIED:
            return False, (f"exams.{index}.technique",)
        return True, exam_paths(one, index, "modality", "contrast", "technique")

    return each_exam(order, judge)


@rule(on=("indication.icd10.*",))
def diagnosis_code(order: Order) -> Verdict:
    """No ICD-10 code is stated."""
    codes = _icd10(order)
    return one_stated(order, codes) if codes else Verdict(True, sure=1.0)


@rule("payer", "member_id", "all", on=("coverage.payer", "coverage.member_id"))
def coverage(order: Order) -> Verdict:
    """No payer, or no member id."""
    return stated(order, "coverage.payer", "coverage.member_id")


@rule(on=("coverage.authorization_number", "priority", "exams.*.modality"))
def authorization(order: Order) -> Verdict:
    """A CT, MR, PT or NM exam that is not stat, and no authorisation number."""
    number = "coverage.authorization_number"
    if order.at(number):
        return Verdict(False, ((number,),))
    if order.priority.value == "stat":
        return Verdict(False, (("priority",),))

    def judge(index: int, one: Exam) -> tuple[bool, Paths]:
        modality = f"exams.{index}.modality"
        if one.modality.value not in AUTHORIZED:
            return False, (modality,)
        return True, (modality, "priority", number)

    return each_exam(order, judge)


@rule(
    "implant",
    "contrast_allergy",
    "all",
    on=("exams.*.modality", "exams.*.contrast", "safety.implant", "safety.contrast_allergy"),
)
def safety_screening(order: Order) -> Verdict:
    """An MR with `implant` unanswered, or an exam with contrast and `contrast_allergy` unanswered."""
    grounds: list[Paths] = []
    unanswered: list[str] = []
    answered: list[str] = []
    for index, one in enumerate(order.exams):
        asked = [("modality", "implant", one.modality.value == "MR")]
        asked += [("contrast", "contrast_allergy", one.contrast.value in CONTRAST_GIVEN)]
        for part, question, applies in asked:
            path = f"safety.{question}"
            if applies and order.at(path):
                answered.append(path)
            elif applies:
                grounds.append((f"exams.{index}.{part}", path))
                unanswered.append(question)
    if not grounds:
        return Verdict(False, (tuple(dict.fromkeys(answered)),) if answered else ())
    return Verdict(True, tuple(grounds), unanswered[0] if len(set(unanswered)) == 1 else "all")


@rule("absent", "wrong", on=("provider.npi",))
def provider_npi(order: Order) -> Verdict:
    """The NPI is not stated, or its check digit is wrong (45 CFR 162.406)."""
    number = order.provider.npi.value
    ground = (("provider.npi",),)
    if number is None:
        return Verdict(True, ground, "absent")
    digits = "".join(character for character in str(number) if character.isdigit())
    sound = len(digits) == 10 and luhn_holds("80840" + digits)
    return Verdict(not sound, ground, "" if sound else "wrong")


@rule(on=("order_date",))
def order_date(order: Order) -> Verdict:
    """The order's date is not stated."""
    return stated(order, "order_date")


RADIATION: Final = ("CT", "XR", "NM", "PT", "RF")


def injects(one: Exam) -> bool:
    """Whether the exam is ordered with iodinated or gadolinium contrast; ultrasound's is neither."""
    return one.contrast.value in CONTRAST_GIVEN and one.modality.value != "US"


def _icd10(order: Order) -> Paths:
    return tuple(f"indication.icd10.{index}" for index in range(len(order.indication.icd10)))


def _conflict(order: Order, code: str) -> Verdict | None:
    found = [conflict for conflict in order.conflicts if conflict.code == code]
    if not found:
        return None
    detail = "; ".join(dict.fromkeys(_bare(conflict.message) for conflict in found))
    paths = _once(path for conflict in found for path in conflict.paths)
    return Verdict(True, (paths,), detail=detail, sure=max(conflict.confidence for conflict in found))


def _bare(sentence: str) -> str:
    return sentence.strip().rstrip(".")


def _once(paths: Iterable[str]) -> Paths:
    return tuple(dict.fromkeys(paths))
