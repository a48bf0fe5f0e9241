"""What a second worker adds: `python -m benchmarks.workers --pages 16`, on a machine with nothing else to do.

The same drawn pages are read by one process and by two, each with its own warm
reader; prints the pages a second of both and their ratio, and how much of the
wall time had a core to itself (less than 1: the machine was busy, and the
ratio says nothing).
"""

from __future__ import annotations

import argparse
import random
import time
from concurrent.futures import ProcessPoolExecutor
from multiprocessing import get_context

from benchmarks.engines import cpu
from benchmarks.pages import LEVELS, page

File = tuple[bytes, str]


def _read(file: File) -> float:
    """Read a file and return the CPU seconds that it took."""
    from documents.reader import read

    before = cpu()
    read(*file)
    return cpu() - before


def throughput(files: list[File], workers: int) -> tuple[float, float]:
    """Return the pages a second that `workers` processes read, and the CPU seconds a second of each."""
    with ProcessPoolExecutor(workers, get_context("spawn")) as pool:
        list(pool.map(_read, [files[0]] * (2 * workers)))
        started = time.monotonic()
        seconds = sum(pool.map(_read, files))
        passed = time.monotonic() - started
    return len(files) / passed, seconds / passed / workers


def main() -> None:
    """Measure one and two workers and print both and their ratio."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--pages", type=int, default=16)
    asked = parser.parse_args()
    rng = random.Random(4)
    drawn = [page(rng, LEVELS[number % len(LEVELS)]) for number in range(asked.pages)]
    files = [(each.file, f"page{each.suffix}") for each in drawn]
    (one, own), (two, each) = throughput(files, 1), throughput(files, 2)
    print(f"one worker {one:.2f} pages a second (share of a core {own:.2f}), two {two:.2f} (each {each:.2f})")
    print(f"two workers read {two / one:.2f} times as much as one")


if __name__ == "__main__":
    main()
