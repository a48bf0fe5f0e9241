"""The blind check at the desk: nothing of the reading is shown before, what differs afterwards, its count on a page."""

from __future__ import annotations

import pytest
from desk_faxes import blind
from django.urls import reverse

from store import ledger

pytestmark = pytest.mark.django_db

RIGHT = {
    "family": "Okafor",
    "given": "benedict",
    "birth_date": "3/14/61",
    "exam-1-modality": "XR",
    "exam-1-body_region": "chest",
}
HIDDEN = ("Okafor", "Benedict", "03/14/1961", "Chest 2 views", "Whitcombe", "8655550142", "M25.561")


def check(client, name: str, case_id: str, **data: str):
    data.setdefault("version", str(ledger.case(case_id).version))
    return client.post(reverse(f"desk:{name}", args=[case_id]), data, follow=True)


@pytest.mark.parametrize("name", ["queue", "blind", "order"])
def test_nothing_that_was_read_is_shown_before(clerk, name):
    case_id = blind()
    arguments = {"queue": ["review"], "blind": [case_id], "order": [case_id]}
    shown = clerk.get(reverse(f"desk:{name}", args=arguments[name]), follow=True).content.decode()
    assert "Blind check" in shown
    assert not [words for words in HIDDEN if words in shown]
    assert "ready" not in shown.lower().split("<main", 1)[1].split("<dialog", 1)[0], "nor that it had cleared"


@pytest.mark.parametrize("name", ["letter", "letter_picture", "field", "undo", "step", "hold"])
def test_no_other_way_shows_it(clerk, name):
    case_id = blind()
    where, data = reverse(f"desk:{name}", args=[case_id]), {"version": "1", "path": "patient.family", "typed": "x"}
    assert clerk.get(where).status_code in (404, 405)
    assert clerk.post(where, data).status_code in (404, 405)


def test_what_agrees_goes_on(clerk):
    case_id = blind()
    answer = check(clerk, "blind_enter", case_id, **RIGHT)
    assert "Read as you read it" in answer.content.decode()
    assert ledger.case(case_id).state == "ready"


@pytest.mark.parametrize(
    ("changes", "note"),
    [
        ({"birth_date": "31/31/1961"}, 'role="alert"'),
        ({"exam-1-modality": "MRI"}, "Choose one."),
        ({"exam-1-contrast": "1"}, ""),
    ],
)
def test_what_is_no_value_comes_back_and_is_not_kept(clerk, changes, note):
    case_id = blind()
    answer = check(clerk, "blind_enter", case_id, **{**RIGHT, **changes})
    assert answer.status_code == 422 and note in answer.content.decode()
    assert 'value="Okafor"' in answer.content.decode(), "what was typed stays"
    assert ledger.blind_view(case_id, "mara").entered is None


def test_what_differs_is_shown_and_settled(clerk):
    case_id = blind()
    shown = check(clerk, "blind_enter", case_id, **{**RIGHT, "family": "Okafar"}).content.decode()
    assert "Okafar" in shown and "Okafor" in shown and "Benedict" not in shown
    undecided = check(clerk, "blind_settle", case_id).content.decode()
    assert "Say for each line" in undecided
    answer = check(clerk, "blind_settle", case_id, family="mine")
    assert answer.redirect_chain[-1][0] == reverse("desk:order", args=[case_id])
    shown = answer.content.decode()
    assert "mara read it otherwise in the blind check" in shown and 'data-take="Okafar"' in shown
    assert "checked it blind: something was read wrongly" in shown


def test_a_mistyped_value_lets_it_go_on(clerk):
    case_id = blind()
    check(clerk, "blind_enter", case_id, **{**RIGHT, "exam-1-body_region": "abdomen", "exam-2-modality": "CT"})
    check(clerk, "blind_settle", case_id, exams="read")
    assert ledger.case(case_id).state == "ready"


def test_a_fax_that_does_not_tell_goes_to_ordinary_review(clerk):
    case_id = blind()
    answer = check(clerk, "blind_leave", case_id, to="undecided")
    assert "Okafor" in answer.content.decode()
    assert ledger.blind_figures().undecided == 1


def test_a_check_is_one_persons_and_can_be_left_to_another(clerk, colleague):
    case_id = blind()
    clerk.get(reverse("desk:blind", args=[case_id]))
    assert (
        "mara is doing this check" in colleague.get(reverse("desk:blind", args=[case_id]), follow=True).content.decode()
    )
    assert check(colleague, "blind_enter", case_id, **RIGHT).status_code == 404
    check(clerk, "blind_leave", case_id, to="queue")
    assert ledger.case(case_id).claimed_by == "" and ledger.case(case_id).blind


def test_the_figures_tell_the_count_and_its_bound(clerk, lead):
    page = reverse("desk:figures")
    assert "No check was done yet" in lead.get(page).content.decode()
    check(clerk, "blind_enter", blind(), **RIGHT)
    shown = lead.get(page).content.decode()
    assert "0 of 1" in shown and "95 %" in shown
