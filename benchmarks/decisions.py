"""How well orders are decided: the exam, the problems, what may go, what came before; and what deciding costs.

    python -m benchmarks.decisions FOLDER… --keep READ [--draw] [--orders 100000]

Reads the documents of each FOLDER that have a truth beside them (what was read
is kept in READ/<folder's name>, so that a second run only decides), prints the
figures, and with `--draw` writes the reliability diagram and the curve of
cleared orders against wrong ones into docs/figures, where the desk finds them.
The time of a look-up is measured in a ledger of `--orders` made-up orders; 0
leaves it out.
"""

from __future__ import annotations

import argparse
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from math import isfinite
from pathlib import Path
from time import process_time
from typing import Any

from benchmarks.again import Found, Looks, found_again, looks
from benchmarks.calibrate import TODAY, read_all
from benchmarks.drawing import ACCENT, INK, SECOND, Axis, Curve, Dot, diagram
from classifiers.exam import read_exams
from documents.page import Document
from orders.calibration import Calibration, calibration, values_shown
from orders.compare import EXAM_PARTS, compare_fields, exam_key, plain
from orders.contract import referral_json
from orders.decision import doubt
from orders.exact_bound import upper_bound
from orders.judge import judged
from orders.order import Order, Referral
from orders.rulebook import load_rulebook
from orders.score import CRITICAL, Share, Table, match_orders, score
from orders.vocabulary import BLOCKING, FOLLOW_UP
from pipeline import understand

Json = dict[str, Any]
FINE = ("clean", "fine_fax")
FIGURES = Path(__file__).parent.parent / "docs" / "figures"


@dataclass(frozen=True, slots=True)
class Read:
    """A document as read, with its truth."""

    document: Document
    referral: Referral
    truth: Json

    @property
    def pair(self) -> tuple[Json, Json]:
        return self.truth, referral_json(self.referral)


@dataclass(frozen=True, slots=True)
class Cleared:
    """An order that could clear: its doubt, and whether it would be wrong to let it."""

    doubt: float
    wrong: bool


def read_folders(folders: Sequence[Path], keep: Path) -> Iterator[Read]:
    """Yield every document of the folders, understood as of the day the corpora were made for."""
    for folder in folders:
        for document, truth in read_all(folder, keep / folder.name):
            yield Read(document, understand(document, TODAY), truth)


def exams_by_text(truths: Iterable[Json]) -> Share:
    """Return how many exams are told, all five parts, from the true words of their line alone."""
    right = every = 0
    for truth in truths:
        for order in truth["orders"]:
            for exam in order["exams"]:
                if exam["text"]:
                    told = {tuple(getattr(each, part) for part in EXAM_PARTS) for each in read_exams(exam["text"])}
                    every += 1
                    right += exam_key(exam) in told
    return Share(right, every)


def clearable(read: Iterable[Read]) -> list[Cleared]:
    """Return the orders with no blocking problem found, the least doubtful first."""
    found = []
    for one in read:
        truth, said = plain(one.pair[0]), plain(one.pair[1])
        numbered = [{**order, "#": index} for index, order in enumerate(said["orders"])]
        for true, order in match_orders(truth["orders"], numbered):
            if not order:
                continue
            told = doubt(one.referral.orders[order["#"]])
            counts = compare_fields(true, order) if true else {}
            bad = not true or true["route"] != "ready"
            bad = bad or any(counts[name].wrong or counts[name].missed or counts[name].invented for name in CRITICAL)
            if isfinite(told):
                found.append(Cleared(told, bad))
    return sorted(found, key=lambda each: each.doubt)


def decision_seconds(orders: Sequence[Order]) -> float:
    """Return the CPU seconds that deciding about an order takes once its values are read."""
    book = load_rulebook(None)
    started = process_time()
    for order in orders:
        judged(order, book, TODAY)
    return (process_time() - started) / max(1, len(orders))


def figures(read: Sequence[Read]) -> str:
    """Return the figures of issue and documentation, a line each."""
    typed = [one for one in read if one.truth.get("fill") == "typed"]
    hand = [one for one in read if one.truth.get("fill") == "hand"]
    fine = [one for one in typed if one.truth.get("quality") in FINE]
    table = score([one.pair for one in read])
    wrong, cleared = table.silent_errors.part, table.silent_errors.whole
    every = (*BLOCKING, *FOLLOW_UP)
    typed_table = score([one.pair for one in typed])
    orders = [order for one in read for order in one.referral.orders]
    lines = [
        ("documents, orders", f"{table.documents}, {table.orders}"),
        ("exams by their words alone", _share(exams_by_text(one.truth for one in read))),
        ("exams as read, typed", _exams(typed_table)),
        ("exams as read, by hand", _exams(score([one.pair for one in hand]))),
        ("problems, micro F1 %", f"{100 * table.problem_total(every).f1:.1f}"),
        ("problems of typed orders, micro F1 %", f"{100 * typed_table.problem_total(every).f1:.1f}"),
        ("blocking problems named or sent to review", _share(table.caught)),
        ("requests that ask for what is stated", _share(table.needless_requests)),
        ("complete orders cleared", _share(table.cleared)),
        ("complete, typed, fine ones cleared", _share(score([one.pair for one in fine]).cleared)),
        ("incomplete orders cleared", _share(table.missed_problems)),
        ("silent errors", _share(table.silent_errors)),
        ("  not more than, with 95 % sureness", f"{100 * upper_bound(wrong, cleared):.2f} % of cleared"),
        ("CPU milliseconds a decision", f"{1000 * decision_seconds(orders):.2f}"),
    ]
    return "\n".join(f"{name:<46}{value}" for name, value in lines) + "\n"


