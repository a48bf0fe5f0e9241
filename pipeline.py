"""From the bytes of a document to its referral: the whole way, as plain Python.

Reading (`documents`), page types and orders (`classifiers`), values with their
evidence (`extractors`), and the checks and the route (`orders`) meet here and
nowhere else. Flows and the command line call `read_referral`; it keeps nothing.
"""

from __future__ import annotations

import io
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date
from functools import cache
from hashlib import sha256
from pathlib import Path
from time import perf_counter

from PIL import Image, ImageDraw, ImageFont

from classifiers.candidates import PARTS, candidates
from classifiers.exam import read_exams, use_site
from classifiers.identity import Identity
from classifiers.page_type import page_types
from classifiers.priority import read_priority
from classifiers.split import split_orders
from config import settings
from documents.faults import MESSAGES
from documents.limits import Limits
from documents.opinion import Rereader
from documents.page import Document, Page, Unreadable
from documents.sandbox import read_safely, reread_safely
from extractors.confidence import calibrated
from extractors.decisive import read_again
from extractors.extract import Extraction, Knowledge, extract, identity_of, views_of
from extractors.language import pipeline
from extractors.views import View
from orders.codes import icd10_exists
from orders.conflicts import find_conflicts
from orders.decision import DEFAULT_POLICY, Policy
from orders.judge import judged
from orders.knowledge import Held
from orders.layout import Layout
from orders.order import Exam, Failure, Finding, Order, PageType, Referral
from orders.rulebook import Rulebook, in_force, load_rulebook, report

KNOWLEDGE = Knowledge(read_exams, read_priority)
Reader = Callable[[bytes, str, Limits], Document]


@dataclass(frozen=True, slots=True)
class Reading:
    """A document as read: its referral, its pages, and the seconds each stage took."""

    referral: Referral
    pages: tuple[Page, ...]
    seconds: tuple[tuple[str, float], ...] = ()


def read_referral(
    data: bytes,
    name: str,
    limits: Limits | None = None,
    today: date | None = None,
    reader: Reader = read_safely,
) -> Reading:
    """Read the document `data`, called `name`, into a referral.

    A document that cannot be read gives a referral with `error` set, in words
    for a clerk; nothing is raised for what the bytes hold. `today` bounds what
    a birth date or an order date can be.
    """
    started = perf_counter()
    document_id = sha256(data).hexdigest()
    try:
        document = reader(data, name, limits or Limits())
    except Unreadable as failure:
        error = Failure(failure.code, MESSAGES[failure.code])
        return Reading(Referral(name, document_id, error=error), (), (("read", perf_counter() - started),))
    read = perf_counter()
    referral = understand(document, today or date.today(), rules())
    return Reading(referral, document.pages, (("read", read - started), ("understand", perf_counter() - read)))


def rules() -> Rulebook:
    """Return the site's rules as they are now, and read exams with the site's words.

    A file of theirs that cannot be used leaves the last good ones in force;
    raises FileFault where there were none yet.
    """
    site = settings().site
    if site:
        _exam_words(site / "exams").book()
    return in_force(site)


@cache
def _exam_words(folder: Path) -> Held[None]:
    return Held(folder, use_site, report)


def warm(reader: Reader = read_safely) -> None:
    """Load models and code tables, by reading a made-up line, so that the first document does not wait for them."""
    picture = Image.new("L", (600, 120), 255)
    ImageDraw.Draw(picture).text((20, 40), "Order: CT chest, R91.1", 0, ImageFont.load_default(32))
    out = io.BytesIO()
    picture.save(out, "PNG")
    read_referral(out.getvalue(), "warm.png", reader=reader)
    pipeline()
    icd10_exists("R91.1")


def understand(
    document: Document,
    today: date,
    book: Rulebook | None = None,
    policy: Policy = DEFAULT_POLICY,
    reread: Rereader = reread_safely,
    layout: Layout | None = None,
) -> Referral:
    """Return the referral that a document's pages hold: page types, orders, values, checks and routes.

    It is judged by `book`, by our own rules where none is given. `reread` is the
    second reader, asked about the lines that the orders rest on. Where a person
    laid the pages out (`layout`), their types and which belong together are theirs.
    """
    book = book or load_rulebook(None)
    types = laid_types(layout) if layout else tuple(page_types(document.pages))
    read = tuple(extractions(document, types, today, layout.groups() if layout else None))
    pages = read_again(document.pages, (extraction.order for extraction in read), reread)
    orders = tuple(
        _whole(
            with_candidates(judge(replace(each, order=calibrated(each.order, pages, types)), book, policy, today)),
            document,
        )
        for each in read
    )
    notices = tuple(Failure(fault.code, fault.sentence) for fault in document.faults)
    return Referral(document.name, document.id, types, orders, notices)


