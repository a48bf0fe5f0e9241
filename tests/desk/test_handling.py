"""Assigning, putting off, noting a call, naming a duplicate; dictionaries under the fields."""

from __future__ import annotations

from datetime import timedelta

import pytest
from desk_faxes import blind, clear, one
from django.urls import reverse
from django.utils import timezone

from store import ledger

pytestmark = pytest.mark.django_db


def handle(client, case_id: str, act: str, **data: object):
    version = ledger.case(case_id).version
    return client.post(reverse("desk:handle", args=[case_id]), {"act": act, "version": version, **data}, follow=True)


def told(response) -> str:
    return " ".join(str(each) for each in response.context["messages"])


@pytest.mark.parametrize(
    ("to", "after"), [("jonah", "jonah"), ("mara", "mara"), ("", ""), ("nobody", "mara"), ("root", "mara")]
)
def test_an_order_is_assigned_to_who_may_work_on_it(clerk, jonah, to, after):
    case_id = one()
    handle(clerk, case_id, "assign", to="mara")
    response = handle(clerk, case_id, "assign", to=to)
    assert ledger.case(case_id).assigned == after
    assert ("may not work" in told(response)) is (to in ("nobody", "root"))


@pytest.mark.parametrize(
    ("until", "at", "hours"),
    [
        ("1h", "", (0.9, 1.1)),
        ("4h", "", (3.9, 4.1)),
        ("morning", "", (8, 32)),
        ("at", "2126-01-01T09:00", (800_000, 9e5)),
    ],
)
def test_an_order_is_put_off_and_taken_up_again(clerk, until, at, hours):
    case_id = one()
    clerk.get(reverse("desk:order", args=[case_id]))
    assert "comes back by itself" in told(handle(clerk, case_id, "snooze", until=until, at=at))
    view = ledger.case(case_id)
    assert hours[0] < (view.snoozed_until - timezone.now()).total_seconds() / 3600 < hours[1]
    assert view.claimed_by == "" and ledger.queue("review") == []
    handle(clerk, case_id, "snooze", until="")
    assert ledger.case(case_id).snoozed_until is None and len(ledger.queue("review")) == 1


@pytest.mark.parametrize("at", ["", "soon", "2020-01-01T09:00"])
def test_a_moment_that_is_none_puts_nothing_off(clerk, at):
    case_id = one()
    assert told(handle(clerk, case_id, "snooze", until="at", at=at))
    assert ledger.case(case_id).snoozed_until is None


def test_an_order_that_moves_on_is_not_put_off_any_longer(clerk):
    case_id = one(clear, route="review")
    ledger.snooze(case_id, timezone.now() + timedelta(days=1), "mara")
    assert ledger.transition(case_id, "ready", "mara", "", 1).snoozed_until is None


def test_a_call_stands_in_the_history(clerk):
    case_id = one()
    page = handle(clerk, case_id, "call", note=" Ann at the\ndesk: left knee <b> ")
    assert "called: Ann at the desk: left knee &lt;b&gt;" in page.content.decode()
    assert "few words" in told(handle(clerk, case_id, "call", note="  "))
    assert [row.verb for row in ledger.history(case_id)].count("case_called") == 1


def test_a_duplicate_that_nothing_found_is_named(clerk):
    first, second = one(clear, route="review"), one(name="second.tif")
    handle(clerk, second, "duplicate", of=f" {first.lower()} ")
    assert ledger.case(second).state == "duplicate"
    (row,) = [each for each in ledger.relations(second) if each.earlier == first]
    assert (row.verdict, row.decided_by) == ("duplicate", "mara")
    third = one(name="third.tif", family="Third")
    for of, why in ((third, "no such"), ("ZZZZZZZZ", "no such"), ("", "no such"), (second, "itself set aside")):
        assert why in told(handle(clerk, third, "duplicate", of=of))
    assert ledger.case(third).state == "review"


def test_a_duplicate_is_named_on_the_present_version_only(clerk):
    first, second = one(clear, route="review"), one(name="second.tif")
    handle(clerk, second, "duplicate", of=first, version=9)
    assert ledger.case(second).state == "review"


def test_what_is_no_act_or_waits_for_its_blind_check_is_not_here(clerk):
    assert handle(clerk, one(), "delete").status_code == 404
    assert handle(clerk, blind(), "call", note="x").status_code == 404


@pytest.mark.parametrize(
    ("kind", "text", "first"),
    [
        ("icd10", "m25.56", "M25.561"),
        ("icd10", "m25561", "M25.561"),
        ("icd10", "pain right knee", "M25.561"),
        ("icd10", "m25.5xx", None),
        ("icd10", "p", None),
        ("icd10", "xqz", None),
        ("icd10", "(.*)", None),
        ("exam", "mammo", "mammogram"),
        ("exam", "zzz", None),
        ("exam", "", None),
    ],
)
def test_a_dictionary_is_searched(clerk, kind, text, first):
    found = clerk.post(f"/lookup/{kind}", {"text": text}).json()
    assert len(found) <= 8
    if first is None:
        assert found == []
    else:
        assert any(value.startswith(first) for value, _ in found), found


def test_there_is_no_other_dictionary(clerk):
    assert clerk.post("/lookup/names", {"text": "smith"}).status_code == 404


def test_an_exam_of_the_catalogue_fills_the_parts_that_are_not_stated(clerk):
    case_id = one()
    data = {"path": "exams.1.text", "typed": "CT with contrast", "version": 1}
    assert clerk.post(reverse("desk:field", args=[case_id]), data).status_code == 200
    exam = ledger.case(case_id).order.exams[1]
    assert (exam.text.value, exam.modality.value, exam.contrast.value) == ("CT with contrast", "CT", "with")
    data = {"path": "exams.0.text", "typed": "CT with contrast", "version": ledger.case(case_id).version}
    clerk.post(reverse("desk:field", args=[case_id]), data)
    standing = ledger.case(case_id).order.exams[0]
    assert (standing.modality.value, standing.contrast.value) == ("MR", "without"), "what is stated is never replaced"
