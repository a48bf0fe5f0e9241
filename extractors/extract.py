"""From the pages of one order to its values: every extractor asked, one value a field chosen.

Adding an extractor is adding a file with a function that yields findings, and
its name to `_EXTRACTORS`.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date

from documents.page import Page
from extractors.ask import exams_of
from extractors.coverage import find_coverage
from extractors.exams import ExamReader
from extractors.grants import grants_of
from extractors.indication import find_icd10, find_reason
from extractors.language import find_entities
from extractors.narrative import find_narrative
from extractors.order_date import find_order_date
from extractors.patient import find_patient
from extractors.priority import PriorityReader, find_priority
from extractors.provider import find_provider
from extractors.resolve import candidates, choose, missing, weighted
from extractors.safety import find_safety
from extractors.sheet import plain, sheet_of
from extractors.signature import find_signature
from extractors.views import View
from orders.order import Exam, Finding, Indication, Order, PageType, Value

Extractor = Callable[[View], Iterator[Finding]]
_EXTRACTORS: tuple[Extractor, ...] = (
    find_patient,
    find_provider,
    find_coverage,
    find_reason,
    find_narrative,
    find_icd10,
    find_order_date,
    find_safety,
    find_signature,
    find_entities,
)

# Every single-valued field with the labels whose empty entry shows that it is absent.
_FIELDS: dict[str, tuple[str, ...]] = {
    "patient.family": ("patient.family", "patient.name", "patient.any.name"),
    "patient.given": ("patient.given", "patient.name", "patient.any.name"),
    "patient.middle": ("patient.middle",),
    "patient.birth_date": ("patient.birth_date", "patient.age_dob"),
    "patient.sex": ("patient.sex",),
    "patient.phone": ("patient.phone", "patient.any.phone"),
    "patient.mrn": ("patient.mrn",),
    "patient.address.line": ("patient.address", "patient.any.address"),
    "patient.address.city": ("patient.any.city", "patient.any.city_state_zip"),
    "patient.address.state": ("patient.any.state", "patient.any.city_state_zip"),
    "patient.address.postal_code": ("patient.any.postal_code", "patient.any.city_state_zip"),
    "coverage.payer": ("coverage.payer",),
    "coverage.member_id": ("coverage.member_id",),
    "coverage.group_number": ("coverage.group_number",),
    "coverage.authorization_number": ("coverage.authorization_number",),
    "indication.text": ("indication.text",),
    "priority": ("order.priority",),
    "provider.family": ("provider.family", "provider.name", "provider.any.name"),
    "provider.given": ("provider.given", "provider.name"),
    "provider.npi": ("provider.npi",),
    "provider.practice": ("provider.practice",),
    "provider.phone": ("provider.phone", "provider.any.phone"),
    "provider.fax": ("provider.fax", "provider.any.fax"),
    "order_date": ("order.date", "provider.any.date"),
    "safety.pregnant": ("safety.pregnant",),
    "safety.implant": ("safety.implant",),
    "safety.contrast_allergy": ("safety.contrast_allergy",),
    "safety.kidney_disease": ("safety.kidney_disease",),
    "safety.egfr": ("safety.egfr",),
}
# Fields that are read together: the name's parts should come from one place.
_TOGETHER = {
    "patient.given": "patient.family",
    "patient.middle": "patient.family",
    "provider.given": "provider.family",
    "patient.address.city": "patient.address.line",
    "patient.address.state": "patient.address.city",
    "patient.address.postal_code": "patient.address.city",
}


@dataclass(frozen=True, slots=True)
class Knowledge:
    """What the classifiers know, handed in from above."""

    read_exams: ExamReader
    read_priority: PriorityReader


@dataclass(frozen=True, slots=True)
class Extraction:
    """An order without checks and route, and the exams that an authorisation among its pages names."""

    order: Order
    authorized: tuple[Exam, ...] = ()


def views_of(pages: Sequence[Page], types: Sequence[PageType], today: date) -> tuple[View, ...]:
    """Return every page as the extractors see it; `types` are in the pages' order."""
    return tuple(View(sheet_of(page, kind.type), today) for page, kind in zip(pages, types, strict=True))


def identity_of(view: View) -> tuple[str | None, str | None, str | None, str | None]:
    """Return whom a page names: family, given, birth date and record number, None where it does not say."""
    found = list(find_patient(view))
    picked: list[str | None] = []
    for field in ("patient.family", "patient.given", "patient.birth_date", "patient.mrn"):
        value = choose(field, [finding for finding in found if finding.field == field])
        picked.append(str(value.value) if value else None)
    return picked[0], picked[1], picked[2], picked[3]


