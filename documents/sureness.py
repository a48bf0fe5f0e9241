"""How likely a word is right: the reader's raw confidence fitted to what was right on drawn pages.

`Word.confidence` ranks words well and is no probability: of the words that it
puts between 0.8 and 0.9, seven in ten are right, of those at 0.5, one in three.
What else is known is weighed in: what the second reader said, whether a hand
wrote it, and whether the word is as long as its letters need. How sure its line
and page are adds nothing (AUC 0.917 instead of 0.916). The weights lie in
`models/words`, fitted by `benchmarks.sureness`; `card.md` there has its figures.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from documents.marks import network
from documents.page import Page, Word

# Where the slope of the odds may change, in tens of doubt: a confidence of 0.5, 0.9, 0.97, 0.99, 0.997 and 0.999.
_KNOTS = (0.3, 1.0, 1.5, 2.0, 2.5, 3.0)
_LEAST_DOUBT = 1e-4
# A stamp, a rule or a picture read as a word is this many times wider or narrower than its letters at most.
_WIDEST = 4.0


def probabilities(page: Page) -> tuple[float, ...]:
    """Return for each of a page's words the probability that it stands there as read.

    Words of a believed text layer and of live fields, which no reader read, have 1.
    """
    read = [word for word in page.words if not _stated(word, page)]
    if not read:
        return (1.0,) * len(page.words)
    shares = iter(network.probabilities("words", features(read, page.width / page.height))[:, 1].tolist())
    return tuple(1.0 if _stated(word, page) else round(next(shares), 4) for word in page.words)


def features(words: Sequence[Word], aspect: float) -> NDArray[np.float32]:
    """Return (words, 19) features of a page's words; `aspect` is the page's width over its height."""
    rates = np.array([len(word.text) * word.box.height / max(1e-6, word.box.width * aspect) for word in words])
    usual = float(np.median(rates)) if len(rates) else 1.0
    fits = np.clip(np.log(np.maximum(rates, 1e-3) / max(usual, 1e-3)), -np.log(_WIDEST), np.log(_WIDEST))
    return np.array([_row(word, float(fit)) for word, fit in zip(words, fits, strict=True)], np.float32)


def _row(word: Word, fit: float) -> list[float]:
    sure = -np.log10(1 - word.confidence + _LEAST_DOUBT)
    steps = [sure, *(max(0.0, sure - knot) for knot in _KNOTS)]
    agrees, unseen = word.agreed is True, word.second == ""
    differs = word.agreed is False and not unseen
    digits = sum(character.isdigit() for character in word.text)
    return [
        *steps,
        float(agrees),
        float(differs),
        float(unseen),
        agrees * sure,
        word.handwritten,
        word.handwritten * sure,
        max(0.0, fit),
        max(0.0, -fit),
        float(len(word.text) == 1),
        float(np.log(len(word.text) or 1)),
        float(digits > 0),
        float(0 < digits < sum(character.isalnum() for character in word.text)),
    ]


def _stated(word: Word, page: Page) -> bool:
    return page.source != "ocr" and word.confidence == 1.0
