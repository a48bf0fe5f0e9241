"""Found phrases to drafts of exams: which words belong to the same exam, and where the next begins."""

from __future__ import annotations

from dataclasses import dataclass, field

from classifiers.catalogue import NOISE, Catalogue, Term

# Trunk places that one study covers when they are named together.
TRUNK = {
    "chest": {"chest"},
    "abdomen": {"abdomen"},
    "pelvis": {"pelvis"},
    "abdomen_pelvis": {"abdomen", "pelvis"},
    "chest_abdomen_pelvis": {"chest", "abdomen", "pelvis"},
}
MERGED = {frozenset(parts): name for name, parts in TRUNK.items()}
# Chest and abdomen are two exams unless a pelvis follows.
CHEST_ABDOMEN = "chest+abdomen"
VESSELS = frozenset({"angiography", "venography"})


@dataclass(frozen=True, slots=True)
class Event:
    """A phrase found: what it states (`term`), or contrast, or a link to the next exam, or nothing known.

    `kind` is term, contrast, link, with, past, noise (a number, a letter), plain
    (a catalogue's word that says nothing by itself) or unknown; `link` 1 is a comma
    or a stroke, 2 an "and" or a new line.
    """

    kind: str
    start: int
    end: int
    term: Term = NOISE
    contrast: str | None = None
    link: int = 0
    sure: float = 1.0


@dataclass(slots=True)
class Draft:
    """An exam being read.

    `study`: one term names its modality and its place ("KUB"); `shared`: its
    modality came from the exam before; `listed`: it stands in one
    list with the exam before; `…_leads`: said before the place, so that later
    members of a list have it too; `twins`: further modalities asked of the same
    place ("MRI/MRA brain").
    """

    modality: str | None = None
    implied: bool = False
    hinted: str | None = None
    study: bool = False
    shared: bool = False
    listed: bool = False
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
    plain: int = 0
    past: bool = False
    known: int = 0


