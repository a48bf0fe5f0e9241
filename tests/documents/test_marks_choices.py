"""Tick boxes on pages drawn here: states, labels, near-misses."""

from __future__ import annotations

import cv2
import numpy as np
import pytest

from documents.marks import find_marks
from documents.page import Box, Mark, Word

WIDTH, HEIGHT = 1700, 2200


class Paper:
    """A blank letter-size page at 200 to the inch, with the words written on it."""

    def __init__(self) -> None:
        self.image = np.full((HEIGHT, WIDTH), 255, np.uint8)
        self.words: list[Word] = []

    def write(self, x: int, y: int, text: str) -> int:
        """Write `text` with its baseline at y; returns the x where it ends."""
        for word in text.split():
            (width, height), _ = cv2.getTextSize(word, cv2.FONT_HERSHEY_SIMPLEX, 0.75, 2)
            cv2.putText(self.image, word, (x, y), cv2.FONT_HERSHEY_SIMPLEX, 0.75, 0, 2)
            box = Box((x - 2) / WIDTH, (y - height - 8) / HEIGHT, (x + width + 2) / WIDTH, (y + 10) / HEIGHT)
            self.words.append(Word(word, box, 0.99, y))
            x += width + 14
        return x - 14

    def square(self, x: int, y: int, side: int = 28, style: str = "off") -> None:
        """Draw a tick box standing on the baseline y."""
        top = y - side + 4
        cv2.rectangle(self.image, (x, top), (x + side, top + side), 0, 2)
        if style == "tick":
            points = [(x + 3, top + side // 2), (x + side // 2, top + side - 3), (x + side + 9, top - 12)]
            cv2.polylines(self.image, [np.array(points)], False, 0, 4)
        elif style == "cross":
            cv2.line(self.image, (x + 2, top + 2), (x + side - 2, top + side - 2), 0, 3)
            cv2.line(self.image, (x + side - 2, top + 2), (x + 2, top + side - 2), 0, 3)
        elif style == "slash":
            cv2.line(self.image, (x - 2, top + side + 2), (x + side + 4, top - 4), 0, 3)
        elif style == "fill":
            cv2.rectangle(self.image, (x, top), (x + side, top + side), 0, -1)

    def choices(self) -> list[Mark]:
        return [mark for mark in find_marks(self.image, self.words, 200) if mark.kind == "choice"]


def grid(style: str, side: int = 28) -> Paper:
    """Six labelled boxes in a column, the third in the given style."""
    paper = Paper()
    for row, label in enumerate(["Brain", "Orbits", "Neck", "Chest wall", "Pelvis", "Long bones"]):
        y = 300 + row * 60
        paper.square(200, y, side, style if row == 2 else "off")
        paper.write(200 + side + 10, y, label)
    return paper


@pytest.mark.parametrize("side", [20, 28, 42])
@pytest.mark.parametrize("style", ["tick", "cross", "slash", "fill"])
def test_the_marked_box_of_a_column_is_on_and_the_others_off(style: str, side: int) -> None:
    states = {mark.text: mark.state for mark in grid(style, side).choices()}
    labels = ["Brain", "Orbits", "Neck", "Chest wall", "Pelvis", "Long bones"]
    assert states == {label: "on" if label == "Neck" else "off" for label in labels}


def test_a_column_with_no_mark_has_none_on() -> None:
    assert [mark.state for mark in grid("off").choices()] == ["off"] * 6


def test_a_streak_through_a_column_ticks_nothing() -> None:
    paper = grid("off")
    cv2.line(paper.image, (214, 0), (214, HEIGHT), 0, 1)
    assert {mark.state for mark in paper.choices()} == {"off"}
    assert len(paper.choices()) == 6


@pytest.mark.parametrize("left", [True, False])
def test_labels_stand_on_the_side_that_the_row_says(left: bool) -> None:
    paper = Paper()
    x = paper.write(100, 400, "Pregnant?") + 60
    for answer, style in (("Yes", "off"), ("No", "cross")):
        if left:
            x = paper.write(x, 400, answer) + 10
            paper.square(x, 400, style=style)
            x += 28 + 45
        else:
            paper.square(x, 400, style=style)
            x = paper.write(x + 38, 400, answer) + 45
    assert {mark.text: mark.state for mark in paper.choices()} == {"Yes": "off", "No": "on"}


def test_an_answer_is_cut_from_the_question_after_it_and_a_longer_label_is_not() -> None:
    paper = Paper()
    for y, labels in ((400, ("Yes", "No Contrast allergy?")), (500, ("With contrast", "No contrast"))):
        x = 300
        for label in labels:
            paper.square(x, y)
            x = paper.write(x + 38, y, label) + 40
    assert sorted(mark.text for mark in paper.choices()) == ["No", "No contrast", "With contrast", "Yes"]


def test_a_box_read_as_a_letter_is_no_part_of_its_label() -> None:
    paper = Paper()
    paper.square(300, 400, style="cross")
    paper.write(338, 400, "Left")
    word = paper.words[0]
    box = Box(298 / WIDTH, word.box.y0, word.box.x1, word.box.y1)
    paper.words = [Word("XLeft", box, 0.9, word.line)]
    assert [(mark.state, mark.text) for mark in paper.choices()] == [("on", "Left")]


def test_a_box_in_a_table_takes_its_columns_head() -> None:
    paper = Paper()
    for column, head in enumerate(["MRI", "CT", "US"]):
        paper.write(500 + column * 150, 300, head)
        for row in range(3):
            paper.square(510 + column * 150, 360 + row * 60, style="tick" if (column, row) == (1, 2) else "off")
    for row, label in enumerate(["Shoulder", "Elbow", "Wrist"]):
        paper.write(100, 360 + row * 60, label)
    found = paper.choices()
    assert sorted(mark.text for mark in found) == ["CT"] * 3 + ["MRI"] * 3 + ["US"] * 3
    assert [mark.text for mark in found if mark.state == "on"] == ["CT"]


@pytest.mark.parametrize(
    ("tokens", "state"),
    [
        (["[x]", "Head"], "on"),
        (["[", "X", "]", "Head"], "on"),
        (["(X)", "Head"], "on"),
        (["[", "]", "Head"], "off"),
        (["[]Head"], "off"),
        (["☐", "Head"], "off"),
        (["☑Head"], "on"),
        (["■", "Head"], "on"),
        (["__X__", "Head"], "on"),
        (["(480)", "Head"], None),
        (["____", "Head"], None),
        (["[sic]", "Head"], None),
    ],
)
def test_boxes_made_of_characters(tokens: list[str], state: str | None) -> None:
    words, x = [], 0.2
    for token in tokens:
        words.append(Word(token, Box(x, 0.2, x + 0.01 * len(token), 0.216), 1.0, 0))
        x += 0.01 * len(token) + 0.006
    blank = np.full((HEIGHT, WIDTH), 255, np.uint8)
    found = [(mark.state, mark.text) for mark in find_marks(blank, words, 200)]
    assert found == ([(state, "Head")] if state else [])


def test_text_alone_holds_no_boxes() -> None:
    paper = Paper()
    for row in range(20):
        paper.write(100, 200 + row * 50, "DO NOT BILL B0D0 O8Q0 the quick brown fox 0000 DDDD")
    assert paper.choices() == []


@pytest.mark.parametrize("share", [0.2, 0.5, 1.0])
def test_noise_and_black_pages_end_soon_and_hold_nothing(share: float) -> None:
    noise = np.random.default_rng(1).random((HEIGHT, WIDTH)) < share
    assert find_marks(np.where(noise, 0, 255).astype(np.uint8), [], 200) == ()
