"""A pack that cannot be used is refused with its file, line, key and what to do; packs may lie over each other."""

from __future__ import annotations

from pathlib import Path

import pytest

from orders.knowledge import KeyFault
from orders.pack import default_pack, load_packs, packs, parse_pack
from orders.vocabulary import BLOCKING, FOLLOW_UP

BLOCK = """
name = "site"
version = "3"
[rules.signature]
severity = "blocking"
authority = "site policy"
clerk = "Not signed."
referrer = "Please sign."
"""
OWN = """
name = "site"
version = "3"

[rules.record_number]
needs = ["patient.mrn"]
severity = "follow_up"
authority = "site policy"
clerk = "No record number."
referrer = "Please write the record number."
"""


def test_a_pack_may_hold_fewer_rules_and_other_severities() -> None:
    pack = parse_pack(BLOCK.replace("blocking", "follow_up"), "site.toml")
    assert [(entry.rule.name, entry.severity) for entry in pack.entries] == [("signature", "follow_up")]


@pytest.mark.parametrize(
    ("change", "key", "line", "remedy"),
    [
        (("rules.signature", "rules.signatur"), "rules.signatur", 4, "no such rule"),
        (('"blocking"', '"fatal"'), "rules.signature.severity", 5, "blocking or follow_up or note"),
        (("clerk =", "clark ="), "rules.signature.clark", 7, "no such key"),
        (('authority = "site policy"\n', ""), "rules.signature.authority", 4, "missing"),
        (('version = "3"\n', ""), "version", 1, "missing"),
        (('"Please sign."', '"Please sign {name}."'), "rules.signature.referrer", 8, "{exam} or {detail}"),
        (('"Please sign."', '"Please sign {exam."'), "rules.signature.referrer", 8, "brace"),
        (('"Please sign."', '""'), "rules.signature.referrer", 8, "text in quotes"),
        (('"Please sign."', '{ none = "x" }'), "rules.signature.referrer", 8, "one sentence"),
        (('"Not signed."', "7"), "rules.signature.clerk", 7, "one sentence"),
        (('name = "site"', "name = site"), "(file)", 2, "no TOML"),
        (('version = "3"', 'version = "3"\nbase = "defualt"'), "base", 4, "no such pack"),
        (('version = "3"', 'version = "3"\nwithout = ["exam"]'), "without", 4, "add `base`"),
        (('"blocking"', '"blocking"\ndays = 3'), "rules.signature.days", 6, "no such key"),
        (('"blocking"', '"blocking"\nleast = 0.5'), "rules.signature.least", 6, "no such key"),
    ],
)
def test_it_is_refused_with_file_line_key_and_remedy(change: tuple[str, str], key: str, line: int, remedy: str) -> None:
    with pytest.raises(KeyFault) as refused:
        parse_pack(BLOCK.replace(*change), "site.toml")
    assert (refused.value.file, refused.value.key, refused.value.line) == ("site.toml", key, line)
    assert remedy in refused.value.remedy
    assert f"site.toml, line {line}" in str(refused.value)


@pytest.mark.parametrize(
    ("change", "key", "remedy"),
    [
        (('"patient.mrn"', '"patient.nrm"'), "needs", "no such value 'patient.nrm'"),
        (('["patient.mrn"]', '"patient.mrn"'), "needs", "list of texts"),
        (("needs", "wants"), "", "no such rule"),
        (("severity", 'one_of = ["signed"]\nseverity'), "", "give one of"),
        (("severity", 'modality = ["MRI"]\nseverity'), "modality", "no such value 'MRI'"),
        (("severity", "least = 0.9\nseverity"), "least", "with `sure`"),
        (("needs", "sure"), "least", "with `sure`"),
        (("needs", "least = 90\nsure"), "least", "up to 1"),
        (("record_number", "Record-Number"), "", "small letters"),
        (('referrer = "Please write the record number."\n', ""), "referrer", "missing"),
    ],
)
def test_a_rule_that_a_pack_declares_is_checked_as_well(change: tuple[str, str], key: str, remedy: str) -> None:
    with pytest.raises(KeyFault) as refused:
        parse_pack(OWN.replace(*change), "site.toml")
    assert refused.value.key.startswith("rules.") and refused.value.key.endswith(key)
    assert remedy in refused.value.remedy