class Drafts:
    """Collects the drafts of one text from its events, taken in order."""

    def __init__(self, book: Catalogue, default: str | None) -> None:
        self._book = book
        self._default = default
        self._exams = [Draft()]
        self._link = 0
        self._with = False
        self._waiting: list[Event] = []
        self._strange = 0

    def take(self, event: Event) -> None:
        """Take the next event of the text."""
        if event.kind == "link":
            self._flush()
            self._link = max(self._link, event.link)
        elif event.kind == "with":
            self._flush()
            self._with = True
        elif event.kind in ("unknown", "past"):
            self._now.unknown += 1
            self._strange += 1
            self._now.past |= event.kind == "past"
        elif event.kind == "plain":
            self._now.plain += 1
            self._settle_side()
        elif event.kind == "contrast":
            self._attribute(event)
        elif event.term.modality or event.term.region:
            self._study(event)
        elif event.term.laterality or event.term.technique:
            self._attribute(event)
        else:
            self._settle_side()

    def finish(self) -> list[Draft]:
        """Return the drafts once every event has been taken."""
        self._flush()
        return self._exams

    @property
    def _now(self) -> Draft:
        return self._exams[-1]

    @property
    def _placed(self) -> bool:
        now = self._now
        by_default = self._link == 2 and now.modality in self._book.default_region
        return now.region is not None or now.weak_region is not None or by_default

    def _attribute(self, event: Event) -> None:
        """Keep a side, technique or contrast until it is clear whether the next exam begins with it."""
        if self._placed and (self._link or event.term.laterality):
            self._waiting.append(event)
        else:
            self._apply(event)

    def _settle_side(self) -> None:
        """A word between a side and the next place leaves the side to the exam before."""
        if not self._link:
            self._flush()

    def _flush(self) -> None:
        for event in self._waiting:
            self._apply(event)
        self._waiting.clear()

    def _apply(self, event: Event) -> None:
        now, term = self._now, event.term
        leads = now.region is None and now.weak_region is None
        if event.kind == "contrast":
            if not now.contrast_said:
                now.contrast, now.contrast_said, now.contrast_leads = event.contrast, True, leads
        elif term.laterality and now.laterality is None:
            now.laterality, now.side_leads = term.laterality, leads
        if term.technique and now.technique is None:
            now.technique, now.technique_leads = term.technique, leads or term.modality is not None
        self._stretch(event)

    def _stretch(self, event: Event) -> None:
        now = self._now
        now.start = event.start if now.start < 0 else min(now.start, event.start)
        now.end = max(now.end, event.end)
        now.sure = min(now.sure, event.sure)
        now.known += 1

    def _study(self, event: Event) -> None:
        term = event.term
        if term.modality:
            self._modality(term)
        if term.region:
            self._region(term, term.region)
            self._now.study |= term.modality is not None
        self._flush()
        self._apply(event)
        # "w/ 1 view chest": a count of views between the two changes nothing.
        self._with &= term.hint and not term.region
        self._link, self._strange = 0, 0

    def _modality(self, term: Term) -> None:
        now = self._now
        if term.hint:
            now.hinted = now.hinted or term.modality
        elif now.modality is None or (now.shared and now.region and not term.region):
            before = self._exams[-2].modality if len(self._exams) > 1 else None
            if now.shared and now.technique_leads and term.modality != now.modality:
                now.technique = None
            now.modality, now.implied, now.shared = term.modality, term.implied, False
            now.listed &= before is None
        else:
            self._second_modality(now, term)

    def _second_modality(self, now: Draft, term: Term) -> None:
        one = self._one_modality(now, term)
        new_technique = term.technique is not None and term.technique != now.technique and not term.implied
        if self._placed or {now.modality, term.modality} & set(self._book.default_region):
            apart = self._link or (new_technique and (self._with or now.technique))
            if one is not None and (term.implied or now.implied) and self._same_place(now, term):
                apart = self._link == 2 and not self._one_study(now, term)
            if one is None or apart:
                self._begin(term)
                return
        elif one is None or (new_technique and self._link):
            if self._link:
                now.twins.append((now.modality, now.technique))
            now.technique = None
            one = term.modality, term.implied
        now.modality, now.implied = one

    def _one_study(self, now: Draft, term: Term) -> bool:
        """Whether two places are one study whatever stands between them ("ribs + chest PA")."""
        held, new = now.region, term.region
        return bool(held and new and held != new and self._together(held, new, now.modality))

    def _same_place(self, now: Draft, term: Term) -> bool:
        if term.region is None or now.region is None or term.weak:
            return term.modality == now.modality or not self._link
        return self._joined(now.region, term.region) is not None

    def _one_modality(self, now: Draft, term: Term) -> tuple[str | None, bool] | None:
        """The one modality that two words state of one exam, or None when they are two exams'."""
        held, new = now.modality, term.modality
        assert held and new
        if new == held:
            return held, now.implied and term.implied
        if self._book.is_wider(held, new):
            return new, term.implied
        if self._book.is_wider(new, held) or term.implied:
            return held, now.implied
        return (new, False) if now.implied else None

    def _begin(self, term: Term | None) -> None:
        """Begin the next exam: with its own modality (`term`), or in one list with the exam before."""
        before, strange = self._now, self._strange
        if term is not None:
            self._exams.append(Draft(modality=term.modality, implied=term.implied, unknown=strange))
            return
        fresh = Draft(modality=before.modality, implied=before.implied, shared=True, listed=True, unknown=strange)
        if before.technique_leads:
            fresh.technique, fresh.technique_leads = before.technique, True
        self._exams.append(fresh)

    def _region(self, term: Term, region: str) -> None:
        now = self._now
        if term.weak and not (self._link and self._placed and not term.modality):
            now.weak_region = region
            return
        if now.region is None and not self._placed:
            now.region = region
            return
        if now.region is None and self._link < 2:
            now.region = region
            return
        joined = self._joined(now.region or "", region)
        if joined is not None:
            now.region = joined
        elif not self._with:
            self._begin(None)
            self._now.region = region

    def _joined(self, held: str, new: str) -> str | None:
        """The one region that two words name together, or None when they are two exams'."""
        if held == new:
            return None if self._link == 2 or self._other_side() else held
        modality = self._now.modality or self._default or self._now.hinted
        parts = frozenset(TRUNK.get(held, set()) | TRUNK.get(new, set()))
        if held in TRUNK and new in TRUNK and parts in MERGED:
            return MERGED[parts]
        if {held, new} == {"chest", "abdomen"} and modality != "XR":
            return CHEST_ABDOMEN
        if held == CHEST_ABDOMEN and new == "pelvis":
            return "chest_abdomen_pelvis"
        together = self._together(held, new, modality)
        if self._now.study and self._link:
            return together
        for wide, narrow in ((held, new), (new, held)):
            limit = 0 if wide in self._book.apart else 1
            if self._link <= limit and self._book.is_narrower(wide, narrow):
                return (together or held) if self._with else narrow
        return together

    def _together(self, held: str, new: str, modality: str | None) -> str | None:
        return next((rule.region for rule in self._book.together if rule.joins(held, new, modality)), None)

    def _other_side(self) -> bool:
        sides = [event.term.laterality for event in self._waiting if event.term.laterality]
        return bool(sides) and (self._link > 0 or self._now.laterality not in (None, sides[0]))
