"""Looking at the sources: what has arrived is taken into the ledger, then put away, each once.

An item that cannot be taken is tried again later and set aside after a few
times with its reason; a source that cannot be had is left alone for a while,
longer each time, and its state stands on the desk's status page.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from itertools import islice

import structlog

from config import INBOX, AnySource, FolderSettings, ImapSettings, S3Settings, Settings, SftpSettings
from flows import logs
from flows.outcome import Body, Outcome
from gateways.folder import WatchedFolder
from gateways.source import Away, NotYet, Offer, Source, TooLarge
from store import ledger

log = structlog.get_logger()

# Items taken a look: a mailbox with 50,000 old messages must not hold the other sources up.
BATCH = 200

Run = Callable[[str, Body], Outcome]


@dataclass(frozen=True, slots=True)
class _Fresh:
    """An offer that something is left to do about; with a `document_id` it only has to be put away."""

    offer: Offer
    mark: str
    document_id: str


class Sources:
    """The sources of an installation, each looked at in its turn; `run` makes a flow run of what there is to do."""

    def __init__(self, settings: Settings, holder: str, run: Run, clock: Callable[[], float] = time.monotonic) -> None:
        self._settings = settings
        self._holder = holder
        self._run = run
        self._clock = clock
        self._due: dict[str, float] = {}
        self._said = {each.name: each for each in settings.sources}
        self._sources: list[Source] = [
            WatchedFolder(INBOX, settings.inbox_folder, settings.settle_seconds),
            *(made(each, settings) for each in settings.sources),
        ]

    def look(self) -> None:
        """Look at each source whose time has come; what goes wrong with one does not touch the others.

        Where as many documents wait as may, what lies at the sources is safer there.
        """
        if ledger.waiting() >= self._settings.most_waiting:
            log.warning("sources_wait", most=self._settings.most_waiting)
            return
        for source in self._sources:
            if self._clock() < self._due.get(source.name, 0.0):
                continue
            pause = 0.0 if source.kind == "folder" else self._settings.source_seconds
            if ledger.take_turn(source.name, source.kind, self._holder):
                self._visit(source)
            self._due[source.name] = self._clock() + pause

    def end(self) -> None:
        """Let another process look at them."""
        ledger.end_turns(self._holder)

    def _visit(self, source: Source) -> None:
        gone: list[Away] = []
        try:
            fresh = list(islice(_fresh(source), BATCH))
            if fresh:
                outcome = self._run(f"pick_up_{source.name}", lambda: self._take_all(source, fresh, gone))
                log.info("pick_up", source=source.name, outcome=outcome.code)
            if gone:
                raise gone[0]
            ledger.source_answered(source.name)
        except Away as away:
            pause = ledger.source_failed(source.name, away.code)
            log.warning("source_away", source=source.name, code=away.code, pause=pause)

    def _take_all(self, source: Source, fresh: list[_Fresh], gone: list[Away]) -> Outcome:
        taken = failed = 0
        for each in fresh:
            try:
                taken += self._take(source, each)
            except Away as away:
                # The source went away in the middle: its items are not to blame.
                gone.append(away)
                return Outcome(f"{taken} received, {away.code}", good=False)
            except TooLarge:
                failed += self._failed(source, each, "too_large", for_good=True)
            except (OSError, ValueError) as error:
                log.warning("not_taken", source=source.name, error=type(error).__name__, place=logs.place(error))
                failed += self._failed(source, each, "not_readable")
        return Outcome(f"{taken} received, {failed} refused", good=False) if failed else Outcome(f"{taken} received")

    def _take(self, source: Source, each: _Fresh) -> int:
        document_id = each.document_id
        if not document_id:
            try:
                with source.open(each.offer, self._settings.max_bytes) as opened:
                    receipt = ledger.take(
                        source.name, each.mark, each.offer.key, opened.name, opened.file, *self._whose(source)
                    )
            except NotYet:
                return 0
            except ledger.Refused:
                raise Away("site") from None
            document_id = receipt.document_id
        try:
            source.put_away(each.offer, document_id)
        except OSError as error:
            # Its bytes are safe: only the putting away is tried again, at the next look.
            log.warning("not_put_away", source=source.name, document=document_id, error=type(error).__name__)
        else:
            ledger.put_away(source.name, each.mark)
        return int(not each.document_id)

    def _whose(self, source: Source) -> tuple[str, bool]:
        said = self._said.get(source.name)
        return (said.site, said.urgent) if said else (ledger.DEFAULT, False)

    def _failed(self, source: Source, each: _Fresh, code: str, for_good: bool = False) -> int:
        if ledger.item_failed(source.name, each.mark, each.offer.key, code, for_good) == "aside":
            log.error("set_aside", source=source.name, code=code)
        return 1


def _fresh(source: Source) -> Iterator[_Fresh]:
    offers = [(offer, ledger.mark_of(offer.key, offer.stamp)) for offer in source.offers()]
    known = ledger.known(source.name, [mark for _, mark in offers])
    for offer, mark in offers:
        said = known.get(mark, ledger.NEW)
        if said.state == "aside" or said.waits or (said.state == "done" and source.stays):
            continue
        # What was put away and lies there again came again.
        yield _Fresh(offer, mark, said.document_id if said.state == "taken" else "")


def made(said: AnySource, settings: Settings) -> Source:
    """Return the source that the settings describe; what it needs is imported only where it is used."""
    match said:
        case FolderSettings():
            return WatchedFolder(said.name, said.path, settings.settle_seconds, said.marker)
        case S3Settings():
            from gateways.s3 import Bucket

            return Bucket(said)
        case ImapSettings():
            from gateways.mailbox import Mailbox

            return Mailbox(said)
        case SftpSettings():
            from gateways.sftp import SftpDrop

            return SftpDrop(said, settings.settle_seconds)
