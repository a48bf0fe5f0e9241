"""Red flags in the reason for an exam, and words that only look like one."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from orders.contract import order_from_json, order_json
from orders.order import Order
from orders.red_flags import TABLE, FlagsError, flags, read_red_flags


def names(text: str) -> list[str]:
    return [flag.name for flag in read_red_flags(text)]


@pytest.mark.parametrize(
    ("text", "name", "words"),
    [
        ("Back pain, saddle anesthesia x 1 day", "cord_compression", "saddle anesthesia"),
        ("r/o cauda equina", "cord_compression", "cauda equina"),
        ("LBP w/ bowel/bladder incontinence", "cord_compression", "bowel/bladder incontinence"),
        ("low back pain and new urinary retention", "cord_compression", "back pain … urinary retention"),
        ("Concern for discitis", "spine_infection", "discitis"),
        ("SOB, eval for PE", "pulmonary_embolism", "PE"),
        ("r/o pulmonary embolus", "pulmonary_embolism", "pulmonary embolus"),
        ("left calf swelling, r/o DVT", "deep_vein_thrombosis", "DVT"),
        ("?DVT", "deep_vein_thrombosis", "DVT"),
        ("no trauma. Rule out deep venous thrombosis", "deep_vein_thrombosis", "deep venous thrombosis"),
        ("hx of DVT, now with acute DVT?", "deep_vein_thrombosis", "DVT"),
        ("facial droop since this morning", "stroke", "facial droop"),
        ("Right-sided weakness", "stroke", "Right-sided weakness"),
        ("TIA symptoms", "stroke", "TIA"),
        ("worst headache of life", "intracranial_hemorrhage", "worst headache of life"),
        ("fall on warfarin, r/o subdural", "intracranial_hemorrhage", "subdural"),
        ("papilledema on exam", "raised_intracranial_pressure", "papilledema"),
        ("leaking AAA?", "aneurysm_rupture", "leaking AAA"),
        ("r/o aortic dissection", "aortic_dissection", "dissection"),
        ("6 wks LMP, bleeding, r/o ectopic", "ectopic_pregnancy", "ectopic"),
        ("positive hCG and pelvic pain", "ectopic_pregnancy", "positive hCG … pelvic pain"),
        ("decreased fetal movement", "obstetric_emergency", "decreased fetal movement"),
        ("r/o testicular torsion", "torsion", "torsion"),
        ("RLQ pain and fever", "appendicitis", "RLQ pain … fever"),
        ("Appendicitis vs ovarian cyst", "appendicitis", "Appendicitis"),
        ("free air?", "perforation", "free air"),
        ("vomiting, SBO", "bowel_emergency", "SBO"),
        ("septic hip, refuses to walk", "septic_joint", "septic hip"),
        ("r/o necrotizing fasciitis", "soft_tissue_infection", "necrotizing fasciitis"),
        ("cold leg, absent pulses", "limb_ischaemia", "cold leg"),
        ("s/p central line, r/o pneumothorax", "pneumothorax", "pneumothorax"),
        ("hydronephrosis with fever", "obstructed_infected_kidney", "hydronephrosis … fever"),
        ("unable to walk, r/o hip fracture", "unstable_fracture", "hip fracture"),
        ("suspected abuse, skeletal survey", "suspected_abuse", "suspected abuse"),
        ("denies fever but has saddle numbness", "cord_compression", "saddle numbness"),
        ("No fever. Free air on KUB", "perforation", "Free air"),
    ],
)
def test_a_suspicion_is_flagged_with_its_words(text: str, name: str, words: str) -> None:
    found = {flag.name: flag.words for flag in read_red_flags(text)}
    assert found.get(name) == words


@pytest.mark.parametrize(
    "text",
    [
        "",
        "knee pain x 3 weeks",
        "No red flags. Denies bowel or bladder incontinence",
        "back pain, no saddle anesthesia, no bowel/bladder dysfunction",
        "negative for DVT",
        "no evidence of appendicitis",
        "h/o DVT 2015",
        "history of stroke",
        "s/p PE 2019",
        "family history of ruptured aneurysm",
        "prior CVA, headaches",
        "height loss, mother w/ hip fx",
        "father with stroke at 60",
        "known dissection, stable, f/u",
        "DVT prophylaxis",
        "PE: lungs clear",
        "PE tubes",
        "pe teacher",
        "heat stroke volume",
        "femoral torsion profile",
        "tibial torsion",
        "ectopic kidney",
        "ectopic beats",
        "axillary dissection 2018",
        "PE unlikely",
        "appendicitis ruled out",
        "DVT was excluded last week",
        "torsional deformity of the femur",
        "urinary retention, BPH",
        "RLQ pain for two years",
        "no pneumothorax",
        "without slurred speech",
        "AAA screening",
        "strokes a cat",
    ],
)
def test_what_is_denied_over_or_something_else_raises_none(text: str) -> None:
    assert names(text) == []


def test_several_suspicions_each_raise_a_flag() -> None:
    assert names("sudden weakness: facial droop; r/o dissection") == ["stroke", "aortic_dissection"]


@given(st.text(max_size=400))
def test_any_text_is_read_and_words_stand_in_it(text: str) -> None:
    for flag in read_red_flags(text):
        assert all(part in text for part in flag.words.split(" … "))


def test_every_flag_has_an_authority_and_is_raised_by_its_own_words() -> None:
    table, _ = flags()
    assert len(table) > 15
    for flag in table:
        assert flag.authority and flag.title


def test_an_order_carries_its_flags_through_its_record() -> None:
    order = replace(Order("x-1", (1,)), red_flags=read_red_flags("r/o PE"))
    assert order_from_json(order_json(order, losing=True)).red_flags == order.red_flags
    assert "red_flags" not in order_json(order)


@pytest.mark.parametrize(
    ("old", "new", "says"),
    [
        ('name = "stroke"', 'name = "torsion"', "'torsion' stands twice"),
        ('title = "stroke"', 'heading = "stroke"', "no such key 'heading'"),
        ('title = "stroke"\n', "", "no title"),
        ('name = "stroke"', 'name = "stroke', "correct the line"),
    ],
)
def test_a_bad_table_is_refused_with_the_remedy(tmp_path: Path, old: str, new: str, says: str) -> None:
    bad = tmp_path / "red_flags.toml"
    bad.write_text(TABLE.read_text("utf-8").replace(old, new, 1), "utf-8")
    with pytest.raises(FlagsError, match=r"red_flags\.toml") as fault:
        flags(bad)
    assert says in str(fault.value)
