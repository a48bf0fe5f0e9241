"""Found phrases to exams: which words belong to the same exam, and what a list's members share."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field

from classifiers.catalogue import Catalogue, Term
from orders import vocabulary

Parts = tuple[str | None, str | None, str | None, str | None, str | None, int, int, float]
TRUNK = {
    "chest": {"chest"},
    "abdomen": {"abdomen"},
    "pelvis": {"pelvis"},
    "abdomen_pelvis": {"abdomen", "pelvis"},
    "chest_abdomen_pelvis": {"chest", "abdomen", "pelvis"},
}
MERGED = {frozenset(parts): name for name, parts in TRUNK.items()}


@dataclass(frozen=True, slots=True)
class Event:
    """A phrase found: what it states (`term`), or contrast, or a link to the next exam, or nothing known."""

    kind: str
    start: int
    end: int
    term: Term = Term()
    contrast: str | None = None
    link: int = 0
    sure: float = 1.0


@dataclass(slots=True)
class Draft:
    """An exam being read. `shared`: its modality came from the exam before, in one list with it."""

    modality: str | None = None
    implied: bool = False
    hinted: str | None = None
    shared: bool = False
    twins: list[tuple[str | None, str | None]] = field(default_factory=list)
    region: str | None = None
    weak_region: str | None = None
    laterality: str | None = None
    side_leads: bool = False
    contrast: str | None = None
    contrast_said: bool = False
    contrast_leads: bool = False
    technique: str | None = None
    technique_leads: bool = False
    start: int = -1
    end: int = -1
    sure: float = 1.0
    unknown: int = 0
    known: int = 0

    @property
    def placed(self) -> bool:
        return self.region is not None or self.weak_region is not None


class Drafts:
    """Collects the exams of one text from its events in order, then settles what they share."""

    def __init__(self, book: Catalogue, default: str | None) -> None:
        self._book = book
        self._default = default
        self._exams = [Draft()]
        self._link = 0
        self._with = False
        self._waiting: list[Event] = []
        self._unknown = 0

    def take(self, event: Event) -> None:
        """Take the next event of the text."""
        if event.kind == "link":
            self._flush()
            self._link = max(self._link, event.link)
        elif event.kind == "with":
            self._flush()
            self._with = True
        elif event.kind == "unknown":
            self._unknown += 1
            self._now.unknown += 1
        elif event.kind == "contrast":
            self._attribute(event)
        elif event.term.modality or event.term.region:
            self._study(event)
        elif event.term.laterality or event.term.technique:
            self._attribute(event)
        elif self._waiting and not self._link:
            self._flush()

    @property
    def _now(self) -> Draft:
        return self._exams[-1]

    def _attribute(self, event: Event) -> None:
        if self._now.placed and (self._link or event.term.laterality):
            self._waiting.append(event)
        else:
            self._apply(event)

    def _flush(self) -> None:
        for event in self._waiting:
            self._apply(event)
        self._waiting.clear()

    def _study(self, event: Event) -> None:
        term = event.term
        if term.modality:
            self._modality(term)
        if term.region:
            self._region(term)
        self._flush()
        if term.technique and not self._now.technique:
            self._now.technique = term.technique
            self._now.technique_leads = True
        self._stretch(event)
        self._link, self._with = 0, False

    def _modality(self, term: Term) -> None:
        now = self._now
        if term.hint:
            now.hinted = now.hinted or term.modality
            return
        if now.modality is None or (now.shared and now.region and not term.region):
            now.modality, now.implied, now.shared = term.modality, term.implied, False
            return
        other_technique = bool(term.technique) and term.technique != now.technique
        if now.placed:
            if self._resolved(term) and not self._link and not (other_technique and not term.implied and now.technique):
                return
            if term.implied and not term.region and term.modality == now.modality and self._link < 2:
                return
            self._begin(term)
        elif not self._resolved(term) or (other_technique and self._link and not term.implied):
            if self._link:
                now.twins.append((now.modality, now.technique))
            now.modality, now.technique, now.implied = term.modality, None, term.implied

    def _resolved(self, term: Term) -> bool:
        """Settle two words of modality in one exam; False when they are two exams'."""
        now = self._now
        assert now.modality and term.modality
        if term.modality == now.modality:
            now.implied &= term.implied
            return True
        if self._book.is_wider(now.modality, term.modality):
            now.modality, now.implied = term.modality, term.implied
            return True
        if self._book.is_wider(term.modality, now.modality) or term.implied:
            return True
        if now.implied:
            now.modality, now.implied = term.modality, False
            return True
        return False

    def _begin(self, term: Term | None) -> None:
        before = self._now
        fresh = Draft(modality=before.modality, implied=before.implied, shared=True)
        if term is not None:
            fresh = Draft(modality=term.modality, implied=term.implied)
        elif before.modality is None:
            fresh.shared = True
        if fresh.shared and before.technique_leads:
            fresh.technique, fresh.technique_leads = before.technique, True
        self._exams.append(fresh)

    def _region(self, term: Term) -> None:
        now, region = self._now, term.region
        assert region
        if term.weak:
            now.weak_region = now.weak_region or region
        elif now.region is None:
            now.region = region
        elif (joined := self._joined(now.region, region)) is not None:
            now.region = joined
        elif not self._with:
            self._begin(None)
            self._now.region = region

    def _joined(self, held: str, new: str) -> str | None:
        """The one region that two words name together, or None when they are two exams'."""
        if held == new:
            return None if self._other_side() else held
        modality = self._now.modality or self._default
        parts = TRUNK.get(held, set()) | TRUNK.get(new, set())
        if held in TRUNK and new in TRUNK and frozenset(parts) in MERGED:
            return MERGED[frozenset(parts)]
        if {held, new} == {"chest", "abdomen"} and modality != "XR":
            return "chest+abdomen"
        if held == "chest+abdomen" and new == "pelvis":
            return "chest_abdomen_pelvis"
        if self._link < 2:
            if self._book.is_narrower(held, new):
                return new
            if self._book.is_narrower(new, held):
                return held
        for rule in self._book.together:
            if {held, new} <= rule.others | {rule.region} and (not rule.only or modality in rule.only):
                return rule.region
        return None

    def _other_side(self) -> bool:
        sides = [event.term.laterality for event in self._waiting if event.term.laterality]
        return bool(sides and self._now.laterality and sides[0] != self._now.laterality)

    def _apply(self, event: Event) -> None:
        now, term = self._now, event.term
        leads = not now.placed
        if event.kind == "contrast":
            if not now.contrast_said:
                now.contrast, now.contrast_said, now.contrast_leads = event.contrast, True, leads
        elif term.laterality:
            if now.laterality is None:
                now.laterality, now.side_leads = term.laterality, leads
        elif now.technique is None:
            now.technique, now.technique_leads = term.technique, leads
        self._stretch(event)

    def _stretch(self, event: Event) -> None:
        now = self._now
        now.start = event.start if now.start < 0 else min(now.start, event.start)
        now.end = max(now.end, event.end)
        now.sure = min(now.sure, event.sure)
        now.known += 1

    def readings(self) -> Iterator[Parts]:
        """Yield each exam's parts, span and score."""
        self._flush()
        exams = self._split()
        self._share(exams)
        held: list[Parts] = []
        for exam in exams:
            for parts in self._finish(exam):
                if not held or parts[:5] != held[-1][:5]:
                    held.append(parts)
        yield from held

    def _split(self) -> list[Draft]:
        """Part "chest and abdomen", which became one study only if a pelvis had followed; fold what names no place."""
        exams: list[Draft] = []
        for exam in self._exams:
            before = exams[-1] if exams else None
            if before and not exam.placed and exam.modality and exam.modality not in self._book.default_region:
                if (exam.modality == before.modality and exam.technique in (None, before.technique)) or (
                    exam.modality == before.modality
                    and before.technique is None
                    and exam.technique not in ("angiography", "venography")
                ):
                    before.technique = before.technique or exam.technique
                    before.laterality = before.laterality or exam.laterality
                    before.contrast = before.contrast or exam.contrast
                    before.end = max(before.end, exam.end)
                    continue
                exam.region, exam.weak_region = before.region, before.weak_region
                exam.laterality = exam.laterality or before.laterality
            if exam.region == "chest+abdomen":
                exam.region = "chest"
                exams.append(exam)
                exam = Draft(
                    modality=exam.modality,
                    shared=True,
                    region="abdomen",
                    contrast=exam.contrast,
                    contrast_said=exam.contrast_said,
                    technique=exam.technique,
                    start=exam.start,
                    end=exam.end,
                    sure=exam.sure,
                    known=exam.known,
                )
            exams.append(exam)
        return exams

    def _share(self, exams: list[Draft]) -> None:
        """Let members of one list share what was said once, before the first or after the last."""
        for before, after in zip(exams, exams[1:], strict=False):
            if not after.shared:
                continue
            if before.contrast_leads and not after.contrast_said:
                after.contrast, after.contrast_said, after.contrast_leads = before.contrast, True, True
            if before.side_leads and after.laterality is None and after.region in vocabulary.PAIRED_REGIONS:
                after.laterality, after.side_leads = before.laterality, True
        for before, after in reversed(list(zip(exams, exams[1:], strict=False))):
            if before.modality is None:
                before.modality, before.implied = after.modality, after.implied
                if after.technique_leads and before.technique is None:
                    before.technique = after.technique
            elif not after.shared:
                continue
            if not before.contrast_said and after.contrast_said:
                before.contrast, before.contrast_said = after.contrast, True
            if (
                after.laterality
                and not after.side_leads
                and before.laterality is None
                and before.region in vocabulary.PAIRED_REGIONS
            ):
                before.laterality = after.laterality

    def _finish(self, exam: Draft) -> Iterator[Parts]:
        region = exam.region or exam.weak_region
        own = exam.modality or (None if self._default else exam.hinted)
        modality = own or self._default
        if region is None and own is None and exam.technique is None:
            return
        if modality is None and (region is None or self._unknown):
            return
        if region is None and modality is not None:
            region = self._book.default_region.get(modality)
        if own is None and region is None:
            return
        score = self._score(exam, own, modality, region)
        for twin_modality, twin_technique in exam.twins:
            yield (twin_modality, region, exam.laterality, exam.contrast, twin_technique, exam.start, exam.end, score)
        yield (modality, region, exam.laterality, exam.contrast, exam.technique, exam.start, exam.end, score)

    def _score(self, exam: Draft, own: str | None, modality: str | None, region: str | None) -> float:
        base = 0.97 if own and region else 0.9 if modality and region else 0.5 if modality else 0.35
        clean = exam.known / (exam.known + 0.5 * exam.unknown) if exam.known else 0.5
        return round(base * exam.sure * clean, 3)
