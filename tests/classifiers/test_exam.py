"""Exam names as hospitals, practices and pens write them, and what they state."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from classifiers.catalogue import CatalogueError, catalogue
from classifiers.exam import ExamReading, read_exams
from orders import vocabulary

HERE = Path(__file__).parent
SHORT = {"both": "with_and_without", "-": None}
Five = tuple[str | None, ...]


def names(file: str) -> Iterator[tuple[str, str | None, list[Five]]]:
    for line in (HERE / file).read_text("utf-8").splitlines():
        if not line or line.startswith("#"):
            continue
        text, stated = line.split("\t")
        heading, given, text = text.rpartition(">") if text.startswith("heading=") else ("", "", text)
        exams = [tuple(SHORT.get(part, part) for part in exam.split()) for exam in stated.split(" | ") if exam]
        yield text, heading.removeprefix("heading=") if given else None, exams


def parts(exam: ExamReading) -> Five:
    return exam.modality, exam.body_region, exam.laterality, exam.contrast, exam.technique


FILES = ["exam_names.tsv", "exam_names_heldout.tsv", "exam_names_second.tsv", "exam_names_third.tsv"]


@pytest.mark.parametrize(("text", "heading", "stated"), [case for file in FILES for case in names(file)])
def test_an_exam_name_states_its_parts(text: str, heading: str | None, stated: list[Five]) -> None:
    assert [parts(exam) for exam in read_exams(text, heading)] == stated


@pytest.mark.parametrize("file", FILES)
def test_the_tables_hold_coded_values_only(file: str) -> None:
    lists = (
        vocabulary.MODALITIES,
        vocabulary.BODY_REGIONS,
        vocabulary.LATERALITIES,
        vocabulary.CONTRASTS,
        vocabulary.TECHNIQUES,
    )
    for text, _, stated in names(file):
        for exam in stated:
            assert len(exam) == 5, text
            assert all(part is None or part in known for part, known in zip(exam, lists, strict=True)), text


@pytest.mark.parametrize(
    ("text", "spans"),
    [
        ("MRI brain w/o", ["MRI brain w/o"]),
        ("Please do: XR left knee 3 views. Thanks", ["XR left knee 3 views"]),
        ("US RUQ + carotid duplex", ["US RUQ", "carotid duplex"]),
        ("MRBrain", ["MRBrain"]),
    ],
)
def test_spans_hold_the_words_of_the_exam(text: str, spans: list[str]) -> None:
    assert [text[exam.start : exam.end] for exam in read_exams(text)] == spans


def score(text: str, heading: str | None = None) -> float:
    (exam,) = read_exams(text, heading)
    return exam.score


def test_a_name_scores_above_a_fragment_and_prose() -> None:
    assert score("CT chest w/o contrast") > score("Chest", "CT") > score("CT") > score("chest")
    assert score("MRI lumbar spine") > score("MRI lumber spine")
    assert score("MRI brain") > score("previous MRI brain")
    assert score("MRI brain") > score("the patient reports that an MRI of the brain was normal then")


@pytest.mark.parametrize(
    ("text", "heading", "modality"),
    [
        ("CT chest", "US", "CT"),
        ("Abdomen", "US", "US"),
        ("KUB", "XR", "XR"),
        ("MRA head", "CT", "MR"),
        ("Knee 3 views", "MR", "MR"),
    ],
)
def test_a_modality_in_the_words_wins_over_the_heading(text: str, heading: str, modality: str) -> None:
    assert [exam.modality for exam in read_exams(text, heading)] == [modality]


@pytest.mark.parametrize(
    "text",
    [
        "",
        "   ",
        "Mr Smith",
        "Hartford, CT 06103",
        "tell us more",
        "40 mg daily",
        "follow up in 3 weeks",
        "L4-L5 radiculopathy",
        "Pt name: Jane Roe",
        "PT/INR 2.5",
        "no known drug allergies",
        "chest pain and shortness of breath",
        "right upper extremity weakness for two days",
    ],
)
def test_what_names_no_exam(text: str) -> None:
    assert read_exams(text) == ()


@given(st.text(max_size=300), st.sampled_from([None, *vocabulary.MODALITIES]))
@settings(max_examples=200, deadline=None)
def test_any_text_is_read_without_a_fault(text: str, heading: str | None) -> None:
    check(text, heading)


WORDS = sorted({word for phrase in catalogue().phrases for word in phrase} | set(catalogue().contrast))


@given(st.lists(st.sampled_from([*WORDS, ",", "/", "&", "+", "-", "(", ")", "\n", "3"]), max_size=25))
@settings(max_examples=300, deadline=None)
def test_any_run_of_catalogue_words_is_read_without_a_fault(words: list[str]) -> None:
    check(" ".join(words), None)


def check(text: str, heading: str | None) -> None:
    for exam in read_exams(text, heading):
        assert 0 <= exam.start < exam.end <= len(text)
        assert 0 <= exam.score <= 1
        assert exam.modality in (None, *vocabulary.MODALITIES)
        assert exam.body_region in (None, *vocabulary.BODY_REGIONS)
        assert exam.laterality in (None, *vocabulary.LATERALITIES)
        assert exam.contrast in (None, *vocabulary.CONTRASTS)
        assert exam.technique in (None, *vocabulary.TECHNIQUES)


def test_a_long_text_is_cut_and_not_hung_on() -> None:
    assert len(read_exams("CT head " * 100_000)) == 1


def site(tmp_path: Path, block: str) -> Path:
    for path in (HERE.parent.parent / "classifiers" / "catalogue").glob("*.toml"):
        (tmp_path / path.name).write_text(path.read_text("utf-8"), "utf-8")
    (tmp_path / "zz_site.toml").write_text(block, "utf-8")
    return tmp_path


def test_a_site_adds_words_in_a_file_of_its_own(tmp_path: Path) -> None:
    book = catalogue(site(tmp_path, '[[term]]\nregion = "knee"\nwords = ["genu"]\n'))
    assert book.phrases["genu",][0].region == "knee"


@pytest.mark.parametrize(
    ("block", "says"),
    [
        ('[[term]]\nregion = "femoral"\nwords = ["genu"]', "line 2: no region 'femoral'; use a code of the vocabulary"),
        ('[[term]]\nmodality = "CAT"\nwords = ["x"]', "line 2: no modality 'CAT'"),
        ('[[term]]\nregion = "foot"\nwords = ["knee"]', "line 3: 'knee' stands twice; keep one of the two"),
        ('[[term]]\nplace = "knee"\nwords = ["genu"]', "line 2: no such key; use one of"),
        ('[[term]]\nregion = "knee"', "a term without words; give it `words` or take the block out"),
        ('[[term]]\nregion = "knee', "correct the line or take it out"),
        ('[[term]]\nregion = "knee"\nonly = ["CAT"]\nwords = ["genu"]', "line 3: no modality 'CAT'"),
    ],
)
def test_a_bad_catalogue_is_refused_with_file_line_and_remedy(tmp_path: Path, block: str, says: str) -> None:
    with pytest.raises(CatalogueError, match=r"zz_site\.toml") as fault:
        catalogue(site(tmp_path, block))
    assert says in str(fault.value)
