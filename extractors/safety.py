"""Safety answers: pregnancy, implants, contrast allergy, kidney disease, eGFR."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from documents.page import Box, Mark
from extractors.choices import words_of
from extractors.labels import Label
from extractors.sheet import Token, mark_evidence, plain
from extractors.views import View, joined
from orders.order import Finding

QUESTIONS = ("pregnant", "implant", "contrast_allergy", "kidney_disease")
_YES = frozenset(("yes", "y", "si", "positive", "pos"))
_NO = frozenset(("no", "n", "none", "negative", "neg", "denies", "denied", "nkda", "nka", "nkca"))
_EGFR = re.compile(r"(?<![\d.])>?\s?(\d{1,3}(?:\.\d)?)(?![\d/])")
_EGFR_TEXT = re.compile(r"\be-?\s?gfr\b[^\n\d>]{0,40}?>?[ ]?(\d{1,3}(?:\.\d)?)(?![\d/])", re.I)
_NEGATED = re.compile(
    r"\b(no|not|never|denies|denied|without|negative|neg|none|nor|isn't|hasn't|doesn't|free of|"
    r"absence of|no known|ruled out|non)\b[^.;]{0,60}$",
    re.I,
)
# The answer to a question is no denial of the next thing named.
_UNANSWERED = re.compile(r"\bnot (?:answered|asked|stated|applicable)\b", re.I)
_NO_CONTRAST_ALLERGY = re.compile(
    r"\b(?:(?:no|not|without)\s+(?:known|any|hx of|history of)\s+|denies\s+(?:any\s+)?)"
    r"(?:(?:iv\s+)?contrast|dye|iodine|gadolinium)\s*(?:media\s+|dye\s+)?(?:allerg\w*|reactions?)",
    re.I,
)
_ALLERGIC = re.compile(
    r"\ballerg(?:ies|y)\s*[:;-]\s*(?:iv\s+)?(?:contrast|iodinated contrast|iodine|gadolinium|dye)\b(?!\s*[?:])", re.I
)
_DEVICE = (
    r"(?:pace-?makers?|PPM|AICD|ICD(?!-?\s?\d|\W*1[0O]|\s*code)|defibrillators?|cochlear implants?|"
    r"aneurysm clip(?:s|ping)?|neuro-?stimulators?|(?:spinal cord|nerve|brain|vagal|bladder|"
    r"sacral) stimulators?"
    r"|loop recorder|insulin pump|baclofen pump|infusion pump|programmable shunt|"
    r"implanted (?:\w+ )?devices?|metal(?:lic)? implants?|implants?)"
)
# A list of questions with their answers, on one line or broken over two: "Kidney disease: No; Pregnant: Yes".
_ENDS = r"(?=\s*(?:[;,.|]|$))"
_LISTED: tuple[tuple[str, re.Pattern[str]], ...] = tuple(
    (
        field,
        re.compile(
            rf"(?<!\w)(?:{asked})[^:;?,|]{{0,30}}[:?]\s*(yes|no|none|denied|negative|positive){_ENDS}",
            re.I | re.M,
        ),
    )
    for field, asked in (
        ("pregnant", "pregnan"),
        ("implant", "pace-?maker|implant|mri[- ]?(?:incompatible|conditional)|metal|icd/|aneurysm|cochlear"),
        (
            "contrast_allergy",
            "(?:iv )?contrast (?:allerg|reaction)|allerg\\w*(?: to)? (?:iv )?(?:contrast|dye)|dye allerg",
        ),
        ("kidney_disease", "kidney|renal|ckd"),
    )
)
# field, what is stated, and what must stand near it for a plain statement to be a yes.
_STATEMENTS: tuple[tuple[str, re.Pattern[str], re.Pattern[str]], ...] = (
    (
        "pregnant",
        re.compile(r"\bpregnan(?:t|cy)\b|\bhcg\b|\bUPT\b", re.I),
        re.compile(r"\b(is|currently|now|weeks?|wks?|gestation)\b", re.I),
    ),
    (
        "implant",
        re.compile(rf"\b{_DEVICE}\b", re.I),
        re.compile(
            r"\b(has|with|s/p|status post|had|have|placed|placement|carries|history of|h/o|hx of|hx|"
            r"implanted|insertion|interrogat\w+|dual|single|chamber|generator|leads?|dependent|in situ|"
            r"in place|since|\d{4})\b",
            re.I,
        ),
    ),
    (
        "contrast_allergy",
        re.compile(
            r"\b(?:allerg\w*|reactions?|reacted|anaphyla\w*|hives|rash)\b[^.;]{0,34}?\b(?:contrast|iodine|"
            r"dye|gadolinium)\b|\b(?:contrast|iodine|dye|gadolinium)\s+(?:\w+\s+)?(?:allerg\w*|reactions?|"
            r"anaphyla\w*)",
            re.I,
        ),
        re.compile(r""),
    ),
    (
        "kidney_disease",
        re.compile(
            r"\b(?:chronic kidney disease|kidney disease|renal disease|CKD|ESRD|dialysis|"
            r"renal insufficiency|renal impairment|(?:kidney|renal) failure|(?:kidney|renal) problems?|"
            r"end[- ]stage renal)\b",
            re.I,
        ),
        re.compile(r""),
    ),
)


def find_safety(view: View) -> Iterator[Finding]:
    """Yield findings for every `safety.` field on one page.

    A form may ask for each kind of implant apart: one yes among them is the answer.
    """
    found = list(_found(view))
    asked = [finding for finding in found if finding.field == "safety.implant" and "running text" not in finding.reason]
    present = any(finding.value == "yes" and finding.score >= 0.5 for finding in asked)
    yield from (finding for finding in found if not (present and finding in asked and finding.value == "no"))


def _found(view: View) -> Iterator[Finding]:
    questions = [label for label in view.labels if label.concepts[0].split(".")[0] == "safety"]
    for label in questions:
        for concept in label.concepts:
            question = concept.split(".")[1]
            if question in QUESTIONS:
                yield from _ticked(view, label, question)
    for question in QUESTIONS:
        for entry in view.of(f"safety.{question}"):
            answer = _answer(entry.tokens)
            # The letters of a printed pair stand beside its boxes, whichever is ticked.
            if answer and not pair_of(view, entry.label):
                token = entry.tokens[:1]
                yield view.finding(
                    f"safety.{question}", answer, token, entry.score * 0.92, f"answer beside {entry.label.text}"
                )
    for entry in view.of("safety.egfr"):
        match = _EGFR.search(joined(entry.tokens[:3]))
        if match and 5 <= float(match[1]) < 200:
            yield view.finding("safety.egfr", float(match[1]), entry.tokens[:1], entry.score, "label eGFR")
    for hit in view.find(_EGFR_TEXT):
        if 5 <= float(hit.match[1]) < 200:
            yield view.finding("safety.egfr", float(hit.match[1]), hit.group_tokens(view), 0.75, "eGFR in running text")
    yield from _statements(view)


def _answer(tokens: Sequence[Token]) -> str | None:
    """Return yes or no where exactly one of them was entered; a printed pair is no answer."""
    words = [token.plain for token in tokens[:4]]
    yes, no = bool(_YES & set(words)), bool(_NO & set(words))
    if yes == no or words[0] not in _YES | _NO:
        return None
    return "yes" if yes else "no"


def _ticked(view: View, label: Label, question: str) -> Iterator[Finding]:
    """The yes/no pair of a question: the nearest ticks to its right, else just below it."""
    pair = pair_of(view, label)
    answers = [mark for mark in pair if mark.state == "on"]
    kinds = {_kind(view, mark) for mark in answers}
    if len(kinds) == 1:
        mark = max(answers, key=lambda mark: mark.confidence)
        found = mark_evidence(view.sheet.number, mark, f"{label.text}: {mark.text}")
        unticked = min((other.confidence for other in pair if other.state != "on"), default=0.8)
        yield Finding(
            f"safety.{question}",
            kinds.pop() or None,
            found,
            0.97 * min(mark.confidence, 0.5 + unticked / 2),
            f"ticked at {label.text}",
        )


def _kind(view: View, mark: Mark) -> str | None:
    word = plain(words_of(view, mark))
    return "yes" if word in _YES else "no" if word in _NO else None


def pair_of(view: View, label: Label) -> list[Mark]:
    """Return the yes/no marks that belong to a question."""
    marks = [mark for mark in view.sheet.marks if mark.kind in ("choice", "circle", "field") and _kind(view, mark)]
    right = view.grid.next_label_x(label)
    beside = [
        mark for mark in marks if _same_row(view, mark.box, label.box) and label.box.x1 - 0.002 <= mark.box.x0 < right
    ]
    if beside:
        return beside[:4]
    below = [
        mark
        for mark in marks
        if 0 < view.sheet.down(mark.box.y - label.box.y) < 2.6
        and label.box.x0 - 0.02 <= mark.box.x0 < min(right, label.box.x0 + 0.3)
    ]
    taken = [
        other
        for other in view.labels
        if other.concepts[0].startswith("safety.")
        and other is not label
        and any(_same_row(view, mark.box, other.box) and other.box.x1 <= mark.box.x0 for mark in below)
    ]
    return [] if taken else below[:4]


def _same_row(view: View, one: Box, other: Box) -> bool:
    return abs(view.sheet.down(one.y - other.y)) < 0.8


def _statements(view: View) -> Iterator[Finding]:
    """Answers in running text: a list of answers, a note that names a device, a letter that rules out a pregnancy."""
    for field, pattern in _LISTED:
        for hit in view.find(pattern):
            answer = "yes" if hit.match[1].lower() in _YES else "no"
            yield view.finding(f"safety.{field}", answer, hit.tokens, 0.9, "answered in a list")
    for pattern, answer in ((_NO_CONTRAST_ALLERGY, "no"), (_ALLERGIC, "yes")):
        for hit in view.find(pattern):
            yield view.finding("safety.contrast_allergy", answer, hit.tokens, 0.74, "stated in so many words")
    text = view.text.replace("\n", " ")
    entered = {token.index for entry in view.of("indication.text") for token in entry.tokens}
    for field, core, cue in _STATEMENTS:
        for match in core.finditer(text):
            tokens = view.tokens_between(match.start(), match.end())
            labels = [label for token in tokens if (label := view.grid.label_of(token))]
            if any(label.concepts[0].split(".")[-1] in QUESTIONS for label in labels) or any(
                token.index in entered for token in tokens
            ):
                continue
            before = re.split(r"[.;:](?:\s|$)", text[max(0, match.start() - 70) : match.start()])[-1]
            after = re.split(r"[.;](?:\s|$)", text[match.end() : match.end() + 40])[0]
            affirmed = bool(re.search(r"\byes\W{1,3}$", before, re.I))
            negated = not affirmed and (
                bool(_NEGATED.search(_UNANSWERED.sub("", before)))
                or bool(re.match(r"\W*(is |was |test )*(negative|none|neg\b|no\b|denied)", after, re.I))
            )
            if negated or affirmed or cue.search(before[-40:] + " " + match[0] + " " + after):
                yield view.finding(
                    f"safety.{field}",
                    "no" if negated else "yes",
                    tokens,
                    0.74 if negated else 0.66,
                    "stated in running text",
                )
