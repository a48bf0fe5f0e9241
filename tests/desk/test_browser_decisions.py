"""Deciding by keys alone, in a real browser: an order that came before, and a blind check."""

from __future__ import annotations

from dataclasses import replace

import pytest
from desk_faxes import arrive, blind, knee
from django.contrib.auth.models import Group
from playwright.sync_api import expect
from test_browser import browser, desk, window  # noqa: F401  -  fixtures

from orders.order import Value
from store import ledger

pytestmark = pytest.mark.django_db(transaction=True)


def twice() -> tuple[str, str]:
    order, drawn = knee()
    first = arrive([order], drawn, "first.tif")[0]
    left = replace(order.exams[0], laterality=Value("left", 0.97, (), "stated"))
    return first, arrive([replace(order, exams=(left,))], drawn, "second.tif")[0]


@pytest.mark.parametrize(
    ("key", "state", "earlier"),
    [("d", "duplicate", "review"), ("r", "review", "closed"), ("s", "review", "review")],
)
def test_an_order_that_came_before_is_compared_and_decided_about(window, key, state, earlier):  # noqa: F811
    first, second = twice()
    window.goto(f"/orders/{second}/")
    expect(window.locator(".again.open")).to_contain_text("This looks like a correction.")
    window.keyboard.press("Alt+c")
    expect(window.locator("tr.differs")).to_contain_text(["left"])
    pictures = window.locator("[data-viewer] figure img")
    expect(pictures).to_have_count(2)
    window.wait_for_function("[...document.querySelectorAll('[data-viewer] img')].every((img) => img.naturalWidth > 0)")
    wide = pictures.first.evaluate("(each) => each.clientWidth")
    window.keyboard.press("Alt+Equal")
    assert pictures.first.evaluate("(each) => each.clientWidth") > wide
    assert pictures.last.evaluate("(each) => each.clientWidth") > wide, "both papers are enlarged"
    window.keyboard.press(key)
    window.wait_for_url(lambda url: "/again/" not in url)
    assert (ledger.case(second).state, ledger.case(first).state) == (state, earlier)


def test_a_look_at_both_orders_decides_nothing(window):  # noqa: F811
    first, second = twice()
    window.goto(f"/orders/{second}/again/{first}/")
    window.keyboard.press("x")
    window.keyboard.press("Control+r")
    window.keyboard.press("Escape")
    expect(window.locator(".again.open")).to_be_visible()
    assert ledger.case(second).again == "correction"


def test_a_blind_check_by_keys_alone(window):  # noqa: F811
    case_id = blind()
    window.goto("/queue/review/")
    window.keyboard.press("Enter")
    expect(window.get_by_label("Family name")).to_be_focused()
    for typed in ("Okafor", "Benedikt", "3/14/61", "XR", "chest"):
        window.keyboard.type(typed)
        window.keyboard.press("Enter")
    expect(window.get_by_label("Side").first).to_be_focused()
    assert ledger.case(case_id).blind
    window.keyboard.press("Control+Enter")
    expect(window.get_by_label("Benedikt")).to_be_focused()
    expect(window.locator(".panel")).not_to_contain_text("Okafor")
    window.keyboard.press("ArrowDown")
    window.keyboard.press("Control+Enter")
    expect(window.locator(".notice.good")).to_contain_text("It was read rightly")
    found = ledger.blind_figures()
    assert (found.checked, found.wrong, found.differed) == (1, 0, 1)


def test_a_blind_check_is_left_with_esc(window):  # noqa: F811
    case_id = blind()
    window.goto(f"/orders/{case_id}/")
    window.keyboard.press("Escape")
    expect(window.locator("#rows")).to_contain_text("Blind check")
    assert ledger.case(case_id).claimed_by == ""


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_the_figures_are_drawn_in_the_pages_own_colours(window, mara, theme):  # noqa: F811
    mara.groups.set(Group.objects.filter(name="lead"))
    window.goto("/figures/")
    window.evaluate(f"document.documentElement.dataset.theme = '{theme}'")
    expect(window.get_by_role("heading", name="Blind checks at this site")).to_be_visible()
    wide = window.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
    assert wide == 0
