"""Any file to sheets: what it is, what is inside it, in order."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from documents.limits import Limits
from documents.page import Unreadable
from documents.unpack import archive, letter, mail, office, outlook, pdf, picture, sealed, tiff, tnef
from documents.unpack.kind import Kind, identify
from documents.unpack.sheet import Sheet

# A picture within a message or an archive that is smaller than this, in pixels, is an icon and no page.
_ICON = 300


_MESSAGES: dict[Kind, Callable[[bytes], mail.Message]] = {
    "mail": mail.take_apart,
    "tnef": tnef.take_apart,
    "outlook": outlook.take_apart,
}


def sheets(data: bytes, name: str, limits: Limits) -> Iterator[Sheet]:
    """Yield every page of a file, files within it included, in their order.

    A file within the file that cannot be opened becomes a sheet with its fault;
    the file itself raises Unreadable.
    """
    yield from _open(data, identify(data, name, limits), limits, "", 1)


def _open(data: bytes, kind: Kind, limits: Limits, origin: str, depth: int) -> Iterator[Sheet]:
    if kind == "tiff":
        yield from tiff.sheets(data, limits, origin)
    elif kind == "pdf":
        yield from pdf.sheets(data, limits, origin)
        for name, content in pdf.attachments(data, limits):
            yield from _inside(content, name, limits, origin, depth)
    elif kind == "picture":
        shown = picture.sheet(data, limits, origin.rstrip(", ") or "picture")
        if depth == 1 or (shown.gray is not None and max(shown.gray.shape) >= _ICON):
            yield shown
    elif kind in _MESSAGES:
        message = _MESSAGES[kind](data)
        yield from letter.sheets(message.body, f"{origin}message")
        for part in message.parts:
            yield from _inside(part.data, part.name, limits, origin, depth)
    elif kind == "zip":
        for name, member in archive.members(data, limits):
            if isinstance(member, Unreadable):
                yield Sheet(None, f"{origin}{name}", fault=member.code)
            else:
                yield from _inside(member, name, limits, origin, depth)
    elif kind == "sealed":
        yield from _inside(sealed.content(data), "message.eml", limits, origin, depth)
    elif kind == "text":
        yield from letter.sheets(mail.note(data), f"{origin}text" if depth == 1 else origin.rstrip(", "))
    else:
        yield from pdf.sheets(office.as_pdf(data), limits, origin)


def _inside(data: bytes, name: str, limits: Limits, origin: str, depth: int) -> Iterator[Sheet]:
    """Open a file within a file; what it lacks is said in its place."""
    place = f"{origin}{name}, "
    if depth >= limits.max_depth:
        yield Sheet(None, place.rstrip(", "), fault="too_deep")
        return
    try:
        kind = identify(data, name, limits)
        yield from _open(data, kind, limits, place, depth + 1)
    except Unreadable as error:
        yield Sheet(None, place.rstrip(", "), fault=error.code)
