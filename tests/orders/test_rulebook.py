"""Which checklist is for which order, a site's folder over ours, and the last good rules that stay in force."""

from __future__ import annotations

import os
from collections.abc import Callable
from dataclasses import replace
from datetime import date
from pathlib import Path
from time import process_time

import pytest
import structlog
from structlog.testing import capture_logs

from orders.contract import order_from_json, order_json
from orders.decision import Policy
from orders.judge import judged
from orders.knowledge import FileFault
from orders.order import Evidence, Exam, Grant, Indication, Order, Value
from orders.rulebook import Rulebook, in_force, load_rulebook, refused

TODAY = date(2026, 11, 24)
SELECTION = """
[[choose]]
pack = "mammography"
modality = ["MG"]

[[choose]]
pack = "site_minimum"
modality = ["US"]
body_region = ["obstetric"]

[[choose]]
pack = "medicare_strict"
payer = ["medicare"]
but = ["advantage"]
"""
PACK = 'name = "knee"\nversion = "7"\nbase = "default"\n[rules.order_validity]\nseverity = "blocking"\ndays = 30\n'
ACME = 'name = "acme"\nversion = "1"\nbase = "any"\ntitle = "Acme"\nauthority = "its manual"\npayer = ["acme"]\n'

Write = Callable[[str, str], None]


@pytest.fixture
def write(tmp_path: Path) -> Write:
    """Write a file of the site's folder, at a time later than any before it."""
    clock = iter(range(1, 1000))

    def put(name: str, text: str) -> None:
        path = tmp_path / name
        path.parent.mkdir(exist_ok=True)
        path.write_text(text, "utf-8")
        at = next(clock)
        os.utime(path, (at, at))

    return put


def value(given: str | bool) -> Value:
    return Value(given, 0.95, (Evidence(1, (0.1, 0.1, 0.2, 0.2), str(given)),), "stated", "as written")


def exam(modality: str, region: str) -> Exam:
    return Exam(text=value(f"{modality} {region}"), modality=value(modality), body_region=value(region))


def order(payer: str, *exams: Exam) -> Order:
    made = Order("o1", (1, 2), exams=exams, indication=Indication(value("knee pain")), page_types=("order", "cover"))
    return made.put("coverage.payer", value(payer)) if payer else made


@pytest.mark.parametrize(
    ("made", "pack"),
    [
        (order("Aetna", exam("CT", "chest")), "default"),
        (order("Aetna", exam("MG", "breast")), "mammography"),
        (order("Medicare", exam("MG", "breast")), "mammography"),
        (order("Medicare Part B", exam("CT", "chest")), "medicare_strict"),
        (order("Aetna Medicare Advantage", exam("CT", "chest")), "default"),
        (order("Medicaid", exam("CT", "chest")), "default"),
        (order("", exam("US", "obstetric")), "site_minimum"),
        (order("", exam("US", "abdomen")), "default"),
        (order("", exam("CT", "chest"), exam("MG", "breast")), "mammography"),
        (order("Medicare"), "medicare_strict"),
        (order(""), "default"),
    ],
)
def test_the_first_choice_that_fits_is_taken(tmp_path: Path, write: Write, made: Order, pack: str) -> None:
    write("selection.toml", SELECTION)
    assert load_rulebook(tmp_path).pack_for(made).name == pack


COMPLETE: dict[str, str | bool] = {
    "patient.family": "Quill",
    "patient.given": "Ada",
    "patient.birth_date": "1961-02-03",
    "provider.family": "Osei",
    "provider.given": "Ann",
    "provider.npi": "1234567893",
    "provider.phone": "8655550121",
    "coverage.member_id": "W123",
    "order_date": "2026-11-20",
    "signed": True,
}


@pytest.mark.parametrize(
    ("selection", "sure", "route"),
    [
        (SELECTION, 0.89, "review"),
        (SELECTION, 0.95, "ready"),
        ("", 0.5, "ready"),
        ('[[choose]]\npack = "site_minimum"\nmodality = ["XR"]\n' + SELECTION, 0.5, "ready"),
        ('[[choose]]\npack = "site_minimum"\npayer = ["medicare"]\nmodality = ["CT"]\n', 0.5, "ready"),
        ('[[choose]]\npack = "default"\npayer = ["medicare"]\n', 0.5, "ready"),
    ],
)
def test_where_the_payer_decides_which_checklist_it_is_read_surely(
    tmp_path: Path, write: Write, selection: str, sure: float, route: str
) -> None:
    if selection:
        write("selection.toml", selection)
    made = order("Aetna", exam("XR", "chest"))
    for path, said in COMPLETE.items():
        made = made.put(path, value(said))
    made = made.put("coverage.payer", replace(made.coverage.payer, confidence=sure))
    found = judged(made, load_rulebook(tmp_path), TODAY, Policy(doubt=1.5))
    assert found.route == route
    assert ("insurance" in found.route_reason) == (route == "review")
    # A request to the referrer may be another checklist's as well.
    unsigned = judged(made.put("signed", value(False)), load_rulebook(tmp_path), TODAY, Policy(doubt=1.5))
    assert (unsigned.route == "review") == (route == "review")


