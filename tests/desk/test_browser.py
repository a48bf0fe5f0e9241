"""The desk in a real browser: Debian's Chromium, driven as a clerk drives it, by keys where there are keys."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace

import pytest
from desk_faxes import NO_SIDE, arrive, broken, clear, knee, one
from playwright.sync_api import Browser, BrowserContext, Page, expect, sync_playwright

from orders.order import Coverage, Patient, Value
from store import ledger

CHROMIUM = "/usr/bin/chromium"
FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--no-first-run",
]
# What a test provokes on purpose (a refused value, a dropped line) is logged by the browser and by htmx.
PROVOKED = ("Failed to load resource", "htmx:sendError", "htmx:afterRequest", "Error Code 401")

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with pytest.MonkeyPatch.context() as patch, sync_playwright() as playwright:
        # Playwright runs an event loop in this thread; Django would not touch the database beside one.
        patch.setenv("DJANGO_ALLOW_ASYNC_UNSAFE", "1")
        started = playwright.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
        yield started
        started.close()


@pytest.fixture
def desk(browser, live_server, clerk) -> Iterator[BrowserContext]:
    """A window in which mara is signed in. Whatever the page complains of, or asks of another host, fails the test."""
    wrongs: list[str] = []
    context = browser.new_context(base_url=live_server.url, viewport={"width": 1280, "height": 800})
    context.set_default_timeout(10_000)
    context.on("console", lambda said: wrongs.append(said.text) if said.type in ("error", "warning") else None)
    context.on("weberror", lambda error: wrongs.append(str(error.error)))
    context.on(
        "request", lambda asked: None if asked.url.startswith((live_server.url, "data:")) else wrongs.append(asked.url)
    )
    session = {"name": "sessionid", "value": clerk.cookies["sessionid"].value, "url": live_server.url}
    context.add_cookies([session])
    context.new_page().goto("/")
    yield context
    context.close()
    assert not [wrong for wrong in wrongs if not any(word in wrong for word in PROVOKED)]


@pytest.fixture
def window(desk) -> Page:
    return desk.pages[0]


def opened(window: Page, case_id: str) -> Page:
    window.goto(f"/orders/{case_id}/")
    return window


def focused(window: Page) -> str:
    """The path of the field with the focus."""
    return window.evaluate("document.activeElement.closest('.leaf')?.dataset.path ?? ''")


def leaf(window: Page, path: str):
    return window.locator(f'.leaf[data-path="{path}"]')


def in_focus(window: Page, path: str) -> None:
    """The field has the focus, or gets it within the time that a page needs to start."""
    expect(leaf(window, path).locator("[name=typed]")).to_be_focused()


def at(case_id: str, path: str) -> Value:
    return ledger.case(case_id).order.at(path)


def test_a_clerk_signs_in_and_out(desk, window):
    desk.clear_cookies()
    window.goto("/status/")
    expect(window.get_by_label("Name")).to_be_focused()
    window.keyboard.type("mara")
    window.keyboard.press("Tab")
    window.keyboard.type("a long pass-word")
    window.keyboard.press("Enter")
    expect(window.get_by_role("heading", name="Status")).to_be_visible()
    window.get_by_role("button", name="Sign out").click()
    expect(window.get_by_label("Name")).to_be_visible()


def test_a_clerk_clears_a_doubtful_order_by_keys_alone(window):
    case_id = one()
    window.reload()
    window.keyboard.press("Enter")
    expect(window.locator("h1")).to_have_text("Paredes, Lucia")
    in_focus(window, "patient.family")
    expect(window.locator('.mark.on[data-path="patient.family"]')).to_be_in_viewport()

    window.keyboard.press("1")
    expect(leaf(window, "patient.family")).to_have_class(re.compile("settled"))
    in_focus(window, "patient.birth_date")
    window.keyboard.press("Enter")
    in_focus(window, "exams.0.laterality")
    window.keyboard.type("left")
    window.keyboard.press("Enter")
    in_focus(window, "signed")
    window.keyboard.type("si")
    window.keyboard.press("Enter")
    expect(window.locator("#left-to-check")).to_have_text("0")

    assert at(case_id, "patient.family").value == "Paredez"
    assert at(case_id, "patient.birth_date").reason == "accepted by mara"
    assert at(case_id, "exams.0.laterality").value == "left"
    assert at(case_id, "signed").value is True
    expect(window.locator("h1")).to_have_text("Paredez, Lucia")


def test_the_letter_is_seen_and_sent_by_keys(window):
    case_id = one(problems=(NO_SIDE,))
    opened(window, case_id).keyboard.press("Alt+a")
    picture = window.get_by_alt_text("The letter as it would go out")
    expect(picture).to_be_visible()
    window.wait_for_function("document.querySelector('#ask img').naturalWidth > 1000")
    window.keyboard.press("Control+Enter")
    expect(window.locator(".notice.good")).to_contain_text("is in clarification now")
    assert ledger.case(case_id).state == "clarification"


def test_an_order_without_problems_is_made_ready_and_the_next_one_opens(window):
    order, drawn = clear(route="review")
    arrive([order, replace(order, patient=Patient(), coverage=Coverage())], drawn)
    first, second = [row.id for row in ledger.queue("review")]
    opened(window, first).keyboard.press("Control+Enter")
    expect(window).to_have_url(re.compile(f"/orders/{second}/"))
    assert [ledger.case(each).state for each in (first, second)] == ["ready", "review"]


def test_ready_with_a_blocking_problem_asks_why(window):
    case_id = one(clear, problems=(NO_SIDE,), route="review")
    opened(window, case_id).keyboard.press("Control+Enter")
    reason = window.get_by_label("Why is the order complete anyway?")
    expect(reason).to_be_focused()
    reason.press_sequentially("left, said on the telephone")
    window.keyboard.press("Control+Enter")
    expect(window).to_have_url(re.compile("/queue/review/"))
    assert ledger.case(case_id).state == "ready"


def test_what_cannot_be_right_stays_to_be_put_right(window):
    case_id = one()
    field = leaf(opened(window, case_id), "patient.birth_date").locator("[name=typed]")
    field.fill("13/13/1961")
    field.press("Enter")
    expect(window.get_by_role("alert")).to_contain_text("month/day/year")
    field = leaf(window, "patient.birth_date").locator("[name=typed]")
    expect(field).to_be_focused()
    expect(field).to_have_value("13/13/1961")
    field.fill("3/13/1961")
    field.press("Enter")
    expect(leaf(window, "patient.birth_date")).to_have_class(re.compile("settled"))
    assert at(case_id, "patient.birth_date").value == "1961-03-13"


def test_a_number_typed_over_a_date_is_no_short_cut(window):
    case_id = one()
    opened(window, case_id).keyboard.press("Enter")
    in_focus(window, "patient.birth_date")
    window.keyboard.type("1/2/1961")
    window.keyboard.press("Enter")
    expect(leaf(window, "patient.birth_date")).to_have_class(re.compile("settled"))
    assert at(case_id, "patient.birth_date").value == "1961-01-02"


def test_esc_puts_back_then_leaves_the_field_then_the_order(window):
    opened(window, one())
    window.keyboard.type("Nobody")
    window.keyboard.press("Escape")
    expect(leaf(window, "patient.family").locator("[name=typed]")).to_have_value("Paredes")
    window.keyboard.press("Escape")
    assert focused(window) == ""
    window.keyboard.press("Escape")
    expect(window).to_have_url(re.compile("/queue/review/"))
    assert not ledger.queue("review")[0].claimed_by


def test_nothing_typed_is_lost_when_the_line_drops(desk, window):
    case_id = one()
    opened(window, case_id)
    desk.set_offline(True)
    window.keyboard.type("Parades")
    window.keyboard.press("Enter")
    expect(window.locator("#word")).to_contain_text("No connection")
    field = leaf(window, "patient.family").locator("[name=typed]")
    expect(field).to_have_value("Parades")
    desk.set_offline(False)
    field.press("Enter")
    expect(leaf(window, "patient.family")).to_have_class(re.compile("settled"))
    assert at(case_id, "patient.family").value == "Parades"


def test_nothing_typed_is_lost_when_the_log_in_ends(desk, window):
    case_id = one()
    opened(window, case_id)
    desk.clear_cookies(name="sessionid")
    window.keyboard.type("Parades")
    window.keyboard.press("Enter")
    expect(window.locator("#word")).to_contain_text("signed out")
    with desk.expect_page() as door:
        window.locator("#word a").click()
    door.value.get_by_label("Name").fill("mara")
    door.value.get_by_label("Password").fill("a long pass-word")
    door.value.keyboard.press("Enter")
    expect(door.value).to_have_url(re.compile("/queue/"))
    field = leaf(window, "patient.family").locator("[name=typed]")
    expect(field).to_have_value("Parades")
    field.press("Enter")
    expect(leaf(window, "patient.family")).to_have_class(re.compile("settled"))
    assert at(case_id, "patient.family").value == "Parades"


def test_a_colleague_who_was_faster_is_seen_and_typing_is_kept(window):
    case_id = one()
    opened(window, case_id)
    ledger.unclaim(case_id, "mara")
    ledger.correct(case_id, "patient.given", "Lucie", "jonah", 1)
    window.keyboard.type("Parades")
    window.keyboard.press("Enter")
    expect(leaf(window, "patient.family").get_by_role("alert")).to_contain_text("jonah changed this order")
    expect(leaf(window, "patient.given").locator("[name=typed]")).to_have_value("Lucie")
    field = leaf(window, "patient.family").locator("[name=typed]")
    expect(field).to_have_value("Parades")
    field.press("Enter")
    expect(leaf(window, "patient.family")).to_have_class(re.compile("settled"))
    assert (at(case_id, "patient.family").value, at(case_id, "patient.given").value) == ("Parades", "Lucie")


def test_changes_are_taken_back_by_keys(window):
    case_id = one()
    opened(window, case_id)
    before = ledger.case(case_id).order
    window.keyboard.press("1")
    window.keyboard.press("Enter")
    expect(window.locator("#left-to-check")).to_have_text("2")
    for path, left in (("patient.birth_date", "3"), ("patient.family", "4")):
        window.keyboard.press("Control+z")
        expect(window.locator("#left-to-check")).to_have_text(left)
        expect(leaf(window, path).locator("[name=typed]")).to_be_focused()
    expect(leaf(window, "patient.family").locator("[name=typed]")).to_have_value("Paredes")
    after = ledger.case(case_id).order
    assert (after.patient, after.exams) == (before.patient, before.exams)
    window.keyboard.press("Control+z")
    expect(window.locator("#word")).to_contain_text("nothing of yours to take back")


def test_an_order_does_not_move_on_with_something_unsaved(window):
    case_id = one(clear, route="review")
    opened(window, case_id)
    leaf(window, "patient.given").locator("[name=typed]").fill("Ben")
    window.keyboard.press("Control+Enter")
    expect(window.locator("#word")).to_contain_text("Given name is changed but not saved")
    assert ledger.case(case_id).state == "review"


def test_a_queue_is_walked_searched_and_counted_by_keys(window):
    order, drawn = knee()
    names = ["Abernathy", "Brightwater", "Castellan"]
    arrive([order.put("patient.family", Value(name, 0.9, (), "stated")) for name in names], drawn)
    expect(window.locator("#count-review")).to_have_text("3", timeout=9_000)
    window.reload()
    walked = []
    for _ in names:
        walked.append(window.evaluate("document.activeElement.textContent").split(",")[0])
        window.keyboard.press("ArrowDown")
    assert sorted(walked) == names
    window.keyboard.press("/")
    window.keyboard.type("cast")
    expect(window.locator("tr.row")).to_have_count(1)
    window.keyboard.press("ArrowDown")
    window.keyboard.press("Enter")
    expect(window.locator("h1")).to_have_text("Castellan, Lucia")


def test_the_keys_are_shown_and_light_can_be_made_dark(window):
    window.keyboard.press("?")
    expect(window.get_by_role("dialog")).to_contain_text("take an alternative")
    window.keyboard.press("Escape")
    expect(window.get_by_role("dialog")).to_be_hidden()
    bright = window.evaluate("getComputedStyle(document.body).backgroundColor")
    window.get_by_role("button", name="Light or dark").click()
    assert window.evaluate("getComputedStyle(document.body).backgroundColor") != bright
    window.reload()
    assert window.evaluate("getComputedStyle(document.body).backgroundColor") != bright


def test_a_failed_document_is_tried_again(window):
    document_id = broken("scan.tif")
    window.goto("/failed/")
    window.keyboard.press("Enter")
    expect(window.locator(".notice.stop")).to_contain_text("damaged")
    window.get_by_role("button", name="Try again").click()
    expect(window.locator(".notice.good")).to_contain_text("waits to be read again")
    assert ledger.document(document_id).state == "received"


@pytest.mark.parametrize("width", [1024, 1280, 1600])
def test_nothing_runs_off_the_page(window, width):
    case_id = one()
    window.set_viewport_size({"width": width, "height": 800})
    for where in ("/queue/review/", f"/orders/{case_id}/", "/failed/", "/status/"):
        window.goto(where)
        assert window.evaluate("document.documentElement.scrollWidth <= innerWidth"), where
        hidden = window.evaluate(
            """[...document.querySelectorAll('.bar *, .actions *')].filter(
                (each) => each.getBoundingClientRect().right > innerWidth + 1).length"""
        )
        assert hidden == 0, where