def findings_of(view: View, knowledge: Knowledge) -> tuple[Finding, ...]:
    """Return all findings of one page, weighed by what the page is."""
    found: list[Finding] = []
    for extractor in _EXTRACTORS:
        found += extractor(view)
    found += find_priority(view, knowledge.read_priority)
    return tuple(weighted(found, view.sheet.type))


def extract(order_id: str, views: Sequence[View], knowledge: Knowledge) -> Extraction:
    """Return the order that the pages in `views` make, each value with its evidence, nothing checked yet."""
    by_field: dict[str, list[Finding]] = defaultdict(list)
    for view in views:
        for finding in findings_of(view, knowledge):
            by_field[finding.field].append(finding)
    exams, conflicts, authorized = exams_of(views, knowledge.read_exams)
    order = Order(order_id, tuple(view.sheet.number for view in views), exams=exams, conflicts=conflicts)
    types = tuple(view.sheet.type for view in views)
    order = replace(order, page_types=types, grants=grants_of(views, knowledge.read_exams))
    for field, concepts in _FIELDS.items():
        findings = by_field.get(field, [])
        leader = _TOGETHER.get(field)
        if leader:
            findings = _beside(findings, order.at(leader))
        value = choose(field, findings) or missing(field, views, concepts)
        order = order.put(field, value)
    order = replace(order, signed=_signed(by_field.get("signed", []), views))
    order = replace(order, indication=Indication(order.indication.text, _codes(by_field.get("indication.icd10", []))))
    return Extraction(_sane(order), authorized)


def _beside(findings: Sequence[Finding], leader: Value) -> list[Finding]:
    """Raise the findings that stand where the leading field was read and come from the same rule."""
    if not leader.evidence:
        return list(findings)
    home = leader.evidence[0]
    raised = []
    for finding in findings:
        near = any(item.page == home.page and abs(item.box[1] - home.box[1]) < 0.04 for item in finding.evidence)
        same = finding.reason == leader.reason
        factor = 1.0 if near and same else 0.8 if near else 0.45
        raised.append(replace(finding, score=finding.score * factor))
    return raised


def _signed(findings: Sequence[Finding], views: Sequence[View]) -> Value:
    """Signed when any mark or statement says so; else not, and how sure that is."""
    yes = [finding for finding in findings if finding.value is True]
    no = [finding for finding in findings if finding.value is False]
    if yes:
        best = max(yes, key=lambda finding: finding.score)
        if best.score >= 0.5:
            return Value.of(best, best.score, tuple(no[:3]))
        return Value(
            False, 1.0 - best.score, best.evidence, "unreadable", "a faint mark on the signature line", (best,)
        )
    if no:
        best = max(no, key=lambda finding: finding.score)
        return Value(False, min(0.97, 0.55 + 0.45 * best.score), best.evidence, "absent", best.reason)
    return Value(False, 0.6, (), "absent", "no signature line and no electronic signature was found")


def _codes(findings: Sequence[Finding]) -> tuple[Value, ...]:
    """Every diagnosis code that is well enough supported; one at a label speaks against strays elsewhere."""
    ranked = [candidate for candidate in candidates(findings) if candidate.support >= 0.45]
    labelled = [candidate for candidate in ranked if "label" in candidate.best.reason]
    kept = labelled or ranked
    kept.sort(
        key=lambda candidate: (
            (candidate.best.evidence[0].page, candidate.best.evidence[0].box[1], candidate.best.evidence[0].box[0])
            if candidate.best.evidence
            else (0, 0, 0)
        )
    )
    return tuple(Value.of(candidate.best, min(0.98, candidate.support)) for candidate in kept[:8])


def _sane(order: Order) -> Order:
    """Drop what contradicts itself: the patient's own number as the provider's, one name for both people."""
    for field in ("provider.phone", "provider.fax"):
        value = order.at(field)
        if value and value.value == order.patient.phone.value:
            weaker = field if value.confidence <= order.patient.phone.confidence else "patient.phone"
            order = order.put(weaker, Value(None, 0.5, (), "absent", "the same number is the other party's"))
    provider, patient = order.provider.family, order.patient.family
    if provider and patient and plain(str(provider.value)) == plain(str(patient.value)):
        same_given = plain(str(order.provider.given.value)) == plain(str(order.patient.given.value))
        if same_given and provider.confidence < patient.confidence:
            order = order.put("provider.family", Value(None, 0.5, (), "absent", "the same name is the patient's"))
            order = order.put("provider.given", Value(None, 0.5, (), "absent", "the same name is the patient's"))
    return order
