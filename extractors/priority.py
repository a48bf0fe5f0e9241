"""The priority as the order states it: ticked, entered at its label, or said in words."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator

from extractors.choices import choices_on
from extractors.letterhead import is_prose
from extractors.sheet import mark_evidence
from extractors.views import View, joined
from orders.order import Finding

PriorityReader = Callable[[str], str | None]
_SAID = re.compile(
    r"\b(?:regard|consider|treat|schedule|mark|handle|perform|do)\w*\b[^.\n]{0,40}?\b(urgent\w*|stat|routine\w*|emergen\w+|asap)\b|\b(urgent\w*|stat|routine\w*|asap)\s+(?:basis|priority|request|order|study|scan|appointment)\b|\((urgent|routine|stat|asap)\)",
    re.I,
)


def find_priority(view: View, read: PriorityReader) -> Iterator[Finding]:
    """Yield findings for `priority` on one page; `read` tells the priority that words state, or None."""
    for choice in choices_on(view):
        if choice.role == "priority":
            found = mark_evidence(view.sheet.number, choice.mark, choice.text)
            yield Finding("priority", choice.value, found, 0.97 * choice.mark.confidence, "ticked")
    for entry in view.of("order.priority"):
        text = joined(entry.tokens[:5])
        options = len(re.findall(r"\b(routine|urgent|stat|asap|emergent)\b", joined(entry.tokens), re.I))
        value = read(text)
        if value and options == 1:
            yield view.finding("priority", value, entry.tokens[:3], entry.score, f"label {entry.label.text}")
    for segment in view.sheet.segments:
        if len(segment.tokens) <= 2 and not _beside_a_box(view, segment.box.x0, segment.box.y):
            value = (
                read(segment.text)
                if re.fullmatch(r"(?i)\W*(routine|urgent|stat|asap|emergent)\W*", segment.text)
                else None
            )
            if value:
                yield view.finding("priority", value, segment.tokens, 0.7, "stands alone")
        elif (
            segment.tokens[-1].plain in ("routine", "stat", "urgent")
            and _names_exam(view, segment.tokens[0].row)
            and not _beside_a_box(view, segment.box.x1 - segment.tokens[-1].box.width, segment.box.y)
        ):
            yield view.finding("priority", segment.tokens[-1].plain, segment.tokens[-1:], 0.55, "ends the exam's line")
    if is_prose(view):
        for hit in view.find(_SAID):
            value = read(next(group for group in hit.match.groups() if group))
            if value:
                yield view.finding("priority", value, hit.tokens, 0.72, "said in running text")


def _beside_a_box(view: View, x: float, y: float) -> bool:
    """Whether a box stands just to the left: then the words are an option, and the tick decides."""
    em = view.sheet.em * view.sheet.aspect
    return any(
        mark.kind == "choice" and abs(view.sheet.down(mark.box.y - y)) < 0.9 and -0.5 * em < x - mark.box.x1 < 1.5 * em
        for mark in view.sheet.marks
    )


def _names_exam(view: View, row: int) -> bool:
    text = " ".join(token.text for token in view.sheet.rows[row])
    return bool(re.search(r"\b(CT|MRI?|MRA|X-?ray|XR|US|ultrasound|PET|DEXA|DXA|mammo\w*|NM)\b", text, re.I))
