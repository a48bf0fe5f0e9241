"""Badly read words told by a lexicon: near-misses are told, sure words and open text stay as read."""

from __future__ import annotations

import pytest
from drawn_views import Drawn

from extractors.indication import find_reason
from extractors.lexicon import reasons


@pytest.mark.parametrize(
    ("read", "meant"),
    [
        ("SGREENING", "SCREENING"),
        ("neoplasn", "neoplasm"),
        ("Righl", "Right"),
        ("GALACTORRIEA", "GALACTORRHEA"),
        ("ROTATORCUFF", "ROTATOR CUFF"),
        ("MEMORYLOSS", "MEMORY LOSS"),
        ("Lowback", "Lowback"),  # "low" and "back": short words in a row are chance
        ("AVASCULAR", "AVASCULAR"),
        ("AYASCULAR", "AVASCULAR"),
        ("atraumatic", "atraumatic"),  # never its opposite
        ("gastroparesis", "gastroparesis"),
        ("polyarthralgia", "polyarthralgia"),
        ("NSAIDs", "NSAIDs"),
        ("Alzheimer's", "Alzheimer's"),
        ("xqzvw", "xqzvw"),
        ("H90555", "H90555"),
        ("pain", "pain"),
    ],
)
def test_the_one_word_next_to_it(read: str, meant: str) -> None:
    assert reasons().word(read) == meant


@pytest.mark.parametrize(("read", "sure"), [("marathom", True), ("SGREENING", True), ("shower", False)])
def test_only_what_the_reader_doubts(read: str, sure: bool) -> None:
    assert reasons().word(read, doubtful=not sure) == read


@pytest.mark.parametrize(("confidence", "text"), [(0.8, "Breast cancer screening"), (0.99, "Breast cancer sgreening")])
def test_a_reason_tells_what_was_read(draw: Drawn, confidence: float, text: str) -> None:
    view = draw("Reason for exam: Breast cancer sgreening", confidence=confidence)
    finding = max(find_reason(view), key=lambda finding: finding.score)
    assert finding.value == text
    assert finding.evidence[0].text == "Breast cancer sgreening"
    assert ("sgreening” told for “screening" in finding.reason) == (confidence < 0.95)
