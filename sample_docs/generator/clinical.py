"""Exams as practices word them, and reasons that fit them."""

from __future__ import annotations

import random
from dataclasses import dataclass, replace
from typing import Any

from orders.vocabulary import PAIRED_REGIONS
from sample_docs.generator.people import data

_ORDERS = (
    "{m} {s} {r} {c}",
    "{m} {r} {s} {c}",
    "{m} {r}, {s}, {c}",
    "{r} {m} {s} {c}",
    "{s} {r} {m} {c}",
    "{m} of the {s} {r} {c}",
    "{m} - {r} - {s} - {c}",
    "{c} {m} {s} {r}",
)


@dataclass(frozen=True, slots=True)
class Ordered:
    """An exam as asked for. `key` names it in data/exams.toml; the coded values say what `text` says."""

    key: str
    text: str
    modality: str | None
    body_region: str | None
    laterality: str | None
    contrast: str | None
    technique: str | None
    procedure_code: str | None

    @property
    def paired(self) -> bool:
        """Whether it needs a side (the contract spares screening mammography)."""
        return self.body_region in PAIRED_REGIONS and not (self.modality == "MG" and self.technique == "screening")


@dataclass(frozen=True, slots=True)
class Reason:
    text: str
    codes: tuple[str, ...]


def catalogue() -> dict[str, dict[str, Any]]:
    exams: dict[str, dict[str, Any]] = data("exams")["exams"]
    return exams


def ordered(rng: random.Random, key: str, side: str | None = None, contrast: str | None = None) -> Ordered:
    """Return the exam `key` for `side` and `contrast`, worded at random."""
    exam = catalogue()[key]
    codes = exam["codes"]
    code = codes.get("bilateral") if side == "bilateral" else None
    code = code or codes.get(contrast or "none") or None
    return Ordered(
        key,
        wording(rng, exam, side, contrast),
        exam["modality"],
        exam["region"],
        side,
        contrast,
        exam.get("technique"),
        code,
    )


def any_exam(rng: random.Random, sex: str | None, contrast_open: bool = False) -> Ordered:
    """Return an exam that suits `sex`, its side and contrast stated where it has them.

    With `contrast_open` a CT or MR is worded without its contrast.
    """
    exams = catalogue()
    modality = rng.choices(["CT", "MR", "US", "XR", "MG", "NM", "PT", "BMD", "RF"], [22, 30, 17, 16, 6, 5, 4, 4, 4])[0]
    keys = [
        key for key, exam in exams.items() if exam["modality"] == modality and exam.get("sex", sex) in (sex, None)
    ] or ["xr_chest"]
    key = rng.choice(keys)
    exam = exams[key]
    side = None
    if exam["region"] in PAIRED_REGIONS:
        side = rng.choice(exam.get("sides", ["left", "right", "left", "right", "bilateral"])) or None
    kinds = [kind for kind in exam["codes"] if kind in ("with", "without", "with_and_without")]
    contrast = None
    if kinds and not (contrast_open or ("none" in exam["codes"] and rng.random() < 0.5)):
        contrast = rng.choice(kinds)
    return ordered(rng, key, side, contrast)


def wording(rng: random.Random, exam: dict[str, Any], side: str | None, contrast: str | None) -> str:
    """Return the exam in words: modality, part, side and contrast in one of many orders."""
    words = data("exams")
    side_word = rng.choice(words["side_words"][side]) if side else ""
    contrast_word = rng.choice(words["contrast_words"][contrast]) if contrast else ""
    if "whole" in exam:
        parts = [rng.choice(exam["whole"]), side_word, contrast_word]
        return rng.choice([" ", " ", ", "]).join(part for part in parts if part)
    modality = rng.choice(words["modality_words"][exam["modality"]])
    part = rng.choice(exam["names"])
    pattern = rng.choice(_ORDERS)
    if contrast_word.endswith(("enhanced", "non-contrast")):
        pattern = _ORDERS[-1]
    elif pattern == _ORDERS[-1] or (len(side_word) < 3 and pattern.startswith("{s}")):
        pattern = _ORDERS[0]
    text = pattern.format(m=modality, r=part, s=side_word, c=contrast_word)
    return _tidy(text[:1].upper() + text[1:] if rng.random() < 0.5 else text)


def without_side(rng: random.Random, exam: Ordered) -> Ordered:
    """Return the exam worded anew with no side."""
    text = wording(rng, catalogue()[exam.key], None, exam.contrast)
    return replace(exam, text=text, laterality=None)


def vague(rng: random.Random, exam: Ordered) -> Ordered:
    """Return the exam worded so that its modality or its body region cannot be told."""
    words = data("exams")
    known = catalogue()[exam.key]
    if "names" in known and rng.random() < 0.5:
        side = f"{rng.choice(words['side_words'][exam.laterality][:2])} " if exam.laterality else ""
        text = f"{side}{known['names'][0]} {rng.choice(['study', 'imaging', 'scan as discussed', ''])}".strip()
        return replace(exam, text=text, modality=None, contrast=None, technique=None, procedure_code=None)
    if exam.modality not in words["modality_alone"]:
        # A mammogram or a bone density study names its region by itself.
        return Ordered(exam.key, "imaging as discussed", None, None, None, None, None, None)
    modality = words["modality_alone"][exam.modality]
    contrast = f" {rng.choice(words['contrast_words'][exam.contrast][:3])}" if exam.contrast else ""
    return replace(
        exam, text=f"{modality}{contrast}", body_region=None, laterality=None, technique=None, procedure_code=None
    )


def reason(rng: random.Random, exam: Ordered, sex: str | None, side: str | None) -> Reason:
    """Return a reason for the exam; `side` is the side that its words and codes name, None for none."""
    group = data("reasons")["reasons"][catalogue()[exam.key]["reasons"]]
    fitting = [item for item in group if item.get("sex", sex) == sex] or group
    if side:
        fitting = [item for item in fitting if "{side}" in item["text"]] or fitting
    item = rng.choice(fitting)
    text = _tidy(item["text"].replace("{side}", side or ""))
    codes = tuple(code if isinstance(code, str) else code.get(side or "none", code["none"]) for code in item["codes"])
    return Reason(text[:1].upper() + text[1:], codes)


def sideable(exam: Ordered) -> bool:
    """Whether some reason for the exam can name a side in words."""
    group = data("reasons")["reasons"][catalogue()[exam.key]["reasons"]]
    return any("{side}" in item["text"] for item in group)


def _tidy(text: str) -> str:
    text = " ".join(text.split()).replace(" ,", ",").strip(" ,-")
    while ", ," in text or "- -" in text:
        text = text.replace(", ,", ",").replace("- -", "-")
    return text.replace(",,", ",")
