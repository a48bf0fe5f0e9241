"""What a page of ours asks and where: each place to fill in, and what an answer there means."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from documents.page import Box
from documents.placed import Place, PlaceKind, Plan


@dataclass(frozen=True, slots=True)
class Meaning:
    """What a place stands for.

    `order` is the id of the order that it is about, `group` numbers the row of
    answers of which one may be ticked, `path` the leaf that it answers, empty
    where only a person can say what the answer means. A tick states `value`; a
    line states what is written on it.
    """

    place: str
    order: str
    code: str
    group: int
    path: str
    value: str


@dataclass(frozen=True, slots=True)
class Sheet:
    """A page as it went out: its plan, and the meaning of each place, in the plan's order."""

    plan: Plan
    meanings: tuple[Meaning, ...]


def sheet_json(sheet: Sheet) -> dict[str, Any]:
    """Return a sheet as the ledger keeps it."""
    return {
        "corners": [_edges(box) for box in sheet.plan.corners],
        "code": _edges(sheet.plan.code) if sheet.plan.code else None,
        "places": [
            {
                "name": place.name,
                "kind": place.kind,
                "box": _edges(place.box),
                "order": meaning.order,
                "code": meaning.code,
                "group": meaning.group,
                "path": meaning.path,
                "value": meaning.value,
            }
            for place, meaning in zip(sheet.plan.places, sheet.meanings, strict=True)
        ],
    }


def sheet_from_json(said: Mapping[str, Any]) -> Sheet:
    """Return the sheet that `sheet_json` wrote; raises KeyError for anything else."""
    kinds: dict[str, PlaceKind] = {"tick": "tick", "line": "line", "signature": "signature"}
    places = tuple(Place(each["name"], kinds[each["kind"]], Box(*each["box"])) for each in said["places"])
    meanings = tuple(
        Meaning(each["name"], each["order"], each["code"], each["group"], each["path"], each["value"])
        for each in said["places"]
    )
    code = Box(*said["code"]) if said["code"] else None
    return Sheet(Plan(tuple(Box(*edges) for edges in said["corners"]), code, places), meanings)


def _edges(box: Box) -> list[float]:
    return [round(edge, 5) for edge in (box.x0, box.y0, box.x1, box.y1)]
