"""When a value as read equals the true one: the contract's "How values are compared".

Works on the contract's JSON, for truths (plain values) and readings (leaves of
`{"value": …}`) alike.
"""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any, Final

Json = Mapping[str, Any]
Same = Callable[[Any, Any], bool]

EXAM_PARTS: Final = ("modality", "body_region", "laterality", "contrast", "technique")
INDICATION_F1: Final = 0.85


@dataclass(frozen=True, slots=True)
class Count:
    """How a field fared: both state it and agree, both and differ, only the truth, only the reading."""

    correct: int = 0
    wrong: int = 0
    missed: int = 0
    invented: int = 0

    def __add__(self, other: Count) -> Count:
        return Count(
            self.correct + other.correct,
            self.wrong + other.wrong,
            self.missed + other.missed,
            self.invented + other.invented,
        )

    @property
    def precision(self) -> float:
        """Correct among all that the reading states; 1.0 when it states nothing."""
        return ratio(self.correct, self.correct + self.wrong + self.invented)

    @property
    def recall(self) -> float:
        """Correct among all that the truth states; 1.0 when it states nothing."""
        return ratio(self.correct, self.correct + self.wrong + self.missed)

    @property
    def f1(self) -> float:
        """The harmonic mean of precision and recall."""
        stated = 2 * self.correct + 2 * self.wrong + self.missed + self.invented
        return ratio(2 * self.correct, stated)


def ratio(part: int, whole: int) -> float:
    """Return part / whole, and 1.0 for nothing of nothing."""
    return part / whole if whole else 1.0


def plain(node: Any) -> Any:
    """Return contract JSON with every leaf `{"value": v, …}` replaced by v; truths come back unchanged."""
    if isinstance(node, Mapping):
        if "value" in node:
            return node["value"]
        return {key: plain(item) for key, item in node.items()}
    if isinstance(node, list | tuple):
        return [plain(item) for item in node]
    return node


def same_name(one: Any, other: Any) -> bool:
    """The same letters and digits; case, accents, punctuation and spacing aside."""
    return _letters(one) == _letters(other)


def same_code(one: Any, other: Any) -> bool:
    """The same letters and digits, case aside."""
    return re.sub(r"[\W_]", "", str(one)).casefold() == re.sub(r"[\W_]", "", str(other)).casefold()


def same_digits(one: Any, other: Any) -> bool:
    return re.sub(r"\D", "", str(one)) == re.sub(r"\D", "", str(other))


def same_words(one: Any, other: Any) -> bool:
    """At least 0.85 token F1 over the words of both, counted as often as they occur."""
    return token_f1(str(one), str(other)) >= INDICATION_F1


def same_set(one: Any, other: Any) -> bool:
    return {str(item).upper() for item in one} == {str(item).upper() for item in other}


def same_value(one: Any, other: Any) -> bool:
    return bool(one == other)


def token_f1(one: str, other: str) -> float:
    """Return the F1 of the two texts' words (runs of letters and digits, case aside), 0..1."""
    mine, theirs = (Counter(re.findall(r"\w+", text.casefold())) for text in (one, other))
    shared = (mine & theirs).total()
    return ratio(2 * shared, mine.total() + theirs.total())


FIELDS: Final[Mapping[str, Same]] = MappingProxyType(
    {
        "patient.family": same_name,
        "patient.given": same_name,
        "patient.middle": same_name,
        "patient.birth_date": same_value,
        "patient.sex": same_value,
        "patient.phone": same_digits,
        "patient.mrn": same_code,
        "patient.address.line": same_name,
        "patient.address.city": same_name,
        "patient.address.state": same_value,
        "patient.address.postal_code": same_value,
        "coverage.payer": same_name,
        "coverage.member_id": same_code,
        "coverage.group_number": same_code,
        "coverage.authorization_number": same_code,
        "indication.text": same_words,
        "indication.icd10": same_set,
        "priority": same_value,
        "provider.family": same_name,
        "provider.given": same_name,
        "provider.npi": same_digits,
        "provider.practice": same_name,
        "provider.phone": same_digits,
        "provider.fax": same_digits,
        "signed": same_value,
        "order_date": same_value,
        "safety.pregnant": same_value,
        "safety.implant": same_value,
        "safety.contrast_allergy": same_value,
        "safety.kidney_disease": same_value,
        "safety.egfr": same_value,
    }
)


def compare(true: Any, read: Any, same: Same = same_value) -> Count:
    """Return the count of one field: a null, an empty text and an empty list state nothing."""
    if not _stated(true):
        return Count(invented=int(_stated(read)))
    if not _stated(read):
        return Count(missed=1)
    return Count(correct=1) if same(true, read) else Count(wrong=1)


def compare_fields(true: Json, read: Json) -> dict[str, Count]:
    """Return a count for each field of two orders in plain contract JSON; an absent order is `{}`."""
    counts = {path: compare(at(true, path), at(read, path), same) for path, same in FIELDS.items()}
    exams, codes = compare_exams(true.get("exams", []), read.get("exams", []))
    return {**counts, "exam": exams, "procedure_code": codes}


def at(order: Json, path: str) -> Any:
    """Return what stands at `path` in plain contract JSON, None when nothing does."""
    node: Any = order
    for step in path.split("."):
        if not isinstance(node, Mapping):
            return None
        node = node.get(step)
    return node


def exam_key(exam: Json) -> tuple[Any, ...]:
    """Return the five parts by which exams are compared."""
    return tuple(exam.get(part) for part in EXAM_PARTS)


def compare_exams(true: Sequence[Json], read: Sequence[Json]) -> tuple[Count, Count]:
    """Return the counts of the exams, matched as a set, and of their procedure codes.

    Exams equal in all five parts are correct. Of the rest, the most alike are
    set against each other as wrong, and what is left over was missed or
    invented. Codes are compared between the exams so set against each other.
    """
    pairs = sorted(
        ((i, j) for i in range(len(true)) for j in range(len(read))),
        key=lambda pair: (-_alike(true[pair[0]], read[pair[1]]), pair),
    )
    taken: list[tuple[int, int]] = []
    for i, j in pairs:
        if all(i != a and j != b for a, b in taken):
            taken.append((i, j))
    correct = sum(exam_key(true[i]) == exam_key(read[j]) for i, j in taken)
    exams = Count(correct, len(taken) - correct, len(true) - len(taken), len(read) - len(taken))
    alone_true = [exam for i, exam in enumerate(true) if all(i != a for a, _ in taken)]
    alone_read = [exam for j, exam in enumerate(read) if all(j != b for _, b in taken)]
    sides = [(true[i], read[j]) for i, j in taken]
    sides += [(exam, {}) for exam in alone_true] + [({}, exam) for exam in alone_read]
    codes = Count()
    for one, other in sides:
        codes += compare(one.get("procedure_code"), other.get("procedure_code"), same_code)
    return exams, codes


def _alike(one: Json, other: Json) -> int:
    """Equal parts, a shared procedure code deciding between equals."""
    parts: int = sum(a == b for a, b in zip(exam_key(one), exam_key(other), strict=True))
    return 2 * parts + int(one.get("procedure_code") == other.get("procedure_code"))


def _letters(text: Any) -> str:
    apart = unicodedata.normalize("NFKD", str(text)).casefold()
    return "".join(character for character in apart if character.isalnum())


def _stated(value: Any) -> bool:
    return value is not None and value not in ("", [])
