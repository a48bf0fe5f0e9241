"""The contract's comparisons, with near-misses."""

import pytest

from orders.compare import (
    Count,
    compare,
    compare_exams,
    compare_fields,
    plain,
    same_code,
    same_digits,
    same_name,
    same_set,
    same_words,
    token_f1,
)


@pytest.mark.parametrize(
    ("same", "one", "other", "equal"),
    [
        (same_name, "O'Donnell", "ODONNELL", True),
        (same_name, "Smith-Hayes", "smith hayes", True),
        (same_name, "Núñez", "Nunez", True),
        (same_name, "3161 Hawthorne Ct, Apt 3C", "3161 HAWTHORNE CT APT 3C", True),
        (same_name, "Smith", "Smyth", False),
        (same_code, "xyz-123 4", "XYZ1234", True),
        (same_code, "A10", "A1O", False),
        (same_digits, "(912) 555-0129", "9125550129", True),
        (same_digits, "9125550129", "9125550128", False),
        (same_set, ["M25.561", "s83.2"], ["S83.2", "M25.561"], True),
        (same_set, ["M25.561"], ["M25.561", "S83.2"], False),
        (same_words, "neck pain, 6 weeks", "Neck pain 6 weeks", True),
        (same_words, "neck pain 6 weeks", "back pain 6 weeks", False),
    ],
)
def test_same(same, one, other, equal):
    assert same(one, other) is equal
    assert same(other, one) is equal


def test_token_f1_counts_repeated_words_as_often_as_they_stand():
    assert token_f1("pain pain", "pain") == pytest.approx(2 / 3)
    assert token_f1("", "") == 1.0
    assert token_f1("pain", "") == 0.0


@pytest.mark.parametrize(
    ("true", "read", "count"),
    [
        ("a", "a", Count(correct=1)),
        ("a", "b", Count(wrong=1)),
        ("a", None, Count(missed=1)),
        (None, "b", Count(invented=1)),
        (None, None, Count()),
        ([], ["x"], Count(invented=1)),
        (False, False, Count(correct=1)),
        (False, True, Count(wrong=1)),
        (0, None, Count(missed=1)),
    ],
)
def test_compare(true, read, count):
    assert compare(true, read) == count


def exam(modality="MR", region="knee", side="left", contrast=None, code=None):
    return {
        "modality": modality,
        "body_region": region,
        "laterality": side,
        "contrast": contrast,
        "technique": None,
        "procedure_code": code,
    }


@pytest.mark.parametrize(
    ("true", "read", "exams"),
    [
        ([exam(), exam(region="hip")], [exam(region="hip"), exam()], Count(correct=2)),
        ([exam()], [exam(side="right")], Count(wrong=1)),
        ([exam(), exam("XR")], [exam("XR")], Count(correct=1, missed=1)),
        ([exam()], [exam(), exam()], Count(correct=1, invented=1)),
        ([], [exam()], Count(invented=1)),
        # The like is set against the like, whatever the order on the page.
        ([exam(), exam("XR", "chest", None)], [exam("XR", "chest", "left"), exam()], Count(correct=1, wrong=1)),
    ],
)
def test_exams_are_matched_as_a_set(true, read, exams):
    assert compare_exams(true, read)[0] == exams


def test_a_procedure_code_is_compared_between_exams_set_against_each_other():
    true = [exam(code="73721"), exam(region="hip", code="73722")]
    read = [exam(region="hip", code="73722"), exam(code="73720")]
    assert compare_exams(true, read)[1] == Count(correct=1, wrong=1)
    assert compare_exams(true, [])[1] == Count(missed=2)


def test_leaves_are_made_plain_and_an_absent_order_misses_all():
    reading = {
        "patient": {"family": {"value": "Doe", "confidence": 1, "evidence": []}},
        "signed": {"value": False},
        "indication": {"icd10": [{"value": "M25.561"}]},
    }
    assert plain(reading) == {"patient": {"family": "Doe"}, "signed": False, "indication": {"icd10": ["M25.561"]}}
    counts = compare_fields(plain(reading), {})
    assert counts["patient.family"] == counts["signed"] == counts["indication.icd10"] == Count(missed=1)
    assert counts["provider.npi"] == Count()


def test_count_ratios():
    count = Count(correct=6, wrong=2, missed=2, invented=0)
    assert (count.precision, count.recall) == (0.75, 0.6)
    assert count.f1 == pytest.approx(2 * 0.75 * 0.6 / (0.75 + 0.6))
    assert Count().f1 == 1.0
