"""The rules in force: checklist packs, which of them is for which order, and the payers' packs.

A site has a folder of its own that lies over ours (`docs/rules.md`):

    checklists/*.toml   packs (`orders.pack`)
    selection.toml      which pack is for which order
    payers/*.toml       payers' packs (`orders.payer`)
    exams/*.toml        words of exams (`classifiers.exam.use_site`)

`selection.toml` is a list of choices; the first that fits an order is taken,
and the pack `default` where none does:

    [[choose]]
    pack = "mammography"
    modality = ["MG"]            # and body_region, technique: an exam of the order has one of these

    [[choose]]
    pack = "medicare_strict"
    payer = ["medicare"]         # words of the payer's name
    but = ["advantage"]          # words that make it another payer's
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any, Final

import structlog

from orders.knowledge import FileFault, Held, KeyFault, Source
from orders.order import Order
from orders.pack import Pack, load_packs, packs
from orders.payer import PayerPack, load_payers, names, payer_packs
from orders.vocabulary import BODY_REGIONS, MODALITIES, TECHNIQUES

SELECTION: Final = "selection.toml"
FOLDERS: Final = ("checklists", "payers", "exams")
_PARTS: Final[Mapping[str, Mapping[str, str]]] = {
    "modality": MODALITIES,
    "body_region": BODY_REGIONS,
    "technique": TECHNIQUES,
}


@dataclass(frozen=True, slots=True)
class Choice:
    """For which orders a pack is: those with an exam of these parts, and of these payers; all where it says nothing."""

    pack: str
    parts: tuple[tuple[str, tuple[str, ...]], ...]
    payer: tuple[str, ...]
    but: tuple[str, ...]

    def fits(self, order: Order) -> bool:
        """Whether the pack is for `order`."""
        payer = str(order.coverage.payer.value or "")
        named = not self.payer or (names(self.payer, payer) and not names(self.but, payer))
        return named and self.fits_exams(order)

    def fits_exams(self, order: Order) -> bool:
        """Whether the pack would be for `order`, were its payer the right one."""
        return not self.parts or any(
            all(getattr(exam, part).value in values for part, values in self.parts) for exam in order.exams
        )


@dataclass(frozen=True, slots=True)
class Rulebook:
    """Checklist packs by name, the choices among them in their order, and the payers' packs."""

    packs: Mapping[str, Pack]
    choices: tuple[Choice, ...]
    payers: tuple[PayerPack, ...]

    def pack_for(self, order: Order) -> Pack:
        """Return the checklist for `order`."""
        chosen = next((choice.pack for choice in self.choices if choice.fits(order)), "default")
        return self.packs[chosen]

    def turns_on_payer(self, order: Order) -> bool:
        """Whether another checklist would be for `order` if its payer were another."""
        possible: set[str] = set()
        for choice in self.choices:
            if choice.fits_exams(order):
                possible.add(choice.pack)
                if not choice.payer:
                    return len(possible) > 1
        return bool(possible - {"default"})


def load_rulebook(site: Path | None) -> Rulebook:
    """Return our rules under those of the folder `site`; raises FileFault for a folder that cannot be used."""
    if site is None:
        return Rulebook(packs(), (), payer_packs())
    _refuse_strays(site)
    known = load_packs(site / "checklists", packs())
    selection = site / SELECTION
    choices = _choices(Source.read(selection), known) if selection.exists() else ()
    return Rulebook(known, choices, load_payers(site / "payers", payer_packs()))


def in_force(site: Path | None = None) -> Rulebook:
    """Return the rules of this process, read anew when a file of the folder `site` changes.

    While a file cannot be used the last good rules stay in force, and the log
    says so once. Raises FileFault where there were no good ones yet.
    """
    return _held(site).book()


def refused(site: Path | None) -> FileFault | None:
    """Return why the files of `site` as they are now are not in force, None where they are."""
    in_force(site)
    return _held(site).refused


@cache
def _held(site: Path | None) -> Held[Rulebook]:
    return Held(site, load_rulebook, report)


def report(fault: FileFault) -> None:
    """Say in the log that a site's file is refused: its name, line and key, none of its words."""
    known = {"file": fault.file, "line": fault.line, "key": fault.key} if isinstance(fault, KeyFault) else {}
    structlog.get_logger().error("rules_refused", kind=type(fault).__name__, **known)


def _refuse_strays(site: Path) -> None:
    """Refuse a file that would never be read: its rules would be missing, and nobody would know."""
    if not site.is_dir():
        raise KeyFault(site.name, "(folder)", "there is no such folder; create it, or take the setting `site` out")
    for path in sorted(site.rglob("*.toml")):
        place = path.relative_to(site)
        if place.parent.as_posix() not in FOLDERS and place.as_posix() != SELECTION:
            where = f"put it into {', '.join(FOLDERS)}, or call it {SELECTION}"
            raise KeyFault(place.as_posix(), "(file)", f"a file here is not read; {where}")


def _choices(source: Source, known: Mapping[str, Pack]) -> tuple[Choice, ...]:
    blocks = source.block("", source.data, ("choose",))["choose"]
    if not isinstance(blocks, list):
        raise source.fault("choose", "make each choice a [[choose]] block")
    return tuple(_choice(source, nth, block, known) for nth, block in enumerate(blocks))


def _choice(source: Source, nth: int, given: Any, known: Mapping[str, Pack]) -> Choice:
    block = source.block("choose", given, ("pack",), (*_PARTS, "payer", "but"), nth)
    if block["pack"] not in known:
        raise source.fault("choose.pack", f"no such pack; use one of {', '.join(known)}", nth)
    listed = {
        name: source.listed(f"choose.{name}", block[name], _PARTS.get(name), nth) for name in block if name != "pack"
    }
    if "but" in listed and "payer" not in listed:
        raise source.fault("choose.but", "name the payers that it takes out of (`payer`)", nth)
    parts = tuple((name, listed[name]) for name in _PARTS if name in listed)
    return Choice(block["pack"], parts, listed.get("payer", ()), listed.get("but", ()))
