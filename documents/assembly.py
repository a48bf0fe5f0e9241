"""Pages and faults to a document. Loads no model, so a parent process stays small."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence

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

    Pages of the same count are one fax. Headers that could not be read do not
    count as lost pages: only as many are missed as the file has too few.
    """
    faxes: dict[int, set[int]] = {}
    for header in (page.header for page in pages):
        if header and header.pages and header.page:
            faxes.setdefault(header.pages, set()).add(header.page)
    known = sum(len(numbers) for numbers in faxes.values())
    spare = max(0, len(pages) - known)
    found = []
    for total, numbers in faxes.items():
        lost = sorted(set(range(1, total + 1)) - numbers)
        if len(lost) > spare:
            found.append(Fault("missing_page", _lost(total, lost if not spare else [], len(lost) - spare)))
            spare = 0
        else:
            spare -= len(lost)
    return found


def _lost(total: int, pages: Sequence[int], least: int) -> str:
    """Say which pages did not arrive, or how many at least where headers are illegible."""
    if not pages:
        which = "one page" if least == 1 else f"{least} pages"
    elif len(pages) == 1:
        which = f"page {pages[0]}"
    else:
        which = f"pages {', '.join(map(str, pages[:-1][:9]))} and {pages[-1]}"
    return f"The sending machine counted {total} pages, but {which} did not arrive. Ask the sender for what is missing."
