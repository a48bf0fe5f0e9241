"""Sample documents the whole way, from bytes to a referral: what is stated shows where, what is not is not made up."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest

from classifiers.exam import read_exams, use_site
from config import settings
from documents.faults import MESSAGES
from documents.limits import Limits
from documents.page import Document, Unreadable
from documents.sandbox import read_safely
from orders.order import Evidence, Exam, Order, Referral, Value
from pipeline import Reading, read_referral, rules, warm, with_candidates

SAMPLES = Path(__file__).parents[1] / "sample_docs"
TODAY = date(2026, 11, 24)
WITH_ORDERS = ("clean_ehr_order.pdf", "email_order_in_text.eml", "tick_form_typed.tif")
WITHOUT = ("advertisement.tif", "lab_result_alone.tif")


@pytest.fixture(scope="module")
def readings() -> dict[str, Reading]:
    """The samples of this file, each read once, because a scanned page takes seconds."""
    return {name: read((SAMPLES / name).read_bytes(), name) for name in (*WITH_ORDERS, *WITHOUT)}


def read(data: bytes, name: str) -> Reading:
    return read_referral(data, name, today=TODAY)


@pytest.mark.parametrize("name", WITH_ORDERS)
def test_every_stated_value_shows_where_it_stands(readings: dict[str, Reading], name: str) -> None:
    reading = readings[name]
    assert reading.referral.orders and reading.referral.error is None
    numbers = {page.number for page in reading.pages}
    stated = 0
    for order in reading.referral.orders:
        assert order.pages and set(order.pages) <= numbers
        for path, value in order.leaves():
            assert 0 <= value.confidence <= 1, path
            if value.state != "stated":
                assert value.value is (False if path == "signed" else None), path
                continue
            stated += 1
            assert value.evidence, path
            for each in value.evidence:
                x0, y0, x1, y1 = each.box
                assert each.page in order.pages and each.text, path
                assert 0 <= x0 < x1 <= 1 and 0 <= y0 < y1 <= 1, path
    assert stated >= 10


@pytest.mark.parametrize("name", WITH_ORDERS)
def test_every_order_is_judged(readings: dict[str, Reading], name: str) -> None:
    for order in readings[name].referral.orders:
        assert order.route in ("ready", "review", "clarification")
        assert order.route_reason.endswith(".")
        blocked = any(problem.severity == "blocking" for problem in order.problems)
        assert not (blocked and order.route == "ready")
        assert all(problem.message and problem.request for problem in order.problems)


@pytest.mark.parametrize("name", WITHOUT)
def test_a_document_that_asks_for_no_exam_is_no_order(readings: dict[str, Reading], name: str) -> None:
    referral = readings[name].referral
    assert (referral.orders, referral.route, referral.error) == ((), "not_an_order", None)
    assert [page.number for page in referral.pages] == [1]


def test_an_order_typed_into_a_message_is_read_to_the_letter(readings: dict[str, Reading]) -> None:
    (order,) = readings["email_order_in_text.eml"].referral.orders
    assert (order.patient.family.value, order.patient.given.value) == ("Del Rasmussen", "Luther")
    assert order.patient.birth_date.value == "1976-06-18"
    assert {exam.modality.value for exam in order.exams} == {"PT", "CT"}


@pytest.mark.parametrize(
    ("name", "code"),
    [
        ("empty.pdf", "empty"),
        ("locked.pdf", "encrypted"),
        ("text_renamed.pdf", "mislabelled"),
        ("truncated.tif", "damaged"),
        ("unknown_type.xyz", "unknown_type"),
    ],
)
def test_what_cannot_be_read_is_named_in_a_clerks_words(name: str, code: str) -> None:
    reading = read((SAMPLES / "bad" / name).read_bytes(), name)
    assert reading.referral.error and reading.referral.error.code == code
    assert reading.referral.error.message == MESSAGES[code]
    assert (reading.pages, reading.referral.orders, reading.referral.route) == ((), (), None)


def test_a_message_without_its_attachment_is_a_page_without_an_order() -> None:
    name = "email_without_attachment.eml"
    referral: Referral = read((SAMPLES / "bad" / name).read_bytes(), name).referral
    assert (referral.error, referral.orders, referral.route) == (None, (), "not_an_order")


def test_a_reader_that_gives_up_is_an_error_and_no_exception() -> None:
    def refusing(data: bytes, name: str, limits: Limits) -> Document:
        raise Unreadable("timeout")

    reading = read_referral(b"bytes", "a.tif", reader=refusing)
    assert reading.referral.error and reading.referral.error.code == "timeout"


def test_the_same_bytes_have_the_same_ids(readings: dict[str, Reading]) -> None:
    name = "email_order_in_text.eml"
    again = read((SAMPLES / name).read_bytes(), name).referral
    assert again == readings[name].referral
    assert again.orders[0].id.startswith(again.id[:12])


def test_warming_reads_words_and_so_loads_the_recogniser() -> None:
    seen: list[Document] = []

    def watched(data: bytes, name: str, limits: Limits) -> Document:
        seen.append(read_safely(data, name, limits))
        return seen[-1]

    warm(watched)
    assert "R91.1" in {word.text for page in seen[0].pages for word in page.words}


@pytest.fixture
def site(tmp_path: Path, data: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """An empty folder that the settings name as the site's."""
    made = tmp_path / "site"
    (made / "exams").mkdir(parents=True)
    monkeypatch.setenv("CLEARORDER_SITE", str(made))
    settings.cache_clear()
    yield made
    use_site(None)


