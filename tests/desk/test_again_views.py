"""An order that came before, at the desk: told in the queue and on the order, compared, decided about."""

from __future__ import annotations

from dataclasses import replace

import pytest
from desk_faxes import arrive, clear, knee, note, one
from django.urls import reverse

from desk.compare import pairs
from orders.order import Indication, Patient, RedFlag, Value
from store import ledger

pytestmark = pytest.mark.django_db


def twice(**changes: object) -> tuple[str, str]:
    """The same sheet faxed twice; return both cases' ids."""
    order, drawn = knee()
    first = arrive([order], drawn, "first.tif")[0]
    return first, arrive([replace(order, **changes)], drawn, "second.tif")[0]


def sided(side: str) -> dict[str, object]:
    order, _ = knee()
    return {"exams": (replace(order.exams[0], laterality=Value(side, 0.97, (), "stated")),)}


def page(client, name: str, *args: str) -> str:
    return client.get(reverse(f"desk:{name}", args=args)).content.decode()


def test_the_queue_and_the_order_say_that_it_came_before(clerk):
    first, second = twice()
    queue = page(clerk, "queue", "review")
    assert queue.count("the same sheet again?") == 1
    shown = page(clerk, "order", second)
    where = reverse("desk:compare", args=[second, first])
    assert "This looks like the same sheet again." in shown and where in shown
    assert "Same patient: name, birth date" in shown
    assert 'data-open="ready-anyway"' not in shown and 'data-open="ask"' not in shown, "nothing goes on before"
    assert where in page(clerk, "order", first), "the earlier one names the later one"


def test_both_faxes_and_the_fields_that_differ_stand_beside_each_other(clerk):
    first, second = twice(**sided("left"))
    shown = page(clerk, "compare", second, first)
    for case_id in (first, second):
        assert f"/documents/{ledger.case(case_id).document_id}/pages/1.png" in shown
    assert shown.count("data-viewer") == 2
    assert '<tr class="differs"><th scope="row">Side</th><td>—</td><td>left</td></tr>' in shown
    verbs = {case_id: [row.verb for row in ledger.history(case_id)] for case_id in (first, second)}
    assert all("case_viewed" in told for told in verbs.values())


@pytest.mark.parametrize(
    ("verdict", "state", "earlier_state"),
    [("duplicate", "duplicate", "review"), ("replaces", "review", "closed"), ("separate", "review", "review")],
)
def test_what_a_person_says_is_done(clerk, verdict, state, earlier_state):
    first, second = twice()
    where = reverse("desk:tell", args=[second, first])
    answer = clerk.post(where, {"verdict": verdict, "version": ledger.case(second).version})
    assert answer.status_code == 302
    assert (ledger.case(second).state, ledger.case(first).state) == (state, earlier_state)
    shown = page(clerk, "order", second)
    assert "mara said: this" in shown and "said that it" in shown
    assert ledger.verify() == []


@pytest.mark.parametrize(
    "data",
    [{"verdict": "merge"}, {}, {"verdict": "duplicate", "version": "0"}, {"verdict": "duplicate", "version": "x"}],
)
def test_what_cannot_be_told_changes_nothing(clerk, data):
    first, second = twice()
    data = {"version": ledger.case(second).version, **data}
    answer = clerk.post(reverse("desk:tell", args=[second, first]), data, follow=True)
    assert answer.status_code == 200 and "notice stop" in answer.content.decode()
    assert ledger.case(second).again == "same_sheet"


def test_two_orders_that_have_nothing_to_do_with_each_other_are_not_compared(clerk):
    first, _ = twice()
    order, _ = clear()
    (other,) = arrive([replace(order, patient=Patient(), order_date=Value())], [note(1, "Another sheet")], "other.tif")
    assert clerk.get(reverse("desk:compare", args=[other, first])).status_code == 404


def test_a_colleagues_order_is_looked_at_and_not_decided_about(clerk, colleague):
    first, second = twice()
    colleague.get(reverse("desk:order", args=[second]))
    shown = page(clerk, "compare", second, first)
    assert "jonah" in shown and 'name="verdict"' not in shown
    clerk.post(reverse("desk:tell", args=[second, first]), {"verdict": "duplicate", "version": 1})
    assert ledger.case(second).state == "review"


def test_red_flags_are_shown_with_their_words(clerk):
    flag = RedFlag("embolism", "pulmonary embolism", "r/o PE")
    text = Value("r/o PE, <short> of breath", 0.9, (), "stated")
    case_id = one(red_flags=(flag,), indication=Indication(text), name="flag.tif")
    for shown in (page(clerk, "queue", "review"), page(clerk, "order", case_id)):
        assert "pulmonary embolism" in shown and "<q>r/o PE</q>" in shown


def test_fields_that_differ_come_first_and_names_by_their_letters():
    order, _ = knee()
    other = replace(
        order,
        patient=replace(order.patient, family=Value("PAREDES", 0.99, (), "stated")),
        priority=Value("stat", 0.5, (), "stated"),
        indication=replace(order.indication, icd10=(*order.indication.icd10, Value("S83.241A", 0.99, (), "stated"))),
    )
    found = pairs(order, other)
    assert [(pair.label, pair.earlier, pair.later, pair.unsure) for pair in found if pair.differs] == [
        ("ICD-10", "—", "S83.241A", False),
        ("Priority", "urgent", "stat", True),
    ]
    assert not found[-1].differs
