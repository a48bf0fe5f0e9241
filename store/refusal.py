"""Why the ledger refuses a change: a code for programs, a sentence for people."""

from __future__ import annotations

MESSAGES: dict[str, str] = {
    "unknown": "There is no such document or order.",
    "unknown_site": "There is no such site.",
    "own_account": "You cannot change your own role, sites or access. Ask another administrator.",
    "superuser": "This is the installation's own administrator; it is changed on the command line only.",
    "last_administrator": "Nobody could manage people any more. Give somebody else that right first.",
    "unknown_person": "There is no such person.",
    "site_taken": "There is a site with this short name already.",
    "purged": "This document was destroyed when its time was over.",
    "lease_lost": "Another worker holds this document, or nobody does.",
    "transition": "This step is not allowed from the order's present state.",
    "stale": "Somebody else changed this order in the meantime. Look at it again.",
    "claimed": "Somebody else is working on this order.",
    "problems_remain": "Blocking problems remain. Solve them, or say why the order is complete anyway.",
    "undecided": "Say first whether this is the same order again, a correction of it, or a separate one.",
    "unchecked": "This order waits for its blind check.",
    "no_check": "There is no blind check to do here.",
    "no_relation": "These two orders were not found to have anything to do with each other.",
    "no_field": "There is no such field.",
    "nothing_to_undo": "There is nothing of yours to take back here.",
    "name_taken": "This name is taken.",
    "set_aside": "That order was itself set aside. Name the one that stands.",
    "nobody": "This person may not work on this order.",
    "moment": "Say until when: a date and a time.",
    "being_read": "This document is being read. Wait until that is done.",
    "layout": "Each page has its place once, and one order at least has a page.",
    "not_laid_out": "One of this document's orders was handed on, or waits for its blind check: its pages stay.",
    "past": "This moment has passed already.",
    "no_note": "Say in a few words what the call brought.",
    "value": "This value does not fit the field.",
}


class Refused(Exception):
    """The ledger refuses a change.

    `code` is a word of `MESSAGES`, `sentence` what a clerk reads; neither holds
    anything of a patient. `detail` names the rule: a state, a field, a user.
    """

    def __init__(self, code: str, detail: str = "") -> None:
        super().__init__(f"{code}: {detail}" if detail else code)
        self.code = code
        self.detail = detail

    @property
    def sentence(self) -> str:
        return MESSAGES[self.code]