def test_without_a_site_every_order_has_the_default_pack() -> None:
    assert load_rulebook(None).pack_for(order("Medicare", exam("MG", "breast"))).name == "default"


def test_a_sites_packs_can_be_chosen(tmp_path: Path, write: Write) -> None:
    write("checklists/knee.toml", PACK)
    write("selection.toml", '[[choose]]\npack = "knee"\n')
    write(
        "payers/acme.toml", 'name = "acme"\nversion = "1"\nbase = "any"\ntitle = "A"\nauthority = "x"\npayer = ["acme"]'
    )
    book = load_rulebook(tmp_path)
    made = judged(order("Acme", exam("CT", "chest")).put("order_date", value("2026-10-01")), book, TODAY)
    assert made.checklist == "knee 7" and made.judged_on == "2026-11-24"
    assert "order_validity" in {problem.code for problem in made.problems if problem.severity == "blocking"}
    assert made.necessity is not None and made.necessity.pack == "acme 1"


@pytest.mark.parametrize(
    ("name", "text", "said"),
    [
        ("selection.toml", SELECTION.replace('"mammography"', '"mamography"'), "line 3: choose.pack: no such pack"),
        ("selection.toml", SELECTION.replace('"US"', '"USG"'), "line 8: choose.modality: no such value 'USG'"),
        ("selection.toml", SELECTION.replace("payer = ", "payers = "), "line 13: choose.payers: no such key"),
        ("selection.toml", SELECTION.replace('payer = ["medicare"]\n', ""), "line 13: choose.but: name the payers"),
        ("selection.toml", "choose = 3\n", "line 1: choose: make each choice"),
        ("checklist/knee.toml", PACK, r"checklist/knee.toml, line 1: \(file\): a file here is not read"),
        ("knee.toml", PACK, "a file here is not read"),
        ("checklists/knee.toml", PACK.replace("days", "dayz"), "knee.toml, line 6: rules.order_validity.dayz"),
        ("payers/x.toml", "name = 3", "x.toml, line 1: name: give a text"),
    ],
)
def test_a_folder_that_makes_no_sense_is_refused(tmp_path: Path, write: Write, name: str, text: str, said: str) -> None:
    write(name, text)
    with pytest.raises(FileFault, match=said):
        load_rulebook(tmp_path)


def test_a_folder_that_is_not_there_is_refused(tmp_path: Path) -> None:
    with pytest.raises(FileFault, match="no such folder"):
        load_rulebook(tmp_path / "nowhere")


def test_the_last_good_rules_stay_in_force_and_the_log_says_where_without_the_words(
    tmp_path: Path, write: Write
) -> None:
    write("checklists/knee.toml", PACK)
    good = in_force(tmp_path)
    assert refused(tmp_path) is None and good.packs["knee"].version == "7"
    write("checklists/knee.toml", PACK.replace("blocking", "Jane Doe's"))
    with capture_logs() as told:
        assert in_force(tmp_path) is good and in_force(tmp_path) is good
    assert told == [
        {
            "event": "rules_refused",
            "log_level": "error",
            "kind": "KeyFault",
            "file": "knee.toml",
            "line": 5,
            "key": "rules.order_validity.severity",
        }
    ]
    assert "no such severity" in str(refused(tmp_path))
    write("checklists/knee.toml", PACK.replace('"7"', '"8"'))
    assert in_force(tmp_path).packs["knee"].version == "8" and refused(tmp_path) is None
    structlog.reset_defaults()


def full(book: Rulebook) -> Order:
    grant = Grant(
        2, status=value("approved"), payer=value("Acme"), valid_until=value("2026-01-01"), exams=(exam("CT", "head"),)
    )
    made = order("Acme", exam("CT", "chest"), exam("CT", "chest"), exam("MR", "prostate"))
    for path, said in (
        ("patient.sex", "F"),
        ("patient.birth_date", "1961-02-03"),
        ("order_date", "2024-01-01"),
        ("signed", True),
        ("safety.pregnant", "yes"),
    ):
        made = made.put(path, value(said))
    return judged(replace(made, grants=(grant,)), book, TODAY)


def test_what_the_rules_found_is_kept_and_read_back_and_the_contract_does_not_see_it() -> None:
    made = full(load_rulebook(None))
    assert made.notes and made.adequacy and made.necessity and made.grants
    assert order_from_json(order_json(made, losing=True)) == made
    plain = order_json(made)
    assert not {"notes", "adequacy", "necessity", "grants", "checklist", "judged_on", "page_types"} & set(plain)
    assert not {problem["code"] for problem in plain["problems"]} & {note.code for note in made.notes}
    # What an earlier version kept is read as well.
    assert order_from_json({**order_json(full(load_rulebook(None)), losing=True), "notes": []}).notes == ()


def test_a_decision_takes_under_20_ms() -> None:
    book = load_rulebook(None)
    full(book)
    started = process_time()
    for _ in range(50):
        full(book)
    assert (process_time() - started) / 50 < 0.02