def test_cases_need_a_sentence_each() -> None:
    block = BLOCK.replace("rules.signature", "rules.provider_npi").replace('"Not signed."', '{ absent = "None." }')
    with pytest.raises(KeyFault, match="wrong"):
        parse_pack(block, "site.toml")


def test_over_a_base_a_block_says_only_what_differs() -> None:
    text = 'name = "x"\nversion = "1"\nbase = "default"\nwithout = ["order_date"]\n[rules.order_validity]\ndays = 90\n'
    made = {entry.rule.name: entry for entry in parse_pack(text, "x.toml").entries}
    ours = {entry.rule.name: entry for entry in default_pack().entries}
    assert set(ours) - set(made) == {"order_date"} and set(made) <= set(ours)
    assert made["order_validity"].numbers == (("days", 90),) and ours["order_validity"].numbers == (("days", 365),)
    assert made["order_validity"].clerk == ours["order_validity"].clerk
    assert made["signature"] == ours["signature"]
    with pytest.raises(KeyFault, match=r"line 6.*zero or more"):
        parse_pack(text.replace("90", '"90"'), "x.toml")
    with pytest.raises(KeyFault, match=r"line 4.*no such value 'order_dat'"):
        parse_pack(text.replace('["order_date"]', '["order_dat"]'), "x.toml")


def folder_of(tmp_path: Path, **files: str) -> Path:
    for name, text in files.items():
        (tmp_path / f"{name}.toml").write_text(text, "utf-8")
    return tmp_path


def head(name: str, base: str) -> str:
    return f'name = "{name}"\nversion = "1"\nbase = "{base}"\n'


def test_a_sites_packs_lie_over_ours_whatever_the_order_of_the_files(tmp_path: Path) -> None:
    folder = folder_of(
        tmp_path,
        a=head("knee", "default") + '[rules.signature]\nseverity = "note"\n',
        b=head("default", "default") + 'without = ["provider_npi"]\n',
    )
    made = load_packs(folder, packs())
    assert set(made) == {*packs(), "knee"}
    for name in ("knee", "default"):
        assert "provider_npi" not in {entry.rule.name for entry in made[name].entries}
    # Another pack of ours still lies over our own default.
    assert made["site_minimum"] == packs()["site_minimum"]


@pytest.mark.parametrize(
    ("files", "said"),
    [
        ({"a": head("one", "two"), "b": head("two", "one")}, "lie over each other"),
        ({"a": head("one", "default"), "b": head("one", "default")}, "b.toml, line 1: name: two packs are called"),
        ({"a": head("one", "none")}, "a.toml, line 3: base: no such pack"),
        ({"a": head("one", "one")}, "a.toml, line 3: base: no such pack"),
        ({"a": 'version = "1"\n'}, "a.toml, line 1: name"),
    ],
)
def test_a_folder_of_packs_that_makes_no_sense_is_refused(tmp_path: Path, files: dict[str, str], said: str) -> None:
    with pytest.raises(KeyFault, match=said):
        load_packs(folder_of(tmp_path, **files), packs())


def test_a_file_that_is_no_text_is_refused(tmp_path: Path) -> None:
    (tmp_path / "site.toml").write_bytes(b"\xff\xfe")
    with pytest.raises(KeyFault, match="UTF-8"):
        load_packs(tmp_path, {})


def test_every_sentence_of_our_packs_fills_and_every_rule_cites_an_authority() -> None:
    for pack in packs().values():
        for entry in pack.entries:
            assert entry.authority and entry.rule.fields
            for case in entry.rule.cases or ("",):
                for sentences in (entry.clerk, entry.referrer):
                    assert "{" not in sentences.fill(case, "MRI knee", "left against right")


def test_the_default_pack_counts_what_the_contract_counts_and_notes_the_rest() -> None:
    counted = {entry.rule.name: entry.severity for entry in default_pack().entries if entry.severity != "note"}
    assert counted == dict.fromkeys(BLOCKING, "blocking") | dict.fromkeys(FOLLOW_UP, "follow_up")
    assert len(default_pack().entries) > len(counted)
