"""Whose eyes the ledger is read with: the one place where people see the sites they belong to and no other.

The desk opens a scope for each request; within it every query of a table that
belongs to a site is narrowed to the scope's sites, for changes as for looks.
Outside of any scope (workers, the command line) nothing is narrowed.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Generic, TypeVar

from django.db import models

Row = TypeVar("Row", bound=models.Model)

_SITES: ContextVar[frozenset[int] | None] = ContextVar("sites", default=None)


@contextmanager
def sees(sites: Iterable[int] | None) -> Iterator[None]:
    """Narrow what is read and changed within to `sites`, by their row ids; None narrows nothing."""
    token = _SITES.set(None if sites is None else frozenset(sites))
    try:
        yield
    finally:
        _SITES.reset(token)


def in_sight() -> frozenset[int] | None:
    """Return the ids of the sites that are seen at this moment, None for all of them."""
    return _SITES.get()


def scope_key() -> str:
    """Return a short text that differs between scopes: what is kept for several people is kept under it."""
    sites = _SITES.get()
    return "all" if sites is None else ".".join(map(str, sorted(sites)))


def narrowed(rows: models.QuerySet[Row], path: str = "site") -> models.QuerySet[Row]:
    """Return those of `rows` in the sites that are seen; what is for all sites is seen by who sees all of them."""
    sites = _SITES.get()
    return rows if sites is None else rows.filter(**{f"{path}__in": sorted(sites)})


class InSight(models.Manager[Row], Generic[Row]):
    """A table's rows in the scope's sites; `path` leads from the row to its site."""

    def __init__(self, path: str = "site") -> None:
        super().__init__()
        self.path = path

    def get_queryset(self) -> models.QuerySet[Row]:
        """Return the rows of the sites that are seen at this moment."""
        return narrowed(super().get_queryset(), self.path)
