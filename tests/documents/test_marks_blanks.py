"""Options with a short blank before them, on pages drawn here: which is ticked, and lines that are none."""

from __future__ import annotations

import cv2
import numpy as np
import pytest

from documents.marks import find_marks
from documents.page import Box, Mark, Word

WIDTH, HEIGHT = 1700, 2200


class Paper:
    """A blank letter-size page at 200 to the inch, with the words and lines drawn on it."""

    def __init__(self) -> None:
        self.image = np.full((HEIGHT, WIDTH), 255, np.uint8)
        self.words: list[Word] = []

    def write(self, x: int, y: int, text: str) -> None:
        """Write one word with its baseline at y."""
        (width, height), _ = cv2.getTextSize(text, cv2.FONT_HERSHEY_SIMPLEX, 0.75, 2)
        cv2.putText(self.image, text, (x, y), cv2.FONT_HERSHEY_SIMPLEX, 0.75, 0, 2)
        box = Box((x - 2) / WIDTH, (y - height - 8) / HEIGHT, (x + width + 2) / WIDTH, (y + 10) / HEIGHT)
        self.words.append(Word(text, box, 0.99, y))

    def blank(self, x: int, y: int, pen: str = "", length: int = 50) -> None:
        """Draw a blank at y, and what a pen put on it."""
        cv2.line(self.image, (x, y), (x + length, y), 0, 2)
        if pen == "cross":
            cv2.line(self.image, (x + 16, y - 20), (x + 34, y + 2), 0, 3)
            cv2.line(self.image, (x + 34, y - 20), (x + 16, y + 2), 0, 3)
        elif pen == "tick":
            points = [(x + 14, y - 12), (x + 22, y - 2), (x + 40, y - 24)]
            cv2.polylines(self.image, [np.array(points)], False, 0, 3)
        elif pen == "brackets":
            for side, foot in ((x, x + 7), (x + length, x + length - 7)):
                cv2.line(self.image, (side, y - 26), (side, y), 0, 2)
                cv2.line(self.image, (side, y - 26), (foot, y - 26), 0, 2)
        elif pen == "speck":
            cv2.circle(self.image, (x + 25, y - 12), 2, 0, -1)

    def choices(self) -> list[Mark]:
        return [mark for mark in find_marks(self.image, self.words, 200) if mark.kind == "choice"]


def column(pen: str, labels: tuple[str, ...] = ("Brain", "Orbits", "Neck", "Pelvis", "Femur")) -> Paper:
    """A blank before each label, the second one with what the pen put there."""
    paper = Paper()
    for row, label in enumerate(labels):
        paper.blank(200, 300 + row * 40, pen if row == 1 else "")
        paper.write(262, 300 + row * 40, label)
    return paper


@pytest.mark.parametrize(("pen", "state"), [("cross", "on"), ("tick", "on"), ("speck", "off"), ("", "off")])
def test_a_pen_on_a_blank(pen: str, state: str) -> None:
    states = {mark.text: mark.state for mark in column(pen).choices()}
    assert states == {"Brain": "off", "Orbits": state, "Neck": "off", "Pelvis": "off", "Femur": "off"}


def test_brackets_joined_at_their_feet_are_no_ticks() -> None:
    paper = Paper()
    labels = ("Brain", "Orbits", "Neck", "Pelvis", "Femur")
    for row, label in enumerate(labels):
        paper.blank(200, 300 + row * 80, "brackets")
        paper.write(262, 300 + row * 80, label)
    assert {mark.text: mark.state for mark in paper.choices()} == dict.fromkeys(labels, "off")


def test_a_few_lines_are_no_options() -> None:
    assert column("cross", ("Brain", "Orbits", "Neck")).choices() == []


def test_lines_after_their_labels_are_filled_in() -> None:
    paper = Paper()
    for row, label in enumerate(["Age", "Height", "Weight", "Room", "Bed"]):
        paper.write(200, 300 + row * 50, label)
        paper.blank(330, 300 + row * 50)
    assert paper.choices() == []


def test_lines_under_words_are_no_blanks() -> None:
    paper = column("")
    for row in range(5):
        paper.write(200, 296 + row * 40, "No")
    assert paper.choices() == []


def test_the_sides_of_boxes_are_no_blanks() -> None:
    paper = Paper()
    for row, label in enumerate(["Brain", "Orbits", "Neck", "Pelvis", "Femur"]):
        cv2.rectangle(paper.image, (200, 276 + row * 60), (228, 304 + row * 60), 0, 2)
        paper.write(240, 300 + row * 60, label)
    assert len(paper.choices()) == 5
