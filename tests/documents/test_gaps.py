"""Spaces put back between characters, by the white between them and the recogniser's doubt."""

from __future__ import annotations

import numpy as np
import pytest

from documents import gaps

WIDTH = 8


def line(text: str, white: int, likely: float) -> tuple[list[gaps.Character], np.ndarray, np.ndarray]:
    """Characters three steps apart, black but for `white` columns where `|` stands, a space `likely` there."""
    shown = text.replace("|", "")
    found = [(character, 3 * at, 3 * at, 0.99) for at, character in enumerate(shown)]
    picture = np.full((48, 3 * WIDTH * len(shown)), -1.0, np.float32)
    spaces = np.zeros(3 * len(shown), np.float32)
    if "|" in text:
        left = 3 * (text.index("|") - 1)
        middle = int((left + 2) * WIDTH)
        picture[:, middle - white // 2 : middle + white // 2] = 1.0
        spaces[left + 1] = likely
    return found, spaces, picture


@pytest.mark.parametrize(
    ("text", "white", "likely", "read"),
    [
        ("Member|ID", 12, 0.1, "Member ID"),
        ("Upper|GI", 12, 0.02, "Upper GI"),
        ("(410)|555", 12, 0.1, "(410) 555"),
        ("R|/", 12, 0.1, "R /"),
        ("Member|ID", 0, 0.3, "MemberID"),
        ("Member|ID", 12, 0.0005, "MemberID"),
        ("Mem|ber", 2, 0.02, "Member"),
        ("OLM|STEAD", 6, 0.02, "OLMSTEAD"),
        ("197|04", 8, 0.2, "19704"),
        ("E05.|00", 14, 0.4, "E05.00"),
        ("6/|17", 14, 0.4, "6/17"),
        ("555-|0132", 14, 0.4, "555-0132"),
        ("Name|:", 14, 0.4, "Name:"),
        ("(|HIDA", 14, 0.4, "(HIDA"),
        ("plain", 0, 0.0, "plain"),
    ],
)
def test_spaces(text: str, white: int, likely: float, read: str) -> None:
    found, spaces, picture = line(text, white, likely)
    assert "".join(item[0] for item in gaps.spaced(found, spaces, picture, WIDTH)) == read


def test_a_line_of_one_character_or_none() -> None:
    empty = np.zeros((48, 96), np.float32)
    assert gaps.spaced([], np.zeros(12, np.float32), empty, WIDTH) == []
    alone: list[gaps.Character] = [("X", 2, 2, 0.9)]
    assert gaps.spaced(alone, np.zeros(12, np.float32), empty, WIDTH) == alone
