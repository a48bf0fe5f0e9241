"""The fax beside its order in a real browser: zoomed, turned, paged, and led to from the fields and back."""

from __future__ import annotations

import re
from dataclasses import replace

import pytest
from desk_faxes import arrive, knee, note, one
from playwright.sync_api import expect
from test_browser import at, browser, desk, in_focus, leaf, opened, window  # noqa: F401  -  fixtures

from orders.order import Value

pytestmark = pytest.mark.django_db(transaction=True)


def test_the_fax_is_zoomed_turned_and_paged(window):  # noqa: F811
    order, drawn = knee()
    case_id = arrive([replace(order, pages=(1, 2))], [*drawn, note(2, "Visit note")])[0]
    opened(window, case_id)
    page = window.locator(".page").first
    before = page.bounding_box()
    window.keyboard.press("Alt+=")
    larger = page.bounding_box()
    assert larger["width"] > before["width"] * 1.1
    window.keyboard.press("Alt+0")
    assert abs(page.bounding_box()["width"] - before["width"]) < before["width"] * 0.2
    window.keyboard.press("Alt+t")
    turned = page.bounding_box()
    assert turned["width"] > turned["height"]
    window.keyboard.press("PageDown")
    expect(window.locator("[data-page-now]")).to_have_text("2")
    window.locator("[data-thumb='1']").click()
    expect(window.locator("[data-page-now]")).to_have_text("1")


def test_a_box_on_the_fax_leads_to_its_field_and_dragging_does_not(window):  # noqa: F811
    opened(window, one())
    mark = window.locator('.mark[data-path="provider.npi"]')
    mark.click()
    in_focus(window, "provider.npi")
    box = window.locator('.mark[data-path="coverage.payer"]').bounding_box()
    top = window.evaluate("document.querySelector('[data-scroll]').scrollTop")
    window.mouse.move(box["x"] + 5, box["y"] + 5)
    window.mouse.down()
    window.mouse.move(box["x"] + 5, box["y"] - 80, steps=4)
    window.mouse.up()
    in_focus(window, "provider.npi")
    assert window.evaluate("document.querySelector('[data-scroll]').scrollTop") > top


def test_an_alternative_shows_where_it_stands(window):  # noqa: F811
    opened(window, one())
    leaf(window, "patient.family").get_by_role("button", name="Riverbend").hover()
    shown = window.locator(".mark.other")
    expect(shown).to_be_in_viewport()
    assert shown.bounding_box()["y"] < window.locator('.mark[data-path="patient.family"]').bounding_box()["y"]
    window.locator("h1").hover()
    expect(shown).to_have_count(0)


def test_words_on_the_fax_fill_the_field_with_their_place(window):  # noqa: F811
    order, drawn = knee()
    order = order.put("coverage.payer", Value()).put("indication.text", Value())
    case_id = arrive([order], drawn)[0]
    opened(window, case_id)
    payer = leaf(window, "coverage.payer").locator("[name=typed]")
    payer.focus()
    sheet = window.locator(".turn").first.bounding_box()

    def spot(word: str) -> tuple[float, float]:
        box = next(each.box for each in drawn[0].words if each.text == word)
        return sheet["x"] + box.x * sheet["width"], sheet["y"] + box.y * sheet["height"]

    window.mouse.move(*spot("Suspected".lower()))
    window.wait_for_load_state("networkidle")
    window.locator(".scroll").evaluate("each => each.scrollTo(0, 0)")
    sheet = window.locator(".turn").first.bounding_box()
    window.mouse.click(*spot("Ridge"))
    expect(payer).to_have_value("Ridge")
    (x0, y0), (x1, y1) = spot("Blue"), spot("Health")
    window.keyboard.down("Shift")
    window.mouse.move(x0 - 10, y0 - 10)
    window.mouse.down()
    window.mouse.move(x1 + 10, y1 + 10, steps=3)
    window.mouse.up()
    window.keyboard.up("Shift")
    expect(payer).to_have_value("Blue Ridge Health")
    window.keyboard.press("Enter")
    expect(leaf(window, "coverage.payer")).to_have_class(re.compile("settled"))
    kept = at(case_id, "coverage.payer")
    blue = next(each.box for each in drawn[0].words if each.text == "Blue")
    assert kept.value == "Blue Ridge Health"
    assert kept.evidence[0].box[:2] == pytest.approx((blue.x0, blue.y0), abs=0.001)
    expect(window.locator('.mark[data-path="coverage.payer"]')).to_have_count(1)
