"""How much doubt an order may hold and still clear, so that few enough of the cleared are wrong.

`doubt` of an order is the expected number of wrong values among those that
decide it (`orders.decision.doubt`). On held-out layouts every order has its
doubt and is known to be right or wrong to clear. The loss "cleared and wrong"
never falls as more doubt is let through, so conformal risk control applies
(Angelopoulos, Bates, Fisch, Lei and Schuster, 2024): the largest doubt at which
(wrong + 1) / (orders + 1) stays under the accepted share of *all* orders, which
is here the accepted share of the cleared times the share that clears. That
share is counted on the same orders, so the figure guides and does not prove.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from math import inf, isfinite
from typing import Any

from orders.decision import ACCEPTED, doubt
from orders.order import Order

NOTHING = (0.0, 0, 0, 1.0)


@dataclass(frozen=True, slots=True)
class Judged:
    """An order as read, whether it is truly complete, if its document has a fault, which critical values are wrong.

    An order of a document with a fault never clears by itself.
    """

    order: Order
    complete: bool
    faulty: bool
    wrong: tuple[str, ...]


def fitted_bound(shown: Sequence[Order], judged: Sequence[Judged]) -> dict[str, Any]:
    """Return the doubt that may clear for the accepted share, with the counts that it rests on.

    `shown` are the orders with the probabilities of models that had not seen
    their layouts. Where no doubt meets the accepted share, the largest without
    one wrong order is taken, and `bound` says how near that comes.
    """
    told = [inf if one.faulty else doubt(order) for order, one in zip(shown, judged, strict=True)]
    ranked = sorted(
        (each, bool(one.wrong) or not one.complete) for each, one in zip(told, judged, strict=True) if isfinite(each)
    )
    orders, wrong = len(judged), 0
    steps = []
    for cleared, (each, bad) in enumerate(ranked, 1):
        wrong += bad
        steps.append((each, cleared, wrong, (wrong + 1) / (orders + 1) / (cleared / orders)))
    kept = [step for step in steps if step[3] <= ACCEPTED] or [step for step in steps if not step[2]] or [NOTHING]
    most, cleared, wrong, bound = kept[-1]
    right = sum(one.complete and not one.wrong for one in judged)
    return {
        "doubt": round(most, 5),
        "orders": orders,
        "complete_and_right": right,
        "cleared": cleared,
        "wrong": wrong,
        "bound": round(bound, 5),
        "curve": [(round(a, 4), b, c) for a, b, c, _ in steps],
    }
