"""Open hours, holidays and attempts."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path

import pytest

from clarifications.clock import load_policy
from orders.knowledge import KeyFault

POLICY = load_policy("America/New_York")


@pytest.mark.parametrize(
    ("start", "hours", "priority", "due"),
    [
        ("2026-11-24 10:00", 4, "routine", "2026-11-24 14:00"),
        ("2026-11-24 15:00", 4, "routine", "2026-11-25 10:00"),
        ("2026-11-24 06:00", 1, "routine", "2026-11-24 09:00"),
        ("2026-11-24 22:00", 1, "urgent", "2026-11-25 09:00"),
        # Thanksgiving is left out; so is the weekend after the day that follows it.
        ("2026-11-25 16:00", 2, "routine", "2026-11-27 09:00"),
        ("2026-11-27 16:00", 2, "", "2026-11-30 09:00"),
        ("2026-11-24 22:00", 1, "stat", "2026-11-24 23:00"),
    ],
)
def test_waits_count_open_hours(start: str, hours: float, priority: str, due: str) -> None:
    moment = datetime.fromisoformat(start).replace(tzinfo=POLICY.zone)
    assert POLICY.after(moment, hours, priority).astimezone(POLICY.zone).strftime("%Y-%m-%d %H:%M") == due


def test_daylight_saving_costs_no_hour() -> None:
    friday = datetime(2026, 10, 30, 16, 0, tzinfo=POLICY.zone)
    assert POLICY.after(friday, 2, "routine") == datetime(2026, 11, 2, 9, 0, tzinfo=POLICY.zone)


def test_a_site_that_is_never_open_has_a_date_all_the_same(tmp_path: Path) -> None:
    (tmp_path / "clarifications.toml").write_text("weekdays = []\n")
    start = datetime(2026, 11, 24, tzinfo=POLICY.zone)
    assert load_policy("America/New_York", tmp_path).after(start, 1, "routine") > start


@pytest.mark.parametrize(
    ("text", "key"),
    [
        ("remind = 2\n", "remind"),
        ("reminders = 'two'\n", "reminders"),
        ("channels = ['pigeon']\n", "channels"),
        ("batch = 'all'\n", "batch"),
        ("open = '8 am'\n", "open"),
        ("pauses_minutes = []\n", "pauses_minutes"),
        ("open = \n", "(file)"),
    ],
)
def test_a_policy_that_cannot_be_used_is_named(tmp_path: Path, text: str, key: str) -> None:
    (tmp_path / "clarifications.toml").write_text(text)
    with pytest.raises(KeyFault) as caught:
        load_policy("America/New_York", tmp_path)
    assert caught.value.key == key


def test_a_site_changes_one_wait_and_keeps_the_others(tmp_path: Path) -> None:
    (tmp_path / "clarifications.toml").write_text("[waits.routine]\nremind_hours = 9\n")
    policy = load_policy("America/New_York", tmp_path)
    assert (policy.of("routine").remind, policy.of("routine").expire) == (9, POLICY.of("routine").expire)
