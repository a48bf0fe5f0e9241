"""An order at the desk: seen, claimed, corrected, moved on; two people, one order."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest
from desk_faxes import NO_POLICY, NO_SIDE, arrive, clear, knee, note, one
from django.urls import reverse
from django.utils import timezone

from config import settings
from orders.order import Exam, Value
from store import ledger
from store.models import Case

pytestmark = pytest.mark.django_db


def post(client, name: str, case_id: str, **data: object):
    data.setdefault("version", ledger.case(case_id).version)
    return client.post(reverse(f"desk:{name}", args=[case_id]), data)


def enter(client, case_id: str, path: str, typed: str, **data: object):
    return post(client, "field", case_id, path=path, typed=typed, **data)


def verbs(case_id: str, actor: str = "mara") -> list[str]:
    return [row.verb for row in ledger.history(case_id=case_id) if row.actor == actor]


def test_the_page_shows_the_fax_and_the_fields_side_by_side(clerk):
    order, drawn = knee()
    case_id = arrive([replace(order, pages=(1,))], [*drawn, note(2, "Another patient's note")])[0]
    response = clerk.get(reverse("desk:order", args=[case_id]))
    page = response.content.decode()
    assert page.count("<figure") == 2 and page.count("page foreign") == 1
    assert page.count('data-path="patient.family" x=') == 1
    for words in ("The knee is one of a pair", "42 CFR 410.32(a)", "the two readers disagree", "Paredez"):
        assert words in page
    boxes = [mark for shown in response.context["pages"] for mark in shown.marks]
    assert {"patient.family", "patient.birth_date"} <= {mark.path for mark in boxes if mark.doubtful}
    assert all(mark.x >= 0 and mark.x + mark.width <= 10_000 for mark in boxes)


def test_every_view_of_an_order_is_in_the_trail(clerk):
    case_id = one()
    clerk.get(reverse("desk:order", args=[case_id]))
    clerk.get(reverse("desk:order", args=[case_id]))
    clerk.get(reverse("desk:letter", args=[case_id]))
    assert verbs(case_id) == ["case_viewed", "case_claimed", "case_viewed", "case_viewed"]


@pytest.mark.parametrize(
    ("state", "claimed"), [("review", True), ("ready", True), ("clarification", True), ("not_an_order", False)]
)
def test_opening_an_order_that_is_worked_on_claims_it(clerk, state, claimed):
    case_id = one(clear, route=state)
    clerk.get(reverse("desk:order", args=[case_id]))
    assert (ledger.case(case_id).claimed_by == "mara") is claimed


@pytest.mark.parametrize(
    ("path", "typed", "value"),
    [
        ("patient.family", "Parédes", "Parédes"),
        ("patient.birth_date", "3/11/1964", "1964-03-11"),
        ("exams.0.laterality", "left", "left"),
        ("signed", "true", True),
        ("patient.middle", "Ann", "Ann"),
        ("exams.0.procedure_code", "", None),
        ("indication.icd10.1", "s83.241a", "S83.241A"),
        ("exams.1.text", "XR knee", "XR knee"),
        ("safety.egfr", "62", 62.0),
    ],
)
def test_a_correction_is_kept_with_who_made_it(clerk, path, typed, value):
    case_id = one()
    response = enter(clerk, case_id, path, typed)
    assert response.status_code == 200
    after = ledger.case(case_id)
    assert after.version == 2
    leaf = after.order.at(path)
    assert (leaf.value, leaf.confidence, leaf.reason) == (value, 1.0, "entered by mara")
    assert verbs(case_id) == ["case_corrected"]


@pytest.mark.parametrize("path", ["patient.family", "patient.birth_date", "provider.phone", "exams.0.laterality"])
def test_entering_what_stands_there_accepts_it(clerk, path):
    case_id = one()
    standing = ledger.case(case_id).order.at(path)
    page = clerk.get(reverse("desk:order", args=[case_id]))
    row = page.context["sheet"].row(path)
    assert enter(clerk, case_id, path, row.typed).status_code == 200
    leaf = ledger.case(case_id).order.at(path)
    assert (leaf.value, leaf.confidence) == (standing.value, 1.0)
    assert verbs(case_id)[-1] == "case_accepted"


@pytest.mark.parametrize(
    ("place", "kept"),
    [
        ("1 0.1 0.2 0.3 0.25", (1, (0.1, 0.2, 0.3, 0.25))),
        ("1 -0.5 0.2 7 0.25", (1, (0.0, 0.2, 1.0, 0.25))),
        ("", None),
        ("9 0.1 0.2 0.3 0.25", None),
        ("1 0.3 0.2 0.1 0.25", None),
        ("1 0.1 0.2 0.3", None),
        ("1 nan nan nan nan", None),
        ("x y z", None),
        ("1e9 0 0 1 1", None),
    ],
)
def test_where_a_person_pointed_is_kept_with_the_value(clerk, place, kept):
    case_id = one()
    standing = ledger.case(case_id).order.patient.given.evidence
    assert enter(clerk, case_id, "patient.given", "Lucie", place=place).status_code == 200
    found = ledger.case(case_id).order.patient.given.evidence
    if kept is None:
        assert found == standing
    else:
        assert [(item.page, item.box, item.text) for item in found] == [(*kept, "Lucie")]


def test_accepting_a_blank_place_for_more_changes_nothing(clerk):
    case_id = one()
    for path in ("indication.icd10.1", "exams.1.text"):
        assert enter(clerk, case_id, path, "").status_code == 200
    assert ledger.case(case_id).version == 1
    assert len(ledger.case(case_id).order.exams) == 1


def test_a_code_that_is_added_makes_room_for_the_next(clerk):
    case_id = one()
    page = enter(clerk, case_id, "indication.icd10.1", "S83.241A").content.decode()
    assert 'id="leaf-indication-icd10-2"' in page and page.index("icd10-1") < page.index("icd10-2")


@pytest.mark.parametrize(
    ("path", "typed"),
    [
        ("patient.family", "Parades"),
        ("patient.birth_date", "03/14/1961"),
        ("indication.icd10.1", "S83.241A"),
        ("exams.1.text", "XR knee"),
    ],
)
def test_a_change_is_taken_back(clerk, path, typed):
    case_id = one()
    enter(clerk, case_id, "exams.0.laterality", "left")
    before = ledger.case(case_id).order
    enter(clerk, case_id, path, typed)
    assert ledger.case(case_id).order != before
    response = post(clerk, "undo", case_id)
    assert ledger.case(case_id).order == before
    assert path in response["HX-Trigger-After-Settle"]
    page = response.content.decode()
    assert f'id="leaf-{path.replace(".", "-")}"' in page and 'name="version" value="4"' in page
    if path == "indication.icd10.1":
        assert '<i id="leaf-indication-icd10-2" hx-swap-oob="delete"></i>' in page
    assert "took back" in clerk.get(reverse("desk:order", args=[case_id])).content.decode()


def test_a_colleagues_change_is_not_taken_back(clerk, colleague):
    case_id = one()
    enter(colleague, case_id, "patient.family", "Parades")
    response = post(clerk, "undo", case_id)
    assert response.status_code == 409 and "nothing of yours" in response.content.decode()
    assert ledger.case(case_id).order.patient.family.value == "Parades"


def test_the_answer_carries_all_that_changed(clerk):
    case_id = one()
    page = enter(clerk, case_id, "patient.family", "Paredez").content.decode()
    assert page.lstrip().startswith("<form") and 'id="leaf-patient-family"' in page
    assert 'name="version" value="2"' in page
    for part in ("order-head", "problems", "actions", "history"):
        assert f'id="{part}" hx-swap-oob="true"' in page
    assert "Paredez, Lucia" in page


@pytest.mark.parametrize(
    ("path", "typed", "words"),
    [
        ("patient.birth_date", "13/13/1961", "month/day/year"),
        ("provider.npi", "1245319598", "check digit"),
        ("exams.0.modality", "X-ray vision", "not one of the choices"),
        ("indication.icd10.0", "Z99.99Z", "no such ICD-10"),
    ],
)
def test_what_cannot_be_right_comes_back_as_typed(clerk, path, typed, words):
    case_id = one()
    response = enter(clerk, case_id, path, typed)
    assert response.status_code == 422
    page = response.content.decode()
    assert words in page
    assert typed in page or path == "exams.0.modality"
    assert ledger.case(case_id).version == 1


@pytest.mark.parametrize(
    "path", ["", "patient", "patient.nobody", "exams.7.text", "id", "problems.0", "route", "__class__"]
)
def test_what_is_no_field_cannot_be_entered(clerk, path):
    case_id = one()
    assert enter(clerk, case_id, path, "x").status_code == 404
    assert ledger.case(case_id).version == 1


def test_a_person_who_was_slower_is_told_and_loses_nothing(clerk, colleague):
    case_id = one()
    enter(colleague, case_id, "patient.family", "Paradis")
    late = enter(clerk, case_id, "patient.family", "Parades", version=1)
    page = late.content.decode()
    assert late.status_code == 409
    assert 'value="Parades"' in page and "jonah changed this order" in page and "Paradis" in page
    assert ledger.case(case_id).order.patient.family.value == "Paradis"
    assert 'name="version" value="2"' in page
    assert enter(clerk, case_id, "patient.family", "Parades").status_code == 200
    assert ledger.case(case_id).order.patient.family.value == "Parades"


def test_an_order_that_somebody_holds_is_looked_at_only(clerk, colleague):
    case_id = one()
    colleague.get(reverse("desk:order", args=[case_id]))
    page = clerk.get(reverse("desk:order", args=[case_id])).content.decode()
    assert "<strong>jonah</strong> is working on this order" in page
    assert "data-step" not in page and "readonly" in page
    refused = enter(clerk, case_id, "patient.family", "Parades")
    assert refused.status_code == 409 and "jonah is working on this order" in refused.content.decode()
    assert 'value="Parades"' in refused.content.decode()
    post(clerk, "step", case_id, to="not_an_order")
    assert ledger.case(case_id).state == "review"


def test_a_claim_ends_by_itself(clerk, colleague):
    case_id = one()
    colleague.get(reverse("desk:order", args=[case_id]))
    Case.objects.filter(id=case_id).update(claimed_until=timezone.now() - timedelta(seconds=1))
    clerk.get(reverse("desk:order", args=[case_id]))
    assert ledger.case(case_id).claimed_by == "mara"


def test_holding_prolongs_the_claim_of_somebody_active_only(clerk):
    case_id = one()
    clerk.get(reverse("desk:order", args=[case_id]))
    soon = timezone.now() + timedelta(seconds=5)
    Case.objects.filter(id=case_id).update(claimed_until=soon)
    post(clerk, "hold", case_id)
    assert ledger.case(case_id).claimed_until == soon
    post(clerk, "hold", case_id, active="1")
    left = ledger.case(case_id).claimed_until - timezone.now()
    assert left > timedelta(seconds=settings().claim_seconds - 5)


def test_holding_tells_of_a_change_by_somebody_else(clerk, colleague):
    case_id = one()
    enter(colleague, case_id, "patient.middle", "Ann")
    page = post(clerk, "hold", case_id, version=1).content.decode()
    assert "jonah changed this order" in page
    assert "jonah" not in post(clerk, "hold", case_id).content.decode()


def test_leaving_lets_the_order_go(clerk):
    case_id = one()
    clerk.get(reverse("desk:order", args=[case_id]))
    response = post(clerk, "leave", case_id)
    assert response["Location"] == "/queue/review/"
    assert ledger.case(case_id).claimed_by == ""


def test_next_is_the_next_order_that_nobody_holds(clerk):
    order, drawn = knee()
    first, second, third = arrive([order, order, order], drawn)
    queue = [row.id for row in ledger.queue("review")]
    ledger.claim(queue[1], "jonah")
    clerk.get(reverse("desk:order", args=[queue[0]]))
    assert post(clerk, "leave", queue[0], to="next")["Location"] == f"/orders/{queue[2]}/"
    assert post(clerk, "leave", queue[2], to="next")["Location"] == f"/orders/{queue[0]}/"
    ledger.claim(queue[0], "jonah")
    assert post(clerk, "leave", queue[2], to="next")["Location"] == "/queue/review/"
    assert {first, second, third} == set(queue)


@pytest.mark.parametrize(
    ("problems", "state", "to", "reason", "after"),
    [
        ((), "review", "ready", "", "ready"),
        ((NO_POLICY,), "review", "ready", "", "ready"),
        ((NO_SIDE,), "review", "ready", "", "review"),
        ((NO_SIDE,), "review", "ready", "Dr Whitcombe said left on the telephone", "ready"),
        ((NO_SIDE,), "review", "clarification", "", "clarification"),
        ((), "review", "not_an_order", "", "not_an_order"),
        ((), "ready", "review", "", "review"),
        ((), "not_an_order", "review", "", "review"),
        ((), "not_an_order", "ready", "", "not_an_order"),
        ((), "review", "delivered", "", "review"),
        ((), "review", "nowhere", "", "review"),
        ((), "review", "", "", "review"),
    ],
)
def test_an_order_moves_on_as_the_table_allows(clerk, problems, state, to, reason, after):
    case_id = one(clear, problems=problems, route=state)
    response = post(clerk, "step", case_id, to=to, reason=reason)
    assert response.status_code == 302
    assert ledger.case(case_id).state == after
    assert (response["Location"] == f"/orders/{case_id}/") is (after == state)
    if reason:
        assert reason in clerk.get(reverse("desk:order", args=[case_id])).content.decode()


def test_a_form_sent_twice_moves_the_order_once(clerk):
    case_id = one(clear, route="review")
    version = ledger.case(case_id).version
    for _ in range(2):
        post(clerk, "step", case_id, to="ready", version=version)
    assert ledger.case(case_id).state == "ready"
    assert verbs(case_id).count("case_moved") == 1


@pytest.mark.parametrize("version", ["", "0", "-1", "x", "2", "99999999999999999999", "1.0", "²"])
def test_a_version_that_is_not_the_present_one_moves_nothing(clerk, version):
    case_id = one(clear, route="review")
    post(clerk, "step", case_id, to="ready", version=version)
    assert ledger.case(case_id).state == "review"


@pytest.mark.parametrize(("problems", "first"), [((NO_SIDE,), "clarification"), ((), "ready")])
def test_the_step_that_the_problems_suggest_comes_first(clerk, problems, first):
    case_id = one(clear, problems=problems, route="review")
    steps = clerk.get(reverse("desk:order", args=[case_id])).context["steps"]
    assert [step.to for step in steps if step.first] == [first]
    asks = "ask" in [step.dialog for step in steps]
    assert asks == bool(problems), "nothing is asked where nothing is missing"


def test_the_letter_can_be_seen_before_it_goes(clerk):
    case_id = one()
    letter = clerk.get(reverse("desk:letter", args=[case_id]))
    assert letter["Content-Type"] == "application/pdf" and letter.content.startswith(b"%PDF")
    assert "no-store" in letter["Cache-Control"]
    assert clerk.get(reverse("desk:letter_picture", args=[case_id])).content.startswith(b"\x89PNG")


def test_an_order_that_is_done_with_is_not_changed(clerk):
    case_id = one(clear, route="not_an_order")
    assert enter(clerk, case_id, "patient.family", "Parades").status_code == 409
    page = clerk.get(reverse("desk:order", args=[case_id])).content.decode()
    assert "Back to review" in page and "set aside" in page


def test_a_document_without_an_order_is_shown(clerk):
    case_id = arrive([], [note(1, "Lunch seminar")], name="promo.pdf")[0]
    page = clerk.get(reverse("desk:order", args=[case_id])).content.decode()
    assert "No order" in page and "promo.pdf" in page and "Back to review" in page
    assert "Family name" not in page, "nothing to fill in where there is no order"


def test_two_exams_are_headed_apart(clerk):
    order, drawn = knee()
    second = Exam(text=Value("XR knee 3 views", 0.98, (), "stated"))
    case_id = arrive([replace(order, exams=(*order.exams, second))], drawn)[0]
    page = clerk.get(reverse("desk:order", args=[case_id])).content.decode()
    assert "<h2>Exam 1</h2>" in page and "<h2>Exam 2</h2>" in page
    assert "MR knee without contrast; XR knee 3 views" in page
