"""What the blind checks of a ledger say about the bound: the figures, and the doubt that they would let clear.

    CLEARORDER_DATA=… python -m benchmarks.blind [--json]

Of the checked orders, the least doubtful first, the largest doubt is told at
which the exact bound (Clopper and Pearson, 95 % one-sided) of the share of
wrong ones stays under the site's `silent_error`; null where too few were
checked for that (598 without one wrong for 0.5 %). All of it is about orders
that cleared: it can show that less must clear, not that more may.
"""

from __future__ import annotations

import argparse
import json
from collections.abc import Sequence
from dataclasses import asdict

from config import settings
from orders.exact_bound import upper_bound
from store import ledger


def largest_doubt(outcomes: Sequence[ledger.BlindOutcome], accepted: float) -> float | None:
    """Return the largest doubt up to which the bound of the checked orders stays at or under `accepted`."""
    wrong, found = 0, None
    for checked, each in enumerate(sorted(outcomes, key=lambda one: one.doubt), 1):
        wrong += each.wrong
        if upper_bound(wrong, checked) <= accepted:
            found = each.doubt
    return found


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--json", action="store_true", help="with every outcome, for fitting")
    chosen = parser.parse_args()
    outcomes, accepted = ledger.blind_outcomes(), settings().silent_error
    said = {
        **asdict(ledger.blind_figures()),
        "accepted": accepted,
        "doubt": largest_doubt(outcomes, accepted),
        **({"outcomes": [asdict(each) for each in outcomes]} if chosen.json else {}),
    }
    if chosen.json:
        print(json.dumps(said, indent=1))
    else:
        print("\n".join(f"{name:<12}{value}" for name, value in said.items()))


if __name__ == "__main__":
    main()
