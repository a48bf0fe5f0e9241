from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from documents.layout import in_lines
from documents.page import Box, Word


def word(text: str, x: float, y: float, wide: float = 0.05, tall: float = 0.012) -> Word:
    return Word(text, Box(x, y, x + wide, y + tall), 1.0, 0)


@pytest.mark.parametrize(
    ("words", "lines"),
    [
        ([word("b", 0.2, 0.1), word("a", 0.14, 0.1)], ["a b"]),
        ([word("a", 0.1, 0.1), word("b", 0.6, 0.1)], ["a", "b"]),
        ([word("low", 0.1, 0.2), word("high", 0.1, 0.1)], ["high", "low"]),
        # A baseline that wanders by a third of a line is still the line.
        ([word("a", 0.1, 0.1), word("b", 0.16, 0.104)], ["a b"]),
        ([word("a", 0.1, 0.1), word("b", 0.1, 0.108)], ["a", "b"]),
    ],
)
def test_lines(words: list[Word], lines: list[str]) -> None:
    found: dict[int, list[str]] = {}
    for placed in in_lines([[item] for item in words], 0.77):
        found.setdefault(placed.line, []).append(placed.text)
    assert [" ".join(line) for line in found.values()] == lines


@given(st.lists(st.tuples(st.floats(0, 0.9), st.floats(0, 0.95)), max_size=40))
def test_no_word_is_lost_and_lines_count_up(places: list[tuple[float, float]]) -> None:
    placed = in_lines([[word(str(index), x, y)] for index, (x, y) in enumerate(places)], 0.77)
    assert sorted(int(item.text) for item in placed) == list(range(len(places)))
    numbers = [item.line for item in placed]
    assert numbers == sorted(numbers)
