"""Makes referrals: `python -m sample_docs.generator --seed 1 --count 200 --out DIR`."""

from __future__ import annotations

import argparse
import json
import random
import sys
from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path

from sample_docs.generator import mail
from sample_docs.generator.case import a_case
from sample_docs.generator.compose import KINDS, Composed, composed, truth
from sample_docs.generator.layouts import LAYOUTS
from sample_docs.generator.made import QUALITIES, Made, MadePage, MadeWord, printout
from sample_docs.generator.style import a_style
from sample_docs.generator.truth import Json


def make_referral(
    rng: random.Random,
    *,
    kind: str | None = None,
    family: str | None = None,
    fill: str | None = None,
    quality: str | None = None,
    defects: Sequence[str] | None = None,
    by_mail: bool | None = None,
) -> Made:
    """Return a referral drawn from `rng`; what is given is kept, the rest is drawn.

    `kind` is one of compose.KINDS, `family` a key of layouts.LAYOUTS, `fill` typed
    or hand, `quality` one of made.QUALITIES, `defects` codes of the checklist for
    the first order, () for a complete one. The same state of `rng` gives the same
    referral where the same fonts are installed.
    """
    kind = kind or rng.choices(KINDS, [62, 20, 10, 8])[0]
    quality = quality or rng.choices(QUALITIES, [18, 42, 18, 16, 6])[0]
    parts = composed(rng, kind, family, fill, defects)
    if by_mail if by_mail is not None else rng.random() < 0.07:
        return _mailed(rng, parts, quality)
    header = _header(rng, parts) if quality not in ("clean", "photo") and rng.random() < 0.8 else None
    file = printout(rng, parts.sheets, quality, header, turned=rng.random() < 0.05)
    return Made(
        file.suffix,
        file.data,
        file.pages,
        file.words,
        _labelled(truth(parts.sheets, parts.cases), parts, quality),
        parts.family,
        parts.fill,
        quality,
    )


def _mailed(rng: random.Random, parts: Composed, quality: str) -> Made:
    """Send the document by e-mail: in the text where it is one typed order, else attached."""
    case = parts.cases[0] if parts.cases else a_case(rng, ())
    style = a_style(rng, "typed")
    whole = len(parts.cases) == len(parts.sheets) == 1 and case.opposed is None and rng.random() < 0.35
    silent = not parts.cases or (not whole and rng.random() < 0.2)
    sheets = parts.sheets
    pages: list[MadePage] = []
    words: list[MadeWord] = []
    text = None
    if not silent:
        sheet, text = mail.body(rng, case, style, whole)
        sheets = [sheet] if whole else [sheet, *sheets]
        page, words = mail.body_page(sheet, 1)
        pages = [page]
    if whole:
        parts, quality = Composed(sheets, parts.cases, "mail_text", "typed"), "clean"
    files = [] if whole else [printout(rng, parts.sheets, quality, None, len(pages) + 1)]
    for file in files:
        pages, words = [*pages, *file.pages], [*words, *file.words]
    name = rng.choice(["order", "scan0001", "referral"] if parts.cases else ["flyer", "document"])
    data = mail.message(rng, case, text, files, [name] * len(files), html=rng.random() < 0.4)
    said = _labelled(truth(sheets, parts.cases), parts, quality)
    return Made(".eml", data, tuple(pages), tuple(words), said, parts.family, parts.fill, quality)


def _labelled(said: Json, parts: Composed, quality: str) -> Json:
    """Return the truth with what groups its figures: family, quality, how it was filled in, what is peculiar."""
    notes = "; ".join(case.notes for case in parts.cases if case.notes)
    return {**said, "family": parts.family, "quality": quality, "fill": parts.fill, "notes": notes}


def _header(rng: random.Random, parts: Composed) -> str:
    """Return the sending machine's line: when, a number or a clipped name, which page."""
    number = f"{rng.randint(201, 989)}55501{rng.randint(0, 99):02d}"
    name = parts.cases[0].practice.name if parts.cases else "OFFICE"
    who = rng.choice([number, name.upper()[:14], f"FROM:{name[:10].upper()} TO:{number}"])
    day = f"{rng.randint(1, 12):02d}/{rng.randint(1, 28):02d}/2026 {rng.randint(7, 18):02d}:{rng.randint(0, 59):02d}"
    return rng.choice(
        [
            f"{day}  {who}  P.{{page:02d}}/{{pages:02d}}",
            f"{who}    {day}    Page {{page}} of {{pages}}",
            f"{day} {who} #{rng.randint(100, 999)} P {{page}}",
        ]
    )


def write(made: Made, folder: Path, name: str) -> None:
    """Write the referral as `name` with its truth and, for training, its words beside it."""
    (folder / f"{name}{made.suffix}").write_bytes(made.data)
    said = {"document": f"{name}{made.suffix}", **made.truth}
    (folder / f"{name}.truth.json").write_text(json.dumps(said, indent=1, ensure_ascii=False) + "\n", "utf-8")


def main(arguments: Sequence[str] | None = None) -> None:
    parser = argparse.ArgumentParser(prog="python -m sample_docs.generator", description=__doc__)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--count", type=int, default=20)
    parser.add_argument("--out", type=Path, required=True)
    parser.add_argument("--family", choices=sorted(LAYOUTS))
    parser.add_argument("--words", action="store_true", help="also write each document's words with boxes and fields")
    chosen = parser.parse_args(arguments)
    chosen.out.mkdir(parents=True, exist_ok=True)
    for number in range(chosen.count):
        made = make_referral(random.Random(f"{chosen.seed}/{number}"), family=chosen.family)
        name = f"{chosen.seed:04d}_{number:05d}"
        write(made, chosen.out, name)
        if chosen.words:
            words = [asdict(word) for word in made.words]
            (chosen.out / f"{name}.words.json").write_text(json.dumps(words, ensure_ascii=False), "utf-8")
        print(f"\r{number + 1} of {chosen.count}", end="", file=sys.stderr)
    print(file=sys.stderr)
