"""The exam catalogue: which entry an exam has, and what a site's folder may change."""

from __future__ import annotations

from pathlib import Path

import pytest

from orders import vocabulary
from orders.exam_entries import EntriesError, exam_catalogue


@pytest.mark.parametrize(
    ("modality", "region", "technique", "contrast", "name"),
    [
        ("CT", "head", None, "without", "CT"),
        ("CT", "head", None, "with", "CT with contrast"),
        ("CT", "abdomen_pelvis", None, "with", "CT of the abdomen and pelvis with contrast"),
        ("CT", "abdomen_pelvis", None, "without", "CT"),
        ("CT", "chest", "angiography", "with", "CT angiography"),
        ("CT", "heart", "angiography", None, "coronary CT angiography"),
        ("CT", "heart", "calcium_score", "without", "coronary calcium score"),
        ("CT", "chest", "screening", None, "lung cancer screening CT"),
        ("MR", "knee", None, None, "MR"),
        ("MR", "knee", "arthrography", "with", "MR arthrography"),
        ("MR", None, None, "with_and_without", "MR without and with contrast"),
        ("US", "lower_extremity", "duplex", None, "vascular ultrasound"),
        ("US", "renal_arteries", "duplex", None, "mesenteric or renal duplex"),
        ("MG", "breast", "screening", None, "screening mammogram"),
        ("MG", "breast", None, None, "mammogram"),
        ("NM", "heart", "perfusion", None, "myocardial perfusion"),
        ("NM", "head", None, None, "nuclear medicine"),
        ("PT", "whole_body", None, None, "PET/CT"),
    ],
)
def test_the_most_particular_entry_is_an_exams(
    modality: str, region: str | None, technique: str | None, contrast: str | None, name: str
) -> None:
    found = exam_catalogue().entry(modality, region, technique, contrast)
    assert found is not None and found.name == name


def test_every_modality_has_an_entry_and_every_class_a_sentence() -> None:
    catalogue = exam_catalogue()
    assert all(catalogue.entry(modality, None) for modality in vocabulary.MODALITIES)
    assert catalogue.entry(None, "knee") is None
    for entry in catalogue.entries:
        assert catalogue.preparation[entry.preparation]
        assert all(catalogue.screening[name] for name in entry.screening)
        assert entry.minutes >= 5
        assert ("mr_safety" in entry.screening) == (entry.modality == "MR")


EXAM = """
[[exam]]
name = "radiograph"
modality = "XR"
preparation = "none"
minutes = 20
screening = ["pregnancy"]
"""


def test_a_sites_entry_replaces_ours_of_the_same_name(tmp_path: Path) -> None:
    (tmp_path / "site.toml").write_text(EXAM, "utf-8")
    entry = exam_catalogue(tmp_path).entry("XR", "knee")
    assert entry is not None and entry.minutes == 20
    ours = exam_catalogue().entry("XR", "knee")
    assert ours is not None and ours.minutes == 10


def test_a_site_adds_a_class_of_its_own(tmp_path: Path) -> None:
    text = '[preparation]\nsocks = "Warm socks."\n' + EXAM.replace('"none"', '"socks"')
    (tmp_path / "site.toml").write_text(text, "utf-8")
    catalogue = exam_catalogue(tmp_path)
    assert catalogue.preparation["socks"] == "Warm socks."
    assert catalogue.preparation["fast_4h"]


@pytest.mark.parametrize(
    ("old", "new", "says"),
    [
        ('modality = "XR"', 'modality = "CR"', "line 4: radiograph: no modality 'CR'; use one of those listed"),
        ("minutes = 20", "minutes = 0", "line 3: radiograph: 0 is no number of minutes"),
        ("minutes = 20\n", "", "line 3: radiograph: no minutes; give it one or take the exam out"),
        ('"none"', '"socks"', "line 5: radiograph: no preparation 'socks'"),
        ('["pregnancy"]', '["age"]', "line 7: radiograph: no screening 'age'"),
        ("minutes = 20", "minutes = 20\nlength = 2", "line 7: radiograph: no such key 'length'"),
        ("[[exam]]", EXAM + "[[exam]]", "two exams are called 'radiograph'; give one of them another name"),
        ('"radiograph"', '"radiograph', "correct the line or take it out"),
    ],
)
def test_a_bad_entry_is_refused_with_file_line_and_remedy(tmp_path: Path, old: str, new: str, says: str) -> None:
    (tmp_path / "site.toml").write_text(EXAM.replace(old, new, 1), "utf-8")
    with pytest.raises(EntriesError, match=r"site\.toml") as fault:
        exam_catalogue(tmp_path)
    assert says in str(fault.value)
