"""Conflicts, each with the near-miss beside it that is none."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from orders.conflicts import find_conflicts
from orders.knowledge import KeyFault
from orders.order import Exam, Indication, Order, Safety, Scalar, Value
from orders.regions import TABLE, load_regions, may_mean
from orders.sides import sides_named
from orders.vocabulary import BODY_REGIONS, MODALITIES


def value(item: Scalar, confidence: float = 0.99) -> Value:
    return Value(item, confidence, (), "stated")


def exam(modality: str, region: str, code: str = "", text: str = "", **parts: str) -> Exam:
    named = {"modality": modality, "body_region": region, "procedure_code": code, "text": text, **parts}
    return Exam(**{name: value(item) for name, item in named.items() if item})


def order(*exams: Exam, reason: str = "", icd10: tuple[str, ...] = (), **answers: Scalar) -> Order:
    indication = Indication(value(reason) if reason else Value(), tuple(value(code) for code in icd10))
    safety = Safety(**{name: value(answer) for name, answer in answers.items()})
    return Order("o1", (1,), exams=exams, indication=indication, safety=safety)


def codes(made: Order, authorized: tuple[Exam, ...] = ()) -> list[str]:
    return [conflict.code for conflict in find_conflicts(made, authorized)]


@pytest.mark.parametrize(
    ("one", "answers", "conflicts"),
    [
        (exam("MR", "head"), {"implant": "yes"}, 1),
        (exam("MR", "head"), {"implant": "no"}, 0),
        (exam("MR", "head"), {"kidney_disease": "yes"}, 0),
        (exam("MR", "head"), {"pregnant": "yes"}, 0),
        (exam("CT", "head"), {"implant": "yes"}, 0),
        (exam("CT", "head", contrast="with"), {"contrast_allergy": "yes"}, 1),
        (exam("MR", "head", contrast="with_and_without"), {"contrast_allergy": "yes"}, 1),
        (exam("CT", "head", contrast="without"), {"contrast_allergy": "yes"}, 0),
        (exam("CT", "head"), {"contrast_allergy": "yes"}, 0),
        (exam("US", "abdomen", contrast="with"), {"contrast_allergy": "yes"}, 0),
        (exam("CT", "head", contrast="with"), {"egfr": 29.9}, 1),
        (exam("CT", "head", contrast="with"), {"egfr": 30.0}, 0),
        (exam("CT", "head", contrast="without"), {"egfr": 12.0}, 0),
        (exam("CT", "head", contrast="with"), {"kidney_disease": "yes"}, 0),
        (exam("CT", "chest"), {"pregnant": "yes"}, 1),
        (exam("XR", "chest"), {"pregnant": "yes"}, 1),
        (exam("NM", "heart"), {"pregnant": "yes"}, 1),
        (exam("PT", "whole_body"), {"pregnant": "yes"}, 1),
        (exam("RF", "esophagus"), {"pregnant": "yes"}, 1),
        (exam("US", "obstetric"), {"pregnant": "yes"}, 0),
        (exam("MG", "breast"), {"pregnant": "yes"}, 0),
        (exam("BMD", "axial_skeleton"), {"pregnant": "yes"}, 0),
        (exam("CT", "chest", contrast="with"), {"egfr": 22.0, "contrast_allergy": "yes", "pregnant": "yes"}, 3),
    ],
)
def test_answers_that_speak_against_the_exam(one: Exam, answers: dict[str, Scalar], conflicts: int) -> None:
    assert codes(order(one, **answers)) == ["safety_conflict"] * conflicts


@pytest.mark.parametrize(
    ("one", "conflict"),
    [
        (exam("MR", "lumbar_spine", "72148", contrast="without"), False),
        (exam("MR", "lumbar_spine", "72158", contrast="without"), True),
        (exam("MR", "lumbar_spine", "72148", contrast="with"), True),
        (exam("MR", "lumbar_spine", "72158"), False),
        (exam("MR", "sacrum", "72148"), False),
        (exam("MR", "tmj", "72148"), True),
        (exam("MR", "ankle", "72141"), True),
        (exam("MR", "hip", "73721"), False),
        (exam("MR", "ankle", "73721"), False),
        (exam("MR", "shoulder", "73721"), True),
        (exam("MR", "tibia_fibula", "73718"), False),
        (exam("MR", "femur", "73718"), False),
        (exam("XR", "cervical_spine", "72100"), True),
        (exam("XR", "thoracic_spine", "72100"), True),
        (exam("XR", "whole_spine", "72100"), False),
        (exam("RF", "esophagus", "74270"), True),
        (exam("CT", "heart", "71260", contrast="with"), True),
        (exam("CT", "knee", "73700", contrast="without"), False),
        (exam("CT", "knee", "73200", contrast="without"), True),
        (exam("US", "carotid", "76536"), False),
        (exam("XR", "finger", "73130"), False),
        (exam("XR", "knee", "73600"), True),
        (exam("MR", "knee", "73562"), True),
        (exam("US", "kidney", "76705"), False),
        (exam("US", "right_upper_quadrant", "76705"), False),
        (exam("US", "right_upper_quadrant", "76770"), False),
        (exam("US", "thyroid", "76856"), True),
        (exam("CT", "right_upper_quadrant", "74170", contrast="with_and_without"), False),
        (exam("CT", "abdomen", "74177", contrast="with"), True),
        (exam("CT", "chest_abdomen_pelvis", "74177", contrast="with"), False),
        (exam("CT", "chest_abdomen_pelvis", "71260, 74177", contrast="with"), False),
        (exam("CT", "chest", "71260-TC", contrast="with"), False),
        (exam("CT", "chest", "71275", contrast="with", technique="angiography"), False),
        (exam("CT", "chest", "71275", contrast="without"), True),
        (exam("CT", "chest", "99213", contrast="with"), False),
        (exam("MG", "breast", "77067", technique="diagnostic"), True),
        (exam("MG", "breast", "77067"), False),
        (exam("XR", "esophagus", "74220"), False),
        (exam("CT", "whole_body", "78815"), True),
        (exam("PT", "whole_body", "78608"), True),
        (Exam(procedure_code=value("78608")), False),
    ],
)
def test_a_code_against_the_words(one: Exam, conflict: bool) -> None:
    assert codes(order(one)) == ["exam_conflict"] * conflict


def test_one_of_several_codes_that_fits_is_enough() -> None:
    assert codes(order(exam("CT", "chest", "74177 71260", contrast="with"))) == []


KNEE = {"modality": "XR", "region": "knee"}


@pytest.mark.parametrize(
    ("region", "side", "reason", "conflict"),
    [
        ("hand", "right", "punched wall, L 5th MC tender, r/o boxer's fx", True),
        ("hip", "left", "RT HIP CLICKING + CATCHING, + FADIR, R/O LABRAL TEAR", True),
        ("hip", "left", "right groin pain with internal rotation", True),
        ("knee", "right", "pain in the left leg", True),
        ("knee", "right", "LLE swelling", True),
        ("knee", "right", "knee pain, left", True),
        ("knee", "right", "left sided pain after a fall", True),
        ("breast", "left", "lump right breast at 2 o'clock", True),
        ("breast", "left", "h/o right mastectomy", False),
        ("breast", "left", "s/p R breast lumpectomy 2019, surveillance", False),
        ("wrist", "right", "s/p fall onto left wrist", True),
        ("knee", "right", "h/o left knee replacement, knee pain", False),
        ("knee", "right", "pain compared to left knee", False),
        ("knee", "right", "RLE and LLE edema", False),
        ("knee", "right", "knee pain R>L", False),
        ("knee", "right", "knee pain L > R", False),
        ("knee", "right", "bilateral knee pain", False),
        ("knee", "right", "left knee pain, right knee OA", False),
        ("knee", "right", "left shoulder pain; knee pain", False),
        ("wrist", "right", "left-sided weakness, fell, wrist pain", False),
        ("wrist", "left", "right hand dominant, fell on wrist", False),
        ("wrist", "left", "right-handed, wrist pain", False),
        ("hip", "left", "L-spine pain radiating to hip, R/O radiculopathy", False),
        ("hip", "right", "L spine disease, L5 radiculopathy", False),
        ("shoulder", "left", "r/o RTC tear", False),
        ("ankle", "right", "left ankle normal, ankle pain", False),
        ("foot", "right", "pain right after running", False),
        ("foot", "left", "pain right after running", False),
        ("foot", "left", "", False),
        ("knee", "bilateral", "left knee pain", False),
    ],
)
def test_the_exams_side_against_the_reasons(region: str, side: str, reason: str, conflict: bool) -> None:
    made = order(exam("XR", region, laterality=side), reason=reason)
    assert codes(made) == ["exam_conflict"] * conflict


def test_an_unpaired_region_has_no_side_to_contradict() -> None:
    assert codes(order(exam("MR", "head"), reason="left-sided weakness")) == []
    assert codes(order(exam("US", "carotid", laterality="right"), reason="left carotid bruit")) == []


@pytest.mark.parametrize(
    ("icd10", "reason", "side", "conflict"),
    [
        (("M25.561",), "pain", "left", True),
        (("M25.561",), "", "left", True),
        (("M25.561",), "left knee pain", "left", False),
        (("M25.561", "M25.562"), "pain", "left", False),
        (("M25.511",), "pain", "left", False),
        (("M25.569",), "pain", "left", False),
        (("M25.561",), "pain", "right", False),
        (("X99.999",), "pain", "left", False),
    ],
)
def test_the_exams_side_against_the_diagnosis_codes(
    icd10: tuple[str, ...], reason: str, side: str, conflict: bool
) -> None:
    made = order(exam(**KNEE, laterality=side), reason=reason, icd10=icd10)
    found = find_conflicts(made)
    assert bool(found) == conflict
    assert all(item.confidence < 0.9 for item in found)


@pytest.mark.parametrize(
    ("granted", "conflict"),
    [
        (exam("MR", "hip"), False),
        (exam("MR", "hip", laterality="left"), False),
        (exam("MR", "hip", laterality="right"), True),
        (exam("CT", "hip"), True),
        (exam("MR", "shoulder"), True),
        (exam("MR", "knee"), False),
        (exam("MR", "lumbar_spine"), True),
        (Exam(), False),
        (Exam(text=value("Open MRI & CT"), modality=value("CT")), False),
    ],
)
def test_an_authorisation_for_another_exam(granted: Exam, conflict: bool) -> None:
    made = order(exam("MR", "hip", laterality="left"))
    assert codes(made, (granted,)) == ["exam_conflict"] * conflict


def test_one_authorised_exam_that_fits_is_enough() -> None:
    made = order(exam("MR", "hip", laterality="left"))
    assert codes(made, (exam("CT", "head"), exam("MR", "hip"))) == []
    assert codes(made, (exam("CT", "head"), exam("MR", "lumbar_spine"))) == ["exam_conflict"]


def test_a_study_of_the_whole_body_may_be_authorised_by_one_of_its_ends() -> None:
    assert codes(order(exam("PT", "whole_body")), (exam("PT", "head"),)) == []


def test_an_authorisation_for_the_second_exam_is_none() -> None:
    made = order(exam("US", "carotid"), exam("MR", "head"))
    assert codes(made, (exam("MR", "head"),)) == []


def test_it_is_as_sure_as_its_weakest_value_and_names_both_sides() -> None:
    made = order(exam("MR", "head", text="MRI brain"), implant="yes").put("safety.implant", value("yes", 0.41))
    (conflict,) = find_conflicts(made)
    assert conflict.confidence == pytest.approx(0.41)
    assert conflict.paths == ("exams.0.modality", "safety.implant")
    assert "MRI brain" in conflict.message
    assert "implanted device" in conflict.message


@given(
    st.sampled_from(sorted(MODALITIES)), st.sampled_from(sorted(BODY_REGIONS)), st.sampled_from(sorted(BODY_REGIONS))
)
def test_a_region_may_mean_itself_and_neither_limb_means_the_other(modality: str, one: str, other: str) -> None:
    assert may_mean(modality, one, one)
    if modality != "US" and {one, other} == {"knee", "elbow"}:
        assert not may_mean(modality, one, other)


@given(st.text(max_size=200))
def test_any_text_names_sides_or_none(text: str) -> None:
    assert sides_named(text, "knee") <= {"left", "right"}


def test_a_table_of_regions_with_a_code_that_is_none_is_refused(tmp_path: Path) -> None:
    text = TABLE.read_text("utf-8")
    (tmp_path / "regions.toml").write_text(text.replace("[limbs]", '[limbs]\nlower_extremity_2 = "kneee"', 1), "utf-8")
    with pytest.raises(KeyFault, match=r"regions.toml, line \d+: limbs.lower_extremity_2: no such region: kneee"):
        load_regions(tmp_path / "regions.toml")
