"""A pack that cannot be used is refused with its file, the key and what to do."""

from __future__ import annotations

from pathlib import Path

import pytest

from orders.pack import PackError, default_pack, load_pack, parse_pack

BLOCK = """
name = "site"
version = "3"
[rules.signature]
severity = "blocking"
authority = "site policy"
clerk = "Not signed."
referrer = "Please sign."
"""


def test_a_pack_may_hold_fewer_rules_and_other_severities() -> None:
    pack = parse_pack(BLOCK.replace("blocking", "follow_up"), "site.toml")
    assert [(entry.rule.name, entry.severity) for entry in pack.entries] == [("signature", "follow_up")]


@pytest.mark.parametrize(
    ("change", "key", "remedy"),
    [
        (("rules.signature", "rules.signatur"), "rules.signatur", "no such rule"),
        (('"blocking"', '"fatal"'), "rules.signature.severity", "blocking or follow_up"),
        (("clerk =", "clark ="), "rules.signature.clark", "no such key"),
        (('authority = "site policy"\n', ""), "rules.signature.authority", "missing"),
        (('version = "3"\n', ""), "version", "missing"),
        (('"Please sign."', '"Please sign {name}."'), "rules.signature.referrer", "{exam} or {detail}"),
        (('"Please sign."', '"Please sign {exam."'), "rules.signature.referrer", "brace"),
        (('"Please sign."', '""'), "rules.signature.referrer", "text in quotes"),
        (('"Please sign."', '{ none = "x" }'), "rules.signature.referrer", "one sentence"),
        (('"Not signed."', "7"), "rules.signature.clerk", "one sentence"),
        (('name = "site"', "name = site"), "(file)", "no TOML"),
    ],
)
def test_it_is_refused_with_file_key_and_remedy(change: tuple[str, str], key: str, remedy: str) -> None:
    with pytest.raises(PackError) as refused:
        parse_pack(BLOCK.replace(*change), "site.toml")
    assert (refused.value.file, refused.value.key) == ("site.toml", key)
    assert remedy in refused.value.remedy
    assert "site.toml" in str(refused.value)


def test_cases_need_a_sentence_each() -> None:
    block = BLOCK.replace("rules.signature", "rules.provider_npi").replace('"Not signed."', '{ absent = "None." }')
    with pytest.raises(PackError, match="wrong"):
        parse_pack(block, "site.toml")


def test_a_pack_is_read_from_a_file(tmp_path: Path) -> None:
    path = tmp_path / "site.toml"
    path.write_text(BLOCK, "utf-8")
    assert load_pack(path).version == "3"
    path.write_bytes(b"\xff\xfe")
    with pytest.raises(PackError, match="UTF-8"):
        load_pack(path)


def test_every_sentence_of_the_default_pack_fills() -> None:
    for entry in default_pack().entries:
        for case in entry.rule.cases or ("",):
            for sentences in (entry.clerk, entry.referrer):
                assert "{" not in sentences.fill(case, "MRI knee", "left against right")
