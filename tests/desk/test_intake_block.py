"""The order page's notes, the grade of the reason, what the payer wants; the counts by referrer."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from html import unescape

import pytest
from desk_faxes import NO_SIDE, arrive, clear, knee
from django.urls import reverse

from config import settings
from orders.judge import judged
from orders.order import Adequacy, Check, Grant, Order, Value
from orders.rulebook import load_rulebook
from store import ledger

pytestmark = pytest.mark.django_db

TODAY = date(2026, 11, 24)
OWN_RULE = Check("record_number", "blocking", "No record number.", "Please write it.", ("patient.mrn",), 0.99, "policy")


def stated(given: str) -> Value:
    return Value(given, 0.95, (), "stated")


def much_to_say(order: Order) -> Order:
    """The order as judged, with a payer's answer that has ended and a birth date that is another's."""
    grant = Grant(1, stated("approved"), payer=stated("Blue Ridge Health"), valid_until=stated("2026-11-20"))
    order = replace(order, grants=(grant,), page_types=("order",)).put("order_date", stated("2025-01-02"))
    return judged(order, load_rulebook(None), TODAY)


def shown(clerk, order: Order, drawn) -> str:
    case_id = arrive([order], drawn)[0]
    return unescape(clerk.get(reverse("desk:order", args=[case_id])).content.decode())


def test_notes_stand_below_the_problems_and_lead_to_their_fields(clerk) -> None:
    order, drawn = knee()
    page = shown(clerk, much_to_say(order), drawn)
    assert page.index("The side is not stated") < page.index("The order is dated 01/02/2025")
    assert '<a href="#leaf-order_date" data-goto="order_date">The order is dated 01/02/2025' in page
    # A payer's answer is no field of the page, so there is nothing to lead to.
    assert "The authorization ended on 11/20/2026." in page and 'data-goto="grants' not in page


def test_the_reason_and_the_payer_are_told_quietly(clerk) -> None:
    order, drawn = knee()
    page = shown(clerk, much_to_say(order), drawn)
    block = page[page.index('<section class="intake"') :].split("</section>")[0]
    assert "RI-RADS A</span>, adequate" in block
    for words in ("<q>meniscal</q>", "<q>fall</q>", "<q>suspected</q>", "The authorization does not hold today."):
        assert words in block
    assert "Checklist" not in block


def test_another_checklist_than_the_default_is_named(clerk) -> None:
    order, drawn = knee()
    assert "mammography 1" in shown(clerk, replace(much_to_say(order), checklist="mammography 1"), drawn)


def test_what_a_reason_does_not_hold_is_said(clerk) -> None:
    order, drawn = knee()
    page = shown(clerk, replace(order, adequacy=Adequacy("C", findings="pain")), drawn)
    assert "no impression" in page and "no question" in page and "<q>pain</q>" in page


def test_an_order_of_before_has_no_block(clerk) -> None:
    order, drawn = clear()
    page = shown(clerk, order, drawn)
    assert "RI-RADS" not in page and "<dt>Payer</dt>" not in page
    assert "Nothing is missing and nothing contradicts." in page


def test_nothing_is_called_complete_where_a_note_stands(clerk) -> None:
    order, drawn = clear()
    page = shown(clerk, replace(order, notes=(replace(NO_SIDE, severity="note"),)), drawn)
    assert "Nothing is missing" not in page and NO_SIDE.message in page


def test_a_corrected_reason_is_graded_anew_on_the_page(clerk) -> None:
    order, drawn = knee()
    case_id = arrive([much_to_say(order)], drawn)[0]
    clerk.get(reverse("desk:order", args=[case_id]))
    answer = clerk.post(
        reverse("desk:field", args=[case_id]),
        {"path": "indication.text", "typed": "knee", "version": ledger.case(case_id).version},
    )
    block = answer.content.decode().split('<section class="intake"')[1].split("</section>")[0]
    assert 'hx-swap-oob="true"' in block and "RI-RADS C" in block


def test_a_rule_of_the_sites_own_is_called_by_its_name_in_the_queue(clerk) -> None:
    order, drawn = knee(problems=(OWN_RULE, NO_SIDE))
    arrive([order], drawn)
    (line,) = clerk.get("/queue/review/").context["lines"]
    assert line.problems == (("blocking", "side not stated"), ("follow_up", "record number"))


def test_the_figures_count_the_grades_by_referrer(lead) -> None:
    assert "How well referrers say why" not in lead.get(reverse("desk:figures")).content.decode()
    order, drawn = knee()
    arrive([replace(order, adequacy=Adequacy("C", findings="pain"))], drawn)
    page = lead.get(reverse("desk:figures")).content.decode()
    assert "Harriet Whitcombe" in page and "100 %" in page


def test_rules_that_are_refused_are_told_on_the_status_page(clerk, tmp_path, monkeypatch) -> None:
    chosen = tmp_path / "site" / "selection.toml"
    chosen.parent.mkdir()
    chosen.write_text('[[choose]]\npack = "mammography"\nmodality = ["MG"]\n', "utf-8")
    monkeypatch.setenv("CLEARORDER_SITE", str(chosen.parent))
    settings.cache_clear()
    assert "not in force" not in clerk.get(reverse("desk:status")).content.decode()
    chosen.write_text('[[choose]]\npack = "mamography"\nmodality = ["MG"]\n', "utf-8")
    page = clerk.get(reverse("desk:status")).content.decode()
    assert "not in force" in page and "selection.toml, line 2: choose.pack: no such pack" in page
