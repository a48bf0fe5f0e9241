"""When a request is sent again, given to a person, and given up: a site's policy, counted in its open hours."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from functools import cache
from importlib.resources import files
from pathlib import Path
from typing import Any, Final
from zoneinfo import ZoneInfo

import holidays

from orders.knowledge import KeyFault

CHANNELS: Final = ("fax", "email", "portal")
BATCHES: Final = ("patient", "practice", "none")
NOTICES: Final = ("received", "ready", "scheduled")
# A wait is looked for this many days ahead at most: a site that is never open must not hang the clock.
_FARTHEST: Final = 400


@dataclass(frozen=True, slots=True)
class Waits:
    """Open hours until a reminder, until a person calls, and until the request expires after that."""

    remind: float
    person: float
    expire: float


@dataclass(frozen=True, slots=True)
class Policy:
    """A site's policy (`policy.toml` says what each of it is)."""

    zone: ZoneInfo
    open: time
    close: time
    weekdays: frozenset[int]
    country: str
    subdivision: str
    channels: tuple[str, ...]
    phi_by_email: bool
    batch: str
    language: str
    languages: Mapping[str, str]
    preferred: Mapping[str, str]
    emails: Mapping[str, str]
    original_behind: bool
    notices: tuple[str, ...]
    reminders: int
    rounds: int
    tries: int
    pauses: tuple[timedelta, ...]
    waits: Mapping[str, Waits]

    def after(self, start: datetime, hours: float, priority: str) -> datetime:
        """Return the moment `hours` open hours after `start` (aware); for a stat order every hour counts."""
        if priority == "stat":
            return start + timedelta(hours=hours)
        left = timedelta(hours=hours)
        day = start.astimezone(self.zone).date()
        for _ in range(_FARTHEST):
            if self.open_on(day):
                opens = max(start, datetime.combine(day, self.open, self.zone))
                closes = datetime.combine(day, self.close, self.zone)
                if opens < closes:
                    if opens + left <= closes:
                        return opens + left
                    left -= closes - opens
            day += timedelta(days=1)
        return start + timedelta(days=_FARTHEST)

    def open_on(self, day: date) -> bool:
        """Whether the site works on `day`."""
        return day.weekday() in self.weekdays and day not in _holidays(self.country, self.subdivision, day.year)

    def of(self, priority: str) -> Waits:
        """Return the waits of a priority; an unknown or missing one is routine."""
        return self.waits.get(priority, self.waits["routine"])

    def pause(self, tries: int) -> timedelta:
        """Return the pause after the `tries`-th try (from 1)."""
        return self.pauses[min(tries, len(self.pauses)) - 1]

    def channel_order(self, practice_fax: str) -> tuple[str, ...]:
        """Return the channels in the order in which a practice is asked by them, its preferred one first."""
        first = self.preferred.get(practice_fax)
        return tuple(dict.fromkeys(([first] if first else []) + list(self.channels)))


@cache
def _holidays(country: str, subdivision: str, year: int) -> frozenset[date]:
    if not country:
        return frozenset()
    return frozenset(holidays.country_holidays(country, subdiv=subdivision or None, years=year))


def load_policy(zone: str, site: Path | None = None) -> Policy:
    """Return the policy in force in time zone `zone`, the site's `clarifications.toml` laid over ours.

    Raises KeyFault for a file that cannot be used, naming the key and the remedy.
    """
    ours = tomllib.loads(files("clarifications").joinpath("policy.toml").read_text("utf-8"))
    path = site / "clarifications.toml" if site else None
    if path and path.exists():
        try:
            theirs = tomllib.loads(path.read_text("utf-8"))
        except tomllib.TOMLDecodeError as error:
            raise KeyFault(path.name, "(file)", f"this is no TOML: {error}; correct the line") from None
        ours = _over(ours, theirs, path.name)
    return _policy(ours, zone, path.name if path else "policy.toml")


def _over(ours: dict[str, Any], theirs: dict[str, Any], file: str) -> dict[str, Any]:
    for key, value in theirs.items():
        if key not in ours:
            raise KeyFault(file, key, f"no such key; use {', '.join(ours)}")
        if key == "waits":
            value = {name: {**block, **value.get(name, {})} for name, block in ours["waits"].items()}
        elif type(value) is not type(ours[key]):
            raise KeyFault(file, key, f"give it as in policy.toml, for instance {ours[key]!r}")
        ours = {**ours, key: value}
    return ours


def _policy(said: Mapping[str, Any], zone: str, file: str) -> Policy:
    for key, allowed in (("channels", CHANNELS), ("notices", NOTICES)):
        for each in said[key]:
            if each not in allowed:
                raise KeyFault(file, key, f"no such value {each!r}; use {', '.join(allowed)}")
    if said["batch"] not in BATCHES:
        raise KeyFault(file, "batch", f"use one of {', '.join(BATCHES)}")
    if not said["pauses_minutes"]:
        raise KeyFault(file, "pauses_minutes", "give at least one pause")
    try:
        opens, closes = time.fromisoformat(said["open"]), time.fromisoformat(said["close"])
    except ValueError:
        raise KeyFault(file, "open", "give the hours as 08:00") from None
    return Policy(
        ZoneInfo(zone),
        opens,
        closes,
        frozenset(said["weekdays"]),
        said["country"],
        said["subdivision"],
        tuple(said["channels"]),
        said["phi_by_email"],
        said["batch"],
        said["language"],
        said["languages"],
        said["preferred"],
        said["emails"],
        said["original_behind"],
        tuple(said["notices"]),
        said["reminders"],
        said["rounds"],
        said["tries"],
        tuple(timedelta(minutes=each) for each in said["pauses_minutes"]),
        {
            name: Waits(each["remind_hours"], each["person_hours"], each["expire_hours"])
            for name, each in said["waits"].items()
        },
    )
