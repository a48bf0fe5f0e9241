from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pytest

from documents import ocr
from documents.clean import softened, without_specks


@pytest.fixture(scope="module")
def specked(drawn_page: Callable[..., np.ndarray]) -> np.ndarray:
    noise = np.random.default_rng(5)
    page = drawn_page([("Rosalind Okafor, born 04-17-1969",), ("MRI of the right knee",)], 400)
    for y, x in zip(noise.integers(0, 398, 3000), noise.integers(0, 1698, 3000), strict=True):
        page[y : y + 2, x : x + 2] = 0
    return page


def test_specks_go_and_letters_stay(specked: np.ndarray, drawn_page: Callable[..., np.ndarray]) -> None:
    plain = drawn_page([("Rosalind Okafor, born 04-17-1969",), ("MRI of the right knee",)], 400)
    clean = without_specks(specked)
    assert (clean[260:] < 140).mean() < 0.1 * (specked[260:] < 140).mean()
    assert ((clean < 140) & (plain < 140)).sum() > 0.97 * (plain < 140).sum()


def test_lines_are_found_under_specks(specked: np.ndarray) -> None:
    assert len(ocr.detect(without_specks(specked))) >= 2


def test_a_quiet_page_is_left_as_it_is(drawn_page: Callable[..., np.ndarray]) -> None:
    page = drawn_page()
    assert without_specks(page) is page


def test_only_a_page_of_black_and_white_is_softened(drawn_page: Callable[..., np.ndarray]) -> None:
    page = drawn_page()
    bilevel = np.where(page < 128, 0, 255).astype(np.uint8)
    soft = softened(bilevel)
    assert set(np.unique(bilevel)) == {0, 255} and len(np.unique(soft)) > 20
    photographed = np.minimum(page, 235)
    assert softened(photographed) is photographed
