"""A short soak: folder, bucket and mailbox at once, while processes are killed; the long one is run by hand."""

from __future__ import annotations

from benchmarks.soak import soak


def test_nothing_is_lost_twice_or_leaked_while_processes_are_killed() -> None:
    found = soak(documents=45, engine="sqlite", workers=2, every=3.0, limit=120.0)
    assert found.good, found
    assert found.documents == 45 and sum(found.struck.values()) >= 1
