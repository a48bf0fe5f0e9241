"""What a learned classifier may judge of an exam's words: those that the catalogue does not know, and no others."""

from __future__ import annotations

import random

import pytest

pytest.importorskip("sklearn")
from benchmarks.exam_model import struck, unknown, until_open


@pytest.mark.parametrize(
    ("text", "judged"),
    [
        ("left knee", []),
        ("spine", []),
        ("scan", []),
        ("study", []),
        ("CT", []),
        ("MRI shouldr", []),
        ("MRI Brian", ["brian"]),
        ("ultrasound ankel 3 views 73610", []),
        ("MRI zygoptrix", ["zygoptrix"]),
        ("CT zygoptrix qoluxn left", ["zygoptrix qoluxn"]),
        ("MRI zygoptrix, left knee, frandolin", ["zygoptrix", "frandolin"]),
        ("", []),
    ],
)
def test_only_unknown_words_are_judged(text: str, judged: list[str]) -> None:
    assert unknown(text) == judged


def test_slips_are_put_in_until_the_words_are_not_known() -> None:
    rng = random.Random(1)
    hurt = [until_open("mri shoulder", rng, lambda text: not unknown(text), struck) for _ in range(20)]
    found = [text for text in hurt if text]
    assert found
    assert all(unknown(text) and text.startswith("mri ") for text in found)


def test_short_words_are_left_alone() -> None:
    assert until_open("ct lt", random.Random(1), lambda _: True) is None
