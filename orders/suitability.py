"""Whom an exam is for, by sex and age (`suitability.toml`)."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any, Final

from orders.knowledge import Source
from orders.order import Exam
from orders.vocabulary import BODY_REGIONS, MODALITIES, TECHNIQUES

TABLE: Final = Path(__file__).parent / "suitability.toml"
_SEXES: Final = ("F", "M")


@dataclass(frozen=True, slots=True)
class Suitability:
    """Of which exams an entry speaks, and whom they are for; None or () where it leaves a part open."""

    modality: str | None
    regions: tuple[str, ...]
    technique: str | None
    sex: str | None
    ages: tuple[int, int] | None
    reason: str
    authority: str

    def is_of(self, exam: Exam) -> bool:
        """Whether the entry speaks of `exam`."""
        return (
            self.modality in (None, exam.modality.value)
            and (not self.regions or exam.body_region.value in self.regions)
            and self.technique in (None, exam.technique.value)
        )


@cache
def suitabilities(path: Path = TABLE) -> tuple[Suitability, ...]:
    """Return the entries of the table; raises KeyFault for one that makes no sense."""
    source = Source.read(path)
    return tuple(_entry(source, nth, block) for nth, block in enumerate(source.data["exam"]))


def _entry(source: Source, nth: int, block: Any) -> Suitability:
    known = source.block(
        "exam", block, ("reason", "authority"), ("modality", "regions", "technique", "sex", "ages"), nth
    )
    if not {"modality", "regions"} & set(known) or not {"sex", "ages"} & set(known):
        raise source.fault("exam", "say of which exams (modality or regions) and for whom (sex or ages)", nth)
    for key, values in (("modality", MODALITIES), ("technique", TECHNIQUES), ("sex", _SEXES)):
        if key in known and known[key] not in values:
            raise source.fault(f"exam.{key}", f"no {key} {known[key]!r}; use a code of the vocabulary", nth)
    return Suitability(
        known.get("modality"),
        source.listed("exam.regions", known["regions"], BODY_REGIONS, nth) if "regions" in known else (),
        known.get("technique"),
        known.get("sex"),
        _ages(source, nth, known["ages"]) if "ages" in known else None,
        source.words("exam.reason", known["reason"], nth),
        source.words("exam.authority", known["authority"], nth),
    )


def _ages(source: Source, nth: int, given: Any) -> tuple[int, int]:
    whole = isinstance(given, list) and len(given) == 2 and all(type(year) is int for year in given)
    if not whole or not 0 <= given[0] <= given[1] <= 120:
        raise source.fault("exam.ages", "give the first and the last year of age, as in [50, 80]", nth)
    return given[0], given[1]
