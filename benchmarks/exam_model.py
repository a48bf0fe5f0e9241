"""Fit and measure what proposes the meaning of unknown exam words: `python -m benchmarks.exam_model FILE.tsv …`

A logistic regression on runs of letters judges only the words that the
catalogue does not know (`classifiers.candidates` applies it): what they state
of a place, or of a modality, or that they state none. It learns from the
catalogue's own phrases, cut, run together and misread until the catalogue does
not know them, and, as words that state none, from what else a referral holds.
Its temperature is fitted on synonyms held out, whole ones. `--save` writes the
weights, their sums and a card to `models/exam_words`.

FILE.tsv are exams' names with procedure codes, as `benchmarks.exams` reads
them; they are measured on, never learnt from. Each is read twice: as it stands,
and with a reader's slips put in until the catalogue leaves open what it knew.
"""

from __future__ import annotations

import argparse
import random
import re
from collections.abc import Callable, Iterator, Sequence
from hashlib import sha256
from itertools import pairwise
from pathlib import Path
from time import process_time

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_matrix
from sklearn.linear_model import LogisticRegression

from benchmarks.exams import Line, lines_of
from classifiers.candidates import BUCKETS, FOLDER, NONE, PARTS, Part, Weights, candidates, letters, unknown
from classifiers.catalogue import NOISE, catalogue
from classifiers.exam import read_exams
from orders.regions import may_mean
from sample_docs.generator import clinical, people

Slip = Callable[[str, random.Random], str]
CARD = """# exam_words

What words of an exam that the catalogue does not know may state of its place and of its modality: logistic
regressions on runs of two to four letters, weights in half precision, applied by `classifiers.candidates`.
Fitted by `python -m benchmarks.exam_model FILE.tsv --save` on the catalogue's own phrases with slips and on
made-up names, streets, reasons and headings, no document of anyone; seed {seed}. They propose, and decide nothing.

{said}
"""
_LABELS = Path(__file__).parent.parent / "extractors" / "labels.toml"
_MISREAD = {"m": "rn", "rn": "m", "i": "l", "l": "i", "o": "c", "e": "c", "c": "e", "a": "o", "h": "b", "u": "v"}
_MISREAD |= {"n": "r", "t": "f", "f": "t", "g": "q", "d": "cl", "cl": "d", "b": "h", "s": "5", "v": "u", "r": "n"}


def damaged(word: str, rng: random.Random) -> str:
    """Return `word` with one slip: cut short, without vowels, a letter lost, turned, or misread."""
    kind, at = rng.random(), rng.randrange(1, max(2, len(word) - 1))
    if len(word) < 4:
        return word
    if kind < 0.1:
        return word[: rng.randint(4, len(word))]
    if kind < 0.2:
        return word[0] + re.sub("[aeiou]", "", word[1:])
    if kind < 0.35:
        return word[:at] + word[at + 1 :]
    if kind < 0.45:
        return word[:at] + word[at : at + 2][::-1] + word[at + 2 :]
    letters = [letter for letter in _MISREAD if letter in word]
    letter = rng.choice(letters) if letters else word[at]
    return word.replace(letter, _MISREAD.get(letter, ""), 1)


def struck(word: str, rng: random.Random) -> str:
    """Return `word` with a slip of another kind than `damaged`: a letter put in, or any letter for another."""
    at, letter = rng.randrange(len(word)), rng.choice("abcdefghijklmnopqrstuvwxyz")
    return word[:at] + letter + word[at + (rng.random() < 0.7) :]


def until_open(text: str, rng: random.Random, known: Callable[[str], bool], slip: Slip = damaged) -> str | None:
    """Return `text` with slips in its long words, as few as make `known` false; None when six do not."""
    words = text.split()
    long = [at for at, word in enumerate(words) if len(word) > 3 and word.isalpha()]
    for _ in range(6 if long else 0):
        at = rng.choice(long)
        words[at] = slip(words[at], rng)
        if not known(" ".join(words)):
            return " ".join(words)
    return None


