"""What is drawn and told of decisions: a diagram is plain SVG, what doubt blind checks allow follows from them."""

from __future__ import annotations

from xml.etree import ElementTree

import pytest

from benchmarks.blind import largest_doubt
from benchmarks.drawing import Axis, Curve, Dot, diagram
from store.ledger import BlindOutcome

TENTHS = ((0.0, "0"), (1.0, "1 & more"))


def test_a_diagram_is_svg_without_style_and_leaves_out_what_is_above_the_paper():
    drawn = diagram(
        "a <title>",
        Axis("across", 1.0, TENTHS),
        Axis("up", 0.5, TENTHS),
        [Curve("", ((0.0, 0.0), (0.5, 0.9), (1.0, 0.5)))],
        [Dot(0.5, 0.25, 40, 0.2, 0.3, "40 < 41")],
    )
    root = ElementTree.fromstring(drawn)
    assert root.find("{*}title").text == "a <title>"
    assert "style" not in drawn and "href" not in drawn and "script" not in drawn
    (curve,) = [
        each for each in root.findall("{*}path") if each.get("stroke-width") == "2" and "h22" not in each.get("d")
    ]
    assert curve.get("d").count("M") == 2 and curve.get("d").count("L") == 0


@pytest.mark.parametrize(
    ("right", "wrong", "accepted", "doubt"),
    [
        ([0.01] * 597, [], 0.005, None),
        ([0.01] * 598, [], 0.005, 0.01),
        ([0.01] * 598, [0.2], 0.005, 0.01),
        ([0.01] * 598, [0.001], 0.005, None),
        ([], [], 0.5, None),
    ],
)
def test_the_doubt_that_checks_allow(right, wrong, accepted, doubt):
    outcomes = [BlindOutcome(each, False) for each in right] + [BlindOutcome(each, True) for each in wrong]
    assert largest_doubt(outcomes, accepted) == doubt
