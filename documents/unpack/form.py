"""Live form fields of a PDF (AcroForm): what was typed and ticked, as facts."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any, Literal

from pdfminer.pdftypes import resolve1
from pdfminer.psparser import PSLiteral

from documents.page import Box, Mark, Word

Rect = tuple[float, float, float, float]

# ISO 32000-1, tables 221, 226 and 228: bit positions of the field and annotation flags.
_HIDDEN = 1 << 1
_PUSH_BUTTON = 1 << 16
_MULTILINE = 1 << 12
_PASSWORD = 1 << 13


@dataclass(frozen=True, slots=True)
class Field:
    """A field on a page: its rectangle in points from the top left, and its state.

    `text` is the value of a text or choice field, the label of a tick.
    """

    rect: Rect
    state: Literal["on", "off", "text"]
    text: str
    multiline: bool = False


def fields(annotations: Any, words: Sequence[dict[str, Any]], place: Callable[[Rect], Rect]) -> list[Field]:
    """Return the form fields among a page's annotations, as pdfminer has them.

    `place` turns user space into points from the page's top left; `words` are
    the page's in such points, for the ticks' labels. An empty text field is
    returned too (its text is ""): it is known to be empty.
    """
    widgets = []
    for item in _list(annotations):
        data = resolve1(item)
        if isinstance(data, dict) and _is_widget(data) and (rect := _rect(data, place)):
            widgets.append((rect, data, _inherited(data)))
    rects = [rect for rect, _, _ in widgets]
    found = []
    for rect, data, inherited in widgets:
        kind, flags = _name(inherited.get("FT")), _whole(inherited.get("Ff"))
        if kind == "Btn" and not flags & _PUSH_BUTTON:
            label = _label(rect, words, rects) or _string(inherited.get("TU"))
            found.append(Field(rect, "on" if _is_on(data, inherited) else "off", label))
        elif kind in ("Tx", "Ch") and not flags & _PASSWORD:
            value = _string(inherited.get("V"))
            found.append(Field(rect, "text", value, kind == "Tx" and bool(flags & _MULTILINE)))
    return found


def mark(field: Field, place: Callable[[Rect], Box]) -> Mark:
    """Return the field as a mark; `place` turns points into fractions of the page."""
    return Mark("field", place(field.rect), field.state, field.text, 1.0)


def words(field: Field, place: Callable[[Rect], Box]) -> Iterator[Word]:
    """Yield the words of a text field's value, spread over its rectangle as a viewer would draw them."""
    if field.state != "text" or not field.text:
        return
    x0, top, x1, bottom = field.rect
    lines = field.text.splitlines()
    size = min(12.0, (bottom - top) / max(1, len(lines)) * 0.8)
    step = 0.5 * size
    if field.multiline:
        lines = [part for line in lines for part in _wrapped(line, max(1, int((x1 - x0 - 4) / step)))]
    step = min(step, (x1 - x0 - 4) / max(1, *(len(line) for line in lines)))
    height = min((bottom - top) / len(lines), 1.4 * size)
    start = top if field.multiline else (top + bottom - height * len(lines)) / 2
    for row, line in enumerate(lines):
        column = 0
        for text in line.split(" "):
            left = x0 + 2 + column * step
            if text:
                rect = (left, start + row * height, left + len(text) * step, start + (row + 1) * height)
                yield Word(text, place(rect), 1.0, 0)
            column += len(text) + 1


def _wrapped(line: str, columns: int) -> list[str]:
    rows = [""]
    for word in line.split():
        if rows[-1] and len(rows[-1]) + 1 + len(word) > columns:
            rows.append(word)
        else:
            rows[-1] = f"{rows[-1]} {word}".strip()
    return rows


def _is_widget(data: dict[str, Any]) -> bool:
    return _name(resolve1(data.get("Subtype"))) == "Widget" and not _whole(resolve1(data.get("F"))) & _HIDDEN


def _inherited(data: dict[str, Any]) -> dict[str, Any]:
    """Return FT, Ff, V and TU, which a widget may leave to its ancestors (ISO 32000-1, 12.7.3.1)."""
    found: dict[str, Any] = {}
    node: Any = data
    for _ in range(10):
        if not isinstance(node, dict):
            break
        for key in ("FT", "Ff", "V", "TU"):
            if key in node and key not in found:
                found[key] = resolve1(node[key])
        node = resolve1(node.get("Parent"))
    return found


def _label(rect: Rect, words: Sequence[dict[str, Any]], others: Sequence[Rect]) -> str:
    """Return the words that follow a tick on its line, up to the next field or a gap of 1.2 box heights."""
    x0, top, x1, bottom = rect
    middle, height = (top + bottom) / 2, bottom - top
    row = [word for word in words if word["top"] <= middle <= word["bottom"] and word["x0"] >= x0 + (x1 - x0) / 2]
    stops = [other[0] for other in others if other[0] > x1 and other[1] <= middle <= other[3]]
    stop, edge, taken = min(stops, default=float("inf")), x1 + 0.6 * height, []
    for word in sorted(row, key=lambda word: float(word["x0"])):
        if word["x0"] >= stop or word["x0"] - edge > 1.2 * height:
            break
        taken.append(str(word["text"]))
        edge = float(word["x1"])
    return " ".join(taken)


def _list(value: Any) -> list[Any]:
    found = resolve1(value)
    return found if isinstance(found, list) else []


def _rect(data: dict[str, Any], place: Callable[[Rect], Rect]) -> Rect | None:
    sides = [resolve1(side) for side in _list(data.get("Rect"))]
    if len(sides) != 4 or not all(isinstance(side, (int, float)) for side in sides):
        return None
    return place((float(sides[0]), float(sides[1]), float(sides[2]), float(sides[3])))


def _is_on(data: dict[str, Any], inherited: dict[str, Any]) -> bool:
    """Whether a check box or radio button is on: by its appearance state, else by its field's value.

    A program that leaves appearances to the viewer (NeedAppearances) may write
    the value alone.
    """
    state = _name(resolve1(data.get("AS")))
    if state:
        return state != "Off"
    value = _name(inherited.get("V")) or _string(inherited.get("V"))
    states = resolve1((resolve1(data.get("AP")) or {}).get("N"))
    own = {name for name in states if name != "Off"} if isinstance(states, dict) else set()
    return value not in ("", "Off") and (not own or value in own)


def _name(value: Any) -> str:
    return (
        str(value.name if isinstance(value.name, str) else value.name.decode("latin-1"))
        if isinstance(value, PSLiteral)
        else ""
    )


def _whole(value: Any) -> int:
    return value if isinstance(value, int) else 0


def _string(value: Any) -> str:
    """Decode a PDF text string: UTF-16 or UTF-8 with its mark, else PDFDocEncoding (Latin-1 where it matters)."""
    if isinstance(value, list):
        return ", ".join(filter(None, map(_string, value)))
    if isinstance(value, PSLiteral):
        return _name(value)
    if isinstance(value, str):
        return value.strip()
    if not isinstance(value, bytes):
        return ""
    if value.startswith((b"\xfe\xff", b"\xff\xfe")):
        return value.decode("utf-16", "replace").strip()
    return (
        value.removeprefix(b"\xef\xbb\xbf")
        .decode("utf-8" if value[:3] == b"\xef\xbb\xbf" else "latin-1", "replace")
        .strip()
    )
