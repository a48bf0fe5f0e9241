"""Names, organisations and reasons in running text, by a spaCy pipeline of our own.

The pipeline is trained on synthetic referrals as OCR reads them (`models/referral_ner`,
its card and figures beside it); nothing is inferred beyond the spans it marks.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache
from pathlib import Path

import spacy
from spacy.language import Language

from extractors.letterhead import is_prose
from extractors.listed import listed
from extractors.names import parse_name
from extractors.narrative import is_clinical
from extractors.views import View
from orders.order import Finding

MODEL = Path(__file__).parent.parent / "models" / "referral_ner" / "pipeline"
MOST = 12_000  # characters of a page that are looked at


@cache
def pipeline() -> Language:
    """Return the trained pipeline, loaded once a process; raises OSError when it is not installed."""
    return spacy.load(MODEL)


def find_entities(view: View) -> Iterator[Finding]:
    """Yield findings for names, practice and reason from the running text of a page."""
    if not is_prose(view):
        return
    doc = pipeline()(view.text[:MOST].replace("\n", " "))
    for span in doc.ents:
        tokens = view.tokens_between(span.start_char, span.end_char)
        if not tokens:
            continue
        if span.label_ in ("PATIENT", "PROVIDER"):
            owner = span.label_.lower()
            name = parse_name(span.text)
            for part in ("family", "given", "middle") if name and name.family and name.given else ():
                if getattr(name, part) and (owner == "patient" or part != "middle"):
                    yield view.finding(
                        f"{owner}.{part}", getattr(name, part), tokens, 0.6, "recognised in running text"
                    )
        elif span.label_ == "PRACTICE":
            yield view.finding("provider.practice", span.text, tokens, 0.4, "recognised in running text")
        elif span.label_ == "REASON":
            text = " ".join(span.text.split())
            if not is_clinical(text) or any(token.index in listed(view) for token in tokens):
                continue  # an address or a greeting that sounded like one; what a form lists to choose from
            yield view.finding("indication.text", text, tokens, 0.55, "recognised in running text")
