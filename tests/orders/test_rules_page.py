"""The page of all rules is the one that the rules give."""

from __future__ import annotations

from pathlib import Path

import pytest

from orders.knowledge import KeyFault
from orders.pack import packs, parse_pack
from orders.payer import payer_packs
from orders.rule import RULES
from orders.rules_page import page

DOCS = Path(__file__).parents[2] / "docs" / "rules.md"


def test_the_page_is_current() -> None:
    assert DOCS.read_text("utf-8") == page(), "run: python -m orders.rules_page > docs/rules.md"


def test_the_page_names_every_rule_pack_and_authority() -> None:
    text = page()
    for name in (*RULES, *packs(), *(pack.name for pack in payer_packs())):
        assert f"`{name}`" in text
    for pack in packs().values():
        for entry in pack.entries:
            assert entry.authority in text


def test_the_example_on_the_page_is_a_pack() -> None:
    example = page().split("```toml\n")[1].split("```")[0]
    made = parse_pack(example, "knee_clinic.toml")
    assert {entry.rule.name for entry in made.entries} >= {"record_number", "order_validity"}
    with pytest.raises(KeyFault):
        parse_pack(example.replace("patient.mrn", "patient.number"), "knee_clinic.toml")
