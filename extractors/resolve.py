"""Choose among findings: one value a field, with the losers kept.

Findings of one field that propose the same value support each other; the best
supported value wins, and its confidence falls with the strength of the
strongest rival. Where nothing was found, the page decides between *absent* (no
such label, or a label with nothing entered) and *unreadable* (ink at the
label that gave no value).
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

from extractors.choice import raw
from extractors.sheet import plain
from extractors.views import View
from orders.order import Evidence, Finding, State, Value

# How much a page of a type speaks for a field whose home is elsewhere.
_TRUST = {
    "order": 1.0,
    "clarification_reply": 1.15,
    "cover": 0.62,
    "clinical_note": 0.6,
    "lab_result": 0.6,
    "prior_report": 0.45,
    "insurance_card": 0.6,
    "authorization": 0.55,
    "other": 0.55,
    "blank": 0.0,
}
_AT_HOME = {
    ("insurance_card", "coverage"): 0.8,
    ("authorization", "coverage.authorization_number"): 0.9,
    ("lab_result", "safety.egfr"): 1.0,
    ("clinical_note", "safety"): 1.0,
    ("clinical_note", "safety.egfr"): 0.9,
    ("other", "coverage"): 0.65,
}
# Attachments say nothing of these: their dates, exams and signatures are their own.
_NEVER = {
    "cover": ("patient.birth_date.", "order_date", "signed", "provider.npi."),
    "clinical_note": ("order_date", "signed", "indication.text", "exam", "indication.icd10", "provider.practice"),
    "lab_result": ("order_date", "signed", "indication", "provider.phone", "provider.fax", "provider.practice"),
    "prior_report": ("order_date", "signed", "indication", "provider", "safety", "coverage"),
    "insurance_card": (
        "order_date",
        "signed",
        "indication",
        "provider",
        "safety",
        "patient.phone",
        "patient.address",
        "patient.mrn",
    ),
    "authorization": (
        "order_date",
        "signed",
        "indication",
        "provider.practice",
        "provider.phone",
        "provider.fax",
        "patient.phone",
        "safety",
    ),
    "other": ("order_date", "signed", "indication", "provider", "safety"),
}


@dataclass(frozen=True, slots=True)
class Candidate:
    """One proposed value of a field with all the findings that support it."""

    best: Finding
    support: float
    findings: tuple[Finding, ...]


def weighted(findings: Iterable[Finding], page_type: str) -> Iterable[Finding]:
    """Yield the findings of a page with their scores weighed by what the page is."""
    for finding in findings:
        never = _NEVER.get(page_type, ())
        if any(finding.field.startswith(prefix) for prefix in never):
            continue
        trust = _TRUST.get(page_type, 0.5)
        for (home, prefix), weight in _AT_HOME.items():
            if home == page_type and finding.field.startswith(prefix):
                trust = max(trust, weight)
        yield replace(finding, score=min(1.0, finding.score * trust))


def candidates(findings: Sequence[Finding]) -> list[Candidate]:
    """Return the distinct values that `findings` of one field propose, the best supported first."""
    groups: dict[str, list[Finding]] = defaultdict(list)
    for finding in findings:
        groups[_key(finding)].append(finding)
    made = []
    for group in groups.values():
        group.sort(key=lambda finding: -finding.score)
        doubt = 1.0 - group[0].score
        seen = {_place(group[0])}
        for other in group[1:]:
            if _place(other) not in seen:
                seen.add(_place(other))
                doubt *= 1.0 - 0.5 * other.score
        made.append(Candidate(group[0], 1.0 - doubt, tuple(group)))
    return sorted(made, key=lambda candidate: -candidate.support)


def choose(field: str, findings: Sequence[Finding]) -> Value | None:
    """Return the resolved value of `field`, or None when nothing proposes one well enough."""
    ranked = candidates(findings)
    if not ranked or ranked[0].support < 0.2:
        return None
    first = ranked[0]
    rival = ranked[1].support if len(ranked) > 1 else 0.0
    others = tuple(candidate.best for candidate in ranked[1:6])
    return Value.of(first.best, raw(first.support, rival), others)


def missing(field: str, views: Sequence[View], concepts: Sequence[str]) -> Value:
    """Return what to say of a field that nothing proposed: absent or unreadable, and how sure that is."""
    labelled = False
    for view in views:
        for entry in view.of(*concepts):
            labelled = True
            if entry.place == "beside" and entry.score >= 0.5 and _is_ink(entry.text):
                return Value(
                    None,
                    0.6,
                    view.evidence(entry.tokens),
                    "unreadable",
                    f"something stands at {entry.label.text} that could not be read",
                )
    state: State = "absent"
    clear = min((_legibility(view) for view in views if view.sheet.type == "order"), default=1.0)
    if labelled or any(concept in label.concepts for view in views for label in view.labels for concept in concepts):
        return Value(None, 0.95 * clear, (), state, "its label has nothing entered")
    return Value(None, 0.85 * clear, (), state, "nothing on the pages states it")


def _legibility(view: View) -> float:
    """Return how well a page could be read, 0..1: what nobody can read may well state what was not found."""
    sure = [token.confidence for token in view.sheet.tokens if token.plain]
    return min(1.0, 1.1 * sum(confidence >= 0.7 for confidence in sure) / len(sure)) if sure else 0.5


def _is_ink(text: str) -> bool:
    bare = plain(text)
    return len(bare) >= 3 and bare not in ("none", "n/a", "na", "unknown", "nka")


def _key(finding: Finding) -> str:
    return plain(str(finding.value))


def _place(finding: Finding) -> tuple[int, ...]:
    """Where a finding stands, coarsely: two rules that look at the same ink are one witness."""
    item: Evidence | None = finding.evidence[0] if finding.evidence else None
    return (item.page, *(round(edge * 50) for edge in item.box)) if item else (0,)
