"""A ledger of many orders made directly in its tables, as half a year of work would leave it, for `benchmarks.desk`."""

from __future__ import annotations

import hashlib
import io
import random
from copy import copy
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.contrib.auth import get_user_model
from django.contrib.auth.models import Group
from django.db import transaction
from django.db.models.base import ModelState
from django.utils import timezone
from PIL import Image, ImageDraw

from documents.page import Box, Page, Word
from orders.order import Check, Evidence, Exam, Finding, Indication, Order, Patient, Provider, Value
from store import audit, facts
from store.bytes import document_store
from store.cases import ALPHABET, target, write
from store.models import (
    AgainKey,
    Arrival,
    AuditHead,
    BlindCheck,
    Case,
    Document,
    Event,
    Fault,
    PageRecord,
    Sighting,
    Stay,
)  # fmt: skip
from store.pages import words_json
from store.sites import site_called

DAYS = 180
CLERKS = tuple(f"clerk{number:02}" for number in range(20))
# What came of a hundred orders, newest ones aside: most are long delivered, a day or two of work stands open.
ENDINGS = ("delivered",) * 88 + ("closed",) * 4 + ("duplicate",) * 3 + ("not_an_order",) * 5
OPEN_DAYS = 4
OPEN = ("review",) * 60 + ("clarification",) * 25 + ("ready",) * 15
FAMILIES = tuple(f"{a}{b}" for a in ("Har", "Bel", "Mor", "Whit", "Cal", "Sand", "Ro", "Den") for b in
                 ("low", "mont", "comb", "ders", "ver", "ton", "wick", "field", "more", "gate"))  # fmt: skip
GIVEN = ("Ana", "Ben", "Carla", "David", "Elena", "Frank", "Grace", "Hugo", "Iris", "Jonas", "Karin", "Leo")
EXAMS = (("MR", "knee"), ("CT", "chest"), ("US", "abdomen"), ("XR", "hand"), ("MG", "breast"), ("MR", "lumbar_spine"))
CODES = ("laterality", "signature", "indication", "coverage", "diagnosis_code", "contrast", "authorization")
BATCH = 1000


@dataclass(frozen=True, slots=True)
class Made:
    """What the measuring looks at: an order in review, its document, a failed document, a referrer."""

    review: str
    document: str
    failed: str
    referrer: str


def make(orders: int, seed: int = 6) -> Made:
    """Fill the empty ledger with `orders` orders, one a document of two pages; return some to look at."""
    chance = random.Random(seed)
    now = timezone.now()
    people = get_user_model()
    people.objects.bulk_create(people(username=name, is_staff=True, password="!") for name in CLERKS)
    Group.objects.get(name="clerk").user_set.set(people.objects.filter(username__in=CLERKS))
    people.objects.create(username="root", is_staff=True, is_superuser=True, password="!")
    image, words = _page()
    site = site_called("default")
    templates = [Case(site=site, received_at=now, source="folder") for _ in range(200)]
    for each in templates:
        write(each, _order(chance))
    trail = _Trail()
    for start in range(0, orders, BATCH):
        numbers = range(start, min(orders, start + BATCH))
        batch = [_case(chance, number, orders, now, site, templates) for number in numbers]
        with transaction.atomic():
            _write(batch, image, words, trail, chance)
    trail.end()
    review = Case.objects.filter(state="review", blind=False).order_by("urgency", "due_at").first()
    failed = Document.objects.filter(state="failed").first()
    return Made(review.id, review.document_id, failed.sha256, review.npi)


