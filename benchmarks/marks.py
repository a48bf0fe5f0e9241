"""Measure `documents.marks` on sheets drawn at random: precision and recall by kind of mark and level of damage.

    python -m benchmarks.marks [--sheets N] [--first SEED]

A mark is right when it lies on the drawn one with the same state; labels and
circled words are counted apart, among the marks that are right. The words are
those of the sheet with some of a reader's slips, not a reader's own.
"""

from __future__ import annotations

import argparse
import time
from collections import Counter
from collections.abc import Sequence

from benchmarks.marked.fax import LEVELS
from benchmarks.marked.forms import form, ringed
from benchmarks.marked.sheet import Sheet
from benchmarks.marked.signing import strip
from benchmarks.marked.truth import Arrived, arrive
from documents.marks import find_marks
from documents.marks.ink import Rect
from documents.page import Mark

# What is counted: a kind and the state that matters.
COUNTED = (("choice", "on"), ("choice", "off"), ("circle", "on"), ("strike", "on"), ("signature", "present"))
_TOUCHING = {"choice": 0.5, "circle": 0.5, "strike": 0.4, "signature": 0.3}

Key = tuple[str, str, str]


def _overlap(one: Rect, other: Rect) -> float:
    smaller = min(one.width * one.height, other.width * other.height)
    return one.shared(other) / max(1e-9, smaller)


def compare(page: Arrived, marks: Sequence[Mark]) -> Counter[tuple[Key, str]]:
    """Count what was drawn, found, right, and labelled rightly, by kind, state and level."""
    height, width = page.image.shape
    counts: Counter[tuple[Key, str]] = Counter()
    for kind, state in COUNTED:
        key = (kind, state, page.level)
        drawn = [(mark, rect) for mark, rect in page.marks if (mark.kind, mark.state) == (kind, state)]
        found = [mark for mark in marks if (mark.kind, mark.state) == (kind, state)]
        counts[key, "drawn"] += len(drawn)
        counts[key, "found"] += len(found)
        left = list(drawn)
        for mark in found:
            box = Rect(mark.box.x0 * width, mark.box.y0 * height, mark.box.x1 * width, mark.box.y1 * height)
            hit = next((pair for pair in left if _overlap(pair[1], box) >= _TOUCHING[kind]), None)
            if hit:
                left.remove(hit)
                counts[key, "right"] += 1
                counts[key, "labelled"] += _bare(mark.text) == _bare(hit[0].text)
    return counts


def _bare(text: str) -> str:
    return "".join(c for c in text.lower() if c.isalnum())


def _sheets(first: int, count: int) -> list[tuple[int, Sheet]]:
    made: list[tuple[int, Sheet]] = []
    for seed in range(first, first + count):
        made += [(seed, form(seed)), (seed, strip(seed)), (seed, ringed(seed))]
    return made


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--sheets", type=int, default=50, help="sheets of each sort (default 50)")
    parser.add_argument("--first", type=int, default=2_000_000, help="the first seed (training uses others)")
    chosen = parser.parse_args()
    counts: Counter[tuple[Key, str]] = Counter()
    seconds = 0.0
    sheets = _sheets(chosen.first, chosen.sheets)
    for seed, sheet in sheets:
        page = arrive(sheet, seed)
        started = time.process_time()
        marks = find_marks(page.image, page.words, 200)
        seconds += time.process_time() - started
        counts += compare(page, marks)
    print(f"{len(sheets)} sheets, {seconds / len(sheets):.2f} CPU s each")
    print(f"{'kind':10}{'state':9}{'level':10}{'drawn':>6}{'precision':>11}{'recall':>8}{'labelled':>10}")
    for kind, state in COUNTED:
        for level in LEVELS:
            key = (kind, state, level)
            drawn, found, right, named = (counts[key, what] for what in ("drawn", "found", "right", "labelled"))
            if drawn:
                print(
                    f"{kind:10}{state:9}{level:10}{drawn:6}{right / max(1, found):11.3f}{right / drawn:8.3f}"
                    f"{named / max(1, right):10.3f}"
                )


if __name__ == "__main__":
    main()
