"""Payers' packs: does a payer want an authorisation for an exam, and which papers will its request need.

Each is a TOML file of `payers/`; a site's own folder lies over ours, a pack of
the same name replaces ours. `payer` lists words of the payer's name (`*`: every
payer that no other pack knows), `but` words that make it another one. A file
with an unknown key, code, page type or paper is refused when it is loaded.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any, Final

from orders.knowledge import Block, Source, layered
from orders.order import Exam, Order
from orders.vocabulary import BODY_REGIONS, MODALITIES, PAGE_TYPES, PRIORITIES, TECHNIQUES

FOLDER: Final = Path(__file__).parent / "payers"
NEEDED: Final = ("yes", "no", "unknown")
EVERY: Final = "*"


@dataclass(frozen=True, slots=True)
class PaperKind:
    """A paper that a request may need: the page types that are one, or the words that say it where no page does.

    `within` are page types in which it may stand unseen.
    """

    name: str
    title: str
    pages: tuple[str, ...] = ()
    words: tuple[str, ...] = ()
    within: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Want:
    """What a payer wants before the exams of these parts (none: any); priorities in `unless` need nothing."""

    modalities: tuple[str, ...]
    regions: tuple[str, ...]
    techniques: tuple[str, ...]
    needed: str
    unless: tuple[str, ...]
    papers: tuple[PaperKind, ...]

    def fits(self, exam: Exam) -> bool:
        """Whether it speaks of `exam`."""
        parts = ((self.modalities, exam.modality), (self.regions, exam.body_region), (self.techniques, exam.technique))
        return all(not allowed or value.value in allowed for allowed, value in parts)


@dataclass(frozen=True, slots=True)
class PayerPack:
    """A payer's rules, the most particular first: the first that fits an exam speaks of it."""

    name: str
    version: str
    title: str
    authority: str
    payer: tuple[str, ...]
    but: tuple[str, ...]
    papers: tuple[PaperKind, ...]
    wants: tuple[Want, ...]

    def is_of(self, payer: str) -> bool:
        """Whether the name `payer` is that of the pack's payer; a pack for every payer is asked last."""
        return names(self.payer, payer) and not names(self.but, payer)

    def want(self, exam: Exam) -> Want | None:
        """Return what the payer wants before `exam`, None where it says nothing of it."""
        return next((want for want in self.wants if want.fits(exam)), None)


def names(words: tuple[str, ...], text: str) -> bool:
    """Whether any of `words` stands in `text` as a whole word, whatever the case."""
    return any(re.search(rf"(?<![a-z0-9]){re.escape(word)}(?![a-z0-9])", text.lower()) for word in words)


def payer_pack(order: Order, known: tuple[PayerPack, ...]) -> PayerPack | None:
    """Return the pack of the order's payer: as its coverage names it, else as the payer's answer does."""
    stated = [order.coverage.payer, *(grant.payer for grant in order.grants)]
    name = next((str(value.value) for value in stated if value), "")
    every = next((pack for pack in known if EVERY in pack.payer), None)
    return next((pack for pack in known if name and pack.is_of(name)), every)


@cache
def payer_packs() -> tuple[PayerPack, ...]:
    """Return our own packs."""
    return load_payers(FOLDER, ())


def load_payers(folder: Path, under: tuple[PayerPack, ...]) -> tuple[PayerPack, ...]:
    """Return the packs in `folder`, then those in `under` that they do not replace; raises KeyFault."""
    made = layered(folder, _pack, {pack.name: pack for pack in under})
    return (*made.values(), *(pack for pack in under if pack.name not in made))


def _pack(source: Source, known: Mapping[str, PayerPack]) -> PayerPack:
    needed = ("name", "version", "title", "authority", "payer")
    data = source.block("", source.data, needed, ("base", "but", "papers", "exam"))
    base = known.get(str(data.get("base")))
    if "base" in data and base is None:
        raise source.fault("base", f"no such pack; use one of {', '.join(known)}")
    papers = {paper.name: paper for paper in base.papers} if base else {}
    for name, block in data.get("papers", {}).items():
        papers[name] = _paper(source, name, block)
    blocks = data.get("exam", [])
    if not isinstance(blocks, list) or not (blocks or base):
        raise source.fault("exam", "give at least one [[exam]] block")
    wants = tuple(_want(source, nth, block, papers) for nth, block in enumerate(blocks))
    return PayerPack(
        **{name: source.words(name, data[name]) for name in needed[:-1]},
        payer=source.listed("payer", data["payer"]) if data["payer"] != [] else (),
        but=source.listed("but", data["but"]) if "but" in data else (),
        papers=tuple(papers.values()),
        wants=(*wants, *(base.wants if base else ())),
    )


def _paper(source: Source, name: str, given: Any) -> PaperKind:
    key = f"papers.{name}"
    block = source.block(key, given, ("title",), ("pages", "words", "within"))
    if not {"pages", "words"} & set(block):
        raise source.fault(key, "say by which page types (pages) or words it is known")
    return PaperKind(
        name,
        source.words(f"{key}.title", block["title"]),
        _listed(source, key, block, "pages", PAGE_TYPES),
        _listed(source, key, block, "words", None),
        _listed(source, key, block, "within", PAGE_TYPES),
    )


def _want(source: Source, nth: int, given: Any, papers: Mapping[str, PaperKind]) -> Want:
    block = source.block("exam", given, ("needed",), ("modality", "regions", "technique", "unless", "papers"), nth)
    if block["needed"] not in NEEDED:
        raise source.fault("exam.needed", f"use one of {', '.join(NEEDED)}", nth)
    return Want(
        _listed(source, "exam", block, "modality", tuple(MODALITIES), nth),
        _listed(source, "exam", block, "regions", tuple(BODY_REGIONS), nth),
        _listed(source, "exam", block, "technique", tuple(TECHNIQUES), nth),
        block["needed"],
        _listed(source, "exam", block, "unless", PRIORITIES, nth),
        tuple(papers[name] for name in _listed(source, "exam", block, "papers", tuple(papers), nth)),
    )


def _listed(
    source: Source, key: str, block: Block, name: str, known: tuple[str, ...] | None, nth: int = 0
) -> tuple[str, ...]:
    return source.listed(f"{key}.{name}", block[name], known, nth) if name in block else ()
