"""What hands do on paper drawn here: circles, struck words, signatures; and barcodes. Each with near-misses."""

from __future__ import annotations

from dataclasses import replace

import cv2
import numpy as np
import pytest
import zxingcpp

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

    def scrawl(self, x: int, y: int) -> None:
        """Sign with the pen's lowest point at about y."""
        steps = np.linspace(0, 1, 400)
        xs = x + 260 * steps + 14 * np.sin(steps * 47)
        ys = y - 24 - 22 * np.sin(steps * 41) * (1.2 - steps) - 10 * np.sin(steps * 7)
        cv2.polylines(self.image, [np.stack([xs, ys], axis=1).astype(np.int32)], False, 0, 3)

    def marks(self, kind: str) -> list[Mark]:
        return [mark for mark in find_marks(self.image, self.words, 200) if mark.kind == kind]


def sides() -> tuple[Paper, dict[str, int]]:
    """Five rows with the letters R, L and B beside them, and where the letters stand."""
    paper = Paper()
    places = {"R": 600, "L": 660, "B": 720}
    for row, part in enumerate(["Shoulder", "Elbow", "Wrist", "Knee", "Ankle"]):
        paper.write(200, 400 + row * 60, part)
        for letter, x in places.items():
            paper.write(x, 400 + row * 60, letter)
    return paper, places


@pytest.mark.parametrize("letter", ["R", "L", "B"])
def test_a_circled_letter(letter: str) -> None:
    paper, places = sides()
    cv2.ellipse(paper.image, (places[letter] + 8, 512), (26, 24), 8, 20, 372, 0, 3)
    assert [mark.text for mark in paper.marks("circle")] == [letter]


def test_a_circled_letter_that_was_not_read_is_known_from_its_column() -> None:
    paper, places = sides()
    cv2.ellipse(paper.image, (places["L"] + 8, 512), (26, 24), 0, 0, 360, 0, 3)
    paper.words = [word for word in paper.words if not (word.text == "L" and abs(word.box.y - 510 / HEIGHT) < 0.01)]
    assert [mark.text for mark in paper.marks("circle")] == ["L"]


@pytest.mark.parametrize("letter", ["Y", "N"])
def test_a_circled_letter_that_no_line_holds_is_read_within_the_loop(letter: str) -> None:
    paper = Paper()
    end = paper.write(200, 400, "Pacemaker")
    cv2.putText(paper.image, letter, (end + 60, 400), cv2.FONT_HERSHEY_SIMPLEX, 0.75, 0, 2)
    cv2.ellipse(paper.image, (end + 68, 392), (26, 24), 8, 20, 372, 0, 3)
    assert [mark.text for mark in paper.marks("circle")] == [letter]


def test_nothing_is_read_in_an_empty_loop() -> None:
    paper = Paper()
    paper.write(200, 400, "Pacemaker")
    cv2.ellipse(paper.image, (500, 392), (26, 24), 8, 20, 372, 0, 3)
    assert paper.marks("circle") == []


