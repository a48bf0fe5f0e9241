"""Several at one order in real browsers: colleagues, a worker reading anew, dropped lines, the back button, two clicks.

Nothing that was typed is lost, nothing is done twice.
"""

from __future__ import annotations

import re

import pytest
from axe_playwright_python.sync_playwright import Axe
from desk_faxes import broken, clear, knee, one
from django.test import Client
from playwright.sync_api import expect
from test_browser import at, browser, desk, leaf, opened, window  # noqa: F401  -  fixtures

from orders.order import Referral
from store import ledger
from store.models import Case, Document

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def second(browser, live_server, colleague: Client):  # noqa: F811
    """A second browser, in which jonah is signed in."""
    context = browser.new_context(base_url=live_server.url, viewport={"width": 1280, "height": 800})
    context.set_default_timeout(10_000)
    context.add_cookies([{"name": "sessionid", "value": colleague.cookies["sessionid"].value, "url": live_server.url}])
    yield context.new_page()
    context.close()


def test_two_browsers_on_one_order(window, second):  # noqa: F811
    case_id = one()
    opened(window, case_id)
    opened(second, case_id)
    expect(second.locator("#holder")).to_contain_text("mara is working on this order")
    assert leaf(second, "patient.family").locator("[name=typed]").get_attribute("readonly") is not None
    second.goto("/queue/review/")
    expect(second.locator("tr.row")).to_contain_text("mara")
    # mara's claim runs out unnoticed; jonah takes the order and saves a name while mara is typing another.
    Case.objects.filter(id=case_id).update(claimed_until=None)
    field = leaf(window, "patient.family").locator("[name=typed]")
    field.fill("Parades")
    opened(second, case_id)
    other = leaf(second, "patient.given").locator("[name=typed]")
    other.fill("Lucie")
    other.press("Enter")
    expect(leaf(second, "patient.given")).to_have_class(re.compile("settled"))
    field.press("Enter")
    expect(leaf(window, "patient.family").get_by_role("alert")).to_contain_text("jonah changed this order")
    expect(leaf(window, "patient.family").locator("[name=typed]")).to_have_value("Parades")
    assert (at(case_id, "patient.family").value, at(case_id, "patient.given").value) == ("Paredes", "Lucie")


def test_the_line_drops_while_an_order_moves_on(desk, window):  # noqa: F811
    case_id = one(clear, route="review")
    opened(window, case_id)
    field = leaf(window, "patient.given").locator("[name=typed]")
    desk.set_offline(True)
    field.fill("Ben")
    field.press("Enter")
    expect(window.locator("#word")).to_contain_text("No connection")
    window.keyboard.press("Control+Enter")
    expect(window.locator("#word")).to_contain_text("changed but not saved")
    expect(leaf(window, "patient.given").locator("[name=typed]")).to_have_value("Ben")
    desk.set_offline(False)
    leaf(window, "patient.given").locator("[name=typed]").press("Enter")
    expect(leaf(window, "patient.given")).to_have_class(re.compile("settled"))
    assert at(case_id, "patient.given").value == "Ben"


def test_the_back_button_shows_the_order_as_it_is_now(window):  # noqa: F811
    case_id = one(clear, route="review")
    opened(window, case_id)
    window.keyboard.press("Control+Enter")
    expect(window).to_have_url(re.compile("/queue/review/"))
    window.go_back()
    expect(window.locator("#order-head")).to_contain_text("Ready")
    assert window.locator("#version").input_value() == str(ledger.case(case_id).version)
    assert [row.verb for row in ledger.history(case_id)].count("case_moved") == 1


def test_two_clicks_move_an_order_once(window):  # noqa: F811
    case_id = one(clear, route="review")
    opened(window, case_id)
    window.locator('.actions [data-key="Enter"]').dblclick(no_wait_after=True)
    expect(window).to_have_url(re.compile("/queue/review/"))
    assert ledger.case(case_id).state == "ready"
    assert [row.verb for row in ledger.history(case_id)].count("case_moved") == 1


def test_a_worker_reads_the_document_anew_under_the_clerk(window):  # noqa: F811
    case_id = one()
    opened(window, case_id)
    field = leaf(window, "patient.family").locator("[name=typed]")
    field.fill("Parades")
    field.press("Enter")
    expect(leaf(window, "patient.family")).to_have_class(re.compile("settled"))
    document_id = ledger.case(case_id).document_id
    Document.objects.filter(sha256=document_id).update(state="received")
    assert ledger.lease("worker-2").document_id == document_id
    order, pages = knee("Misread")
    types = ledger.page_rows(document_id)
    referral = Referral("fax.tif", document_id, tuple(row.type for row in types), (order,))
    assert ledger.record_reading(document_id, "worker-2", referral, pages) == [case_id]
    field = leaf(window, "patient.birth_date").locator("[name=typed]")
    field.press("Enter")
    expect(leaf(window, "patient.birth_date")).to_have_class(re.compile("settled"))
    assert at(case_id, "patient.family").value == "Parades"
    assert at(case_id, "patient.birth_date").reason == "accepted by mara"


def test_a_code_is_looked_up_and_taken_by_keys(window):  # noqa: F811
    case_id = one()
    opened(window, case_id)
    leaf(window, "indication.icd10.1").locator("[name=typed]").focus()
    window.keyboard.type("pain right knee")
    expect(window.locator(".found li").first).to_contain_text("M25.561")
    window.keyboard.press("Escape")
    expect(window.locator(".found li")).to_have_count(0)
    window.keyboard.type(" ")
    expect(window.locator(".found li").first).to_be_visible()
    window.keyboard.press("ArrowDown")
    window.keyboard.press("Enter")
    expect(leaf(window, "indication.icd10.1")).to_have_class(re.compile("settled"))
    assert at(case_id, "indication.icd10.1").value == "M25.561"


def test_a_call_is_noted_and_an_order_put_off_by_keys(window):  # noqa: F811
    case_id = one()
    opened(window, case_id).keyboard.press("Alt+l")
    window.keyboard.type("left, says Ann")
    window.keyboard.press("Control+Enter")
    expect(window.locator(".notice.good")).to_contain_text("stands in the history")
    window.keyboard.press("Alt+s")
    window.keyboard.press("Control+Enter")
    expect(window).to_have_url(re.compile("/queue/review/"))
    expect(window.locator(".notice.good")).to_contain_text("Put off until")
    assert ledger.case(case_id).snoozed_until


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_no_page_of_the_clerks_breaks_a_rule_of_wcag(window, live_server, theme):  # noqa: F811
    """axe-core, all its rules of WCAG 2.2 A and AA and its best practices, on each page and each open dialog."""
    case_id, failed = one(), broken()
    ledger.save_filter("mara", "review", "Knees", ledger.Filters(modality="MR"))
    window.context.add_cookies([{"name": "theme", "value": theme, "url": live_server.url}])
    axe = Axe()
    found = []

    def look(what: str) -> None:
        report = axe.run(window)
        found.extend(
            (what, each["id"], each["nodes"][0]["html"][:120], each["nodes"][0].get("failureSummary", "")[:300])
            for each in report.response["violations"]
        )

    for where in ("/queue/mine/", "/queue/review/", f"/orders/{case_id}/", "/failed/", f"/documents/{failed}/"):
        window.goto(where)
        look(where)
    window.goto(f"/orders/{case_id}/")
    for key in ("g", "s", "l", "d"):
        window.keyboard.press(f"Alt+{key}")
        look(f"Alt+{key}")
        window.keyboard.press("Escape")
    assert not found, found