def examples(part: str, count: int, seed: int) -> tuple[list[tuple[str, str]], list[tuple[str, str]]]:
    """Return runs of unknown words with what they state (a code or "-"), to fit on and, of other synonyms, to hold."""
    rng = random.Random(seed)
    stated: dict[str, list[str]] = {}
    noise: list[str] = []
    for phrase, terms in catalogue().phrases.items():
        code = getattr(terms[0], part)
        if code and len(terms) == 1:
            stated.setdefault(code, []).append(" ".join(phrase))
        elif terms[0] == NOISE or not code:
            noise.append(" ".join(phrase))
    for group in (*stated.values(), noise):
        rng.shuffle(group)
    sets: list[list[tuple[str, str]]] = []
    for first in (False, True):
        found: list[tuple[str, str]] = []
        pool = {code: _part_of(group, first) for code, group in stated.items()}
        codes = [code for code, group in pool.items() if group]
        for _ in range(count // (4 if first else 1)):
            code = rng.choice(codes) if rng.random() < 0.5 else NONE
            phrase = rng.choice(pool[code] if code != NONE else _part_of(noise, first))
            hurt = until_open(phrase, rng, lambda text: not unknown(text))
            found += [(run, code) for run in (unknown(hurt) if hurt else [])]
        others = _others(rng, count // (16 if first else 4))
        sets.append(found + [(run, NONE) for text in others for run in unknown(text)])
    return sets[0], sets[1]


def _part_of(group: list[str], held: bool) -> list[str]:
    cut = len(group) // 5
    return group[:cut] if held else group[cut:]


def _others(rng: random.Random, count: int) -> list[str]:
    """What a referral says beside its exam: names, streets, offices, reasons, headings."""
    labels = re.findall(r'"([^"]+)"', _LABELS.read_text("utf-8"))
    found: list[str] = []
    for _ in range(count):
        person, place = people.person(rng), people.place(rng)
        exam = clinical.any_exam(rng, "F")
        said = clinical.reason(rng, exam, "F", exam.laterality).text
        found += [f"{person.given} {person.family}", f"{place.line} {place.city}", people.practice(rng, place).name]
        found += [_without_places(said), rng.choice(labels)]
    return found


def _without_places(text: str) -> str:
    return " ".join(word for word in text.split() if word.lower().strip(".,") not in catalogue().words)


def fitted(part: Part, count: int, seed: int) -> tuple[Weights, list[str]]:
    """Fit and calibrate the weights of `part`; return them and, line by line, how they do on held synonyms."""
    key = {"body_region": "region"}.get(part, part)
    learn, hold = examples(key, count, seed)
    runs, codes = zip(*learn, strict=True)
    model = LogisticRegression(C=10, max_iter=300).fit(_matrix(runs), codes)
    # Half precision is what the file holds, and what is measured.
    halves = [each.astype(np.float16).astype(np.float32) for each in (model.coef_, model.intercept_)]
    fit = Weights(tuple(map(str, model.classes_)), halves[0], halves[1], 1.0)
    runs, true = zip(*hold, strict=True)
    column = {code: at for at, code in enumerate(fit.classes)}
    odds = np.log(np.maximum(fit.probabilities(runs), 1e-12))
    # Only where it would propose something does a probability reach anyone.
    speaks = [fit.classes[at] != NONE for at in odds.argmax(axis=1)]
    known = [at for at, code in enumerate(true) if code in column and speaks[at]]
    places = [column[true[at]] for at in known]
    scale = min(np.arange(0.5, 5.01, 0.25), key=lambda each: _loss(odds[known] / each, places))
    fit = Weights(fit.classes, fit.coefficients, fit.intercepts, float(scale))
    shares = fit.probabilities(runs)
    said = [f"{part}: {len(learn)} runs of words, {len(column)} classes, temperature {scale}; on synonyms held out:"]
    best = shares.argmax(axis=1)
    for low, high in pairwise((0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9, 1.01)):
        told = [at for at in range(len(runs)) if low <= shares[at].max() < high and fit.classes[best[at]] != NONE]
        right = sum(fit.classes[best[at]] == true[at] for at in told)
        mean = float(np.mean([shares[at].max() for at in told])) if told else 0.0
        said.append(f"  likely {low}-{min(high, 1.0)}: said {mean:.2f} on average, right {_share(right, len(told))}")
    return fit, said


def _matrix(runs: Sequence[str]) -> csr_matrix:
    rows = [letters(run) for run in runs]
    ends = np.cumsum([0, *map(len, rows)])
    buckets = [bucket for row in rows for bucket in row]
    return csr_matrix(([share for row in rows for share in row.values()], buckets, ends), (len(rows), BUCKETS))


def _loss(odds: NDArray[np.float64], places: Sequence[int]) -> float:
    """Return the mean log loss of (runs, classes) log-odds whose true classes stand at `places`."""
    odds = odds - odds.max(axis=1, keepdims=True)
    return float(np.mean(np.log(np.exp(odds).sum(axis=1)) - odds[np.arange(len(places)), places]))


def save(part: Part, weights: Weights) -> None:
    """Write the weights of `part` into the models' folder, in half precision."""
    FOLDER.mkdir(exist_ok=True)
    np.savez_compressed(
        FOLDER / f"{part}.npz",
        classes=np.array(weights.classes),
        coefficients=weights.coefficients.astype(np.float16),
        intercepts=weights.intercepts.astype(np.float16),
        temperature=np.float64(weights.temperature),
    )


def write_card(seed: int, said: Sequence[str]) -> None:
    """Write the sums of the weights, and a card of what was printed of them."""
    files = sorted(FOLDER.glob("*.npz"))
    sums = [f"{sha256(path.read_bytes()).hexdigest()}  {path.name}" for path in files]
    (FOLDER / "SHA256SUMS").write_text("\n".join(sums) + "\n", "ascii")
    (FOLDER / "card.md").write_text(CARD.format(seed=seed, said="\n".join(said)), "utf-8")


def _share(right: int, of: int) -> str:
    return f"{right}/{of} ({right / of:.3f})" if of else "0/0"


def is_right(line: Line, part: str, value: str) -> bool:
    """Whether the code of a line states `value`; where it states no place, no place is right."""
    assert line.code
    if part == "modality":
        return value == line.code.modality or {value, line.code.modality} == {"XR", "RF"}
    return bool(line.code.body_region) and may_mean(line.code.modality, value, line.code.body_region)


def stated(text: str, part: str) -> str | None:
    """Return what the catalogue reads of `part`, of a text that names one exam at most."""
    read = read_exams(text)
    return getattr(read[0], part) if len(read) == 1 else None


def measure(weights: Weights, part: Part, lines: Sequence[tuple[Line, str]], show: int) -> list[str]:
    """Say, of lines whose `part` is open, for how many something is proposed, and how often rightly."""
    first = among = proposed = 0
    wrong: list[str] = []
    for line, text in lines:
        told = candidates(text, part, weights)
        right = [is_right(line, part, each.code) for each in told]
        proposed += bool(told)
        first += right[:1] == [True]
        among += any(right)
        if told and not right[0] and line.code:
            wrong.append(f"      {text!r}: {told[0].code} {told[0].probability:.2f}, code {line.code.code}")
    cannot = len(lines) - proposed
    return [
        f"    of {len(lines)}: cannot tell {cannot}; proposed {proposed}, first right {_share(first, proposed)},"
        f" among three {_share(among, proposed)}",
        *wrong[:show],
    ]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("files", nargs="*", type=Path)
    parser.add_argument("--count", type=int, default=24000, help="phrases to fit on")
    parser.add_argument("--damaged", type=int, default=3000, help="names to put slips into")
    parser.add_argument("--seed", type=int, default=5)
    parser.add_argument("--wrong", type=int, default=0, help="how many wrong proposals to print")
    parser.add_argument("--save", action="store_true", help="write models/exam_words")
    options = parser.parse_args()
    lines = [line for path in options.files for line in lines_of(path) if line.code]
    card: list[str] = []
    for part in PARTS:
        started = process_time()
        weights, said = fitted(part, options.count, options.seed)
        print(*said, f"  fitted in {process_time() - started:.0f} s CPU", sep="\n")
        card += said
        if options.save:
            save(part, weights)
        for line in _measured(weights, part, lines, options):
            print(line)
    if options.save:
        write_card(options.seed, card)


def _measured(weights: Weights, part: Part, lines: list[Line], options: argparse.Namespace) -> Iterator[str]:
    rng = random.Random(options.seed)
    some = rng.sample(lines, min(options.damaged, len(lines)))
    open_ = [(line, line.text) for line in lines if len(read_exams(line.text)) < 2 and not stated(line.text, part)]
    yield f"  as they stand, {len(lines)} names, open:"
    yield from measure(weights, part, open_, options.wrong)
    for name, slip in (("the slips that it learnt", damaged), ("other slips", struck)):
        hurt: list[tuple[Line, str]] = []
        for line in some:
            if (value := stated(line.text, part)) and is_right(line, part, value):
                text = until_open(line.text.lower(), rng, lambda text: bool(stated(text, part)), slip)
                hurt += [(line, text)] if text else []
        yield f"  with {name} until open, of {len(some)} names:"
        yield from measure(weights, part, hurt, options.wrong)


if __name__ == "__main__":
    main()