def test_circled_words() -> None:
    paper = Paper()
    paper.write(200, 400, "Routine")
    end = paper.write(420, 400, "Same day")
    paper.write(700, 400, "STAT")
    cv2.ellipse(paper.image, ((420 + end) // 2, 391), ((end - 420) // 2 + 22, 32), 0, 0, 360, 0, 3)
    assert [mark.text for mark in paper.marks("circle")] == ["Same day"]


def test_letters_frames_and_underlines_are_no_circles() -> None:
    paper = Paper()
    paper.write(200, 400, "OOQ 008 DOB COO")
    cv2.rectangle(paper.image, (190, 500), (420, 560), 0, 2)
    paper.write(200, 540, "SAFETY")
    end = paper.write(200, 640, "Reason")
    cv2.line(paper.image, (200, 650), (end, 650), 0, 2)
    assert paper.marks("circle") == []


@pytest.mark.parametrize(("height", "struck"), [(-8, True), (8, False), (-30, False)])
def test_a_line_through_a_word_strikes_it_and_one_under_it_does_not(height: int, struck: bool) -> None:
    paper = Paper()
    paper.write(200, 400, "Clinical history")
    end = paper.write(600, 400, "Without contrast")
    cv2.line(paper.image, (590, 400 + height), (end + 10, 402 + height), 0, 3)
    assert [mark.text for mark in paper.marks("strike")] == (["Without contrast"] if struck else [])


def test_a_form_rule_through_words_strikes_nothing() -> None:
    paper = Paper()
    paper.write(600, 400, "Overprinted")
    cv2.line(paper.image, (100, 392), (1600, 392), 0, 2)
    assert paper.marks("strike") == []


def line_to_sign(paper: Paper, y: int = 900) -> int:
    start = paper.write(150, y, "Provider signature:") + 12
    cv2.line(paper.image, (start, y + 4), (start + 600, y + 4), 0, 2)
    end = paper.write(start + 630, y, "Date:") + 8
    cv2.line(paper.image, (end, y + 4), (end + 200, y + 4), 0, 2)
    return start


def state(paper: Paper) -> list[tuple[str, str]]:
    return [(mark.state, mark.text) for mark in paper.marks("signature")]


def test_a_scrawl_on_the_line_is_a_signature() -> None:
    paper = Paper()
    paper.scrawl(line_to_sign(paper) + 60, 900)
    assert state(paper) == [("present", "Provider signature:")]


@pytest.mark.parametrize("what", ["nothing", "typed name", "date", "specks", "streak", "hole"])
def test_what_is_no_signature(what: str) -> None:
    paper = Paper()
    start = line_to_sign(paper)
    if what == "typed name":
        paper.write(start + 40, 896, "Harriet Vance, MD")
    elif what == "date":
        paper.write(start + 720, 896, "9/14/26")
    elif what == "specks":
        noise = np.random.default_rng(3)
        for x, y in zip(noise.integers(start, start + 600, 40), noise.integers(830, 900, 40), strict=True):
            paper.image[y : y + 2, x : x + 2] = 0
    elif what == "streak":
        cv2.line(paper.image, (start + 200, 0), (start + 204, HEIGHT), 0, 2)
    elif what == "hole":
        cv2.circle(paper.image, (45, 890), 24, 0, -1)
    assert state(paper) == [("absent", "Provider signature:")]


def test_a_scrawl_between_closing_and_typed_name() -> None:
    paper = Paper()
    paper.write(150, 900, "Sincerely,")
    paper.scrawl(170, 990)
    paper.write(150, 1040, "Harriet Vance, MD")
    assert state(paper) == [("present", "Sincerely,")]


@pytest.mark.parametrize(
    ("name", "hand", "found"),
    [("H. VANCE", 0.98, "present"), ("H. VANCE", 0.5, "absent"), ("HV", 0.98, "absent"), ("NPI 1417", 0.98, "absent")],
)
def test_block_letters_sign_where_the_reader_says_a_hand_wrote_them(name: str, hand: float, found: str) -> None:
    paper = Paper()
    start = line_to_sign(paper)
    first = len(paper.words)
    paper.write(start + 40, 896, name)
    paper.words[first:] = [replace(word, handwritten=hand) for word in paper.words[first:]]
    assert [mark for mark, _ in state(paper)] == [found]


def test_a_line_to_sign_counts_and_not_the_closing_over_it() -> None:
    paper = Paper()
    paper.write(150, 900, "Sincerely,")
    paper.write(150, 1020, "Physician signature:")
    cv2.line(paper.image, (460, 1024), (900, 1024), 0, 2)
    paper.scrawl(500, 1018)
    assert state(paper) == [("present", "Physician signature:")]


@pytest.mark.parametrize("cross", ["X", "X-", "X -", "x:"])
def test_a_line_after_a_cross_is_signed(cross: str) -> None:
    paper = Paper()
    paper.write(150, 900, cross)
    cv2.line(paper.image, (215, 904), (900, 904), 0, 2)
    paper.scrawl(300, 898)
    assert state(paper) == [("present", "X")]


def test_a_line_that_ends_at_its_label() -> None:
    paper = Paper()
    cv2.line(paper.image, (150, 904), (900, 904), 0, 2)
    paper.write(915, 900, "Signature")
    paper.scrawl(250, 898)
    assert state(paper) == [("present", "Signature")]


@pytest.mark.parametrize(
    "text", ["Signs and symptoms: cough", "Electronically signed by Harriet Vance, MD", "Vital signs: stable"]
)
def test_words_about_signs_ask_for_no_signature(text: str) -> None:
    paper = Paper()
    paper.write(150, 900, text)
    assert state(paper) == []


@pytest.mark.parametrize(
    ("kind", "shown"),
    [
        (zxingcpp.BarcodeFormat.QRCode, "QR Code"),
        (zxingcpp.BarcodeFormat.DataMatrix, "Data Matrix"),
        (zxingcpp.BarcodeFormat.Code128, "Code 128"),
        (zxingcpp.BarcodeFormat.PDF417, "PDF417"),
    ],
)
def test_barcodes(kind: zxingcpp.BarcodeFormat, shown: str) -> None:
    paper = Paper()
    code = np.array(zxingcpp.create_barcode("ORDER-00417", kind).to_image(scale=4))
    paper.image[300 : 300 + code.shape[0], 200 : 200 + code.shape[1]] = code
    found = paper.marks("barcode")
    assert [(mark.state, mark.text) for mark in found] == [(shown, "ORDER-00417")]
    assert found[0].box.x0 == pytest.approx(200 / WIDTH, abs=0.03)


@pytest.mark.parametrize("kind", [zxingcpp.BarcodeFormat.Code128, zxingcpp.BarcodeFormat.DataMatrix])
@pytest.mark.parametrize("quarters", [1, 2, 3])
def test_codes_on_their_side_or_head(kind: zxingcpp.BarcodeFormat, quarters: int) -> None:
    paper = Paper()
    code = np.rot90(np.array(zxingcpp.create_barcode("ORDER-00417", kind).to_image(scale=7)), quarters)
    paper.image[300 : 300 + code.shape[0], 200 : 200 + code.shape[1]] = code
    assert [mark.text for mark in paper.marks("barcode")] == ["ORDER-00417"]
