"""The grade of a reason by its parts, each with its words."""

from __future__ import annotations

from pathlib import Path
from time import process_time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from orders.adequacy import TABLE, adequacy, grading, title
from orders.knowledge import KeyFault
from orders.order import ABSENT, Adequacy, Indication, Order, Value


def stated(text: str) -> Value:
    return Value(text, 0.9, (), "stated")


def order(reason: str = "", *codes: str) -> Order:
    return Order("o1", (1,), indication=Indication(stated(reason) if reason else ABSENT, tuple(map(stated, codes))))


CASES = [
    ("fell on stairs, wrist pain x 3 days, r/o scaphoid fracture", ("fracture", "fell; pain; x 3 days", "r/o")),
    ("Fell on stairs, wrist pain", ("", "Fell; pain", "")),
    ("r/o appendicitis", ("appendicitis", "", "r/o")),
    ("RUQ pain, eval for gallstones", ("gallstones", "pain", "eval for")),
    ("RUQ pain, no gallstones seen", ("gallstones", "pain", "")),
    ("knee pain? meniscal tear", ("meniscal; tear", "pain", "?")),
    ("lung cancer screening, 30 pack-years", ("", "pack-years", "lung cancer screening")),
    ("lung cancer, restaging", ("cancer", "", "restaging")),
    ("urinalysis normal, diagnosis unclear", ("", "", "")),
    ("myalgia since 2 weeks", ("", "myalgia; since 2 weeks", "")),
    ("paint and spain", ("", "", "")),
    ("MS", ("MS", "", "")),
    ("msk", ("", "", "")),
    ("Per patient request", ("", "", "")),
]


@pytest.mark.parametrize(("reason", "parts"), CASES)
def test_the_parts_and_their_words(reason: str, parts: tuple[str, str, str]) -> None:
    found = adequacy(order(reason))
    assert (found.impression, found.findings, found.question) == parts
    assert found.grade == "DCBA"[sum(map(bool, parts))]


@pytest.mark.parametrize(
    ("made", "grade"),
    [
        (order(), Adequacy("X")),
        (order(" - "), Adequacy("X")),
        (order("", "G35"), Adequacy("C", impression="G35")),
        (order("", "R10.9"), Adequacy("C", findings="R10.9")),
        (order("", "S82.001A", "R26.2"), Adequacy("B", "S82.001A", "R26.2")),
        (order("cannot bear wait", "R26.2"), Adequacy("C", findings="R26.2")),
        # Words that say a part are not added to by codes.
        (order("knee pain", "S82.001A"), Adequacy("C", findings="pain")),
    ],
)
def test_codes_speak_where_words_do_not(made: Order, grade: Adequacy) -> None:
    assert adequacy(made) == grade


@given(st.text(max_size=400))
def test_whatever_is_written_has_a_grade_and_its_words_stand_in_it(text: str) -> None:
    found = adequacy(order(text or "x"))
    said = " ".join((text or "x").split())
    assert title(found.grade)
    for part in (found.impression, found.findings, found.question):
        assert all(words in said for words in part.split("; "))


def test_a_reason_without_end_takes_no_time() -> None:
    started = process_time()
    adequacy(order("pain in the knee, r/o tear " * 20_000))
    assert process_time() - started < 0.5


@pytest.mark.parametrize(
    ("change", "said"),
    [
        (("[grades.D]", "[grades.E]"), "grades.E: no such key"),
        (("parts = 2", "parts = 3"), "each number of parts"),
        (('title = "deficient"', 'titel = "deficient"'), "no such key"),
        (('codes = "MRVWXYZ"\n', ""), "findings.codes: this key is missing"),
    ],
)
def test_a_table_with_a_fault_is_refused(tmp_path: Path, change: tuple[str, str], said: str) -> None:
    text = TABLE.read_text("utf-8")
    assert change[0] in text
    (tmp_path / "a.toml").write_text(text.replace(*change, 1), "utf-8")
    with pytest.raises(KeyFault, match=said):
        grading(tmp_path / "a.toml")


def test_the_parts_of_reasons_as_practices_write_them() -> None:
    """A list of reasons with their parts as a person tells them (I, F, Q; D for none): 95 % of them alike."""
    lines = Path(__file__).with_name("reasons.tsv").read_text("utf-8").splitlines()
    otherwise = []
    for line in lines:
        told, reason = line.split("\t")
        found = adequacy(order(reason))
        parts = (found.impression, found.findings, found.question)
        said = "".join(letter for letter, words in zip("IFQ", parts, strict=True) if words) or "D"
        if said != told:
            otherwise.append(f"{reason}: {said}, not {told}")
    assert len(lines) > 60 and len(otherwise) <= 0.05 * len(lines), otherwise
