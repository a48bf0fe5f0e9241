"""Form families that no network was trained on: other fonts, words and layouts, to measure with.

The pens are those of `benchmarks.marked.pen`; what differs is the paper.
"""

from __future__ import annotations

import random
from collections.abc import Sequence

from PIL import ImageFont

from benchmarks.marked.pen import circle, signature, square, strike, tick
from benchmarks.marked.sheet import SCALE, Sheet

_PARTS = (
    "Abdomen", "Aorta", "Arm", "Calcium score", "Carotid duplex", "Cervical", "Clavicle", "Enterography", "Esophagram",
    "Facial bones", "Femur", "Hysterosalpingogram", "IAC", "Lumbar spine", "Mandible", "Myocardial perfusion", "Orbits",
    "Pelvis and hips", "Pituitary", "Renal scan", "Sacrum", "Scoliosis", "Soft tissue neck", "Tib / fib", "TMJ",
    "Thoracic", "Urogram", "Venous duplex leg",
)  # fmt: skip
_QUESTIONS = (
    "Currently breastfeeding", "Prior surgery of this part", "Takes blood thinners", "Needs an interpreter",
    "Metal fragments in an eye", "Asthma", "Dialysis", "Diabetes", "Seen here before", "Wheelchair", "On metformin",
)  # fmt: skip
_SIGNING = (
    "Clinician's signature (no stamps)", "Ordering clinician signature:", "Signed (provider):",
    "Signature of prescriber", "Requesting physician's signature",
)  # fmt: skip
_STYLES = ("tick", "tick", "small", "wide", "slash", "cross", "cross", "typed", "glyph", "fill", "scribble", "dot")


class _Form:
    """A sheet with the print, the boxes and the pen that are alike over it."""

    def __init__(self, seed: int) -> None:
        self.rng = random.Random(seed)
        self.sheet = Sheet(self.rng, 1500)
        self.face = self.sheet.font("held", 20).path
        self.size = self.rng.uniform(19, 30)
        self.side = self.size * self.rng.uniform(0.65, 1.05)
        self.box = self.rng.choice(("plain", "plain", "plain", "soft", "round"))
        self.line = self.rng.choice((1.5, 2, 2.5))
        self.tick = self.rng.choice(_STYLES)
        self.font = self.sheet.font("held", self.size, self.face)

    def write(self, x: float, y: float, text: str) -> tuple[float, float, float, float]:
        return self.sheet.text(x, y, text, self.font)

    def choice(self, x: float, y: float, label: str, on: bool, shown: bool = True) -> float:
        """Draw a box with its label on its right, unless a head says it, and return where it ends."""
        ascent, _ = self.font.getmetrics()
        top = y + ascent / SCALE * 0.62 - self.side / 2
        corners = square(self.sheet, x, top, self.side, self.box, self.line)
        how = ""
        if on:
            how = self.tick if self.rng.random() < 0.7 else self.rng.choice(_STYLES)
            tick(self.sheet, corners, how)
        self.sheet.mark("choice", "on" if on else "off", corners, label, how)
        return self.write(x + self.side + 6, y, label)[2] if shown else x + self.side


def _dense(form: _Form) -> None:
    """Columns of exams, each with boxes of its own for the side, and the contrast over the column."""
    rng, pitch = form.rng, form.size * form.rng.uniform(1.3, 1.6)
    for column in range(3):
        x, y = 80 + column * 530.0, 90.0
        form.write(x, y, rng.choice(("MRI", "CT", "ULTRASOUND", "X-RAY")))
        y += pitch
        at = x
        for option in ("w/o", "with", "both"):
            at = form.choice(at, y, option, rng.random() < 0.2) + 18
        for part in rng.sample(_PARTS, 16):
            y += pitch
            form.choice(x, y, part, rng.random() < 0.12)
            if len(part) < 12 and rng.random() < 0.6:
                at = x + 330
                for side in "RLB":
                    at = form.choice(at, y, side, rng.random() < 0.15) + 10


def _answers(form: _Form) -> None:
    """Questions with a column of boxes for yes and one for no, under heads or with words of their own."""
    rng, headed = form.rng, form.rng.random() < 0.5
    left, pitch = rng.random() < 0.4, form.size * rng.uniform(1.4, 2.0)
    columns = (90.0, 190.0) if left else (900.0, 1020.0)
    y = 100.0
    for x, head in zip(columns, ("Yes", "No"), strict=True):
        if headed:
            form.write(x - 8, y, head)
    for question in rng.sample(_QUESTIONS, 10):
        y += pitch
        form.write(300 if left else 90, y, question + "?")
        said = rng.choice(("Yes", "No", "No", ""))
        for x, answer in zip(columns, ("Yes", "No"), strict=True):
            form.choice(x, y, answer, said == answer, not headed)
    y += pitch
    for part in rng.sample(_PARTS, 8):
        y += pitch
        form.choice(90, y, part, rng.random() < 0.3)


