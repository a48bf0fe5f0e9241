"""Authorisation and papers at intake, by payer and exam, each with the near-miss beside it."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from orders.knowledge import KeyFault
from orders.necessity import necessity
from orders.order import ABSENT, Evidence, Exam, Grant, Indication, Order, Paper, Value
from orders.payer import FOLDER, PayerPack, load_payers, payer_pack, payer_packs

HMO = """
name = "our_hmo"
version = "3"
base = "benefit_manager"
title = "Our HMO"
authority = "its provider manual, 2026, page 12"
payer = ["our hmo"]
"""


def value(given: str) -> Value:
    return Value(given, 0.95, (), "stated")


def on_page(given: str, page: int) -> Value:
    return Value(given, 0.95, (Evidence(page, (0.1, 0.1, 0.2, 0.2), given),), "stated")


def exam(modality: str, region: str, **parts: str) -> Exam:
    named = {"modality": modality, "body_region": region, "text": f"{modality} {region}", **parts}
    return Exam(**{name: value(item) for name, item in named.items()})


def order(payer: str, *exams: Exam, reason: str = "", types: tuple[str, ...] = ("order",), **leaves: str) -> Order:
    made = Order(
        "o1",
        tuple(range(1, len(types) + 1)),
        exams=exams or (exam("MR", "knee", laterality="left"),),
        indication=Indication(value(reason) if reason else ABSENT),
        page_types=types,
        judged_on="2026-11-24",
    )
    for path, item in ({"coverage__payer": payer} if payer else {}).items() | leaves.items():
        made = made.put(path.replace("__", "."), value(item))
    return made


def grant(*exams: Exam, **leaves: str) -> Grant:
    return Grant(2, exams=exams, **{name: value(item) for name, item in leaves.items()})


@pytest.fixture(scope="module")
def packs(tmp_path_factory: pytest.TempPathFactory) -> tuple[PayerPack, ...]:
    folder = tmp_path_factory.mktemp("payers")
    (folder / "hmo.toml").write_text(HMO, "utf-8")
    return load_payers(folder, payer_packs())


@pytest.mark.parametrize(
    ("payer", "name"),
    [
        ("Medicare", "medicare"),
        ("MEDICARE PART B", "medicare"),
        ("Railroad Medicare", "medicare"),
        ("Medicare Supplement", "medicare"),
        ("Aetna Medicare Advantage", "any"),
        ("Humana Gold Plus", "any"),
        ("Medicaid", "any"),
        ("Our HMO Silver", "our_hmo"),
        ("Your HMO", "any"),
        ("", "any"),
    ],
)
def test_the_pack_of_a_payer(packs: tuple[PayerPack, ...], payer: str, name: str) -> None:
    found = payer_pack(order(payer), packs)
    assert found is not None and found.name == name


def test_a_payer_that_only_its_answer_names(packs: tuple[PayerPack, ...]) -> None:
    found = payer_pack(replace(order(""), grants=(grant(payer="OUR HMO"),)), packs)
    assert found is not None and found.name == "our_hmo"


OWN = '["our hmo"]'
LUNG = exam("CT", "chest", technique="screening")
KNEE = exam("MR", "knee", laterality="left")
APPROVED = {"status": "approved", "number": "A1"}
CASES = [
    ("Medicare wants none", order("Medicare"), ("no", False, "unknown", "unknown")),
    ("the manager's plan wants one", order("our hmo"), ("yes", False, "unknown", "unknown")),
    ("but not of what is urgent", order("our hmo", priority="stat"), ("no", False, "unknown", "unknown")),
    ("urgent is not stat", order("our hmo", priority="urgent"), ("yes", False, "unknown", "unknown")),
    (
        "nor for lung screening",
        order("our hmo", exam("CT", "chest", technique="screening")),
        ("no", False) + ("unknown",) * 2,
    ),
    ("a number", order("our hmo", coverage__authorization_number="A1"), ("yes", True, "unknown", "unknown")),
    (
        "an approval for this exam that holds",
        replace(order("our hmo"), grants=(grant(KNEE, valid_until="2026-11-24", **APPROVED),)),
        ("yes", True, "yes", "yes"),
    ),
    (
        "an approval for the other knee",
        replace(order("our hmo"), grants=(grant(exam("MR", "knee", laterality="right"), **APPROVED),)),
        ("yes", True, "no", "unknown"),
    ),
    (
        "an approval that has ended",
        replace(order("our hmo"), grants=(grant(KNEE, valid_until="2026-11-23", **APPROVED),)),
        ("yes", True, "yes", "no"),
    ),
    (
        "an ended one and a new one",
        replace(
            order("our hmo"),
            grants=(
                grant(KNEE, valid_until="2026-01-01", **APPROVED),
                grant(KNEE, valid_until="2026-12-31", **APPROVED),
            ),
        ),
        ("yes", True, "yes", "yes"),
    ),
    (
        "an approval for one of two exams",
        replace(order("our hmo", KNEE, exam("MR", "lumbar_spine")), grants=(grant(KNEE, **APPROVED),)),
        ("yes", True, "no", "unknown"),
    ),
    (
        "a second exam that needs none",
        replace(order("our hmo", KNEE, exam("XR", "knee")), grants=(grant(KNEE, **APPROVED),)),
        ("yes", True, "yes", "unknown"),
    ),
    (
        "a refusal is no approval",
        replace(order("our hmo"), grants=(grant(KNEE, status="denied", number="R1"),)),
        ("yes", False, "unknown", "unknown"),
    ),
    (
        "nor is its number",
        replace(
            order("our hmo").put("coverage.authorization_number", on_page("R1", 2)),
            grants=(grant(KNEE, status="denied", number="R1"),),
        ),
        ("yes", False, "unknown", "unknown"),
    ),
    (
        "a number on the order, and a refusal of before",
        replace(
            order("our hmo").put("coverage.authorization_number", on_page("A1", 1)),
            grants=(grant(KNEE, status="denied", number="R1"),),
        ),
        ("yes", True, "unknown", "unknown"),
    ),
    ("nobody knows this payer", order("Acme"), ("unknown", False, "unknown", "unknown")),
    ("no payer is stated", order(""), ("unknown", False, "unknown", "unknown")),
]


@pytest.mark.parametrize(("made", "expected"), [case[1:] for case in CASES], ids=[case[0] for case in CASES])
def test_what_is_needed_and_there(
    packs: tuple[PayerPack, ...], made: Order, expected: tuple[str, bool, str, str]
) -> None:
    found = necessity(made, packs)
    assert found is not None
    assert (found.needed, found.there, found.exam, found.holds) == expected
    assert found.sentences and found.authority and all(sentence.endswith(".") for sentence in found.sentences)


@pytest.mark.parametrize("made", [order("Acme", exam("US", "abdomen")), order("Acme", exam("XR", "knee"))])
def test_of_exams_that_nobody_authorises_nothing_is_said(packs: tuple[PayerPack, ...], made: Order) -> None:
    assert necessity(made, packs) is None
    assert necessity(replace(made, exams=()), packs) is None


@pytest.mark.parametrize(
    ("made", "came"),
    [
        (order("our hmo"), {"clinical_note": "no", "prior_report": "no", "conservative_therapy": "no"}),
        (
            order("our hmo", types=("cover", "order", "prior_report")),
            {"clinical_note": "no", "prior_report": "yes", "conservative_therapy": "no"},
        ),
        (
            order("our hmo", types=("order", "clinical_note")),
            {"clinical_note": "yes", "prior_report": "no", "conservative_therapy": "perhaps"},
        ),
        (
            order("our hmo", reason="pain, failed 6 wks PT"),
            {"clinical_note": "no", "prior_report": "no", "conservative_therapy": "yes"},
        ),
        (
            order("our hmo", reason="ptosis"),
            {"clinical_note": "no", "prior_report": "no", "conservative_therapy": "no"},
        ),
        (order("our hmo", exam("PT", "whole_body")), {"clinical_note": "no", "prior_report": "no", "lab_result": "no"}),
        (order("our hmo", priority="stat"), {}),
        (order("Medicare"), {}),
    ],
)
def test_the_papers_of_a_request(packs: tuple[PayerPack, ...], made: Order, came: dict[str, str]) -> None:
    found = necessity(made, packs)
    assert found is not None and {paper.name: paper.came for paper in found.papers} == came


def test_papers_say_on_which_page_they_are(packs: tuple[PayerPack, ...]) -> None:
    found = necessity(order("our hmo", types=("order", "prior_report", "prior_report")), packs)
    assert found is not None
    assert Paper("prior_report", "the report of earlier imaging", "yes", (2, 3)) in found.papers
    assert any("A request will also need: notes of the visit" in sentence for sentence in found.sentences)
    assert found.pack == "our_hmo 3" and any("(Our HMO)" in sentence for sentence in found.sentences)


@pytest.mark.parametrize(
    ("change", "said"),
    [
        (('base = "benefit_manager"', 'base = "benefit_maneger"'), "line 4: base: no such pack"),
        (('title = "Our HMO"\n', ""), "title: this key is missing"),
        ((OWN, '"our hmo"'), "line 7: payer: give a list"),
        (
            ('["our hmo"]', '["our hmo"]\n[[exam]]\nneeded = "maybe"'),
            "line 9: exam.needed: use one of yes, no, unknown",
        ),
        (
            ('["our hmo"]', '["our hmo"]\n[[exam]]\nneeded = "yes"\nmodality = ["MRI"]'),
            "line 10: exam.modality: no such",
        ),
        (
            ('["our hmo"]', '["our hmo"]\n[[exam]]\nneeded = "yes"\npapers = ["x"]'),
            "line 10: exam.papers: no such value",
        ),
        ((OWN, OWN + '\n[papers.x]\ntitle = "x"'), "line 8: papers.x: say by which"),
        ((OWN, OWN + '\n[papers.x]\ntitle = "x"\npages = ["note"]'), "line 10: papers.x.pages: no such"),
        ((OWN, OWN + '\nbuts = ["x"]'), "line 8: buts: no such key"),
        (('base = "benefit_manager"\n', ""), "give at least one"),
    ],
)
def test_a_payers_file_with_a_fault_is_refused(tmp_path: Path, change: tuple[str, str], said: str) -> None:
    (tmp_path / "hmo.toml").write_text(HMO.replace(*change), "utf-8")
    with pytest.raises(KeyFault, match=said):
        load_payers(tmp_path, payer_packs())


def test_two_files_of_one_name_or_over_each_other_are_refused(tmp_path: Path) -> None:
    for name in ("a", "b"):
        (tmp_path / f"{name}.toml").write_text(HMO, "utf-8")
    with pytest.raises(KeyFault, match="two packs are called"):
        load_payers(tmp_path, payer_packs())
    (tmp_path / "a.toml").write_text(HMO.replace("benefit_manager", "b"), "utf-8")
    (tmp_path / "b.toml").write_text(HMO.replace("benefit_manager", "our_hmo").replace('"our_hmo"', '"b"', 1), "utf-8")
    with pytest.raises(KeyFault, match="lie over each other"):
        load_payers(tmp_path, payer_packs())


def test_our_example_is_for_no_payer_until_a_site_names_one() -> None:
    assert {pack.name for pack in payer_packs() if not pack.payer} == {"benefit_manager"}
    assert FOLDER.joinpath("medicare.toml").exists()
