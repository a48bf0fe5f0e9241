"""Files of knowledge that a site may write: reading TOML, and saying where a file that cannot be used is wrong."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Callable, Iterable, Mapping
from contextlib import suppress
from pathlib import Path
from typing import Any, Generic, TypeVar

Block = dict[str, Any]
Book = TypeVar("Book")
Made = TypeVar("Made")

_AT_LINE = re.compile(r"\(at line (\d+), column \d+\)")
_HEADER = re.compile(r"\s*(\[\[?)\s*([\w.-]+)\s*\]\]?\s*(?:#.*)?")


class FileFault(ValueError):
    """A file of knowledge that cannot be used; the text names the file, the line and what to do."""


class KeyFault(FileFault):
    """A fault at a key of a TOML file: `file`, `line` (from 1), `key` as a dotted path, and the `remedy`."""

    def __init__(self, file: str, key: str, remedy: str, line: int = 1) -> None:
        super().__init__(f"{file}, line {line}: {key}: {remedy}")
        self.file, self.key, self.remedy, self.line = file, key, remedy, line


class Source:
    """A TOML file as it was read, which knows on which line each of its keys stands."""

    def __init__(self, text: str, file: str) -> None:
        self.text, self.file = text, file
        try:
            self.data: Block = tomllib.loads(text)
        except tomllib.TOMLDecodeError as error:
            found = _AT_LINE.search(str(error))
            line = int(found[1]) if found else len(text.splitlines())
            raise KeyFault(file, "(file)", f"this is no TOML: {error}; correct the line", line) from None
        except RecursionError:
            raise KeyFault(file, "(file)", "lists lie too deep in one another; write them flat") from None

    @staticmethod
    def read(path: Path) -> Source:
        """Return the file at `path`; raises FileFault for one that is no UTF-8, no TOML, or cannot be opened."""
        try:
            return Source(path.read_text("utf-8-sig"), path.name)
        except UnicodeDecodeError:
            raise KeyFault(path.name, "(file)", "save the file as UTF-8 text") from None
        except OSError as error:
            raise KeyFault(
                path.name, "(file)", f"it cannot be opened ({error.strerror}); check its permissions"
            ) from None

    def fault(self, key: str, remedy: str, nth: int = 0) -> KeyFault:
        """Return the fault at the dotted `key`; of several blocks with one header, the `nth` (from 0) is meant."""
        return KeyFault(self.file, key, remedy, self.line(key, nth))

    def line(self, key: str, nth: int = 0) -> int:
        """Return the line (from 1) of `key`, else that of the block it would stand in, else 1."""
        steps = key.split(".")
        best, depth, skip = 1, 0, False
        header: list[str] = []
        counts: dict[str, int] = {}
        for number, text in enumerate(self.text.splitlines(), 1):
            opened = _HEADER.fullmatch(text)
            if opened:
                header = opened[2].split(".")
                if opened[1] == "[[":
                    counts[opened[2]] = counts.get(opened[2], -1) + 1
                skip = header[0] in counts and counts[header[0]] != nth
            path = header if opened else [*header, *text.split("=")[0].strip().split(".")]
            if not skip and len(path) > depth and path == steps[: len(path)]:
                best, depth = number, len(path)
        return best

    def block(self, key: str, given: Any, needed: Iterable[str], may: Iterable[str] = (), nth: int = 0) -> Block:
        """Return `given` if it is a block with all `needed` keys and none but those and `may`; else raises KeyFault."""
        needed, may = tuple(needed), tuple(may)
        if not isinstance(given, dict):
            raise self.fault(key, f"make it a block with {', '.join(needed)}", nth)
        prefix = f"{key}." if key else ""
        for name in given:
            if name not in needed and name not in may:
                raise self.fault(prefix + name, f"no such key; use {', '.join((*needed, *may))}", nth)
        for name in needed:
            if name not in given:
                raise self.fault(prefix + name, "this key is missing; add it", nth)
        return given

    def words(self, key: str, given: Any, nth: int = 0) -> str:
        """Return `given` if it is a text that says something; else raises KeyFault."""
        if not isinstance(given, str) or not given.strip():
            raise self.fault(key, "give a text in quotes", nth)
        return given

    def listed(
        self, key: str, given: Any, known: Mapping[str, object] | Iterable[str] | None = None, nth: int = 0
    ) -> tuple[str, ...]:
        """Return `given` if it is a list of texts, each one of `known` where that is given; else raises KeyFault."""
        if not isinstance(given, list) or not given or not all(isinstance(item, str) and item for item in given):
            raise self.fault(key, "give a list of texts in brackets", nth)
        allowed = None if known is None else tuple(known)
        for item in given:
            if allowed is not None and item not in allowed:
                raise self.fault(key, f"no such value {item!r}; use {', '.join(allowed)}", nth)
        return tuple(given)


_KINDS: dict[str, tuple[str, Callable[[Any], bool]]] = {
    "text": ("a text in quotes", lambda given: isinstance(given, str) and bool(given.strip())),
    "texts": (
        "a list of texts in brackets",
        lambda given: isinstance(given, list) and all(isinstance(item, str) and item.strip() for item in given),
    ),
    "flag": ("true or false", lambda given: isinstance(given, bool)),
    "blocks": (
        "blocks, each under [[ ]]",
        lambda given: isinstance(given, list) and all(isinstance(item, dict) for item in given),
    ),
    "table": ("a block of words and what each means", lambda given: isinstance(given, dict)),
}


def misfit(block: Block, kinds: Mapping[str, str]) -> tuple[str, str] | None:
    """Return the first key of `block` that is not of its kind, and what to give for it; None where all are.

    The kinds are text, texts, flag, blocks and table; "*" stands for every key that `kinds` does not name.
    """
    for key, given in block.items():
        kind = kinds.get(key, kinds.get("*"))
        if kind and not _KINDS[kind][1](given):
            return key, f"{key} has to be {_KINDS[kind][0]}; correct it"
    return None


class Held(Generic[Book]):
    """What a site's folder says, read anew when a file in it changes.

    While the files cannot be used, the last good reading stays in force:
    `refused` then says why, and `report` is told once for each state of the
    files. Where there was no good reading yet there is nothing to go on with,
    and the fault is raised.
    """

    def __init__(
        self,
        folder: Path | None,
        load: Callable[[Path | None], Book],
        report: Callable[[FileFault], None] = lambda fault: None,
    ) -> None:
        self.refused: FileFault | None = None
        self._folder, self._load, self._report = folder, load, report
        self._stamp: tuple[tuple[str, int, int], ...] | None = None
        self._books: list[Book] = []

    def book(self) -> Book:
        """Return the last good reading; raises FileFault where there was none yet."""
        stamp = self._stamped()
        if not self._books or stamp != self._stamp:
            self._stamp = stamp
            try:
                self._books, self.refused = [self._load(self._folder)], None
            except FileFault as fault:
                if not self._books:
                    raise
                self.refused = fault
                self._report(fault)
        return self._books[0]

    def _stamped(self) -> tuple[tuple[str, int, int], ...]:
        if self._folder is None:
            return ()
        found = []
        for path in sorted(self._folder.rglob("*.toml")):
            # A file may be renamed away between the two looks: it is not there then.
            with suppress(FileNotFoundError):
                state = path.stat()
                found.append((str(path), state.st_mtime_ns, state.st_size))
        return tuple(found)


def layered(
    folder: Path, parse: Callable[[Source, Mapping[str, Made]], Made], under: Mapping[str, Made]
) -> dict[str, Made]:
    """Return the packs of `folder` by name, each parsed after its base, with those of `under` and itself known to it.

    Raises KeyFault for a pack that cannot be used, for two of one name, and for two that are each other's base.
    """
    sources: dict[str, Source] = {}
    for path in sorted(folder.glob("*.toml")):
        source = Source.read(path)
        name = source.words("name", source.data.get("name"))
        if name in sources:
            raise source.fault("name", f"two packs are called {name!r}; give one of them another name")
        sources[name] = source
    made: dict[str, Made] = {}

    def make(name: str, over: tuple[str, ...]) -> None:
        source, base = sources[name], sources[name].data.get("base")
        if name in made:
            return
        if base in over:
            raise source.fault("base", f"{name!r} and {base!r} lie over each other; take one of the two bases out")
        if isinstance(base, str) and base in sources and base != name:
            make(base, (*over, name))
        made[name] = parse(source, {**under, **made})

    for name in sources:
        make(name, ())
    return made
