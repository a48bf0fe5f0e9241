"""How many exam lines are read right from the true text alone: all five parts, and each of them; CPU a line.

    python -m benchmarks.exams [--count N] [--wrong N] [FILE.tsv …]

Without a file the generator's own exams are read, worded at random. A line of
a file is a name, a tab, and what it states: modality, region, side, contrast
and technique apart by spaces, "-" for null, exams apart by " | ", as in
tests/classifiers/exam_names.tsv ("both" is with_and_without). A line of a file
may also state a procedure code instead; then only what the code says is
compared, and regions that the code cannot tell apart count as the same.
"""

from __future__ import annotations

import argparse
import random
import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from time import process_time

from classifiers.exam import read_exams
from orders.procedures import Procedure, procedure
from orders.regions import may_mean
from sample_docs.generator import clinical

PARTS = ("modality", "body_region", "laterality", "contrast", "technique")
Five = tuple[str | None, ...]
_SHORT = {"-": None, "both": "with_and_without"}


@dataclass(frozen=True, slots=True)
class Line:
    """An exam's name, and what it states: its exams' five parts, or a procedure code."""

    text: str
    exams: tuple[Five, ...] = ()
    code: Procedure | None = None


def lines_of(path: Path) -> Iterator[Line]:
    """Yield the lines of a table; one whose code is not known is left out."""
    for row in path.read_text("utf-8").splitlines():
        text, tab, stated = row.partition("\t")
        if not tab or row.startswith(("#", "heading=")):
            continue
        if re.fullmatch(r"[0-9A-Z]\d{3}[0-9A-Z]", stated):
            if known := procedure(stated):
                yield Line(text, code=known)
        else:
            exams = (tuple(_SHORT.get(part, part) for part in exam.split()) for exam in stated.split(" | ") if exam)
            yield Line(text, tuple(exams))


def generated(count: int, seed: int) -> Iterator[Line]:
    """Yield `count` of the generator's exams as it words them."""
    rng = random.Random(seed)
    for _ in range(count):
        exam = clinical.any_exam(rng, rng.choice(("F", "M")), contrast_open=rng.random() < 0.2)
        yield Line(exam.text, (tuple(getattr(exam, part) for part in PARTS),))


def wrong_parts(line: Line, read: Sequence[Five]) -> tuple[str, ...]:
    """Return which parts are not as the line states them; `exams` where more or fewer exams were read."""
    if line.code is not None:
        return _against_code(line.code, read)
    if len(read) != len(line.exams):
        return ("exams",)
    pairs = zip(sorted(read, key=str), sorted(line.exams, key=str), strict=True)
    return tuple({part for one, other in pairs for part, a, b in zip(PARTS, one, other, strict=True) if a != b})


def _against_code(code: Procedure, read: Sequence[Five]) -> tuple[str, ...]:
    if len(read) != 1:
        return ("exams",)
    modality, region, _, contrast, technique = read[0]
    wrong: list[str] = []
    if modality != code.modality and {modality, code.modality} != {"XR", "RF"}:
        wrong.append("modality")
    if code.body_region and not (region and may_mean(modality, region, code.body_region)):
        wrong.append("body_region")
    if code.contrast and contrast and contrast != code.contrast:
        wrong.append("contrast")
    if code.technique and technique != code.technique:
        wrong.append("technique")
    return tuple(wrong)


def measure(name: str, lines: Sequence[Line], show: int) -> None:
    """Print the figures of a table, and up to `show` of the lines that were read wrong."""
    read_exams("CT chest")
    started = process_time()
    read = [tuple(tuple(getattr(exam, part) for part in PARTS) for exam in read_exams(line.text)) for line in lines]
    spent = process_time() - started
    faults = [(line, found, wrong_parts(line, found)) for line, found in zip(lines, read, strict=True)]
    right = sum(not wrong for _, _, wrong in faults)
    by_part = Counter(part for _, _, wrong in faults for part in wrong)
    print(f"{name}: {len(lines)} lines, all parts right {right / max(len(lines), 1):.4f}", end="; ")
    print(f"{1000 * spent / max(len(lines), 1):.2f} ms CPU a line")
    print("  wrong in " + (", ".join(f"{part} {count}" for part, count in by_part.most_common()) or "none"))
    for line, found, wrong in [fault for fault in faults if fault[2]][:show]:
        stated = line.code.code if line.code else line.exams
        print(f"  {'+'.join(wrong)}: {line.text!r} states {stated}, read {found}")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("files", nargs="*", type=Path)
    parser.add_argument("--count", type=int, default=2000, help="generated exams")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--wrong", type=int, default=0, help="how many wrong lines to print")
    options = parser.parse_args()
    for path in options.files:
        measure(path.name, list(lines_of(path)), options.wrong)
    if not options.files:
        measure("generated", list(generated(options.count, options.seed)), options.wrong)


if __name__ == "__main__":
    main()
