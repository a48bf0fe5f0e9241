"""What the commands share: how they speak, what they need to be there, how they end.

Exit codes: 0 done, 1 done but something failed (each named), 2 wrong usage or
settings, 3 a service that is needed is away.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Annotated, NoReturn

import typer
from pydantic import ValidationError
from rich.console import Console

from config import Settings, settings

FAILED, USAGE, AWAY = 1, 2, 3

out = Console(soft_wrap=True, highlight=False)
progress = Console(stderr=True, soft_wrap=True, highlight=False)

AsJson = Annotated[bool, typer.Option("--json", help="Print JSON instead of a table.")]


def site_settings() -> Settings:
    """The settings in force; ends the command where they make no sense."""
    try:
        return settings()
    except (ValidationError, ValueError) as error:
        end(USAGE, _faults(error))


def with_rules(site: Settings) -> Settings:
    """The settings, where the site's own rules can be used: nothing starts on half of them."""
    if site.site:
        from classifiers.exam import use_site
        from orders.knowledge import FileFault
        from orders.rulebook import load_rulebook

        try:
            load_rulebook(site.site)
            use_site(site.site / "exams")
        except FileFault as fault:
            end(USAGE, f"The rules in {site.site} cannot be used. {fault}")
    return site


def with_ledger() -> Settings:
    """The settings, where the ledger that they name is ready."""
    site = site_settings()
    from store.setup import ledger_state

    where = "on PostgreSQL" if site.database_url else f"in {site.data}"
    wrong = {
        "missing": f"There is no ledger {where}. Run `clearorder init`.",
        "older": f"The ledger {where} is of an older version. Back it up, then run `clearorder init`.",
        "newer": f"The ledger {where} was made by a newer clearorder. Update this one; nothing was touched.",
        "away": f"The ledger {where} does not answer.",
    }
    state = ledger_state()
    if state in wrong:
        end(AWAY, wrong[state])
    return site


def safe(site: Settings) -> Settings:
    """The settings, where they are safe; ends the command in production where they are not, else only tells."""
    from store.safety import unsafe

    if faults := unsafe(site):
        if site.production:
            end(USAGE, "\n".join(["Not started, because it would not be safe (production is set):", *faults]))
        progress.print("\n".join(f"unsafe: {fault}" for fault in faults))
    return site


@contextmanager
def services() -> Iterator[None]:
    """End the command with a sentence where something that it supervises is away."""
    from flows.supervisor import Away

    try:
        yield
    except Away as reason:
        end(AWAY, str(reason))


def _faults(error: ValueError) -> str:
    if not isinstance(error, ValidationError):
        return f"The settings file cannot be read: {error}"
    # The value itself is left out: it may be a secret.
    return "\n".join(f"{'.'.join(map(str, fault['loc']))}: {fault['msg']}" for fault in error.errors())


def files_in(paths: list[Path]) -> Iterator[Path]:
    """The files that `paths` name, and those in the folders among them."""
    for path in paths:
        if path.is_dir():
            yield from sorted(each for each in path.rglob("*") if each.is_file() and not each.name.startswith("."))
        else:
            yield path


def print_json(value: object) -> None:
    """Print as JSON; what JSON does not know is written as text."""
    print(json.dumps(value, indent=1, default=str, ensure_ascii=False))


def end(code: int, message: str) -> NoReturn:
    """Say why on stderr, and end with the exit code."""
    progress.print(message)
    raise typer.Exit(code)
