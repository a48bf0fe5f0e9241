"""The loop: asked once, reminded, given to a person, ended; answers merged, doubtful ones shown, nothing lost."""

from __future__ import annotations

from dataclasses import replace
from itertools import pairwise
from pathlib import Path

import pytest
from clarify_site import (
    NO_SIDE,
    POLICY,
    UNSIGNED,
    Clock,
    Way,
    asking,
    come_back,
    knee,
    page_back,
    read,
    said,
    side,
    words,
)

from gateways.sending import Undelivered, Unknown
from orders.order import Value
from store import ledger
from store.models import Message, Reply, Request

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("data")]


def only() -> ledger.RequestView:
    return ledger.request(Request.objects.get().id)


def asked(*orders: object) -> tuple[list[str], Clock, Way]:
    cases = read(b"fax", *(orders or (knee(),)))  # type: ignore[arg-type]
    clock, way = Clock(), Way()
    assert asking(clock, way).run() == (1, 0)
    return cases, clock, way


def test_asked_once_however_often_it_is_looked_at() -> None:
    _, clock, way = asked()
    again = asking(clock, way)
    assert not again.wanted()
    assert again.run() == (0, 0)
    assert [parcel.address for parcel in way.sent] == ["8655550111"]
    assert (only().state, only().channel) == ("asked", "fax")
    assert ledger.verify() == []


def test_reminded_then_a_person_then_expired_and_everyone_is_told() -> None:
    (case_id,), clock, way = asked()
    states = [only().state]
    for _ in range(60):
        clock.turn(hours=12)
        asking(clock, way).run()
        if only().state != states[-1]:
            states.append(only().state)
    assert states == ["asked", "reminded", "escalated", "expired"]
    letters = [parcel for parcel in way.sent if "-notice-" not in parcel.filename]
    assert len(letters) == 1 + POLICY.reminders
    assert len({parcel.filename for parcel in way.sent}) == len(way.sent)
    assert "-notice-" in way.sent[-1].filename
    assert ledger.case(case_id).state == "closed"
    assert ledger.verify() == []


def test_a_ticked_page_completes_the_order() -> None:
    (case_id,), _, way = asked()
    come_back(page_back(way.sent[0], only(), side("left")), b"reply")
    case = ledger.case(case_id)
    assert (case.order.exams[0].laterality.value, case.state) == ("left", "ready")
    assert only().state == "answered" and only().next_at is None
    assert ledger.verify() == []


def test_the_same_page_again_changes_nothing_and_one_to_a_done_case_is_named() -> None:
    (case_id,), _, way = asked()
    page = page_back(way.sent[0], only(), side("left"))
    come_back(page, b"reply")
    come_back(page_back(way.sent[0], only(), side("right")), b"another", "b.tif")
    assert ledger.case(case_id).order.exams[0].laterality.value == "left"
    assert list(Reply.objects.order_by("id").values_list("state", flat=True)) == ["merged", "closed_case"]


@pytest.mark.parametrize(
    ("ticked", "state"),
    [(side("left", "right"), "both_ticked"), (lambda sheet: [], "empty")],
    ids=["both", "none"],
)
def test_what_cannot_be_taken_waits_for_a_person(ticked, state: str) -> None:  # type: ignore[no-untyped-def]
    (case_id,), clock, way = asked()
    come_back(page_back(way.sent[0], only(), ticked), b"reply")
    assert Reply.objects.get().state == state
    assert only().state == "doubtful" and ledger.case(case_id).state == "clarification"
    assert ledger.case(case_id).order.exams[0].laterality == Value()
    clock.turn(days=30)
    asking(clock, way).run()
    assert only().state == "escalated"


def test_half_an_answer_is_taken_and_only_the_rest_is_asked() -> None:
    (case_id,), clock, way = asked(knee(signed=Value(False, 0.999, (), "absent"), problems=(NO_SIDE, UNSIGNED)))
    come_back(page_back(way.sent[0], only(), side("left")), b"reply")
    assert only().state == "in_part"
    clock.turn(minutes=5)
    assert asking(clock, way).run() == (1, 0)
    second = next(each for each in ledger.requests_of(case_id) if each.open)
    assert (second.round, second.state) == (2, "asked")
    assert {place["path"] for place in second.sheet["places"] if place["code"] == "signature"} == {"signed", "-"}
    assert not any(place["code"] == "laterality" for place in second.sheet["places"])
    sign = lambda sheet: [each.place for each in sheet.meanings if each.path == "signed"]  # noqa: E731
    come_back(page_back(way.sent[1], second, sign), b"second")
    assert ledger.case(case_id).order.signed.value is True
    assert ledger.request(second.id).state == "answered"


def test_two_orders_of_one_patient_are_asked_together_and_answered_apart() -> None:
    hand = knee(exams=(replace(knee().exams[0], text=said("MRI hand"), body_region=said("hand")),))
    cases, _, way = asked(knee(), hand)
    assert set(only().cases) == set(cases)
    first = lambda sheet: [m.place for m in sheet.meanings if m.order == cases[0] and m.value == "left"]  # noqa: E731
    come_back(page_back(way.sent[0], only(), first), b"reply")
    assert ledger.case(cases[0]).order.exams[0].laterality.value == "left"
    assert not ledger.case(cases[1]).order.exams[0].laterality
    assert only().state == "in_part"


