"""Pages and faults as bytes: what a child process may say to its parent.

JSON and PNG, no pickle: the child has handled foreign bytes, and nothing that
it says may run.
"""

from __future__ import annotations

import json
from dataclasses import asdict, replace
from typing import Any, get_args

from documents.faults import MESSAGES, fault
from documents.page import Box, Fault, FaxHeader, Mark, MarkKind, Page, Source, Word

_SOURCES, _MARK_KINDS = get_args(Source), get_args(MarkKind)


def pack(item: Page | Fault) -> bytes:
    """Return a page or fault as one JSON line followed by the page's PNG."""
    if isinstance(item, Fault):
        return json.dumps({"fault": item.code, "page": item.page}).encode() + b"\n"
    said = {
        "number": item.number,
        "width": item.width,
        "height": item.height,
        "rotation": item.rotation,
        "source": item.source,
        "words": [
            [*_flat(word.box), word.text, word.confidence, word.line, word.second, word.handwritten]
            for word in item.words
        ],
        "marks": [[*_flat(mark.box), mark.kind, mark.state, mark.text, mark.confidence] for mark in item.marks],
        "origin": item.origin,
        "header": asdict(item.header) if item.header else None,
        "blank": item.blank,
    }
    return json.dumps(said).encode() + b"\n" + item.image


def unpack(data: bytes) -> Page | Fault:
    """Return what `pack` wrote; raises ValueError, KeyError or TypeError for anything else."""
    head, _, image = data.partition(b"\n")
    said = json.loads(head)
    if "fault" in said:
        if said["fault"] not in MESSAGES:
            raise ValueError("unknown fault")
        return fault(said["fault"], None if said["page"] is None else int(said["page"]))
    if said["source"] not in _SOURCES:
        raise ValueError("unknown source")
    header = said["header"]
    return Page(
        number=int(said["number"]),
        width=int(said["width"]),
        height=int(said["height"]),
        rotation=int(said["rotation"]),
        source=said["source"],
        words=tuple(map(_word, said["words"])),
        marks=tuple(map(_mark, said["marks"])),
        image=image,
        origin=str(said["origin"]),
        header=FaxHeader(str(header["text"]), header["number"], header["page"], header["pages"]) if header else None,
        blank=bool(said["blank"]),
    )


def pack_seconds(page: Page) -> bytes:
    """Return what the second reader read for each of a page's words, as JSON."""
    return json.dumps([word.second for word in page.words]).encode()


def with_seconds(page: Page, data: bytes) -> Page:
    """Return the page with what `pack_seconds` wrote; raises ValueError or TypeError for anything else."""
    said = [None if text is None else str(text) for text in json.loads(data)]
    words = zip(page.words, said, strict=True)
    return replace(page, words=tuple(replace(word, second=text) for word, text in words))


def _flat(box: Box) -> list[Any]:
    return [round(box.x0, 5), round(box.y0, 5), round(box.x1, 5), round(box.y1, 5)]


def _word(item: list[Any]) -> Word:
    x0, y0, x1, y1, text, confidence, line, second, handwritten = item
    box = Box(float(x0), float(y0), float(x1), float(y1))
    return Word(
        str(text), box, float(confidence), int(line), None if second is None else str(second), float(handwritten)
    )


def _mark(item: list[Any]) -> Mark:
    x0, y0, x1, y1, kind, state, text, confidence = item
    if kind not in _MARK_KINDS:
        raise ValueError("unknown mark")
    return Mark(kind, Box(float(x0), float(y0), float(x1), float(y1)), str(state), str(text), float(confidence))
