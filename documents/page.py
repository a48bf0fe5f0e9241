"""What a document is once it has been read: pages of words and marks.

Everything here is frozen and knows no medicine. Boxes are fractions of the
upright page (origin at the top left, x to the right, y down), so they hold
whatever resolution the page is shown at.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Literal

Source = Literal["text", "ocr", "form"]
MarkKind = Literal["choice", "circle", "signature", "barcode", "field", "strike"]


@dataclass(frozen=True, slots=True, order=True)
class Box:
    """A rectangle on a page, as fractions of its width and height (0..1)."""

    x0: float
    y0: float
    x1: float
    y1: float

    @property
    def width(self) -> float:
        return self.x1 - self.x0

    @property
    def height(self) -> float:
        return self.y1 - self.y0

    @property
    def x(self) -> float:
        """The centre's x."""
        return (self.x0 + self.x1) / 2

    @property
    def y(self) -> float:
        """The centre's y."""
        return (self.y0 + self.y1) / 2

    def overlap(self, other: Box) -> float:
        """Return the share of the smaller box's area that both cover, 0..1."""
        width = min(self.x1, other.x1) - max(self.x0, other.x0)
        height = min(self.y1, other.y1) - max(self.y0, other.y0)
        smaller = min(self.width * self.height, other.width * other.height)
        if width <= 0 or height <= 0 or smaller <= 0:
            return 0.0
        return width * height / smaller

    def turned(self, degrees: int) -> Box:
        """Return where the box stands once its page was turned clockwise by 0, 90, 180 or 270 degrees."""
        turns = {
            0: self,
            90: Box(1 - self.y1, self.x0, 1 - self.y0, self.x1),
            180: Box(1 - self.x1, 1 - self.y1, 1 - self.x0, 1 - self.y0),
            270: Box(self.y0, 1 - self.x1, self.y1, 1 - self.x0),
        }
        return turns[degrees]

    @staticmethod
    def around(boxes: Iterable[Box]) -> Box:
        """Return the smallest box around `boxes`; raises ValueError when there are none."""
        every = list(boxes)
        if not every:
            raise ValueError("no box to go around")
        return Box(
            min(box.x0 for box in every),
            min(box.y0 for box in every),
            max(box.x1 for box in every),
            max(box.y1 for box in every),
        )


@dataclass(frozen=True, slots=True)
class Word:
    """One word as read.

    `line` numbers the text line within the page in reading order; words of a
    line follow each other from left to right. `confidence` is the reader's own
    figure (0..1): 1.0 for a trusted text layer, the lowest character's
    probability for OCR. `second` is the second reader's string where it was
    asked, `handwritten` the probability that a hand wrote the word.
    """

    text: str
    box: Box
    confidence: float
    line: int
    second: str | None = None
    handwritten: float = 0.0

    @property
    def agreed(self) -> bool | None:
        """Whether both readers read the same; None when only one was asked."""
        return None if self.second is None else self.second == self.text


@dataclass(frozen=True, slots=True)
class Mark:
    """Something on the page that is no word.

    | kind | state | text |
    | --- | --- | --- |
    | choice | on, off | the label the box belongs to |
    | circle | on | the words inside |
    | signature | present, absent | the label of its line |
    | barcode | the symbology | its content |
    | field | on, off, text | a live form field's value |
    | strike | on | the words struck out |
    """

    kind: MarkKind
    box: Box
    state: str
    text: str
    confidence: float


@dataclass(frozen=True, slots=True)
class Fault:
    """Something wrong with a document or one of its pages, in words for a clerk."""

    code: str
    message: str
    page: int | None = None

    @property
    def sentence(self) -> str:
        """The message, with the page's number before it where it is about one page."""
        return f"Page {self.page}: {self.message}" if self.page else self.message


@dataclass(frozen=True, slots=True)
class FaxHeader:
    """The sending machine's own line at the top of a faxed page."""

    text: str
    number: str | None = None
    page: int | None = None
    pages: int | None = None


@dataclass(frozen=True, slots=True)
class Page:
    """An upright page.

    `width` and `height` are pixels of `image`, a PNG of the upright page with
    square pixels. `rotation` is by how many degrees clockwise (0, 90, 180, 270)
    the page was turned to stand upright. `origin` says in words where in the
    file it came from. Words that belong to the fax machine's header are not
    among `words`.
    """

    number: int
    width: int
    height: int
    rotation: int
    source: Source
    words: tuple[Word, ...]
    marks: tuple[Mark, ...]
    image: bytes
    origin: str = ""
    header: FaxHeader | None = None
    blank: bool = False


@dataclass(frozen=True, slots=True)
class Document:
    """A file as read. `id` is the SHA-256 of its bytes, in hexadecimal."""

    id: str
    name: str
    media_type: str
    pages: tuple[Page, ...]
    faults: tuple[Fault, ...] = ()


class Unreadable(Exception):
    """The document as a whole cannot be read.

    `code` is a word of `documents.faults.MESSAGES`; the sentence for a clerk
    comes from there, so that no text of the document can slip into a log.
    """

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code
