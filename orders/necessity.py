"""Authorisation and medical necessity at intake: what the payer wants before the exam, and what of it is there.

It rests on the payer's pack (`orders.payer`), the payer's answers that came
with the order, and the types of its pages. It decides nothing: the clerk reads it.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import replace
from datetime import date
from typing import Final

from orders.conflicts import apart
from orders.order import Exam, Grant, Necessity, Order, Paper
from orders.payer import PaperKind, PayerPack, Want, names, payer_pack
from orders.rule import exam_words
from orders.rules_payer import holds

_WORST: Final = ("yes", "unknown", "no")


def necessity(order: Order, known: tuple[PayerPack, ...]) -> Necessity | None:
    """Return what the payer of `order` wants, and what is there; None where no pack speaks of its exams."""
    pack = payer_pack(order, known)
    wanted = [(exam, want) for exam in order.exams if pack and (want := pack.want(exam))]
    if pack is None or not wanted:
        return None
    needing = [(exam, want) for exam, want in wanted if _needed(order, want) != "no"]
    needed = min((_needed(order, want) for _, want in wanted), key=_WORST.index)
    answers = tuple(grant for grant in order.grants if grant.status.value in (None, "approved"))
    there = _number_counts(order) or any(grant.number or grant.status for grant in answers)
    found = Necessity(
        pack=f"{pack.name} {pack.version}",
        needed=needed,
        there=there,
        exam=_for_these([exam for exam, _ in needing or wanted], answers) if there else "unknown",
        holds=_hold(order, answers) if there else "unknown",
        papers=tuple(_papers(order, (paper for _, want in needing for paper in want.papers))),
        authority=pack.authority,
    )
    words = "; ".join(exam_words(exam) for exam, _ in needing)
    return replace(found, sentences=tuple(_sentences(found, pack.title, words)))


def _needed(order: Order, want: Want) -> str:
    return "no" if order.priority.value in want.unless else want.needed


def _number_counts(order: Order) -> bool:
    """Whether an authorisation number is stated that is not only a refusal's own."""
    number = order.coverage.authorization_number
    refused = {grant.page for grant in order.grants if grant.status.value in ("denied", "pending")}
    pages = {item.page for item in number.evidence}
    return bool(number) and not (pages and pages <= refused)


def _for_these(exams: list[Exam], answers: tuple[Grant, ...]) -> str:
    """Whether the payer's answers name each of `exams`; unknown where they name none that can be told."""
    granted = [exam for grant in answers for exam in grant.exams if exam.modality and exam.body_region]
    if not granted:
        return "unknown"
    return "yes" if all(any(apart(exam, one) is None for one in granted) for exam in exams) else "no"


def _hold(order: Order, answers: tuple[Grant, ...]) -> str:
    if not order.judged_on:
        return "unknown"
    states = {holds(grant, date.fromisoformat(order.judged_on)) for grant in answers}
    return "yes" if "yes" in states else "no" if states & {"expired", "not_yet"} else "unknown"


def _papers(order: Order, kinds: Iterable[PaperKind]) -> Iterator[Paper]:
    reason = str(order.indication.text.value or "")
    pages = tuple(zip(order.pages, order.page_types, strict=False))
    for kind in dict.fromkeys(kinds):
        there = tuple(number for number, type_ in pages if type_ in kind.pages)
        perhaps = tuple(number for number, type_ in pages if type_ in kind.within)
        if there or names(kind.words, reason):
            yield Paper(kind.name, kind.title, "yes", there)
        else:
            yield Paper(kind.name, kind.title, "perhaps" if perhaps else "no", perhaps)


def _sentences(found: Necessity, payer: str, exams: str) -> Iterator[str]:
    """Say it to the clerk: what is needed, what is wrong with what is there, what a request still needs."""
    if found.needed == "no":
        yield f"No authorization is needed before the exam ({payer})."
        return
    if found.there:
        yield (
            "An authorization is stated." if found.needed == "unknown" else "The authorization that is needed is there."
        )
    elif found.needed == "yes":
        yield f"An authorization is needed before the exam ({payer}), and none is stated: {exams}."
    else:
        yield f"Ask whether {payer} wants an authorization: {exams}."
    if found.exam == "no":
        yield f"The authorization does not name every exam ordered: {exams}."
    if found.holds == "no":
        yield "The authorization does not hold today."
    if not found.there:
        yield from _to_send(found.papers)


def _to_send(papers: tuple[Paper, ...]) -> Iterator[str]:
    for came, words in (
        ("yes", "For a request, this came with the order"),
        ("perhaps", "This may stand in the notes that came"),
        ("no", "A request will also need"),
    ):
        if titles := [paper.title for paper in papers if paper.came == came]:
            yield f"{words}: {'; '.join(titles)}."
