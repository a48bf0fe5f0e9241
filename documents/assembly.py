"""Pages and faults to a document. Loads no model, so a parent process stays small."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence

from documents.faults import fault
from documents.limits import Limits
from documents.page import Document, Fault, Page, Unreadable
from documents.unpack.kind import identify, media_type


def assemble(data: bytes, name: str, found: Sequence[Page | Fault], limits: Limits | None = None) -> Document:
    """Return the document of what `each` yielded; raises Unreadable when no page is among it."""
    kind = identify(data, name, limits or Limits())
    pages = tuple(item for item in found if isinstance(item, Page))
    faults = [item for item in found if isinstance(item, Fault)]
    if not pages:
        raise Unreadable(_nothing(kind in ("mail", "tnef", "outlook"), faults))
    faults += _missing(pages)
    unique = tuple(dict.fromkeys(faults))
    return Document(hashlib.sha256(data).hexdigest(), name, media_type(data, kind), pages, unique)


def _nothing(message: bool, faults: Sequence[Fault]) -> str:
    """Say why no page came out of a file: the first reason that its parts gave, or the message's emptiness."""
    codes = [found.code for found in faults if found.code not in ("damaged_page", "unknown_type")]
    if codes:
        return codes[0]
    return "no_content" if message else "damaged"


def _missing(pages: Sequence[Page]) -> list[Fault]:
    """A page that the sending machine counted and the file lacks is a lost order.

    Headers that could not be read do not count as lost pages: only as many are
    named as the file has too few.
    """
    headers = [page.header for page in pages if page.header and page.header.pages]
    totals = {header.pages for header in headers}
    total = totals.pop() if len(totals) == 1 else None
    if total is None or len(pages) >= total:
        return []
    unseen = sorted(set(range(1, total + 1)) - {header.page for header in headers})
    if len(unseen) == total - len(pages):
        return [fault("missing_page", number) for number in unseen[:10]]
    return [fault("missing_page")]
