"""What a run of words states about intravenous contrast.

"With or without, as the radiologist sees fit" states neither; contrast by
mouth or into a joint or the bowel alone is not contrast into a vein, but a
joint's is stated as "with contrast" and stands.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field

from classifiers.catalogue import Term, catalogue
from classifiers.lexicon import Token

BOTH = "with_and_without"
# A bare "w" or "wo" states contrast only for these; elsewhere it belongs to views, air, a Doppler.
BARE = frozenset({"CT", "MR", "PT"})


_OPPOSITE = {"with": "without", "without": "with"}
# After "plain" these make it a radiograph.
_FILMS = frozenset({"film", "films", "x", "xray", "xrays", "xr", "radiograph", "radiographs", "radiography"})
_SIGN = re.compile(r"[wv]{1,2}[a-z0-9/]{0,3}")
_NOUNS = frozenset({"noun", "short", "enhanced", "unenhanced", "both"})


@dataclass(frozen=True, slots=True)
class ContrastRun:
    """Tokens `first`..`last` (inclusive) and what they state: a code of the vocabulary, or None for neither."""

    first: int
    last: int
    value: str | None


@dataclass(slots=True)
class _Mention:
    sign: str
    noun: bool = False
    routes: set[str] = field(default_factory=set)


def contrast_runs(words: Sequence[Token], bare: bool, found: Sequence[Term | None]) -> tuple[ContrastRun, ...]:
    """Return every statement of contrast among `words`.

    `bare`: a lone "w" or "w/o" counts. `found[i]` is what a phrase of the
    catalogue that begins at token i states: a lone sign before anything but a
    side or a modality is plain English ("w views", "wo sedation").
    """
    roles = catalogue().contrast
    runs: list[ContrastRun] = []
    index = 0
    while index < len(words):
        if roles.get(words[index].word) not in (None, "link", "then", "either", "doubt", "filler", "short"):
            run = _run(words, index, bare, found)
            if run is not None:
                runs.append(_unsure(words, run) if bare else run)
                index = run.last
        index += 1
    return tuple(runs)


def _unsure(words: Sequence[Token], run: ContrastRun) -> ContrastRun:
    """Take back what a run says where the opposite sign stands two words before it, for something unread."""
    sign = next((role for role in map(catalogue().contrast.get, _before(words, run)) if role in _OPPOSITE), None)
    if sign is None or run.value != _OPPOSITE[sign]:
        return run
    return ContrastRun(run.first, run.last, None)


def _before(words: Sequence[Token], run: ContrastRun) -> list[str]:
    """The word before the last one before `run`, where that last one is none that a sign is known to go with."""
    between = words[max(0, run.first - 1) : run.first]
    known = any(word.word in catalogue().other or word.word in catalogue().words for word in between)
    return [] if known else [word.word for word in words[max(0, run.first - 2) : max(0, run.first - 1)]]


def _role(words: Sequence[Token], index: int) -> str | None:
    if index >= len(words):
        return None
    word = words[index].word
    if word == "o" and index and words[index - 1].word in ("w", "w/"):
        return "without"
    return catalogue().contrast.get(word)


def _run(words: Sequence[Token], first: int, bare: bool, found: Sequence[Term | None]) -> ContrastRun | None:
    roles: list[str] = []
    index = first
    while (role := _role(words, index)) is not None and (index == first or not _broken(words[index].gap)):
        if role == "without" and words[index].word == "o":
            roles.pop()
        roles.append(role)
        index += 1
    while roles and roles[-1] in ("link", "then", "either", "before", "after", "filler", "none"):
        roles.pop()
        index -= 1
    doubtful = bool({"doubt", "either", "perhaps"} & set(roles)) or (roles[:1] == ["noun"] and _slip(words, first))
    said = roles[-1:] == ["with"] and _NOUNS & set(roles) and index < len(words) and not _broken(words[index].gap)
    if said or (roles[-2:] == ["without", "with"] and _goes_on(words, index, found)):
        roles.pop()
        index -= 1
    if not roles:
        return None
    if roles == ["plain"]:
        plain_film = index < len(words) and words[index].word in _FILMS
        return ContrastRun(first, first, "without") if bare and not plain_film else None
    explicit = any(role in ("noun", "enhanced", "unenhanced", "both", "enteric", "vein") for role in roles) or (
        "short" in roles and any(role in ("with", "without", "none", "before", "after") for role in roles)
    )
    signed = any(role in ("with", "without", "both", "enhanced", "unenhanced") for role in roles)
    if not explicit and not (bare and signed):
        return None
    both = {"with", "without"} <= set(roles) or "both" in roles
    if not explicit and not both and not _ends(words, index, found, roles[-1]):
        return None
    if roles in (["vein"], ["enteric"], ["none"], ["both"]) and not (roles == ["both"] and bare):
        return None
    return ContrastRun(first, index - 1, None if doubtful else _value(roles))


def _slip(words: Sequence[Token], noun: int) -> bool:
    """Whether the word before "contrast" may be a sign misread: "WAO CONTRAST" says neither with nor without."""
    if not noun or _broken(words[noun].gap):
        return False
    word = words[noun - 1].word
    known = catalogue()
    if word in known.contrast or word in known.other or word in known.words:
        return False
    return bool(_SIGN.fullmatch(word)) or (len(word) <= 3 and _role(words, noun - 2) == "with")


def _goes_on(words: Sequence[Token], index: int, found: Sequence[Term | None]) -> bool:
    """Whether a "with" at the end of a run belongs to what follows it ("w/o w/ calcium score")."""
    after = found[index] if index < len(words) and not _broken(words[index].gap) else None
    return after is not None and after.technique is not None and after.modality is None


def _ends(words: Sequence[Token], index: int, found: Sequence[Term | None], sign: str) -> bool:
    """Whether a lone sign at the end of a run stands for contrast by what follows it."""
    if index >= len(words) or any(mark in words[index].gap for mark in ",;\n()-"):
        return True
    after, word = found[index], words[index].word
    if after is None:
        return word in ("and", "w", "w/", "with") or word.isdigit()
    if sign == "with":
        return _another(words, index, found) or (after.laterality is not None and index + 1 == len(words))
    return word not in catalogue().other


def _another(words: Sequence[Token], index: int, found: Sequence[Term | None]) -> bool:
    """Whether a modality after a lone "w" begins the next exam ("CT chest w MRI brain wo").

    A "with" or "w/" goes with what follows it ("arthrogram w/ MRI"), and a PET has its CT with it.
    """
    after = found[index]
    if after is None or after.modality not in BARE or after.implied or words[index - 1].word != "w":
        return False
    return not any(term and term.modality == "PT" for term in found[:index])


def _broken(gap: str) -> bool:
    return any(sign in gap for sign in ";\n)(")


def _value(roles: list[str]) -> str | None:
    roles = [role for role in roles if role != "filler"]
    if roles[0] == "noun" and roles[1:2] in (["with"], ["without"], ["none"]):
        roles = [roles[1], "noun", *roles[2:]]
    mentions: list[_Mention] = []
    signs = {"with": "with", "without": "without", "none": "without", "before": "without", "after": "with"}
    then = False
    for role in roles:
        if then and role in ("noun", "short"):
            mentions.append(_Mention("with"))
        then = role == "then" or (then and role == "link")
        if role in signs:
            mentions.append(_Mention(signs[role]))
        elif role == "both":
            mentions += [_Mention("with"), _Mention("without")]
        elif role in ("enhanced", "unenhanced"):
            mentions.append(_Mention("with" if role == "enhanced" else "without", noun=True))
        elif role in ("noun", "short", "vein", "enteric"):
            if not mentions:
                mentions.append(_Mention("with"))
            mentions[-1].noun |= role in ("noun", "short")
            mentions[-1].routes |= {role} & {"vein", "enteric"}
    for mention, after in zip(reversed(mentions[:-1]), reversed(mentions[1:]), strict=True):
        if not mention.noun and not mention.routes:
            mention.noun, mention.routes = after.noun, set(after.routes)
    stated = {mention.sign for mention in mentions if mention.routes != {"enteric"}}
    if len(stated) == 2:
        return BOTH
    return stated.pop() if stated else None
