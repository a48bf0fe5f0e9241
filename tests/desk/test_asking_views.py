"""What asking leaves to a person: calls with their script, answers to look at, messages of which it is not known."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from desk_faxes import knee, one
from django.urls import reverse

from clarifications.case_code import case_code
from orders.answer import Answer, ReplyRead
from store import ledger
from store.models import Message, Request

pytestmark = pytest.mark.django_db
NOW = datetime.now(UTC)


def asked(state: str) -> tuple[str, str]:
    """An order in clarification whose request is in `state`; return the ids of both."""
    case_id = one(knee, route="clarification")
    request_id = ledger.make_request([(case_id, 1)], case_code, NOW, "follow_up")
    if state != "to_ask":
        ledger.move_request(request_id, state, NOW, NOW + timedelta(days=1), "follow_up", "no answer")
    return case_id, request_id


def test_a_call_has_its_script_and_its_outcome_is_noted(clerk):
    case_id, request_id = asked("escalated")
    page = clerk.get(reverse("desk:asking")).content.decode()
    for part in ("Paredes, Lucia", "Please tell us which side.", "(865) 555-0110", case_id, "No answer"):
        assert part in page
    clerk.post(reverse("desk:asking_call"), {"request": request_id, "outcome": "waits"})
    assert ledger.request(request_id).state == "asked"
    assert "Nobody has to be called" in clerk.get(reverse("desk:asking")).content.decode()


def test_an_answer_is_taken_or_left_as_the_person_says(clerk):
    case_id, request_id = asked("to_ask")
    answer = Answer(case_id, "laterality", "exams.0.laterality", "left", "ticked", 0.9)
    for state, take in (("both_ticked", "no"), ("unreadable", "yes")):
        read = ReplyRead(request_id, "fax", state, (answer,), NOW + timedelta(days=1))
        number = ledger.take_reply(read, NOW, "worker-1")
        assert "left" in clerk.get(reverse("desk:asking")).content.decode().lower()
        clerk.post(reverse("desk:asking_reply"), {"reply": number, "take": take})
        said = ledger.case(case_id).order.exams[0].laterality.value
        assert said == ("left" if take == "yes" else None)
    assert ledger.request(request_id).state in ("answered", "in_part")


@pytest.mark.parametrize(
    ("went", "message", "request_state"), [("yes", "sent", "asked"), ("no", "waiting", "uncertain")]
)
def test_of_a_message_it_is_said_whether_it_went(clerk, went, message, request_state):
    _, request_id = asked("to_ask")
    old = NOW - timedelta(hours=1)
    ledger.enqueue_message(request_id, "letter", "fax", "8655550111", b"%PDF", old, "x", NOW + timedelta(days=1), {})
    assert ledger.take_message(old)
    ledger.interrupted(NOW, "follow_up")
    assert "8655550111" in clerk.get(reverse("desk:asking")).content.decode()
    clerk.post(reverse("desk:asking_message"), {"message": Message.objects.get().id, "went": went})
    assert Message.objects.get().state == message
    assert Request.objects.get().state == request_state


@pytest.mark.parametrize(
    ("name", "data", "status"),
    [
        ("asking_call", {"request": "NOSUCH", "outcome": "waits"}, 302),
        ("asking_call", {"request": "NOSUCH", "outcome": "burn"}, 404),
        ("asking_reply", {"reply": "99"}, 302),
        ("asking_message", {"message": "x"}, 302),
    ],
)
def test_what_is_not_there_is_refused(clerk, name, data, status):
    assert clerk.post(reverse(f"desk:{name}"), data).status_code == status
