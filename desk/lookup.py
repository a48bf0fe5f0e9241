"""What a field offers while somebody types in it: exams of the catalogue, ICD-10-CM codes."""

from __future__ import annotations

import re
from collections.abc import Iterator

from django.http import Http404, HttpRequest, JsonResponse
from django.views.decorators.http import require_POST

from config import settings
from orders.exam_entries import ExamEntry, exam_catalogue
from orders.icd10_search import icd10_search
from orders.order import Order
from store import ledger

SHOWN = 8
TYPED_MOST = 100


@require_POST
def look_up(request: HttpRequest, kind: str) -> JsonResponse:
    """Answer `[[value, words], ...]` for what was typed; posted, so that no diagnosis stands in an address."""
    text = request.POST.get("text", "")[:TYPED_MOST]
    if kind == "icd10":
        return JsonResponse(icd10_search(text, SHOWN), safe=False)
    if kind == "exam":
        return JsonResponse([[name, _says(entry)] for name, entry in _exams(text)], safe=False)
    raise Http404


def fill_exam(view: ledger.CaseView, path: str, typed: str, actor: str) -> ledger.CaseView:
    """Enter the parts that a catalogue's exam names, where the order states none; return the case.

    Does nothing where `typed` is not the name of an exam, or `path` not that of its words.
    """
    number = re.fullmatch(r"exams\.(\d+)\.text", path)
    entry = next((entry for name, entry in _entries() if name.casefold() == typed.strip().casefold()), None)
    if not number or entry is None:
        return view
    for part, value in _parts(entry):
        where = f"exams.{number[1]}.{part}"
        if not _stated(view.order, where):
            view = ledger.correct(view.id, where, value, actor, view.version)
    return view


def _stated(order: Order, path: str) -> bool:
    try:
        return bool(order.at(path))
    except KeyError:
        return False


def _parts(entry: ExamEntry) -> Iterator[tuple[str, str]]:
    yield "modality", entry.modality
    if len(entry.regions) == 1:
        yield "body_region", next(iter(entry.regions))
    if entry.technique:
        yield "technique", entry.technique
    if entry.contrast:
        yield "contrast", entry.contrast


def _says(entry: ExamEntry) -> str:
    return " · ".join(value.replace("_", " ") for _, value in _parts(entry))


def _entries() -> Iterator[tuple[str, ExamEntry]]:
    site = settings().site
    folder = site / "exams" if site and (site / "exams").is_dir() else None
    for entry in exam_catalogue(folder).entries:
        for name in (entry.name, *entry.synonyms):
            yield name, entry


def _exams(text: str) -> list[tuple[str, ExamEntry]]:
    words = text.casefold().split()
    found = [(name, entry) for name, entry in _entries() if words and _starts(name.casefold(), words)]
    return sorted(found, key=lambda each: (not each[0].casefold().startswith(words[0]), len(each[0])))[:SHOWN]


def _starts(name: str, words: list[str]) -> bool:
    return all(any(part.startswith(word) for part in re.split(r"[^a-z0-9]+", name)) for word in words)
