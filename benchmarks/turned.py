"""Whether pages that arrive turned are stood upright: `python -m benchmarks.turned --pages 200`.

Drawn pages (`benchmarks.pages`, its seven levels of damage) are turned by 0,
90, 180 or 270 degrees at random and put upright again; prints how many were,
by level, and names those that were not.
"""

from __future__ import annotations

import argparse
import random
import time
from collections import Counter

import numpy as np

from benchmarks.pages import LEVELS, page
from documents import orient, photo


def main() -> None:
    """Turn the pages, have them stood upright, and print the count."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--pages", type=int, default=200)
    parser.add_argument("--seed", type=int, default=3)
    asked = parser.parse_args()
    rng = random.Random(asked.seed)
    right: Counter[str] = Counter()
    drawn: Counter[str] = Counter()
    seconds = 0.0
    for number in range(asked.pages):
        level = LEVELS[number % len(LEVELS)]
        sheet = page(rng, level)
        quarters = rng.randrange(4)
        arrived = np.ascontiguousarray(np.rot90(sheet.gray, quarters))
        started = time.process_time()
        found = orient.upright(photo.flattened(arrived) if level == "photo" else arrived)
        seconds += time.process_time() - started
        drawn[level] += 1
        if found.rotation == 90 * quarters:
            right[level] += 1
        else:
            print(f"page {number} ({level}, {sheet.family}): turned by {90 * quarters}, taken for {found.rotation}")
    for level in LEVELS:
        print(f"{level:15}{right[level]:5} of {drawn[level]}")
    print(f"upright: {right.total()} of {drawn.total()}, {seconds / max(1, asked.pages):.2f} CPU s a page")


if __name__ == "__main__":
    main()
