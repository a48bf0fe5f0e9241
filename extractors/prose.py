"""Exams asked for in running text: a letter's sentence, whatever its line breaks and brackets.

A sentence is cut where a paragraph ends, where another label begins, and
where it goes on to say why: a side or a place in the reason is no part of
what is asked for.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from itertools import pairwise

from extractors.sheet import Token
from extractors.views import View

_REQUEST = re.compile(
    r"\b(grateful|appreciate\w*|please|kindly|would you|could you|can you|schedul\w*|arrang\w*|perform\w*|obtain\w*|"
    r"(?<!upon )(?<!on )request(?:s|ed|ing)?|order(?:ing|ed)?|refer(?:ring|red)?|would like|i'd like|for an?|get an?|"
    r"ha(?:ve|s) an?|needs?|requir(?:e|es|ing)|recommend\w*|undergo\w*|benefit from|set up|book|proceed with|"
    r"sen(?:t|d|ding)|evaluat\w+ (?:with|by)|plan(?:s|ned)?|do an?)\b",
    re.I,
)
_POLITE = re.compile(r"\b(please|grateful\w*|kindly|appreciate\w*|schedul\w*|arrang\w*|(?<!on )request\w*)\b", re.I)
_PAST = re.compile(
    r"\b(prior|previous|last|recent|comparison|compared?|showed|shows|revealed|demonstrated|"
    r"was (?:negative|normal|positive)|neg(?:ative)? for|were (?:negative|normal)|on (?:plain )?film|"
    r"dated|in (?:19|20)\d\d|done (?:on|in)|report)\b",
    re.I,
)
# What follows tells why, or of whom: "for right knee pain", "to rule out", "on our patient".
_REASON = re.compile(
    r"\b(to (?:rule|r/o|evaluate|assess|exclude|look|check|further|better|determine|investigate|confirm|see)|"
    r"for (?:the )?(?:evaluation|assessment|concern|suspe\w+|possible|further|follow|pain|above|management|\w+ pain|"
    r"(?:right|left|r|l|bilateral) (?:\w+ ){0,3}(?:pain|swelling|injury|weakness|mass|trauma))|"
    r"because|due to|given|secondary to|rule out|r/o|on (?:our|my|this|the above) |in (?:this|our|view)|who|whose|"
    r"as (?:she|he|they|soon)|with a history|history of|he has|she has|hx of|dx|diagnosis|indication|reason)\b",
    re.I,
)
_ABBREVIATED = frozenset(["dr", "mr", "mrs", "ms", "st", "pt", "no", "vs", "approx", "jr", "sr", "prof", "wo"])


def asking(view: View) -> Iterator[tuple[Token, ...]]:
    """Yield the clauses that ask for something, from their asking on, without codes in brackets and the reason."""
    for sentence in sentences(view):
        text, starts = _spelled(sentence)
        if _PAST.search(text) and not _POLITE.search(text):
            continue
        cuts = [0, *(hit.start() for hit in _REASON.finditer(text)), len(text)]
        for first, last in pairwise(cuts):
            match = _REQUEST.search(text, first, last)
            if match is None:
                continue
            part = tuple(token for token, at in zip(sentence, starts, strict=True) if match.start() <= at < last)
            bare = _without_codes(view, part)
            if bare:
                yield bare


def sentences(view: View) -> Iterator[tuple[Token, ...]]:
    """Yield the sentences of a page's paragraphs; a label that asks for something else ends one."""
    sentence: list[Token] = []
    pitch = _pitch(view)
    for place, row in enumerate(view.sheet.rows):
        above = view.sheet.rows[place - 1] if place else None
        if above and row[0].box.y - above[0].box.y > 1.45 * pitch and not _goes_on(above, row):
            yield tuple(sentence)
            sentence = []
        for token in row:
            label = view.grid.label_of(token)
            if label and label.strength >= 0.85 and not _of_exam(label.concepts) and token is label.tokens[0]:
                yield tuple(sentence)
                sentence = []
            sentence.append(token)
            if _ends(token) or _greets(sentence):
                yield tuple(sentence)
                sentence = []
    yield tuple(sentence)


def _pitch(view: View) -> float:
    """Return the distance between two lines of running text: a small one among those of the page's full rows."""
    rows = view.sheet.rows
    steps = sorted(
        below[0].box.y - above[0].box.y
        for above, below in pairwise(rows)
        if len(above) >= 5 and below[0].box.y - above[0].box.y > 0.6 * view.sheet.em
    )
    return max(steps[len(steps) // 4] if steps else 0.0, 1.15 * view.sheet.em)


def _goes_on(above: Sequence[Token], row: Sequence[Token]) -> bool:
    """Whether a sentence runs on over a wide gap: no stop before it and a small letter or a bracket after it."""
    return above[-1].text[-1:] not in ".!?:" and (row[0].text[:1].islower() or row[0].text[:1] in "(&")


def _ends(token: Token) -> bool:
    text = token.text.rstrip("\"')")
    if text[-1:] in "!?":
        return True
    return text.endswith((".", ";")) and len(token.plain) > 2 and token.plain not in _ABBREVIATED


def _greets(sentence: Sequence[Token]) -> bool:
    """Whether the words so far are a greeting: "Dear Scheduling,"."""
    return (
        len(sentence) <= 5
        and sentence[0].plain in ("dear", "hello", "hi", "to", "attn")
        and sentence[-1].text[-1:] in ",:"
    )


def _of_exam(concepts: Sequence[str]) -> bool:
    return any(concept.startswith(("exam.", "order.")) for concept in concepts)


def _without_codes(view: View, tokens: Sequence[Token]) -> tuple[Token, ...]:
    """Drop a procedure code with its label: the bracket would part an exam's words."""
    kept = []
    for token in tokens:
        label = view.grid.label_of(token)
        if label and "exam.procedure_code" in label.concepts:
            continue
        if re.fullmatch(r"\W*(cpt|hcpcs|code)?\W*([0-9]{5}|[A-Z][0-9]{4})?\W*", token.text, re.I) and token.plain:
            continue
        kept.append(token)
    return tuple(kept)


def _spelled(tokens: Sequence[Token]) -> tuple[str, list[int]]:
    text, starts = "", []
    for token in tokens:
        starts.append(len(text))
        text += token.text + " "
    return text, starts
