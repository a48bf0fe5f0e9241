"""The order laid out: what must be looked at comes first, and only that."""

from dataclasses import replace
from datetime import date

import pytest
from desk_faxes import clear, knee

from desk.sheet import sheet
from orders.decision import DEFAULT_POLICY
from orders.judge import judged
from orders.order import Evidence, Exam, Finding, Value
from orders.rulebook import load_rulebook


def stated(value, sure, **more):
    return Value(value, sure, (), "stated", **more)


LOST = (Finding("patient.middle", "Ann", (), 0.4, "stands between the names"),)


@pytest.mark.parametrize(
    ("leaf", "flagged"),
    [
        (stated("Ann", 1 - 1.1 * DEFAULT_POLICY.doubt), True),
        (stated("Ann", 1 - 0.05 * DEFAULT_POLICY.doubt), False),
        (stated("Ann", 1.0, reason="entered by mara"), False),
        (Value(), False),
        (Value(None, 0.5, (), "absent"), False),
        (Value(None, 0.5, (), "absent", "", LOST), True),
        (Value(None, 0.95, (), "absent", "", LOST), False),
        (Value(None, 0.95, (), "unreadable"), True),
        (Value(None, 1.0, (), "absent", "accepted by mara", LOST), False),
    ],
)
def test_what_is_doubtful_is_flagged_where_it_stands(leaf, flagged):
    order, _ = clear()
    laid = sheet(order.put("patient.middle", leaf))
    assert laid.row("patient.middle").doubtful is flagged
    assert not laid.check


@pytest.mark.parametrize(
    ("path", "leaf", "first"),
    [
        ("patient.given", stated("Ann", 1 - 1.1 * DEFAULT_POLICY.doubt), True),
        ("patient.given", stated("Ann", 1 - 0.05 * DEFAULT_POLICY.doubt), False),
        ("patient.given", Value(None, 0.95, (), "unreadable"), True),
        ("exams.0.technique", Value(None, 1 - 1.1 * DEFAULT_POLICY.doubt), True),
        ("exams.0.technique", Value(None, 1 - 0.05 * DEFAULT_POLICY.doubt), False),
        ("signed", stated(True, 0.5), True),
        ("patient.address.line", stated("1 Alder Street", 0.2), False),
    ],
)
def test_what_keeps_an_order_from_going_on_comes_first(path, leaf, first):
    order, _ = clear()
    assert (path in [row.path for row in sheet(order.put(path, leaf)).check]) is first


def test_what_a_blocking_problem_misses_is_to_check():
    order, _ = knee()
    assert [row.path for row in sheet(order).check] == [
        "patient.family",
        "patient.birth_date",
        "exams.0.laterality",
        "signed",
    ]
    answered = order.put("exams.0.laterality", stated("left", 1.0)).put("signed", stated(True, 1.0))
    assert [row.path for row in sheet(answered).check] == ["patient.family", "patient.birth_date"]


def test_every_leaf_stands_on_the_page_once():
    order, _ = knee()
    paths = [row.path for row in sheet(order).rows()]
    assert len(paths) == len(set(paths))
    assert set(paths) >= {path for path, _ in order.leaves()}


def test_there_is_room_for_one_exam_and_one_code_more():
    order, _ = knee()
    laid = sheet(order)
    fresh = [group for group in laid.groups if group.fresh]
    assert [row.path for row in fresh[0].rows][:2] == ["exams.1.text", "exams.1.modality"]
    assert laid.row("indication.icd10.1").typed == ""
    with pytest.raises(KeyError):
        laid.row("exams.2.text")


def test_an_order_without_an_exam_shows_empty_exam_fields_at_once():
    order, _ = clear()
    laid = sheet(replace(order, exams=()))
    assert not any(group.fresh for group in laid.groups)
    assert laid.row("exams.0.text").typed == ""


def test_several_exams_are_told_apart():
    order, _ = knee()
    second = Exam(text=stated("MRI hip", 0.5))
    laid = sheet(replace(order, exams=(*order.exams, second)))
    assert laid.row("exams.1.text").label == "Exam 2 · As written"
    assert "Exam 1" in [group.title for group in laid.groups]


def test_alternatives_are_offered_once_each_best_first_without_the_value_itself():
    findings = [("Paredes", 0.9), ("Parades", 0.3), ("Paredez", 0.6), ("PAREDEZ", 0.2), (None, 0.8)]
    order, _ = clear()
    others = tuple(Finding("patient.family", value, (), score, "") for value, score in findings)
    row = sheet(order.put("patient.family", stated("Paredes", 0.5, others=others))).row("patient.family")
    assert [(each.key, each.text) for each in row.alternatives] == [(1, "Paredez"), (2, "Parades")]


def test_boxes_belong_to_their_page():
    order, _ = clear()
    places = (Evidence(1, (0.1, 0.1, 0.2, 0.2), "Ann"), Evidence(3, (0.5, 0.5, 0.6, 0.6), "Ann"))
    laid = sheet(order.put("patient.given", Value("Ann", 0.5, places, "stated")))
    assert [mark.path for mark in laid.marks(3)] == ["patient.given"]
    assert laid.marks(1)[-1].path == "patient.given", "a doubtful box lies on top"
    assert not laid.marks(2)


def test_a_change_names_the_rows_that_read_otherwise():
    order, _ = knee()
    before = sheet(order)
    after = sheet(replace(order.put("exams.0.laterality", stated("left", 1.0)), problems=order.problems[1:]))
    assert [row.path for row in after.changed_since(before)] == ["exams.0.laterality"]


def test_what_an_unknown_word_may_mean_is_a_digit_away_from_the_open_part():
    order, _ = clear()
    guess = Finding("body_region", "tibia_fibula", (), 0.4, "guessed from a word that is not in the catalogue")
    exam = replace(order.exams[0], body_region=Value(others=(guess,)))
    order = judged(replace(order, exams=(exam,)), load_rulebook(None), date(2026, 11, 3))
    row = sheet(order).row("exams.0.body_region")
    assert row.needed and row in sheet(order).check
    assert [(each.key, each.typed) for each in row.alternatives] == [(1, "tibia_fibula")]
    assert order.route != "ready"
