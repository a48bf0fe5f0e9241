"""Standing still: the sign, on any file system, that a sender has finished writing."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping

# How many times the settling time a file may stand still with an end that does not parse.
PATIENCE = 15


class Settling:
    """Remembers between two looks since when each file has stood still at the same size and time of change.

    Looking, not being told: a notice of change (inotify) does not cross NFS or SMB.
    The clock is this machine's monotonic one, because the far side's may be wrong.
    """

    def __init__(self, seconds: float, clock: Callable[[], float] = time.monotonic) -> None:
        self.seconds = seconds
        self._clock = clock
        self._still: dict[str, tuple[str, float]] = {}

    def settled(self, stamps: Mapping[str, str]) -> list[str]:
        """Return the keys of `stamps` that stood still for the settling time; those not in it are forgotten."""
        now = self._clock()
        self._still = {
            key: self._still[key] if self._still.get(key, ("",))[0] == stamp else (stamp, now)
            for key, stamp in stamps.items()
        }
        return [key for key, (_, since) in self._still.items() if now - since >= self.seconds]

    def impatient(self, key: str) -> bool:
        """Whether the file stood still for so long that it is taken as it is: a damaged fax must reach a person too."""
        since = self._still.get(key, ("", self._clock()))[1]
        return self._clock() - since >= PATIENCE * self.seconds
