"""Asking referrers: requests are made, sent, sent again, given to a person and ended, as the site's policy says.

State and dates lie in the ledger; this looks at what is due and takes one step
with each. Whatever dies between two steps, the next look goes on from there.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from functools import cache
from pathlib import Path
from typing import Final

import structlog

from clarifications.case_code import case_code
from clarifications.clock import Policy, load_policy
from clarifications.letter import Facility, Letter, Original, letter
from clarifications.note import Note, link_mail, notice
from clarifications.sheet import sheet_json
from config import Settings
from flows import logs
from gateways.sending import Channel, FaxFolder, Mail, Parcel, Undelivered, Unknown
from orders.decision import asked_about
from orders.knowledge import FileFault, Held
from orders.order import Order
from orders.rulebook import report
from store import ledger

ACTOR: Final = "follow_up"
# Orders that are asked about on one page at most.
TOGETHER: Final = 4

log = structlog.get_logger()
Clock = Callable[[], datetime]


def moment() -> datetime:
    """Return the present moment."""
    return datetime.now(UTC)


@cache
def _held(zone: str, site: Path | None) -> Held[Policy]:
    return Held(site, lambda folder: load_policy(zone, folder), report)


def policy_of(settings: Settings) -> Policy:
    """Return the policy in force; a file that cannot be used leaves the last good one."""
    return _held(settings.time_zone, settings.site).book()


def facility_of(settings: Settings) -> Facility:
    """Return the site as it stands on letters."""
    return Facility(settings.facility_name, settings.facility_phone, settings.facility_fax)


def channels_of(settings: Settings) -> dict[str, Channel]:
    """Return the ways out that the settings open."""
    found: dict[str, Channel] = {"fax": FaxFolder(settings.outbox_folder)}
    if settings.smtp:
        found["email"] = found["portal"] = Mail(settings.smtp)
        if settings.fax_gateway:
            found["fax"] = Mail(settings.smtp, settings.fax_gateway)
    return found


class Clarify:
    """Takes every step that is due."""

    def __init__(
        self,
        settings: Settings,
        clock: Clock = moment,
        channels: Mapping[str, Channel] | None = None,
        policy: Policy | None = None,
    ) -> None:
        self._settings, self._clock = settings, clock
        self._channels = channels_of(settings) if channels is None else channels
        self._policy = policy

    @property
    def policy(self) -> Policy:
        return self._policy or policy_of(self._settings)

    def wanted(self) -> bool:
        """Whether something is due."""
        now = self._clock()
        return bool(ledger.to_ask(limit=1) or ledger.requests_due(now, limit=1) or ledger.messages_wait(now))

    def run(self) -> tuple[int, int]:
        """Take what is due; return how many messages went out and how many steps could not be taken."""
        failed: set[str] = set()
        ledger.withdraw_idle(self._clock(), ACTOR)
        for group in self._groups(ledger.to_ask()):
            if not self._tried("request_not_made", group[0].case_id, lambda each=group: self._make(each)):
                failed.add(group[0].case_id)
        # A step may make the next one due: on to sending, then the letters themselves.
        for _ in range(4):
            due = [each for each in ledger.requests_due(self._clock()) if each.id not in failed]
            for each in due:
                if not self._tried("request_not_moved", each.id, lambda view=each: self._step(view)):
                    failed.add(each.id)
            if not due:
                break
        ledger.interrupted(self._clock(), ACTOR)
        return self._send_all(), len(failed)

    def _tried(self, what: str, opaque: str, act: Callable[[], None]) -> bool:
        try:
            act()
        except ledger.Refused:
            # It moved on since it was listed.
            return True
        except Exception as error:  # noqa: BLE001 - an edge: one request that cannot be made must not hold the others
            log.error(what, id=opaque, error=type(error).__name__, place=logs.place(error))
            return False
        return True

    def _groups(self, waiting: Sequence[ledger.ToAsk]) -> list[list[ledger.ToAsk]]:
        """Return what is asked together, as the policy says; what has no number to go to stands alone."""
        groups: dict[tuple[str, ...], list[ledger.ToAsk]] = {}
        for each in waiting:
            key: tuple[str, ...] = (each.case_id,)
            if each.fax and self.policy.batch != "none":
                mine = (each.family, each.birth_date) if self.policy.batch == "patient" else ()
                key = (each.fax, *mine)
            groups.setdefault(key, []).append(each)
        return [group[at : at + TOGETHER] for group in groups.values() for at in range(0, len(group), TOGETHER)]

    def _make(self, group: Sequence[ledger.ToAsk]) -> None:
        now, fax = self._clock(), group[0].fax
        language = self.policy.languages.get(fax, self.policy.language)
        while len(group) > 1 and self._left_out(group, language):
            group = group[:-1]
        about = [(each.case_id, each.version) for each in group]
        ledger.make_request(about, case_code, now, ACTOR, language, self.policy.emails.get(fax, ""))

    def _left_out(self, group: Sequence[ledger.ToAsk], language: str) -> int:
        orders = [_asking(ledger.case(each.case_id).order) for each in group]
        day = group[0].received_at.date()
        return letter(orders, "draft", facility_of(self._settings), day, language=language).left_out

    def _step(self, view: ledger.RequestView) -> None:
        """Take the step that a request's date asks for."""
        now, policy = self._clock(), self.policy
        waits = policy.of(view.priority)
        to_person = policy.after(now, waits.expire, view.priority)

        def escalate(reason: str) -> None:
            ledger.move_request(view.id, "escalated", now, to_person, ACTOR, reason)

        if view.state == "to_ask":
            self._ask(view, escalate)
        elif view.state in ("asked", "reminded"):
            if view.reminders < policy.reminders:
                ledger.move_request(view.id, "to_ask", now, now, ACTOR, "no answer yet")
            else:
                escalate("no answer after the last reminder")
        elif view.state == "undeliverable":
            if self._way(view):
                ledger.move_request(view.id, "to_ask", now, now, ACTOR, "by another way")
            else:
                escalate("it could not be delivered by any way")
        elif view.state == "in_part":
            if view.round < policy.rounds:
                about = [(each.case_id, each.version) for each in _still_open(view)]
                ledger.make_request(about, case_code, now, ACTOR, view.language, view.email, after=view.id)
            else:
                escalate("asked as often as the site allows, and something is still open")
        elif view.state == "escalated":
            self._expire(view)
        else:
            escalate({"sending": "it was not sent in time"}.get(view.state, "nobody has looked at it yet"))

    def _ask(self, view: ledger.RequestView, escalate: Callable[[str], None]) -> None:
        way = self._way(view)
        if way is None:
            escalate("there is no number or address that the practice can be asked at")
            return
        channel, address = way
        kind = "reminder" if view.asked_at else "letter"
        try:
            made = self._letter(view, kind)
        except FileFault as fault:
            report(fault)
            escalate("a text of the site's letters cannot be used")
            return
        now = self._clock()
        sheet = sheet_json(made.sheet)
        data = made.pdf
        if kind == "reminder" and sheet != view.sheet:
            # The order changed meanwhile: both copies must lie alike, or an answer would be read at the wrong places.
            data, sheet = ledger.letter_sent(view.id), dict(view.sheet)
        stuck = max(
            now + timedelta(days=1), self.policy.after(now, self.policy.of(view.priority).person, view.priority)
        )
        ledger.enqueue_message(view.id, kind, channel, address, data, now, ACTOR, stuck, sheet)

    def _way(self, view: ledger.RequestView) -> tuple[str, str] | None:
        """Return the first channel and address that may be used and has not failed for this request."""
        policy = self.policy
        addresses = {
            "fax": view.fax,
            "email": view.email if policy.phi_by_email else "",
            "portal": view.email if self._settings.portal_url else "",
        }
        for channel in policy.channel_order(view.fax):
            if channel in self._channels and addresses[channel] and channel not in view.tried:
                return channel, addresses[channel]
        return None

    def _letter(self, view: ledger.RequestView, kind: str) -> Letter:
        asked = ledger.orders_asked(view.id)
        orders = [_asking(replace(order, id=case_id)) for case_id, order, _, _ in asked]
        if not orders:
            raise ledger.Refused("stale", view.id)
        first, received, document_id = asked[0][1], min(row[2] for row in asked), asked[0][3]
        pictures = [ledger.page_image(document_id, number) for number in first.pages[:1]]
        original = None
        if self.policy.original_behind and pictures:
            original = Original(pictures[0], tuple(_boxes(orders[0])))
        return letter(
            orders,
            view.id,
            facility_of(self._settings),
            received.astimezone(self.policy.zone).date(),
            pictures,
            language=view.language,
            site=self._settings.site,
            reminder=view.reminders + 1 if kind == "reminder" else 0,
            original=original,
        )

    def _expire(self, view: ledger.RequestView) -> None:
        now = self._clock()
        ledger.expire(view.id, now, ACTOR)
        way = self._way(view)
        if way:
            note = notice("expired", view.code, facility_of(self._settings), view.language, self._settings.site)
            data = note.pdf if way[0] == "fax" else note.text.encode()
            ledger.enqueue_notice(view.id, "notice", *way, data, now)

    def _send_all(self) -> int:
        count = 0
        while message := ledger.take_message(self._clock()):
            count += self._send(message)
        return count

    def _send(self, message: ledger.Outbound) -> bool:
        """Hand one message over; between the two commits around it, it is `sending`."""
        view = ledger.request(message.request_id)
        now, policy = self._clock(), self.policy
        try:
            self._channels[message.channel].send(self._parcel(message, view))
        except Undelivered as failure:
            again = failure.passing and message.tries < policy.tries
            retry = now + policy.pause(message.tries) if again else None
            ledger.message_failed(message.id, failure.code, now, retry, ACTOR)
            return False
        except Unknown:
            # Left as it is: the ledger shows it to a person once its time is up.
            log.warning("not_known_whether_sent", request=message.request_id, message=message.id)
            return False
        ledger.message_sent(message.id, now, remind_at(view, policy, now), ACTOR)
        return True

    def _parcel(self, message: ledger.Outbound, view: ledger.RequestView) -> Parcel:
        facility, site = facility_of(self._settings), self._settings.site
        note: Note
        if message.kind == "notice" or message.kind == "code":
            text = message.data.decode() if message.channel != "fax" else ""
            pdf = message.data if message.channel == "fax" else None
            return Parcel(message.filename, message.address, f"Case {view.code}", text, pdf)
        link = f"{self._settings.portal_url.rstrip('/')}/answer/{view.code}/"
        note = link_mail(view.code, link, facility, view.language, site)
        if message.channel == "portal":
            return Parcel(message.filename, message.address, note.subject, note.text, None)
        text = f"{facility.name}\n\nCase {view.code}\n"
        return Parcel(message.filename, message.address, note.subject, text, message.data)


def remind_at(view: ledger.RequestView, policy: Policy, now: datetime) -> datetime:
    """Return when a request that was sent now is looked at again."""
    waits = policy.of(view.priority)
    return policy.after(now, waits.remind if view.reminders < policy.reminders else waits.person, view.priority)


def _asking(order: Order) -> Order:
    return replace(order, problems=asked_about(order))


def _still_open(view: ledger.RequestView) -> Iterator[ledger.ToAsk]:
    for case_id in view.cases:
        case = ledger.case(case_id)
        if case.state == "clarification":
            yield ledger.asked_again(case_id)


def _boxes(order: Order) -> Iterator[tuple[float, float, float, float]]:
    """Yield where on its first page the values stand that the order's problems rest on."""
    for check in order.problems:
        for path in check.paths:
            try:
                evidence = order.at(path).evidence
            except KeyError:
                continue
            yield from (each.box for each in evidence if each.page == order.pages[0])