@pytest.mark.parametrize(
    ("text", "sender", "state"),
    [
        ("Okafor Ada 02/03/1971", "8655550111", "merged"),
        ("Okafor Ada 02/03/1971", "8655550999", None),
        ("Okonkwo Ada 02/03/1971", "8655550111", None),
        ("Okafor Ada 02/03/1972", "8655550111", None),
    ],
    ids=["sender and patient", "another sender", "another patient", "another birth date"],
)
def test_without_its_code_a_page_is_known_by_sender_and_patient_together(
    text: str, sender: str, state: str | None
) -> None:
    (case_id,), _, way = asked()
    come_back(words(page_back(way.sent[0], only(), side("left"), qr=False), text, sender), b"reply")
    assert (Reply.objects.get().state if Reply.objects.exists() else None) == state
    assert ledger.case(case_id).state == ("ready" if state else "clarification")


def test_a_misread_code_counts_only_with_its_patient() -> None:
    (case_id,), _, way = asked()
    code = only().code
    off = code[:-1] + ("2" if code[-1] != "2" else "3")
    page = page_back(way.sent[0], only(), side("left"), qr=False)
    come_back(words(page, f"Miller Ann {off}"), b"one")
    assert not Reply.objects.exists()
    come_back(words(page, f"Okafor Ada 02/03/1971 {off}"), b"two", "b.tif")
    assert ledger.case(case_id).state == "ready"


def test_a_forged_code_reaches_no_order() -> None:
    (case_id,), _, way = asked()
    page = page_back(way.sent[0], replace(only(), code="00000-00000"), side("left"))
    come_back(page, b"reply")
    reply = Reply.objects.get()
    assert (reply.state, reply.request) == ("forged", None)
    assert ledger.case(case_id).state == "clarification"


@pytest.mark.parametrize(
    ("fails", "address_left", "state"),
    [
        ([Undelivered("away", True)], True, "sending"),
        ([Undelivered("wrong_number", False)], False, "escalated"),
        ([Unknown()], True, "sending"),
    ],
)
def test_what_does_not_arrive(fails: list[Exception], address_left: bool, state: str) -> None:
    read(b"fax", knee())
    clock, way = Clock(), Way(fail=fails)
    asking(clock, way).run()
    asking(clock, way).run()
    assert only().state == state
    assert (not way.sent) and (("fax" in only().tried) != address_left)


def test_a_broken_hand_over_is_shown_to_a_person_and_never_repeated_by_itself() -> None:
    read(b"fax", knee())
    clock, way = Clock(), Way(fail=[Unknown()])
    asking(clock, way).run()
    clock.turn(minutes=10)
    asking(clock, way).run()
    assert only().state == "uncertain" and not way.sent
    message = Message.objects.get()
    ledger.settle_message(message.id, False, clock(), clock(), "anna")
    assert asking(clock, way).run()[0] == 1
    assert only().state == "asked" and len(way.sent) == 1


def test_an_engaged_line_is_tried_with_growing_pauses_and_then_another_way() -> None:
    read(b"fax", knee())
    policy = replace(POLICY, emails={"8655550111": "desk@alder.example"}, phi_by_email=True)
    clock, way, pauses = Clock(), Way(fail=[Undelivered("busy", True)] * POLICY.tries), []
    for _ in range(400):
        before = Message.objects.first().tries if Message.objects.exists() else 0
        asking(clock, way, policy).run()
        message = Message.objects.order_by("id").first()
        assert message
        if message.tries != before:
            pauses.append(clock())
        if way.sent:
            break
        clock.turn(minutes=1)
    gaps = [(b - a).total_seconds() / 60 for a, b in pairwise(pauses)]
    assert gaps == [5, 15, 60]
    assert way.sent[0].address == "desk@alder.example" and only().channel == "email"


def test_no_letter_goes_by_mail_where_the_site_does_not_allow_it() -> None:
    order = knee(provider=replace(knee().provider, fax=Value()))
    read(b"fax", order)
    clock, way = Clock(), Way()
    asking(clock, way, replace(POLICY, emails={"": "desk@alder.example"})).run()
    assert only().state == "escalated" and not way.sent


def test_an_order_that_goes_on_by_itself_withdraws_its_request() -> None:
    (case_id,), clock, way = asked()
    case = ledger.case(case_id)
    ledger.transition(case_id, "review", "anna", "", case.version)
    asking(clock, way).run()
    assert only().state == "withdrawn"


def test_a_new_order_instead_of_an_answer_is_shown_at_the_request() -> None:
    asked()
    read(b"second", knee(exams=(replace(knee().exams[0], laterality=said("left")),), problems=(), route="ready"))
    request = Request.objects.get()
    assert request.state == "doubtful"
    assert Reply.objects.get().source == "order"


def test_a_site_with_a_text_that_cannot_be_used_sends_nothing_and_says_so(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    import config

    folder = tmp_path / "site" / "letters"
    folder.mkdir(parents=True)
    (folder / "en.toml").write_text('[letter]\nmore = "and more"\n')
    monkeypatch.setenv("CLEARORDER_SITE", str(tmp_path / "site"))
    config.settings.cache_clear()
    read(b"fax", knee())
    way = Way()
    asking(Clock(), way).run()
    assert not way.sent
    assert only().state == "escalated" and "text" in only().reason
