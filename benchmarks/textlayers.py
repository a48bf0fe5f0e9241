"""Which text layers are believed: `python -m benchmarks.textlayers --each 10`.

Honest and lying layers over the same drawn pages. Lies: fonts whose codes map
to nonsense, an unseen layer with misread characters or digits, and the layer of
another page. All must be refused, no honest one may be. Of a layer that covers
half of the page it must be seen that it does not cover the rest.
"""

from __future__ import annotations

import argparse
import random
import re
import time
from collections.abc import Callable
from io import BytesIO

from PIL import Image
from reportlab import rl_config
from reportlab.lib.utils import ImageReader
from reportlab.pdfgen.canvas import Canvas

from benchmarks.pages import LEVELS, Drawn, Truth, page
from documents import textlayer
from documents.limits import Limits
from documents.unpack import pdf
from sample_docs.generator.compose import composed
from sample_docs.generator.paint import printable, printed

HALF = "layer of the upper half"
_DIGITS = str.maketrans("0123456789", "6184509127")


def _printed(rng: random.Random) -> bytes:
    """Return an order printed to PDF with fonts of its own."""
    while True:
        sheet = rng.choice(composed(rng, "single", fill="typed").sheets)
        if printable([sheet]) and len(sheet.words) > 30:
            return printed([sheet])


def _nonsense(rng: random.Random) -> bytes:
    """Return the same with every font's code map shifted: it draws rightly and says nonsense."""
    rl_config.pageCompression = 0
    try:
        data = _printed(rng)
    finally:
        rl_config.pageCompression = 1
    return re.sub(rb"<([0-9A-F]{2})> <([0-9A-F]{4})>", lambda m: b"<%s> <%04X>" % (m[1], int(m[2], 16) ^ 13), data)


def _scan(drawn: Drawn, say: Callable[[Truth], str | None]) -> bytes:
    """Return the page's picture with an unseen layer that says `say` of each word, in its place."""
    height, width = drawn.gray.shape
    out = BytesIO()
    canvas = Canvas(out, pagesize=(612, 612 * height / width))
    canvas.drawImage(ImageReader(Image.fromarray(drawn.gray)), 0, 0, 612, 612 * height / width)
    points = 612 / width
    for word in drawn.words:
        said = say(word)
        if not said:
            continue
        text = canvas.beginText(word.x0 * points, (height - word.y1) * points)
        size = max(4.0, (word.y1 - word.y0) * points)
        text.setFont("Helvetica", size)
        text.setTextRenderMode(3)
        natural = max(1.0, canvas.stringWidth(said, "Helvetica", size))
        text.setHorizScale(100 * (word.x1 - word.x0) * points / natural)
        text.textOut(said)
        canvas.drawText(text)
    canvas.showPage()
    canvas.save()
    return out.getvalue()


def _misread(rng: random.Random, share: float) -> Callable[[Truth], str]:
    def say(word: Truth) -> str:
        return "".join(rng.choice("aeiorstn8631") if rng.random() < share else character for character in word.text)

    return say


def _other_page(rng: random.Random, drawn: Drawn) -> bytes:
    other = page(rng, "clean", "typed")
    return _scan(Drawn(drawn.gray, other.words, drawn.level, drawn.family, b"", ""), lambda word: word.text)


KINDS: dict[str, tuple[bool, Callable[[random.Random, Drawn], bytes]]] = {
    "printed, honest": (True, lambda rng, drawn: _printed(rng)),
    "scan with an honest layer": (True, lambda rng, drawn: _scan(drawn, lambda word: word.text)),
    "fonts that map to nonsense": (False, lambda rng, drawn: _nonsense(rng)),
    "layer with misread digits": (False, lambda rng, drawn: _scan(drawn, lambda word: word.text.translate(_DIGITS))),
    "layer with one character in ten misread": (False, lambda rng, drawn: _scan(drawn, _misread(rng, 0.1))),
    "layer of another page": (False, _other_page),
    HALF: (
        False,
        lambda rng, drawn: _scan(drawn, lambda word: word.text if word.y1 < drawn.gray.shape[0] * 0.3 else None),
    ),
}


def main() -> None:
    """Judge each kind of layer and print how many were judged rightly, and the CPU time of it."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--each", type=int, default=10)
    parser.add_argument("--seed", type=int, default=3)
    asked = parser.parse_args()
    for name, (honest, make) in KINDS.items():
        rng = random.Random(asked.seed)
        right, spent = 0, 0.0
        for number in range(asked.each):
            drawn = page(rng, LEVELS[number % 4], "typed")
            sheet = next(pdf.sheets(make(rng, drawn), Limits(), ""))
            before = time.process_time()
            layer = textlayer.check(sheet)
            right += (bool(layer.unstated) or not layer.believed) if name == HALF else layer.believed is honest
            spent += time.process_time() - before
        print(f"{name:42} {right} of {asked.each} right  {spent / asked.each:.3f} CPU s", flush=True)


if __name__ == "__main__":
    main()
