from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pytest

from documents import ocr


def steps(text: str, gap: dict[int, int] | None = None) -> list[tuple[str, int, int, float]]:
    """Lay a text out as the recogniser's characters, two steps apart; `gap` widens the room before a character."""
    at, found = 0, []
    for index, character in enumerate(text):
        at += 2 + (gap or {}).get(index, 0)
        found.append((character, at, at, 0.9))
    return found


@pytest.mark.parametrize(
    ("text", "gap", "words"),
    [
        ("Ann Lee", {}, ["Ann", "Lee"]),
        ("RLB", {1: 4, 2: 4}, ["R", "L", "B"]),
        ("WM", {1: 4}, ["WM"]),
        ("□CT□MRI", {}, ["□", "CT", "□", "MRI"]),
        ("_345346", {}, ["345346"]),
        ("Lee__", {}, ["Lee"]),
        ("a_b", {}, ["a_b"]),
        ("___", {}, ["___"]),
        ("/Female", {}, ["/", "Female"]),
        ("Male/", {}, ["Male", "/"]),
        ("M/F", {}, ["M/F"]),
        ("4/17/69", {}, ["4/17/69"]),
        ("/17", {}, ["/17"]),
        ("", {}, []),
    ],
)
def test_characters_part_into_words(text: str, gap: dict[int, int], words: list[str]) -> None:
    assert ["".join(item[0] for item in word) for word in ocr._split(steps(text, gap))] == words


def test_words_lie_where_they_were_drawn(drawn_page: Callable[..., np.ndarray]) -> None:
    page = drawn_page([("Rosalind Okafor",)], 320)
    (quad,) = ocr.detect(page)
    read = ocr.recognise(ocr.crop(page, quad))
    assert read.text == "Rosalind Okafor"
    ink = np.flatnonzero((page < 128).any(0))
    width = quad[1, 0] - quad[0, 0]
    gap = quad[0, 0] + width * (read.tokens[0].end + read.tokens[1].start) / 2
    widest = int(np.argmax(np.diff(ink)))
    assert gap == pytest.approx((ink[widest] + ink[widest + 1]) / 2, abs=9)
    assert quad[0, 0] + width * read.tokens[0].start == pytest.approx(ink[0], abs=14)
    assert quad[0, 0] + width * read.tokens[1].end == pytest.approx(ink[-1], abs=14)
    assert all(token.confidence > 0.9 and token.handwritten < 0.5 for token in read.tokens)


def test_nothing_on_nothing() -> None:
    assert ocr.detect(np.full((400, 600), 255, np.uint8)) == []
    assert ocr.recognise(np.full((40, 600), 255, np.uint8)).tokens == ()


@pytest.mark.parametrize(
    ("probabilities", "read", "sure"),
    [
        ({"e": 0.4, "é": 0.35, "ę": 0.2}, "e", 0.95),
        ({"e": 0.04, "é": 0.94}, "é", 0.94),
        ({"e": 0.04, "ę": 0.95}, "e", 0.99),
        ({"o": 0.5, "½": 0.45}, "o", 0.5),
        ({"½": 0.8, "o": 0.1}, "½", 0.8),
    ],
)
def test_specks_over_a_letter_are_no_accent(probabilities: dict[str, float], read: str, sure: float) -> None:
    characters = ["", *"abeéęo½"]
    table = np.zeros((1, len(characters)), np.float32)
    for character, probability in probabilities.items():
        table[0, characters.index(character)] = probability
    plain = ocr._unaccented(table, ocr._accents(characters))
    assert characters[int(plain[0].argmax())] == read
    assert float(plain[0].max()) == pytest.approx(sure, abs=1e-4)
