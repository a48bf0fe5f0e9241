"""How well and how fast pages are read: `python -m benchmarks.reading --pages 154`.

The same drawn pages (`benchmarks.pages`, seven levels of damage) go through
this reader, through its detector and recogniser alone, through pytesseract at
its defaults and through ocrmypdf with its clean-up options, each in a process
of its own. Prints a table; figures are shares of words, CPU seconds a page are
those of the process and its children.
"""

from __future__ import annotations

import argparse
import json
import multiprocessing
import random
import re
import sys
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

from benchmarks import engines
from benchmarks.engines import Seen
from benchmarks.figures import Figures, figures
from benchmarks.pages import LEVELS, Drawn, page

ENGINES: dict[str, Callable[[Drawn], Seen]] = {
    "clearorder": engines.ours,
    "detector and recogniser alone": engines.bare,
    "pytesseract as it comes": engines.tesseract,
    "ocrmypdf --deskew --clean --rotate-pages": engines.ocrmypdf,
}


@dataclass(frozen=True, slots=True)
class Run:
    """What one engine made of all pages, its CPU seconds and its peak memory in MB."""

    seen: list[Seen]
    seconds: float
    megabytes: float


def _run(engine: str, count: int, seed: int) -> Run:
    """Read all pages with one engine; the first is read once before, so that loading does not count."""
    rng = random.Random(seed)
    read = ENGINES[engine]
    seen: list[Seen] = []
    spent = 0.0
    for number in range(count):
        drawn = page(rng, LEVELS[number % len(LEVELS)])
        if not number:
            read(drawn)
        before = engines.cpu()
        seen.append(read(drawn))
        spent += engines.cpu() - before
        print(f"\r{engine}: {number + 1}/{count}", end="", file=sys.stderr, flush=True)
    print(file=sys.stderr)
    return Run(seen, spent, _peak())


def _peak() -> float:
    """Return the most memory that this process has held, in MB; getrusage would tell what its parent held."""
    status = Path("/proc/self/status").read_text("ascii")
    return int(re.search(r"VmHWM:\s+(\d+)", status)[1]) / 1024  # type: ignore[index]


def main() -> None:
    """Run the engines and print and keep their figures."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--pages", type=int, default=154)
    parser.add_argument("--seed", type=int, default=2)
    parser.add_argument("--engines", nargs="*", default=list(ENGINES), choices=list(ENGINES))
    parser.add_argument("--out", type=Path, help="where to keep the figures as JSON")
    asked = parser.parse_args()
    rng = random.Random(asked.seed)
    truths = [page(rng, LEVELS[number % len(LEVELS)]) for number in range(asked.pages)]
    found: dict[str, Figures] = {}
    for engine in asked.engines:
        if not engines.available(engine):
            print(f"{engine}: not installed, left out", file=sys.stderr)
            continue
        with multiprocessing.get_context("spawn").Pool(1) as pool:
            run = pool.apply(_run, (engine, asked.pages, asked.seed))
        found[engine] = figures(truths, run.seen, run.seconds, run.megabytes)
        if asked.out:
            asked.out.write_text(json.dumps({name: asdict(item) for name, item in found.items()}, indent=1), "utf-8")
    _print(found)


def _print(found: dict[str, Figures]) -> None:
    width = max(map(len, found), default=0)
    print(f"{'':{width}}  " + "  ".join(f"{level:>14}" for level in LEVELS))
    for title, pick in (
        ("words of print, % exact", lambda item: item.print_words),
        ("words by hand, % exact", lambda item: item.hand_words),
        ("decisive print, % exact", lambda item: item.decisive),
        ("characters wrong, %", lambda item: item.character_error),
    ):
        print(title)
        for name, item in found.items():
            row: Sequence[float | None] = [pick(item).get(level) for level in LEVELS]
            cells = "  ".join(f"{'-' if value is None else format(100 * value, '.1f'):>14}" for value in row)
            print(f"{name:{width}}  {cells}")
    print("all pages")
    for name, item in found.items():
        print(
            f"{name:{width}}  print {100 * item.all_print:.1f}  hand {100 * item.all_hand:.1f}"
            f"  decisive {100 * item.all_decisive:.1f}  confidence AUC {_shown(item.auc)}"
            f"  calibration error {_shown(item.calibration)}  agreed and right {_shown(item.agreed)}"
            f"  CPU s/page {item.seconds:.2f}  and for the second reader {item.again:.2f}  MB {item.megabytes:.0f}"
        )
    alone = found.get("detector and recogniser alone")
    if alone:
        for name, item in found.items():
            print(
                f"{name:{width}}  CPU seconds of reading over those of detector and recogniser alone:"
                f" {item.seconds / alone.seconds:.2f}"
            )


def _shown(value: float | None) -> str:
    return "-" if value is None else f"{value:.3f}"


if __name__ == "__main__":
    main()
