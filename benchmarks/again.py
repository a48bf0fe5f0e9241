"""Orders that come again, in a ledger of their own: are they found, is anything else, and how long does a look take?"""

from __future__ import annotations

import os
import random
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from tempfile import TemporaryDirectory
from time import perf_counter, process_time
from typing import Any

from documents.page import Document
from orders.again_keys import person_keys
from orders.contract import order_json
from orders.order import Coverage, Exam, Indication, Order, Patient, Provider, Referral, Value
from orders.sheets import sheet_keys, sheet_tokens

Json = dict[str, Any]
BATCH = 2000
LOOKS = 200


@dataclass(frozen=True, slots=True)
class Found:
    """Repetitions and corrections among documents: those there are, those found, what else was said to be one."""

    there: int
    found: int
    right_kind: int
    false: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Looks:
    """Milliseconds of a look-up among so many orders, by CPU and by the clock; how many repeated ones were found."""

    orders: int
    cpu: float
    median: float
    slowest: float
    repeated: int
    found: int
    false: int


def found_again(read: Iterable[tuple[Document, Referral, Json]]) -> Found:
    """Record the documents in a ledger, an original before what repeats it, and compare with what truths say."""
    every = sorted(read, key=lambda one: "related_to" in one[2])
    with _ledger():
        from store import ledger

        cases: dict[str, str] = {}
        for number, (document, referral, truth) in enumerate(every):
            ledger.receive(f"{number} {document.id}".encode(), truth["document"], "benchmark", str(number))
            leased = ledger.lease("benchmark")
            assert leased
            for case_id in ledger.record_reading(leased.document_id, "benchmark", referral, document.pages):
                cases[case_id] = truth["document"]
        told = {
            (cases[row.later], cases[row.earlier]): row.kind
            for case_id in cases
            for row in ledger.relations(case_id)
            if row.open
        }
    true = {(truth["document"], truth["related_to"]): truth["relation"] for *_, truth in every if "related_to" in truth}
    others = sorted(set(told) - set(true))
    kinds = {"duplicate": ("same_sheet", "same_order"), "correction": ("correction",)}
    return Found(
        there=len(true),
        found=sum(pair in told for pair in true),
        right_kind=sum(told.get(pair) in kinds[relation] for pair, relation in true.items()),
        false=tuple(f"{later} after {earlier}: {told[later, earlier]}" for later, earlier in others),
    )


