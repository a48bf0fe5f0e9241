"""The exam catalogue: what each exam asks of the patient and of the schedule.

An entry says for which exams it is (modality, places, technique, contrast),
how they are to be prepared, how long the room is needed, and what has to be
asked before. All of it is data (`exam_entries.toml`, each class with its
authority); a site's folder lies over ours, an entry of the same name replaces
it. A file that makes no sense is refused with its name, line and remedy.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from orders import vocabulary
from orders.knowledge import FileFault, Source, misfit

TABLE = Path(__file__).parent / "exam_entries.toml"
_KEYS = frozenset(
    ("name", "synonyms", "modality", "regions", "technique", "contrast", "preparation", "minutes", "screening")
)
_SHAPES = {"name": "text", "synonyms": "texts", "modality": "text", "regions": "texts", "technique": "text"}
_SHAPES |= {"contrast": "text", "preparation": "text", "screening": "texts"}
_NEEDED = ("name", "modality", "preparation", "minutes", "screening")


class EntriesError(FileFault):
    """A file of exam entries that makes no sense; the text names file, line and remedy."""


@dataclass(frozen=True, slots=True)
class ExamEntry:
    """An exam of the catalogue; `minutes` are the room's.

    No `regions`: any place; `technique` or `contrast` None: whichever is stated.
    `preparation` and `screening` are names of classes, whose sentences the
    catalogue holds.
    """

    name: str
    synonyms: tuple[str, ...]
    modality: str
    regions: frozenset[str]
    technique: str | None
    contrast: str | None
    preparation: str
    minutes: int
    screening: tuple[str, ...]

    def fits(self, modality: str, region: str | None, technique: str | None, contrast: str | None) -> bool:
        """Whether the entry is for an exam of these parts."""
        return (
            self.modality == modality
            and (not self.regions or region in self.regions)
            and self.technique in (None, technique)
            and self.contrast in (None, contrast)
        )

    @property
    def says(self) -> int:
        """How much the entry says of its exams: the most is the most particular."""
        return 2 * (self.technique is not None) + 2 * bool(self.regions) + (self.contrast is not None)


@dataclass(frozen=True, slots=True)
class ExamCatalogue:
    """The entries in force, a site's first, and the sentences of the classes they name."""

    entries: tuple[ExamEntry, ...]
    preparation: dict[str, str]
    screening: dict[str, str]

    def entry(
        self, modality: str | None, region: str | None, technique: str | None = None, contrast: str | None = None
    ) -> ExamEntry | None:
        """Return the most particular entry for an exam of these parts, None without a modality."""
        fitting = [entry for entry in self.entries if modality and entry.fits(modality, region, technique, contrast)]
        return max(fitting, key=lambda entry: entry.says, default=None)


@cache
def exam_catalogue(site: Path | None = None) -> ExamCatalogue:
    """Return our entries with those of the TOML files in the folder `site` over them; raises EntriesError."""
    ours = _load([TABLE])
    if site is None:
        return ours
    files = sorted(site.glob("*.toml"))
    theirs = _load([path for path in files if "exam" in _toml(path)], ours)
    names = {entry.name.casefold() for entry in theirs.entries}
    rest = tuple(entry for entry in ours.entries if entry.name.casefold() not in names)
    return ExamCatalogue((*theirs.entries, *rest), theirs.preparation, theirs.screening)


def _load(paths: list[Path], under: ExamCatalogue | None = None) -> ExamCatalogue:
    preparation = dict(under.preparation) if under else {}
    screening = dict(under.screening) if under else {}
    files = [(path, _toml(path)) for path in paths]
    for _, data in files:
        preparation |= data.get("preparation", {})
        screening |= data.get("screening", {})
    entries: list[ExamEntry] = []
    taken: dict[str, str] = {}
    for path, data in files:
        for block in data["exam"]:
            entry = _entry(path, block, preparation, screening)
            for name in (entry.name, *entry.synonyms):
                if taken.setdefault(name.casefold(), entry.name) != entry.name or name.casefold() in _names(entries):
                    raise EntriesError(
                        f"{_where(path, name)}: two exams are called {name!r}; give one of them another name"
                    )
            entries.append(entry)
    return ExamCatalogue(tuple(entries), preparation, screening)


def _names(entries: list[ExamEntry]) -> set[str]:
    return {name.casefold() for entry in entries for name in (entry.name, *entry.synonyms)}


def _toml(path: Path) -> dict[str, Any]:
    try:
        data = Source.read(path).data
    except FileFault as fault:
        raise EntriesError(f"{fault} or take it out") from None
    shapes = {"exam": "blocks", "preparation": "table", "screening": "table"}
    wrong = misfit(data, shapes) or next(
        filter(None, (misfit(data.get(key, {}), {"*": "text"}) for key in ("preparation", "screening"))), None
    )
    if wrong:
        key, remedy = wrong
        raise EntriesError(f"{_where(path, key)}: {remedy}")
    return data


def _entry(path: Path, block: dict[str, Any], preparation: dict[str, str], screening: dict[str, str]) -> ExamEntry:
    for key, why in _faults(block, preparation, screening):
        raise EntriesError(f"{_where(path, key)}: {block.get('name', 'an exam without a name')}: {why}")
    return ExamEntry(
        name=block["name"],
        synonyms=tuple(block.get("synonyms", ())),
        modality=block["modality"],
        regions=frozenset(block.get("regions", ())),
        technique=block.get("technique"),
        contrast=block.get("contrast"),
        preparation=block["preparation"],
        minutes=block["minutes"],
        screening=tuple(block["screening"]),
    )


def _faults(block: dict[str, Any], preparation: dict[str, str], screening: dict[str, str]) -> Iterator[tuple[str, str]]:
    """Yield what is wrong with an entry: the word to find it by, and what is to be done."""
    name = str(block.get("name", ""))
    if wrong := misfit(block, _SHAPES):
        yield wrong
    yield from ((key, f"no such key {key!r}; use one of {', '.join(sorted(_KEYS))}") for key in set(block) - _KEYS)
    yield from ((name, f"no {key}; give it one or take the exam out") for key in _NEEDED if key not in block)
    codes = (
        ("modality", [block.get("modality")], vocabulary.MODALITIES),
        ("region", block.get("regions", ()), vocabulary.BODY_REGIONS),
        ("technique", [block.get("technique")], vocabulary.TECHNIQUES),
        ("contrast", [block.get("contrast")], vocabulary.CONTRASTS),
        ("preparation", [block.get("preparation")], preparation),
        ("screening", block.get("screening", ()), screening),
    )
    for what, values, known in codes:
        for value in values:
            if value is not None and value not in known:
                yield str(value), f"no {what} {value!r}; use one of those listed"
    minutes = block.get("minutes")
    if not isinstance(minutes, int) or isinstance(minutes, bool) or not 0 < minutes <= 24 * 60:
        yield name, f"{minutes!r} is no number of minutes; give a whole number from 1 to 1440"


def _where(path: Path, text: str) -> str:
    lines = path.read_text("utf-8").splitlines()
    numbers = [number for number, line in enumerate(lines, 1) if f'"{text}"' in line or line.startswith(f"{text} ")]
    return f"{path.name}, line {numbers[-1] if numbers else 1}"
