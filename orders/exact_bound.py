"""How many wrong ones there may be, having found so many among so many: the exact bound of a binomial share."""

from __future__ import annotations

from math import exp, lgamma, log, log1p


def upper_bound(wrong: int, checked: int, sureness: float = 0.95) -> float:
    """Return the share (0..1) that is not exceeded with `sureness`, having found `wrong` of `checked` independent ones.

    One-sided after Clopper and Pearson (Biometrika 26, 1934): the share at which
    finding `wrong` or fewer would have had a probability of 1 - `sureness`. With
    nothing checked nothing is known: 1. Raises ValueError for impossible counts.
    """
    if not 0 <= wrong <= checked or not 0 < sureness < 1:
        raise ValueError("so many of so many cannot be")
    if wrong == checked:
        return 1.0
    low, high = 0.0, 1.0
    for _ in range(60):
        middle = (low + high) / 2
        low, high = (middle, high) if _at_most(wrong, checked, middle) > 1 - sureness else (low, middle)
    return high


def _at_most(wrong: int, checked: int, share: float) -> float:
    """Return the probability of `wrong` or fewer among `checked` where each is wrong with probability `share`."""
    return sum(
        exp(
            lgamma(checked + 1)
            - lgamma(count + 1)
            - lgamma(checked - count + 1)
            + count * log(share)
            + (checked - count) * log1p(-share)
        )
        for count in range(wrong + 1)
    )