def looks(orders: int, seed: int = 1) -> Looks:
    """Fill a ledger with `orders` orders on forms of few centres, then look up sheets faxed again and new ones."""
    chance = random.Random(seed)
    with _ledger():
        from store.again import Sheet, earlier_ones

        kept = list(_filled(orders, chance))
        seconds, busy, found, false = [], 0.0, 0, 0
        now = datetime.now(UTC)
        for number in range(LOOKS):
            case_id, first, sheet = chance.choice(kept)
            repeated = number % 2 == 0
            order, tokens = _faxed_again(first, sheet, chance) if repeated else _made(chance)
            started, worked = perf_counter(), process_time()
            earlier = earlier_ones(order, Sheet(tokens), now)
            seconds.append(perf_counter() - started)
            busy += process_time() - worked
            told = [each.case_id for each in earlier if each.again.kind != "another"]
            found += repeated and case_id in told
            false += len([each for each in told if not (repeated and each == case_id)])
    seconds.sort()
    cpu, median, slowest = (1000 * each for each in (busy / LOOKS, seconds[LOOKS // 2], seconds[-1]))
    return Looks(orders, cpu, median, slowest, LOOKS // 2, found, false)


def _filled(orders: int, chance: random.Random) -> Iterator[tuple[str, Order, frozenset[str]]]:
    """Fill the ledger; yield one order in a hundred, to come again."""
    from store.models import AgainKey, Case
    from store.models import Document as Row
    from store.sites import site_called

    site = site_called("default")
    start = datetime(2026, 1, 1, tzinfo=UTC)
    for first in range(0, orders, BATCH):
        rows, cases, keys = [], [], []
        for number in range(first, min(orders, first + BATCH)):
            order, tokens = _made(chance)
            at = start + timedelta(minutes=5 * number)
            rows.append(
                Row(
                    sha256=f"{number:064}",
                    name="a.tif",
                    media_type="image/tiff",
                    size=1,
                    state="read",
                    received_at=at,
                    site=site,
                )
            )
            case = Case(
                id=f"{number:08}",
                document_id=f"{number:064}",
                ordinal=1,
                state="delivered",
                route="ready",
                urgency=3,
                site=site,
            )
            case.order, case.received_at, case.due_at, case.sheet = (
                order_json(order, losing=True),
                at,
                at,
                " ".join(tokens),
            )
            case.family, case.given = str(order.patient.family.value), str(order.patient.given.value)
            case.birth_date, case.phone = str(order.patient.birth_date.value), str(order.patient.phone.value)
            cases.append(case)
            keys += [AgainKey(key=key, case=case) for key in (*person_keys(order), *sheet_keys(tokens))]
            if number % 100 == 0:
                yield case.id, order, tokens
        Row.everywhere.bulk_create(rows)
        Case.objects.bulk_create(cases)
        AgainKey.objects.bulk_create(keys)


def _made(chance: random.Random) -> tuple[Order, frozenset[str]]:
    """Return an order and the tokens of its sheet: one of three centres' forms, one of sixty practices."""
    family, given = _name(chance, 2000), _name(chance, 300)
    born = f"{chance.randint(1935, 2020)}-{chance.randint(1, 12):02}-{chance.randint(1, 28):02}"
    day = f"2026-{chance.randint(1, 11):02}-{chance.randint(1, 28):02}"
    phone, member = f"865555{chance.randrange(10**4):04}", f"W{chance.randrange(10**9):09}"
    centre, practice = random.Random(chance.randrange(3)), random.Random(100 + chance.randrange(60))
    npi, fax = f"1{practice.randrange(10**9):09}", f"423555{practice.randrange(10**4):04}"
    region = chance.choice(("knee", "shoulder", "head", "lumbar_spine", "chest", "abdomen"))
    order = Order(
        "",
        (1,),
        Patient(_said(family), _said(given), birth_date=_said(born), phone=_said(phone)),
        Coverage(member_id=_said(member)),
        (Exam(_said(f"MRI {region}"), _said("MR"), _said(region), contrast=_said("without")),),
        Indication(_said("pain after a fall, locking"), (_said("M25.561"),)),
        provider=Provider(_said(_name(practice, 2000)), npi=_said(npi), phone=_said(fax), fax=_said(fax)),
        order_date=_said(day),
    )
    form = [f"{centre.randrange(10**7):07}" for _ in range(6)]
    sheet = sheet_tokens([*form, npi, fax, f"{practice.randrange(10**5):05}", born, day, phone, member, "M25.561"])
    own = frozenset(f"{chance.randrange(10**8):08}" for _ in range(4))
    return order, sheet | own


def _faxed_again(order: Order, tokens: frozenset[str], chance: random.Random) -> tuple[Order, frozenset[str]]:
    """Return the order as another fax of its sheet is read: a letter of the name and two tokens are wrong."""
    family = str(order.patient.family.value)
    place = chance.randrange(len(family))
    wrong = family[:place] + chance.choice("lcrnt") + family[place + 1 :]
    lost = set(chance.sample(sorted(tokens), 2))
    patient = replace(order.patient, family=Value(wrong, 0.6, (), "stated"))
    return replace(order, patient=patient), (tokens - lost) | {each[:-1] + "7" for each in lost}


def _name(chance: random.Random, many: int) -> str:
    spell = random.Random(f"name {chance.randrange(many)}")
    return "".join(spell.choice("bdfgklmnprstvz") + spell.choice("aeiou") for _ in range(spell.randint(2, 4))).title()


def _said(value: str) -> Value:
    return Value(value, 0.97, (), "stated")


@contextmanager
def _ledger() -> Iterator[Path]:
    """An empty ledger in a folder that is gone afterwards. One at a time a process: Django knows one database."""
    with TemporaryDirectory() as folder:
        os.environ["CLEARORDER_DATA"], os.environ["CLEARORDER_BLIND_SHARE"] = folder, "0"
        from config import settings

        settings.cache_clear()
        from django.db import connection

        from store import ready  # noqa: F401  -  makes Django ready
        from store.bytes import document_store
        from store.setup import make_ledger

        document_store.cache_clear()
        connection.close()
        connection.settings_dict["NAME"] = settings().database
        make_ledger()
        yield Path(folder)
        connection.close()
