"""Reading files without a ledger: for the commands `read`, `words` and `evaluate`, which keep nothing."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from datetime import date
from functools import partial
from multiprocessing import get_context
from pathlib import Path
from typing import Any

from documents import sureness
from documents.draw import drawn
from documents.faults import MESSAGES
from documents.limits import Limits
from documents.page import Box, Document, Unreadable
from documents.sandbox import read_safely
from orders.contract import referral_json
from pipeline import read_referral

Json = dict[str, Any]
TRUTH = ".truth.json"


def read_files(
    paths: Sequence[Path], limits: Limits, jobs: int = 1, whole: bool = False
) -> Iterator[tuple[Path, Json]]:
    """Yield each file with its referral in the contract's shape, in the order given.

    `jobs` processes read side by side. With `whole`, a referral has its losing
    findings and, under `words`, all that was read: what an evaluation needs. A file that cannot be read yields a
    referral with `error`; a file that cannot be opened raises OSError.
    """
    if jobs == 1 or len(paths) < 2:
        for path in paths:
            yield path, read_file(path, limits, whole)
        return
    # Forked, they would share this process's reader, and the locks that a progress bar's thread may hold.
    with ProcessPoolExecutor(max_workers=jobs, mp_context=get_context("spawn")) as pool:
        yield from zip(paths, pool.map(partial(read_file, limits=limits, whole=whole), paths), strict=True)


def read_file(path: Path, limits: Limits, whole: bool = False) -> Json:
    """Return the referral of one file in the contract's shape; raises OSError when it cannot be opened."""
    reading = read_referral(path.read_bytes(), path.name, limits, date.today())
    out = referral_json(reading.referral, losing=whole)
    if whole:
        out["words"] = " ".join(word.text for page in reading.pages for word in page.words)
    return out


def documents_in(folder: Path) -> list[tuple[Path, Path]]:
    """Return the documents in `folder` that have a truth beside them, each with its truth, by name."""
    found = []
    for truth in sorted(folder.glob(f"*{TRUTH}")):
        name = json.loads(truth.read_text("utf-8"))["document"]
        if (folder / name).is_file():
            found.append((folder / name, truth))
    return found


def write_json(path: Path, value: object) -> None:
    """Write `value` to `path`; a reader sees the old file or the whole new one."""
    part = path.with_name(path.name + ".part")
    part.write_text(json.dumps(value, indent=1, ensure_ascii=False) + "\n", "utf-8")
    part.replace(path)


def words_json(path: Path, limits: Limits, pictures: Path | None = None) -> Json:
    """Return what was seen in a file, in the command line contract's shape.

    With `pictures`, each page is also written there as a PNG with its words and
    marks drawn on it. `faults` says what is wrong, of pages that could not be
    shown too. A file that cannot be read gives `error` and no pages.
    """
    try:
        document = read_safely(path.read_bytes(), path.name, limits)
    except Unreadable as failure:
        return {"error": {"code": failure.code, "message": MESSAGES[failure.code]}, "pages": []}
    if pictures:
        pictures.mkdir(parents=True, exist_ok=True)
        for page in document.pages:
            (pictures / f"{path.stem}-{page.number}.png").write_bytes(drawn(page))
    return {"pages": _pages(document), "faults": [fault.sentence for fault in document.faults]}


def _pages(document: Document) -> list[Json]:
    return [
        {
            "number": page.number,
            "width": page.width,
            "height": page.height,
            "rotation": page.rotation,
            "source": page.source,
            "words": [
                {
                    "text": word.text,
                    "box": _edges(word.box),
                    "confidence": round(word.confidence, 4),
                    "probability": probability,
                    "second": word.second,
                    "handwritten": round(word.handwritten, 3),
                }
                for word, probability in zip(page.words, sureness.probabilities(page), strict=True)
            ],
            "marks": [
                {
                    "kind": mark.kind,
                    "box": _edges(mark.box),
                    "state": mark.state,
                    "text": mark.text,
                    "confidence": round(mark.confidence, 4),
                }
                for mark in page.marks
            ],
            "faults": [fault.message for fault in document.faults if fault.page == page.number],
        }
        for page in document.pages
    ]


def _edges(box: Box) -> list[float]:
    return [round(edge, 5) for edge in (box.x0, box.y0, box.x1, box.y1)]
