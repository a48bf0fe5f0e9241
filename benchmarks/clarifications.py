"""Forty practices that answer as practices do, over simulated time: `python -m benchmarks.clarifications [CASES]`.

Each practice has a habit: on time, late, in part, both boxes, a page without its
code, a forged code, no answer, a wrong number. Requests, sending, reminders,
replies and endings are the product's own, over a ledger in a throw-away folder;
only the clock is turned and the practices are played. Pages come back as
pictures of the very letters that were sent.
"""

from __future__ import annotations

import os
import random
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

HABITS = (
    *["on time"] * 16, *["late"] * 6, *["in part"] * 4, *["both boxes"] * 2,
    *["no code"] * 6, *["forged"] * 1, *["silent"] * 3, *["wrong number"] * 2,
)  # fmt: skip
STEP_HOURS, DAYS = 6, 45


def main(cases: int) -> None:
    """Play it and print how the cases ended."""
    os.environ["CLEARORDER_DATA"] = tempfile.mkdtemp()
    os.environ["CLEARORDER_BLIND_SHARE"] = "0"
    os.environ["DJANGO_SETTINGS_MODULE"] = "desk.settings"
    sys.path.insert(0, str(Path(__file__).parents[1] / "tests" / "flows"))
    import django
    from django.core.management import call_command

    django.setup()
    call_command("migrate", verbosity=0)
    play(cases, random.Random(5))


