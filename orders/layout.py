"""How a person laid out a document's pages: which belong to which order, what they are, how they are turned."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

TURNS = (0, 90, 180, 270)


@dataclass(frozen=True, slots=True)
class Placed:
    """A page as laid out: the order it belongs to (from 1; 0 for none), its type, its turn clockwise in degrees."""

    number: int
    lane: int
    type: str
    turn: int = 0


@dataclass(frozen=True, slots=True)
class Layout:
    """Every page of a document, in its order, and who laid them out."""

    pages: tuple[Placed, ...]
    actor: str = ""

    def groups(self) -> tuple[tuple[int, ...], ...]:
        """Return the page numbers of each order, the orders by their lanes."""
        lanes = sorted({page.lane for page in self.pages} - {0})
        return tuple(tuple(page.number for page in self.pages if page.lane == lane) for lane in lanes)


def layout_json(layout: Layout) -> dict[str, Any]:
    """Return the layout as the ledger keeps it."""
    return {"actor": layout.actor, "pages": [[page.number, page.lane, page.type, page.turn] for page in layout.pages]}


def layout_from_json(said: dict[str, Any]) -> Layout | None:
    """Return the layout that `layout_json` wrote; None for an empty one."""
    return Layout(tuple(Placed(*each) for each in said["pages"]), said["actor"]) if said else None
