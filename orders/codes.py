"""Codes that refuse nonsense: NPI, ICD-10-CM, telephone numbers.

Each `parse` returns None for what is not such a code, so callers never hold
half a code; each type raises ValueError when made from one directly.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Mapping
from functools import cache

import phonenumbers

_NOT_ALNUM = re.compile(r"[^0-9A-Za-z]")
_LONG_WORD = re.compile(r"[a-z]{4,}")


class NPI(str):
    """A National Provider Identifier: ten digits, the last a Luhn check digit.

    The check digit is computed over the number prefixed with 80840 (45 CFR
    162.406; ISO/IEC 7812-1).
    """

    __slots__ = ()

    def __new__(cls, text: str) -> NPI:
        digits = re.sub(r"\D", "", text)
        if len(digits) != 10 or digits[0] not in "12":
            raise ValueError("an NPI has ten digits and starts with 1 or 2")
        if not luhn_holds("80840" + digits):
            raise ValueError("the NPI's check digit is wrong")
        return super().__new__(cls, digits)

    @classmethod
    def parse(cls, text: str) -> NPI | None:
        try:
            return cls(text)
        except ValueError:
            return None


def luhn_holds(digits: str) -> bool:
    """Whether the last of `digits` is the Luhn check digit of the others (ISO/IEC 7812-1, annex B)."""
    total = 0
    for place, digit in enumerate(reversed(digits)):
        number = int(digit) * (1 + place % 2)
        total += number - 9 if number > 9 else number
    return total % 10 == 0


class ICD10(str):
    """An ICD-10-CM code that exists, upper case and dotted.

    Existence is looked up in the code set of simple-icd-10-cm; a category that
    is not billable (such as M25.5) exists as well.
    """

    __slots__ = ()

    def __new__(cls, text: str) -> ICD10:
        code = dotted(text)
        if not icd10_exists(code):
            raise ValueError("no such ICD-10-CM code")
        return super().__new__(cls, code)

    @classmethod
    def parse(cls, text: str) -> ICD10 | None:
        try:
            return cls(text)
        except ValueError:
            return None


@cache
def icd10_exists(code: str) -> bool:
    """Whether the dotted `code` is in the ICD-10-CM code set."""
    # Here, because the code set takes 180 MB and 1.5 CPU seconds, and most processes never ask for a code.
    import simple_icd_10_cm

    return bool(re.fullmatch(r"[A-Z]\d[0-9A-Z](\.[0-9A-Z]{1,4})?", code)) and simple_icd_10_cm.is_valid_item(code)


@cache
def icd10_words() -> Mapping[str, int]:
    """Return the words of four letters and more in the ICD-10-CM codes' titles, with how many titles have each."""
    import simple_icd_10_cm

    titles = (simple_icd_10_cm.get_description(code) for code in simple_icd_10_cm.get_all_codes(True))
    return Counter(word for title in titles for word in _LONG_WORD.findall(title.lower()))


def dotted(text: str) -> str:
    """Return `text` as an ICD-10-CM code is written: upper case, a dot after the third character."""
    bare = _NOT_ALNUM.sub("", text).upper()
    return f"{bare[:3]}.{bare[3:]}" if len(bare) > 3 else bare


class PhoneNumber(str):
    """A number of the North American Numbering Plan: ten digits, no extension.

    A possible number is accepted (555-01xx among them); area code and exchange
    must not start with 0 or 1 (NANPA's numbering rules).
    """

    __slots__ = ()

    def __new__(cls, text: str) -> PhoneNumber:
        try:
            number = phonenumbers.parse(text, "US")
        except phonenumbers.NumberParseException:
            raise ValueError("not a telephone number") from None
        digits = str(number.national_number)
        if number.country_code != 1 or not re.fullmatch(r"[2-9]\d{2}[2-9]\d{6}", digits):
            raise ValueError("not a number of the North American plan")
        return super().__new__(cls, digits)

    @classmethod
    def parse(cls, text: str) -> PhoneNumber | None:
        try:
            return cls(text)
        except ValueError:
            return None

    @property
    def pretty(self) -> str:
        """The number as people write it: (865) 555-0120."""
        return f"({self[:3]}) {self[3:6]}-{self[6:]}"
