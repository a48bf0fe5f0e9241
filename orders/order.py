"""A referral as read: frozen values with their evidence, grouped as the contract groups them.

Every leaf is a `Value`. A leaf is addressed by its path in the contract's
shape, for instance `patient.address.city`, `exams.0.laterality` or
`indication.icd10.1`; `Order.at` reads and `Order.put` replaces by path.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field, fields, is_dataclass, replace
from typing import Any, Literal

Scalar = str | float | bool | None
State = Literal["stated", "absent", "unreadable"]
Severity = Literal["blocking", "follow_up", "note"]


@dataclass(frozen=True, slots=True)
class Evidence:
    """Where a value stands: the 1-based page, a box in fractions of it, and the text there."""

    page: int
    box: tuple[float, float, float, float]
    text: str


@dataclass(frozen=True, slots=True)
class Finding:
    """A value that an extractor proposes for a field.

    `score` (0..1) ranks findings of one field among each other; `reason` says
    which rule or model proposed it, which label it hung on, which check it passed.
    """

    field: str
    value: Scalar
    evidence: tuple[Evidence, ...]
    score: float
    reason: str


@dataclass(frozen=True, slots=True)
class Value:
    """A resolved leaf.

    `state` tells a value that is not on the document (`absent`) from ink that
    could not be read (`unreadable`). `confidence` of an absent value is the
    confidence that it is absent. `others` keeps the findings that lost.
    """

    value: Scalar = None
    confidence: float = 1.0
    evidence: tuple[Evidence, ...] = ()
    state: State = "absent"
    reason: str = ""
    others: tuple[Finding, ...] = ()

    def __bool__(self) -> bool:
        """A leaf is true when it states something; a stated `False` counts as stated."""
        return self.value is not None

    @staticmethod
    def of(finding: Finding, confidence: float, others: tuple[Finding, ...] = ()) -> Value:
        """Return the stated value that `finding` proposes."""
        return Value(finding.value, confidence, finding.evidence, "stated", finding.reason, others)


ABSENT = Value()


@dataclass(frozen=True, slots=True)
class Address:
    line: Value = ABSENT
    city: Value = ABSENT
    state: Value = ABSENT
    postal_code: Value = ABSENT


@dataclass(frozen=True, slots=True)
class Patient:
    family: Value = ABSENT
    given: Value = ABSENT
    middle: Value = ABSENT
    birth_date: Value = ABSENT
    sex: Value = ABSENT
    phone: Value = ABSENT
    mrn: Value = ABSENT
    address: Address = Address()


@dataclass(frozen=True, slots=True)
class Coverage:
    payer: Value = ABSENT
    member_id: Value = ABSENT
    group_number: Value = ABSENT
    authorization_number: Value = ABSENT


@dataclass(frozen=True, slots=True)
class Exam:
    text: Value = ABSENT
    modality: Value = ABSENT
    body_region: Value = ABSENT
    laterality: Value = ABSENT
    contrast: Value = ABSENT
    technique: Value = ABSENT
    procedure_code: Value = ABSENT


@dataclass(frozen=True, slots=True)
class Indication:
    text: Value = ABSENT
    icd10: tuple[Value, ...] = ()


@dataclass(frozen=True, slots=True)
class Provider:
    family: Value = ABSENT
    given: Value = ABSENT
    npi: Value = ABSENT
    practice: Value = ABSENT
    phone: Value = ABSENT
    fax: Value = ABSENT


@dataclass(frozen=True, slots=True)
class Safety:
    pregnant: Value = ABSENT
    implant: Value = ABSENT
    contrast_allergy: Value = ABSENT
    kidney_disease: Value = ABSENT
    egfr: Value = ABSENT


@dataclass(frozen=True, slots=True)
class Conflict:
    """Two statements that contradict each other or an answer that speaks against the exam.

    `code` is `exam_conflict` or `safety_conflict`; `message` names both sides
    for a clerk; `paths` are the leaves it rests on.
    """

    code: str
    message: str
    evidence: tuple[Evidence, ...]
    confidence: float
    paths: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class RedFlag:
    """A suspicion in the reason for the exam that lifts the case in the queue.

    `name` is the table's, `title` is for a clerk, `words` are those of the
    reason that made it one.
    """

    name: str
    title: str
    words: str


@dataclass(frozen=True, slots=True)
class Check:
    """One outcome of the checklist: a rule that found something wrong or absent.

    `confidence` is how sure the rule is of it, from the values it rests on. A
    check of severity `note` is for the clerk alone: it changes no route and
    nobody is asked about it.
    """

    code: str
    severity: Severity
    message: str
    request: str
    paths: tuple[str, ...]
    confidence: float
    authority: str = ""


@dataclass(frozen=True, slots=True)
class Grant:
    """What a payer's answer among the pages says: on which page, for which exams, under which number, how long.

    `status` is `approved`, `denied`, `pending`, or absent where the page does
    not say; the dates are ISO 8601.
    """

    page: int
    status: Value = ABSENT
    number: Value = ABSENT
    payer: Value = ABSENT
    valid_from: Value = ABSENT
    valid_until: Value = ABSENT
    exams: tuple[Exam, ...] = ()


@dataclass(frozen=True, slots=True)
class Adequacy:
    """How much the reason for the exam tells the radiologist: a RI-RADS grade and the words of each part.

    `grade` is A, B, C, D or X. A part is empty where the reason does not hold it.
    """

    grade: str
    impression: str = ""
    findings: str = ""
    question: str = ""


@dataclass(frozen=True, slots=True)
class Paper:
    """A document that a request to the payer needs: its name, and whether it came with the order.

    `came` is `yes`, `no`, or `perhaps` where it may stand on a page that came; `pages` are where.
    """

    name: str
    title: str
    came: str
    pages: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True)
class Necessity:
    """What the payer wants before the exam, as its pack has it, and what of that is there.

    `needed` (is an authorisation needed) and `exam` (is it for this exam) are
    `yes`, `no` or `unknown`; `holds` is `yes`, `no` (expired, or not yet begun)
    or `unknown`; `there` is whether a number is stated or an approval came.
    """

    pack: str
    needed: str
    there: bool
    exam: str
    holds: str
    papers: tuple[Paper, ...] = ()
    sentences: tuple[str, ...] = ()
    authority: str = ""


@dataclass(frozen=True, slots=True)
class Order:
    """One order with its values, and what the rules made of them.

    `page_types` are the types of `pages`, in their order; `judged_on` is the day
    (ISO 8601) as of which the rules judged, `checklist` the pack they came from.
    """

    id: str
    pages: tuple[int, ...]
    patient: Patient = Patient()
    coverage: Coverage = Coverage()
    exams: tuple[Exam, ...] = ()
    indication: Indication = Indication()
    priority: Value = ABSENT
    provider: Provider = Provider()
    signed: Value = Value(False, 1.0, (), "absent")
    order_date: Value = ABSENT
    safety: Safety = Safety()
    conflicts: tuple[Conflict, ...] = ()
    problems: tuple[Check, ...] = ()
    route: str = "review"
    route_reason: str = ""
    red_flags: tuple[RedFlag, ...] = ()
    page_types: tuple[str, ...] = ()
    grants: tuple[Grant, ...] = ()
    notes: tuple[Check, ...] = ()
    adequacy: Adequacy | None = None
    necessity: Necessity | None = None
    checklist: str = ""
    judged_on: str = ""

    def at(self, path: str) -> Value:
        """Return the leaf at `path`; raises KeyError when there is no such leaf."""
        node: Any = self
        for step in path.split("."):
            try:
                node = node[int(step)] if isinstance(node, tuple) else getattr(node, step)
            except (AttributeError, IndexError, ValueError):
                raise KeyError(path) from None
        if not isinstance(node, Value):
            raise KeyError(path)
        return node

    def put(self, path: str, value: Value) -> Order:
        """Return the order with the leaf at `path` replaced; raises KeyError like `at`."""
        self.at(path)
        changed = _put(self, path.split("."), value)
        assert isinstance(changed, Order)
        return changed

    def leaves(self) -> Iterator[tuple[str, Value]]:
        """Yield every leaf with its path, in the contract's order."""
        yield from _leaves(self, "")


