"""Train the spaCy pipeline for running text on synthetic referrals, after real reading.

    python -m benchmarks.train_language --count 320 --read 40 --seed 7

Letters are drawn by `sample_docs.generator`. The first `--read` of them are
read by `documents` as any fax would be, and each word read takes the field of
the drawn word under it; the others are taken as drawn, with letters misread at
random, which costs a twentieth of the time. Writes `models/referral_ner`: the
pipeline, and its figures on letters held out, those that were read apart.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import random
import sys
from collections.abc import Iterator
from itertools import groupby
from typing import Any

import spacy
from spacy.tokens import Doc
from spacy.training import Example
from spacy.util import compounding, fix_random_seed, minibatch

from documents.limits import Limits
from documents.page import Box
from documents.reader import read
from extractors.language import MODEL
from extractors.sheet import sheet_of
from sample_docs.generator.made import Made, MadeWord
from sample_docs.generator.make import make_referral

_KINDS = {
    "patient.family": "PATIENT",
    "patient.given": "PATIENT",
    "patient.middle": "PATIENT",
    "provider.family": "PROVIDER",
    "provider.given": "PROVIDER",
    "provider.practice": "PRACTICE",
    "indication.text": "REASON",
    "other.person": "PERSON",
    "other.centre": "CENTRE",
}
_LOOKALIKES = {
    "l": "1I", "I": "l1", "1": "lI", "O": "0", "0": "O", "o": "c", "S": "5", "5": "S", "B": "8", "8": "B",
    ",": ".", ".": ",", "e": "c", "a": "o", "i": "l", "u": "v", "n": "r", "m": "n", "/": "1",
}  # fmt: skip
Labelled = tuple[list[str], list[str | None]]


def kind_of(field: str | None) -> str | None:
    """Return the entity that a drawn word's field belongs to, or None."""
    if field and field.startswith("exams.") and field.endswith(".text"):
        return "EXAM"
    return _KINDS.get(field or "")


def labelled_pages(made: Made, name: str) -> Iterator[Labelled]:
    """Yield the words of each page as read, in reading order, each with the entity it belongs to."""
    document = read(made.data, name, Limits())
    for page in document.pages:
        drawn = [word for word in made.words if word.page == page.number and word.box and word.field]
        tokens = sheet_of(page).tokens
        if tokens:
            yield [token.text for token in tokens], [_field_under(token.box, drawn) for token in tokens]


def drawn_pages(made: Made, rng: random.Random) -> Iterator[Labelled]:
    """Yield the words of each page as drawn, some letters misread, each with the entity it belongs to."""
    for number in sorted({word.page for word in made.words}):
        words = [word for word in made.words if word.page == number]
        yield [misread(word.text, rng) for word in words], [kind_of(word.field) for word in words]


def misread(text: str, rng: random.Random) -> str:
    """Return `text` with about one letter in sixty taken for another that looks like it."""
    return "".join(rng.choice(_LOOKALIKES[c]) if c in _LOOKALIKES and rng.random() < 0.06 else c for c in text)


def _field_under(box: Box, drawn: list[MadeWord]) -> str | None:
    best = max(drawn, key=lambda word: box.overlap(Box(*word.box)) if word.box else 0.0, default=None)
    if best is None or best.box is None or box.overlap(Box(*best.box)) < 0.45:
        return None
    return kind_of(best.field)


def example(nlp: spacy.Language, words: list[str], kinds: list[str | None]) -> Example:
    """Return a training example: runs of words with one entity are its spans."""
    doc = Doc(nlp.vocab, words=words)
    spans, at = [], 0
    for kind, run in groupby(kinds):
        length = len(list(run))
        if kind:
            span = doc[at : at + length]
            spans.append((span.start_char, span.end_char, kind))
        at += length
    return Example.from_dict(nlp.make_doc(doc.text), {"entities": spans})


def windows(words: list[str], kinds: list[str | None], size: int = 60) -> Iterator[Labelled]:
    """Yield a page in pieces of about `size` words, never cut within an entity: short pieces give more steps."""
    start = 0
    while start < len(words):
        end = min(len(words), start + size)
        while end < len(words) and kinds[end] is not None and kinds[end] == kinds[end - 1]:
            end += 1
        yield words[start:end], kinds[start:end]
        start = end