def test_a_sites_files_are_read_anew_and_a_fault_leaves_the_last_good_ones_in_force(site: Path) -> None:
    words, chosen = site / "exams" / "words.toml", site / "selection.toml"
    words.write_text('[[term]]\nregion = "knee"\nwords = ["genu"]\n', "utf-8")
    assert rules().choices == ()
    assert [exam.body_region for exam in read_exams("MRI genu")] == ["knee"]
    words.write_text('[[term]]\nregion = "kneee"\nwords = ["genu"]\n', "utf-8")
    chosen.write_text('[[choose]]\npack = "mammography"\nmodality = ["MG"]\n', "utf-8")
    assert [choice.pack for choice in rules().choices] == ["mammography"]
    assert [exam.body_region for exam in read_exams("MRI genu")] == ["knee"]
    words.write_text('[[term]]\nregion = "foot"\nwords = ["genu", "pes"]\n', "utf-8")
    chosen.write_text('[[choose]]\npack = "mamography"\nmodality = ["MG"]\n', "utf-8")
    assert [choice.pack for choice in rules().choices] == ["mammography"]
    assert [exam.body_region for exam in read_exams("MRI genu")] == ["foot"]


def said(text: str) -> Value:
    return Value(text, 0.99, (Evidence(1, (0.1, 0.1, 0.2, 0.2), text),), "stated", "label")


def asked(text: str, route: str) -> Order:
    reading = read_exams(text)
    return Order(
        "x-1", (1,), exams=(Exam(said(text), Value(reading[0].modality) if reading else Value()),), route=route
    )


def test_what_an_unknown_word_may_mean_stands_beside_the_open_part_and_a_person_looks_first() -> None:
    order = with_candidates(asked("CT abdominopelvcal", "clarification"))
    region = order.exams[0].body_region
    assert region.value is None
    assert region.others[0].value == "abdomen_pelvis"
    assert region.others[0].evidence == order.exams[0].text.evidence
    assert "% likely" in region.others[0].reason
    assert (order.route, order.exams[0].modality.others) == ("review", ())
    assert "may mean" in order.route_reason


@pytest.mark.parametrize(
    ("text", "route"),
    [("NM bone scan 3 phase", "clarification"), ("Hartford", "clarification"), ("CT chest", "ready")],
)
def test_where_nothing_can_be_told_an_order_stays_as_it_was(text: str, route: str) -> None:
    order = asked(text, route)
    stated = replace(order, exams=(replace(order.exams[0], body_region=said("chest")),)) if route == "ready" else order
    assert with_candidates(stated) is stated
