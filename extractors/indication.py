"""The indication: the reason in words, and the diagnosis codes."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from extractors.lexicon import reasons
from extractors.listed import find_listed, listed
from extractors.narrative import is_clinical
from extractors.sheet import Token, plain
from extractors.views import View
from orders.codes import ICD10
from orders.order import Finding

# After a comma or a space only a figure goes on with the code: "C61, R97.21" are two.
_CODE = re.compile(
    r"(?<![A-Za-z0-9.])([A-TV-Z$][0-9OIlSBQZ][0-9A-TV-ZOIlS](?:[.·][0-9A-Za-z]{1,4}|(?:[.·]\s|,\s?)[0-9][0-9A-Za-z]{0,3})?"
    r"|[A-TV-Z][0-9OIl][0-9A-Z][0-9A-Z]{1,4})(?![A-Za-z0-9])"
)
_DIGIT = str.maketrans(
    {"O": "0", "o": "0", "Q": "0", "I": "1", "l": "1", "S": "5", "s": "5", "B": "8", "Z": "2", "z": "2"}
)
_LETTER = str.maketrans({"0": "O", "1": "I", "5": "S", "8": "B", "$": "S", "2": "Z", "6": "G"})
_LED = re.compile(
    r"\b(?:reason(?: for (?:the )?(?:exam|study|test|referral|order|scan|imaging|visit))?|"
    r"indications?|clinical (?:history|indication|information|question)|history|hx|symptoms?|"
    r"complaint|"
    r"(?:to|please) (?:evaluate|rule out|assess)|evaluate for|r/o|rule out)\b\s*(?:is|are|of|:|;|-)?\s*([^\n]{6,200})",
    re.I,
)
_ONLY_CODES = re.compile(r"^[\s,;/&:()\[\]-]*$")


def find_icd10(view: View) -> Iterator[Finding]:
    """Yield findings for `indication.icd10`: existing codes beside a label score high, elsewhere low."""
    seen: dict[str, float] = {}
    for entry in view.entered:
        if not {"indication.icd10", "indication.text"} & set(entry.label.concepts):
            continue
        for code, tokens, repaired in codes_in(entry.tokens):
            # However loosely a label holds it, a code is worth no less than without one.
            score = max(entry.score, _strength(tokens)) * (0.9 if repaired else 1.0)
            if seen.get(code, 0) < score:
                seen[code] = score
                reason = f"label {entry.label.text}, in the code list" + (
                    ", a misread character repaired" if repaired else ""
                )
                yield view.finding("indication.icd10", code, tokens, score, reason)
    for row in view.sheet.rows:
        for code, tokens, repaired in codes_in(row):
            dotted = "." in "".join(token.text for token in tokens)
            if code in seen or (repaired and not dotted):
                continue
            if _looks_like_other(code, tokens, row, dotted):
                continue
            seen[code] = 0.6
            yield view.finding(
                "indication.icd10",
                code,
                tokens,
                _strength(tokens) * (0.8 if repaired else 1.0),
                "a code of the list in the text",
            )


def _strength(tokens: Sequence[Token]) -> float:
    """How much an existing code counts by itself: one with a dot is hardly anything else."""
    return 0.72 if "." in "".join(token.text for token in tokens) else 0.35


def codes_in(tokens: Sequence[Token]) -> Iterator[tuple[str, tuple[Token, ...], bool]]:
    """Yield the existing ICD-10-CM codes among `tokens`, each with its tokens and whether it was repaired."""
    text, spans = "", []
    for token in tokens:
        spans.append((len(text), len(text) + len(token.text), token))
        text += token.text + " "
    for match in _CODE.finditer(text):
        raw = re.sub(r"\s", "", match[1]).replace(",", ".").replace("·", ".")
        own = tuple(token for start, end, token in spans if start < match.end(1) and end > match.start(1))
        code = ICD10.parse(raw)
        if code:
            yield str(code), own, False
            continue
        fixed = next(filter(None, map(ICD10.parse, _repairs(raw))), None)
        if fixed:
            yield str(fixed), own, True


def _repairs(raw: str) -> Iterator[str]:
    """Yield what a misread code may have been: only the code list decides."""
    bare = raw.replace(".", "")
    yield bare[:1].translate(_LETTER) + bare[1:2].translate(_DIGIT) + bare[2:].translate(_DIGIT)
    yield bare[:1].translate(_LETTER) + bare[1:2].translate(_DIGIT) + bare[2:3].translate(_DIGIT) + bare[3:]
    yield bare[:1].translate(_LETTER) + bare[1:6].translate(_DIGIT) + bare[6:]


def _looks_like_other(code: str, tokens: Sequence[Token], row: Sequence[Token], dotted: bool) -> bool:
    """A vertebra (`T12`, `C5`), a form's number or a section's: no diagnosis."""
    before = " ".join(token.text for token in row if token.box.x1 <= tokens[0].box.x0 + 1e-6)[-24:].lower()
    if re.search(r"\b(form|rev|auth|ref|id|order|#|no|suite|ste|unit|apt|room|lic|cpt)\W*$", before):
        return True
    return not dotted and (len(code) <= 3 or (code[0] in "TLCSH" and len(code) <= 3))


# "No family history of note", and the log of who touched an order in a portal.
_NO_REASON = re.compile(
    r"^(?:note\b|interest\b|significance\b)|\b(?:draft created|viewed by|sent to (?:the )?(?:imaging|scheduling)|"
    r"(?:created|submitted|received|opened) by)\b",
    re.I,
)


def find_reason(view: View) -> Iterator[Finding]:
    """Yield findings for `indication.text`: what stands at the label, without its codes, or is ticked below it."""
    yield from find_listed(view)
    printed = listed(view)
    for entry in view.whole("indication.text"):
        if any(token.index in printed for token in entry.tokens):
            continue
        tokens = _without_codes(entry.tokens)
        told = reasons().tell(tokens)
        text = _clean(told.text)
        if _is_reason(text):
            # "For:" may also name the patient, an exam or whoever a sheet is for.
            vague = plain(entry.label.text) in ("for", "purpose", "problem")
            sure = (0.8 if is_clinical(text) else 0.3) if vague else 1.0
            yield view.finding(
                "indication.text", text, tokens, entry.score * sure, f"label {entry.label.text}{told.how}"
            )
    for entry in view.of("indication.icd10"):
        tokens = _without_codes(entry.tokens)
        told = reasons().tell(tokens)
        text = _clean(told.text)
        if _is_reason(text) and len(text) >= 6:
            how = f"words beside the label {entry.label.text}{told.how}"
            yield view.finding("indication.text", text, tokens, entry.score * 0.55, how)
    for hit in view.find(_LED):
        label = next((view.grid.label_of(token) for token in hit.tokens if view.grid.label_of(token)), None)
        if label is not None and "indication.text" in label.concepts:
            continue
        if any(token.index in printed for token in hit.tokens):
            continue
        tokens = _without_codes(_up_to_a_label(view, hit.group_tokens(view)))
        told = reasons().tell(tokens)
        text = _clean(told.text)
        if _is_reason(text) and not any(token.plain in ("yes", "no") for token in tokens[-2:]):
            how = f"words that lead to a reason in running text{told.how}"
            yield view.finding("indication.text", text, tokens, 0.4, how)


def _up_to_a_label(view: View, tokens: Sequence[Token]) -> tuple[Token, ...]:
    """The tokens before the next label: running text does not run on into another field."""
    kept: list[Token] = []
    for token in tokens:
        label = view.grid.label_of(token)
        if label is not None and label.strength >= 0.6 and token is label.tokens[0]:
            break
        kept.append(token)
    return tuple(kept)


def _without_codes(tokens: Sequence[Token]) -> tuple[Token, ...]:
    coded = {token.index for _, own, _ in codes_in(tokens) for token in own}
    kept = [token for token in tokens if token.index not in coded]
    while kept and not kept[-1].plain:
        kept.pop()
    while kept and (not kept[0].plain or kept[0].plain in ("icd10", "icd", "dx")):
        kept.pop(0)
    return tuple(kept)


def _clean(text: str) -> str:
    text = re.sub(r"\(\s*\)|\[\s*\]", "", text)
    return text.strip(" ,;:-–_|").strip()


def _is_reason(text: str) -> bool:
    letters = sum(character.isalpha() for character in text)
    if letters < 3 or _ONLY_CODES.match(text) or _NO_REASON.search(text):
        return False
    return not re.fullmatch(
        r"(?i)(n/?a|none|see (below|above|attached|notes?)|yes|no|y n|unknown|icd-?10.*|code\(?s?\)?|required)",
        text.strip(" ."),
    )
