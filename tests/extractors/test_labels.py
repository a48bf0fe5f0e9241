"""Which phrases are labels: an option is none, and a number's decoy keeps its meaning."""

from __future__ import annotations

import pytest
from drawn_views import Drawn

from extractors.provider import find_provider
from extractors.sheet import label_form
from extractors.wordings import composite, meaning, vocabulary

_OF_PATIENT = ("name", "family", "given", "middle", "birth_date", "sex", "phone", "mrn", "address")
_OTHERS = (
    "any.city",
    "any.state",
    "any.postal_code",
    "coverage.payer",
    "coverage.member_id",
    "coverage.group_number",
    "coverage.authorization_number",
    "indication.text",
    "indication.icd10",
    "order.date",
    "provider.name",
    "provider.npi",
    "provider.practice",
    "provider.phone",
    "provider.fax",
    "provider.signature",
)


@pytest.mark.parametrize("option", ["STAT", "Urgent", "Routine", "Left", "Yes", "With"])
def test_an_option_is_no_label(option: str) -> None:
    assert label_form(option) not in vocabulary()


def test_a_scheduling_line_is_the_centres_own(draw: Drawn) -> None:
    assert vocabulary()["scheduling"] == ("decoy.phone",)
    page = "Lakeside Imaging     Scheduling: (937) 555-0171\n\nORDERING PROVIDER: Omar Bell, MD   NPI: 1234567893"
    assert not [finding for finding in find_provider(draw(page)) if finding.field == "provider.phone"]


@pytest.mark.parametrize(
    ("wording", "concept"),
    [
        ("Referring Physician's Telephone #", "provider.phone"),
        ("Ordering Provider NPI Number", "provider.npi"),
        ("NPI (10 digits)", "provider.npi"),
        ("Physician's Fax", "provider.fax"),
        ("Patient's Cell Phone", "patient.phone"),
        ("Pt DOB", "patient.birth_date"),
        ("Medical Record Number", "patient.mrn"),
        ("Insurance Co. ID #", "coverage.member_id"),
        ("Primary Insurance Group Number", "coverage.group_number"),
        ("Número de póliza", "coverage.member_id"),
        ("Razon del examen", "indication.text"),
        ("Medico que ordena", "provider.name"),
        ("Fecha de nacimiento", "patient.birth_date"),
        # another's number, name or address
        ("PCP Phone", "decoy.phone"),
        ("Emergency contact name", "decoy.person"),
        ("Subscriber DOB", "decoy.date"),
        ("Exam(s) Ordered", "exam.text"),
        ("Exam #2", "exam.text"),
        ("Imaging studies needed", "exam.text"),
        ("Holder DOB", "decoy.date"),
        ("Date of birth of cardholder", "decoy.date"),
        ("Insurance company address", "decoy.place"),
        ("Group NPI", "decoy.id"),
    ],
)
def test_a_wording_is_known_or_put_together_from_its_parts(wording: str, concept: str) -> None:
    concepts, fit = meaning(label_form(wording))
    assert concepts[0] == concept
    assert fit > 0.95


@pytest.mark.parametrize(
    ("text", "concepts"),
    [
        ("Name / DOB", ("any.name", "patient.birth_date")),
        ("Payer & Member ID", ("coverage.payer", "coverage.member_id")),
        ("MRI / CT", ()),
        ("Yes / No", ()),
        ("Name", ()),
    ],
)
def test_a_composite_label_means_all_that_its_parts_mean(text: str, concepts: tuple[str, ...]) -> None:
    assert composite(text) == concepts


@pytest.mark.parametrize("field", [*(f"patient.{part}" for part in _OF_PATIENT), *_OTHERS])
def test_every_field_has_fifteen_wordings(field: str) -> None:
    concepts = {field, f"any.{field.rsplit('.', 1)[-1]}"}
    assert sum(bool(concepts & set(meant)) for meant in vocabulary().values()) >= 15


@pytest.mark.parametrize(
    ("line", "asked"),
    [("MR # 4471203", True), ("MR 4471203", True), ("MR: 4471203", True), ("MR ANGIOGRAM HEAD CPT 70544", False)],
)
def test_a_record_number_has_digits(draw: Drawn, line: str, asked: bool) -> None:
    view = draw(f"PATIENT NAME: Alderson, June\n{line}\nREASON: headache")
    assert any("patient.mrn" in label.concepts for label in view.labels) == asked
