"""What every page shows: the queues with their counts, the site's name, light or dark."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.core.cache import cache
from django.http import HttpRequest
from django.urls import reverse

from config import settings
from desk.rights import allowed, missing
from desk.wording import STATES
from store import ledger

TAB_STATES = ("review", "clarification", "ready", "not_an_order")
PAGES = (
    ("dashboard", "Dashboard"),
    ("trail", "Audit trail"),
    ("people", "People"),
    ("rules", "Checklists"),
    ("status", "Status"),
)
THEMES = ("light", "dark")
# Seconds: twenty clerks' pages ask every five seconds, the tables are counted once for all of them.
COUNTS_KEPT = 2
SHOWN_UP_TO = 9999


@dataclass(frozen=True, slots=True)
class Tab:
    """An entry of the bar; `count` is None where there is nothing to count."""

    name: str
    label: str
    url: str
    count: int | None = None

    @property
    def counted(self) -> bool:
        return self.count is not None

    @property
    def shown(self) -> str:
        if self.count is None:
            return ""
        return f"{SHOWN_UP_TO}+" if self.count > SHOWN_UP_TO else str(self.count)


def desk(request: HttpRequest) -> dict[str, object]:
    """Give every template the bar, the site's name and the chosen theme."""
    theme = request.COOKIES.get("theme", "")
    return {
        "facility": settings().facility_name,
        "theme": theme if theme in THEMES else "",
        "tabs": tabs(request.user) if request.user.is_authenticated else (),
    }


def tabs(user: Any) -> tuple[Tab, ...]:
    """Return the bar's entries that `user` may open, with the counts as they are now."""
    found: list[Tab] = []
    if allowed(user, "work_orders"):
        now = tab_counts()
        found.append(Tab("mine", "Mine", queue_url("mine"), ledger.count_mine(user.get_username())))
        found += [Tab(name, STATES[name], queue_url(name), now.cases.get(name, 0)) for name in TAB_STATES]
        found.append(Tab("failed", "Failed", reverse("desk:failed"), now.failed))
        found.append(Tab("asking", "Asking", reverse("desk:asking")))
        found.append(Tab("delivered", STATES["delivered"], queue_url("delivered")))
    found += [Tab(name, label, reverse(f"desk:{name}")) for name, label in PAGES if not missing(user, name)]
    return tuple(found)


def queue_url(state: str) -> str:
    return reverse("desk:queue", args=[state])


def tab_counts() -> ledger.TabCounts:
    """Return what the bar counts in the sites in sight, at most two seconds old."""
    found = cache.get_or_set(f"tabs:{ledger.scope_key()}", ledger.tab_counts, COUNTS_KEPT)
    assert isinstance(found, ledger.TabCounts)
    return found


def counts() -> ledger.Counts:
    """Return the ledger's counts of the sites in sight, at most two seconds old."""
    found = cache.get_or_set(f"counts:{ledger.scope_key()}", ledger.counts, COUNTS_KEPT)
    assert isinstance(found, ledger.Counts)
    return found
