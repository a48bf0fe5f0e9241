"""Pages and faults to a document. Loads no model, so a parent process stays small."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Sequence

from documents.faults import fault
from documents.limits import Limits
from documents.page import Document, Fault, Page, Unreadable
from documents.unpack.kind import MEDIA_TYPES, identify


def assemble(data: bytes, name: str, found: Sequence[Page | Fault], limits: Limits | None = None) -> Document:
    """Return the document of what `each` yielded; raises Unreadable when no page is among it."""
    kind = identify(data, name, limits or Limits())
    pages = tuple(item for item in found if isinstance(item, Page))
    faults = [item for item in found if isinstance(item, Fault)]
    if not pages:
        raise Unreadable(_nothing(kind == "mail", faults))
    faults += _missing(pages)
    return Document(hashlib.sha256(data).hexdigest(), name, MEDIA_TYPES[kind], pages, tuple(faults))


def _nothing(message: bool, faults: Sequence[Fault]) -> str:
    """Say why no page came out of a file: the first reason that its parts gave, or the message's emptiness."""
    codes = [found.code for found in faults if found.code not in ("damaged_page", "unknown_type")]
    if codes:
        return codes[0]
    return "no_content" if message else "damaged"


def _missing(pages: Iterable[Page]) -> list[Fault]:
    """A page that the sending machine counted and the file lacks is a lost order."""
    stated = [(page.number, page.header) for page in pages if page.header and page.header.pages]
    counts = {header.pages for _, header in stated}
    seen = {header.page for _, header in stated}
    total = counts.pop() if len(counts) == 1 else None
    if total is None or not stated:
        return []
    lost = sorted(set(range(1, total + 1)) - seen)
    return [fault("missing_page") for _ in lost[:1]] if len(stated) < total and lost else []
