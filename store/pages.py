"""A page as it is kept: its picture and its words as bytes under their hash."""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass
from typing import Any

from documents.page import Box, FaxHeader, Mark, Page, Word


@dataclass(frozen=True, slots=True)
class KeptPage:
    """Where the parts of a page lie in the document store."""

    page: Page
    image_sha256: str
    words_sha256: str


def words_json(page: Page) -> bytes:
    """Return everything of the page but its picture, as JSON bytes."""
    said = {
        "number": page.number,
        "width": page.width,
        "height": page.height,
        "rotation": page.rotation,
        "source": page.source,
        "origin": page.origin,
        "blank": page.blank,
        "header": asdict(page.header) if page.header else None,
        "words": [_boxed(asdict(word)) for word in page.words],
        "marks": [_boxed(asdict(mark)) for mark in page.marks],
    }
    return json.dumps(said, separators=(",", ":")).encode()


def page_from_json(data: bytes, image: bytes) -> Page:
    """Return the page that `words_json` wrote, with its picture; raises KeyError for other JSON."""
    said = json.loads(data)
    return Page(
        **{name: said[name] for name in ("number", "width", "height", "rotation", "source", "origin", "blank")},
        words=tuple(Word(**{**word, "box": Box(*word["box"])}) for word in said["words"]),
        marks=tuple(Mark(**{**mark, "box": Box(*mark["box"])}) for mark in said["marks"]),
        header=FaxHeader(**said["header"]) if said["header"] else None,
        image=image,
    )


def _boxed(item: dict[str, Any]) -> dict[str, Any]:
    return {**item, "box": list(item["box"].values())}
