"""How likely a word is right, by the reader's confidence and what else is known of it."""

from __future__ import annotations

from dataclasses import replace

import pytest

from documents import sureness
from documents.page import Box, Page, Word


def page(*words: Word, source: str = "ocr") -> Page:
    return Page(1, 1700, 2200, 0, source, words, (), b"")  # type: ignore[arg-type]


def word(text: str = "Okafor", confidence: float = 0.95, second: str | None = None) -> Word:
    return Word(text, Box(0.1, 0.1, 0.1 + 0.008 * len(text), 0.113), confidence, 0, second)


def probability(it: Word, source: str = "ocr") -> float:
    beside = [word("beside", 0.99) for _ in range(5)]
    return sureness.probabilities(page(it, *beside, source=source))[0]


@pytest.mark.parametrize(
    ("likelier", "than"),
    [
        (word(confidence=0.99), word(confidence=0.8)),
        (word(confidence=0.8), word(confidence=0.4)),
        (word(second="Okafor"), word()),
        (word(), word(second="Okator")),
        (word(), replace(word(), box=Box(0.1, 0.1, 0.4, 0.113))),
    ],
)
def test_what_makes_a_word_likelier(likelier: Word, than: Word) -> None:
    assert probability(likelier) > probability(than)


def test_probabilities_are_lower_than_raw_confidences_where_readers_are_too_sure() -> None:
    assert probability(word(confidence=0.85)) < 0.85
    assert 0.9 < probability(word(confidence=0.9999)) <= 1.0


@pytest.mark.parametrize(
    ("source", "confidence", "stated"),
    [("text", 1.0, True), ("form", 1.0, True), ("text", 0.99, False), ("ocr", 1.0, False)],
)
def test_only_what_a_file_states_is_certain(source: str, confidence: float, stated: bool) -> None:
    assert (probability(word(confidence=confidence), source) == 1.0) is stated


def test_a_page_without_words() -> None:
    assert sureness.probabilities(page()) == ()
