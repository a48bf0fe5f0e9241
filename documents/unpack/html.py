"""HTML to rows of cells. Scripts, styles and references are dropped; nothing is fetched."""

from __future__ import annotations

import re
from html.parser import HTMLParser

_HIDDEN = {"script", "style", "head", "title", "template", "noscript", "svg", "object"}
_BREAKS = {
    "p", "div", "br", "tr", "table", "ul", "ol", "li", "h1", "h2", "h3", "h4", "h5", "h6", "hr", "section",
    "article", "header", "footer", "blockquote", "pre", "dl", "dt", "dd", "form", "fieldset",
}  # fmt: skip
_CELLS = {"td", "th"}
_VOID = {"area", "base", "br", "col", "embed", "hr", "img", "input", "link", "meta", "source", "track", "wbr"}
# What is styled so is in the text and nobody sees it.
_UNSEEN = re.compile(r"display\s*:\s*none|visibility\s*:\s*hidden|font-size\s*:\s*0(?![.\d])")
# Tags that another of their kind ends as their own end would.
_ENDED_BY_NEXT = {"p", "li", "td", "th", "tr", "dt", "dd", "option"}
MAX_ROWS, MAX_CELLS, MAX_LENGTH = 5000, 100, 2_000_000


class _Rows(HTMLParser):
    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.rows: list[list[str]] = [[""]]
        self._hidden = 0
        self._cells = 0
        self._veil, self._veils = "", 0

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self._veiled(tag, attrs)
        if tag in _HIDDEN:
            self._hidden += 1
        elif tag in _CELLS:
            self._cells += 1
            if len(self.rows[-1]) < MAX_CELLS:
                self.rows[-1].append("")
        elif tag in _BREAKS:
            self._break(tag)

    def _veiled(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Count the open elements of the kind that hides what is in them."""
        if self._veils and tag == self._veil and tag in _ENDED_BY_NEXT:
            self._veils = 0
        if self._veils:
            self._veils += tag == self._veil
        elif tag not in _VOID and _unseen(attrs):
            self._veil, self._veils = tag, 1

    def handle_endtag(self, tag: str) -> None:
        if tag == self._veil:
            self._veils = max(0, self._veils - 1)
        if tag in _HIDDEN:
            self._hidden = max(0, self._hidden - 1)
        elif tag in _CELLS:
            self._cells = max(0, self._cells - 1)
        elif tag in _BREAKS:
            self._break(tag)

    def handle_data(self, data: str) -> None:
        if not self._hidden and not self._veils and len(self.rows) < MAX_ROWS:
            self.rows[-1][-1] += data.replace("\n", " ").replace("\r", " ")

    def _break(self, tag: str) -> None:
        if self._cells and tag not in ("tr", "table"):
            self.rows[-1][-1] += "\n"
        elif len(self.rows) < MAX_ROWS and any(cell.strip() for cell in self.rows[-1]):
            self.rows.append([""])


def _unseen(attrs: list[tuple[str, str | None]]) -> bool:
    given = dict(attrs)
    return "hidden" in given or _UNSEEN.search((given.get("style") or "").lower()) is not None


def rows(text: str) -> list[tuple[str, ...]]:
    """Return the rows of a HTML text: a paragraph is one cell, a table's row its cells.

    A cell that wraps a whole letter (layout tables) falls apart into its
    paragraphs; cells side by side stay beside each other, line by line where
    they have as many lines, else each joined into one.
    """
    parser = _Rows()
    parser.feed(text[:MAX_LENGTH])
    parser.close()
    found: list[tuple[str, ...]] = []
    for row in parser.rows:
        cells = [[line for part in cell.split("\n") if (line := " ".join(part.split()))] for cell in row]
        cells = [cell for cell in cells if cell]
        if not cells:
            continue
        if len({len(cell) for cell in cells}) == 1:
            found += [tuple(line) for line in zip(*cells, strict=True)]
        else:
            found.append(tuple(" ".join(cell) for cell in cells))
    return found
