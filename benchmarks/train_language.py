"""Train the spaCy pipeline for running text on synthetic referrals, after real reading.

    python -m benchmarks.train_language --count 400 --seed 7

Letters are drawn by `sample_docs.generator` and read by `documents` as a fax
would be; each word read takes the field of the drawn word under it, so that
the pipeline learns what readers make of pages. Writes `models/referral_ner`:
the pipeline, its card and the figures on letters that were held out.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import random
from collections.abc import Iterator
from itertools import groupby
from pathlib import Path

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


def train(examples: list[Example], nlp: spacy.Language, epochs: int, seed: int) -> None:
    """Train the pipeline's recogniser in place."""
    fix_random_seed(seed)
    optimizer = nlp.initialize(lambda: examples)
    for epoch in range(epochs):
        random.Random(seed + epoch).shuffle(examples)
        losses: dict[str, float] = {}
        for batch in minibatch(examples, size=compounding(4.0, 16.0, 1.3)):
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


def gather(count: int, seed: int, cache: Path | None) -> list[tuple[str, Labelled]]:
    """Return labelled pages of `count` drawn letters, each with the quality it came in."""
    if cache and cache.exists():
        return [(quality, (words, kinds)) for quality, words, kinds in json.loads(cache.read_text("utf-8"))]
    pages: list[tuple[str, Labelled]] = []
    for number in range(count):
        rng = random.Random(f"language/{seed}/{number}")
        family = "letter" if rng.random() < 0.8 else rng.choice(["pad", "ehr_order", "template"])
        made = make_referral(rng, family=family, by_mail=False)
        pages += [(made.quality, page) for page in labelled_pages(made, f"{number}{made.suffix}")]
        print(f"\r{number + 1} of {count}", end="", flush=True)
    print()
    if cache:
        cache.write_text(json.dumps([(quality, *page) for quality, page in pages]), "utf-8")
    return pages


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--count", type=int, default=400)
    parser.add_argument("--seed", type=int, default=7)
    parser.add_argument("--epochs", type=int, default=12)
    parser.add_argument("--cache", type=Path, help="keep the pages read here, to train again without reading again")
    chosen = parser.parse_args()
    pages = gather(chosen.count, chosen.seed, chosen.cache)
    nlp = blank()
    examples = [example(nlp, *page) for _, page in pages]
    held = examples[::6]
    train([each for place, each in enumerate(examples) if place % 6], nlp, chosen.epochs, chosen.seed)
    scores = nlp.evaluate(held)
    MODEL.parent.mkdir(parents=True, exist_ok=True)
    nlp.to_disk(MODEL, exclude=["vocab"])
    figures = {
        "documents": chosen.count,
        "pages": len(pages),
        "held_out_pages": len(held),
        "seed": chosen.seed,
        "f1": round(scores["ents_f"], 4),
        "by_entity": {kind: {name: round(value, 4) for name, value in each.items()} for kind, each in scores["ents_per_type"].items()},
        "sha256": {
            str(path.relative_to(MODEL)): hashlib.sha256(path.read_bytes()).hexdigest()
            for path in sorted(MODEL.rglob("*"))
            if path.is_file()
        },
    }
    (MODEL.parent / "metrics.json").write_text(json.dumps(figures, indent=1) + "\n", "utf-8")
    print(json.dumps({key: figures[key] for key in ("f1", "by_entity")}, indent=1))


if __name__ == "__main__":
    main()