def _case(chance, number, orders, now, site, templates):
    age = timedelta(days=DAYS * (1 - number / orders), seconds=chance.random() * 3600)
    received = now - age
    like = chance.choice(templates)
    person = {
        "family": chance.choice(FAMILIES),
        "given": chance.choice(GIVEN),
        "birth_date": f"{chance.randint(1930, 2010)}-03-{chance.randint(10, 28)}",
        "phone": f"865{chance.randint(1000000, 9999999)}",
    }
    state = chance.choice(ENDINGS if age > timedelta(days=OPEN_DAYS) else OPEN)
    document = Document(
        site=site, sha256=hashlib.sha256(f"desk {number}".encode()).hexdigest(), name=f"fax{number}.tif",
        media_type="image/tiff", size=90_000, state="read", pages=2, orders=1, attempts=1, received_at=received,
        read_at=received + timedelta(seconds=40), timings={"read": 6.0},
    )  # fmt: skip
    case = copy(like)
    case._state = ModelState()
    case.id = "".join(ALPHABET[number * 7919 // 32**place % 32] for place in range(7, -1, -1))
    case.document, case.ordinal, case.state, case.received_at = document, 1, state, received
    case.due_at = received + target(case.priority, bool(case.red_flags))
    case.sheet = " ".join(f"w{chance.randint(0, 99999)}" for _ in range(60))
    for name, value in person.items():
        setattr(case, name, value)
    patient = like.order["patient"]
    said = {name: {**patient[name], "value": value} for name, value in person.items()}
    case.order = {**like.order, "id": case.id, "patient": {**patient, **said}}
    return case


def _order(chance: random.Random) -> Order:
    """An order with the values, evidence and losing findings that a page of print leaves."""
    referrer = chance.randint(0, 399)
    modality, region = chance.choice(EXAMS)
    codes = chance.sample(CODES, chance.choice((0, 0, 0, 1, 2, 3)))
    hard = {"laterality", "signature", "indication"}
    checks = tuple(
        Check(code, "blocking" if code in hard else "follow_up", f"{code} is not stated.", f"{code}?", (), 0.95)
        for code in codes
    )

    def leaf(path: str, value: object, sure: float = 0.99) -> Value:
        y = chance.random() * 0.9
        box = (0.2, y, 0.5, y + 0.012)
        other = Finding(path, f"{value}x", (Evidence(1, box, f"{value}x"),), 0.3, "second reader")
        return Value(value, sure, (Evidence(1, box, str(value)),), "stated", "stands right of its label", (other,))

    return Order(
        "", (1, 2),
        patient=Patient(
            leaf("patient.family", "Name", chance.choice((0.7, 0.999))), leaf("patient.given", "Given"),
            birth_date=leaf("patient.birth_date", "1961-03-14"), sex=leaf("patient.sex", "F"),
            phone=leaf("patient.phone", "8655550142"), mrn=leaf("patient.mrn", "RB-20934"),
        ),
        exams=(Exam(leaf("exams.0.text", f"{modality} {region}"), leaf("exams.0.modality", modality),
                    leaf("exams.0.body_region", region)),),
        indication=Indication(leaf("indication.text", "Pain after a fall, locking"),
                              (leaf("indication.icd10.0", "M25.561"),)),
        provider=Provider(
            family=leaf("provider.family", f"Referrer{referrer}"), given=leaf("provider.given", "Pat"),
            npi=leaf("provider.npi", f"1{referrer:09}"),
            practice=leaf("provider.practice", f"Practice {referrer % 90}"),
            phone=leaf("provider.phone", "8655550110"), fax=leaf("provider.fax", "8655550111"),
        ),
        signed=leaf("signed", True), order_date=leaf("order_date", "2026-11-20"),
        priority=leaf("priority", chance.choice((None, None, None, "routine", "urgent", "stat"))),
        problems=checks, route=chance.choice(("ready", "review")),
    )  # fmt: skip


def _write(batch, image: str, words: str, trail, chance: random.Random) -> None:
    # A document in a thousand could not be read.
    documents = [case.document for case in batch]
    lost = hashlib.sha256(f"lost {batch[0].id}".encode()).hexdigest()
    failed = Document(
        site=batch[0].site, sha256=lost, name="lost.tif", media_type="image/tiff", size=9, state="failed",
        failure="damaged", attempts=1, received_at=batch[0].received_at,
    )  # fmt: skip
    Document.everywhere.bulk_create([*documents, failed])
    Sighting.objects.bulk_create(
        Sighting(source="folder", key=each.name, document=each, at=each.received_at) for each in documents
    )
    PageRecord.objects.bulk_create(
        PageRecord(document=each, number=number, type="order", type_confidence=0.95, width=1700, height=2200,
                   rotation=0,                    image_sha256=image, words_sha256=words)
        for each in documents for number in (1, 2)
    )  # fmt: skip
    Case.objects.bulk_create(batch)
    AgainKey.objects.bulk_create(AgainKey(key=key, case=case) for case in batch for key in _keys(case))
    stays, arrivals, faults, blind = [], [], [], []
    for case in batch:
        _facts(case, chance, stays, arrivals, faults)
        if case.state == "delivered" and chance.random() < 0.02:
            outcome = "wrong" if chance.random() < 0.01 else "right"
            done = case.received_at + timedelta(hours=3)
            blind.append(BlindCheck(case=case, chosen_at=case.received_at, doubt=0.01, outcome=outcome, done_at=done))
        trail.tell(case)
    for table, rows in ((Stay, stays), (Arrival, arrivals), (Fault, faults), (BlindCheck, blind)):
        table.objects.bulk_create(rows)


def _keys(case: Case) -> list[int]:
    # As many keys as an order has, drawn from as many people; working them out would take most of the time.
    person = f"{case.family} {case.given} {case.birth_date}"
    return [int.from_bytes(hashlib.sha256(f"{person} {at}".encode()).digest()[:7], "big") for at in range(4)]


def _facts(case: Case, chance: random.Random, stays: list, arrivals: list, faults: list) -> None:
    def stay(stage: str, since: datetime, seconds: float | None, of: Case | None = case) -> datetime:
        until = since + timedelta(seconds=seconds) if seconds is not None else None
        stays.append(
            Stay(
                document=case.document, case=of, stage=stage, since=since, until=until,
                bucket=facts.bucket(seconds) if until else None, day=timezone.localdate(until) if until else None,
                left_by=chance.choice(CLERKS) if of and until else "",
            )
        )  # fmt: skip
        return until or since

    at = stay("reading", stay("received", case.received_at, 34.0, None), 6.0, None)
    cleared, asked = case.route == "ready", chance.random() < 0.2 or case.state == "clarification"
    if not cleared:
        at = stay("review", at, None if case.state == "review" else chance.expovariate(1 / 5400))
    if asked and case.state != "review":
        at = stay("clarification", at, None if case.state == "clarification" else chance.expovariate(1 / 90000))
    if case.state == "delivered":
        at = stay("ready", at, 20.0)
        stay("total", case.received_at, (at - case.received_at).total_seconds())
    if case.state in ("not_an_order", "duplicate"):
        return
    key, day = facts.referrer_key(case.npi, case.provider), timezone.localdate(case.received_at)
    arrivals.append(Arrival(case=case, day=day, referrer=key, name=case.provider, practice=case.practice,
                            cleared=cleared, asked=asked))  # fmt: skip
    faults += [
        Fault(case=case, code=each["code"], blocking=each["severity"] == "blocking", asked=asked, day=day, referrer=key)
        for each in case.order["problems"]
    ]


class _Trail:
    """An audit trail with its chain: six lines an order."""

    def __init__(self) -> None:
        self.sequence, self.last = 0, audit.START
        self.lines: list[Event] = []

    def tell(self, case: Case) -> None:
        """Write what would have been said of the order."""
        for verb, actor, detail in (
            ("received", "folder", {"name": case.document.name}), ("document_read", "worker-1", {"pages": 2}),
            ("case_opened", "worker-1", {"to": "review"}), ("case_viewed", CLERKS[0], {}),
            ("case_claimed", CLERKS[0], {}), ("case_moved", CLERKS[0], {"from": "review", "to": case.state}),
        ):  # fmt: skip
            self.sequence += 1
            line = Event(
                sequence=self.sequence, at=case.received_at, actor=actor, verb=verb, document=case.document_id,
                case=case.id if verb.startswith("case") else "", detail=detail, previous=self.last,
            )  # fmt: skip
            line.hash = self.last = audit.digest(line)
            self.lines.append(line)
        if len(self.lines) > 5 * BATCH:
            self.flush()

    def flush(self) -> None:
        """Write the lines so far."""
        Event.objects.bulk_create(self.lines)
        self.lines = []

    def end(self) -> None:
        """Write the rest, and the head."""
        self.flush()
        AuditHead.objects.update_or_create(id=1, defaults={"sequence": self.sequence, "hash": self.last})


def _page() -> tuple[str, str]:
    """Keep one page of a fax, full of words; return the names of its picture and of its words."""
    image = Image.new("L", (1700, 2200), 255)
    pen, words = ImageDraw.Draw(image), []
    for line in range(60):
        for column in range(8):
            x, y = 120 + column * 180, 120 + line * 33
            pen.text((x, y), "imaging", 0, font_size=24)
            words.append(Word("imaging", Box(x / 1700, y / 2200, (x + 90) / 1700, (y + 24) / 2200), 0.98, line))
    noise = Image.effect_noise((1700, 2200), 60).point(lambda value: 255 if value < 250 else 0)
    image.paste(noise, mask=noise.point(lambda value: 0 if value else 255))
    out = io.BytesIO()
    image.save(out, "PNG")
    page = Page(1, 1700, 2200, 0, "ocr", tuple(words), (), out.getvalue())
    store = document_store()
    return store.put(page.image)[0], store.put(words_json(page))[0]
