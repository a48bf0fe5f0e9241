"""Measure `documents.marks` on drawn sheets: precision and recall by kind of mark and level of damage.

    python -m benchmarks.marks [--sheets N] [--first SEED] [--fitted]

The sheets are of form families, in fonts and words, that no network was trained
on (`benchmarks.marked.held`); with `--fitted`, other sheets of the families
trained on. A mark is right when it lies on the drawn one with the same state;
the labels and circled words of those that are right are counted apart. The
words are those of the sheet with some of a reader's slips, not a reader's own.
"""

from __future__ import annotations

import argparse
import time
from collections import Counter
from collections.abc import Iterator, Sequence

from benchmarks.marked.fax import LEVELS
from benchmarks.marked.forms import form, ringed
from benchmarks.marked.held import FAMILIES, held
from benchmarks.marked.sheet import Sheet
from benchmarks.marked.signing import strip
from benchmarks.marked.truth import Arrived, arrive
from documents.marks import find_marks
from documents.marks.ink import Rect
from documents.page import Mark

# What is counted: a kind and the state that matters.
COUNTED = (("choice", "on"), ("choice", "off"), ("circle", "on"), ("strike", "on"), ("signature", "present"))
_TOUCHING = {"choice": 0.5, "circle": 0.5, "strike": 0.4, "signature": 0.3}
_NAMES = {
    ("choice", "on"): "ticked boxes",
    ("choice", "off"): "empty boxes",
    ("circle", "on"): "loops",
    ("strike", "on"): "strikes",
    ("signature", "present"): "signatures",
}
# How marks were made, for recall: a pen's ticks, crosses and fills, characters, loops around letters and words.
_HOW = {
    **dict.fromkeys(("tick", "small", "wide", "slash"), "ticks"),
    **dict.fromkeys(("cross", "typed", "glyph"), "crosses"),
    **dict.fromkeys(("fill", "scribble", "dot"), "fills"),
    "typed box": "typed boxes",
    "letter": "loops around a letter",
    "word": "loops around words",
}

Key = tuple[str, str]


def _overlap(one: Rect, other: Rect) -> float:
    smaller = min(one.width * one.height, other.width * other.height)
    return one.shared(other) / max(1e-9, smaller)


def compare(page: Arrived, marks: Sequence[Mark]) -> Counter[tuple[Key, str]]:
    """Count what was drawn, found, right, and labelled rightly, by the name of the mark and the level."""
    height, width = page.image.shape
    counts: Counter[tuple[Key, str]] = Counter()
    for kind, state in COUNTED:
        key = (_NAMES[kind, state], page.level)
        found = [
            (mark, Rect(mark.box.x0 * width, mark.box.y0 * height, mark.box.x1 * width, mark.box.y1 * height))
            for mark in marks
            if (mark.kind, mark.state) == (kind, state)
        ]
        counts[key, "found"] += len(found)
        for drawn, rect in page.marks:
            if (drawn.kind, drawn.state) != (kind, state):
                continue
            own = [key, (_HOW[drawn.how], page.level)] if drawn.how in _HOW and state == "on" else [key]
            counts.update((each, "drawn") for each in own)
            hit = next((pair for pair in found if _overlap(rect, pair[1]) >= _TOUCHING[kind]), None)
            if hit:
                found.remove(hit)
                counts.update((each, "right") for each in own)
                counts[key, "labelled"] += _bare(hit[0].text) == _bare(drawn.text)
    return counts


def _bare(text: str) -> str:
    return "".join(c for c in text.lower() if c.isalnum())


def _sheets(first: int, count: int, fitted: bool) -> Iterator[tuple[int, Sheet]]:
    for seed in range(first, first + count):
        if fitted:
            yield from ((seed, draw(seed)) for draw in (form, strip, ringed))
        else:
            yield from ((seed, held(seed, family)) for family in range(len(FAMILIES)))


def table(counts: Counter[tuple[Key, str]]) -> list[str]:
    """Return a table in Markdown: precision / recall of each kind of mark over all and by level; recall by making."""
    lines = [
        f"| mark | drawn | all | {' | '.join(LEVELS)} | label right |",
        f"| --- | --- | --- | {' | '.join('---' for _ in LEVELS)} | --- |",
    ]
    for name in dict.fromkeys((*_NAMES.values(), *_HOW.values())):
        drawn, right, named = (
            sum(counts[(name, level), what] for level in LEVELS) for what in ("drawn", "right", "labelled")
        )
        if not drawn:
            continue
        whole = name in _NAMES.values()
        cells = [_cell(counts, name, (level,), whole) for level in LEVELS]
        label = f"{named / max(1, right):.2f}" if whole else ""
        lines.append(f"| {name} | {drawn} | {_cell(counts, name, LEVELS, whole)} | {' | '.join(cells)} | {label} |")
    return lines


def _cell(counts: Counter[tuple[Key, str]], name: str, levels: Sequence[str], whole: bool) -> str:
    drawn, found, right = (sum(counts[(name, level), what] for level in levels) for what in ("drawn", "found", "right"))
    if not drawn:
        return ""
    return f"{right / max(1, found):.2f} / {right / drawn:.2f}" if whole else f"{right / drawn:.2f}"


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--sheets", type=int, default=50, help="sheets of each family (default 50)")
    parser.add_argument("--first", type=int, default=2_000_000, help="the first seed (training uses others)")
    parser.add_argument("--fitted", action="store_true", help="sheets of the families that were trained on")
    chosen = parser.parse_args()
    counts: Counter[tuple[Key, str]] = Counter()
    seconds = 0.0
    drawn = 0
    for seed, sheet in _sheets(chosen.first, chosen.sheets, chosen.fitted):
        drawn += 1
        page = arrive(sheet, seed)
        started = time.process_time()
        marks = find_marks(page.image, page.words, 200)
        seconds += time.process_time() - started
        counts += compare(page, marks)
    print(f"{drawn} sheets, {seconds / drawn:.2f} CPU s each; precision / recall, or recall alone\n")
    print("\n".join(table(counts)))


if __name__ == "__main__":
    main()
