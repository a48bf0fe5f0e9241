"""Would a learned classifier tell what the catalogue leaves open? `python -m benchmarks.exam_model FILE.tsv …`

A logistic regression on character n-grams judges only the words that the
catalogue does not know: what they state of a place, or of a modality, or that
they state none. So nothing can be inferred that is not written: "left knee" has
no such word, and stays without a modality. It learns from the catalogue's own
phrases, cut, run together and misread until the catalogue does not know them,
and, as words that state none, from what else a referral holds. Its temperature
is fitted on synonyms held out, whole ones.

FILE.tsv are exams' names with procedure codes, as `benchmarks.exams` reads
them; they are measured on, never learnt from. Each is read twice: as it stands,
and with a reader's slips put in until the catalogue leaves open what it knew.
"""

from __future__ import annotations

import argparse
import random
import re
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from time import process_time

import numpy as np
from numpy.typing import NDArray
from sklearn.feature_extraction.text import HashingVectorizer
from sklearn.linear_model import LogisticRegression

from benchmarks.exams import Line, lines_of
from classifiers.catalogue import NOISE, catalogue
from classifiers.exam import read_exams
from classifiers.lexicon import tokens
from orders.regions import may_mean
from sample_docs.generator import clinical, people

NONE = "-"
Slip = Callable[[str, random.Random], str]
THRESHOLDS = (0.5, 0.8, 0.9, 0.95, 0.98)
_LABELS = Path(__file__).parent.parent / "extractors" / "labels.toml"
_MISREAD = {"m": "rn", "rn": "m", "i": "l", "l": "i", "o": "c", "e": "c", "c": "e", "a": "o", "h": "b", "u": "v"}
_MISREAD |= {"n": "r", "t": "f", "f": "t", "g": "q", "d": "cl", "cl": "d", "b": "h", "s": "5", "v": "u", "r": "n"}


@dataclass(frozen=True, slots=True)
class Model:
    """What a run of unknown words states of one part: fitted weights and the temperature of their log-odds."""

    hashed: HashingVectorizer
    fitted: LogisticRegression
    temperature: float = 1.0

    def probabilities(self, runs: Sequence[str]) -> NDArray[np.float64]:
        """Return (runs, classes), rows adding up to 1; the classes are those of `fitted`."""
        odds = self.fitted.decision_function(self.hashed.transform(runs)) / self.temperature
        odds -= odds.max(axis=1, keepdims=True)
        shares = np.exp(odds)
        return shares / shares.sum(axis=1, keepdims=True)

    def told(self, text: str) -> tuple[str | None, float]:
        """Return what the unknown words of `text` most likely state, and how likely; None for nothing."""
        runs = unknown(text)
        if not runs:
            return None, 0.0
        shares = self.probabilities(runs)
        row, column = np.unravel_index(shares.argmax(), shares.shape)
        held = str(self.fitted.classes_[column])
        return (None if held == NONE else held), float(shares[row, column])


def unknown(text: str) -> list[str]:
    """Return the runs of words of four letters and more that the catalogue does not know."""
    runs: list[str] = []
    open_run = False
    for token in tokens(text):
        new = token.word not in catalogue().words and len(token.word) > 3 and not token.word.isdigit()
        if new and open_run:
            runs[-1] += " " + token.word
        elif new:
            runs.append(token.word)
        open_run = new
    return runs


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


def fitted(part: str, count: int, seed: int) -> Model:
    """Fit and calibrate the model of `part` ("body_region" or "modality"), and print how it does on held synonyms."""
    key = {"body_region": "region"}.get(part, part)
    learn, hold = examples(key, count, seed)
    hashed = HashingVectorizer(analyzer="char_wb", ngram_range=(2, 4), n_features=2**13, alternate_sign=False)
    lines, codes = zip(*learn, strict=True)
    model = Model(hashed, LogisticRegression(C=10, max_iter=300).fit(hashed.transform(lines), codes))
    runs, true = zip(*hold, strict=True)
    column = {code: at for at, code in enumerate(model.fitted.classes_)}
    known = [at for at, code in enumerate(true) if code in column]
    scale = min(np.arange(0.5, 5.01, 0.25), key=lambda each: _loss(model, runs, true, known, column, float(each)))
    model = Model(hashed, model.fitted, float(scale))
    shares = model.probabilities(runs)
    best = model.fitted.classes_[shares.argmax(axis=1)]
    print(f"{part}: {len(lines)} runs of words, {len(column)} classes, temperature {scale}; on held synonyms:")
    for least in THRESHOLDS:
        speaks = [at for at in range(len(runs)) if shares[at].max() >= least and best[at] != NONE]
        right = sum(best[at] == true[at] for at in speaks)
        print(
            f"  at {least}: tells {len(speaks)} of {sum(c != NONE for c in true)}, right {_share(right, len(speaks))}"
        )
    return model


def _loss(
    model: Model, runs: Sequence[str], true: Sequence[str], known: list[int], column: dict[str, int], scale: float
) -> float:
    shares = Model(model.hashed, model.fitted, scale).probabilities(runs)
    return -float(np.mean([np.log(max(shares[at, column[true[at]]], 1e-9)) for at in known]))


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


def measure(model: Model, part: str, lines: Sequence[tuple[Line, str]], show: int) -> None:
    """Print, of lines whose `part` is open, how many the model tells at each threshold and how many rightly."""
    told = [(line, text, *model.told(text)) for line, text in lines]
    for least in THRESHOLDS:
        said = [(line, text, value) for line, text, value, sure in told if value and sure >= least]
        right = sum(is_right(line, part, value) for line, _, value in said)
        print(f"    at {least}: tells {len(said)} of {len(lines)}, right {_share(right, len(said))}")
    wrong = [row for row in told if row[2] and row[3] >= 0.9 and not is_right(row[0], part, row[2])]
    for line, text, value, sure in wrong[:show]:
        print(f"      {text!r} told {value} {sure:.2f}, code {line.code and line.code.code}")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("files", nargs="+", type=Path)
    parser.add_argument("--count", type=int, default=24000, help="phrases to fit on")
    parser.add_argument("--damaged", type=int, default=3000, help="names to put slips into")
    parser.add_argument("--seed", type=int, default=5)
    parser.add_argument("--wrong", type=int, default=0, help="how many wrong answers to print")
    parser.add_argument("--parts", nargs="+", default=["body_region", "modality"])
    options = parser.parse_args()
    lines = [line for path in options.files for line in lines_of(path) if line.code]
    rng = random.Random(options.seed)
    some = rng.sample(lines, min(options.damaged, len(lines)))
    for part in options.parts:
        started = process_time()
        model = fitted(part, options.count, options.seed)
        print(f"  fitted in {process_time() - started:.0f} s CPU")
        open_ = [(line, line.text) for line in lines if len(read_exams(line.text)) < 2 and not stated(line.text, part)]
        kinds = Counter(bool(unknown(text)) for _, text in open_)
        print(f"  as they stand, {len(lines)} names: open {len(open_)}, {kinds[True]} of them with an unknown word")
        measure(model, part, open_, options.wrong)
        for name, slip in (("the slips that it learnt", damaged), ("other slips", struck)):
            hurt: list[tuple[Line, str]] = []
            for line in some:
                if (value := stated(line.text, part)) and is_right(line, part, value):
                    text = until_open(line.text.lower(), rng, lambda text, part=part: bool(stated(text, part)), slip)
                    hurt += [(line, text)] if text else []
            print(f"  with {name} until open, {len(some)} names: open {len(hurt)}")
            measure(model, part, hurt, options.wrong)


if __name__ == "__main__":
    main()