def ledger_figures(found: Found, times: Looks | None) -> str:
    """Return what the ledger recognised and how long a look takes."""
    lines = [
        ("came again, found", f"{found.found} of {found.there}, {found.right_kind} of them as what they are"),
        ("said to come again and do not", f"{len(found.false)}: {'; '.join(found.false) or 'none'}"),
    ]
    if times:
        lines += [
            (
                f"a look among {times.orders} orders, ms",
                f"CPU {times.cpu:.1f}; median {times.median:.1f}, slowest {times.slowest:.1f}",
            ),
            ("  made-up sheets faxed again, found", f"{times.found} of {times.repeated}, {times.false} false"),
        ]
    return "\n".join(f"{name:<46}{value}" for name, value in lines) + "\n"


def reliability(table: Calibration) -> str:
    """Return the reliability diagram: how sure values were said to be, and how many of them are right."""
    tenths = tuple((each / 10, f"{10 * each} %") for each in range(0, 11, 2))
    dots = [
        Dot(
            one.confidence,
            one.right / one.shown,
            one.shown,
            1 - upper_bound(one.shown - one.right, one.shown, 0.975),
            upper_bound(one.right, one.shown, 0.975),
            f"said {100 * one.confidence:.1f} %: {one.right} of {one.shown} right",
        )
        for one in table.bins
        if one.shown
    ]
    return diagram(
        "How sure values were said to be against how many are right",
        Axis(f"said to be right ({table.shown} values)", 1.0, tenths),
        Axis("right", 1.0, tenths),
        [Curve("as said", ((0.0, 0.0), (1.0, 1.0)), INK, dashed=True)],
        dots,
    )


def cleared_curve(found: Sequence[Cleared], orders: int) -> str:
    """Return the curve: the more orders clear, the more of the cleared are wrong, counted and by its exact bound."""
    seen, bound, wrong = [], [], 0
    for cleared, each in enumerate(found, 1):
        wrong += each.wrong
        seen.append((cleared / orders, wrong / cleared))
        bound.append((cleared / orders, upper_bound(wrong, cleared)))
    tenths = tuple((each / 10, f"{10 * each} %") for each in range(0, 11, 2))
    up = tuple((each / 100, f"{each} %") for each in range(0, 31, 5))
    return diagram(
        "Share of orders cleared against the share of wrong ones among them",
        Axis(f"orders cleared, the least doubtful first (of {orders})", 1.0, tenths),
        Axis("wrong ones among them", 0.3, up),
        [
            Curve("wrong", tuple(seen), ACCENT),
            Curve("not more than, with 95 % sureness", tuple(bound), SECOND, dashed=True),
        ],
    )


def draw(read: Sequence[Read]) -> None:
    """Write both diagrams into docs/figures."""
    FIGURES.mkdir(exist_ok=True)
    shown = calibration(values_shown([one.pair for one in read]))
    orders = sum(len(one.referral.orders) for one in read)
    (FIGURES / "reliability.svg").write_text(reliability(shown), "utf-8")
    (FIGURES / "cleared.svg").write_text(cleared_curve(clearable(read), orders), "utf-8")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folders", type=Path, nargs="+", metavar="FOLDER")
    parser.add_argument("--keep", type=Path, required=True, help="where to keep what was read")
    parser.add_argument("--draw", action="store_true", help="write the diagrams into docs/figures")
    parser.add_argument("--orders", type=int, default=100_000, help="orders in the ledger that look-ups are timed in")
    chosen = parser.parse_args()
    read = list(read_folders(chosen.folders, chosen.keep))
    print("\n" + figures(read), end="")
    if chosen.draw:
        draw(read)
    found = found_again((one.document, one.referral, one.truth) for one in read)
    print(ledger_figures(found, looks(chosen.orders) if chosen.orders else None), end="")


def _exams(table: Table) -> str:
    count = table.field("exam")
    return _share(Share(count.correct, count.correct + count.wrong + count.missed))


def _share(share: Share) -> str:
    return f"{share.part} of {share.whole}" + (f" = {100 * share.part / share.whole:.1f} %" if share.whole else "")


if __name__ == "__main__":
    main()