def train(examples: list[Example], nlp: spacy.Language, epochs: int, seed: int) -> None:
    """Train the pipeline's recogniser in place."""
    fix_random_seed(seed)
    optimizer = nlp.initialize(lambda: examples)
    for epoch in range(epochs):
        random.Random(seed + epoch).shuffle(examples)
        losses: dict[str, float] = {}
        for batch in minibatch(examples, size=compounding(8.0, 32.0, 1.002)):
            nlp.update(batch, sgd=optimizer, drop=0.25, losses=losses)
        print(f"epoch {epoch + 1} of {epochs}: loss {losses['ner']:.0f}", flush=True)


def blank() -> spacy.Language:
    """Return an untrained pipeline: a small convolutional encoder over hashed word shapes and affixes."""
    nlp = spacy.blank("en")
    nlp.add_pipe(
        "ner",
        config={
            "model": {
                "@architectures": "spacy.TransitionBasedParser.v2",
                "state_type": "ner",
                "extra_state_tokens": False,
                "hidden_width": 64,
                "maxout_pieces": 2,
                "use_upper": True,
                "tok2vec": {
                    "@architectures": "spacy.HashEmbedCNN.v2",
                    "width": 96,
                    "depth": 4,
                    "embed_size": 2000,
                    "window_size": 1,
                    "maxout_pieces": 3,
                    "subword_features": True,
                    "pretrained_vectors": None,
                },
            }
        },
    )
    return nlp


def gather(count: int, read_first: int, seed: int) -> list[tuple[bool, Labelled]]:
    """Return labelled pages of `count` drawn letters, each with whether it was really read."""
    pages: list[tuple[bool, Labelled]] = []
    for number in range(count):
        rng = random.Random(f"language/{seed}/{number}")
        family = "letter" if rng.random() < 0.85 else rng.choice(["pad", "ehr_order", "template"])
        really = number < read_first
        made = make_referral(rng, family=family, by_mail=False, quality=None if really else "clean")
        found = labelled_pages(made, f"{number}{made.suffix}") if really else drawn_pages(made, rng)
        pages += [(really, page) for page in found]
        print(f"\r{number + 1} of {count}", end="", file=sys.stderr, flush=True)
    return pages


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--count", type=int, default=320)
    parser.add_argument("--read", type=int, default=40, help="how many of them are read as faxes")
    parser.add_argument("--seed", type=int, default=7)
    parser.add_argument("--epochs", type=int, default=12)
    chosen = parser.parse_args()
    pages = gather(chosen.count, chosen.read, chosen.seed)
    nlp = blank()
    held = [pages[place] for place in range(0, len(pages), 6)]
    taught = [page for place, (_, page) in enumerate(pages) if place % 6]
    train([example(nlp, *part) for page in taught for part in windows(*page)], nlp, chosen.epochs, chosen.seed)
    figures: dict[str, Any] = {"letters": chosen.count, "read": chosen.read, "pages": len(pages), "seed": chosen.seed}
    for name, group in (("held_out", held), ("held_out_read", [each for each in held if each[0]])):
        scores = nlp.evaluate([example(nlp, *page) for _, page in group])
        figures[name] = {
            "pages": len(group),
            "f1": round(scores["ents_f"] or 0.0, 4),
            "by_entity": {kind: round(each["f"], 4) for kind, each in (scores["ents_per_type"] or {}).items()},
        }
    MODEL.parent.mkdir(parents=True, exist_ok=True)
    nlp.to_disk(MODEL)
    figures["sha256"] = {
        str(path.relative_to(MODEL)): hashlib.sha256(path.read_bytes()).hexdigest()
        for path in sorted(MODEL.rglob("*"))
        if path.is_file()
    }
    (MODEL.parent / "metrics.json").write_text(json.dumps(figures, indent=1) + "\n", "utf-8")
    print(json.dumps({key: value for key, value in figures.items() if key != "sha256"}, indent=1))


if __name__ == "__main__":
    main()
