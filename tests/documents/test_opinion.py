from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace

import numpy as np
import pytest

from documents.opinion import MOST_LINES, Claim, opinion, opinions
from documents.page import Box, Page, Word
from documents.sandbox import Reader


@pytest.fixture(scope="module")
def reader() -> Iterator[Reader]:
    made = Reader()
    yield made
    made.close()


def page_of(*words: tuple[str, str | None] | tuple[str, str | None, float]) -> Page:
    """One line of words, each with what the second reader read and the probability of a hand."""
    placed = tuple(
        Word(text, Box(0.1 * at, 0.1, 0.1 * at + 0.09, 0.12), 0.9, 0, second, *hand)
        for at, (text, second, *hand) in enumerate(words)
    )
    return Page(1, 1700, 2200, 0, "ocr", placed, (), b"")


ALL = Box(0.0, 0.1, 1.0, 0.12)


@pytest.mark.parametrize(
    ("words", "claim", "verdict"),
    [
        ([("Sheila", "Sheila")], "Sheila", "agrees"),
        ([("Shella", "Sheila")], "Shella", "disagrees"),
        ([("OKAFOR,", "Okafor")], "OKAFOR,", "agrees"),
        ([("Sheila", "")], "Sheila", "unknown"),
        ([("Sheila", None)], "Sheila", "unknown"),
        ([("Sheila", "|")], "Sheila", "unknown"),
        ([("Shella", "Sheila", 0.9)], "Shella", "unknown"),
        ([("Sheila", "Sheila", 0.9)], "Sheila", "agrees"),
        ([("Sheila", "Sheila"), ("-", ""), ("Moss", "Moss")], "Sheila - Moss", "agrees"),
        ([("Sheila", "Sheila"), ("Moss", "Mess")], "Sheila Moss", "disagrees"),
        ([("Sheila", "Sheila"), ("Moss", "")], "Sheila Moss", "unknown"),
        ([("04/17/", "04"), ("1969", "17/1969")], "04/17/ 1969", "agrees"),
        ([("DOB:04/17/1969", "D0B:04/17/1969")], "04/17/1969", "agrees"),
        ([("DOB:04/17/1969", "DOB:04/17/1959")], "04/17/1969", "disagrees"),
        ([("04-17-1969", "O4-l7-l969")], "04-17-1969", "agrees"),
        ([("04-17-1969", "04-17-1989")], "04-17-1969", "disagrees"),
        ([("Iyer", "lyer")], "Iyer", "agrees"),
        ([("Bolton", "B0lt0n")], "Bolton", "agrees"),
        ([("Bolton", "Bo1ten")], "Bolton", "disagrees"),
        ([("5VL9YP7", "SVL9YP7")], "5VL9YP7", "unknown"),
        ([("5VL9YP7", "5VL9VP7")], "5VL9YP7", "disagrees"),
        ([("May", "Maybelle")], "May", "disagrees"),
        ([], "Sheila", "unknown"),
    ],
)
def test_verdict(words: list[tuple[str, str | None]], claim: str, verdict: str) -> None:
    assert opinion(page_of(*words), Claim(ALL, claim)).verdict == verdict


def test_only_the_words_in_the_claims_box_count() -> None:
    page = page_of(("Sheila", "Sheila"), ("Moss", "Mess"))
    first = Claim(page.words[0].box, "Sheila")
    assert opinion(page, first).verdict == "agrees"
    assert opinion(page, Claim(page.words[1].box, "Moss")).text == "Mess"
    part = replace(first.box, x0=first.box.x0 + 0.06)
    assert opinion(page, Claim(part, "la")).text == "Sheila"


def test_one_call_a_page_for_the_claimed_lines_only() -> None:
    asked: list[list[int]] = []

    def rereader(page: Page, lines: Sequence[int]) -> Page:
        asked.append(list(lines))
        return page

    words = tuple(Word("word", Box(0.1, y / 100, 0.2, y / 100 + 0.008), 0.9, y) for y in range(80))
    page = Page(1, 1700, 2200, 0, "ocr", words, (), b"")
    opinions(page, [Claim(words[at].box, "word") for at in (5, 2, 5)], rereader)
    opinions(page, [Claim(word.box, "word") for word in words], rereader)
    certain = replace(page, words=tuple(replace(word, confidence=1.0) for word in words))
    opinions(certain, [Claim(words[5].box, "word")], rereader)
    opinions(page, [Claim(Box(0.5, 0.5, 0.6, 0.6), "nothing there")], rereader)
    assert asked == [[5, 2], list(range(MOST_LINES))]


def test_a_page_as_read_and_its_misreading(
    reader: Reader, drawn_page: Callable[..., np.ndarray], fax_tiff: Callable[..., bytes]
) -> None:
    sent = fax_tiff([drawn_page([("Sheila Okafor", "04-17-1969")], 320)])
    page = reader.read(sent, "a.tif").pages[0]
    misread = replace(page, words=(replace(page.words[0], text="Shella"), *page.words[1:]))
    claims = [Claim(word.box, word.text) for word in misread.words]
    read_again, found = opinions(misread, claims, reader.reread)
    assert [(one.verdict, one.text) for one in found] == [
        ("disagrees", "Sheila"),
        ("agrees", "Okafor"),
        ("agrees", "04-17-1969"),
    ]
    assert [word.text for word in read_again.words] == ["Shella", "Okafor", "04-17-1969"]
    broken = replace(page, image=b"\x89PNG nothing")
    assert opinions(broken, claims[1:], reader.reread) == (broken, tuple(2 * [type(found[0])("unknown")]))
    assert reader.read(sent, "a.tif").pages
