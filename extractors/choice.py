"""Choose once more when everything is known: the candidate that is most likely right, or none of them.

`extractors.resolve` ranks what the rules propose by how each was found. The
models of `extractors.confidence` also know how well its words were read, what
the second reader says and whether it fits the rest of the order: a letterhead
read cleanly beats the same practice torn at its label.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from rapidfuzz.distance import JaroWinkler

from extractors.sheet import plain
from orders.order import Finding, Value

# An exam hangs together by its words, and codes and marks are not one of several.
_NOT: Final = ("exams.", "indication.icd10", "signed")
# Read off one line: a part of a name is not taken from another person's.
_OF_ONE: Final = ("family", "given", "middle", "line", "city", "state", "postal_code")
_ALIKE: Final = 0.8
_ROW: Final = 0.02
# A rival must be likelier by as much, for the rules know what the figures do not.
LEAD: Final = 0.1
# What is less likely than this is a guess: it is offered, not stated.
LIKELY: Final = 0.4
_LEAST, _MOST = 0.02, 0.999


def raw(support: float, rival: float) -> float:
    """Return the rank (0..1) of the best supported value: its support, less where a rival comes close."""
    lead = support - rival
    return max(_LEAST, min(_MOST, support * (0.75 + 0.25 * min(1.0, max(0.0, lead) / 0.4))))


def alternatives(path: str, value: Value) -> tuple[Value, ...]:
    """Return what `value` at `path` would be if one of the findings that lost had won, in their order."""
    if value.state != "stated" or path.startswith(_NOT):
        return ()
    first = Finding(path, value.value, value.evidence, value.confidence, value.reason)
    part = path.rsplit(".", 1)[-1] in _OF_ONE
    return tuple(
        Value.of(other, raw(other.score, first.score), (first, *(one for one in value.others if one is not other)))
        for other in value.others
        if not part or _of_one(first, other)
    )


def settled(path: str, value: Value, rivals: Sequence[Value]) -> Value:
    """Return the likeliest of `value` and its `rivals`, or a leaf left open where none is likely.

    Their confidences are probabilities of being right. What is left open is
    *unreadable*, never *absent*: something stands there, a person says what.
    """
    best = max(rivals, key=lambda rival: rival.confidence, default=value)
    if best.confidence < value.confidence + LEAD:
        best = value
    if best.state != "stated" or path.startswith(_NOT) or best.confidence >= LIKELY:
        return best
    guess = Finding(path, best.value, best.evidence, best.confidence, best.reason)
    return Value(
        None, 1.0 - best.confidence, best.evidence, "unreadable", "nothing read is likely", (guess, *best.others)
    )


def _of_one(one: Finding, other: Finding) -> bool:
    """Whether two findings of a part are the same name or address read twice, or stand on one row."""
    if JaroWinkler.similarity(plain(str(one.value)), plain(str(other.value))) >= _ALIKE:
        return True
    here, there = one.evidence[:1], other.evidence[:1]
    return bool(here and there and here[0].page == there[0].page and abs(here[0].box[1] - there[0].box[1]) < _ROW)
