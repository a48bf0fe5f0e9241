"""The states of a request to a referrer: what each means, what may follow, and where its date leads when it comes.

The table is the only statement of the rules; the ledger refuses every other
step. A request that is not over always has a date, and every date leads on.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Final


@dataclass(frozen=True, slots=True)
class RequestState:
    """One state: its `meaning` for a clerk, the states that may follow, and those that its date leads to.

    A final state has none that follow. Where `by_clock` names two, the second
    is taken once the policy's attempts are used up.
    """

    meaning: str
    following: frozenset[str] = frozenset()
    by_clock: tuple[str, ...] = ()

    @property
    def final(self) -> bool:
        return not self.following


_ENDS: Final = frozenset({"answered", "in_part", "doubtful", "closed", "withdrawn"})

REQUEST_STATES: Final[Mapping[str, RequestState]] = MappingProxyType(
    {
        "to_ask": RequestState(
            "it is to be sent", _ENDS | {"sending", "escalated", "undeliverable"}, ("sending", "escalated")
        ),
        "sending": RequestState(
            "it is on its way",
            _ENDS | {"asked", "reminded", "undeliverable", "uncertain", "escalated"},
            ("escalated",),
        ),
        "asked": RequestState(
            "the referrer was asked", _ENDS | {"to_ask", "undeliverable", "escalated"}, ("to_ask", "escalated")
        ),
        "reminded": RequestState(
            "the referrer was asked again", _ENDS | {"to_ask", "undeliverable", "escalated"}, ("to_ask", "escalated")
        ),
        "undeliverable": RequestState(
            "it could not be delivered; another way is tried", _ENDS | {"to_ask", "escalated"}, ("to_ask", "escalated")
        ),
        "uncertain": RequestState(
            "it may have been sent or not; a person finds out",
            _ENDS | {"asked", "to_ask", "escalated", "undeliverable"},
            ("escalated",),
        ),
        "doubtful": RequestState(
            "an answer came that a person has to look at",
            frozenset({"answered", "in_part", "asked", "escalated", "closed", "withdrawn"}),
            ("escalated",),
        ),
        "in_part": RequestState(
            "part of it was answered; the rest is asked once more",
            frozenset({"followed", "answered", "escalated", "closed", "withdrawn"}),
            ("followed", "escalated"),
        ),
        "escalated": RequestState(
            "a person calls the practice", _ENDS | {"asked", "to_ask", "expired", "followed"}, ("expired",)
        ),
        "answered": RequestState("everything blocking was answered"),
        "followed": RequestState("what is still open is asked in a later request"),
        "expired": RequestState("nobody answered in time; the practice and the desk were told"),
        "closed": RequestState("a person ended it"),
        "withdrawn": RequestState("the order went on without it"),
    }
)
REQUEST_START: Final = "to_ask"
OPEN: Final = frozenset(name for name, state in REQUEST_STATES.items() if not state.final)


def may_follow(current: str, following: str) -> bool:
    """Whether a request in `current` may come to `following`; raises KeyError for no such state."""
    if following not in REQUEST_STATES:
        raise KeyError(following)
    return following in REQUEST_STATES[current].following


MESSAGE_STATES: Final[Mapping[str, str]] = MappingProxyType(
    {
        "waiting": "it waits to be sent",
        "sending": "it is being handed over",
        "sent": "it was handed over",
        "delivered": "the other side has it",
        "failed": "it could not be delivered",
        "uncertain": "the program ended while it was handed over: it may have gone or not",
        "dropped": "it was no longer wanted",
    }
)
REPLY_STATES: Final[Mapping[str, str]] = MappingProxyType(
    {
        "merged": "the answers are in the order",
        "doubtful_match": "it is not sure which request this answers",
        "both_ticked": "two boxes are ticked of which one is wanted",
        "unreadable": "something is written that could not be read",
        "words": "the answer is in words that a person has to weigh",
        "empty": "the page came back without an answer",
        "not_straight": "the page is cut or folded so that its places are not found",
        "forged": "the code on it was never given out here",
        "other_site": "the code on it belongs to another site",
        "expired": "it answers a request that had expired",
        "closed_case": "it answers a request whose order is done with",
        "loop": "it is an automatic answer; nothing was done about it",
        "settled": "a person dealt with it",
    }
)
