"""Reasons that a form lists to be ticked, and the line for another one below them.

Under a label for the reason stand boxes with complaints. What is ticked is the
reason, what is written behind "Other" is too, and the rest of the list is
print that nobody has entered.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from functools import lru_cache

from documents.page import Mark
from extractors.choices import role_of, same_row, words_of
from extractors.labels import Label
from extractors.lexicon import reasons
from extractors.narrative import is_clinical
from extractors.sheet import SEGMENT_GAP, Token, plain
from extractors.views import View
from orders.order import Finding

_OTHER = re.compile(r"^(other|others|otra|otro)$")
_BRACKETS = re.compile(r"[^A-Za-z0-9]*[xX]?[^A-Za-z0-9]*")
_LONGEST = 14  # rows of a list
_SURE_MARK = 0.6


def find_listed(view: View) -> Iterator[Finding]:
    """Yield a finding for `indication.text` of the reasons that are ticked in a list, and of another written in."""
    for label in view.labels:
        options = _options(view, label)
        if not options:
            continue
        on = [mark for mark in options if mark.state == "on" and mark.confidence >= _SURE_MARK]
        tokens = [token for mark in on for token in _option(view, mark)]
        other = _written_in(view, label, options)
        if tokens or other:
            every = (*tokens, *other)
            told = reasons().tell(every)
            sure = min((mark.confidence for mark in on), default=1.0)
            how = f"ticked under {label.text}{told.how}" if tokens else f"written in under {label.text}{told.how}"
            # Conditions ticked beside a reason in words are the patient's history.
            score = 0.5 if _in_words(view) else 0.93
            yield view.finding("indication.text", _clean(told.text), every, score * sure, how)


@lru_cache(maxsize=64)
def listed(view: View) -> frozenset[int]:
    """Return the indexes of the tokens that a form prints as reasons to choose from."""
    found: set[int] = set()
    for label in view.labels:
        found |= {token.index for mark in _options(view, label) for token in _option(view, mark)}
    return frozenset(found)


def _options(view: View, label: Label) -> tuple[Mark, ...]:
    """Return the boxes with complaints that stand between a reason's label and the next field's."""
    if not {"indication.text", "indication.icd10"} & set(label.concepts):
        return ()
    end, left = _end(view, label), _left(view, label)
    marks = [
        mark
        for mark in view.sheet.marks
        if mark.kind == "choice"
        and mark.state in ("on", "off")
        and label.box.y0 - 0.5 * view.sheet.em < mark.box.y < end
        and mark.box.x0 > left
    ]
    named = [mark for mark in marks if role_of(words_of(view, mark))[0] == "other" and _option(view, mark)]
    clinical = [mark for mark in named if is_clinical(" ".join(token.text for token in _option(view, mark)))]
    # A list of complaints: most of what it offers names one.
    return tuple(named) if len(clinical) >= 1 and 2 * len(clinical) >= len(named) else ()


def _option(view: View, mark: Mark) -> tuple[Token, ...]:
    """Return the words that follow a box up to a wide gap or the next box."""
    em = view.sheet.em * view.sheet.aspect
    found: list[Token] = []
    last = mark.box.x1
    for token in view.sheet.tokens:
        if not same_row(view, token.box, mark.box) or token.box.x0 < mark.box.x0 - 0.2 * em:
            continue
        if view.sheet.across(token.box.x0 - last) > SEGMENT_GAP:
            break
        if view.grid.choice_between(mark.box.x1 + 0.5 * em, token.box.x0, mark.box):
            break
        last = token.box.x1
        if found or not _BRACKETS.fullmatch(token.text):
            found.append(token)
    return tuple(found)


def _in_words(view: View) -> bool:
    """Whether a reason is written at any label of one, outside of the lists."""
    printed = listed(view)
    return any(
        is_clinical(entry.text)
        and not any(token.index in printed or _OTHER.match(token.plain) for token in entry.tokens)
        for entry in view.of("indication.text")
    )


def _left(view: View, label: Label) -> float:
    """Return the x where a list begins: near its label's own, anywhere under a title in the middle of its row."""
    alone = all(token in label.tokens for token in view.sheet.rows[label.row])
    return -1.0 if alone else label.box.x0 - 3 * view.sheet.em * view.sheet.aspect


def _end(view: View, label: Label) -> float:
    """Return the y where the next field begins below a list; the line for another reason is no other field."""
    rows = view.sheet.rows
    for row in rows[label.last_row + 1 : label.last_row + 1 + _LONGEST]:
        first = view.grid.label_of(row[0])
        if first is not None and first is not label and first.strength >= _SURE_MARK and not _OTHER.match(row[0].plain):
            return row[0].box.y0
    return rows[min(len(rows) - 1, label.last_row + _LONGEST)][0].box.y1


def _written_in(view: View, label: Label, options: Sequence[Mark]) -> tuple[Token, ...]:
    """Return what is written behind "Other" in a list or just below it."""
    last, left = max(mark.box.y for mark in options), _left(view, label)
    for row in view.sheet.rows[label.row :]:
        below = view.sheet.down(row[0].box.y - last)
        if below > 3.5:
            return ()
        for place, token in enumerate(row):
            if not _OTHER.match(token.plain) or token.box.x0 < left:
                continue
            rest = [one for one in row[place + 1 :] if one.plain and plain(one.text) not in ("specify", "reason")]
            written = tuple(one for one in rest if view.grid.label_of(one) is None)
            if len(written) == len(rest) and sum(character.isalpha() for one in written for character in one.text) > 3:
                return written
    return ()


def _clean(text: str) -> str:
    return text.strip(" ,;:-–_|.")