def read_laid_out(
    document: Document, layout: Layout, limits: Limits, today: date | None = None, reader: Reader = read_safely
) -> Reading:
    """Return what a document says with its pages as a person laid them out; a page that was turned is read anew.

    A turned page that cannot be read keeps the words that were read of it before.
    """
    started = perf_counter()
    turns = {page.number: page.turn for page in layout.pages}
    pages = tuple(_turned(page, turns.get(page.number, 0), limits, reader) for page in document.pages)
    document = replace(document, pages=pages)
    read = perf_counter()
    referral = understand(document, today or date.today(), rules(), layout=layout)
    return Reading(referral, pages, (("read", read - started), ("understand", perf_counter() - read)))


def laid_types(layout: Layout) -> tuple[PageType, ...]:
    """Return the types of the pages as a person said them."""
    reason = f"said by {layout.actor}"
    return tuple(PageType(page.number, page.type, 1.0, reason) for page in layout.pages)


def _turned(page: Page, degrees: int, limits: Limits, reader: Reader) -> Page:
    if not degrees:
        return page
    out = io.BytesIO()
    with Image.open(io.BytesIO(page.image)) as picture:
        picture.rotate(-degrees, expand=True).save(out, "PNG")
    try:
        (read,) = reader(out.getvalue(), "page.png", limits).pages
    except (Unreadable, ValueError):
        return page
    return replace(
        read, number=page.number, origin=page.origin, rotation=(page.rotation + degrees + read.rotation) % 360
    )


def extractions(
    document: Document,
    types: Sequence[PageType],
    today: date,
    groups: Sequence[Sequence[int]] | None = None,
) -> Iterator[Extraction]:
    """Yield each order of a document with its values as ranked, before their confidences are calibrated.

    `groups` are the page numbers of each order where they are known already.
    """
    views = views_of(document.pages, types, today)
    if groups is None:
        groups = split_orders(document.pages, types, [_identity(view) for view in views])
    by_number = {view.sheet.number: view for view in views}
    for place, group in enumerate(groups, 1):
        yield extract(f"{document.id[:12]}-{place}", [by_number[number] for number in group], KNOWLEDGE)


def judge(extraction: Extraction, book: Rulebook, policy: Policy, today: date) -> Order:
    """Return the order with its conflicts, and all that the rules make of it as of `today`."""
    order = extraction.order
    order = replace(order, conflicts=(*order.conflicts, *find_conflicts(order, extraction.authorized)))
    return judged(order, book, today, policy)


def with_candidates(order: Order) -> Order:
    """Put beside open parts of exams what words that the catalogue does not know may mean.

    The parts stay open. An order that would go out to its referrer is looked at
    by a person first: what is asked for may be stated in such a word.
    """
    exams = tuple(_proposed(exam) for exam in order.exams)
    if exams == order.exams:
        return order
    order = replace(order, exams=exams)
    if order.route != "clarification":
        return order
    return replace(order, route="review", route_reason="The exam has a word that is not known; see what it may mean.")


def _proposed(exam: Exam) -> Exam:
    for part in PARTS:
        leaf = getattr(exam, part)
        told = candidates(str(exam.text.value), part) if exam.text and not leaf else ()
        if told:
            findings = tuple(
                Finding(part, each.code, exam.text.evidence, each.probability, _guess(each.probability))
                for each in told
            )
            exam = replace(exam, **{part: replace(leaf, others=(*leaf.others, *findings))})
    return exam


def _guess(probability: float) -> str:
    return f"guessed from a word that is not in the catalogue, {probability:.0%} likely"


def _whole(order: Order, document: Document) -> Order:
    """Keep an order from clearing by itself where something of its document is missing: the rest may contradict it."""
    if order.route != "ready" or not document.faults:
        return order
    return replace(order, route="review", route_reason=document.faults[0].sentence)


def _identity(view: View) -> Identity:
    family, given, birth_date, mrn = identity_of(view)
    return Identity(family, given, birth_date, mrn)
