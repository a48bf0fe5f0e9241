"""Drafts of exams to what they state: members of a list share what was said once for all of them."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from itertools import pairwise

from classifiers.catalogue import Catalogue
from classifiers.drafts import CHEST_ABDOMEN, VESSELS, Draft
from orders.vocabulary import PAIRED_REGIONS

# modality, region, laterality, contrast, technique; start, end, score
Parts = tuple[str | None, str | None, str | None, str | None, str | None, int, int, float]


def settled(drafts: Sequence[Draft], book: Catalogue, default: str | None) -> Iterator[Parts]:
    """Yield each exam's five parts, span and score, none twice in a row."""
    exams = _folded(drafts, book)
    _share(exams)
    only_known = not any(draft.unknown or draft.plain or draft.sure < 1 for draft in drafts)
    held: Parts | None = None
    for exam in exams:
        for parts in _finish(exam, book, default, only_known):
            if held is None or parts[:5] != held[:5]:
                yield parts
            held = parts


def _folded(drafts: Sequence[Draft], book: Catalogue) -> list[Draft]:
    exams: list[Draft] = []
    for exam in drafts:
        before = exams[-1] if exams else None
        if before is not None and _says_again(before, exam, book):
            _fold(before, exam)
            continue
        placeless = exam.region is None and exam.weak_region is None and exam.modality not in book.default_region
        if before is not None and placeless and exam.modality:
            exam.region, exam.weak_region = before.region, before.weak_region
            exam.laterality = exam.laterality or before.laterality
        if exam.region == CHEST_ABDOMEN:
            exam.region = "chest"
            exams += [exam, replace(exam, region="abdomen", shared=True, listed=True)]
        else:
            exams.append(exam)
    return exams


def _says_again(before: Draft, exam: Draft, book: Catalogue) -> bool:
    """Whether `exam` only says the one before once more, in other words or with a detail."""
    if exam.modality != before.modality and not exam.shared:
        return False
    if before.technique and exam.technique and before.technique != exam.technique:
        return False
    if exam.technique in VESSELS and before.technique is None:
        return False
    if exam.laterality and before.laterality and exam.laterality != before.laterality:
        return False
    if exam.region is None and exam.weak_region is None:
        return exam.modality is None or exam.modality not in book.default_region or exam.laterality is None
    return exam.listed and (exam.region, exam.weak_region) == (before.region, before.weak_region)


def _fold(before: Draft, exam: Draft) -> None:
    before.technique = before.technique or exam.technique
    before.laterality = before.laterality or exam.laterality
    if not before.contrast_said:
        before.contrast, before.contrast_said = exam.contrast, exam.contrast_said
    before.start = min(before.start, exam.start) if exam.start >= 0 else before.start
    before.end = max(before.end, exam.end)
    before.hinted = before.hinted or exam.hinted
    before.known += exam.known
    before.unknown += exam.unknown


def _share(exams: list[Draft]) -> None:
    pairs = [(before, after) for before, after in pairwise(exams) if after.listed]
    for before, after in pairs:
        if before.contrast_leads and not after.contrast_said:
            after.contrast, after.contrast_said, after.contrast_leads = before.contrast, True, True
        if before.side_leads and after.laterality is None and after.region in PAIRED_REGIONS:
            after.laterality, after.side_leads = before.laterality, True
    for before, after in reversed(pairs):
        before.hinted, after.hinted = before.hinted or after.hinted, after.hinted or before.hinted
        if before.modality is None:
            before.modality, before.implied = after.modality, after.implied
            if after.technique_leads and before.technique is None:
                before.technique = after.technique
        if after.technique in VESSELS and before.technique is None and after.shared:
            before.technique = after.technique
        if not before.contrast_said and after.contrast_said:
            before.contrast, before.contrast_said = after.contrast, True
        one_side = after.laterality is not None and not after.side_leads and before.laterality is None
        if one_side and before.region in PAIRED_REGIONS and after.region in PAIRED_REGIONS:
            before.laterality = after.laterality


def _finish(exam: Draft, book: Catalogue, default: str | None, only_known: bool) -> Iterator[Parts]:
    region = exam.region or exam.weak_region
    own = exam.modality or (None if default else exam.hinted)
    modality = own or default
    if region is None and exam.modality is None and exam.technique is None:
        return
    if modality is None and (region is None or not only_known):
        return
    if region is None and modality is not None:
        region = book.default_region.get(modality)
    if own is None and region is None:
        return
    if (
        region is None
        and exam.technique is None
        and not exam.contrast_said
        and exam.unknown
        and exam.end - exam.start < 3
    ):
        # "Mr Smith", "Hartford, CT", "tell us": two letters among other words name no exam.
        return
    used = None if _no_technique(exam.technique, modality, region) else exam.technique
    base = 0.97 if own and region else 0.9 if modality and region else 0.5 if modality else 0.35
    clean = exam.known / (exam.known + 0.75 * exam.unknown) if exam.known else 0.5
    score = round(base * exam.sure * clean * (0.5 if exam.past else 1.0), 3)
    for twin, technique in exam.twins:
        yield twin, region, exam.laterality, exam.contrast, technique, exam.start, exam.end, score
    yield modality, region, exam.laterality, exam.contrast, used, exam.start, exam.end, score


def _no_technique(technique: str | None, modality: str | None, region: str | None) -> bool:
    """Whether a technique's word states none here.

    A vessel's word beside another modality says where to look, not that Doppler
    is used, and an echocardiogram's Doppler looks at no vessels; perfusion is
    the heart's or the brain's, as the contract has it.
    """
    if technique == "duplex":
        return modality not in (None, "US") or region in ("heart", "uterus_tubes")
    return technique == "perfusion" and region not in (None, "heart", "head")
