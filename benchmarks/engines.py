"""The readers that are measured side by side, each as a function from a drawn page to what it saw."""

from __future__ import annotations

import resource
import shutil
import subprocess
import tempfile
from dataclasses import dataclass
from io import BytesIO
from pathlib import Path

import numpy as np
import pdfplumber
import pytesseract
from PIL import Image

from benchmarks.pages import Drawn


@dataclass(frozen=True, slots=True)
class SeenWord:
    """A word as read: its middle as fractions of the page as it was shown, its confidence, the second reader's word."""

    text: str
    x: float
    y: float
    confidence: float
    second: str | None = None
    hand: float = 0.0


@dataclass(frozen=True, slots=True)
class Seen:
    """What an engine saw on a page, by how many degrees it turned it, and the CPU seconds of its second reader."""

    words: tuple[SeenWord, ...]
    rotation: int = 0
    again: float = 0.0


def cpu() -> float:
    """Return the CPU seconds that this process and its ended children have used."""
    used = [resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)]
    return sum(one.ru_utime + one.ru_stime for one in used)


def available(engine: str) -> bool:
    """Whether the engine's programs are installed."""
    needed = {"ocrmypdf": ("ocrmypdf", "unpaper", "tesseract"), "pytesseract": ("tesseract",)}
    return all(shutil.which(program) for program in needed.get(engine.split()[0], ()))


def ours(drawn: Drawn) -> Seen:
    """The whole reader, its own page found and turned, with the second reader on lines that hold digits."""
    from documents.reader import read
    from documents.second import reread

    page = read(drawn.file, f"page{drawn.suffix}").pages[0]
    lines = {word.line for word in page.words if any(character.isdigit() for character in word.text)}
    before = cpu()
    words = reread(page, lines).words
    again = cpu() - before
    seen = tuple(
        SeenWord(word.text, word.box.x, word.box.y, word.confidence, word.second, word.handwritten) for word in words
    )
    return Seen(seen, page.rotation, again)


def bare(drawn: Drawn) -> Seen:
    """The detector and the recogniser on the page as it is."""
    from documents import ocr

    height, width = drawn.gray.shape
    words = []
    for quad in ocr.detect(drawn.gray):
        for token in ocr.recognise(ocr.crop(drawn.gray, quad)).tokens:
            middle = quad[0] + (quad[1] - quad[0]) * (token.start + token.end) / 2
            words.append(
                SeenWord(token.text, float(middle[0]) / width, float(quad[:, 1].mean()) / height, token.confidence)
            )
    return Seen(tuple(words))


def tesseract(drawn: Drawn) -> Seen:
    """pytesseract at its defaults on the file as it came."""
    picture = Image.open(BytesIO(drawn.file))
    table = pytesseract.image_to_data(picture, output_type=pytesseract.Output.DICT)
    rows = zip(*(table[key] for key in ("text", "left", "top", "width", "height", "conf")), strict=True)
    words = tuple(
        SeenWord(text.strip(), (x + w / 2) / picture.width, (y + h / 2) / picture.height, float(confidence) / 100)
        for text, x, y, w, h, confidence in rows
        if text.strip()
    )
    return Seen(words)


def ocrmypdf(drawn: Drawn) -> Seen:
    """ocrmypdf with its clean-up options; its words are those of the PDF that it makes."""
    with tempfile.TemporaryDirectory() as folder:
        source, target = Path(folder) / f"page{drawn.suffix}", Path(folder) / "out.pdf"
        source.write_bytes(_flat(drawn))
        command = ["ocrmypdf", "--deskew", "--clean", "--rotate-pages", "--jobs", "1", "--output-type", "pdf", "-q"]
        done = subprocess.run([*command, str(source), str(target)], capture_output=True, check=False, timeout=300)
        if done.returncode or not target.exists():
            return Seen(())
        with pdfplumber.open(target) as pdf:
            page = pdf.pages[0]
            words = tuple(
                SeenWord(
                    str(word["text"]),
                    (word["x0"] + word["x1"]) / 2 / float(page.width),
                    (word["top"] + word["bottom"]) / 2 / float(page.height),
                    1.0,
                )
                for word in page.extract_words()
            )
    return Seen(words)


def _flat(drawn: Drawn) -> bytes:
    """ocrmypdf refuses colour profiles and alpha, and wants a resolution in a photograph."""
    if drawn.suffix != ".jpg":
        return drawn.file
    out = BytesIO()
    Image.fromarray(np.asarray(drawn.gray)).save(out, "JPEG", quality=85, dpi=(200, 200))
    return out.getvalue()
