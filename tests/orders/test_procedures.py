"""Procedure numbers: what they say, how they may be written, and what a bad table is told."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from orders.procedures import TABLE, TableError, procedure, procedures


@pytest.mark.parametrize(
    ("code", "says"),
    [
        ("71046", ("XR", "chest", None, None)),
        ("70450", ("CT", "head", "without", None)),
        ("74177", ("CT", "abdomen_pelvis", "with", None)),
        ("74178", ("CT", "abdomen_pelvis", "with_and_without", None)),
        ("70553", ("MR", "head", "with_and_without", None)),
        ("73721", ("MR", "lower_extremity", "without", None)),
        ("70544", ("MR", "head", "without", "angiography")),
        ("71275", ("CT", "chest", None, "angiography")),
        ("75571", ("CT", "heart", "without", "calcium_score")),
        ("71271", ("CT", "chest", None, "screening")),
        ("77067", ("MG", "breast", None, "screening")),
        ("G0279", ("MG", "breast", None, "diagnostic")),
        ("77080", ("BMD", "axial_skeleton", None, None)),
        ("93880", ("US", "carotid", None, "duplex")),
        ("93970", ("US", None, None, "duplex")),
        ("76705", ("US", None, None, None)),
        ("78815", ("PT", "whole_body", None, None)),
        ("78452", ("NM", "heart", None, "perfusion")),
        ("74220", ("RF", "esophagus", None, None)),
        ("0042T", ("CT", "head", None, "perfusion")),
        ("72020", ("XR", None, None, None)),
        ("C8929", ("US", "heart", None, None)),
        ("71020", ("XR", "chest", None, None)),
        ("73510", ("XR", "hip", None, None)),
        ("77057", ("MG", "breast", None, "screening")),
    ],
)
def test_what_a_number_says(code: str, says: tuple[str | None, ...]) -> None:
    found = procedure(code)
    assert found is not None
    assert (found.modality, found.body_region, found.contrast, found.technique) == says


@pytest.mark.parametrize("code", ["73721-LT", " 73721 ", "73721 RT", "73721,26"])
def test_modifiers_and_spaces_do_not_matter(code: str) -> None:
    assert procedure(code) == procedure("73721")


@pytest.mark.parametrize("code", ["99213", "737211", "7372", "", "M54.5", "73721A", "ten digits", "12345-6789"])
def test_what_is_no_imaging_number(code: str) -> None:
    assert procedure(code) is None


def test_case_does_not_matter() -> None:
    assert procedure("g0279") == procedure("G0279")


def test_the_table_covers_the_numbers_in_use() -> None:
    assert len(procedures()) > 400


def test_a_code_that_gives_contrast_says_so_of_a_modality_that_can() -> None:
    given = {found.modality for found in procedures().values() if found.contrast}
    assert given == {"CT", "MR"}


@given(st.text(max_size=20))
def test_never_raises(text: str) -> None:
    found = procedure(text)
    assert found is None or found.code in text.upper()


@pytest.mark.parametrize(
    ("block", "says"),
    [
        ('modality = "CT"\ncodes = ["7045"]', "line 3: '7045' is no CPT or HCPCS number; correct it"),
        ('modality = "CT"\ncodes = ["70450", "70450"]', "line 3: 70450 stands twice; keep one of the two"),
        ('modality = "CAT"\ncodes = ["70450"]', "line 2: no modality 'CAT'; use a code of the vocabulary"),
        ('modality = "CT"\nregion = "skull"\ncodes = ["70450"]', "line 3: no region 'skull'"),
        ('modality = "CT"\nnumbers = ["70450"]', "line 3: no such key; use one of"),
        ('codes = ["70450"]', "a group without a modality; give it one or take the group out"),
        ('modality = "CT', "correct the line or take it out"),
    ],
)
def test_a_bad_table_is_refused_with_file_line_and_remedy(tmp_path: Path, block: str, says: str) -> None:
    path = tmp_path / "numbers.toml"
    path.write_text(f"[[group]]\n{block}\n", "utf-8")
    with pytest.raises(TableError, match=r"numbers\.toml") as fault:
        procedures(path)
    assert says in str(fault.value)


def test_the_table_holds_no_descriptors() -> None:
    assert all(
        line.partition(" =")[0] in ("modality", "region", "technique", "codes", "without", "with", "with_and_without")
        for line in TABLE.read_text("utf-8").splitlines()
        if line and line[0] not in "#[" and not line.startswith("version")
    )
