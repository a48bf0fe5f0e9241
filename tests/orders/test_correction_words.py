"""Words that say that an order takes an earlier one's place, and words that only look like it."""

from __future__ import annotations

import pytest

from orders.correction_words import correction_words


@pytest.mark.parametrize(
    ("lines", "words"),
    [
        (("Subject CORRECTED ORDER - replaces the order faxed earlier this week",), "CORRECTED ORDER"),
        (("CORRECTED", "Advanced Imaging Order"), "CORRECTED"),
        (("*** AMENDED 11/20/26 ***",), "*** AMENDED 11/20/26 ***"),
        (("This is an amended requisition, thank you",), "amended requisition"),
        (("Revised MRI order attached",), "Revised MRI order"),
        (("Order - corrected",), "Order - corrected"),
        (("This order supersedes our previous order",), "supersedes our previous order"),
        (("It replaces the order of Monday",), "replaces the order"),
        (("Please disregard the previous", "order, wrong side"), "disregard the previous order"),
        (("Kindly ignore our earlier fax.",), "ignore our earlier fax"),
        (("VOID PRIOR ORDER",), "VOID PRIOR ORDER"),
        (("Please cancel order sent 11/12",), "cancel order sent"),
        (("We are sending a corrected order.",), "corrected order"),
        (("If you have questions call us. Corrected order follows.",), "Corrected order"),
    ],
)
def test_it_is_a_correction(lines, words):
    assert correction_words(lines) == words


@pytest.mark.parametrize(
    "lines",
    [
        ("Form revised 01/2024",),
        ("Revised 3/24",),
        ("Rev. 7 - updated 2025",),
        ("Vision corrected with glasses",),
        ("PET with attenuation corrected images",),
        ("s/p knee replacement, order dated today",),
        ("Please send a corrected order to us by fax",),
        ("If the side is wrong, fax us an amended order",),
        ("We cannot schedule without a corrected order.",),
        ("Do not disregard prior studies",),
        ("If received in error, discard the original",),
        ("Prior imaging: CT chest, last order 2024",),
        ("Order updated by Epic on 11/20/2026 10:31",),
        ("Correction of scoliosis in 2019",),
        ("Corrected QT 440 ms",),
    ],
)
def test_it_is_none(lines):
    assert correction_words(lines) == ""