def _slashes(form: _Form) -> None:
    """Questions whose answers, parted by slashes, are circled; and ones to strike out what does not apply."""
    rng, pitch = form.rng, form.size * form.rng.uniform(1.7, 2.3)
    y = 90.0
    for question in rng.sample(_QUESTIONS, 10):
        answers = rng.choice((("Yes", "No"), ("Yes", "No", "Unknown"), ("left", "right"), ("Y", "N")))
        x = form.write(90, y, question + ":")[2] + 30
        chosen = rng.choice(answers) if rng.random() < 0.7 else ""
        striking = rng.random() < 0.3 and len(answers[0]) > 1
        for place, answer in enumerate(answers):
            box = form.write(x, y, answer)
            x = box[2] + form.size * 0.5
            if place + 1 < len(answers):
                x = form.write(x, y, "/")[2] + form.size * 0.5
            if striking and chosen and answer != chosen:
                form.sheet.mark("strike", "on", strike(form.sheet, box), answer)
            elif not striking and answer == chosen:
                form.sheet.mark(
                    "circle", "on", circle(form.sheet, box), answer, "letter" if len(answer) < 2 else "word"
                )
        y += pitch
    for part in rng.sample(_PARTS, 6):
        box = form.write(90, y, part)
        if rng.random() < 0.3:
            form.sheet.mark("circle", "on", circle(form.sheet, box), part, "word")
        y += pitch


def _letters(form: _Form) -> None:
    """Rows of places with single letters beside them, close together, one of them circled."""
    rng, pitch = form.rng, form.size * form.rng.uniform(1.45, 1.9)
    options: Sequence[str] = rng.choice(("RL", "RLB", "YN"))
    gap = form.size * rng.uniform(1.3, 2.2)
    ruled = rng.random() < 0.5
    for column in range(2):
        y = 90.0
        for part in rng.sample(_PARTS, 14):
            x = 90 + column * 760.0
            box = form.write(x, y, part)
            if rng.random() < 0.1:
                form.sheet.mark("circle", "on", circle(form.sheet, box), part, "word")
            chosen = rng.choice(options) if rng.random() < 0.3 else ""
            for place, option in enumerate(options):
                box = form.write(x + 480 + place * gap, y, option)
                if option == chosen:
                    form.sheet.mark("circle", "on", circle(form.sheet, box), option, "letter")
            y += pitch
            if ruled:
                form.sheet.rule(x - 8, y - 0.2 * pitch, x + 640, y - 0.2 * pitch, 1.5)


def _typed(form: _Form) -> None:
    """Boxes that are characters, as a typewriter or a template sets them."""
    rng, pitch = form.rng, form.size * form.rng.uniform(1.4, 1.9)
    off, on = rng.choice(
        (("[ ]", "[x]"), ("[ ]", "[X]"), ("( )", "(X)"), ("___", "_X_"), ("[_]", "[x]"), ("( )", "( X )"))
    )
    y = 90.0
    for _ in range(16):
        x = 90.0
        while x < 1100:
            chosen, label = rng.random() < 0.2, rng.choice(_PARTS)
            box = form.write(x, y, on if chosen else off)
            form.sheet.mark("choice", "on" if chosen else "off", box, label, "typed box")
            x = form.write(box[2] + 8, y, label)[2] + 60
        y += pitch


def _signed(form: _Form) -> None:
    """Places to sign in other words, over lines and in boxes."""
    rng, y = form.rng, 140.0
    for label in rng.sample(_SIGNING, 4):
        boxed = rng.random() < 0.4
        end = form.write(90, y, label)[2]
        start, base = (90.0, y + form.size * 4) if boxed else (end + 12, y + form.size * 1.25)
        if boxed:
            for height in (y + form.size * 1.4, base + 10):
                form.sheet.rule(80, height, 820, height, 2)
        else:
            form.sheet.rule(start, base, start + 480, base, 2)
        if rng.random() < 0.5:
            corners = signature(form.sheet, start, base, 420, "Ruth Okonkwo")
            form.sheet.mark("signature", "present", corners, label)
        else:
            form.sheet.mark("signature", "absent", (start, base - 40, start + 420, base), label)
            if rng.random() < 0.5:
                form.sheet.text(start + 20, base - form.size * 1.25, "Ruth Okonkwo, MD", _other(form))
        y += 330


def _other(form: _Form) -> ImageFont.FreeTypeFont:
    return form.sheet.font("held", form.size)


FAMILIES = (_dense, _answers, _slashes, _letters, _typed, _signed)


def held(seed: int, family: int) -> Sheet:
    """Return a sheet of one of the `FAMILIES`, drawn from `seed`."""
    form = _Form(seed)
    FAMILIES[family](form)
    return form.sheet
