"""Words with which a practice says that an order takes an earlier one's place.

`CORRECTED ORDER`, `AMENDED`, `replaces the order faxed on Monday`, `disregard
previous`. Near-misses are what forms and letters say all the time: `Form revised
1/24`, `vision corrected`, `please send a corrected order`, `knee replacement`.
"""

from __future__ import annotations

import re
from typing import Final

_MADE = r"(?:correct(?:ed|ion)|amend(?:ed|ment)|revis(?:ed|ion)|updated?|replacement|addend(?:um|ed))"
_ORDER = r"(?:order|orders|requisition|referral|request|rx|script|prescription|req)"
_EARLIER = r"(?:previous(?:ly)?|prior|earlier|original|old|first|last|yesterday'?s|initial)"
_SENT = r"(?:sent|faxed|submitted|received|dated|placed|written)"
_SAYS: Final = re.compile(
    rf"""
    \b{_MADE}\s+(?:imaging\s+|radiology\s+|mri\s+|ct\s+|exam\s+|diagnostic\s+)?{_ORDER}\b
    | \b{_ORDER}\s*[-–—:(]?\s*(?:has\s+been\s+|was\s+|is\s+)?{_MADE}\b(?!\s+by\b)
    | \b(?:replac(?:es|ing)|supersed(?:es|ing))\s+(?:(?:our|the|my|your|all|any)\s+)*(?:{_EARLIER}\s+)*
      (?:fax|{_ORDER}|one)\b
    | \bin\s+place\s+of\s+(?:our|the|my)\s+(?:{_EARLIER}\s+)?(?:fax|{_ORDER})\b
    | \b(?:disregard|ignore|discard|void|cancel|shred)\s+(?:(?:our|the|my|any|all)\s+)*{_EARLIER}\s+
      (?:{_SENT}\s+)?(?:\w+\s+)?(?:fax|faxes|one|ones|version|copy|{_ORDER})\b
    | \b(?:disregard|ignore|discard|void|cancel)\s+(?:(?:our|the|my)\s+)*(?:fax|{_ORDER})\s+{_SENT}\b
    """,
    re.IGNORECASE | re.VERBOSE,
)
# A stamp: the word stands alone on its line, in capitals, perhaps with a date or between stars.
_STAMP: Final = re.compile(
    r"^\W*(?:CORRECTED|AMENDED|CORRECTION|AMENDMENT|REVISED)(?:\s+(?:COPY|VERSION|FAX))?\W*(?:\d[\d/.\-]*)?\W*$"
)
# Before it: somebody is asked for one, or told what to do with one.
_ASKED: Final = re.compile(
    r"\b(?:if|unless|until|when|please|kindly|must|should|may|can|need|needs|require|requires|required|request|obtain"
    r"|provide|submit|resubmit|send|fax|return|issue|await|awaiting|without|no|not|never|for)\s(?:[\w'’,]+\s){0,6}$",
    re.IGNORECASE,
)
_TELLS: Final = re.compile(r"disregard|ignore|discard|void|cancel|shred", re.IGNORECASE)


def correction_words(lines: tuple[str, ...]) -> str:
    """Return the words among a page's `lines` that make it a correction, the empty string where none do."""
    for line in lines:
        if _STAMP.match(line):
            return line.strip()
    text = " ".join(lines)
    for match in _SAYS.finditer(text):
        before = text[max(0, match.start() - 60) : match.start()]
        asked = _ASKED.search(re.split(r"[.;!?]\s", before)[-1])
        # "Please disregard the previous order" is a polite statement; "please send a corrected order" is a request.
        if not asked or (_TELLS.match(match.group()) and not re.search(r"\b(?:if|not|never)\b", asked.group())):
            return " ".join(match.group().split())
    return ""