def play(cases: int, rng: random.Random) -> None:
    """Play `cases` cases to their ends."""
    from config import settings
    from flows import replies
    from flows.clarify import Clarify
    from orders.request_states import REQUEST_STATES
    from store.models import Request

    game = Game(rng)
    replies.moment = game.now
    for number in range(cases):
        game.order(number)
    asking = Clarify(settings(), game.now, {"fax": game})
    for step in range(DAYS * 24 // STEP_HOURS):
        asking.run()
        letters, game.pending = game.pending, []
        for parcel in letters:
            game.answer(parcel, step)
        game.clock += timedelta(hours=STEP_HOURS)
        if not Request.objects.exclude(state__in=_final(REQUEST_STATES)).exists() and not game.pending:
            break
    print(f"cases {cases}, simulated days {(step + 1) * STEP_HOURS / 24:.1f}, pages {game.tally['replies']}")
    game.report()


class Game:
    """The practices, what they were sent, and the clock; it is the way out as well."""

    def __init__(self, rng: random.Random) -> None:
        self.rng, self.clock, self.seconds = rng, datetime.now(UTC), 0.0
        self.tally: Counter[str] = Counter()
        self.truth: dict[str, str] = {}
        self.habit: dict[str, str] = {}
        self.sent: list[Any] = []
        self.pending: list[Any] = []

    def now(self) -> datetime:
        """Return the simulated moment."""
        return self.clock

    def send(self, parcel: Any) -> None:
        """Take a letter to a practice; a wrong number takes none."""
        from gateways.sending import Undelivered

        if self.habit[parcel.address] == "wrong number":
            raise Undelivered("wrong_number", False)
        self.sent.append(parcel)
        self.pending.append(parcel)

    def order(self, number: int) -> None:
        """Have an order without a side come in, from one practice after the other."""
        from clarify_site import NO_SIDE, UNSIGNED, knee, read, said

        from orders.order import Patient, Provider, Value

        rng, practice = self.rng, number % 40
        fax = f"86555501{practice:02d}"
        self.habit[fax] = HABITS[practice]
        both = self.habit[fax] == "in part"
        born = f"{rng.randint(1930, 2015)}-{rng.randint(1, 12):02d}-{rng.randint(1, 28):02d}"
        phone = f"865{rng.randint(2000000, 9999999)}"
        patient = Patient(said(self.name(4)), said(self.name(3)), birth_date=said(born), phone=said(phone))
        provider = Provider(said("Lindqvist"), said("Maja"), practice=said(f"Practice {practice}"), fax=said(fax))
        order = knee(
            patient=patient,
            provider=provider,
            problems=(NO_SIDE, UNSIGNED) if both else (NO_SIDE,),
            signed=Value(False, 0.999, (), "absent") if both else said(True),
        )
        (case_id,) = read(f"fax {number}".encode(), order)
        self.truth[case_id] = rng.choice(("left", "left", "bilateral"))

    def name(self, syllables: int) -> str:
        """Return a made-up name."""
        said = (self.rng.choice("bcdfghklmnprst") + self.rng.choice("aeiou") for _ in range(syllables))
        return "".join(said).capitalize()

    def answer(self, parcel: Any, step: int) -> None:
        """Have a practice do with a letter what it does with letters."""
        from clarify_site import page_back, words

        from store import ledger

        habit = self.habit[parcel.address]
        if "-notice-" in parcel.filename or habit == "silent" or (habit == "late" and "-letter-" in parcel.filename):
            return
        view = ledger.request(parcel.filename[:12])
        wanted = {self.truth[view.cases[0]]} | ({"right"} if habit == "both boxes" else set())
        signs = view.round > 1

        def tick(sheet: Any) -> list[str]:
            return [each.place for each in sheet.meanings if each.value in wanted or (signs and each.path == "signed")]

        shown = replace(view, code="00000-00000") if habit == "forged" else view
        page = page_back(parcel, shown, tick, qr=habit != "no code")
        if habit == "no code":
            patient = ledger.case(view.cases[0]).order.patient
            text = f"{patient.family.value} {patient.given.value} {_day(patient.birth_date.value)}"
            page = words(page, text, parcel.address)
        self.come_in(page, f"{parcel.filename} {step}".encode(), view.id, habit)

    def come_in(self, page: Any, data: bytes, request_id: str, habit: str) -> None:
        """Have a page taken as a worker takes it, and count what it was taken for."""
        from config import settings
        from flows import replies
        from orders.order import PageType, Referral
        from store import ledger

        ledger.receive(data, "r.tif", "folder", "r.tif")
        held = ledger.lease("w")
        assert held
        started = time.process_time()
        referral = Referral("r.tif", held.document_id, (PageType(1, "other"),), ())
        told = replies.parted(referral, [page], settings())
        ledger.record_reading(held.document_id, "w", told.referral, [page], {}, told.replies)
        self.seconds += time.process_time() - started
        matched = [each.request for each in told.replies if each.request]
        kind = {"no code": "without a code", "forged": "forged"}.get(habit, "with a code")
        self.tally["replies"] += 1
        self.tally[f"replies {kind}"] += 1
        self.tally[f"matched {kind}"] += bool(matched)
        self.tally["wrong matches"] += any(each != request_id for each in matched)

    def report(self) -> None:
        """Print how it went."""
        from store import ledger
        from store.models import Message, Reply, Request

        for kind in ("with a code", "without a code", "forged"):
            print(f"matched {kind}: {self.tally[f'matched {kind}']} of {self.tally[f'replies {kind}']}")
        ends = [(ledger.case(each), side) for each, side in self.truth.items()]
        wrong = sum(case.order.exams[0].laterality.value not in (None, side) for case, side in ends)
        print(f"wrong matches: {self.tally['wrong matches']}; orders with an answer that was not given: {wrong}")
        names = Counter(parcel.filename for parcel in self.sent)
        print(f"messages sent {sum(names.values())}, sent twice {sum(count > 1 for count in names.values())}")
        for table in (Request, Reply, Message):
            print(f"{table.__name__}:", dict(Counter(table.objects.values_list("state", flat=True))))
        print("cases:", dict(Counter(case.state for case, _ in ends)))
        print(f"CPU s a reply after reading: {self.seconds / max(1, self.tally['replies']):.2f}")


def _day(iso: object) -> str:
    year, month, day = str(iso).split("-")
    return f"{month}/{day}/{year}"


def _final(states: Mapping[str, Any]) -> list[str]:
    return [name for name, state in states.items() if state.final]


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 2000)