@dataclass(frozen=True, slots=True)
class PageType:
    """What a page is (a word of `vocabulary.PAGE_TYPES`), and how sure that is."""

    number: int
    type: str
    confidence: float = 1.0
    reason: str = ""


@dataclass(frozen=True, slots=True)
class Failure:
    """Why a document could not be read: a code and the clerk's sentence."""

    code: str
    message: str


@dataclass(frozen=True, slots=True)
class Referral:
    """A whole document as read. `error` is set, and the rest empty, when it could not be."""

    document: str
    id: str = ""
    pages: tuple[PageType, ...] = ()
    orders: tuple[Order, ...] = ()
    notices: tuple[Failure, ...] = field(default=())
    error: Failure | None = None

    @property
    def route(self) -> str | None:
        """The document's own route where it holds no order."""
        return None if self.orders or self.error else "not_an_order"


def _put(node: Any, steps: list[str], value: Value) -> Any:
    if not steps:
        return value
    head, rest = steps[0], steps[1:]
    if isinstance(node, tuple):
        index = int(head)
        return (*node[:index], _put(node[index], rest, value), *node[index + 1 :])
    return replace(node, **{head: _put(getattr(node, head), rest, value)})


def _leaves(node: Any, prefix: str) -> Iterator[tuple[str, Value]]:
    if isinstance(node, Value):
        yield prefix, node
    elif isinstance(node, tuple):
        for index, item in enumerate(node):
            if isinstance(item, Value | Exam):
                yield from _leaves(item, f"{prefix}.{index}")
    elif is_dataclass(node) and not isinstance(node, Evidence | Finding | Conflict | Check):
        for each in fields(node):
            yield from _leaves(getattr(node, each.name), f"{prefix}.{each.name}" if prefix else each.name)
