"""The contract's figures on small documents whose outcome can be counted by hand."""

import json

import pytest

from orders.compare import Count
from orders.score import as_json, match_orders, render, score


def exam(side):
    parts = {"modality": "MR", "body_region": "knee", "laterality": side, "contrast": None, "technique": None}
    return {**parts, "procedure_code": None}


def order(pages, family="Doe", route="ready", problems=(), side="left", birth_date="1980-02-03"):
    return {
        "pages": pages,
        "patient": {"family": family, "given": "Jane", "birth_date": birth_date},
        "exams": [exam(side)],
        "signed": True,
        "problems": [{"code": code, "severity": "blocking"} for code in problems],
        "route": route,
    }


def document(orders, types=("order",)):
    pages = [{"number": number, "type": kind} for number, kind in enumerate(types, 1)]
    return {"document": "a.pdf", "pages": pages, "orders": orders}


def figures(true, read):
    table = score([(document(true), document(read))])
    names = ("cleared", "silent_errors", "missed_problems", "needless_requests", "caught")
    return {name: (getattr(table, name).part, getattr(table, name).whole) for name in names}


INCOMPLETE = {"route": "clarification", "problems": ["signature"]}


@pytest.mark.parametrize(
    ("true", "read", "expected"),
    [
        ([order([1])], [order([1])], {"cleared": (1, 1), "silent_errors": (0, 1)}),
        ([order([1])], [order([1], route="review")], {"cleared": (0, 1), "silent_errors": (0, 0)}),
        ([order([1])], [order([1], side="right")], {"cleared": (1, 1), "silent_errors": (1, 1)}),
        ([order([1])], [order([1], birth_date=None)], {"silent_errors": (1, 1)}),
        ([order([1])], [], {"cleared": (0, 1), "silent_errors": (0, 0)}),
        ([], [order([1])], {"cleared": (0, 0), "silent_errors": (1, 1)}),
        ([order([1], **INCOMPLETE)], [order([1])], {"missed_problems": (1, 1), "caught": (0, 1)}),
        ([order([1], **INCOMPLETE)], [order([1], route="review")], {"missed_problems": (0, 1), "caught": (1, 1)}),
        ([order([1], **INCOMPLETE)], [order([1], **INCOMPLETE)], {"needless_requests": (0, 1), "caught": (1, 1)}),
        (
            [order([1], **INCOMPLETE)],
            [order([1], route="clarification", problems=["signature", "laterality"])],
            {"needless_requests": (1, 1)},
        ),
        ([order([1])], [order([1], **INCOMPLETE)], {"needless_requests": (1, 1), "cleared": (0, 1)}),
    ],
)
def test_headline_figures(true, read, expected):
    assert figures(true, read).items() >= expected.items()


def test_orders_are_matched_by_pages_then_patient():
    true = [order([1], "Doe"), order([2], "Roe"), order([3], "Poe")]
    read = [order([2, 3], "Poe"), order([1], "Doe")]
    pairs = match_orders(true, read)
    assert [(bool(b) and b["patient"]["family"]) for _, b in pairs] == ["Doe", False, "Poe"]


def test_orders_that_share_nothing_stay_apart():
    pairs = match_orders([order([1], "Doe", birth_date="1970-01-01")], [order([2], "Roe")])
    assert [(bool(a), bool(b)) for a, b in pairs] == [(True, False), (False, True)]


def test_pages_and_splits():
    true = document([order([2])], ("cover", "order"))
    table = score([(true, document([order([1, 2])], ("order", "order")))])
    assert (table.page_types.part, table.page_types.whole) == (1, 2)
    assert table.page_confusions == (("cover", "order", 1),)
    assert (table.splits.part, table.exact_pages.part) == (0, 0)
    assert score([(document([]), document([]))]).splits.part == 1


def test_a_document_that_failed_is_named_and_misses_everything():
    read = {"document": "a.pdf", "error": {"code": "damaged", "message": "…"}, "pages": [], "orders": []}
    table = score([(document([order([1])]), read)])
    assert table.failed == ("a.pdf",)
    assert table.critical == Count(missed=4)
    assert table.routes == (("ready", "missing", 1),)


def test_the_table_prints_and_is_json():
    table = score([(document([order([1])]), document([order([1], side="right")]))])
    text = render(table)
    assert "cleared orders with a critical field wrong" in text
    assert json.loads(json.dumps(as_json(table)))["micro"]["critical"]["correct"] == 3
    assert as_json(table)["fields"]["exam"] == {
        "correct": 0,
        "wrong": 1,
        "missed": 0,
        "invented": 0,
        "precision": 0.0,
        "recall": 0.0,
        "f1": 0.0,
    }
